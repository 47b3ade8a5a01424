"""The LMS's public keys, asked for at its key set address and remembered.

An unknown key id has the set read again, but at most once in five seconds over all processes: whoever floods us
with made-up ids must not make us flood the LMS. A key needs neither `alg` nor `use` (Open edX publishes neither).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from gleanery.errors import GleaneryError, Unreachable
from gleanery.ports import Context
from lms_adapters.lti.refusals import Refused

FRESH = timedelta(hours=1)
"""How long a set is used without looking again."""

USABLE = timedelta(days=1)
"""How long it is used while the LMS does not answer."""

PAUSE = 5.0
"""Seconds between two readings."""

_LARGEST = 256 * 1024
_MOST = 100
_SHORTEST = 2048


class PlatformKeys:
    """The keys of one LMS."""

    def __init__(self, ctx: Context, url: str) -> None:
        self._ctx, self._url, self._reading = ctx, url, threading.Lock()

    def key(self, kid: str) -> RSAKey:
        """The public key of this id. Raises: Refused where there is none, or the set cannot be read."""
        found = self._found(kid, FRESH)
        if found is None:
            with self._reading:  # whoever waited finds what the other read
                found = self._found(kid, FRESH) or self._read(kid)
        return found

    def _found(self, kid: str, within: timedelta) -> RSAKey | None:
        kept = self._ctx.store.get(self._slot)
        if kept is None or self._ctx.now() - datetime.fromtimestamp(kept["at"], UTC) > within:
            return None
        row = next((row for row in kept["keys"] if row.get("kid") == kid), None)
        return None if row is None else RSAKey.import_key({name: row[name] for name in ("kty", "n", "e")})

    def _read(self, kid: str) -> RSAKey:
        if self._ctx.store.lease(f"{self._slot}:pause", PAUSE):
            try:
                keys = self.read()
            except GleaneryError as error:
                known = self._found(kid, USABLE)
                if known is None:
                    pause = timedelta(seconds=PAUSE)
                    self._ctx.store.put(f"{self._slot}:fault", error.message, expires_in=pause)
                    raise Refused("keys", found=error.message) from error
                return known
            self._ctx.store.put(
                self._slot, {"at": self._ctx.now().timestamp(), "keys": keys}, expires_in=USABLE
            )
        found = self._found(kid, USABLE)
        if found is None:
            fault = self._ctx.store.get(f"{self._slot}:fault")
            raise Refused("keys", found=fault) if fault else Refused("key")
        return found

    @property
    def _slot(self) -> str:
        return f"jwks:{self._url}"

    def read(self) -> list[dict[str, Any]]:
        """The usable keys of the set as it is now. Raises: GleaneryError saying what is wrong with it."""
        answer = self._ctx.http.get(self._url, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise Unreachable(f"the address of its key set answers {answer.status_code}.")
        if len(answer.content) > _LARGEST:
            raise Unreachable("its key set is larger than 256 KiB.")
        keys = usable(_decoded(answer.content))
        if not keys:
            raise Unreachable("its key set holds no RSA key with an id and of 2048 bits or more.")
        return keys


def _decoded(content: bytes) -> Sequence[Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreachable("the address of its key set answers something other than JSON.") from error
    keys = told.get("keys") if isinstance(told, Mapping) else None
    if not isinstance(keys, list):
        raise Unreachable("the address of its key set answers no key set.")
    return keys[:_MOST]


def usable(keys: Sequence[Any]) -> list[dict[str, Any]]:
    """Those for RS256 signatures that can be told by their id, as `kid`, `kty`, `n` and `e`."""
    return [
        {name: key[name] for name in ("kid", "kty", "n", "e")}
        for key in keys
        if isinstance(key, Mapping) and _fits(key)
    ]


def _fits(key: Mapping[str, Any]) -> bool:
    texts = all(isinstance(key.get(name), str) for name in ("kid", "n", "e")) and key.get("kty") == "RSA"
    operations = key.get("key_ops", ["verify"])
    if not texts or key.get("use", "sig") != "sig" or key.get("alg", "RS256") != "RS256":
        return False
    if not isinstance(operations, list) or "verify" not in operations:
        return False
    try:
        return (
            int(RSAKey.import_key({name: key[name] for name in ("kty", "n", "e")}).raw_value.key_size)
            >= _SHORTEST
        )
    except (JoseError, ValueError, TypeError):
        return False

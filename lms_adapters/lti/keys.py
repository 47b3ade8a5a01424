"""Our own key pairs: with them we sign what we tell the LMS; it reads the public halves at our jwks address.

While one key takes over from another both are published: a new one signs only after LMSs had a day to read it, and
the old one stays published for a day after it signed last.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from gleanery.ports import Context
from lms_adapters.lti.kept import kept_secret

SPREAD = timedelta(days=1)
"""How long an LMS may go on with the key set it has read."""

_SECRET = "keys"  # noqa: S105 its name


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key pair and when it was made."""

    key: RSAKey
    made: datetime


class OwnKeys:
    """The keys, kept sealed."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def published(self) -> Mapping[str, Any]:
        """The public halves as a JSON Web Key Set (RFC 7517)."""
        return {"keys": [dict(one.key.as_dict(private=False)) for one in self._living()]}

    def signed(self, claims: Mapping[str, Any], *, lives: timedelta = timedelta(minutes=5)) -> str:
        """A token with these claims, its times and its signature by the key whose turn it is."""
        now = int(self._ctx.now().timestamp())
        key = self._signing().key
        header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
        times = {"iat": now, "exp": now + int(lives.total_seconds())}
        return jwt.encode(header, {**claims, **times}, key, algorithms=["RS256"])

    def nonce(self) -> str:
        """A fresh one for a message of ours."""
        return secrets.token_urlsafe(24)

    def rotate(self) -> int:
        """Make a new key and publish it beside those there are; how many are published now."""
        rows = [_written(one) for one in self._living()]
        self._ctx.secrets.put(_SECRET, json.dumps([*rows, _new(self._ctx.now())]).encode())
        return len(rows) + 1

    def _signing(self) -> OwnKey:
        keys = self._all()
        ripe = [one for one in keys if self._ctx.now() - one.made >= SPREAD]
        return ripe[-1] if ripe else keys[0]

    def _living(self) -> Sequence[OwnKey]:
        """Without those whose successor has signed for a day."""
        keys = self._all()
        ripe = [at for at, one in enumerate(keys) if self._ctx.now() - one.made >= SPREAD * 2]
        return keys[ripe[-1] :] if ripe else keys

    def _all(self) -> list[OwnKey]:
        """Oldest first; never none."""
        sealed = kept_secret(self._ctx, _SECRET, lambda: json.dumps([_new(self._ctx.now())]).encode())
        return [
            OwnKey(RSAKey.import_key(row["jwk"]), datetime.fromtimestamp(row["made"], UTC))
            for row in json.loads(sealed)
        ]


def _new(now: datetime) -> dict[str, Any]:
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
    return _written(OwnKey(key, now))


def _written(one: OwnKey) -> dict[str, Any]:
    return {"jwk": dict(one.key.as_dict(private=True)), "made": one.made.timestamp()}

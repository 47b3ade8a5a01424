"""Who is asking: HTTP Basic with a key and its secret, or a bearer token that stands for a key.

An unknown key, a wrong secret and a revoked key are refused in the same words and after about the same time.
Source: xAPI 1.0.3, part three (Communication), 4.0; RFC 7617; RFC 6750.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from xapi.errors import KeyRefused
from xapi.lrs.database import Database
from xapi.lrs.hashing import Verified
from xapi.lrs.http.exchange import Caller, Refused
from xapi.lrs.http.limits import Clock, Failures, Rates
from xapi.lrs.keys import Key, Keys
from xapi.lrs.scopes import allows

if TYPE_CHECKING:
    from xapi.lrs.http.lrs import Lrs

_BASIC = 'Basic realm="xapi", charset="UTF-8"'
_BEARER = 'Bearer realm="xapi", error="invalid_token"'
_REFUSED = "no such key with such a secret: send one by HTTP Basic, or a token as Bearer"


def utc_now() -> datetime:
    """The time now, aware, UTC."""
    return datetime.now(UTC)


class Unverified(Exception):
    """A secret that was not verified before: to hash it takes long and waits for others that are hashed."""


class Gate:
    """Lets callers in. Counts failed attempts and requests, and remembers which secrets it has verified.

    The row of a key is read for every request, so that a revocation counts at once in every process.
    """

    def __init__(
        self,
        database: Database,
        requests_per_minute: int | None = None,
        *,
        clock: Clock = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._now = now
        self._failures = Failures(clock=clock)
        self._rates = Rates(requests_per_minute, clock)
        self._verified = Verified()
        self._slowly = threading.Lock()

    def caller(self, headers: Mapping[str, str], address: str, *, slowly: bool = True) -> Caller:
        """Who sends these headers from this address.

        Raises:
            Refused: 401 for no or wrong credentials, 429 after too many failures or requests.
            Unverified: it would take long, and may not (`slowly`).
        """
        scheme, credentials = _authorization(headers)
        is_token = scheme == "bearer"
        key = self._of_token(credentials) if is_token else self.key(*basic(headers), address, slowly=slowly)
        wait = self._rates.take(key.name)
        if wait:
            raise _later(wait, "this key has sent too many requests")
        return Caller(key.name, key.store, key.authority, key.scopes)

    def key(self, name: str, secret: str, address: str, *, slowly: bool = True) -> Key:
        """The key of this name and secret. Raises: Refused and Unverified, as `caller` does.

        Slow hashes are computed one at a time: guessing takes one processor, never all.
        """
        who = (name[:100], address)
        self._check_failures(who)
        with self._database.read() as connection:
            known = Keys(connection, self._verified).known(name, secret)
        if known is not None:
            return known
        if not slowly:
            raise Unverified
        with self._slowly:
            self._check_failures(who)
            try:
                with self._database.read() as connection:
                    key = Keys(connection, self._verified).check(name, secret)
            except KeyRefused as error:
                self._failures.add(who)
                raise refused_key() from error
        self._failures.clear(who)
        return key

    def _of_token(self, token: str) -> Key:
        try:
            with self._database.read() as connection:
                return Keys(connection, self._verified).bearer(token, self._now())
        except KeyRefused as error:
            raise Refused(401, str(error), headers={"www-authenticate": _BEARER}) from error

    def _check_failures(self, who: tuple[str, str]) -> None:
        wait = self._failures.wait(who)
        if wait:
            raise _later(wait, "too many failed attempts with this key from this address")


def authenticate(lrs: Lrs, headers: Mapping[str, str], address: str) -> Caller:
    """Who sends these headers from this address. Raises: Refused (401, 429)."""
    return lrs.gate.caller(headers, address)


def basic(headers: Mapping[str, str]) -> tuple[str, str]:
    """Name and secret of a Basic authorization. Raises: Refused (401) where there is none to be read."""
    scheme, credentials = _authorization(headers)
    try:
        told = base64.b64decode(credentials, validate=True).decode() if scheme == "basic" else ""
    except ValueError:
        told = ""
    name, colon, secret = told.partition(":")
    if not colon:
        raise refused_key()
    return name, secret


def refused_key() -> Refused:
    """The answer to a key that is unknown, wrong or revoked: the same for each."""
    return Refused(401, _REFUSED, headers={"www-authenticate": _BASIC})


def require(caller: Caller, needed: Iterable[str]) -> None:
    """Raises: Refused (403) where the caller has none of the needed scopes, nor one that includes them."""
    scopes = tuple(needed)
    if not allows(caller.scopes, scopes):
        raise Refused(403, f"this key may not do that: it needs the scope {' or '.join(scopes)}")


def _authorization(headers: Mapping[str, str]) -> tuple[str, str]:
    """The scheme in small letters, and what follows it."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    return scheme.lower(), credentials.strip()


def _later(seconds: int, why: str) -> Refused:
    return Refused(429, f"{why}: try again in {seconds} s", headers={"retry-after": str(seconds)})

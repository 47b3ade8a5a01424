"""Keys: who may use a store, as whom, and for what; and the tokens that stand for them for an hour.

A secret is kept as its hash and shown once, when it is made. Revoking counts from the next request on, in
every process: the row of the key is read each time, only the slow hash is not computed each time.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from xapi.errors import BadKey, KeyRefused
from xapi.lrs.dialect import dialect_of
from xapi.lrs.hashing import COST, Verified, quick, slow
from xapi.lrs.rows import micros
from xapi.lrs.scopes import ALL, DEFAULT, SCOPES, narrowed, spelled
from xapi.model import Account, Actor

TOKEN_SECONDS = 3600
"""How long a token holds."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}", re.ASCII)
_STORE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
_LONGEST_SECRET = 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """A key without its secret. `authority` is the JSON of the agent that vouches for its statements."""

    name: str
    store: str
    authority: str
    scopes: frozenset[str]
    made: datetime
    revoked: datetime | None = None


class _Row(NamedTuple):
    name: str
    store: str
    authority: str
    scopes: str
    made: int
    revoked: int | None
    cost: int
    salt: bytes | None
    hash: bytes | None

    @property
    def key(self) -> Key:
        revoked = _time(self.revoked) if self.revoked is not None else None
        scopes = frozenset(self.scopes.split())
        return Key(self.name, self.store, self.authority, scopes, _time(self.made), revoked)


_COLUMNS = ", ".join(_Row._fields)
_SELECT = f"SELECT {_COLUMNS} FROM lrs_key"  # noqa: S608 - our own columns


class Keys:
    """The keys of a database, within the caller's transaction (sqlite3 or psycopg 3 connection)."""

    def __init__(self, connection: Any, verified: Verified | None = None) -> None:
        self._dialect = dialect_of(connection)
        self._verified = verified if verified is not None else Verified()

    def add(
        self,
        name: str,
        authority: str,
        at: datetime,
        store: str = "main",
        scopes: Iterable[str] = DEFAULT,
        secret: str | None = None,
    ) -> str:
        """Makes a key and gives its secret, which is told nowhere else; made up where none is given.

        Raises:
            BadKey: a name that is taken or cannot be one, an unknown scope, or an empty secret.
        """
        granted = _checked(name, store, frozenset(scopes), secret)
        chosen = secret if secret is not None else secrets.token_urlsafe(32)
        salt = os.urandom(16)
        row = _Row(name, store, authority, spelled(granted), micros(at), None, COST, salt, slow(chosen, salt))
        added = self._dialect.execute(
            f"INSERT INTO lrs_key ({_COLUMNS}) VALUES ({', '.join('?' * len(row))}) "  # noqa: S608 - our own columns
            "ON CONFLICT DO NOTHING RETURNING 1",
            row,
        )
        if not added:
            raise BadKey(f"there is or was a key {name}: choose another name, since statements bear it")
        return chosen

    def ensure(self, name: str, authority: str, at: datetime, secret: str) -> None:
        """Makes a key that may do everything in the main store, or finds it made with the same secret.

        Raises:
            BadKey: as `add`, or there is a key of this name with another secret.
        """
        try:
            self.add(name, authority, at, scopes=[ALL], secret=secret)
        except BadKey:
            if self._row(name) is None:
                raise
            try:
                self.check(name, secret)
            except KeyRefused as error:
                raise BadKey(f"there is a key {name} with another secret, or it is revoked") from error

    def check(self, name: str, secret: str) -> Key:
        """The key of this name and secret.

        Raises:
            KeyRefused: the same, after the same time, for an unknown name, a wrong secret, a revoked key.
        """
        known = self.known(name, secret)
        if known is not None:
            return known
        row = self._row(name)
        if row is None or row.hash is None or row.salt is None:
            slow(secret, bytes(16))
            raise KeyRefused("the key or its secret is wrong, or the key is revoked")
        kept = bytes(row.hash)
        if not hmac.compare_digest(slow(secret, bytes(row.salt), row.cost), kept):
            raise KeyRefused("the key or its secret is wrong, or the key is revoked")
        self._verified.add(kept, secret)
        return row.key

    def known(self, name: str, secret: str) -> Key | None:
        """The key of this name and secret, if this process has seen before that they are right."""
        row = self._row(name)
        if row is None or row.hash is None or not self._verified.holds(bytes(row.hash), secret):
            return None
        return row.key

    def list(self, store: str | None = None) -> list[Key]:
        """The keys by name, revoked ones too; of one store or of all."""
        where, values = (" WHERE store = ?", [store]) if store is not None else ("", [])
        return [_Row(*row).key for row in self._dialect.execute(f"{_SELECT}{where} ORDER BY name", values)]

    def revoke(self, name: str, at: datetime) -> Key:
        """Ends a key, its secret and its tokens; a second time changes nothing.

        Raises:
            BadKey: there is no such key.
        """
        row = self._row(name)
        if row is None:
            raise BadKey(f"there is no key {name!r:.80}")
        self._dialect.execute(
            "UPDATE lrs_key SET revoked = ?, salt = NULL, hash = NULL WHERE name = ? AND revoked IS NULL",
            [micros(at), name],
        )
        self._dialect.execute("DELETE FROM lrs_token WHERE name = ?", [name])
        return row.key if row.revoked is not None else replace(row.key, revoked=at)

    # ------------------------------------------------------------------ tokens

    def issue(self, key: Key, scopes: frozenset[str], at: datetime) -> str:
        """A new token of this key for an hour; those that are over are removed.

        Raises:
            KeyRefused: the key was revoked meanwhile.
        """
        row = self._row(key.name)
        if row is None or row.revoked is not None:
            raise KeyRefused("the key is revoked")
        self._dialect.execute("DELETE FROM lrs_token WHERE expires <= ?", [micros(at)])
        token = secrets.token_urlsafe(32)
        expires = micros(at + timedelta(seconds=TOKEN_SECONDS))
        self._dialect.execute(
            "INSERT INTO lrs_token (store, hash, name, scopes, expires) VALUES (?, ?, ?, ?, ?)",
            [key.store, quick(token), key.name, spelled(scopes), expires],
        )
        return token

    def bearer(self, token: str, at: datetime) -> Key:
        """The key that a token stands for, with what the token may do.

        Raises:
            KeyRefused: no token of ours, or it is over, or its key is revoked.
        """
        found = self._dialect.execute(
            "SELECT name, scopes FROM lrs_token WHERE hash = ? AND expires > ?", [quick(token), micros(at)]
        )
        row = self._row(found[0][0]) if found else None
        if row is None or row.revoked is not None:
            raise KeyRefused("the token is not valid, or no longer")
        return replace(row.key, scopes=narrowed(row.key.scopes, found[0][1].split()))

    def _row(self, name: str) -> _Row | None:
        if not _NAME.fullmatch(name):
            return None
        found = self._dialect.execute(f"{_SELECT} WHERE name = ?", [name])
        return _Row(*found[0]) if found else None


def authority(home: str, name: str) -> str:
    """The authority a key has by default, as JSON: the account of its name at this address."""
    agent = Actor(object_type="Agent", account=Account(home_page=home, name=name))
    return msgspec.json.encode(agent).decode()


def _checked(name: str, store: str, scopes: frozenset[str], secret: str | None) -> frozenset[str]:
    if not _NAME.fullmatch(name):
        raise BadKey(
            "a key's name has letters, digits and . _ @ + - only, begins with a letter or digit, "
            "and is at most 100 characters long"
        )
    if not _STORE.fullmatch(store):
        raise BadKey("a store's name has small letters, digits, _ and - only, and at most 63 of them")
    if not scopes or scopes - frozenset(SCOPES):
        raise BadKey(f"a key has one or more of the scopes {', '.join(SCOPES)}")
    if secret is not None and not (0 < len(secret) <= _LONGEST_SECRET and secret.isprintable()):
        raise BadKey(f"a secret has 1 to {_LONGEST_SECRET} printable characters")
    return scopes


def _time(micros_passed: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros_passed)

"""Documents: what a course keeps for a learner, and what is known of an agent or an activity.

The bytes are the sender's and come back as they came, whatever they are. Of JSON objects the members can be
replaced one by one; the others keep the very bytes they were sent with.
Source: xAPI 1.0.3, part three (Communication), 2.2, 2.3, 2.6, 2.7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec

from xapi import strict_json
from xapi.errors import InvalidStatement, NotMergeable
from xapi.lrs.dialect import dialect_of
from xapi.lrs.rows import micros

Kind: TypeAlias = Literal["state", "agent", "activity"]

JSON = "application/json"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Place:
    """What documents are about: an activity, an agent by its identity, or both and perhaps a registration.

    Without a registration is a place of its own: it does not take in those with one.
    """

    kind: Kind
    activity: str = ""
    agent: str = ""
    registration: str = ""

    @property
    def digest(self) -> bytes:
        """32 bytes that stand for the place in an index."""
        return hashlib.sha256(_encode([self.kind, self.activity, self.agent, self.registration])).digest()


@dataclass(frozen=True)
class Document:
    """What is kept under one id: the bytes, their media type as it was sent, and when they last changed."""

    content: bytes
    type: str
    updated: datetime

    @property
    def etag(self) -> str:
        """The hex SHA-1 of the bytes, which xAPI 1.0.3 asks for by name."""
        return hashlib.sha1(self.content, usedforsecurity=False).hexdigest()


class Documents:
    """The documents of one store, within the caller's transaction (sqlite3 or psycopg 3 connection)."""

    def __init__(self, connection: Any, store: str = "main") -> None:
        self._dialect = dialect_of(connection)
        self._store = store

    def lock(self) -> None:
        """Keeps others from changing documents until the transaction ends: call it before looking at what to change.

        One lock for all of them: who takes several could wait crosswise for another. On SQLite whoever
        writes has locked the whole file.
        """
        if self._dialect.name == "postgresql":
            self._dialect.execute("SELECT pg_advisory_xact_lock(hashtext('lrs_document'))")

    def get(self, place: Place, name: str) -> Document | None:
        """The document of this id, None where there is none."""
        found = self._dialect.execute(
            "SELECT content, type, updated FROM lrs_document WHERE store = ? AND place = ? AND key = ?",
            [self._store, place.digest, _key(name)],
        )
        return _document(found[0]) if found else None

    def names(self, place: Place, since: datetime | None = None) -> tuple[list[str], datetime | None]:
        """The ids there, oldest change first, and the last change; `since`: only what changed after it."""
        rows = self._dialect.execute(
            "SELECT name, updated FROM lrs_document WHERE store = ? AND place = ? AND updated > ? "
            "ORDER BY updated, key",
            [self._store, place.digest, micros(since) if since else -1],
        )
        return [bytes(name).decode() for name, _ in rows], _time(rows[-1][1]) if rows else None

    def put(self, place: Place, name: str, content: bytes, media_type: str, at: datetime) -> None:
        """Keeps these bytes under the id, in place of what was there."""
        self._dialect.execute(
            "INSERT INTO lrs_document "
            "(store, place, key, kind, activity, agent, registration, name, type, updated, content) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (store, place, key) DO UPDATE "
            "SET type = excluded.type, updated = excluded.updated, content = excluded.content",
            [*self._address(place, name), media_type, micros(at), content],
        )

    def merge(
        self, place: Place, name: str, content: bytes, media_type: str, at: datetime, most: int | None = None
    ) -> None:
        """Sets the members of a JSON object in the one kept there, or keeps it where there is none.

        Raises:
            NotMergeable: one of the two is no JSON object by its media type or by its bytes, or both together
                have more than `most` bytes.
        """
        fresh = _object(content, media_type, "the document sent")
        found = self.get(place, name)
        if found is None:
            self.put(place, name, content, media_type, at)
            return
        kept = _object(found.content, found.type, "the document kept under this id")
        merged = _encode({**kept, **fresh})
        if most is not None and len(merged) > most:
            raise NotMergeable(f"merged, the document would be larger than {most} bytes: replace it by a PUT")
        self.put(place, name, merged, found.type, at)

    def delete(self, place: Place, name: str | None = None) -> int:
        """Removes the document of this id, or all there; says how many there were."""
        where, values = "store = ? AND place = ?", [self._store, place.digest]
        if name is not None:
            where, values = f"{where} AND key = ?", [*values, _key(name)]
        return self._delete(where, values)

    def of_agent(self, agent: str) -> list[tuple[Place, str, Document]]:
        """All documents about an agent, by its identity: for whoever asks what is kept about them."""
        rows = self._dialect.execute(
            "SELECT content, type, updated, kind, activity, registration, name FROM lrs_document "
            "WHERE store = ? AND agent = ? ORDER BY updated, key",
            [self._store, agent.encode()],
        )
        return [
            (Place(kind, bytes(activity).decode(), agent, registration), bytes(name).decode(), _document(row))
            for row in rows
            for kind, activity, registration, name in [row[3:]]
        ]

    def forget(self, agent: str) -> int:
        """Removes all documents about an agent, by its identity; says how many there were."""
        return self._delete("store = ? AND agent = ?", [self._store, agent.encode()])

    def _delete(self, where: str, values: Sequence[object]) -> int:
        gone = self._dialect.execute(f"DELETE FROM lrs_document WHERE {where} RETURNING 1", values)  # noqa: S608 - our own words
        return len(gone)

    def _address(self, place: Place, name: str) -> list[object]:
        return [
            self._store,
            place.digest,
            _key(name),
            place.kind,
            place.activity.encode(),
            place.agent.encode(),
            place.registration,
            name.encode(),
        ]


def is_json(media_type: str) -> bool:
    """Says whether a media type, with or without parameters, is that of JSON."""
    return media_type.partition(";")[0].strip().lower() == JSON


def check_json(content: bytes) -> Any:
    """The parsed JSON of a document. Raises InvalidStatement for what no two readers would read alike."""
    return strict_json.parse(content, max_bytes=len(content))


def _object(content: bytes, media_type: str, which: str) -> dict[str, msgspec.Raw]:
    """The members of a JSON object, each as the bytes it was sent with."""
    if not is_json(media_type):
        raise NotMergeable(f"{which} is no {JSON}: replace it by a PUT")
    try:
        parsed = check_json(content)
    except InvalidStatement as error:
        raise NotMergeable(f"{which} is no valid JSON: {error.message} ({error.rule})") from error
    if not isinstance(parsed, dict):
        raise NotMergeable(f"{which} is no JSON object: replace it by a PUT")
    return _members(content)


def _key(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _document(row: Sequence[Any]) -> Document:
    return Document(bytes(row[0]), row[1], _time(row[2]))


def _time(micros_passed: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros_passed)

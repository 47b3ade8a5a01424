"""What a bundle is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

MANIFEST = "manifest.json"
CHECKPOINTS = "checkpoints.jsonl"
ENTRIES = "entries.jsonl"
LINKS = "links.jsonl"
README = "README.txt"
NAMES = (README, MANIFEST, CHECKPOINTS, ENTRIES, LINKS)
"""The files of a bundle, in their order."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Member(NamedTuple):
    """One entry of a log on its way into a bundle; without `content` it can only be a link.

    `stored`: microseconds since 1970. A statement has also an `id` (16 bytes), an `authority` (an agent's JSON)
    and, unless it is of 1.0.3, a `version`.
    """

    seq: int
    stored: int
    content_hash: bytes
    id: bytes = b""
    authority: str = ""
    salt: bytes = b""
    content: bytes | None = None
    version: str = ""

    def parts(self) -> tuple[bytes, ...]:
        """What the hash of the entry covers."""
        return parts(self.seq, self.stored, self.content_hash, self.id, self.authority, self.version)


class Line(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of entries.jsonl, with content, or of links.jsonl, with the hash of the content alone."""

    seq: int
    stored: str
    id: str = ""
    authority: str = ""
    version: str = ""
    salt: str = ""
    content: str | None = None
    content_hash: str = ""
    hash: str = ""


class FileNote(Struct, frozen=True):
    """What the manifest says of a file."""

    sha256: str
    bytes: int


class Manifest(Struct, frozen=True, kw_only=True):
    """What a bundle claims to be. `filter` is what was asked for, in the words of the program that made it."""

    bundle: int
    organisation: str
    log: str
    made_at: str
    filter: Mapping[str, Any]
    entries: int
    links: int
    checkpoints: int
    key_id: str
    public_key: str
    files: Mapping[str, FileNote]

    def encoded(self) -> bytes:
        """As it stands in the bundle: indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def iso(micros: int) -> str:
    """The time of a number of microseconds, as it stands in a bundle."""
    return moment(micros).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(micros: int) -> datetime:
    """The time of a number of microseconds since 1970, aware, UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(text: str) -> int:
    """The microseconds of such a time. Raises ValueError for anything else."""
    found = (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    if iso(found) != text:
        raise ValueError(f"{text} is not written as this program writes a time")
    return found


def entry_of(member: Member, hashed: bytes) -> bytes:
    """The line of an entry that was asked for; its content must be there."""
    content = (member.content or b"").decode()
    return _encode(_line(member, hashed, salt=member.salt.hex(), content=content)) + b"\n"


def link_of(member: Member, hashed: bytes) -> bytes:
    """The line of an entry that only holds the chain together."""
    return _encode(_line(member, hashed, content_hash=member.content_hash.hex())) + b"\n"


def _line(member: Member, hashed: bytes, **told: str) -> Line:
    key = str(UUID(bytes=member.id)) if member.id else ""
    return Line(
        seq=member.seq,
        id=key,
        stored=iso(member.stored),
        authority=member.authority,
        version=member.version,
        hash=hashed.hex(),
        **told,
    )


_encode = msgspec.json.Encoder().encode


def parts(
    seq: int, stored: int, content_hash: bytes, key: bytes, authority: str, version: str
) -> tuple[bytes, ...]:
    """What the hash of an entry covers; one that is no statement has no `key`, and so neither of what follows."""
    start, end = seq.to_bytes(8, "big"), stored.to_bytes(8, "big")
    if not key:
        return start, end, content_hash
    told = (start, key, end, authority.encode(), content_hash)
    return (*told, version.encode()) if version else told

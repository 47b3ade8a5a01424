"""A statement made ready for the store: all that can be done before anybody holds a lock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from msgspec import UNSET, Struct

from xapi.errors import InvalidStatement
from xapi.lrs import codec
from xapi.lrs.links import Links, links_of
from xapi.model import Statement, Version
from xapi.statements import Built
from xapi.validate import read, validate

_SHA2 = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
_FAMILIES: dict[Version, int] = {"1.0.3": 1, "2.0.0": 2}

Files = Mapping[str, tuple[str, bytes]]
"""Attachments by the SHA-2 of their bytes in hex: each its media type and its bytes."""


class File(Struct, frozen=True, gc=False):
    """An attachment's bytes, their digest, and the media type it came with."""

    sha2: bytes
    type: str
    content: bytes


class Prepared(Struct, frozen=True, gc=False):
    """A valid statement on its way in: its bytes as received and packed, and what it is found by.

    `uuid` is its id, or the one it was given if it came without; `id` the same in bytes. `family` is 1 for
    xAPI 1.0 and 2 for 2.0.
    """

    uuid: UUID
    id: bytes
    raw: bytes
    packed: bytes
    links: Links
    family: int
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """The bytes it holds in memory, roughly."""
        return len(self.raw) + len(self.packed) + sum(len(file.content) for file in self.files) + 1000


def prepare(
    statement: bytes | Built,
    version: Version = "1.0.3",
    attachments: Files | None = None,
    *,
    view: Statement[Any] | None = None,
) -> Prepared:
    """The statement, ready to be stored; one without an id is given a random one.

    `Built` statements are trusted, and so are bytes whose `view` the caller got by validating them; others
    are validated here. Of the attachments those that the statement names by their hash are taken along.

    Raises:
        InvalidStatement: it breaks a rule of xAPI, or the bytes of an attachment are not those it names.
    """
    if isinstance(statement, Built):
        seen = statement.view or read(statement.raw)
        key, raw = statement.id, statement.raw
    else:
        seen = validate(statement, version) if view is None else view
        key, raw = uuid4() if seen.id is UNSET else seen.id, bytes(statement)
    files = _files(seen, attachments) if attachments else ()
    return Prepared(key, key.bytes, raw, codec.pack(raw), links_of(seen), _FAMILIES[version], files)


def _files(statement: Statement[Any], attachments: Files) -> tuple[File, ...]:
    """The bytes of the statement's attachments, and of those of its sub-statement."""
    found: dict[str, File] = {}
    told = getattr(statement.object, "attachments", UNSET) or ()
    for path, several in (("$", statement.attachments or ()), ("$.object", told)):
        for place, named in enumerate(several):
            sha2 = named.sha2.lower()
            given = attachments.get(named.sha2) or attachments.get(sha2)
            if given is None or sha2 in found:
                continue
            if _SHA2[len(sha2)](given[1]).hexdigest() != sha2:
                raise InvalidStatement(
                    f"{path}.attachments[{place}].sha2", "attachment-hash", "is not the hash of what was sent"
                )
            found[sha2] = File(bytes.fromhex(sha2), *given)
    return tuple(found.values())

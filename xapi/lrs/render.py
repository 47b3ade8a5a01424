"""A stored statement as JSON: every member as it was received, and what the store adds to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec import Raw
from msgspec.json import Decoder, Encoder

from xapi.lrs.rows import moment

if TYPE_CHECKING:
    from datetime import datetime

    from xapi.lrs.query import Stored

_members = Decoder(dict[str, Raw]).decode
_encode = Encoder().encode
_LONE = re.compile(rb'"(?:parent|grouping|category|other)"\s*:\s*\{')
"""What a related activity that stands without its list looks like, if not only that."""


def exact(stored: Stored) -> bytes:
    """The statement as any reader gets it: the received members verbatim, with what the store sets.

    Id, timestamp and version are set where they were not sent; stored and authority always. A related
    activity that came without its list is put into one, as the specification asks of every answer.
    """
    members = _members(stored.raw)
    if _LONE.search(stored.raw):
        _list_related(members)
    at = _quoted(stored.stored)
    members.setdefault("id", Raw(f'"{stored.id}"'.encode()))
    members.setdefault("timestamp", at)
    members["stored"] = at
    members["authority"] = Raw(stored.authority.encode())
    members.setdefault("version", Raw(f'"{stored.version}"'.encode()))
    return _encode(members)


def completed(raw: bytes, key: bytes, stored: int) -> bytes:
    """A statement with the id and the timestamp that the store sets where none were sent.

    So a repeat is compared with what its sender may have read here meanwhile.
    """
    members = _members(raw)
    members.setdefault("id", Raw(f'"{UUID(bytes=key)}"'.encode()))
    members.setdefault("timestamp", _quoted(moment(stored)))
    return _encode(members)


def _list_related(statement: dict[str, Raw]) -> None:
    """Puts each lone related activity of a statement, and of its sub-statement, into a list."""
    context = _members(statement["context"]) if "context" in statement else {}
    if "contextActivities" in context:
        related = _members(context["contextActivities"])
        for name, several in related.items():
            related[name] = several if bytes(several).startswith(b"[") else _raw([several])
        context["contextActivities"] = _raw(related)
        statement["context"] = _raw(context)
    thing = _members(statement["object"])
    if "context" in thing:
        _list_related(thing)
        statement["object"] = _raw(thing)


def _raw(value: object) -> Raw:
    return Raw(_encode(value))


def _quoted(at: datetime) -> Raw:
    return Raw(f'"{at.isoformat(timespec="microseconds").removesuffix("+00:00")}Z"'.encode())

"""UUIDs and times that the decoder understands but the specification does not allow.

The typed view has lost how they were written, so they are read once more, as text, from a statement that is
known to have the right types.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

from xapi.errors import InvalidStatement

_UUID_LENGTH = 36


class _Reference(Struct, gc=False):
    id: str


class _Context(Struct, gc=False):
    registration: str | None = None
    statement: _Reference | None = None


class _Texts(Struct, gc=False):
    id: str | None = None
    timestamp: str | None = None
    stored: str | None = None
    context: _Context | None = None


class _Object(_Texts, gc=False):
    objectType: str = "Activity"  # noqa: N815
    object: _Object | None = None


class _About(Struct, gc=False):
    object: _Object


_texts = Decoder(_Texts).decode
_about = Decoder(_About).decode


def check_spelling(raw: bytes) -> None:
    """Checks id, times and context of a statement. Raises InvalidStatement."""
    texts = _texts(raw)
    statement_id, timestamp = texts.id, texts.timestamp
    if statement_id is not None and len(statement_id) != _UUID_LENGTH:
        raise _no_uuid("$.id")
    if timestamp is not None:
        _check_time(timestamp, "$.timestamp")
    if texts.stored is not None:
        _check_time(texts.stored, "$.stored")
    if texts.context is not None:
        _check_context(texts.context, "$.context")


def check_object_spelling(raw: bytes) -> None:
    """Checks a statement's object, where that is a reference or a sub-statement. Raises InvalidStatement."""
    thing = _about(raw).object
    if thing.objectType == "SubStatement":
        if thing.timestamp is not None:
            _check_time(thing.timestamp, "$.object.timestamp")
        if thing.context is not None:
            _check_context(thing.context, "$.object.context")
        _check_reference(thing.object, "$.object.object.id")
    _check_reference(thing, "$.object.id")


def _check_reference(thing: _Object | None, path: str) -> None:
    if thing is not None and thing.objectType == "StatementRef" and len(thing.id or "") != _UUID_LENGTH:
        raise _no_uuid(path)


def _check_context(context: _Context, path: str) -> None:
    if context.registration is not None and len(context.registration) != _UUID_LENGTH:
        raise _no_uuid(f"{path}.registration")
    if context.statement is not None and len(context.statement.id) != _UUID_LENGTH:
        raise _no_uuid(f"{path}.statement.id")


def _no_uuid(path: str) -> InvalidStatement:
    return InvalidStatement(path, "uuid", "is no UUID in its canonical form")


def _check_time(text: str, path: str) -> None:
    """RFC 3339 with its T and the colon in its offset, and without the unknown offset -00:00."""
    if text[10] in "Tt" and text[-1] in "Zz":
        return
    if text[10] not in "Tt" or text[-3] != ":" or text.endswith("-00:00"):
        raise InvalidStatement(path, "timestamp", "is no RFC 3339 time with a known offset")
    if text[:4] in ("0001", "9999"):
        _check_year(text, path)


def _check_year(text: str, path: str) -> None:
    try:
        msgspec.convert(text, datetime).astimezone(UTC)
    except OverflowError:
        raise InvalidStatement(path, "timestamp", "lies before the year 1 or after 9999") from None

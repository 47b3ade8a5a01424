"""Says whether bytes are a valid xAPI 1.0.3 statement, more strictly than most stores do.

Types (`model`), spelling (`spelling`) and rules (`rules`), on the bytes as received. Nothing is repaired and
nothing is written back: what is stored is what came. Whether a key stands twice is decided by a strict parser
(`strict_json`), which is asked only where a count leaves it open: see `_may_repeat_a_key`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET
from msgspec.json import Decoder, Encoder

from xapi.errors import InvalidStatement
from xapi.model import Activity, Actor, Statement, StatementRef, SubStatement
from xapi.rules import check_statement
from xapi.spelling import check_object_spelling, check_spelling
from xapi.strict_json import MAX_BYTES, check_size, parse

MAX_BATCH_BYTES = 16 * 1024 * 1024

_Decode: TypeAlias = Callable[[bytes], Statement[Any]]

_about_activity: _Decode = Decoder(Statement[Activity]).decode
_about_actor: _Decode = Decoder(Statement[Actor]).decode
_ABOUT: dict[str, _Decode] = {
    "Activity": _about_activity,
    "Agent": _about_actor,
    "Group": _about_actor,
    "StatementRef": Decoder(Statement[StatementRef]).decode,
}
_told_actor: _Decode = Decoder(Statement[SubStatement[Actor]]).decode
_TOLD: dict[str, _Decode] = {
    "Activity": Decoder(Statement[SubStatement[Activity]]).decode,
    "Agent": _told_actor,
    "Group": _told_actor,
    "StatementRef": Decoder(Statement[SubStatement[StatementRef]]).decode,
}
"""The decoders by the kind of object, and by the kind of object of a sub-statement."""

_encode = Encoder().encode
_MESSAGES = (
    ("Object contains unknown field", "unknown-property"),
    ("Object missing required field", "missing-property"),
    ("Invalid UUID", "uuid"),
    ("Invalid RFC3339", "timestamp"),
    ("Expected `datetime`", "timestamp"),
    ("Invalid enum value", "choice"),
    ("Number out of range", "number"),
    ("Integer value out of range", "number"),
)
_AT = re.compile(r" - at `(\$[^`]*)`$")


def validate(raw: bytes) -> Statement[Any]:
    """The typed view of a valid statement.

    Its object is an Activity, an Actor, a StatementRef or a SubStatement of one of these. Times finer than
    a microsecond are rounded in the view; keep the bytes.

    Raises:
        InvalidStatement: with the JSON path and the name of the first broken rule.
    """
    check_size(raw, MAX_BYTES)
    try:
        statement = _about_activity(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _validate_by_kind(raw)
    if _may_repeat_a_key(raw, statement):
        parse(raw)
    check_spelling(raw)
    check_statement(statement)
    return statement


def read(raw: bytes) -> Statement[Any]:
    """The typed view of a statement that was valid when it was stored; no rule is checked again.

    Raises:
        InvalidStatement: the bytes have not even the shape of a statement.
    """
    try:
        return _about_activity(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _read_by_kind(raw)


def validate_batch(raw: bytes) -> list[tuple[bytes, Statement[Any]]]:
    """The statements of a JSON array (or a lone one), each with its bytes as received.

    Raises:
        InvalidStatement: as `validate`, its path beginning with the index (`$[3].actor`); an id given twice.
    """
    check_size(raw, MAX_BATCH_BYTES)
    if not raw.lstrip().startswith(b"["):
        return [(raw, validate(raw))]
    try:
        pieces = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        parse(raw, MAX_BATCH_BYTES)
        raise
    checked: list[tuple[bytes, Statement[Any]]] = []
    seen: set[Any] = set()
    for index, piece in enumerate(pieces):
        received = bytes(piece)
        try:
            statement = validate(received)
            _check_repeat(statement, seen)
        except InvalidStatement as error:
            raise InvalidStatement(f"$[{index}]{error.path[1:]}", error.rule, error.message) from None
        checked.append((received, statement))
    return checked


def _validate_by_kind(raw: bytes) -> Statement[Any]:
    """Validates a statement about something else than an activity, or says what is wrong with it."""
    statement = _read_by_kind(raw)
    check_spelling(raw)
    check_object_spelling(raw)
    check_statement(statement)
    return statement


def _read_by_kind(raw: bytes) -> Statement[Any]:
    decode = _decoder(parse(raw))
    try:
        return decode(raw)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None


def _may_repeat_a_key(raw: bytes, statement: Statement[Any]) -> bool:
    """Says whether a key can stand twice; False is certain, True asks for the strict parser.

    The decoder drops all but the last of the pairs that share a key, and each dropped pair has a key in
    quotes. Where nothing is escaped, quotes only ever delimit strings, and every string of the decoded
    statement is one of the received ones: if both have as many quotes, nothing was dropped.
    """
    if b"\\" in raw:
        return True
    try:
        return raw.count(b'"') != _encode(statement).count(b'"')
    except OverflowError:
        return True


def _decoder(document: Any) -> _Decode:
    """The decoder for the kind of object; a malformed statement gets a decoder that will say so."""
    decoders = _ABOUT
    try:
        thing = document["object"]
        kind = thing.get("objectType", "Activity")
        if kind == "SubStatement":
            decoders = _TOLD
            kind = thing["object"].get("objectType", "Activity")
        return decoders[kind]
    except (TypeError, KeyError, AttributeError):
        return decoders["Activity"]


def _check_repeat(statement: Statement[Any], seen: set[Any]) -> None:
    if statement.id is UNSET:
        return
    if statement.id in seen:
        raise InvalidStatement("$.id", "repeated-id", "is used twice in one batch")
    seen.add(statement.id)


def _refusal(message: str) -> InvalidStatement:
    """The decoder's complaint with its path and a rule's name."""
    found = _AT.search(message)
    path = found.group(1) if found else "$"
    plain = message[: found.start()] if found else message
    for beginning, rule in _MESSAGES:
        if plain.startswith(beginning):
            return InvalidStatement(path, rule, plain)
    return InvalidStatement(path, "null" if plain.endswith("got `null`") else "type", plain)

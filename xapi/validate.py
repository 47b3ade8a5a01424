"""Says whether bytes are a valid xAPI statement, 1.0.3 or 2.0, more strictly than most stores do.

Types (`model`), spelling (`spelling`) and rules (`rules`), on the bytes as received. Nothing is repaired and
nothing is written back: what is stored is what came. Whether a key stands twice is decided by a strict parser
(`strict_json`), which is asked only where a count leaves it open: see `_may_repeat_a_key`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET
from msgspec.json import Decoder

from xapi.batches import MAX_BATCH, MAX_BATCH_BYTES, pieces
from xapi.errors import InvalidStatement
from xapi.model import Activity, Actor, Statement, StatementRef, SubStatement, Version
from xapi.rules import check_statement
from xapi.rules.faults import refusal
from xapi.rules.scores import check_exact_scores, may_tie
from xapi.spelling import check_object_spelling, check_spelling
from xapi.strict_json import MAX_BYTES, PARSER_DEPTH, check_size, exact_number, parse, write

_Decode: TypeAlias = Callable[[bytes], Statement[Any]]


def _decoder_of(kind: Any) -> _Decode:
    """Reads statements of one type; the numbers in extensions keep all their digits."""
    return Decoder(kind, float_hook=exact_number).decode


_about_activity = _decoder_of(Statement[Activity])
_about_actor = _decoder_of(Statement[Actor])
_ABOUT: dict[str, _Decode] = {
    "Activity": _about_activity,
    "Agent": _about_actor,
    "Group": _about_actor,
    "StatementRef": _decoder_of(Statement[StatementRef]),
}
_told_actor = _decoder_of(Statement[SubStatement[Actor]])
_TOLD: dict[str, _Decode] = {
    "Activity": _decoder_of(Statement[SubStatement[Activity]]),
    "Agent": _told_actor,
    "Group": _told_actor,
    "StatementRef": _decoder_of(Statement[SubStatement[StatementRef]]),
}
"""The decoders by the kind of object, and by the kind of object of a sub-statement."""

_ARRAY = re.compile(rb"[ \t\r\n]*\[")
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def validate(raw: bytes, version: Version = "1.0.3", *, max_bytes: int = MAX_BYTES) -> Statement[Any]:
    """The typed view of a valid statement.

    Its object is an Activity, an Actor, a StatementRef or a SubStatement of one of these. Times finer than
    a microsecond are rounded in the view; keep the bytes.

    Raises:
        InvalidStatement: with the JSON path and the name of the first broken rule.
    """
    check_size(raw, max_bytes)
    if raw.count(b"{") + raw.count(b"[") > PARSER_DEPTH:
        parse(raw, max_bytes)  # how deep the decoder goes differs between Pythons
    try:
        statement = _about_activity(raw)
    except _UNREADABLE:
        return _validate_by_kind(raw, version, max_bytes)
    if _may_repeat_a_key(raw, statement):
        parse(raw, max_bytes)
    check_spelling(raw)
    check_statement(statement, version)
    if may_tie(statement):
        check_exact_scores(raw)
    return statement


def read(raw: bytes) -> Statement[Any]:
    """The typed view of a statement that was valid when it was stored; no rule is checked again.

    Raises:
        InvalidStatement: the bytes have not even the shape of a statement.
    """
    try:
        return _about_activity(raw)
    except _UNREADABLE:
        return _read_by_kind(raw, len(raw))


def validate_batch(
    raw: bytes,
    version: Version = "1.0.3",
    *,
    max_bytes: int = MAX_BATCH_BYTES,
    max_statements: int = MAX_BATCH,
    max_statement_bytes: int = MAX_BYTES,
) -> list[tuple[bytes, Statement[Any]]]:
    """The statements of a JSON array (or a lone one), each with its bytes as received.

    Raises:
        InvalidStatement: as `validate`, its path beginning with the index (`$[3].actor`); an id given twice;
            more bytes or statements than are allowed (`size`, `batch-size`).
    """
    check_size(raw, max_bytes)
    return list(validate_each(raw, version, max_statements, max_statement_bytes))


def validate_each(
    raw: bytes, version: Version, max_statements: int = MAX_BATCH, max_statement_bytes: int = MAX_BYTES
) -> Iterator[tuple[bytes, Statement[Any]]]:
    """The same one after the other, so that no more views are in memory than are used; see `validate_batch`."""
    if not is_batch(raw):
        yield raw, validate(raw, version, max_bytes=max_statement_bytes)
        return
    seen: set[Any] = set()
    for index, piece in enumerate(pieces(raw, max_statements)):
        try:
            statement = validate(piece, version, max_bytes=max_statement_bytes)
            _check_repeat(statement, seen)
        except InvalidStatement as error:
            raise InvalidStatement(f"$[{index}]{error.path[1:]}", error.rule, error.message) from None
        yield piece, statement


def is_batch(raw: bytes) -> bool:
    """Says whether this is an array of statements and not one statement."""
    return _ARRAY.match(raw) is not None


def _validate_by_kind(raw: bytes, version: Version, max_bytes: int) -> Statement[Any]:
    """Validates a statement about something else than an activity, or says what is wrong with it."""
    statement = _read_by_kind(raw, max_bytes)
    check_spelling(raw)
    check_object_spelling(raw)
    check_statement(statement, version)
    check_exact_scores(raw)
    return statement


def _read_by_kind(raw: bytes, max_bytes: int) -> Statement[Any]:
    decode = _decoder(parse(raw, max_bytes))
    try:
        return decode(raw)
    except msgspec.ValidationError as error:
        raise refusal(str(error)) from None
    except _UNREADABLE as error:
        raise InvalidStatement("$", "json", "is not JSON") from error


def _may_repeat_a_key(raw: bytes, statement: Statement[Any]) -> bool:
    """Says whether a key can stand twice; False is certain, True asks for the strict parser.

    The decoder drops all but the last of the pairs that share a key, and each dropped pair has a key in
    quotes. Where nothing is escaped, quotes only ever delimit strings, and every string of the decoded
    statement is one of the received ones: if both have as many quotes, nothing was dropped.
    """
    try:
        written = write(statement)
    except RecursionError:
        return True
    if written == raw:
        return False
    return b"\\" in raw or raw.count(b'"') != written.count(b'"')


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

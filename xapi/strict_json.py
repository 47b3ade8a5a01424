"""JSON read so that no two readers can understand it differently.

Refused: duplicate keys, NaN and infinities, lone surrogates, invalid UTF-8, great size. The parser itself
gives up at a depth of 200, before any stack is at stake.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import jiter
import msgspec

from xapi.errors import InvalidStatement

PARSER_DEPTH = 200
"""Objects and arrays within each other at which `parse` gives up."""

MAX_BYTES = 1024 * 1024
"""Bytes of one statement, 1 MiB."""

_encode = msgspec.json.Encoder(decimal_format="number").encode
_NOT_A_NUMBER = re.compile(rb"(?:^|[\s\[:,])(?:NaN|-?Infinity)\b")
_QUOTED = re.compile(r' ".*"', re.DOTALL)
_RULES = (
    ("Detected duplicate key", "duplicate-key"),
    ("recursion limit", "depth"),
    ("number out of range", "number"),
    ("invalid unicode", "utf-8"),
    ("lone leading surrogate", "surrogate"),
    ("unexpected end of hex escape", "surrogate"),
)
_parse = partial(
    jiter.from_json,
    allow_inf_nan=False,
    catch_duplicate_keys=True,
    cache_mode="keys",
    float_mode="lossless-float",
)


def parse(raw: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """The parsed JSON; a number with a fraction or an exponent is a `jiter.LosslessFloat`.

    Raises:
        InvalidStatement: with rule `size`, `depth`, `duplicate-key`, `number`, `utf-8`, `surrogate`, `json`.
    """
    check_size(raw, max_bytes)
    try:
        return _parse(raw)
    except ValueError as error:
        raise _refusal(raw, str(error)) from None


def check_size(raw: bytes, max_bytes: int) -> None:
    """Raises InvalidStatement for more bytes than are allowed."""
    if len(raw) > max_bytes:
        raise InvalidStatement("$", "size", f"more than {max_bytes} bytes")


def exact_number(text: str) -> Decimal | msgspec.Raw:
    """A JSON number with all its digits; as it is written where its exponent is too great for a Decimal."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return msgspec.Raw(text.encode())


def write(value: Any) -> bytes:
    """The JSON of what was decoded with `exact_number`, be it typed or not: its numbers keep all their digits."""
    try:
        return _encode(value)
    except OverflowError:  # an integer of more than 64 bits
        return _encode(_widened(msgspec.to_builtins(value, builtin_types=(Decimal, msgspec.Raw))))


def _widened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _widened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_widened(inner) for inner in value]
    return Decimal(value) if type(value) is int else value


def is_deeper(value: Any, limit: int) -> bool:
    """Says whether a parsed value nests deeper than `limit` objects and arrays."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return limit == 0 or any(is_deeper(inner, limit - 1) for inner in value)


def _refusal(raw: bytes, message: str) -> InvalidStatement:
    """The parser's complaint under a rule's name, without the sender's words."""
    if _NOT_A_NUMBER.search(raw):
        return InvalidStatement("$", "number", "NaN and infinities are no JSON numbers")
    plain = _QUOTED.sub("", message)
    for beginning, rule in _RULES:
        if message.startswith(beginning):
            return InvalidStatement("$", rule, plain)
    return InvalidStatement("$", "json", f"is not JSON: {plain}")

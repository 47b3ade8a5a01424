"""JSON read so that no two readers can understand it differently.

Refused: duplicate keys, NaN and infinities, lone surrogates, invalid UTF-8, great size. The parser itself
gives up at a depth of 200, before any stack is at stake.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import jiter

from xapi.errors import InvalidStatement

MAX_BYTES = 1024 * 1024
"""Bytes of one statement, 1 MiB."""

_NOT_A_NUMBER = re.compile(rb"(?:^|[\s\[:,])(?:NaN|-?Infinity)\b")
_RULES = (
    ("Detected duplicate key", "duplicate-key"),
    ("recursion limit", "depth"),
    ("invalid unicode", "utf-8"),
    ("lone leading surrogate", "surrogate"),
    ("unexpected end of hex escape", "surrogate"),
)
_parse = partial(jiter.from_json, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")


def parse(raw: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """The parsed JSON.

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


def is_deeper(value: Any, limit: int) -> bool:
    """Says whether a parsed value nests deeper than `limit` objects and arrays."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return limit == 0 or any(is_deeper(inner, limit - 1) for inner in value)


def _refusal(raw: bytes, message: str) -> InvalidStatement:
    if _NOT_A_NUMBER.search(raw):
        return InvalidStatement("$", "number", "NaN and infinities are no JSON numbers")
    for beginning, rule in _RULES:
        if message.startswith(beginning):
            return InvalidStatement("$", rule, message)
    return InvalidStatement("$", "json", f"is not JSON: {message}")

"""How a broken rule is told: its path is put together only now, step by step from within.

A check names the step below it, its caller puts its own step before that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from xapi.errors import InvalidStatement

Value = TypeVar("Value")

_MESSAGES = (
    ("Object contains unknown field", "unknown-property"),
    ("Object missing required field", "missing-property"),
    ("Invalid UUID", "uuid"),
    ("Invalid RFC3339", "timestamp"),
    ("Expected `datetime`", "timestamp"),
    ("Invalid enum value", "choice"),
    ("Number out of range", "number"),
    ("Invalid decimal string", "number"),
    ("Integer value out of range", "number"),
)
_PLAIN_NAME = re.compile(r"field `[A-Za-z]{1,40}`$")
"""A property may be named; other words, and stranger names, may be a person's."""

_AT = re.compile(r" - at `(\$[^`]*)`$")


def broken(path: str, rule: str, message: str) -> InvalidStatement:
    """The error of a broken rule."""
    return InvalidStatement(path, rule, message)


def must(holds: bool, path: str, rule: str, message: str) -> None:
    """Raises the error unless the rule holds."""
    if not holds:
        raise InvalidStatement(path, rule, message)


def under(step: str, error: InvalidStatement) -> InvalidStatement:
    """The same error, one step further from the value."""
    return InvalidStatement(f"$.{step}{error.path[1:]}", error.rule, error.message)


def below(step: str, check: Callable[[Value], None], value: Value) -> None:
    """Checks a value that stands at `step`."""
    try:
        check(value)
    except InvalidStatement as error:
        raise under(step, error) from None


def each(values: Iterable[Value], check: Callable[[Value], None]) -> None:
    """Checks the values of a list."""
    index = 0
    try:
        for value in values:
            check(value)
            index += 1
    except InvalidStatement as error:
        raise InvalidStatement(f"$[{index}]{error.path[1:]}", error.rule, error.message) from None


def refusal(message: str) -> InvalidStatement:
    """The decoder's complaint with its path and a rule's name, without the sender's words."""
    found = _AT.search(message)
    path = found.group(1) if found else "$"
    plain = message[: found.start()] if found else message
    for beginning, rule in _MESSAGES:
        if plain.startswith(beginning):
            return InvalidStatement(path, rule, plain if _PLAIN_NAME.search(plain) else beginning)
    return InvalidStatement(path, "null" if plain.endswith("got `null`") else "type", plain)

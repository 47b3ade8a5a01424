"""Whether the conditions of a rule hold on an item, and which of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from gleanery.flow.rules.cases import Case
from gleanery.flow.rules.fields import Kind, Op, kind_of
from gleanery.flow.rules.patterns import folded, has_word, is_found
from gleanery.flow.rules.writing import AnyOf, Condition, Node, Not, parts_of

MAX_SECONDS = 1.0
"""Seconds of work that all rules together may take on one item."""


class TooSlow(Exception):
    """The rules took longer on an item than they may."""


@dataclass
class Patience:
    """How long the rules may still work on one item; `clock` counts what this thread worked, in seconds."""

    clock: Callable[[], float] = time.thread_time
    seconds: float = MAX_SECONDS
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = self.clock() + self.seconds

    def require(self) -> None:
        """Raises: TooSlow where it is used up."""
        if self.clock() > self._until:
            raise TooSlow


def held(node: Node, case: Case, patience: Patience, first: int = 1) -> tuple[int, ...] | None:
    """The numbers of the conditions that made it hold, None where it does not hold.

    Conditions are numbered as they are written, from `first`. Of those joined by `any` the first that holds is
    named; below a `not`, all those that do not. Raises: TooSlow.
    """
    if isinstance(node, Condition):
        patience.require()
        return (first,) if _meets(node, case) else None
    if isinstance(node, Not):
        inner = held(node.no, case, patience, first)
        return tuple(range(first, first + _size(node))) if inner is None else None
    named: tuple[int, ...] = ()
    for part in parts_of(node):
        found = held(part, case, patience, first)
        if isinstance(node, AnyOf):
            if found is not None:
                return found
        elif found is None:
            return None
        else:
            named += found
        first += _size(part)
    return None if isinstance(node, AnyOf) else named


def _size(node: Node) -> int:
    """How many conditions a node has."""
    return 1 if isinstance(node, Condition) else sum(map(_size, parts_of(node)))


def _meets(asked: Condition, case: Case) -> bool:
    """Whether one of the field's values meets the condition."""
    if asked.op is Op.KNOWN:
        return bool(case.values(asked.field))
    kind = kind_of(asked.field)
    if kind in (Kind.TEXT, Kind.NAME):
        return _text_meets(asked, case)
    values = case.values(asked.field)
    if kind is Kind.YES_NO:
        return asked.value in values
    if kind is Kind.DAY:
        return any(_day_meets(asked, value) for value in values)
    return any(_NUMBERS[asked.op](value, asked.value) for value in values)


def _text_meets(asked: Condition, case: Case) -> bool:
    if asked.op is Op.MATCHES:
        seen = case.texts(asked.field, fold=False)
        return any(is_found(pattern, text) for text in seen for pattern in asked.texts)
    wanted = [folded(one) for one in asked.texts]
    compare = _TEXTS[asked.op]
    return any(compare(text, one) for text in case.texts(asked.field, fold=True) for one in wanted)


def _day_meets(asked: Condition, value: datetime) -> bool:
    day = date.fromisoformat(asked.texts[0])
    at = value.astimezone(UTC).date()
    return at < day if asked.op is Op.BEFORE else at >= day


_TEXTS: Mapping[Op, Callable[[str, str], bool]] = {
    Op.HAS: lambda text, one: one in text,
    Op.HAS_WORD: has_word,
    Op.BEGINS: lambda text, one: text.startswith(one),
    Op.IS: lambda text, one: text == one,
    Op.ONE_OF: lambda text, one: text == one,
}
_NUMBERS: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.AT_LEAST: lambda value, than: value >= than,
    Op.AT_MOST: lambda value, than: value <= than,
    Op.OVER: lambda value, than: value > than,
    Op.UNDER: lambda value, than: value < than,
    Op.IS: lambda value, than: value == than,
}

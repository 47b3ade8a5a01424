"""A requirement on the data as a table row: what may stand at some places of a statement, and what may not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import uuid4

from tests.xapi.conformance.requirements import VERSIONS
from xapi.model import Version

ABSENT: Final = object()
"""In the place of a value: nothing stands there."""

_OUTERMOST = ("id", "stored", "authority", "version")
_STEP = re.compile(r"\.(\d+)")
_LAST_STEP = re.compile(r"(\.[^.\[]*|\[\d+\])$")


@dataclass(frozen=True)
class Rule:
    """At each place of `where`, dotted, a value of `good` is accepted and one of `bad` refused.

    `given` stands in the statement beside it, by place; its values are set first, in order. A rule of the
    `outermost` statement says nothing of sub-statements.
    """

    where: str | tuple[str, ...]
    good: Sequence[Any]
    bad: Sequence[Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    versions: Sequence[Version] = VERSIONS
    outermost: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """The places, also of a rule with one."""
        return (self.where,) if isinstance(self.where, str) else self.where


class Placed(NamedTuple):
    """A statement with a value in its place, which is told as errors tell it."""

    document: Any
    place: str

    def is_told_by(self, path: str) -> bool:
        """Whether a fault at this path is one of the place: there, below, or told of what holds it."""
        return path.startswith(self.place) or path == _holder(self.place)


def small() -> dict[str, Any]:
    """A statement with nothing but what it must have, an id of its own, and an activity."""
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://example.org", "name": "learner"}},
        "verb": {"id": "https://example.org/verbs/read"},
        "object": {"id": "https://example.org/pages/one"},
    }


def accepted(rule: Rule) -> Iterator[Placed]:
    """Statements that keep the rule."""
    return _statements(rule, rule.good)


def refused(rule: Rule) -> Iterator[Placed]:
    """Statements that break it."""
    return _statements(rule, rule.bad)


def within_sub_statement(rule: Rule, values: Sequence[Any]) -> Iterator[Placed]:
    """The statements with these values as objects of others; none where the rule is for outermost ones."""
    for one in _statements(rule, values):
        step = one.place.removeprefix("$.").partition(".")[0]
        if not (rule.outermost or step in _OUTERMOST or is_told(one.document.get("object"))):
            told = {name: one.document[name] for name in one.document if name not in _OUTERMOST}
            whole = {**small(), "object": {"objectType": "SubStatement", **told}}
            yield Placed(whole, one.place.replace("$", "$.object", 1))


def is_told(thing: Any) -> bool:
    """Whether the object of a statement is a sub-statement."""
    return isinstance(thing, dict) and thing.get("objectType") == "SubStatement"


def placed(document: Any, place: str, value: Any) -> Any:
    """A copy with a value at a dotted place; objects that are missing on the way are made."""
    step, _, rest = place.partition(".")
    if isinstance(document, list):
        at = int(step)
        inner = placed(document[at], rest, value) if rest else value
        return [*document[:at], *([] if inner is ABSENT else [inner]), *document[at + 1 :]]
    inner = placed(document.get(step, {}), rest, value) if rest else value
    others = {name: document[name] for name in document if name != step}
    return others if inner is ABSENT else others | {step: inner}


def path_of(place: str) -> str:
    """A dotted place as errors tell it."""
    return _STEP.sub(r"[\1]", f"$.{place}")


def _statements(rule: Rule, values: Sequence[Any]) -> Iterator[Placed]:
    for place in rule.places:
        for value in values:
            document: Any = small()
            for beside, given in rule.given.items():
                document = placed(document, beside, given)
            path = path_of(place)
            yield Placed(placed(document, place, value), _holder(path) if value is ABSENT else path)


def _holder(path: str) -> str:
    """The path of what a place is in."""
    return _LAST_STEP.sub("", path)

"""The rules that hold now, in their order, and their finding on an item.

Of the rules that say keep, ask or drop the first that holds speaks, and its word stands in place of what the steps
found. Tags, goals and places come from all that hold. What a guard found, or a step that failed, no rule outweighs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, TypeVar
from uuid import UUID

from gleanery.flow.judging import FAILED
from gleanery.flow.rules.cases import Case
from gleanery.flow.rules.holding import Patience, TooSlow, held
from gleanery.flow.rules.writing import Written
from gleanery.ports import Finding, Label, Verdict

NAME = "rules"
"""The judge that rules are, beside the steps."""

SLOW = "rules.slow"
_SPEAKING: Mapping[str, Verdict] = {"keep": "keep", "ask": "ask", "drop": "drop"}

REASONS: Mapping[str, str] = {
    "rules.keep": "Kept by the rule “{name}”.",
    "rules.ask": "The rule “{name}” asks: {why}",
    "rules.drop": "Dropped by the rule “{name}”: {why}",
    "rules.matched": "Rules added to it: {names}.",
    "rules.none": "No rule is about it.",
    "rules.blocked": "No rule was asked, for its words are withheld.",
    "rules.slow": "The rule “{name}” took too long on these words and was stopped; a person has to look.",
}
"""What the findings say, in words."""


class InForce(NamedTuple):
    """A rule that is on, in the version that counts."""

    id: UUID
    version: int
    written: Written


class Matched(NamedTuple):
    """A rule that holds on an item, and the numbers of its conditions that made it hold."""

    rule: InForce
    conditions: tuple[int, ...]

    @property
    def mark(self) -> str:
        """Rule, version and conditions in one string: what explains a finding later."""
        return f"{self.rule.id}@{self.rule.version}:{','.join(map(str, self.conditions))}"


@dataclass(frozen=True)
class Ruling:
    """The judge `rules`: its version is the number of the set whose rules these are."""

    version: str
    rules: tuple[InForce, ...]
    name: ClassVar[str] = NAME
    reasons: ClassVar[Mapping[str, str]] = REASONS

    def judge(self, case: Case, patience: Callable[[], Patience] = Patience) -> Finding:
        """The finding of all rules on an item."""
        if case.is_blocked:
            return Finding("keep", "rules.blocked")
        matched: list[Matched] = []
        waiting = patience()
        for rule in self.rules:
            try:
                conditions = held(rule.written.when, case, waiting)
            except TooSlow:
                return Finding("ask", SLOW, {"name": rule.written.name, "matched": Matched(rule, ()).mark})
            if conditions is not None:
                matched.append(Matched(rule, conditions))
        return _finding(matched)


def _finding(matched: Sequence[Matched]) -> Finding:
    if not matched:
        return Finding("keep", "rules.none")
    effects = [one.rule.written.effect for one in matched]
    params = {
        "matched": " ".join(one.mark for one in matched),
        "names": ", ".join(one.rule.written.name for one in matched),
        "goals": "\n".join(dict.fromkeys(one.goal for one in effects if one.do == "goal")),
        "place": next((one.do for one in effects if one.do in ("first", "last")), ""),
    }
    labels = tuple(Label(one.framework, one.concept, 1.0) for one in effects if one.do == "tag")
    verdict, reason = "keep", "rules.matched"
    speaker = next((one.rule.written for one in matched if one.rule.written.effect.do in _SPEAKING), None)
    if speaker is not None:
        verdict, reason = speaker.effect.do, f"rules.{speaker.effect.do}"
        params |= {"name": speaker.name, "why": speaker.effect.why}
    return Finding(_SPEAKING[verdict], reason, params, labels=labels)


# --------------------------------------------------------------------------- what follows


class Says(Protocol):
    """A finding or the row of one: whose it is and what it says."""

    @property
    def step(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reason(self) -> str: ...


S = TypeVar("S", bound=Says)


def weighty(found: Iterable[S], guards: Collection[str]) -> list[S]:
    """The findings that decide where the item stands: where a rule speaks, it and what no rule outweighs.

    `guards`: the names of the steps that guard the house.
    """
    told = list(found)
    if not any(one.step == NAME and one.reason in _SPOKEN for one in told):
        return told
    return [
        one for one in told if one.step in {NAME, *guards} or one.verdict == "block" or one.reason == FAILED
    ]


_SPOKEN = {f"rules.{one}" for one in _SPEAKING}


def goals_given(params: Mapping[str, object]) -> list[str]:
    """The goals that rules gave an item, from the parameters of their finding."""
    return [goal for goal in str(params.get("goals", "")).split("\n") if goal]


def lift(step: str, params: Mapping[str, object]) -> float:
    """What a rule's word on the place in the queue adds to an item's score."""
    return {"first": 1.0, "last": -1.0}.get(str(params.get("place", "")), 0.0) if step == NAME else 0.0

"""What is known of items in words: what the steps found, tags by their labels, goals by their titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.confirmed import by_person
from gleanery.flow.house import House
from gleanery.flow.items.concepts import preferred
from gleanery.flow.rules.ruling import REASONS
from gleanery.model.items import FindingRow, ItemGoal, Tag
from gleanery.ports import Band, band_of

OWN_REASONS = {
    **REASONS,
    "step.failed": "The step {step} failed on these words; a person has to look.",
    "words.withheld": "Holds words that a step blocks.",
    "changed.since_approval": "Changed since it was approved.",
    "source.gone": "Gone at its source.",
    "link.gone": "What it leads to is gone.",
    "link.failing": "What it leads to has not answered for a while.",
    "link.back": "What it leads to is there again.",
    "review.due": "To be looked at again.",
    "review.expired": "Its time is over.",
    "merged": "Merged into another item.",
    "relevance.rated": "Wanted for {goal} with {percent} %, says what was learned (version {model}).",
}
"""Reasons that the house itself gives, in words."""


@dataclass(frozen=True)
class Reason:
    """A step's finding in words; the pattern and its parameters for those who say it in another language."""

    step: str
    verdict: str
    code: str
    words: str
    flags: tuple[str, ...] = ()
    pattern: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TagShown:
    """A tag with its label, who said so and how sure."""

    framework: str
    concept: str
    label: str
    said_by: str
    confidence: float

    @property
    def by_person(self) -> bool:
        """Whether a person said so, not a rule."""
        return by_person(self.said_by)

    @property
    def band(self) -> Band:
        """How sure, in three steps."""
        return band_of(self.confidence)


@dataclass(frozen=True)
class GoalShown:
    """A goal the item serves and why."""

    goal: str
    title: str
    why: str
    evidence: str = ""


# --------------------------------------------------------------------------- findings


def reasons_shown(house: House, findings: Sequence[FindingRow]) -> list[Reason]:
    """What the steps found, in the order of the steps."""
    order = {judge.plugin.name: place for place, judge in enumerate(house.steps)}
    return [
        Reason(
            row.step,
            row.verdict,
            row.reason,
            filled(pattern := _pattern(house, row), row.params),
            tuple(row.flags),
            pattern,
            row.params,
            row.scores,
        )
        for row in sorted(findings, key=lambda one: order.get(one.step, len(order)))
    ]


def _pattern(house: House, row: FindingRow) -> str:
    """The sentence of a finding's reason, with places for its parameters."""
    for judge in house.steps:
        if judge.plugin.name == row.step and row.reason in judge.plugin.reasons:
            return str(judge.plugin.reasons[row.reason])
    return OWN_REASONS.get(row.reason, row.reason)


def filled(pattern: str, params: Mapping[str, Any]) -> str:
    """A sentence with its parameters."""
    return pattern.format_map(_Params(params))


class _Params(dict[str, Any]):
    """A finding's parameters; one that a newer wording wants and an older finding lacks shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


# --------------------------------------------------------------------------- tags and goals


def tags_shown(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[TagShown]]:
    """By item: its tags, the surest first."""
    found: dict[UUID, list[TagShown]] = defaultdict(list)
    rows = session.exec(
        select(Tag).where(col(Tag.item_id).in_(ids)).order_by(col(Tag.confidence).desc(), col(Tag.concept))
    ).all()
    labels = preferred(session, {row.concept for row in rows}, "en")
    for row in rows:
        label = labels.get((row.framework, row.concept), row.concept)
        found[row.item_id].append(TagShown(row.framework, row.concept, label, row.said_by, row.confidence))
    return found


def goals_shown(house: House, session: Session, ids: Sequence[UUID]) -> dict[UUID, list[GoalShown]]:
    """By item: the goals it serves, by name."""
    titles = {goal.name: goal.title for goal in house.config.goals}
    found: dict[UUID, list[GoalShown]] = defaultdict(list)
    rows = session.exec(
        select(ItemGoal).where(col(ItemGoal.item_id).in_(ids)).order_by(col(ItemGoal.goal))
    ).all()
    labels = preferred(session, {row.evidence for row in rows if row.why == "competency"}, "en")
    by_iri = {iri: label for (_, iri), label in labels.items()}
    for row in rows:
        evidence = by_iri.get(row.evidence, row.evidence)
        found[row.item_id].append(
            GoalShown(row.goal, titles.get(row.goal, row.goal), f"{row.why}: {evidence}", evidence)
        )
    return found

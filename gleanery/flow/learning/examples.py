"""What is learned from: persons' decisions that stand, on items whose words may be learned from and still stand.

A decision speaks of the goals that its item serves, and of every goal where it serves none. What policies decided,
what was undone, and every decision but the last on an item is left out; nobody's name goes along.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.config import GoalSettings
from gleanery.flow.house import House
from gleanery.flow.items.concepts import preferred
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemGoal, ItemState
from gleanery.ports import UNWANTED, WANTED, Aim, Example, Subject

STEP = "relevance"
"""The step whose findings are the ratings."""

MOST = 2_000
"""Decisions that are learned from, the latest first: an older taste counts no more."""

AROUND = 500
"""Items that wait, the newest first, of which it is learned how words are used."""

SHORT = 500
"""Signs of such an item's text that are read."""

EVERYTHING = "everything"
"""What stands for the goal where none is configured: whatever is approved is wanted."""

_AT_ONCE = 200
_SAYS = {DecisionVerdict.APPROVE: WANTED, DecisionVerdict.REJECT: UNWANTED, DecisionVerdict.RETRACT: UNWANTED}
CLOSED = (ItemState.QUARANTINED, ItemState.DROPPED)


@dataclass(frozen=True)
class Learnable:
    """The words of an item as they are learned from, and the contents they come from."""

    item_id: UUID
    revision: int
    subject: Subject
    contents: frozenset[UUID]


@dataclass(frozen=True)
class Learnt:
    """An item that is learned from, and what the decision on it says."""

    item: Learnable
    decision_id: UUID
    label: str

    @property
    def example(self) -> Example:
        """As a trainer is given it: without who decided."""
        return Example(self.item.subject, self.label)


@dataclass(frozen=True)
class Material:
    """All that a goal's model is fitted from."""

    aim: Aim
    learnt: Sequence[Learnt]
    around: Sequence[Learnable]

    @property
    def digest(self) -> str:
        """The hash of the ids, revisions and labels, in a stable order."""
        told = sorted((str(one.item.item_id), one.item.revision, one.label) for one in self.learnt)
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def contents(self) -> frozenset[UUID]:
        """Every content whose words go in."""
        items = [*(one.item for one in self.learnt), *self.around]
        return frozenset().union(*(item.contents for item in items))


def goals_learned(house: House) -> Sequence[GoalSettings]:
    """The goals there is a model for: those configured, else one for everything."""
    return house.config.goals or (GoalSettings(name=EVERYTHING, title=""),)


def material(house: House, session: Session, goal: GoalSettings) -> Material:
    """What the model of a goal is fitted from, as it stands now."""
    return Material(aim_of(session, goal), _learnt(house, session, goal), _around(house, session))


def aim_of(session: Session, goal: GoalSettings) -> Aim:
    """What a goal says of itself: its title, its words and the labels of its competencies."""
    labels = preferred(session, set(goal.competencies), "en")
    return Aim(title=goal.title, words=goal.words, labels=tuple(sorted(set(labels.values()))))


def latest(session: Session, goal: str, most: int = MOST) -> list[tuple[Decision, Item]]:
    """The last standing decision of a person on each item that speaks of a goal, the newest first."""
    last = (
        select(col(Decision.item_id).label("item_id"), func.max(Decision.number).label("number"))
        .where(col(Decision.undone_at).is_(None))
        .group_by(col(Decision.item_id))
        .subquery()
    )
    rows = session.exec(
        select(Decision, Item)
        .join(last, (last.c.item_id == Decision.item_id) & (last.c.number == Decision.number))
        .join(Item, col(Item.id) == col(Decision.item_id))
        .where(col(Decision.actor).startswith("person:"), col(Item.merged_into).is_(None))
        .where(col(Item.state).not_in(CLOSED), col(Item.revision) == col(Decision.revision))
        .where(_speaks_of(goal))
        .order_by(col(Decision.at).desc(), col(Decision.id))
        .limit(most)
    ).all()
    return [(decision, item) for decision, item in rows]


def _speaks_of(goal: str) -> Any:
    serves = select(ItemGoal.item_id).where(ItemGoal.item_id == Item.id)
    return serves.where(ItemGoal.goal == goal).exists() | ~serves.exists() | (goal == EVERYTHING)


def _learnt(house: House, session: Session, goal: GoalSettings) -> list[Learnt]:
    found = latest(session, goal.name)
    items = learnable(house, session, [item for _, item in found])
    return [
        Learnt(items[item.id], decision.id, _SAYS[decision.verdict])
        for decision, item in found
        if item.id in items
    ]


def _around(house: House, session: Session) -> list[Learnable]:
    items = session.exec(
        select(Item)
        .where(Item.state == ItemState.WAITING, col(Item.merged_into).is_(None))
        .order_by(col(Item.seq).desc())
        .limit(AROUND)
    ).all()
    return [_shortened(one) for one in learnable(house, session, items).values()]


def _shortened(item: Learnable) -> Learnable:
    return replace(item, subject=replace(item.subject, text=item.subject.text[:SHORT]))


def learnable(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, Learnable]:
    """Those items whose posts may all be learned from, and of which nothing is withheld."""
    revisions = {item.id: item.revision for item in items}
    found: dict[UUID, Learnable] = {}
    for at in range(0, len(items), _AT_ONCE):
        for item_id, words in words_of_many(house, session, items[at : at + _AT_ONCE]).items():
            if may_learn(words):
                contents = frozenset(told.content.id for told in words.tellings)
                found[item_id] = Learnable(item_id, revisions[item_id], words.subject(), contents)
    return found


def may_learn(words: ItemWords) -> bool:
    """Whether the terms of every post about an item allow to learn from its words, and nothing of it is withheld."""
    return not words.withheld and all(
        told.policy.may_learn and not told.content.withheld for told in words.tellings
    )

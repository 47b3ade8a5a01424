"""Counts days from the tables themselves. Whatever is kept of it can be made anew by the same functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from gleanery.flow.confirmed import standing
from gleanery.flow.house import House
from gleanery.flow.record import STORE, driver
from gleanery.flow.reports import lengths, trees
from gleanery.flow.reports.measures import (
    ALWAYS,
    APPROVED,
    COMPLETED,
    COMPLETING,
    COVERS,
    COVERS_BELOW,
    DECIDED,
    DELIVERED,
    FEWEST,
    IMPORTED,
    JUDGED,
    KEPT,
    OPENED,
    OPENING,
    REJECTED,
    STATEMENTS,
    STATES_KEPT,
    WAITED,
    Count,
)
from gleanery.model.destinations import Action, Delivery
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemGoal, ItemState, Tag
from gleanery.model.people import Person
from gleanery.model.posts import Sighting
from gleanery.model.sources import Source
from xapi.lrs.daily import Daily

_DAY = timedelta(days=1)


def midnight(day: date) -> datetime:
    """The beginning of a day, UTC."""
    return datetime.combine(day, datetime.min.time(), UTC)


def day_of(at: datetime) -> date:
    """The UTC day of a time."""
    return at.astimezone(UTC).date()


def daily(session: Session) -> Daily:
    """The statements of the house, by day."""
    return Daily(driver(session), STORE)


# --------------------------------------------------------------------------- items


class Made(NamedTuple):
    """An item with what it is counted by."""

    id: UUID
    seq: int
    state: ItemState
    source: str
    goals: tuple[str, ...]
    is_delivered: bool


def items_of(house: House, session: Session, day: date) -> Iterator[Count]:
    """How far the items made on a day came, by source and goal."""
    counts: Counter[tuple[str, str, str]] = Counter()
    reached = _Reached(house, session)
    for item in made(session, day):
        counts.update(steps_of(item, reached))
    for (stage, source, goal), number in counts.items():
        yield Count(stage, day, source, goal, number)


def steps_of(item: Made, reached: _Reached | None = None) -> Iterator[tuple[str, str, str]]:
    """What an item counts as: stages, its source, its goals; without `reached` as far as a destination."""
    stages = list(_stages(item, reached))
    return ((stage, item.source, goal) for stage in stages for goal in ("", *item.goals))


def _stages(item: Made, reached: _Reached | None) -> Iterator[str]:
    yield IMPORTED
    if item.state in STATES_KEPT:
        yield KEPT
    if item.state is ItemState.REJECTED:
        yield REJECTED
    if item.state is not ItemState.APPROVED:
        return
    yield APPROVED
    if item.is_delivered:
        yield DELIVERED
        if reached is not None and reached(item.id, OPENING):
            yield OPENED
            if reached(item.id, COMPLETING):
                yield COMPLETED


class _Reached:
    """Whether enough different learners did something with an item; a human with two ids is one of them."""

    def __init__(self, house: House, session: Session) -> None:
        self._daily, self._home = daily(session), house.bridge.bridge_home
        merged = session.exec(
            select(Person.id, Person.merged_into).where(col(Person.merged_into).is_not(None))
        )
        self._into = {str(one): str(into) for one, into in merged}

    def __call__(self, item: UUID, verbs: Collection[str]) -> bool:
        return self._daily.reached(f"{self._home}/items/{item}", verbs, FEWEST, self._human)

    def _human(self, identity: str) -> str:
        place, _, name = identity.rpartition(" ")
        while name in self._into:
            name = self._into[name]
        return f"{place} {name}"


def made(session: Session, day: date, among: Collection[int] | None = None) -> Iterator[Made]:
    """The living items made on a day, in a number of queries that does not depend on them; `among` these alone."""
    wanted = [
        col(Item.made_at) >= midnight(day),
        col(Item.made_at) < midnight(day + _DAY),
        col(Item.merged_into).is_(None),
        *([col(Item.seq).in_(among)] if among is not None else []),
    ]
    sources = _sources(session, wanted)
    goals: dict[UUID, list[str]] = defaultdict(list)
    for item_id, goal in session.exec(
        select(ItemGoal.item_id, ItemGoal.goal)
        .join(Item, col(Item.id) == col(ItemGoal.item_id))
        .where(*wanted)
    ):
        goals[item_id].append(goal)
    delivered = set(
        session.exec(
            select(Delivery.item_id)
            .join(Item, col(Item.id) == col(Delivery.item_id))
            .where(*wanted, Delivery.action == Action.UPSERT, col(Delivery.remote_id).is_not(None))
        )
    )
    for item_id, seq, state in session.exec(select(Item.id, Item.seq, Item.state).where(*wanted)):
        goals_of, is_delivered = tuple(goals.get(item_id, ())), item_id in delivered
        yield Made(item_id, seq or 0, ItemState(state), sources.get(item_id, ""), goals_of, is_delivered)


def _sources(session: Session, wanted: Iterable[Any]) -> dict[UUID, str]:
    """By item: the source that saw its founding post first."""
    rows = session.exec(
        select(Item.id, Source.name)
        .join(Sighting, col(Sighting.post_id) == col(Item.founding_post_id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(*wanted)
        .order_by(col(Sighting.first_seen_at).desc(), col(Source.name).desc())
    )
    return dict(rows.all())  # the last one wins: the first seen


# --------------------------------------------------------------------------- verdicts


class Given(NamedTuple):
    """A verdict as it counts, and the number of the item that it is on."""

    seq: int
    measure: str
    source: str
    key: str


def verdicts_of(session: Session, day: date) -> Iterator[Count]:
    """The verdicts given on a day that stand, and how long the items had waited for those of persons."""
    counts = Counter((one.measure, one.source, one.key) for one in given(session, day))
    for (measure, source, key), number in counts.items():
        yield Count(measure, day, source, key, number)


def given(session: Session, day: date, among: Collection[int] | None = None) -> Iterator[Given]:
    """What the standing verdicts of a day count as, one after the other; `among` these items alone."""
    wanted = [
        col(Decision.at) >= midnight(day),
        col(Decision.at) < midnight(day + _DAY),
        col(Decision.undone_at).is_(None),
    ]
    about = select(Decision.item_id).where(*wanted)
    limited = [col(Item.seq).in_(among)] if among is not None else []
    sources = _sources(session, [col(Item.id).in_(about), *limited])
    columns = (Decision.verdict, Decision.actor, Decision.at, Decision.item_id, Item.seq, Item.made_at)
    for verdict, actor, at, item_id, seq, made_at in session.execute(
        sa.select(*map(col, columns))
        .join(Item, col(Item.id) == col(Decision.item_id))
        .where(*wanted, *limited)
    ):
        source = sources.get(item_id, "")
        yield Given(seq, DECIDED, source, DecisionVerdict(verdict).value)
        if actor.startswith("person:"):
            yield Given(seq, JUDGED, source, DecisionVerdict(verdict).value)
        if actor.startswith("person:") and verdict != DecisionVerdict.RETRACT:
            yield Given(seq, WAITED, source, str(lengths.step_of(at - made_at)))


# --------------------------------------------------------------------------- statements, competencies


def statements_of(session: Session, first: date, last: date) -> Iterator[Count]:
    """The statements stored on these days, by verb."""
    for (day, verb), number in daily(session).by_day(first, last).items():
        yield Count(STATEMENTS, day, "", verb, number)


def competencies(house: House, session: Session) -> Iterator[Count]:
    """How many approved items each competency has, alone and with those below it."""
    rows = session.exec(
        select(Tag.framework, Tag.concept, func.count())
        .join(Item, col(Item.id) == col(Tag.item_id))
        .where(Item.state == ItemState.APPROVED, col(Item.merged_into).is_(None), standing(house))
        .group_by(col(Tag.framework), col(Tag.concept))
    )
    for framework, concept, number in rows:
        yield Count(COVERS, ALWAYS, framework, concept, number)
    for (framework, concept), number in trees.rolled_up(house, session).items():
        yield Count(COVERS_BELOW, ALWAYS, framework, concept, number)


def counted_on(house: House, session: Session, day: date) -> Iterator[Count]:
    """Everything of one day but its statements."""
    yield from items_of(house, session, day)
    yield from verdicts_of(session, day)


def first_day(session: Session) -> date | None:
    """The day from which on there is something to count."""
    item, decision = (
        session.exec(select(func.min(Item.made_at))).one(),
        session.exec(select(func.min(Decision.at))).one(),
    )
    days = [day_of(one) for one in (item, decision) if one is not None]
    stored = daily(session).days()
    return min([*days, *(stored[:1] if stored else ())], default=None)

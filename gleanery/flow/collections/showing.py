"""What the desk of collections shows: the list, one collection with its items, and what changed since a delivery.

The number of queries grows neither with the collections of a list nor with the items of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import load_only
from sqlmodel import Session, col, func, select, tuple_
from sqlmodel.sql.expression import SelectOfScalar

from gleanery.flow.collections.comparing import Changes, changes
from gleanery.flow.collections.editing import content_of, find
from gleanery.flow.collections.telling import offers, told
from gleanery.flow.desk import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.items.concepts import Key, preferred
from gleanery.flow.queue.filters import Filter, Order
from gleanery.flow.queue.listing import listed as listed_items
from gleanery.model.collections import (
    Collection,
    CollectionChange,
    CollectionHeld,
    CollectionItem,
    CollectionKind,
    CollectionState,
    Content,
    Step,
)
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Item, ItemState
from gleanery.ports import LearningCollection

PER_PAGE = 50


@dataclass(frozen=True)
class Summary:
    """A line of the list. `missing`: how many of its items cannot be delivered any more."""

    id: UUID
    kind: CollectionKind
    title: str
    state: CollectionState
    size: int
    missing: int
    revision: int
    published_revision: int | None
    changed_at: datetime

    @property
    def is_ahead(self) -> bool:
        """Whether the destinations hold an older content."""
        return self.state is CollectionState.PUBLISHED and self.revision != self.published_revision


@dataclass(frozen=True)
class ShownStep:
    """A step with its item as the queue shows it; `row` None: there is no such item any more.

    `first`: the number, from 1, of the earlier step that must be done before it.
    """

    step: Step
    row: Row | None
    first: int | None = None

    @property
    def can_leave(self) -> bool:
        """Whether its item still goes to the destinations."""
        return self.row is not None and self.row.state == ItemState.APPROVED.value


@dataclass(frozen=True)
class Place:
    """How a collection stands at one of its destinations; `since` is when it was last brought there."""

    destination: str
    is_configured: bool
    state: DeliveryState | None = None
    action: Action | None = None
    reason: str = ""
    note: str = ""
    url: str | None = None
    since: datetime | None = None
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True)
class Shown:
    """One collection with all that its page shows."""

    id: UUID
    state: CollectionState
    revision: int
    published_revision: int | None
    published_at: datetime | None
    changed_at: datetime
    content: Content
    steps: tuple[ShownStep, ...]
    labels: Mapping[Key, str]
    places: tuple[Place, ...]
    can_undo: bool

    @property
    def missing(self) -> int:
        """How many of its items cannot be delivered any more."""
        return sum(not step.can_leave for step in self.steps)

    @property
    def is_ahead(self) -> bool:
        """Whether the destinations hold an older content."""
        return self.state is CollectionState.PUBLISHED and self.revision != self.published_revision


def listed(
    house: House,
    states: Sequence[CollectionState] = (CollectionState.DRAFT, CollectionState.PUBLISHED),
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PER_PAGE,
) -> list[Summary]:
    """The collections in these states, the last changed first; `after`: time and id of the last one seen."""
    table = Collection
    light = [name for name in Collection.model_fields if name not in ("content", "published")]
    query = (
        select(table)
        .options(load_only(*(getattr(table, name) for name in light)))
        .where(col(table.state).in_(states))
    )
    if after is not None:
        query = query.where(tuple_(col(table.changed_at), col(table.id)) < after)
    newest = query.order_by(col(table.changed_at).desc(), col(table.id).desc()).limit(limit)
    with house.store.read() as session:
        rows = session.exec(newest).all()
        missing = _missing(session, [row.id for row in rows])
        return [_summary(row, missing.get(row.id, 0)) for row in rows]


def _light() -> SelectOfScalar[Collection]:
    """Collections without their contents, which may be long."""
    light = [name for name in Collection.model_fields if name not in ("content", "published")]
    return select(Collection).options(load_only(*(getattr(Collection, name) for name in light)))


def _summary(row: Collection, missing: int) -> Summary:
    return Summary(
        row.id,
        row.kind,
        row.title,
        row.state,
        row.size,
        missing,
        row.revision,
        row.published_revision,
        row.changed_at,
    )


def _missing(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """By collection: how many of the items its editors see are not approved (any more)."""
    tie = CollectionItem
    rows = session.exec(
        select(tie.collection_id, func.count())
        .join(Item, col(Item.id) == col(tie.item_id))
        .where(col(tie.collection_id).in_(ids), col(tie.planned), col(Item.state) != ItemState.APPROVED)
        .group_by(col(tie.collection_id))
    )
    return dict(rows.all())


def show(house: House, collection: UUID, language: str = "en") -> Shown:
    """One collection. Raises: NoCollection."""
    with house.store.read() as session:
        row = find(session, collection)
        content = content_of(row)
        known = _rows(house, session, content.items)
        undo = select(CollectionChange.revision).where(CollectionChange.collection_id == row.id).limit(1)
        firsts = content.firsts
        return Shown(
            id=row.id,
            state=row.state,
            revision=row.revision,
            published_revision=row.published_revision,
            published_at=row.published_at,
            changed_at=row.changed_at,
            content=content,
            steps=tuple(
                ShownStep(step, known.get(step.item), firsts.get(step.item)) for step in content.steps
            ),
            labels=preferred(session, {aim.concept for aim in content.competencies}, language),
            places=tuple(_places(house, session, row, content)),
            can_undo=session.exec(undo).first() is not None,
        )


def _places(house: House, session: Session, row: Collection, content: Content) -> list[Place]:
    deliveries = {
        one.destination: one for one in session.exec(select(Delivery).where(Delivery.item_id == row.id))
    }
    query = select(CollectionHeld).where(CollectionHeld.collection_id == row.id)
    held = {one.destination: one for one in session.exec(query)}
    configured = {one.name for one in house.config.destinations}
    names = dict.fromkeys((*content.destinations, *deliveries))
    return [_place(name, name in configured, deliveries.get(name), held.get(name), content) for name in names]


def _place(
    name: str, is_configured: bool, delivery: Delivery | None, held: CollectionHeld | None, content: Content
) -> Place:
    leaves = name not in content.destinations
    diff = changes(Content.model_validate(held.content["published"]), content) if held else Changes()
    if delivery is None:
        return Place(name, is_configured)
    return Place(
        name,
        is_configured,
        delivery.state,
        delivery.action,
        delivery.reason,
        delivery.note,
        delivery.url,
        held.at if held else None,
        Changes(leaves=True) if leaves and held else diff,
    )


def preview(house: House, collection: UUID, language: str = "en") -> LearningCollection:
    """The collection as a learner will see it once it is published as it is now. Raises: NoCollection."""
    with house.store.read() as session:
        row = find(session, collection)
        content = content_of(row)
        offered = offers(house, session, content.items)
        labels = preferred(session, {aim.concept for aim in content.competencies}, language)
        return told(row.id, row.revision, content, offered, labels)


def candidates(house: House, words: str, limit: int = 20) -> Sequence[Row]:
    """Approved items that hold these words, the newest first; all where none are given."""
    wanted = Filter(state=ItemState.APPROVED, words=words, order=Order.NEWEST)
    return listed_items(house, wanted, limit=limit).rows


def holding(house: House, item: UUID) -> list[Summary]:
    """The collections whose editors see this item in them."""
    ids = select(CollectionItem.collection_id).where(
        CollectionItem.item_id == item, col(CollectionItem.planned)
    )
    with house.store.read() as session:
        rows = session.exec(_light().where(col(Collection.id).in_(ids)).order_by(Collection.title)).all()
        return [_summary(row, 0) for row in rows]


def titles(house: House, items: Sequence[UUID]) -> dict[UUID, str]:
    """By item: its title as the queue shows it, for sentences about changes."""
    with house.store.read() as session:
        return {row.id: row.title for row in _rows(house, session, items).values()}


def _rows(house: House, session: Session, ids: Sequence[UUID]) -> dict[UUID, Row]:
    items = session.exec(select(Item).where(col(Item.id).in_(ids))).all()
    return {row.id: row for row in rows_listed(house, session, items)}

"""What changed since a number of the audit log: the items that its entries speak of, or that it is too much to say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, or_, select

from gleanery.flow.house import House
from gleanery.model.destinations import Delivery
from gleanery.model.items import Item
from gleanery.model.record import Entry

_CHUNK = 500
_SWEEPING = (
    "erasure.done",
    "erasure.repeated",
    "retention.applied",
    "source.disconnected",
    "framework.imported",
    "settings.changed",
    "backup.restored",
    "person.merged",
    "person.split",
)
"""Changes that do not say which items they reach."""


@dataclass
class Due:
    """What is to be counted again: days of items, days of statements; `all`: everything."""

    items: set[date] = field(default_factory=set)
    statements: set[date] = field(default_factory=set)
    all: bool = False


def rules(house: House, session: Session) -> str:
    """The rules that all items were judged by; empty while some still wait to be."""
    mark = house.screened_as
    other = or_(col(Item.screened_as) < mark, col(Item.screened_as) > mark)
    waits = session.exec(select(Item.seq).where(other, col(Item.merged_into).is_(None)).limit(1)).first()
    return "" if waits is not None else mark


def changed_items(session: Session, after: int, until: int, due: Due) -> set[UUID]:
    """The items that entries of the audit log speak of."""
    entries = session.exec(
        select(Entry.action, Entry.subject, Entry.detail).where(
            col(Entry.seq) > after, col(Entry.seq) <= until
        )
    )
    items: set[UUID] = set()
    deliveries: set[UUID] = set()
    for action, subject, detail in entries:
        kind, _, name = subject.partition(":")
        due.all = due.all or action in _SWEEPING
        one = uuid_of(name)
        if kind == "item" and one is not None:
            items |= {one, *_others(detail)}
        elif kind == "delivery" and one is not None:
            deliveries.add(one)
    for some in chunks(list(deliveries)):
        items.update(session.exec(select(Delivery.item_id).where(col(Delivery.id).in_(some))))
    return items


def _others(detail: str) -> Iterator[UUID]:
    """The other item of a merge or a split."""
    told = json.loads(detail)
    yield from filter(None, (uuid_of(told.get(key)) for key in ("into", "out_of")))


def uuid_of(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def chunks(values: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]

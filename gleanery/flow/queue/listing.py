"""A page of the queue, and how much there is: by keys instead of offsets, and never counted beyond what is shown.

The number of queries depends on the filter, not on the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput
from gleanery.flow.desk import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.queue.claims import lookers
from gleanery.flow.queue.filters import Filter, Order, numbers
from gleanery.model.items import Item

COUNTED = 1_000
"""Matches of a filter are counted up to this; beyond, it is "more than"."""

_cursor = re.compile(r"(?:([0-9.e+-]{1,25})_)?([0-9]{1,15})")


class Total(NamedTuple):
    """How many there are; `is_more`: at least one more than that."""

    number: int
    is_more: bool


@dataclass(frozen=True)
class Listed:
    """One page: rows, where the page before and after begin, how many there are, who looks at what."""

    rows: Sequence[Row]
    after: str | None
    before: str | None
    total: Total
    lookers: Mapping[UUID, Sequence[str]]
    newest: int
    """The number of the newest item of all, to tell later whether there are newer ones."""


def listed(
    house: House,
    wanted: Filter,
    person_id: UUID | None = None,
    *,
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> Listed:
    """The page after, or before, the item that a cursor names. Raises: BadInput for what is no cursor of ours."""
    with house.store.read() as session:
        found, number = numbers(house, session, wanted, person_id)
        items, is_more = _page(session, wanted.order, found, number, after, before, limit)
        total = _counted(session, found, COUNTED)
        rows = rows_listed(house, session, items)
        seen = lookers(house, session, [one.id for one in items], person_id) if person_id else {}
        newest = session.exec(select(func.max(Item.seq))).one() or 0
    is_later, is_earlier = (bool(before) or is_more), (bool(after) or (bool(before) and is_more))
    return Listed(
        rows=rows,
        after=_cursor_of(wanted.order, items[-1]) if items and is_later else None,
        before=_cursor_of(wanted.order, items[0]) if items and is_earlier else None,
        total=total,
        lookers=seen,
        newest=newest,
    )


def exists(house: House, item_id: UUID) -> bool:
    """Whether there is such an item, merged into another or not."""
    with house.store.read() as session:
        return session.exec(select(Item.seq).where(Item.id == item_id)).first() is not None


def newer(house: House, wanted: Filter, person_id: UUID, than: int) -> Total:
    """How many items that match have come since the item of this number."""
    with house.store.read() as session:
        found, number = numbers(house, session, wanted, person_id)
        return _counted(session, found.where(number > than), COUNTED)


# --------------------------------------------------------------------------- a page


def _page(
    session: Session, order: Order, found: Any, number: Any, after: str, before: str, limit: int
) -> tuple[Sequence[Item], bool]:
    """The items of a page in their order, and whether there are more in the direction that was gone."""
    columns = [_RATED[order], number] if order in _RATED else [number]
    backwards = bool(before)
    is_rising = (order is Order.OLDEST) is not backwards
    if cursor := before or after:
        found = found.where(_beyond(columns, _read(order, cursor), is_rising))
    keys = [key.asc() if is_rising else key.desc() for key in columns]
    seqs = session.execute(found.order_by(*keys).limit(limit + 1)).scalars().all()
    chosen = list(seqs[:limit])[:: -1 if backwards else 1]
    items = {one.seq: one for one in session.exec(select(Item).where(col(Item.seq).in_(chosen)))}
    return [items[seq] for seq in chosen if seq in items], len(seqs) > limit


def _beyond(columns: Sequence[Any], values: Sequence[float], is_rising: bool) -> ColumnElement[bool]:
    """The rows that come after these values."""
    first, value = columns[0], values[0]
    past: ColumnElement[bool] = first > value if is_rising else first < value
    if len(columns) == 1:
        return past
    return or_(past, and_(first == value, _beyond(columns[1:], values[1:], is_rising)))


_RATED = {Order.PROMISING: col(Item.score), Order.MIXED: col(Item.place)}
"""The column beside the number by which an order lists, highest first."""


def _cursor_of(order: Order, item: Item) -> str:
    rated = {Order.PROMISING: item.score, Order.MIXED: item.place}
    return f"{rated[order]!r}_{item.seq}" if order in rated else str(item.seq)


def _read(order: Order, cursor: str) -> list[float]:
    found = _cursor.fullmatch(cursor)
    try:
        if found and (found[1] is not None) == (order in _RATED):
            return [float(found[1]), int(found[2])] if found[1] is not None else [int(found[2])]
    except ValueError:
        pass
    raise BadInput("This page of the list is not known.", remedy="Go back to its beginning.")


# --------------------------------------------------------------------------- how many


def _counted(session: Session, found: Any, most: int) -> Total:
    some = found.limit(most + 1).subquery()
    number = session.exec(select(func.count()).select_from(some)).one()
    return Total(min(number, most), number > most)

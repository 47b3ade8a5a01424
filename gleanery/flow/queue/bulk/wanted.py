"""On what a verdict falls, and what it would do: looked at before it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from gleanery.flow.deciding import obstacle
from gleanery.flow.desk import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.queue.filters import Filter, conditions
from gleanery.model.items import DecisionVerdict, Item

SHOWN = 10


@dataclass(frozen=True)
class Wanted:
    """On what a verdict falls: on chosen items, or on all that match a filter."""

    verdict: DecisionVerdict
    filter: Filter
    chosen: tuple[UUID, ...] = ()
    is_all: bool = False


@dataclass(frozen=True)
class Preview:
    """What a verdict would fall on: how many, the first of them, and how many would be refused, by code.

    `last_seq` and `seen_at` are the high-water marks: what comes in or changes afterwards is left alone.
    """

    total: int
    first: Sequence[Row]
    refused: dict[str, int]
    last_seq: int
    seen_at: datetime


def preview(house: House, wanted: Wanted, person_id: UUID) -> Preview:
    """Look at what a verdict would fall on; nothing is changed."""
    with house.store.read() as session:
        last = session.exec(select(func.max(Item.seq))).one() or 0
        where = [*falls_on(house, session, wanted, person_id), col(Item.seq) <= last]
        total = session.exec(select(func.count()).select_from(Item).where(*where)).one()
        first = session.exec(select(Item).where(*where).order_by(col(Item.seq)).limit(SHOWN)).all()
        rows = rows_listed(house, session, first)
        refused = _would_refuse(session, where, wanted.verdict)
        return Preview(total, rows, refused, last, house.now())


def falls_on(
    house: House, session: Session, wanted: Wanted, person_id: UUID | None
) -> list[ColumnElement[bool]]:
    """The condition of being one of these items."""
    if wanted.is_all:
        return conditions(house, session, wanted.filter, person_id)
    return [col(Item.id).in_(wanted.chosen), col(Item.merged_into).is_(None)]


def _would_refuse(
    session: Session, where: Sequence[ColumnElement[bool]], verdict: DecisionVerdict
) -> dict[str, int]:
    """How many of them could not be given this verdict as they stand now, by the code of what is in the way."""
    kinds = select(Item.state, Item.reason == "source.gone", Item.screened_as == "", func.count()).where(
        *where
    )
    found: Counter[str] = Counter()
    for state, is_gone, is_unjudged, number in session.execute(kinds.group_by(*kinds.selected_columns[:3])):
        if code := obstacle(state, verdict, is_gone=bool(is_gone), is_unjudged=bool(is_unjudged)):
            found[code] += number
    return dict(found)

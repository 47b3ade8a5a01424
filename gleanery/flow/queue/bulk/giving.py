"""Give a verdict on many items: the first portion at once, the rest by the worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput, Denied, Gone
from gleanery.flow import runs
from gleanery.flow.change import Change
from gleanery.flow.deciding import decide_in, obstacle
from gleanery.flow.house import House
from gleanery.flow.queue.bulk import portions
from gleanery.flow.queue.bulk.portions import KIND, find, locked, work_on
from gleanery.flow.queue.bulk.wanted import Wanted, falls_on
from gleanery.flow.queue.filters import Filter
from gleanery.model.items import Item
from gleanery.model.queue import Bulk


def ask(
    house: House, bulk_id: UUID, wanted: Wanted, account: str, reason: str, last_seq: int, seen_at: datetime
) -> Bulk:
    """Give the verdict: the first portion at once, the rest by the worker. The same id asks once.

    Raises: BadInput where nothing matches.
    """
    made = _make(house, bulk_id, wanted, account, reason, last_seq, seen_at)
    if made.total <= portions.AT_ONCE:
        carry_out(house, bulk_id)
    return find(house, bulk_id)


def _make(
    house: House, bulk_id: UUID, wanted: Wanted, account: str, reason: str, last_seq: int, seen_at: datetime
) -> Bulk:
    with house.change() as change:
        session = change.session
        known = session.get(Bulk, bulk_id)
        if known is not None:
            return known
        person_id = house.person(session, account)
        actor = f"person:{person_id}"
        where = [*falls_on(house, session, wanted, person_id), col(Item.seq) <= last_seq]
        total = session.exec(select(func.count()).select_from(Item).where(*where)).one()
        if not total:
            raise BadInput("No item is left that this could fall on.", remedy="Look at the list again.")
        made = Bulk(
            id=bulk_id, by=actor, verdict=wanted.verdict, reason=reason, last_seq=last_seq, seen_at=seen_at,
            query=wanted.filter.query() if wanted.is_all else "", chosen=[str(one) for one in wanted.chosen],
            total=total, made_at=change.at,
        )  # fmt: skip
        session.add(made)
        runs.ask(session, house, KIND, str(bulk_id), actor).total = total
        change.audit("bulk.asked", actor, f"bulk:{bulk_id}", verdict=wanted.verdict.value, items=total)
        return made


def carry_out(house: House, bulk_id: UUID) -> None:
    """Decide portion by portion until the end or until somebody stops it."""
    work_on(house, KIND, bulk_id, _decide_some, lambda one: one.decided + one.changed + _refused(one))


def _refused(one: Bulk) -> int:
    return sum(one.refused.values())


def _decide_some(house: House, bulk_id: UUID) -> bool:
    """Decide the next portion; True once nothing is left."""
    with house.change() as change:
        session = change.session
        one = locked(session, bulk_id)
        if one.ended_at is not None:
            return True
        items = session.exec(
            select(Item)
            .where(*_left(house, session, one))
            .order_by(col(Item.seq))
            .limit(portions.AT_ONCE)
            .with_for_update()
        ).all()
        for item in items:
            _decide_one(house, change, one, item)
        one.cursor = items[-1].seq or 0 if items else one.cursor
        if len(items) < portions.AT_ONCE:
            one.ended_at = change.at
            detail = {"decided": one.decided, "changed": one.changed, "refused": _refused(one)}
            change.audit("bulk.decided", one.by, f"bulk:{one.id}", **detail)
        session.add(one)
        return one.ended_at is not None


def _left(house: House, session: Session, one: Bulk) -> list[ColumnElement[bool]]:
    """The items that are still to be worked on."""
    person_id = UUID(one.by.removeprefix("person:"))
    wanted = Wanted(
        verdict=one.verdict,
        filter=Filter.of_query(one.query),
        chosen=tuple(map(UUID, one.chosen)),
        is_all=not one.chosen,
    )
    return [
        *falls_on(house, session, wanted, person_id),
        col(Item.seq) > one.cursor,
        col(Item.seq) <= one.last_seq,
    ]


def _decide_one(house: House, change: Change, one: Bulk, item: Item) -> None:
    """Decide on one item, or note why not."""
    if item.changed_at is not None and item.changed_at > one.seen_at:
        one.changed += 1
        return
    try:
        decide_in(house, change, item, one.verdict, one.by, one.reason, one.id)
    except (Denied, Gone):
        code = obstacle(
            item.state, one.verdict, is_gone=item.reason == "source.gone", is_unjudged=not item.screened_as
        )
        one.refused = {**one.refused, code or "blocked": one.refused.get(code or "blocked", 0) + 1}
    else:
        one.decided += 1

"""Links as people see them: what is broken, since when, and who is hit by it; and which items are due again."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, and_, col, func, or_, select

from gleanery.errors import BadInput
from gleanery.flow.desk.rows import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.flow.items.waiting import LOST, REVIEW_DUE
from gleanery.flow.links.terms import Term, is_due, terms_of
from gleanery.model.collections import Collection, CollectionItem
from gleanery.model.destinations import Action, Delivery
from gleanery.model.items import Item, ItemState
from gleanery.model.links import ItemLink, ItemTerm, LinkLook, LinkState
from gleanery.model.types import derived_id, micros

BROKEN = (LinkState.GONE, LinkState.FAILING)
SOON = timedelta(days=30)
"""Items whose day comes within this time are shown as coming up."""

_Of = TypeVar("_Of")
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Hit:
    """An item that leads to an address: where it stands, and the collections that hold it."""

    row: Row
    destinations: tuple[str, ...]
    collections: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class Line:
    """An address with what the last look said, and the items that lead there. `url` None: it may not be shown."""

    key: str
    url: str | None
    state: LinkState
    since: datetime
    looked_at: datetime | None
    next_look_at: datetime
    how: str
    status: int | None
    reason: str
    moved_to: str | None
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Page:
    """A part of a list of links; `next` leads on."""

    lines: tuple[Line, ...]
    next: str


@dataclass(frozen=True)
class Review:
    """An item that is to be looked at again, or will be soon."""

    row: Row
    term: Term
    is_due: bool


# --------------------------------------------------------------------------- links


def counts(house: House) -> dict[LinkState, int]:
    """How many addresses stand how."""
    query = select(LinkLook.state, func.count()).where(col(LinkLook.mark).in_(_led_to()))
    with house.store.read() as session:
        found = {
            LinkState(state): number for state, number in session.exec(query.group_by(col(LinkLook.state)))
        }
    return {state: found.get(state, 0) for state in LinkState}


def listed(house: House, states: Some[LinkState] = BROKEN, *, after: str = "", limit: int = 50) -> Page:
    """Addresses that stand so, those that changed last first. Raises: BadInput for a cursor that is none of ours."""
    query = select(LinkLook).where(col(LinkLook.state).in_(states), col(LinkLook.mark).in_(_led_to()))
    if after:
        since, mark = _place(after)
        older = and_(col(LinkLook.since) == since, col(LinkLook.mark) > mark)
        query = query.where(or_(col(LinkLook.since) < since, older))
    query = query.order_by(col(LinkLook.since).desc(), col(LinkLook.mark)).limit(limit + 1)
    with house.store.read() as session:
        rows = session.exec(query).all()
        lines = _lines(house, session, rows[:limit])
    return Page(tuple(lines), _cursor(rows[limit - 1]) if len(rows) > limit else "")


def of_item(house: House, text: str) -> Line | None:
    """The link of one item, None where it has none that can be looked at. Raises: BadInput."""
    with house.store.read() as session:
        item = find_item(session, text)
        tie = session.get(ItemLink, item.id)
        row = session.get(LinkLook, tie.mark) if tie is not None and tie.mark is not None else None
        return next(iter(_lines(house, session, [row])), None) if row is not None else None


def _led_to() -> Any:
    """The addresses that an item of interest leads to: one that leaves or may, or was taken back for its link."""
    lost = and_(col(Item.state).in_((ItemState.RETRACTED, ItemState.DROPPED)), col(Item.reason).in_(LOST))
    shown = or_(col(Item.state).in_((ItemState.WAITING, ItemState.APPROVED)), lost)
    ties = select(ItemLink.mark).join(Item, col(Item.id) == col(ItemLink.item_id))
    return ties.where(col(ItemLink.mark).is_not(None), col(Item.merged_into).is_(None), shown)


def _cursor(row: LinkLook) -> str:
    return f"{micros(row.since)}_{row.mark.hex()}"


def _place(cursor: str) -> tuple[datetime, bytes]:
    since, _, mark = cursor.partition("_")
    try:
        return _START + timedelta(microseconds=int(since)), bytes.fromhex(mark)
    except (ValueError, OverflowError):
        raise BadInput("This place in the list is not known.", remedy="Begin at the top.") from None


def _lines(house: House, session: Session, rows: Sequence[LinkLook]) -> list[Line]:
    ties = session.exec(
        select(ItemLink.mark, Item)
        .join(Item, col(Item.id) == col(ItemLink.item_id))
        .where(col(ItemLink.mark).in_([row.mark for row in rows]), col(Item.merged_into).is_(None))
        .order_by(col(Item.seq))
    ).all()
    hits = hits_of(house, session, [item for _, item in ties])
    led: dict[bytes, list[Hit]] = {}
    for mark, item in ties:
        if mark is not None and item.id in hits:
            led.setdefault(mark, []).append(hits[item.id])
    return [_line(house, row, led.get(row.mark, ())) for row in rows]


def _line(house: House, row: LinkLook, hits: Sequence[Hit]) -> Line:
    url = next((hit.row.url for hit in hits if hit.row.url), None)
    return Line(
        key=row.mark.hex()[:16],
        url=url,
        state=row.state,
        since=row.since,
        looked_at=row.looked_at,
        next_look_at=row.next_look_at,
        how=row.how,
        status=row.status,
        reason=row.reason,
        moved_to=_opened(house, row) if url else None,
        hits=tuple(hits),
    )


def _opened(house: House, row: LinkLook) -> str | None:
    """Where it leads now, unsealed."""
    if row.moved_to is None:
        return None
    return house.vault.open(derived_id("link", row.mark.hex()), row.moved_to).decode()


def hits_of(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, Hit]:
    """By item: how it is shown, where it stands, and which collections hold it."""
    ids = [item.id for item in items]
    standing, holding = _destinations(session, ids), _collections(session, ids)
    rows = rows_listed(house, session, items)
    return {row.id: Hit(row, tuple(standing.get(row.id, ())), tuple(holding.get(row.id, ()))) for row in rows}


def _destinations(session: Session, items: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    query = select(Delivery.item_id, Delivery.destination).where(
        col(Delivery.item_id).in_(items),
        Delivery.action == Action.UPSERT,
        col(Delivery.remote_id).is_not(None),
    )
    return _grouped(session.exec(query.order_by(col(Delivery.destination))))


def _collections(session: Session, items: Sequence[UUID]) -> Mapping[UUID, list[tuple[UUID, str]]]:
    query = (
        select(CollectionItem.item_id, Collection.id, Collection.title)
        .join(Collection, col(Collection.id) == col(CollectionItem.collection_id))
        .where(col(CollectionItem.item_id).in_(items))
        .order_by(col(Collection.title), col(Collection.id))
    )
    return _grouped((item, (key, title)) for item, key, title in session.exec(query))


def _grouped(pairs: Iterable[tuple[UUID, _Of]]) -> dict[UUID, list[_Of]]:
    found: dict[UUID, list[_Of]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


# --------------------------------------------------------------------------- reviews


def reviews(house: House, limit: int = 50) -> list[Review]:
    """Items that wait to be looked at again, and those whose day comes soon; the most pressing first."""
    with house.store.read() as session:
        waiting = session.exec(
            select(Item)
            .where(
                Item.state == ItemState.WAITING, Item.reason == REVIEW_DUE, col(Item.merged_into).is_(None)
            )
            .order_by(col(Item.seq))
            .limit(limit)
        ).all()
        coming = session.exec(
            select(Item)
            .outerjoin(ItemTerm, col(ItemTerm.item_id) == col(Item.id))
            .where(is_due(house, house.now() + SOON), col(Item.merged_into).is_(None))
            .order_by(col(Item.seq))
            .limit(limit)
        ).all()
        items = [*waiting, *coming][:limit]
        terms = terms_of(house, session, items)
        rows = rows_listed(house, session, items)
    due = {item.id for item in waiting}
    found = [Review(row, terms[row.id], row.id in due) for row in rows]
    return sorted(found, key=lambda one: (not one.is_due, one.term.review_by or _START, one.row.id))


def term_of(house: House, text: str) -> Term:
    """The days of one item. Raises: BadInput."""
    with house.store.read() as session:
        item = find_item(session, text)
        return terms_of(house, session, [item])[item.id]

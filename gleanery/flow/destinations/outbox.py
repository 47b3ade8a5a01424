"""The outbox as people see and move it: what is owed, how it went, tried again or given up, one by one or together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, tuple_

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.desk import rows_listed
from gleanery.flow.house import House
from gleanery.model.collections import Collection
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import Item

GIVEN_UP = "Given up by a person."


class NoDelivery(BadInput):
    """There is no such delivery."""


@dataclass(frozen=True)
class Line:
    """A delivery with the title of what is delivered: an item's, or a collection's (`is_collection`)."""

    delivery: Delivery
    title: str
    is_collection: bool


def listed(
    house: House,
    state: DeliveryState,
    destination: str | None = None,
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Line]:
    """The deliveries in a state by the time of their next try, the latest first; `after`: the last one seen."""
    row = Delivery
    query = select(row).where(row.state == state)
    if destination is not None:
        query = query.where(row.destination == destination)
    if after is not None:
        query = query.where(tuple_(col(row.next_try_at), col(row.id)) < after)
    with house.store.read() as session:
        found = session.exec(
            query.order_by(col(row.next_try_at).desc(), col(row.id).desc()).limit(limit)
        ).all()
        return _lines(house, session, found)


def one(house: House, delivery: UUID) -> Line:
    """One delivery. Raises: NoDelivery."""
    with house.store.read() as session:
        return _lines(house, session, [_found(session, delivery)])[0]


def _lines(house: House, session: Session, found: Sequence[Delivery]) -> list[Line]:
    ids = [row.item_id for row in found]
    titles, collections = titles_of(house, session, ids), _collections(session, ids)
    return [Line(row, titles.get(row.item_id, ""), row.item_id in collections) for row in found]


def titles_of(house: House, session: Session, things: Sequence[UUID]) -> dict[UUID, str]:
    """By id: the titles of items and collections as the desk shows them."""
    items = session.exec(select(Item).where(col(Item.id).in_(things))).all()
    titles = {row.id: row.title for row in rows_listed(house, session, items)}
    return titles | _collections(session, things)


def _collections(session: Session, things: Sequence[UUID]) -> dict[UUID, str]:
    query = select(Collection.id, Collection.title).where(col(Collection.id).in_(things))
    return dict(session.exec(query).all())


def _found(session: Session, delivery: UUID, *, lock: bool = False) -> Delivery:
    query = select(Delivery).where(Delivery.id == delivery)
    row = session.exec(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NoDelivery("There is no such delivery.", remedy="See the list of deliveries.")
    return row


# --------------------------------------------------------------------------- moving


def retry(house: House, account: str, delivery: UUID) -> Delivery:
    """Try one again now: a dead one, or one that waits after a failure. Raises: Denied, NoDelivery."""
    with house.change() as change:
        row = _found(change.session, delivery, lock=True)
        if row.state not in (DeliveryState.DEAD, DeliveryState.OWED):
            raise Denied("This delivery is over; there is nothing to try again.", remedy="Look at its item.")
        if row.state is DeliveryState.OWED and row.not_before > change.at:
            raise Denied(
                "It may still be undone, so it waits.", remedy="It is delivered by itself after that."
            )
        row.state, row.attempts, row.next_try_at, row.turn = DeliveryState.OWED, 0, change.at, row.turn + 1
        change.session.add(row)
        _tell(house, change, account, "delivery.retried", row)
    house.wake()
    return row


def give_up(house: House, account: str, delivery: UUID) -> Delivery:
    """Try it no more, until a person does. Raises: Denied, NoDelivery."""
    with house.change() as change:
        row = _found(change.session, delivery, lock=True)
        if row.state is not DeliveryState.OWED:
            raise Denied("Only what is still owed can be given up.", remedy="Nothing was changed.")
        row.state, row.reason, row.turn = DeliveryState.DEAD, row.reason or GIVEN_UP, row.turn + 1
        change.session.add(row)
        _tell(house, change, account, "delivery.given-up", row)
        return row


def _tell(house: House, change: Change, account: str, action: str, row: Delivery) -> None:
    actor = f"person:{house.person(change.session, account)}"
    change.audit(action, actor, f"delivery:{row.id}", destination=row.destination)

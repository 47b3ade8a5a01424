"""Seen and left undecided: an item that a person wants to see again tomorrow. It waits for everybody else."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.flow.queue.claims import let_go_of
from gleanery.model.items import Item, ItemState
from gleanery.model.queue import Later

MORNING = time(4)
"""When a day begins at the desk, UTC: nobody works at that hour."""


def put_off(house: House, account: str, text: str) -> Item:
    """Take an item out of somebody's waiting list until tomorrow. Raises: BadInput; Denied where it does not wait."""
    with house.change() as change:
        person_id = house.person(change.session, account)
        item = find_item(change.session, text)
        if item.state is not ItemState.WAITING:
            raise Denied(
                f"Item {str(item.id)[:8]} is {item.state.value}.", remedy="Only what waits is put off."
            )
        until = tomorrow(house.now())
        change.session.execute(delete(Later).where(col(Later.until) <= change.at))
        change.session.merge(Later(person_id=person_id, item_id=item.id, until=until))
        let_go_of(change.session, item.id, person_id)
        change.audit("item.put-off", f"person:{person_id}", f"item:{item.id}", until=until.isoformat())
        return item


def take_up(house: House, account: str, text: str) -> Item:
    """Put an item back into somebody's waiting list. Raises: BadInput."""
    with house.change() as change:
        person_id = house.person(change.session, account)
        item = find_item(change.session, text)
        row = change.session.get(Later, (person_id, item.id))
        if row is not None:
            change.session.delete(row)
            change.audit("item.taken-up", f"person:{person_id}", f"item:{item.id}")
        return item


def is_put_off(house: House, person_id: UUID, item_id: UUID) -> bool:
    """Whether somebody put this item off and its time has not come."""
    with house.store.read() as session:
        row = session.get(Later, (person_id, item_id))
        return row is not None and row.until > house.now()


def tomorrow(now: datetime) -> datetime:
    """When the next day begins."""
    begun = now.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    return begun if begun > now else begun + timedelta(days=1)

"""What the destinations are owed: items that were approved or taken back, and the collections that hold them.

A destination takes every approved item, or (`takes: collections`) only what published collections bring there.
"""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.collections import Collection, CollectionItem, CollectionState
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Decision, Item, ItemState
from gleanery.model.types import derived_id

Thing: TypeAlias = Item | Collection
"""What can be owed: both have an id and a revision."""


def owe(house: House, change: Change, item: Item, action: Action, decision: Decision | None) -> None:
    """Owe the destinations this action on an item; a removal only where it stands or may stand.

    The published collections that hold it are owed anew, for they change with it.
    """
    rows = _rows_of(change.session, item)
    wanted = takers(house, change.session, item.id) if action is Action.UPSERT else list(rows)
    for name in wanted:
        _owe_or_cancel(house, change, item, name, rows.get(name), action, decision)
    touch(house, change, [item.id])


def owe_to(house: House, change: Change, thing: Thing, destination: str, action: Action) -> None:
    """Owe one destination an item or a collection, at once."""
    row = _rows_of(change.session, thing).get(destination)
    if row is not None or action is Action.UPSERT:
        _owe_or_cancel(house, change, thing, destination, row, action, None)


def lacking(destination: str) -> tuple[ColumnElement[bool], ...]:
    """The condition that an approved item is not known to a destination: it was approved before that came."""
    known = select(Delivery.item_id).where(Delivery.destination == destination)
    return (
        col(Item.state) == ItemState.APPROVED,
        col(Item.merged_into).is_(None),
        col(Item.id).not_in(known),
    )


def takers(house: House, session: Session, item: UUID) -> list[str]:
    """The destinations that take an approved item, in the order of the configuration."""
    brought = {name for _, content in _published_with(session, [item]) for name in content["destinations"]}
    return [one.name for one in house.config.destinations if one.takes == "approved" or one.name in brought]


def touch(house: House, change: Change, items: Some[UUID], destination: str | None = None) -> None:
    """Owe the published collections that hold any of these items anew: what they offer changed with it."""
    configured = {one.name for one in house.config.destinations}
    for collection, content in _published_with(change.session, items):
        names = configured.intersection(content["destinations"])
        for name in sorted(names if destination is None else names & {destination}):
            owe_to(house, change, collection, name, Action.UPSERT)


def _published_with(
    session: Session, items: Iterable[UUID]
) -> Sequence[tuple[Collection, dict[str, list[str]]]]:
    """The published collections that hold any of these items, with what was published."""
    holding = select(CollectionItem.collection_id).where(
        col(CollectionItem.item_id).in_(list(items)), col(CollectionItem.published)
    )
    rows = session.exec(
        select(Collection)
        .where(Collection.state == CollectionState.PUBLISHED, col(Collection.id).in_(holding))
        .order_by(col(Collection.id))
    ).all()
    return [(row, row.published or {"destinations": []}) for row in rows]


# --------------------------------------------------------------------------- one delivery


def _rows_of(session: Session, thing: Thing) -> dict[str, Delivery]:
    """By destination: the deliveries of a thing, locked."""
    query = select(Delivery).where(Delivery.item_id == thing.id).with_for_update()
    return {row.destination: row for row in session.exec(query)}


def _owe_or_cancel(
    house: House,
    change: Change,
    thing: Thing,
    name: str,
    row: Delivery | None,
    action: Action,
    decision: Decision | None,
) -> None:
    if row is not None and action is Action.RETRACT and _never_left(row):
        _cancel(change, row)
    elif row is None or action is Action.UPSERT or row.remote_id or row.started_at:
        _owe_one(house, change, thing, row or _new_delivery(house, thing, name, change), action, decision)


def _cancel(change: Change, row: Delivery) -> None:
    if row.state is DeliveryState.CANCELLED:
        return
    row.state, row.reason, row.turn = DeliveryState.CANCELLED, "", row.turn + 1
    change.session.add(row)
    change.audit("delivery.cancelled", "policy:delivery", f"delivery:{row.id}")


def _new_delivery(house: House, thing: Thing, destination: str, change: Change) -> Delivery:
    return Delivery(
        id=derived_id("delivery", str(house.organisation.id), str(thing.id), destination),
        item_id=thing.id,
        destination=destination,
        action=Action.UPSERT,
        revision=thing.revision,
        decision_id=thing.id,
        not_before=change.at,
        next_try_at=change.at,
    )


def _owe_one(
    house: House, change: Change, thing: Thing, row: Delivery, action: Action, decision: Decision | None
) -> None:
    """A new turn: an answer that is still under way for an earlier one settles nothing any more."""
    if row.action is action is Action.RETRACT and row.state is DeliveryState.OWED:
        return
    row.action, row.state, row.revision = action, DeliveryState.OWED, thing.revision
    row.turn, row.attempts, row.reason = row.turn + 1, 0, ""
    row.not_before = change.at + (house.config.undo_window if decision is not None else timedelta(0))
    row.next_try_at = row.not_before
    if decision is not None:
        row.decision_id = decision.id
    change.session.add(row)
    change.session.flush()
    kind = "item" if isinstance(thing, Item) else "collection"
    change.audit(
        "delivery.owed",
        "policy:delivery",
        f"delivery:{row.id}",
        **{"what": action.value, kind: str(thing.id)},
    )


def _never_left(row: Delivery) -> bool:
    """Whether the destination was never told of it, not even by a call whose answer was lost."""
    return row.remote_id is None and row.started_at is None

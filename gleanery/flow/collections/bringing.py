"""Bringing collections to a destination, after the items they hold: as entries of their own, or bound into its file.

A destination that holds no collections has the items singly; the delivery says so and is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, literal
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from gleanery.flow import recording
from gleanery.flow.carrying import Carried, Settled, Trip, settle
from gleanery.flow.change import Change
from gleanery.flow.collections import telling
from gleanery.flow.house import House
from gleanery.flow.outbox import DeliverReport, Owed, keep_back, locked, still_owed
from gleanery.leases import Held
from gleanery.model.collections import Collection, CollectionHeld, CollectionItem, CollectionState
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.ports import Adapter, Collects, LearningCollection, Receipt

BATCH = 20
NO_COLLECTIONS = "this kind of destination holds no collections: the items stand there singly"


def due(
    house: House, name: str, limit: int = BATCH, *, with_items: bool = False
) -> list[Owed[LearningCollection]]:
    """The collections that are due at a destination; one whose items are still on their first way waits for them.

    `with_items`: they come in the same file, so that nothing has to wait.
    """
    with house.store.read() as session:
        rows = session.exec(
            select(Delivery, Collection)
            .join(Collection, col(Collection.id) == col(Delivery.item_id))
            .where(
                Delivery.destination == name,
                Delivery.state == DeliveryState.OWED,
                Delivery.next_try_at <= house.now(),
                (col(Delivery.action) == Action.RETRACT) | ~on_their_way(name) | literal(with_items),
            )
            .order_by(col(Delivery.next_try_at), col(Delivery.id))
            .limit(limit)
        ).all()
        wanted = [row for delivery, row in rows if delivery.action is Action.UPSERT]
        told = telling.published(house, session, wanted, name)
        return [Owed(delivery, told.get(row.id)) for delivery, row in rows]


def on_their_way(name: str, later_than: datetime | None = None) -> ColumnElement[bool]:
    """The condition that items of a collection are still to be brought to a destination for the first time.

    `later_than`: only those that are due after it.
    """
    item = aliased(Delivery)
    late = (item.next_try_at > later_than,) if later_than else ()
    return (
        select(CollectionItem.item_id)
        .join(item, col(item.item_id) == col(CollectionItem.item_id))
        .where(
            col(CollectionItem.collection_id) == col(Collection.id),
            col(CollectionItem.published),
            item.destination == name,
            item.state == DeliveryState.OWED,
            item.attempts == 0,
            *late,
        )
        .exists()
    )


def standing(house: House, name: str) -> list[LearningCollection]:
    """Every published collection of a destination, in the order of their publishing: what its file binds."""
    with house.store.read() as session:
        query = select(Collection).where(Collection.state == CollectionState.PUBLISHED)
        rows = session.exec(query.order_by(col(Collection.published_at), col(Collection.id))).all()
        told = telling.published(house, session, rows, name)
        return [told[row.id] for row in rows if row.id in told]


def bring_each(house: House, adapter: Adapter, carried: Carried, lease: Held, report: DeliverReport) -> None:
    """Bring the collections that are due, each as an entry of its own."""
    name = report.destination
    if isinstance(adapter, Collects):
        Trip(
            house, adapter, carried, lease, adapter.upsert_collection, partial(_tell, name), report
        ).bring_all(lambda: due(house, name))
        return
    while owed := due(house, name):
        settle_without(house, lease, owed, report)


def settle_without(
    house: House, lease: Held, owed: Sequence[Owed[LearningCollection]], report: DeliverReport
) -> None:
    """The destination knows no collections: that is said, and nothing stays owed."""
    with house.change() as change:
        lease.confirm(change.session, house.now())
        rows = locked(change.session, [one.delivery for one in owed])
        for one in owed:
            if still_owed(rows[one.delivery.id], one.delivery):
                keep_back(change, rows[one.delivery.id], NO_COLLECTIONS)
    report.notes.append(f"{report.destination}: {NO_COLLECTIONS}.")


def settle_bound(
    house: House,
    lease: Held,
    owed: Sequence[Owed[LearningCollection]],
    receipt: Receipt,
    report: DeliverReport,
    carried: Carried,
) -> None:
    """Keep the answer to a file for the collections that are bound into it."""
    answers = [(one, receipt) for one in owed]
    settle(house, lease, partial(_tell, report.destination), answers, report, carried)


def _tell(name: str, change: Change, settled: Sequence[Settled[LearningCollection]]) -> None:
    """State that it stands there or no longer does, and remember what the destination holds."""
    for one in settled:
        row, gone, turn = one.row, one.is_removed, one.owed.delivery.turn
        if gone or one.is_new:
            change.state([recording.collection_delivered(change, row, turn, removed=gone)])
        _hold(change, row, one.owed.told)
        action = "collection.removed" if gone else "collection.delivered"
        change.audit(action, f"destination:{name}", f"collection:{row.item_id}", delivery=str(row.id))


def _hold(change: Change, row: Delivery, told: LearningCollection | None) -> None:
    """Remember what the destination holds, so that changes since can be told."""
    held = change.session.get(CollectionHeld, (row.item_id, row.destination))
    if told is None:
        if held is not None:
            change.session.delete(held)
        return
    held = held or CollectionHeld(
        collection_id=row.item_id, destination=row.destination, revision=0, content={}, at=change.at
    )
    collection = change.session.exec(select(Collection).where(Collection.id == row.item_id)).one()
    held.revision, held.at = told.revision, change.at
    held.content = {"published": collection.published, "items": [str(step.item.id) for step in told.steps]}
    change.session.add(held)

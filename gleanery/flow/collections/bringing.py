"""Bringing collections to a destination, after the items they hold: as entries of their own, or bound into its file.

A destination that holds no collections has the items singly; the delivery says so and is over.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import literal
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from gleanery.flow import recording
from gleanery.flow.change import Change
from gleanery.flow.collections import telling
from gleanery.flow.house import House
from gleanery.flow.outbox import DeliverReport, Owed, answer, delivered, keep_back, locked, started
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
    item = aliased(Delivery)
    on_their_way = (
        select(CollectionItem.item_id)
        .join(item, col(item.item_id) == col(CollectionItem.item_id))
        .where(
            col(CollectionItem.collection_id) == col(Collection.id),
            col(CollectionItem.published),
            item.destination == name,
            item.state == DeliveryState.OWED,
            item.attempts == 0,
        )
        .exists()
    )
    with house.store.read() as session:
        rows = session.exec(
            select(Delivery, Collection)
            .join(Collection, col(Collection.id) == col(Delivery.item_id))
            .where(
                Delivery.destination == name,
                Delivery.state == DeliveryState.OWED,
                Delivery.next_try_at <= house.now(),
                (col(Delivery.action) == Action.RETRACT) | ~on_their_way | literal(with_items),
            )
            .order_by(col(Delivery.next_try_at), col(Delivery.id))
            .limit(limit)
        ).all()
        wanted = [row for delivery, row in rows if delivery.action is Action.UPSERT]
        told = telling.published(house, session, wanted, name)
        return [Owed(delivery, told.get(row.id)) for delivery, row in rows]


def standing(house: House, name: str) -> list[LearningCollection]:
    """Every published collection of a destination, in the order of their publishing: what its file binds."""
    with house.store.read() as session:
        query = select(Collection).where(Collection.state == CollectionState.PUBLISHED)
        rows = session.exec(query.order_by(col(Collection.published_at), col(Collection.id))).all()
        told = telling.published(house, session, rows, name)
        return [told[row.id] for row in rows if row.id in told]


def bring_each(house: House, adapter: Adapter, name: str, lease: Held, report: DeliverReport) -> None:
    """Bring the collections that are due, each as an entry of its own."""
    while owed := due(house, name):
        if not isinstance(adapter, Collects):
            settle_without(house, lease, owed, report)
            continue
        for one in started(house, lease, owed):
            if not _bring(house, adapter, adapter, lease, one, report):
                return


def settle_without(
    house: House, lease: Held, owed: Sequence[Owed[LearningCollection]], report: DeliverReport
) -> None:
    """The destination knows no collections: that is said, and nothing stays owed."""
    with house.change() as change:
        lease.confirm(change.session, house.now())
        for one in owed:
            if (row := locked(change.session, one.delivery)) is not None:
                keep_back(change, row, NO_COLLECTIONS)
    report.notes.append(f"{report.destination}: {NO_COLLECTIONS}.")


def _bring(
    house: House,
    adapter: Adapter,
    collects: Collects,
    lease: Held,
    owed: Owed[LearningCollection],
    report: DeliverReport,
) -> bool:
    """Bring or remove one; False where the whole destination must wait."""
    row, told = owed
    receipt, goes_on = answer(
        house,
        adapter,
        lease,
        row,
        lambda: (
            adapter.retract(row.item_id, row.remote_id)
            if told is None
            else collects.upsert_collection(told, row.remote_id)
        ),
        report,
    )
    if receipt is not None:
        settle(house, lease, [owed], receipt, report)
    return goes_on


def settle(
    house: House,
    lease: Held,
    owed: Sequence[Owed[LearningCollection]],
    receipt: Receipt,
    report: DeliverReport,
) -> None:
    """Keep the receipt and what the destination holds now; what was owed anew meanwhile stays owed."""
    with house.change() as change:
        lease.confirm(change.session, house.now())
        for one in owed:
            _settle_one(change, one, receipt, report)
    report.new_statements += change.new_statements
    if receipt.note and receipt.note not in report.notes:
        report.notes.append(receipt.note)


def _settle_one(
    change: Change, owed: Owed[LearningCollection], receipt: Receipt, report: DeliverReport
) -> None:
    gone = owed.told is None
    row = delivered(change, owed.delivery, gone=gone)
    was_there = row.remote_id is not None
    row.remote_id = row.remote_id if gone else receipt.remote_id
    row.url, row.note = (None if gone else receipt.url), receipt.note
    if gone or not was_there:
        change.state([recording.collection_delivered(change, row, owed.delivery.turn, removed=gone)])
    if gone:
        row.remote_id = row.started_at = None
    change.session.add(row)
    _hold(change, row, owed.told)
    action = "collection.removed" if gone else "collection.delivered"
    change.audit(action, f"destination:{row.destination}", f"collection:{row.item_id}", delivery=str(row.id))
    report.retracted += gone
    report.delivered += not gone


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

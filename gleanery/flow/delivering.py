"""deliver(destination): what is owed is brought there, and the answer is kept.

A call is noted as started before it is made, so that one whose answer was lost is looked up by the adapter
before it is repeated. Failures keep their reason and their next try; what fails for good waits for a person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from functools import partial
from uuid import UUID

import structlog
from sqlmodel import col, select

from gleanery.config import DestinationSettings
from gleanery.errors import ConfigError, GleaneryError
from gleanery.flow import recording
from gleanery.flow.blaming import blaming
from gleanery.flow.carrying import AT_ONCE, Carried, Progress, Settled, Trip, settle
from gleanery.flow.change import Change
from gleanery.flow.collections import bringing
from gleanery.flow.house import House
from gleanery.flow.items.finding import items_with_platforms
from gleanery.flow.leaving import learning_items
from gleanery.flow.outbox import DeliverReport, Owed, hold_back, started
from gleanery.flow.owing import lacking, owe_to, touch
from gleanery.leases import Held, held
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Item, ItemState
from gleanery.ports import Adapter, Binds, LearningItem, Receipt

log = structlog.get_logger()
FILED_AT_ONCE = 500
"""Items of one file whose answer is kept together."""


def deliver(house: House, name: str, progress: Progress = lambda _name, _count: None) -> DeliverReport:
    """Bring to one destination what is due there."""
    settings = house.config.destination(name)
    report = DeliverReport(name)
    with held(house.store, f"deliver:{name}", house.now) as lease:
        if lease is None:
            report.busy = True
            return report
        _catch_up(house, lease, settings)
        if not _due(house, name, 1) and not bringing.due(house, name, 1, with_items=True):
            return report
        with closing(Carried(house, name)) as carried:
            _bring_due(house, settings, carried, lease, report, progress)
    return report


def _bring_due(
    house: House,
    settings: DestinationSettings,
    carried: Carried,
    lease: Held,
    report: DeliverReport,
    progress: Progress,
) -> None:
    try:
        adapter = _ready_adapter(house, settings, carried)
    except GleaneryError as error:
        hold_back(house, settings.name, error, report)
        return
    bring = _publish if adapter.batch else _bring_each
    bring(house, adapter, carried, lease, report, progress)


def _bring_each(
    house: House,
    adapter: Adapter,
    carried: Carried,
    lease: Held,
    report: DeliverReport,
    progress: Progress,
) -> None:
    """Items one after the other, then the collections that hold them."""
    name = report.destination
    trip = Trip(house, adapter, carried, lease, adapter.upsert, partial(_tell, house, name), report, progress)
    if trip.bring_all(lambda: _due(house, name, AT_ONCE)):
        bringing.bring_each(house, adapter, carried, lease, report)


def _ready_adapter(house: House, settings: DestinationSettings, carried: Carried) -> Adapter:
    """The adapter, after its preflight. Raises: ConfigError naming the first failing check and its remedy."""
    with blaming("adapter", settings.adapter):
        adapter = house.adapter(settings, carried.context)
        for check in adapter.preflight():
            if not check.ok:
                raise ConfigError(check.message, remedy=check.remedy)
    return adapter


def _catch_up(house: House, lease: Held, settings: DestinationSettings) -> None:
    """Owe a destination that is new what was approved before it came, unless it lives on collections."""
    if settings.takes == "collections":
        return
    name = settings.name
    with house.store.read() as session:
        if session.exec(select(Item.id).where(*lacking(name)).limit(1)).first() is None:
            return
    with house.change() as change:
        lease.confirm(change.session, house.now())
        for item in change.session.exec(select(Item).where(*lacking(name)).order_by(col(Item.seq))).all():
            owe_to(house, change, item, name, Action.UPSERT)


def _due(house: House, name: str, limit: int) -> list[Owed[LearningItem]]:
    """What is due, in the order of the items; an item whose words changed since they were judged waits."""
    with house.store.read() as session:
        rows = session.exec(
            select(Delivery, Item)
            .join(Item, col(Item.id) == col(Delivery.item_id))
            .where(
                Delivery.destination == name,
                Delivery.state == DeliveryState.OWED,
                Delivery.next_try_at <= house.now(),
                (col(Delivery.action) == Action.RETRACT) | (col(Item.screened_as) == house.screened_as),
            )
            .order_by(col(Item.seq))
            .limit(limit)
        ).all()
        wanted = [
            item for row, item in rows if row.action is Action.UPSERT and item.state is ItemState.APPROVED
        ]
        content = learning_items(house, session, wanted)
        return [Owed(row, content.get(row.item_id)) for row, _ in rows]


def _tell(house: House, name: str, change: Change, settled: Sequence[Settled[LearningItem]]) -> None:
    """State and enter what was brought and removed; collections lead to the new addresses from now on."""
    moved = [
        one.row.item_id
        for one in settled
        if one.receipt.recallable and not one.is_removed and one.receipt.url != one.url_before
    ]
    if moved:
        touch(house, change, moved, name)
    items = items_with_platforms(change.session, [one.row.item_id for one in settled])
    for one in settled:
        row, turn = one.row, one.owed.delivery.turn
        item, platform = items[row.item_id]
        change.state([recording.delivered(change, item, platform, row, turn, removed=one.is_removed)])
        action = "delivery.retracted" if one.is_removed else "delivery.delivered"
        change.audit(action, f"destination:{name}", f"delivery:{row.id}", item=str(item.id))


# --------------------------------------------------------------------------- as one file


def _publish(
    house: House,
    adapter: Adapter,
    carried: Carried,
    lease: Held,
    report: DeliverReport,
    progress: Progress,
) -> None:
    """Make the file anew from all that stands there and all that is due, its collections with it."""
    name = report.destination
    due, collections = _due(house, name, 1_000_000), bringing.due(house, name, 1_000_000, with_items=True)
    standing = _standing(house, name, {one.delivery.item_id for one in due})
    if standing is None:
        report.notes.append(
            f"{name}: some items changed and are not judged yet; the file is made after that."
        )
        return
    if not isinstance(adapter, Binds) and collections:
        bringing.settle_without(house, lease, collections, report)
        collections = []
    owed, bound = started(house, lease, due), started(house, lease, collections)
    if not owed and not bound:
        return
    items = [*standing, *(one.told for one in owed if one.told is not None)]
    try:
        with blaming("adapter", adapter.name):
            receipt = _made(house, adapter, name, items)
    except GleaneryError as error:
        hold_back(house, name, error, report)
        return
    bringing.settle_bound(house, lease, bound, receipt, report, carried)
    tell = partial(_tell, house, name)
    for start in range(0, len(owed), FILED_AT_ONCE):
        some = [(one, receipt) for one in owed[start : start + FILED_AT_ONCE]]
        settle(house, lease, tell, some, report, carried)
        progress(name, len(some))


def _made(house: House, adapter: Adapter, name: str, items: Sequence[LearningItem]) -> Receipt:
    """The file, with the collections bound in where the adapter can."""
    if isinstance(adapter, Binds) and (collections := bringing.standing(house, name)):
        return adapter.bind(items, collections)
    return adapter.publish(items)


def _standing(house: House, name: str, but: Collection[UUID]) -> list[LearningItem] | None:
    """What the file holds already, but for these items; None while any of it waits to be judged.

    An item that only waits because of an answer to it still stands.
    """
    with house.store.read() as session:
        items = session.exec(
            select(Item)
            .join(Delivery, col(Delivery.item_id) == col(Item.id))
            .where(
                Delivery.destination == name,
                Delivery.action == Action.UPSERT,
                Delivery.state == DeliveryState.DELIVERED,
                col(Delivery.remote_id).is_not(None),
            )
            .order_by(col(Item.seq))
        ).all()
        if any(item.screened_as != house.screened_as for item in items):
            return None
        kept = [item for item in items if item.id not in but]
        content = learning_items(house, session, kept)
        return [content[item.id] for item in kept if item.id in content]

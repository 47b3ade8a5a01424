"""deliver(destination): what is owed is brought there, and the answer is kept.

A call is noted as started before it is made, so that one whose answer was lost is looked up by the adapter
before it is repeated. Failures keep their reason and their next try; what fails for good waits for a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlmodel import Session, col, func, select

from gleanery.config import DestinationSettings
from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow import recording
from gleanery.flow.deciding import find_item, platform_of
from gleanery.flow.house import House
from gleanery.flow.leaving import learning_item
from gleanery.leases import Held, held
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Item, ItemState
from gleanery.ports import Adapter, LearningItem, Receipt

log = structlog.get_logger()
BATCH = 50
Progress = Callable[[str, int], None]


@dataclass
class DeliverReport:
    """What delivering to one destination did; `faults` are (place, message), `notes` what to know."""

    destination: str
    delivered: int = 0
    retracted: int = 0
    new_statements: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Owed(NamedTuple):
    """A due delivery with what there is to deliver; `item` None: nothing of it may leave any more."""

    delivery: Delivery
    item: LearningItem | None


def deliver(house: House, name: str, progress: Progress = lambda _name, _count: None) -> DeliverReport:
    """Bring to one destination what is due there."""
    settings = house.config.destination(name)
    report = DeliverReport(name)
    with held(house.store, f"deliver:{name}", house.now) as lease:
        if lease is None or not _due(house, name, 1):
            return report
        try:
            adapter = _ready_adapter(house, settings)
        except GleaneryError as error:
            _hold_back(house, name, error, report)
            return report
        bring = _publish if adapter.batch else _bring_each
        bring(house, adapter, name, lease, report, progress)
    return report


def _ready_adapter(house: House, settings: DestinationSettings) -> Adapter:
    """The adapter, after its preflight. Raises: ConfigError naming the first failing check and its remedy."""
    adapter = house.adapter(settings)
    for check in adapter.preflight():
        if not check.ok:
            raise ConfigError(f"{settings.name}: {check.message}", remedy=check.remedy)
    return adapter


def _due(house: House, name: str, limit: int) -> list[Owed]:
    with house.store.read() as session:
        rows = session.exec(
            select(Delivery)
            .join(Item, col(Item.id) == col(Delivery.item_id))
            .where(
                Delivery.destination == name,
                Delivery.state == DeliveryState.OWED,
                Delivery.next_try_at <= house.now(),
            )
            .order_by(col(Item.seq))
            .limit(limit)
        ).all()
        return [Owed(row, _content(house, session, row)) for row in rows]


def _content(house: House, session: Session, row: Delivery) -> LearningItem | None:
    if row.action is Action.RETRACT:
        return None
    item = session.exec(select(Item).where(Item.id == row.item_id)).one()
    return learning_item(house, session, item) if item.state is ItemState.APPROVED else None


# --------------------------------------------------------------------------- one by one


def _bring_each(
    house: House, adapter: Adapter, name: str, lease: Held, report: DeliverReport, progress: Progress
) -> None:
    while due := _due(house, name, BATCH):
        owed = _without_kept_back(house, lease, due)
        _start(house, lease, [one.delivery for one in owed])
        for one in owed:
            if not _bring(house, adapter, lease, one, report):
                return
            progress(name, 1)


def _without_kept_back(house: House, lease: Held, owed: Sequence[Owed]) -> list[Owed]:
    """Cancel what nothing may leave of and the destination never had; the rest is to be brought."""
    kept_back = [one for one in owed if one.item is None and one.delivery.started_at is None]
    if kept_back:
        with house.change() as change:
            lease.confirm(change.session, house.now())
            for one in kept_back:
                row = change.session.get_one(Delivery, one.delivery.id)
                row.state, row.reason = DeliveryState.CANCELLED, "nothing of it may leave the house"
                change.session.add(row)
                change.audit("delivery.kept_back", "policy:delivery", f"delivery:{row.id}")
    return [one for one in owed if one not in kept_back]


def _start(house: House, lease: Held, rows: Sequence[Delivery]) -> None:
    """Note, before any call, that these destinations may have been told."""
    with house.store.write() as session:
        lease.confirm(session, house.now())
        for row in rows:
            row.started_at = row.started_at or house.now()
            session.merge(row)


def _bring(house: House, adapter: Adapter, lease: Held, owed: Owed, report: DeliverReport) -> bool:
    """Deliver one; False where the whole destination must wait (its settings or rights are wrong)."""
    row = owed.delivery
    removing = owed.item is None
    try:
        if owed.item is None:
            receipt = adapter.retract(row.item_id, row.remote_id)
        else:
            receipt = adapter.upsert(owed.item, row.remote_id)
    except (ConfigError, Denied) as error:
        _hold_back(house, row.destination, error, report)
        return False
    except GleaneryError as error:
        _failed(house, lease, row, error, report)
        return not isinstance(error, QuotaExhausted)
    _settled(house, lease, [owed], receipt, report, removed=removing)
    return True


def _settled(
    house: House,
    lease: Held,
    owed: Sequence[Owed],
    receipt: Receipt,
    report: DeliverReport,
    *,
    removed: bool = False,
) -> None:
    """Keep the receipt with its statements; what was owed anew meanwhile stays owed."""
    with house.change() as change:
        lease.confirm(change.session, house.now())
        for one in owed:
            row = change.session.get_one(Delivery, one.delivery.id)
            gone = removed or one.item is None
            if row.decision_id == one.delivery.decision_id and row.action is one.delivery.action:
                row.state, row.reason, row.delivered_at = DeliveryState.DELIVERED, "", change.at
            row.remote_id = row.remote_id if gone else receipt.remote_id
            row.url, row.note = receipt.url, receipt.note
            item = change.session.exec(select(Item).where(Item.id == row.item_id)).one()
            platform = platform_of(change.session, item)
            change.state([recording.delivered(change, item, platform, row, removed=gone)])
            if gone:
                row.remote_id = row.started_at = None
            change.session.add(row)
            action = "delivery.retracted" if gone else "delivery.delivered"
            change.audit(action, f"destination:{row.destination}", f"delivery:{row.id}", item=str(item.id))
            report.retracted += gone
            report.delivered += not gone
    report.new_statements += change.new_statements
    if receipt.note and receipt.note not in report.notes:
        report.notes.append(receipt.note)


# --------------------------------------------------------------------------- as one file


def _publish(
    house: House, adapter: Adapter, name: str, lease: Held, report: DeliverReport, progress: Progress
) -> None:
    """Make the file anew from all approved items whose undo window has passed."""
    owed = _without_kept_back(house, lease, _due(house, name, 1_000_000))
    if not owed:
        return
    _start(house, lease, [one.delivery for one in owed])
    with house.store.read() as session:
        standing = session.exec(
            select(Item)
            .join(Delivery, col(Delivery.item_id) == col(Item.id))
            .where(
                Delivery.destination == name,
                Delivery.action == Action.UPSERT,
                Delivery.state == DeliveryState.DELIVERED,
                Item.state == ItemState.APPROVED,
            )
            .order_by(col(Item.seq))
        ).all()
        known = {one.delivery.item_id for one in owed}
        kept = [learning_item(house, session, item) for item in standing if item.id not in known]
    items = [item for item in (*kept, *(one.item for one in owed)) if item is not None]
    try:
        receipt = adapter.publish(items)
    except GleaneryError as error:
        _hold_back(house, name, error, report)
        return
    for start in range(0, len(owed), BATCH):
        _settled(house, lease, owed[start : start + BATCH], receipt, report)
        progress(name, len(owed[start : start + BATCH]))


# --------------------------------------------------------------------------- what went wrong


def _hold_back(house: House, name: str, error: GleaneryError, report: DeliverReport) -> None:
    """The destination as a whole cannot be used: everything stays owed, with the reason; no try is counted."""
    report.faults.append((name, str(error)))
    log.warning("destination.fault", destination=name, error=str(error))
    with house.store.write() as session:
        rows = session.exec(
            select(Delivery).where(Delivery.destination == name, Delivery.state == DeliveryState.OWED)
        ).all()
        for row in rows:
            row.reason = str(error)
            session.add(row)


def _failed(house: House, lease: Held, row: Delivery, error: GleaneryError, report: DeliverReport) -> None:
    """Count the try; the next one comes later, or never without a person."""
    limits = house.config.delivery
    report.faults.append((f"{row.destination}/{str(row.item_id)[:8]}", str(error)))
    passing = isinstance(error, Unreachable | QuotaExhausted)
    with house.change() as change:
        lease.confirm(change.session, house.now())
        kept = change.session.get_one(Delivery, row.id)
        kept.attempts += 1
        kept.reason = str(error)
        kept.next_try_at = _next_try(house, kept, error)
        if not passing or kept.attempts >= limits.attempts:
            kept.state = DeliveryState.DEAD
            change.audit(
                "delivery.dead", f"destination:{row.destination}", f"delivery:{row.id}", tries=kept.attempts
            )
        change.session.add(kept)


def _next_try(house: House, row: Delivery, error: GleaneryError) -> datetime:
    """When to try again: as the other side says, else doubling up to the longest wait, scattered by the id."""
    now, limits = house.now(), house.config.delivery
    if isinstance(error, QuotaExhausted):
        return max(error.until, now)
    asked = error.retry_after if isinstance(error, Unreachable) else None
    wait = min(limits.first_retry_seconds * 2 ** (row.attempts - 1), limits.longest_retry_seconds)
    scatter = hashlib.sha256(row.id.bytes + row.attempts.to_bytes(4, "big")).digest()[0] / 255
    return now + timedelta(seconds=max(asked or 0, wait * (0.75 + 0.5 * scatter)))


def retry(house: House, account: str, item: str | None = None) -> int:
    """Owe dead deliveries again, all or those of one item; returns how many."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        query = select(Delivery).where(Delivery.state == DeliveryState.DEAD)
        if item is not None:
            query = query.where(Delivery.item_id == find_item(change.session, item).id)
        rows = change.session.exec(query).all()
        for row in rows:
            row.state, row.attempts, row.next_try_at = DeliveryState.OWED, 0, change.at
            change.session.add(row)
            change.audit("delivery.retried", actor, f"delivery:{row.id}")
        return len(rows)


def outlook(house: House) -> dict[str, dict[str, object]]:
    """What each destination still is owed, what waits for a person, and when the next try is due."""
    with house.store.read() as session:
        rows = session.exec(
            select(Delivery.destination, Delivery.state, func.count(), func.min(Delivery.next_try_at))
            .where(col(Delivery.state).in_((DeliveryState.OWED, DeliveryState.DEAD)))
            .group_by(col(Delivery.destination), col(Delivery.state))
        ).all()
    told: dict[str, dict[str, object]] = {}
    for destination, state, number, next_try in rows:
        place = told.setdefault(destination, {"owed": 0, "dead": 0, "next_try_at": None})
        place[DeliveryState(state).value] = number
        if DeliveryState(state) is DeliveryState.OWED:
            place["next_try_at"] = next_try
    return told

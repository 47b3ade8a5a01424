"""What is still owed to the destinations: what went wrong, when it is tried again, and what waits for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import Session, col, func, select

from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow.blaming import blaming
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.leases import Held
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.record import Kept
from gleanery.ports import Adapter, Receipt

log = structlog.get_logger()
RESTING = "resting"
KEPT_BACK = "nothing of it may leave the house"

Told = TypeVar("Told")


class Owed(NamedTuple, Generic[Told]):
    """A due delivery with what there is to tell the destination; `told` None: it is to be removed there."""

    delivery: Delivery
    told: Told | None


class After(StrEnum):
    """What an answer says of those that come after it; `silence`: there was none, perhaps nobody is there."""

    GO_ON = "go-on"
    SILENCE = "silence"
    STOP = "stop"


@dataclass
class DeliverReport:
    """What delivering to one destination did; `faults` are (place, message), `notes` what to know."""

    destination: str
    delivered: int = 0
    retracted: int = 0
    new_statements: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    busy: bool = False


def locked(session: Session, deliveries: Iterable[Delivery]) -> dict[UUID, Delivery]:
    """By id: the rows as they are now, locked."""
    ids = [one.id for one in deliveries]
    query = select(Delivery).where(col(Delivery.id).in_(ids)).order_by(col(Delivery.id)).with_for_update()
    rows = session.exec(query.execution_options(populate_existing=True)) if ids else ()
    return {row.id: row for row in rows}


def still_owed(row: Delivery, read: Delivery) -> bool:
    """Whether nothing was owed anew since it was read."""
    return row.turn == read.turn and row.state is DeliveryState.OWED


def started(house: House, lease: Held, owed: Sequence[Owed[Told]]) -> list[Owed[Told]]:
    """Note, before any call, which deliveries are under way; those with nothing to bring or remove are over."""
    ready = []
    with house.change() as change:
        lease.confirm(change.session, house.now())
        rows = locked(change.session, [one.delivery for one in owed])
        for one in owed:
            row = rows[one.delivery.id]
            if not still_owed(row, one.delivery):
                continue
            if one.told is None and row.started_at is None and row.remote_id is None:
                keep_back(change, row, KEPT_BACK)
                continue
            row.started_at = row.started_at or change.at
            change.session.add(row)
            ready.append(one)
    return ready


def keep_back(change: Change, row: Delivery, reason: str) -> None:
    """Nothing of it leaves the house, and nothing stays owed."""
    row.state, row.reason = DeliveryState.CANCELLED, reason
    change.session.add(row)
    change.audit("delivery.kept_back", "policy:delivery", f"delivery:{row.id}")


def answer(
    house: House,
    adapter: Adapter,
    lease: Held,
    row: Delivery,
    call: Callable[[], Receipt],
    report: DeliverReport,
) -> tuple[Receipt | None, After]:
    """What the destination answers, None for a failure, which is counted; and whether others may be tried after it."""
    try:
        with blaming("adapter", adapter.name):
            return call(), After.GO_ON
    except (ConfigError, Denied) as error:  # its settings or rights are wrong: it as a whole must wait
        hold_back(house, row.destination, error, report)
        return None, After.STOP
    except GleaneryError as error:
        failed(house, lease, row, error, report)
        if (wait := asked_to_wait(house, error)) is not None:
            rest(house, row.destination, wait)
            return None, After.STOP
        return None, After.SILENCE if isinstance(error, Unreachable) else After.GO_ON


def asked_to_wait(house: House, error: GleaneryError) -> timedelta | None:
    """How long the other side asks everything to wait, None where it does not."""
    if isinstance(error, QuotaExhausted):
        return max(error.until - house.now(), timedelta(0))
    asked = error.retry_after if isinstance(error, Unreachable) else None
    return timedelta(seconds=asked) if asked else None


def rest(house: House, name: str, wait: timedelta) -> None:
    """Have the worker leave a destination alone for a while; a person need not wait."""
    PluginStore(house.store, RESTING, house.now).put(name, True, expires_in=wait)


def delivered(change: Change, owed: Sequence[Owed[Told]]) -> dict[UUID, Delivery]:
    """By id: the rows, locked, with this turn of each done; those that were owed anew meanwhile stay owed."""
    rows = locked(change.session, [one.delivery for one in owed])
    for one in owed:
        row = rows[one.delivery.id]
        if still_owed(row, one.delivery):
            row.state, row.reason, row.delivered_at = DeliveryState.DELIVERED, "", change.at
            row.action = Action.RETRACT if one.told is None else row.action
    return rows


def hold_back(house: House, name: str, error: GleaneryError, report: DeliverReport) -> None:
    """The destination as a whole cannot be used: everything stays owed, with the reason; no try is counted.

    The worker lets it rest for a while; a person who put it right need not wait.
    """
    report.faults.append((name, str(error)))
    log.warning("destination.fault", destination=name, error=str(error))
    rest(house, name, timedelta(seconds=house.config.delivery.longest_retry_seconds))
    with house.store.write() as session:
        owed = (col(Delivery.destination) == name, col(Delivery.state) == DeliveryState.OWED)
        session.execute(update(Delivery).where(*owed).values(reason=str(error)))


def is_resting(house: House, name: str) -> bool:
    """Whether the destination failed as a whole a short while ago."""
    return bool(PluginStore(house.store, RESTING, house.now).get(name))


def rests_until(house: House, name: str) -> datetime | None:
    """Until when a destination rests that failed as a whole a short while ago."""
    query = select(Kept.expires_at).where(
        Kept.plugin == RESTING, Kept.key == name, col(Kept.expires_at) > house.now()
    )
    with house.store.read() as session:
        return session.exec(query).one_or_none()


def failed(
    house: House, lease: Held, delivery: Delivery, error: GleaneryError, report: DeliverReport
) -> None:
    """Count the try; the next one comes later, or never without a person."""
    report.faults.append((f"{delivery.destination}/{str(delivery.item_id)[:8]}", str(error)))
    passing = isinstance(error, Unreachable | QuotaExhausted)
    with house.change() as change:
        lease.confirm(change.session, house.now())
        row = locked(change.session, [delivery])[delivery.id]
        if not still_owed(row, delivery):
            return
        row.attempts += asked_to_wait(house, error) is None  # it says when; that is no failed try
        row.reason = str(error)
        row.next_try_at = next_try(house, row.id, row.attempts, error)
        if not passing or row.attempts >= house.config.delivery.attempts:
            row.state = DeliveryState.DEAD
            change.audit(
                "delivery.dead", f"destination:{row.destination}", f"delivery:{row.id}", tries=row.attempts
            )
        change.session.add(row)


def next_try(house: House, key: UUID, attempts: int, error: GleaneryError) -> datetime:
    """When to try again: as the other side says, else doubling up to the longest wait, scattered by its key."""
    now, limits = house.now(), house.config.delivery
    if isinstance(error, QuotaExhausted):
        return max(error.until, now)
    asked = error.retry_after if isinstance(error, Unreachable) else None
    wait = min(limits.first_retry_seconds * 2 ** max(0, attempts - 1), limits.longest_retry_seconds)
    scatter = hashlib.sha256(key.bytes + attempts.to_bytes(4, "big")).digest()[0] / 255
    return now + timedelta(seconds=max(asked or 0, wait * (0.75 + 0.5 * scatter)))


def retry(house: House, account: str, destination: str | None = None) -> int:
    """Owe dead deliveries again, of one destination or of all; returns how many."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        query = select(Delivery).where(Delivery.state == DeliveryState.DEAD).with_for_update()
        if destination is not None:
            query = query.where(Delivery.destination == house.config.destination(destination).name)
        rows = change.session.exec(query).all()
        for row in rows:
            row.state, row.attempts, row.next_try_at = DeliveryState.OWED, 0, change.at
            row.turn += 1
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

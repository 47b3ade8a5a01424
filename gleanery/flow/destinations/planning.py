"""What delivering to a destination would do now: created, changed, retracted, in which order, and what waits and why.

Nothing is written and the destination is not asked. The order is that of `deliver`: items first, in the order in which
they came, then the collections that hold them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.config import DestinationSettings
from gleanery.flow.collections import bringing
from gleanery.flow.collections.bringing import NO_COLLECTIONS
from gleanery.flow.collections.telling import published
from gleanery.flow.desk import rows_listed
from gleanery.flow.destinations import trying
from gleanery.flow.destinations.showing import ability
from gleanery.flow.house import House
from gleanery.flow.leaving import learning_items
from gleanery.flow.outbox import KEPT_BACK, rests_until
from gleanery.flow.owing import lacking
from gleanery.model.collections import Collection
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Item, ItemState
from gleanery.ports import Check

_OPEN = (DeliveryState.OWED, DeliveryState.DEAD)


class Does(StrEnum):
    """What would happen to an entry."""

    CREATE = "create"
    CHANGE = "change"
    RETRACT = "retract"
    NOTHING = "nothing"
    """There is nothing to bring there, and nothing stands there: the delivery would be over."""


class Waits(StrEnum):
    """Why something that is owed would not be brought now."""

    UNDO = "undo"
    JUDGED_ANEW = "judged-anew"
    AFTER_FAILURE = "after-failure"
    RESTING = "resting"
    ITEMS = "items"
    DEAD = "dead"


@dataclass(frozen=True)
class Step:
    """One thing that would be done. `waits` None: now; `until` when that ends by itself, where it is known.

    `reason`: what the last try said, or why there is nothing to bring. `url`: where it stands today.
    """

    thing: UUID
    title: str
    is_collection: bool
    does: Does
    waits: Waits | None = None
    until: datetime | None = None
    reason: str = ""
    url: str | None = None


@dataclass(frozen=True)
class Plan:
    """What delivering there would do, in order. `counts`: by what would be done, and by why it waits; of all.

    `is_cut`: there are more steps than are shown. `error`: why the destination cannot be used.
    """

    destination: str
    adapter: str
    is_file: bool
    steps: Sequence[Step]
    counts: dict[str, int]
    is_cut: bool = False
    rests_until: datetime | None = None
    error: str = ""
    checks: Sequence[Check] = ()


def plan(house: House, name: str, *, limit: int | None = None, ask: bool = False) -> Plan:
    """The plan for one destination; `limit`: so many steps are looked into and shown, all are counted.

    `ask`: have the adapter check the destination, which asks it. Raises: ConfigError for an unknown name.
    """
    settings = house.config.destination(name)
    can, rests = ability(settings.adapter), rests_until(house, name)
    with house.store.read() as session:
        owed = [*_items(session, settings), *_collections(session, name, house.now())]
        shown = owed[:limit]
        told = _told(house, session, name, shown)
        every = [_step(house, one, told, rests, holds=can.holds_collections) for one in owed]
        steps = _titled(house, session, shown, every[:limit])
    return Plan(
        destination=name,
        adapter=settings.adapter,
        is_file=can.is_file,
        steps=steps,
        counts=dict(Counter(one.waits or one.does for one in every)),
        is_cut=len(every) > len(steps),
        rests_until=rests,
        error=can.error,
        checks=trying.check(house, settings) if ask else (),
    )


# --------------------------------------------------------------------------- what is owed


@dataclass(frozen=True)
class _Owed:
    """An item or collection, and its delivery: None for an item that came before the destination did.

    `after_items`: it waits for items that are still to be brought for the first time.
    """

    thing: Item | Collection
    delivery: Delivery | None
    after_items: bool = False


def _items(session: Session, settings: DestinationSettings) -> list[_Owed]:
    """What is owed of items, in their order, with those that were approved before the destination came."""
    rows = session.exec(
        select(Delivery, Item)
        .join(Item, col(Item.id) == col(Delivery.item_id))
        .where(Delivery.destination == settings.name, col(Delivery.state).in_(_OPEN))
    ).all()
    found = [(item.seq or 0, _Owed(item, row)) for row, item in rows]
    if settings.takes == "approved":
        new = session.exec(select(Item).where(*lacking(settings.name)))
        found += [(item.seq or 0, _Owed(item, None)) for item in new]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _collections(session: Session, name: str, now: datetime) -> list[_Owed]:
    """What is owed of collections, in the order in which they are brought."""
    rows = session.exec(
        select(Delivery, Collection, bringing.on_their_way(name, now))
        .join(Collection, col(Collection.id) == col(Delivery.item_id))
        .where(Delivery.destination == name, col(Delivery.state).in_(_OPEN))
        .order_by(col(Delivery.next_try_at), col(Delivery.id))
    ).all()
    return [_Owed(collection, row, bool(waits)) for row, collection, waits in rows]


def _told(house: House, session: Session, name: str, owed: Sequence[_Owed]) -> dict[UUID, bool]:
    """By thing: whether there is anything to bring of it."""
    items = [one.thing for one in owed if isinstance(one.thing, Item)]
    collections = [one.thing for one in owed if isinstance(one.thing, Collection)]
    approved = [item for item in items if item.state is ItemState.APPROVED]
    found = {*learning_items(house, session, approved), *published(house, session, collections, name)}
    return {one.thing.id: one.thing.id in found for one in owed}


# --------------------------------------------------------------------------- what would be done


def _step(
    house: House, one: _Owed, told: Mapping[UUID, bool], rests: datetime | None, *, holds: bool
) -> Step:
    """What would be done with it. Of what was not looked into it is taken that there is something to bring."""
    row, thing = one.delivery, one.thing
    does, reason = _does(one, told.get(thing.id, True), holds=holds)
    waits, until = _waits(house, one, rests) if does is not Does.NOTHING else (None, None)
    return Step(
        thing=thing.id,
        title="",
        is_collection=isinstance(thing, Collection),
        does=does,
        waits=waits,
        until=until,
        reason=reason or (row.reason if row is not None else ""),
        url=row.url if row is not None else None,
    )


def _does(one: _Owed, has_content: bool, *, holds: bool) -> tuple[Does, str]:
    """What is done, and why where that is nothing."""
    row = one.delivery
    stands = row is not None and row.remote_id is not None
    may_stand = stands or (row is not None and row.started_at is not None)
    if isinstance(one.thing, Collection) and not holds:
        return Does.NOTHING, NO_COLLECTIONS
    if not has_content or (row is not None and row.action is Action.RETRACT):
        return (Does.RETRACT, "") if may_stand else (Does.NOTHING, KEPT_BACK)
    return (Does.CHANGE if stands else Does.CREATE), ""


def _waits(house: House, one: _Owed, rests: datetime | None) -> tuple[Waits | None, datetime | None]:
    """Why it is not brought now, and until when."""
    row, now = one.delivery, house.now()
    if row is not None and row.state is DeliveryState.DEAD:
        return Waits.DEAD, None
    if row is not None and row.next_try_at > now:
        failed = row.attempts or row.next_try_at > row.not_before
        return (Waits.AFTER_FAILURE if failed else Waits.UNDO), row.next_try_at
    is_retracted = row is not None and row.action is Action.RETRACT
    if isinstance(one.thing, Item) and not is_retracted and one.thing.screened_as != house.screened_as:
        return Waits.JUDGED_ANEW, None
    if rests is not None:
        return Waits.RESTING, rests
    return (Waits.ITEMS, None) if one.after_items else (None, None)


def _titled(house: House, session: Session, owed: Sequence[_Owed], steps: Sequence[Step]) -> list[Step]:
    """The steps with the titles that the desk shows."""
    items = [one.thing for one in owed if isinstance(one.thing, Item)]
    titles = {row.id: row.title for row in rows_listed(house, session, items)}
    titles |= {one.thing.id: one.thing.title for one in owed if isinstance(one.thing, Collection)}
    return [replace(step, title=titles.get(step.thing, "")) for step in steps]

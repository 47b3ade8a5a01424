"""What the desk of destinations shows: each with what it can do, how it stands, and what could be added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from gleanery.errors import GleaneryError
from gleanery.flow import outbox
from gleanery.flow.house import House
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.record import Kept
from gleanery.plugins import Plugin, found, plugin
from gleanery.ports import Binds, Collects


@dataclass(frozen=True)
class Ability:
    """What an adapter can do. `error`: why it cannot be used here."""

    name: str
    is_file: bool = False
    holds_collections: bool = False
    distribution: str = ""
    error: str = ""


@dataclass(frozen=True)
class Standing:
    """A destination and how it stands. `reason` is one of those that keep its deliveries waiting."""

    name: str
    adapter: Ability
    takes: str
    owed: int
    dead: int
    last_delivered_at: datetime | None
    rests_until: datetime | None
    reason: str


def adapters() -> Sequence[Ability]:
    """The installed adapters, those that cannot be used last."""
    return sorted(map(_ability, found("adapter")), key=lambda one: (bool(one.error), one.name))


def ability(name: str) -> Ability:
    """What an adapter of the configuration can do; one that is not installed says so."""
    try:
        return _of_class(name, plugin("adapter", name))
    except GleaneryError as error:
        return Ability(name, error=str(error))


def _ability(one: Plugin) -> Ability:
    if one.cls is None:
        return Ability(one.name, distribution=one.distribution, error=one.error)
    return _of_class(one.name, one.cls, one.distribution)


def _of_class(name: str, cls: Any, distribution: str = "") -> Ability:
    holds = issubclass(cls, Collects) or issubclass(cls, Binds)
    return Ability(name, bool(cls.batch), holds, distribution)


def standings(house: House) -> list[Standing]:
    """Every configured destination, in the order of the configuration."""
    outlook = outbox.outlook(house)
    with house.store.read() as session:
        last = _last(session, [one.name for one in house.config.destinations])
        reasons, resting = _reasons(session), _resting(session, house.now())
    return [
        Standing(
            name=one.name,
            adapter=ability(one.adapter),
            takes=one.takes,
            owed=_number(outlook, one.name, "owed"),
            dead=_number(outlook, one.name, "dead"),
            last_delivered_at=last.get(one.name),
            rests_until=resting.get(one.name),
            reason=reasons.get(one.name, ""),
        )
        for one in house.config.destinations
    ]


def _number(outlook: Mapping[str, Mapping[str, object]], name: str, state: str) -> int:
    number = outlook.get(name, {}).get(state, 0)
    return number if isinstance(number, int) else 0


def _last(session: Session, names: Sequence[str]) -> dict[str, datetime | None]:
    """By destination: when something was last brought there; each a look at the end of an index, all in one query."""
    if not names:
        return {}
    latest = func.max(col(Delivery.delivered_at))
    asked = (
        sa.select(
            sa.literal(name).label("name"),
            sa.select(latest).where(col(Delivery.destination) == name).scalar_subquery().label("at"),
        )
        for name in names
    )
    return dict(session.execute(sa.union_all(*asked)).all())


def _reasons(session: Session) -> dict[str, str]:
    """By destination: one of the reasons why something is still owed there."""
    waiting = (Delivery.state == DeliveryState.OWED, Delivery.reason != "")
    query = select(Delivery.destination, func.max(Delivery.reason)).where(*waiting)
    return dict(session.exec(query.group_by(col(Delivery.destination))).all())


def _resting(session: Session, now: datetime) -> dict[str, datetime]:
    """By destination that failed as a whole a short while ago: until when it rests."""
    query = select(Kept.key, Kept.expires_at).where(Kept.plugin == outbox.RESTING, col(Kept.expires_at) > now)
    return {name: until for name, until in session.exec(query) if until is not None}


def standing(house: House, name: str) -> Standing:
    """One destination. Raises: ConfigError for an unknown name."""
    known = house.config.destination(name).name
    return next(one for one in standings(house) if one.name == known)

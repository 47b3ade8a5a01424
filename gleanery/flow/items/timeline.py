"""What happened to an item, as the audit log tells it: found by the item and its deliveries, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision
from gleanery.model.people import Person
from gleanery.model.record import Entry

MOST = 100
"""Events of one item that are shown; the audit log has all."""


@dataclass(frozen=True)
class Event:
    """One thing that was done: the audit log's action, who did it, and what its detail says (ids and codes).

    `why` is the reason a person gave with a verdict; `place` the destination of a delivery.
    """

    seq: int
    at: datetime
    action: str
    who: str
    why: str = ""
    place: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def timeline(session: Session, items: Sequence[UUID]) -> list[Event]:
    """The newest events of an item and those merged into it, in three queries and one for the names."""
    places = {
        f"delivery:{key}": name
        for key, name in session.exec(
            select(Delivery.id, Delivery.destination).where(col(Delivery.item_id).in_(items))
        )
    }
    subjects = [*(f"item:{item}" for item in items), *places]
    entries = session.exec(
        select(Entry).where(col(Entry.subject).in_(subjects)).order_by(col(Entry.seq).desc()).limit(MOST)
    ).all()
    reasons = {
        str(key): reason
        for key, reason in session.exec(
            select(Decision.id, Decision.reason).where(
                col(Decision.item_id).in_(items), col(Decision.actor).startswith("person:")
            )
        )
    }
    names = accounts_of(session, (entry.actor for entry in entries))
    return [_event(entry, names, reasons, places) for entry in entries]


def _event(
    entry: Entry, names: Mapping[str, str], reasons: Mapping[str, str], places: Mapping[str, str]
) -> Event:
    detail = json.loads(entry.detail)
    return Event(
        entry.seq,
        entry.at,
        entry.action,
        names.get(entry.actor, entry.actor),
        reasons.get(detail.get("decision", ""), ""),
        places.get(entry.subject, ""),
        detail,
    )


def accounts_of(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """By actor: the account of a person; machines, and persons without one, are absent."""
    ids = {UUID(actor.removeprefix("person:")) for actor in actors if actor.startswith("person:")}
    if not ids:
        return {}
    rows = session.exec(select(Person.id, Person.account).where(col(Person.id).in_(ids)))
    return {f"person:{key}": account for key, account in rows if account}

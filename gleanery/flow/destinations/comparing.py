"""What became of our entries at a destination: as we left them, edited, gone, held; and strange ones.

A comparison only reads. Whoever looks at it chooses: `redeliver` brings what is gone or edited there again, `accept`
leaves it as the teacher made it until a newer revision comes. Nothing is ever overwritten by a comparison itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import Session, col, select

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.change import Change
from gleanery.flow.destinations.outbox import titles_of
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.leases import held
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.plugins import plugin
from gleanery.ports import Compares, Found, Placed, Stands

log = structlog.get_logger()
MOST = 500
"""Differences that are kept of a comparison; of all of them there is a count."""

TAKEN_AWAY = "It was removed at the destination, and that was accepted."
_KEPT, _ACCEPTED, _ASKED = "destination-comparison", "destination-accepted", "destination-compare-asked"
_REMEMBERED = timedelta(days=90)
_DIFFERENT = (Stands.EDITED, Stands.GONE, Stands.HELD, Stands.STRANGE)
_REMEDIED = (Stands.EDITED, Stands.GONE)


@dataclass(frozen=True)
class Difference:
    """An entry that is not as it was left. `is_accepted`: somebody chose to leave it so.

    `thing` None: nobody here knows what it was made for.
    """

    stands: Stands
    remote_id: str
    thing: UUID | None
    title: str = ""
    url: str | None = None
    note: str = ""
    is_accepted: bool = False


@dataclass(frozen=True)
class Comparison:
    """What a comparison found, and when. `counts`: by how entries stand; `error`: why it came to no end."""

    destination: str
    at: datetime
    counts: dict[str, int]
    differences: Sequence[Difference] = ()
    error: str = ""
    remedy: str = ""
    is_busy: bool = False

    @property
    def is_fine(self) -> bool:
        """Whether nothing is left to be chosen."""
        open_ones = (one for one in self.differences if not one.is_accepted)
        return not self.error and not any(one.stands is not Stands.HELD for one in open_ones)


def can_compare(house: House, name: str) -> bool:
    """Whether the adapter of a destination can tell what became of its entries."""
    return issubclass(plugin("adapter", house.config.destination(name).adapter), Compares)


def compare(house: House, name: str) -> Comparison:
    """Compare now and keep what comes of it. Raises: BadInput for an adapter that cannot compare, ConfigError."""
    require_comparing(house, name)
    with held(house.store, f"compare:{name}", house.now) as lease:
        if lease is None:
            return Comparison(name, house.now(), {}, is_busy=True)
        made = _compared(house, name)
        _keep(house, made)
        PluginStore(house.store, _ASKED, house.now).put(name, False)
    log.info("destination.compared", destination=name, **made.counts)
    return made


def require_comparing(house: House, name: str) -> None:
    """Raises: BadInput where the adapter of a destination cannot compare, ConfigError for an unknown one."""
    if not can_compare(house, name):
        adapter = house.config.destination(name).adapter
        raise BadInput(
            f"{name}: the adapter {adapter} cannot tell what became of its entries.",
            remedy="Look at the destination itself; deliver again what is missing there.",
        )


def _compared(house: House, name: str) -> Comparison:
    with house.store.read() as session:
        rows = placed_rows(session, name)
    counts: Counter[str] = Counter()
    different: list[Found] = []
    try:
        with blaming("adapter", house.config.destination(name).adapter):
            adapter: Any = house.adapter(house.config.destination(name))
            for found in adapter.compare([_placed(row) for row in rows]):
                counts[found.stands.value] += 1
                if found.stands in _DIFFERENT and len(different) < MOST:
                    different.append(found)
    except GleaneryError as error:
        return Comparison(name, house.now(), dict(counts), error=error.message, remedy=error.remedy)
    with house.store.read() as session:
        return Comparison(name, house.now(), dict(counts), _told(house, session, name, rows, different))


def placed_rows(session: Session, name: str) -> Sequence[Delivery]:
    """The deliveries whose entries stand at a destination, in a stable order."""
    query = select(Delivery).where(
        Delivery.destination == name,
        Delivery.action == Action.UPSERT,
        col(Delivery.remote_id).is_not(None),
    )
    return session.exec(query.order_by(col(Delivery.id))).all()


def placed(house: House, name: str) -> list[Placed]:
    """What stands at a destination, as an adapter is told."""
    with house.store.read() as session:
        return [_placed(row) for row in placed_rows(session, name)]


def _placed(row: Delivery) -> Placed:
    return Placed(row.item_id, row.remote_id or "")


def _told(
    house: House, session: Session, name: str, rows: Sequence[Delivery], found: Sequence[Found]
) -> list[Difference]:
    """The differences with their titles, without those of things that were delivered meanwhile."""
    now = {row.item_id: row.turn for row in placed_rows(session, name)}
    same = {row.item_id for row in rows if now.get(row.item_id) == row.turn}
    lasting = [one for one in found if one.thing is None or one.thing in same or one.stands is Stands.STRANGE]
    titles = titles_of(house, session, [one.thing for one in lasting if one.thing is not None])
    accepted = _accepted(house, name, rows)
    return [
        Difference(
            stands=one.stands,
            remote_id=one.remote_id,
            thing=one.thing,
            title=titles.get(one.thing, "") if one.thing else "",
            url=one.url,
            note=one.note[:500],
            is_accepted=one.stands is Stands.EDITED and one.thing in accepted,
        )
        for one in lasting
    ]


# --------------------------------------------------------------------------- kept


def last(house: House, name: str) -> Comparison | None:
    """The last comparison of a destination; titles are read anew, they are not kept."""
    told = PluginStore(house.store, _KEPT, house.now).get(name)
    if told is None:
        return None
    things = [UUID(one["thing"]) for one in told["differences"] if one["thing"]]
    with house.store.read() as session:
        titles = titles_of(house, session, things)
    found = [_read(one, titles) for one in told["differences"]]
    at = datetime.fromtimestamp(told["at"], UTC)
    return Comparison(name, at, told["counts"], found, told["error"], told["remedy"])


def _read(one: dict[str, Any], titles: dict[UUID, str]) -> Difference:
    thing = UUID(one["thing"]) if one["thing"] else None
    title = titles.get(thing, "") if thing else ""
    return Difference(
        Stands(one["stands"]), one["remote_id"], thing, title, one["url"], one["note"], one["is_accepted"]
    )


def _keep(house: House, made: Comparison) -> None:
    told = {
        "at": made.at.timestamp(),
        "counts": made.counts,
        "error": made.error,
        "remedy": made.remedy,
        "differences": [
            {
                "stands": one.stands.value,
                "remote_id": one.remote_id,
                "thing": str(one.thing) if one.thing else None,
                "url": one.url,
                "note": one.note,
                "is_accepted": one.is_accepted,
            }
            for one in made.differences
        ],
    }
    PluginStore(house.store, _KEPT, house.now).put(made.destination, told, expires_in=_REMEMBERED)


def _accepted(house: House, name: str, rows: Iterable[Delivery]) -> set[UUID]:
    """The things whose edit was accepted since they were last delivered."""
    kept = PluginStore(house.store, _ACCEPTED, house.now).get(name) or {}
    return {
        row.item_id
        for row in rows
        if str(row.item_id) in kept
        and (row.delivered_at is None or row.delivered_at.timestamp() <= kept[str(row.item_id)])
    }


# --------------------------------------------------------------------------- remedies


def redeliver(house: House, account: str, name: str) -> int:
    """Owe again what the last comparison found gone or edited and nobody accepted; how many.

    Raises: BadInput where there was no comparison.
    """
    wanted = {one.thing: one for one in _open(house, name) if one.thing is not None}
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        rows = [
            row
            for row in _locked(change, name, wanted)
            if row.state is DeliveryState.DELIVERED and row.remote_id == wanted[row.item_id].remote_id
        ]
        for row in rows:
            if wanted[row.item_id].stands is Stands.GONE:
                row.remote_id = None  # it is made anew
            row.state, row.attempts, row.reason = DeliveryState.OWED, 0, ""
            row.next_try_at, row.turn = change.at, row.turn + 1
            change.session.add(row)
            change.audit("delivery.owed-again", actor, f"delivery:{row.id}", destination=name)
        PluginStore(house.store, f"destination:{name}", house.now).forget(
            change.session, [str(row.item_id) for row in rows]
        )
    house.wake()
    return len(rows)


def accept(house: House, account: str, name: str) -> int:
    """Leave what the last comparison found gone or edited as it is, until a newer revision comes; how many.

    Raises: BadInput where there was no comparison.
    """
    wanted = {one.thing: one for one in _open(house, name) if one.thing is not None}
    kept = PluginStore(house.store, _ACCEPTED, house.now)
    edits: dict[str, float] = dict(kept.get(name) or {})
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        rows = _locked(change, name, wanted)
        for row in rows:
            if wanted[row.item_id].stands is Stands.GONE:
                row.state, row.reason, row.turn = DeliveryState.CANCELLED, TAKEN_AWAY, row.turn + 1
                row.remote_id = row.url = None
                change.session.add(row)
            else:
                edits[str(row.item_id)] = change.at.timestamp()
            change.audit("delivery.difference-accepted", actor, f"delivery:{row.id}", destination=name)
        kept.put_all(change.session, {name: (edits, None)})
    _mark_accepted(house, name)
    return len(rows)


def _open(house: House, name: str) -> list[Difference]:
    house.config.destination(name)
    found = last(house, name)
    if found is None:
        raise BadInput(
            f"{name} was not compared yet.", remedy=f"Run: gleanery destinations check {name} --compare"
        )
    return [one for one in found.differences if one.stands in _REMEDIED and not one.is_accepted]


def _locked(change: Change, name: str, things: Iterable[UUID | None]) -> Sequence[Delivery]:
    query = select(Delivery).where(
        Delivery.destination == name,
        col(Delivery.item_id).in_([one for one in things if one]),
        col(Delivery.remote_id).is_not(None),
    )
    return change.session.exec(query.order_by(col(Delivery.id)).with_for_update()).all()


def _mark_accepted(house: House, name: str) -> None:
    """The kept comparison says of what was found gone or edited that it is accepted."""
    found = last(house, name)
    if found is not None:
        told = [
            replace(one, is_accepted=one.is_accepted or one.stands in _REMEDIED) for one in found.differences
        ]
        _keep(house, replace(found, differences=told))


# --------------------------------------------------------------------------- by the clock


def ask(house: House, account: str, name: str) -> None:
    """Have the worker compare a destination now. Raises: BadInput for one that cannot be, ConfigError."""
    require_comparing(house, name)
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.audit("destination.compare-asked", actor, f"destination:{name}")
        PluginStore(house.store, _ASKED, house.now).put_all(change.session, {name: (True, None)})
    house.wake()


def is_asked(house: House, name: str) -> bool:
    """Whether somebody asked for a comparison that is not made yet."""
    return bool(PluginStore(house.store, _ASKED, house.now).get(name))


def compare_if_due(house: House, name: str) -> None:
    """Compare a destination whose last comparison lies as long ago as the setting says, if it can be."""
    hours = house.config.delivery.compare_hours
    asked = is_asked(house, name)
    if not (hours or asked) or not can_compare(house, name):
        return
    before = PluginStore(house.store, _KEPT, house.now).get(name)
    if before is None or asked or house.now().timestamp() - before["at"] >= hours * 3600:
        compare(house, name)

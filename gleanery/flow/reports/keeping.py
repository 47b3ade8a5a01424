"""Keeps the counts by day up to date: only days on which something changed are counted anew.

What changed is read from the two logs that miss nothing. Every change of an item is an entry of the audit log, and
of statements those after a number are new; the days that either touches are counted from the tables again, so a
repetition changes nothing and a kill loses nothing. Where a change says too little (an erasure, a source that
was disconnected, a rule that judges all items anew), and once a day, everything is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import delete, insert
from sqlmodel import Session, col, or_, select

from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.reports import changes, counting, today
from gleanery.flow.reports.measures import (
    ALWAYS,
    COHORT,
    COVERS,
    COVERS_BELOW,
    DECIDED,
    JUDGED,
    OPENING,
    STATEMENTS,
    WAITED,
    Count,
)
from gleanery.leases import Held, held
from gleanery.model.items import Decision, Item
from gleanery.model.record import AuditHead
from gleanery.model.reports import ReportDay

log = structlog.get_logger()
EVERY = timedelta(minutes=5)
"""How often the worker looks what changed; the day that runs is counted whenever somebody looks."""

_KEPT = "reports"
_OF_ITEMS = (*COHORT, DECIDED, JUDGED, WAITED)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Mark:
    """How far both logs were counted, under which rules, and on which day all was counted last."""

    audit: int = 0
    statements: int = 0
    screened_as: str = ""
    whole_on: str = ""
    at: str = ""

    @property
    def time(self) -> datetime:
        """When it was counted."""
        return datetime.fromisoformat(self.at)


def bring_up_to_date_if_due(house: House) -> None:
    """Bring the counts up to date, at most every five minutes."""
    mark = mark_of(house)
    if mark is None or house.now() - mark.time >= EVERY:
        bring_up_to_date(house)


def bring_up_to_date(house: House) -> int:
    """Count what changed since the last time; returns how many days were counted, 0 while another worker does."""
    with held(house.store, _KEPT, house.now) as lease:
        if lease is None:
            return 0
        with house.store.read() as session:
            mark, now_at = mark_of(house) or Mark(), _now_at(house, session)
            due = _due(house, session, mark, now_at)
        return _count_all(house, lease, now_at) if due.all else _count(house, lease, due, now_at)


def rebuild(house: House, progress: Progress = lambda _done, _all: None) -> int:
    """Count every day anew; returns how many there are, 0 while another worker counts."""
    with held(house.store, _KEPT, house.now) as lease:
        if lease is None:
            return 0
        with house.store.read() as session:
            now_at = _now_at(house, session)
        return _count_all(house, lease, now_at, progress)


def mark_of(house: House) -> Mark | None:
    """How far it was counted; None where it never was."""
    kept = PluginStore(house.store, _KEPT, house.now).get("mark")
    return Mark(**kept) if kept else None


def counted_at(house: House) -> datetime | None:
    """When the counts were last brought up to date; None where they never were."""
    mark = mark_of(house)
    return mark.time if mark else None


# --------------------------------------------------------------------------- what is due


def _now_at(house: House, session: Session) -> Mark:
    """Where both logs end now; read before anything is counted, so that what comes meanwhile is due again."""
    audit = session.exec(select(AuditHead.seq)).first() or 0
    whole = counting.day_of(house.now()).isoformat()
    return Mark(
        audit, counting.daily(session).head(), changes.rules(house, session), whole, house.now().isoformat()
    )


def _due(house: House, session: Session, mark: Mark, now_at: Mark) -> changes.Due:
    due = changes.Due(all=mark.screened_as != now_at.screened_as or mark.whole_on != now_at.whole_on)
    if due.all:
        return due
    items = changes.changed_items(session, mark.audit, now_at.audit, due)
    news = counting.daily(session).since(mark.statements, OPENING)
    prefix = f"{house.bridge.bridge_home}/items/"
    told = (changes.uuid_of(one.removeprefix(prefix)) for one in news.activities if one.startswith(prefix))
    items |= {one for one in told if one is not None}
    due.statements |= news.days
    due.all = due.all or news.erased
    due.items |= set(_days_of(session, items))
    return due


def _days_of(session: Session, items: Iterable[UUID]) -> Iterator[date]:
    """The days that items count under: the one they were made on, and those of their verdicts."""
    for some in changes.chunks(list(items)):
        for at in session.exec(select(Item.made_at).where(col(Item.id).in_(some))):
            yield counting.day_of(at)
        for at in session.exec(select(Decision.at).where(col(Decision.item_id).in_(some))):
            yield counting.day_of(at)


# --------------------------------------------------------------------------- counting


def _count(house: House, lease: Held, due: changes.Due, mark: Mark) -> int:
    for day in sorted(due.items):
        _put(house, lease, _OF_ITEMS, day, partial(counting.counted_on, house, day=day))
    for day in sorted(due.statements):
        _put(house, lease, (STATEMENTS,), day, partial(counting.statements_of, first=day, last=day))
    if due.items:
        _put(house, lease, (COVERS, COVERS_BELOW), ALWAYS, partial(counting.competencies, house))
    _keep(house, mark, len(due.items | due.statements))
    today.keep(house, anew=False)
    return len(due.items | due.statements)


def _keep(house: House, mark: Mark, days: int) -> None:
    """Keep how far it was counted; after the counts, so that a kill between the two only repeats them."""
    PluginStore(house.store, _KEPT, house.now).put("mark", asdict(mark))
    log.debug("reports.counted", days=days, audit=mark.audit, statements=mark.statements)


def _count_all(house: House, lease: Held, mark: Mark, progress: Progress = lambda _done, _all: None) -> int:
    """Count each day there is, and drop days of which nothing is left."""
    with house.store.read() as session:
        first = counting.first_day(session)
    last = counting.day_of(house.now())
    first = min(first or last, last)
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    with house.store.write() as session:
        lease.confirm(session, house.now())
        gone = or_(col(ReportDay.day) > last, col(ReportDay.day) < first)
        session.execute(delete(ReportDay).where(gone, col(ReportDay.day) != ALWAYS))
    for done, day in enumerate(days, 1):
        _count_day(house, lease, day)
        progress(done, len(days))
    _put(house, lease, (COVERS, COVERS_BELOW), ALWAYS, partial(counting.competencies, house))
    _keep(house, mark, len(days))
    today.keep(house, anew=True)
    return len(days)


def _count_day(house: House, lease: Held, day: date) -> None:
    _put(house, lease, _OF_ITEMS, day, partial(counting.counted_on, house, day=day))
    _put(house, lease, (STATEMENTS,), day, partial(counting.statements_of, first=day, last=day))


def _put(
    house: House, lease: Held, measures: Sequence[str], day: date, count: Callable[[Session], Iterable[Count]]
) -> None:
    """Put what is counted of a day in the place of what was; the counting itself holds no lock."""
    with house.store.read() as session:
        found = list(count(session))
    with house.store.read() as session:
        kept = session.exec(
            select(ReportDay).where(col(ReportDay.measure).in_(measures), ReportDay.day == day)
        ).all()
    if sorted((one.measure, one.source, one.key, one.number) for one in kept) == sorted(
        (one.measure, one.source, one.key, one.number) for one in found
    ):
        return  # as it was: nobody has to wait for a lock
    with house.store.write() as session:
        lease.confirm(session, house.now())
        session.execute(
            delete(ReportDay).where(col(ReportDay.measure).in_(measures), col(ReportDay.day) == day)
        )
        if found:
            session.execute(insert(ReportDay), [one._asdict() for one in found])

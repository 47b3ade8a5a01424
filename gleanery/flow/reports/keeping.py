"""Keeps the counts by day up to date: only days on which something changed are counted anew.

What changed is read from the two logs that miss nothing. Every change of an item is an entry of the audit log, and
of statements those after a number are new; the days that either touches are counted from the tables again, so a
repetition changes nothing and a kill loses nothing. Where a change says too little (an erasure, a source that
was disconnected, a rule that judges all items anew), and once a day, everything is counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import delete, insert
from sqlmodel import Session, col, or_, select

from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.reports import counting
from gleanery.flow.reports.measures import ALWAYS, COHORT, COVERS, DECIDED, OPENING, STATEMENTS, WAITED, Count
from gleanery.leases import Held, held
from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision, Item
from gleanery.model.record import AuditHead, Entry
from gleanery.model.reports import ReportDay

log = structlog.get_logger()
EVERY = timedelta(minutes=5)
"""How often the worker looks what changed; the day that runs is counted whenever somebody looks."""

_KEPT = "reports"
_CHUNK = 500
_OF_ITEMS = (*COHORT, DECIDED, WAITED)
_SWEEPING = (
    "erasure.done",
    "erasure.repeated",
    "retention.applied",
    "source.disconnected",
    "framework.imported",
    "settings.changed",
    "backup.restored",
    "person.merged",
    "person.split",
)
"""Changes that do not say which items they reach."""

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


@dataclass
class Due:
    """What is to be counted again: days of items, days of statements; `all`: everything."""

    items: set[date] = field(default_factory=set)
    statements: set[date] = field(default_factory=set)
    all: bool = False


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
    return Mark(audit, counting.daily(session).head(), _rules(house, session), whole, house.now().isoformat())


def _rules(house: House, session: Session) -> str:
    """The rules that all items were judged by; empty while some still wait to be."""
    mark = house.screened_as
    other = or_(col(Item.screened_as) < mark, col(Item.screened_as) > mark)
    waits = session.exec(select(Item.seq).where(other, col(Item.merged_into).is_(None)).limit(1)).first()
    return "" if waits is not None else mark


def _due(house: House, session: Session, mark: Mark, now_at: Mark) -> Due:
    due = Due(all=mark.screened_as != now_at.screened_as or mark.whole_on != now_at.whole_on)
    if due.all:
        return due
    items = _changed_items(session, mark.audit, now_at.audit, due)
    news = counting.daily(session).since(mark.statements, OPENING)
    prefix = f"{house.bridge.bridge_home}/items/"
    told = (_uuid(one.removeprefix(prefix)) for one in news.activities if one.startswith(prefix))
    items |= {one for one in told if one is not None}
    due.statements |= news.days
    due.all = due.all or news.erased
    due.items |= set(_days_of(session, items))
    return due


def _changed_items(session: Session, after: int, until: int, due: Due) -> set[UUID]:
    """The items that entries of the audit log speak of."""
    entries = session.exec(
        select(Entry.action, Entry.subject, Entry.detail).where(
            col(Entry.seq) > after, col(Entry.seq) <= until
        )
    )
    items: set[UUID] = set()
    deliveries: set[UUID] = set()
    for action, subject, detail in entries:
        kind, _, name = subject.partition(":")
        due.all = due.all or action in _SWEEPING
        one = _uuid(name)
        if kind == "item" and one is not None:
            items |= {one, *_others(detail)}
        elif kind == "delivery" and one is not None:
            deliveries.add(one)
    for some in _chunks(list(deliveries)):
        items.update(session.exec(select(Delivery.item_id).where(col(Delivery.id).in_(some))))
    return items


def _others(detail: str) -> Iterator[UUID]:
    """The other item of a merge or a split."""
    told = json.loads(detail)
    yield from filter(None, (_uuid(told.get(key)) for key in ("into", "out_of")))


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _days_of(session: Session, items: Iterable[UUID]) -> Iterator[date]:
    """The days that items count under: the one they were made on, and those of their verdicts."""
    for some in _chunks(list(items)):
        for at in session.exec(select(Item.made_at).where(col(Item.id).in_(some))):
            yield counting.day_of(at)
        for at in session.exec(select(Decision.at).where(col(Decision.item_id).in_(some))):
            yield counting.day_of(at)


def _chunks(values: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


# --------------------------------------------------------------------------- counting


def _count(house: House, lease: Held, due: Due, mark: Mark) -> int:
    for day in sorted(due.items):
        _put(house, lease, _OF_ITEMS, day, partial(counting.counted_on, house, day=day))
    for day in sorted(due.statements):
        _put(house, lease, (STATEMENTS,), day, partial(counting.statements_of, first=day, last=day))
    if due.items:
        _put(house, lease, (COVERS,), ALWAYS, counting.competencies)
    _keep(house, mark, len(due.items | due.statements))
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
    _put(house, lease, (COVERS,), ALWAYS, counting.competencies)
    _keep(house, mark, len(days))
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

"""The counts of today at this moment: as they were kept some minutes ago, with what changed since counted anew.

They are kept by parts, some items with neighbouring numbers each. A part in which an item changed is counted again
from the tables and takes the place of the kept one, so the sums are those of a count over everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.reports import changes, counting
from gleanery.flow.reports.measures import STATEMENTS, Count
from gleanery.model.items import Item
from gleanery.model.record import AuditHead, Kept

_PLUGIN, _KEY = "reports", "today"
PART = 32
"""Items whose counts are kept together: fewer make what is kept long, more make a change dear."""

MOST = 200
"""Parts that are counted anew one by one; beyond it is quicker to count everything."""

Parts: TypeAlias = Mapping[str, Mapping[tuple[str, str, str], int]]
"""By part: how often measure, source and key were met."""


@dataclass(frozen=True)
class Today:
    """What was counted of a day, how far the two logs were then, and by which rules the items were judged."""

    day: str
    size: int
    audit: int
    statements: int
    rules: str
    parts: dict[str, list[tuple[str, str, str, int]]]
    verbs: dict[str, int]


def keep(house: House, *, anew: bool) -> None:
    """Keep the counts of today as they stand; `anew`: without a look at what is kept."""
    with house.store.read() as session:
        day = counting.day_of(house.now())
        audit, head = (
            _audit(session),
            counting.daily(session).head(),
        )  # before the counts: what comes is due again
        parts = _counted(session, day) if anew else _parts(house, session, day)
        told = {name: [(*key, number) for key, number in part.items()] for name, part in parts.items()}
        verbs = {one.key: one.number for one in statements(session, day, anew=anew)}
        kept = Today(day.isoformat(), PART, audit, head, changes.rules(house, session), told, verbs)
    PluginStore(house.store, _PLUGIN, house.now).put(_KEY, asdict(kept))


def items(house: House, session: Session, day: date, *, most: int = MOST) -> Iterable[Count]:
    """How far today's items came, as far as a destination, and today's verdicts, as they stand now.

    `most`: parts that are counted again one by one.
    """
    sums: Counter[tuple[str, str, str]] = Counter()
    for part in _parts(house, session, day, most).values():
        sums.update(part)
    return [Count(measure, day, source, key, number) for (measure, source, key), number in sums.items()]


def statements(session: Session, day: date, *, anew: bool = False) -> Iterable[Count]:
    """Today's statements by verb, as they stand now; `anew`: without a look at what is kept."""
    kept, daily = None if anew else _kept(session, day), counting.daily(session)
    after, sums = 0, Counter[str]()
    if kept is not None and daily.only_grew(kept.statements):
        after, sums = kept.statements, Counter(kept.verbs)
    for (_, verb), number in daily.by_day(day, day, after).items():
        sums[verb] += number
    return [Count(STATEMENTS, day, "", verb, number) for verb, number in sums.items()]


def _kept(session: Session, day: date) -> Today | None:
    """What is kept of a day; None where it is of another one, or cut otherwise."""
    row = session.exec(select(Kept.value).where(Kept.plugin == _PLUGIN, Kept.key == _KEY)).first()
    return Today(**row) if row and (row["day"], row["size"]) == (day.isoformat(), PART) else None


def _audit(session: Session) -> int:
    return session.exec(select(AuditHead.seq)).first() or 0


def _parts(house: House, session: Session, day: date, most: int = MOST) -> Parts:
    kept = _kept(session, day)
    if kept is None or kept.rules != changes.rules(house, session):
        return _counted(session, day)
    due = changes.Due()
    changed = changes.changed_items(session, kept.audit, _audit(session), due)
    touched = set() if due.all else _parts_of(session, changed)
    if due.all or len(touched) > most:
        return _counted(session, day)
    parts = {name: {(m, s, k): n for m, s, k, n in part} for name, part in kept.parts.items()}
    among = [number for part in sorted(touched) for number in range(part * PART, (part + 1) * PART)]
    fresh = _counted(session, day, among) if among else {}
    return {name: part for name, part in parts.items() if int(name) not in touched} | dict(fresh)


def _parts_of(session: Session, changed: Collection[UUID]) -> set[int]:
    """The parts that these items stand in."""
    found: set[int] = set()
    for some in changes.chunks(list(changed)):
        numbers = session.exec(select(Item.seq).where(col(Item.id).in_(some)))
        found.update(number // PART for number in numbers if number is not None)
    return found


def _counted(session: Session, day: date, among: Collection[int] | None = None) -> Parts:
    """Counted from the tables, all of the day or these items alone."""
    parts: dict[str, Counter[tuple[str, str, str]]] = {}
    for item in counting.made(session, day, among):
        parts.setdefault(str(item.seq // PART), Counter()).update(counting.steps_of(item))
    for one in counting.given(session, day, among):
        parts.setdefault(str(one.seq // PART), Counter())[one.measure, one.source, one.key] += 1
    return parts

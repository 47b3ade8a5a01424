"""Reads the counts by day: what was counted before today as it is kept, today as it stands now.

Only what learners did with today's items is as it was kept some minutes ago: for that, statements must be opened.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from gleanery.flow.house import House
from gleanery.flow.reports import counting
from gleanery.flow.reports import today as now
from gleanery.flow.reports.measures import ALWAYS, COMPLETED, OPENED, STATEMENTS, Count
from gleanery.flow.reports.periods import Period
from gleanery.model.reports import ReportDay

T = TypeVar("T")
FRESH = timedelta(seconds=30)
"""How old what was counted for one reader may be for the next."""


class Recent:
    """What was counted a moment ago, so that many readers cost as much as one."""

    def __init__(self, house: House) -> None:
        self._house, self._lock = house, threading.Lock()
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}

    def get(self, key: Hashable, count: Callable[[], T], fresh: timedelta = FRESH) -> T:
        """The value under this key, counted anew where it is too old."""
        with self._lock:
            now = self._house.now()
            if key not in self._kept or not timedelta(0) <= now - self._kept[key][0] < fresh:
                self._kept = {one: kept for one, kept in self._kept.items() if now - kept[0] < 30 * fresh}
                self._kept[key] = now, count()
            value: T = self._kept[key][1]
            return value


class Counts:
    """The counts by day in one snapshot of the database."""

    def __init__(self, house: House, session: Session, recent: Recent) -> None:
        self.house, self.session, self.recent = house, session, recent
        self.today = counting.day_of(house.now())

    def grouped(
        self,
        measures: Collection[str],
        period: Period,
        *by: str,
        key: str | None = None,
        source: str | None = None,
    ) -> Counter[tuple[Any, ...]]:
        """The sums over a period by some of `measure`, `day`, `source`, `key`; of one key or source where given."""
        columns = [getattr(ReportDay, one) for one in by]
        wanted = [col(ReportDay.measure).in_(measures), col(ReportDay.day) >= period.first]
        kept_of_today = col(ReportDay.measure).in_((OPENED, COMPLETED))
        wanted += [col(ReportDay.day) <= min(period.last, self.today)]
        wanted += [sa.or_(col(ReportDay.day) < self.today, kept_of_today)]
        wanted += [col(ReportDay.key) == key] if key is not None else []
        wanted += [col(ReportDay.source) == source] if source is not None else []
        query = sa.select(*columns, func.sum(ReportDay.number)).where(*wanted).group_by(*columns)
        sums: Counter[tuple[Any, ...]] = Counter()
        for row in self.session.execute(query):
            sums[tuple(row[:-1])] += int(row[-1] or 0)
        for one in self._today(measures) if period.first <= self.today <= period.last else ():
            if key in (None, one.key) and source in (None, one.source) and one.measure in measures:
                sums[tuple(getattr(one, name) for name in by)] += one.number
        return +sums

    def total(self, measure: str, period: Period, **of: str | None) -> int:
        """The sum of one measure."""
        return self.grouped([measure], period, **of)[()]

    def always(self, measure: str) -> dict[tuple[str, str], int]:
        """A measure without days, by source and key."""
        rows = self.session.exec(
            select(ReportDay.source, ReportDay.key, ReportDay.number).where(
                ReportDay.measure == measure, ReportDay.day == ALWAYS
            )
        )
        return {(source, key): number for source, key, number in rows}

    def _today(self, measures: Collection[str]) -> Sequence[Count]:
        what = STATEMENTS if STATEMENTS in measures else "items"
        return self.recent.get((what, self.today), lambda: self._count_today(what, self.today))

    def _count_today(self, what: str, today: date) -> Sequence[Count]:
        if what == STATEMENTS:
            return list(now.statements(self.session, today))
        return list(now.items(self.house, self.session, today))

"""The days a report is about: the last 7, 30 or 90, or from one day to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gleanery.errors import BadInput

LAST = (7, 30, 90)
"""The lengths to choose from, in days, today included."""

LONGEST = 400
"""Days that a report may be about."""

_FIRST_YEAR = 1970


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included; `days` where it is so many days up to today."""

    first: date
    last: date
    days: int | None = None

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days right before."""
        return Period(self.first - timedelta(days=self.length), self.first - timedelta(days=1))

    def __iter__(self) -> Iterator[date]:
        """Each day."""
        return (self.first + timedelta(days=place) for place in range(self.length))


def last_days(today: date, days: int) -> Period:
    """The last days up to today."""
    return Period(today - timedelta(days=days - 1), today, days)


def between(since: date, until: date, today: date) -> Period:
    """From one day to another, today at the latest. Raises: BadInput."""
    until = min(until, today)
    if since.year < _FIRST_YEAR:
        raise BadInput("The first day lies too long ago.", remedy="Choose a later first day.")
    if since > until:
        raise BadInput("The first day lies after the last one.", remedy="Choose an earlier first day.")
    if (until - since).days >= LONGEST:
        raise BadInput(f"A report covers {LONGEST} days at most.", remedy="Choose a later first day.")
    return Period(since, until)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())

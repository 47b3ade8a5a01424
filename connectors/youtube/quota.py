"""The day's quota: what is spent is counted before it is sent, and nothing is sent beyond the limit.

The day of YouTube's quota runs from midnight to midnight in Los Angeles:
https://developers.google.com/youtube/v3/determine_quota_cost
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gleanery.errors import ConfigError, QuotaExhausted
from gleanery.ports import Allowance, Meter

UNITS = "youtube.units"
SEARCHES = "youtube.search"


class Quota:
    """What may still be spent today, by bucket."""

    def __init__(self, meter: Meter, now: Callable[[], datetime], limits: Mapping[str, int]) -> None:
        self._meter, self._now, self._limits = meter, now, limits

    def take(self, bucket: str, units: int) -> None:
        """Count what is about to be sent. Raises: QuotaExhausted where it would be more than today's share."""
        if units > self.left(bucket):
            setting = "daily_searches" if bucket == SEARCHES else "daily_units"
            raise QuotaExhausted(
                f"youtube: today's {self._limits[bucket]:,} of {bucket} are used up; reading goes on by itself.",
                until=self.renewed_at(),
                remedy=f"Read less often, or raise `{setting}` if the project has more.",
                stops_source=bucket == UNITS,
            )
        self._meter.spend(bucket, units)

    def left(self, bucket: str) -> int:
        """What is left of a bucket today, never less than nothing."""
        spent = self._meter.spent(bucket, midnight(self._now())).units
        return max(0, self._limits[bucket] - spent)

    def limit(self, bucket: str) -> int:
        """What may be spent of a bucket in a day."""
        return self._limits[bucket]

    def allowances(self) -> list[Allowance]:
        """Each bucket with what was spent of it today."""
        names = {UNITS: ("Units of today", "units"), SEARCHES: ("Searches of today", "searches")}
        return [
            Allowance(
                names[bucket][0],
                Decimal(limit - self.left(bucket)),
                Decimal(limit),
                self.renewed_at(),
                names[bucket][1],
            )
            for bucket, limit in self._limits.items()
        ]

    def renewed_at(self) -> datetime:
        """When the quota comes back."""
        return midnight(self._now(), days=1)


def midnight(now: datetime, days: int = 0) -> datetime:
    """The last midnight in Los Angeles, or one that many days later, in UTC; days of 23 and 25 hours included.

    Raises: ConfigError where the time zones are not installed.
    """
    zone = _los_angeles()
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), zone).astimezone(UTC)


@cache
def _los_angeles() -> ZoneInfo:
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError as error:
        raise ConfigError(
            "youtube: this machine has no time zones, which the day of the quota needs.",
            remedy="Run: pip install tzdata (Windows brings none of its own).",
            stops_source=True,
        ) from error

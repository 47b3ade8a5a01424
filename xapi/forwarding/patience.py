"""How long a target that failed is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST = timedelta(seconds=10)
LONGEST = timedelta(minutes=15)
MOST_ASKED = timedelta(days=1)
"""A target may ask for more than LONGEST by Retry-After, but for no more than this."""


def wait(tries: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """The pause after the `tries`-th failure in a row: doubling from FIRST to LONGEST, the last half of it
    left to `chance` (0 to 1), so that many senders do not come back at once; never less than `asked`."""
    doubled = FIRST * (1 << min(tries - 1, 20))
    pause = min(doubled, LONGEST) * (0.5 + 0.5 * chance)
    return pause if asked is None else max(pause, min(asked, MOST_ASKED))


def asked_for(retry_after: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as a date; None if it says nothing that counts."""
    if retry_after is None:
        return None
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return min(timedelta(seconds=int(retry_after.strip()[:9])), MOST_ASKED)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(until - now, timedelta(0))

"""How long a version of LinkedIn's API lives: https://learn.microsoft.com/en-us/linkedin/marketing/versioning

A version is a month (YYYYMM). It lives twelve months at least and is then switched off within weeks; every
request that names it is refused (426) from that day on.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DEFAULT = "202608"
"""The newest seen in use when this was written."""

WARNING = timedelta(days=60)


def twelve_months_old(version: str) -> datetime:
    """The first moment at which LinkedIn may switch the version off."""
    return datetime(int(version[:4]) + 1, int(version[4:]), 1, tzinfo=UTC)


def runs_out_soon(version: str, now: datetime) -> bool:
    """Whether it is time to move on: 60 days before it is twelve months old, and ever after."""
    return now >= twelve_months_old(version) - WARNING

"""Ids of posts: numbers that rise with time and hold the moment they were made.

The upper bits of an id are milliseconds since November 2010; ids from before count up only.
https://docs.x.com/fundamentals/x-ids
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

REALM = "x.com"
"""Ids of posts and accounts are unique in all of X, so everything read there has one realm."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEGIN_MS = 1_288_834_974_657
_FIRST_TIMED = 29_700_859_247
_POST_ADDRESS = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:i/web|[A-Za-z0-9_]+)/status/([0-9]{1,19})(?![0-9])"
)


def is_id(value: object) -> bool:
    """Whether this is the id of a post: at most 19 digits, as text."""
    return isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value) is not None


def made_at(post_id: str) -> datetime | None:
    """When the id was given, to the millisecond; None for one from before November 2010."""
    number = int(post_id)
    if number < _FIRST_TIMED:
        return None
    return _EPOCH + timedelta(milliseconds=(number >> 22) + _BEGIN_MS)


def address_of(post_id: str) -> str:
    """The address at which X shows the post, whatever its author is called today."""
    return f"https://x.com/i/web/status/{post_id}"


def id_in(text: str) -> str | None:
    """The id of the post that an id or an address of X or Twitter means; None for anything else."""
    if is_id(text):
        return text
    found = _POST_ADDRESS.match(text)
    return found[1] if found else None

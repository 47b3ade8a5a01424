"""Answers at the private addresses: the files as they are, to those who have the key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs

from lms_adapters.feed.addresses import OPML, Addresses, file_of
from lms_adapters.feed.entries import ALL
from lms_adapters.feed.forms import TYPES

Answer = tuple[int, Mapping[str, str | tuple[str, ...]], bytes]
_FEED = re.compile(rf"{ALL}|{OPML}|[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_MISSING: Answer = (404, {**_SAFE, "Content-Type": "text/plain; charset=utf-8"}, b"There is no such feed.\n")
"""Also for a wrong key: nobody can find out which feeds there are."""


def answer(folder: Path, addresses: Addresses, query: str, headers: Mapping[str, str]) -> Answer:
    """A page of a feed, 304 where the reader has it, 404 without its key."""
    wanted = {name: values[-1] for name, values in parse_qs(query).items()}
    feed, form, number = wanted.get("c", ""), wanted.get("f", "rss"), wanted.get("page", "1")
    named = _FEED.fullmatch(feed) and form in TYPES and re.fullmatch("[1-9][0-9]{0,5}", number)
    if not named or (form == OPML) != (feed == OPML) or not addresses.opens(feed, wanted.get("key", "")):
        return _MISSING
    path = folder / file_of("feeds" if feed == OPML else feed, form, int(number))
    try:
        body = path.read_bytes()
        made = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except FileNotFoundError:
        return _MISSING
    told = {
        **_SAFE,
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(made, usegmt=True),
        "Cache-Control": "private, max-age=300",
    }
    if _has_it(headers, told["ETag"], made):
        return 304, told, b""
    return 200, {**told, "Content-Type": TYPES[form]}, body


def _has_it(headers: Mapping[str, str], tag: str, made: datetime) -> bool:
    """RFC 9110, 13.2.2: the tag counts where one is given, else the day."""
    known = headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(","))
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except (ValueError, TypeError):
        return False
    return since.tzinfo is not None and made <= since

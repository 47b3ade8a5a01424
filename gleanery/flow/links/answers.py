"""What the answer of a web server says of an address: there, moved, failing, gone, or nothing.

Only "not found" and "gone" (404, 410) are definite (RFC 9110, 15.5.5 and 15.5.11), and a page that is gone often
answers 200: with words that say so, or by sending everybody to the front page. A wall (401, 403, 429) tells nothing
of what is behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Literal, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from gleanery.errors import BadInput, ConfigError, GleaneryError, Unreachable
from gleanery.model.links import LinkState

How: TypeAlias = Literal["http", "oembed", "platform"]


@dataclass(frozen=True)
class Said:
    """What one look found out. `is_definite`: a "not found". `moved_to`: where it leads now, for good.

    `wait`: how long the site asked to be left alone.
    """

    state: LinkState
    reason: str = ""
    how: How = "http"
    status: int | None = None
    is_definite: bool = False
    moved_to: str | None = None
    wait: timedelta | None = None


class Answer(Protocol):
    """As much of a response as is looked at."""

    @property
    def status_code(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def history(self) -> Sequence[Answer]: ...


_WALLS = frozenset({401, 402, 403, 405, 406, 407, 451, 999})
_PERMANENT = frozenset({301, 308})
_LOGIN = re.compile(
    r"(^|[/._-])(log-?in|sign-?in|signin|auth|sso|oauth2?|accounts?)([/._?-]|$)", re.IGNORECASE
)
_FRONT = re.compile(r"/?(index\.\w{3,5}|home(\.\w+)?|[a-z]{2}([_-][a-z]{2})?)?/?", re.IGNORECASE)
_NOT_FOUND_PATH = re.compile(
    r"/(404|not[-_]?found|page[-_]not[-_]found|error[-_]?404)([/.?]|$)", re.IGNORECASE
)
_TITLE = re.compile(rb"<title[^>]*>(.{0,400}?)</title", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(rb"<h1[^>]*>(.{0,400}?)</h1", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_NOT_FOUND_WORDS = re.compile(
    r"^\W*(error\W*)?(404|410)\b"
    r"|\b(404|410)\W*(error|fehler|erreur)?\W*$"
    r"|\b(error|fehler|erreur)\W+(404|410)\b"
    r"|\b(page|seite|content|article|video|post|file|document)\b.{0,30}\b(not (be )?found|no longer (available|exists?)"
    r"|does(n.t| not) exist|nicht gefunden|nicht (mehr )?(verfügbar|vorhanden)|existiert nicht|introuvable|unavailable)"
    r"|\b(not found|nicht gefunden|page introuvable|página no encontrada|pagina non trovata|no encontrada)\W*$"
    r"|^\W*(not found|nicht gefunden)\b",
    re.IGNORECASE,
)


def judged(address: str, answer: Answer, body: bytes = b"") -> Said:
    """What an answer says of the address that was asked for; `body` as far as it was read."""
    status = answer.status_code
    if status in (404, 410):
        return Said(LinkState.FAILING, "link.not_found", status=status, is_definite=True)
    if status == 429:
        return Said(LinkState.UNKNOWN, "link.too_many", status=status, wait=wait_of(answer.headers))
    if status in _WALLS:
        return Said(LinkState.UNKNOWN, "link.wall", status=status)
    if status >= 500:
        return Said(LinkState.FAILING, "link.server", status=status, wait=wait_of(answer.headers))
    if status == 416:
        return Said(LinkState.OK, status=status)  # it is there, and shorter than what was asked for
    if status >= 400:
        return Said(LinkState.FAILING, "link.refused", status=status)
    if status >= 300 and status != 304:
        return Said(LinkState.FAILING, "link.redirect", status=status)
    return _answered(address, answer, body)


def _answered(address: str, answer: Answer, body: bytes) -> Said:
    """What an answer that claims success says."""
    status, there = answer.status_code, str(answer.url)
    if _leads_to(there, _LOGIN) and not _leads_to(address, _LOGIN):
        return Said(LinkState.UNKNOWN, "link.wall", status=status)
    if _leads_to(there, _NOT_FOUND_PATH) or _says_not_found(answer.headers, body):
        return Said(LinkState.FAILING, "link.soft_not_found", status=status)
    if answer.history and _is_front(there) and not _is_front(address):
        return Said(LinkState.FAILING, "link.front_page", status=status)
    if moved := _moved(address, answer):
        return Said(LinkState.MOVED, "link.moved", status=status, moved_to=moved)
    return Said(LinkState.OK, status=status)


def _leads_to(address: str, what: re.Pattern[str]) -> bool:
    return what.search(urlsplit(address).path) is not None


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def _says_not_found(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the page's title says that there is none, or without one its first heading."""
    if "html" not in headers.get("content-type", "").lower():
        return False
    found = _TITLE.search(body) or _HEADING.search(body)
    if found is None:
        return False
    words = " ".join(unescape(_TAGS.sub(" ", found[1].decode("utf-8", "replace"))).split())
    return _NOT_FOUND_WORDS.search(words) is not None


def _moved(address: str, answer: Answer) -> str | None:
    """Where the address leads for good: every step on the way was permanent, and it is another place."""
    steps = answer.history
    if not steps or any(step.status_code not in _PERMANENT for step in steps):
        return None
    there = str(answer.url)
    return there if _place(there) != _place(address) else None


def _place(address: str) -> tuple[str, str, list[tuple[str, str]]]:
    """What tells two places apart: not the scheme, `www.` or the last slash."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.") + (f":{parts.port}" if parts.port else "")
    return host, parts.path.rstrip("/"), sorted(parse_qsl(parts.query))


def wait_of(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """How long the site asks to be left alone (RFC 9110, 10.2.3), at most a week; None where it does not say."""
    told = headers.get("retry-after", "").strip()
    if told.isdigit():
        return min(timedelta(seconds=int(told[:9])), timedelta(days=7))
    try:
        until = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return None
    begun = now or datetime.now(UTC)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - begun, timedelta(0)), timedelta(days=7))


_FAULTS = {
    "name": Said(LinkState.FAILING, "link.name_gone"),
    "certificate": Said(LinkState.FAILING, "link.certificate"),
    "slow": Said(LinkState.FAILING, "link.endless"),
    "private": Said(LinkState.UNKNOWN, "link.private"),
    "redirects": Said(LinkState.FAILING, "link.redirect"),
    "large": Said(LinkState.OK, "link.large"),
    "proxy": Said(LinkState.UNKNOWN, "link.proxy"),
}


def judged_fault(error: GleaneryError) -> Said:
    """What it says of an address that no whole answer came."""
    if error.kind in _FAULTS:
        return _FAULTS[error.kind]
    if isinstance(error, Unreachable | BadInput):
        return Said(LinkState.FAILING, "link.no_answer")
    if isinstance(error, ConfigError):
        return Said(LinkState.UNKNOWN, "link.unreadable")
    raise error

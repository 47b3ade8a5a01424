"""Fetching a feed politely: conditional requests (RFC 9110, section 13), moves, goodbyes and waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors._values import digest
from gleanery.errors import BadInput, Denied, Gone, QuotaExhausted, Unreachable
from gleanery.ports import Context

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/json;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_PERMANENT = frozenset({301, 308})
_LONGEST_WAIT = timedelta(days=7)
_USUAL_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: a body, or that nothing changed (`body` None), or that the feed is gone for good.

    `address` is where the body was found, `moved` the address to ask from now on, None if it stays.
    """

    address: str
    body: bytes | None = None
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    moved: str | None = None
    gone: bool = False


def fetch(ctx: Context, address: str, state: Mapping[str, Any]) -> Answer:
    """Ask for the feed unless it is unchanged since `state` (its `etag`, `modified`, `address`).

    Raises: QuotaExhausted (429), Unreachable (5xx and 408, with Retry-After), Denied (401, 403), Gone (404),
    BadInput (any other status), and what the session raises.
    """
    headers = {"Accept": _ACCEPT}
    if state.get("etag"):
        headers["If-None-Match"] = state["etag"]
    if state.get("modified"):
        headers["If-Modified-Since"] = state["modified"]
    asked = str(state.get("address") or address)
    response = ctx.http.get(asked, headers=headers)
    if response.status_code in (200, 203, 226):
        return _with_body(response)
    if response.status_code == 304:
        return Answer(asked, moved=_moved(response))
    if response.status_code == 410:
        return Answer(asked, gone=True)
    raise _refused(response, shown(address), ctx.now())


def shown(address: str) -> str:
    """The address as it may be shown: a query can hold a key, so it becomes a short fingerprint."""
    parts = urlsplit(address)
    mark = f"?{digest(parts.query)[:8]}" if parts.query else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}{mark}"


def _with_body(response: requests.Response) -> Answer:
    return Answer(
        address=str(response.url),
        body=response.content,
        content_type=response.headers.get("content-type", ""),
        etag=response.headers.get("etag", "")[:500],
        modified=response.headers.get("last-modified", "")[:100],
        moved=_moved(response),
    )


def _moved(response: requests.Response) -> str | None:
    """Where an unbroken run of permanent redirects, from the first on, leads to."""
    stops = [str(step.url) for step in (*response.history, response)]
    moved = None
    for step, landed in zip(response.history, stops[1:], strict=True):
        if step.status_code not in _PERMANENT:
            break
        moved = landed
    return moved


def _refused(
    response: requests.Response, name: str, now: datetime
) -> QuotaExhausted | Unreachable | Denied | Gone | BadInput:
    status = response.status_code
    wait = _wait(response.headers.get("retry-after", ""), now)
    if status == 429:
        return QuotaExhausted(f"{name} asks for fewer requests (429).", until=now + (wait or _USUAL_WAIT))
    if status >= 500 or status == 408:
        return Unreachable(f"{name} answers {status}.", retry_after=wait.total_seconds() if wait else None)
    if status in (401, 403):
        return Denied(
            f"{name} answers {status}: it wants to know who asks.", remedy="Use a public feed address."
        )
    if status == 404:
        return Gone(f"{name} answers 404: there is no feed.", remedy="Correct it in `urls`.")
    return BadInput(f"{name} answers {status} instead of a feed.", remedy="Check the address in a browser.")


def _wait(header: str, now: datetime) -> timedelta | None:
    """The wait asked for by Retry-After, in seconds or as a date; None where it says nothing usable."""
    try:
        if header.strip().isdigit():
            wait = timedelta(seconds=min(int(header), 10**9))
        else:
            wait = parsedate_to_datetime(header) - now
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)

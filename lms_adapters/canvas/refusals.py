"""What Canvas's refusals mean, and who can put them right.

Statuses and bodies: https://canvas.instructure.com/doc/api/ and its source. Messages are in the account's language, so
little is read from them: whether a 401 brings `WWW-Authenticate` (the token itself is refused), and the plain text
of the throttle, which comes as 403.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from gleanery.errors import (
    BadInput,
    ConfigError,
    Denied,
    GleaneryError,
    Gone,
    QuotaExhausted,
    Unreachable,
)
from lms_adapters._text import plain

SCOPES = (
    "url:GET|/api/v1/users/:id",
    "url:GET|/api/v1/courses/:id",
    "url:GET|/api/v1/courses/:course_id/permissions",
    "url:GET|/api/v1/courses/:course_id/external_tools",
    "url:GET|/api/v1/courses/:course_id/modules",
    "url:POST|/api/v1/courses/:course_id/modules",
    "url:PUT|/api/v1/courses/:course_id/modules/:id",
    "url:DELETE|/api/v1/courses/:course_id/modules/:id",
    "url:GET|/api/v1/courses/:course_id/modules/:module_id/items",
    "url:POST|/api/v1/courses/:course_id/modules/:module_id/items",
    "url:PUT|/api/v1/courses/:course_id/modules/:module_id/items/:id",
    "url:DELETE|/api/v1/courses/:course_id/modules/:module_id/items/:id",
    "url:GET|/api/v1/courses/:course_id/pages",
    "url:GET|/api/v1/courses/:course_id/pages/:url_or_id",
    "url:POST|/api/v1/courses/:course_id/pages",
    "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id",
    "url:DELETE|/api/v1/courses/:course_id/pages/:url_or_id",
)
"""What a developer key that enforces scopes must hold, with "Allow Include Parameters"; see the how-to."""

_MAKE_ANOTHER = (
    "Make a new one as the service account (Account > Settings > New Access Token) and set `token` to it."
)
RIGHTS = (
    "Enrol the token's account in the course as a teacher or designer, with the rights to add, edit and delete course "
    "content and pages. If its developer key enforces scopes, give it those listed in the how-to."
)
_WAIT = 30.0
"""Seconds to wait where a throttle does not say; Canvas gives back 10 units a second."""


def refusal(response: requests.Response, what: str, now: datetime) -> GleaneryError | None:
    """The error for an answer, None where it is none. `what` was asked for, in words."""
    status = response.status_code
    if 200 <= status < 300:
        return None
    if status == 429 or (status == 403 and "rate limit exceeded" in response.text[:200].lower()):
        return QuotaExhausted(
            "canvas: the site says enough for now (rate limit).",
            until=now + timedelta(seconds=_asked(response, now) or _WAIT),
            remedy="It goes on by itself; give gleanery a token of its own if this comes often.",
        )
    if status >= 500:
        return Unreachable(f"canvas: the site answered {status}.", retry_after=_asked(response, now))
    if is_html(response):
        return not_canvas(f"status {status}")
    return _by_status(response, what)


def _by_status(response: requests.Response, what: str) -> GleaneryError:
    status, said = response.status_code, plain(" ".join(_messages(response)), 200)
    if status == 401 and "www-authenticate" in response.headers:
        return ConfigError("canvas: the site does not take the token.", remedy=_MAKE_ANOTHER)
    if status in (401, 403) and "scope" in said.lower():
        return ConfigError(
            f"canvas: the token lacks a scope for {what}.",
            remedy=f"Give the developer key these scopes: {', '.join(SCOPES)}.",
        )
    if status in (401, 403):
        return Denied(f"canvas: the token's account may not {what}.", remedy=RIGHTS)
    if status == 404:
        return Gone(f"canvas: what was needed to {what} is no longer there.", remedy="Look for it in Canvas.")
    if status == 409:
        return Unreachable(f"canvas: somebody else changed this meanwhile ({what}).", retry_after=None)
    return BadInput(
        f"canvas: the site refused to {what} ({status}: {said or 'no reason given'}).",
        remedy="Compare the entry with what Canvas takes; the message is its own.",
    )


def not_canvas(why: str) -> BadInput:
    """The error for an answer that no Canvas gives."""
    return BadInput(
        f"canvas: the address answered something other than Canvas's API does ({why}).",
        remedy="Set `url` to the site's root, as https://school.instructure.com; "
        "a sign-in page in front of it must let /api/v1 pass.",
    )


def is_html(response: requests.Response) -> bool:
    """Whether a page came instead of data."""
    return response.headers.get("content-type", "").split(";")[0].strip().lower() == "text/html"


def _messages(response: requests.Response) -> Iterator[str]:
    """`errors` is a list of {message}, or by field a list of {message}; sometimes there is one `message`."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return
    if not isinstance(body, dict):
        return
    yield from _of(body.get("errors"))
    yield from _of(body.get("message"))


def _of(found: Any, depth: int = 3) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list) and depth:
        for one in found:
            yield from _of(one, depth - 1)
    elif isinstance(found, dict) and depth:
        yield from _of(found.get("message") or list(found.values()), depth - 1)


def _asked(response: requests.Response, now: datetime) -> float | None:
    """The seconds that Retry-After asks for, written as a number or a date."""
    asked = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - now).total_seconds())
    except (ValueError, TypeError):
        return None

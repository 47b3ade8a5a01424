"""What X refuses, and what becomes of it: https://docs.x.com/x-api/fundamentals/response-codes-and-errors

A problem's `type` is an address; its last part is the code here (`usage-capped`). Prepaid credits that are used
up are HTTP 402. A 429 tells in `x-rate-limit-reset` (seconds since 1970) when the limit ends, or tells nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from connectors._errors import Rule, refusal
from connectors._text import shortened
from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable

WITHOUT_HEADER = timedelta(minutes=15)
"""The wait after a 429 that tells none: the length of X's windows."""

AGAIN = timedelta(hours=1)
"""When a source whose money is used up is looked after again: its duties that cost nothing go on."""

CONSOLE = "https://console.x.com"

ERRORS: tuple[Rule, ...] = (
    Rule(
        "quota",
        "x: the prepaid credits are used up (402): X gives no posts.",
        f"Buy credits or raise the spending limit at {CONSOLE}.",
        statuses=(402,),
        whole=False,
        next="in an hour; checks for deletions go on",
    ),
    Rule(
        "quota",
        "x: the project has read all the posts it may for now (usage-capped).",
        f"Wait, or raise the cap at {CONSOLE}.",
        codes=("usage-capped",),
        whole=False,
        next="in an hour; checks for deletions go on",
    ),
    Rule(
        "quota",
        "x: too many requests of one kind (429).",
        codes=("limited",),
        statuses=(429,),
        whole=False,
        next="when the limit ends, as X told",
    ),
    Rule(
        "unreachable",
        "x: too many requests (429), and X does not say for how long.",
        statuses=(429,),
        next="in 15 minutes, with one request",
    ),
    Rule(
        "denied",
        "x: the access token is not accepted (401). Nothing was taken for deleted.",
        f"Make a new bearer token at {CONSOLE}, or run `gleanery sources connect` again.",
        statuses=(401,),
    ),
    Rule(
        "config",
        "x: the app may not use the API: it belongs to no project, or is not enrolled (client-forbidden).",
        f"Put the app into a project with pay-per-use access at {CONSOLE}.",
        codes=("client-forbidden",),
    ),
    Rule(
        "config",
        "x: this kind of token may not ask this (unsupported-authentication).",
        "Give `bearer_token`, the app's own.",
        codes=("unsupported-authentication",),
        whole=False,
    ),
    Rule(
        "denied",
        "x: the account is protected or suspended, or the list is private (not-authorized-for-resource).",
        "Take it out of the settings, or sign in as an account that may see it.",
        codes=("not-authorized-for-resource", "resource-unavailable"),
        whole=False,
    ),
    Rule(
        "gone",
        "x: there is no such account, list or post (resource-not-found).",
        "Correct the settings.",
        codes=("resource-not-found",),
        whole=False,
    ),
    Rule(
        "unreachable",
        "x: another job of this kind is under way (conflict).",
        codes=("conflict",),
        whole=False,
    ),
    Rule("unreachable", "x: another request is under way (409).", statuses=(409,), whole=False),
    Rule(
        "denied",
        "x: the app may not do this (403 {code}).",
        f"Look at the app's access and its level at {CONSOLE}.",
        statuses=(403,),
        whole=False,
    ),
    Rule(
        "gone",
        "x: what was asked for is not there (404).",
        "Correct the settings.",
        statuses=(404,),
        whole=False,
    ),
    Rule(
        "config",
        "x: the request is not understood (400): {told}",
        "Correct the setting it speaks of, most often one of `queries`.",
        statuses=(400,),
        whole=False,
    ),
    Rule(
        "unreachable",
        "x: X answers {status}.",
        "If it lasts, look at https://docs.x.com/status.",
        whole=False,
    ),
)


class Misunderstood(ConfigError):
    """A request was refused for one of its parameters (400); `complaint` holds their names and values."""

    def __init__(self, error: GleaneryError, complaint: str) -> None:
        super().__init__(error.message, remedy=error.remedy, stops_source=error.stops_source)
        self.complaint = complaint


class TokenRefused(Denied):
    """The access token was not accepted (401)."""


class NoMorePosts(QuotaExhausted):
    """X gives no posts for now, whoever asks for which."""


class LostAnswer(Unreachable):
    """No whole answer came: X may have read the request, and charged for it."""


def refused(response: requests.Response, now: datetime) -> GleaneryError:
    """The error for an answer that is no answer."""
    body = _body(response)
    code = code_of(body)
    status = response.status_code
    until = now + AGAIN
    if status == 429 and code != "usage-capped" and (reset := _reset(response)) is not None:
        code, until = "limited", _after(reset, now)
    complaints = [one for one in body.get("errors") or () if isinstance(one, dict)]
    told = shortened("; ".join(str(one.get("message", "")) for one in complaints) or code or "no reason", 300)
    error = refusal(
        ERRORS, status, code, until=until, retry_after=_wait(response), told=told.replace("\n", " ")
    )
    if status == 400:
        return Misunderstood(error, json.dumps([one.get("parameters") for one in complaints]) + told)
    if status == 401:
        return TokenRefused(error.message, remedy=error.remedy, stops_source=True)
    if status == 402 or code == "usage-capped":
        return NoMorePosts(error.message, until=until, remedy=error.remedy, stops_source=False)
    return error


def problem(record: Mapping[str, Any], now: datetime) -> GleaneryError:
    """The error for an answer (200) that holds nothing but this problem."""
    status = record.get("status")
    return refusal(
        ERRORS, status if isinstance(status, int) else 200, code_of(record), until=now + AGAIN, told=""
    )


def code_of(record: Mapping[str, Any]) -> str:
    """The last part of a problem's type; empty where it has none."""
    return str(record.get("type") or "").rpartition("/")[2]


def reset_of(response: requests.Response) -> datetime | None:
    """When a limit that is used up ends; None where requests are left or nothing is told."""
    used_up = response.status_code == 429 or response.headers.get("x-rate-limit-remaining") == "0"
    return _reset(response) if used_up else None


def _after(reset: datetime, now: datetime) -> datetime:
    """When to ask again: a limit that should be over by our clock, or lasts a day, tells that a clock is wrong."""
    is_likely = now < reset <= now + timedelta(days=1)
    return reset + timedelta(seconds=1) if is_likely else now + WITHOUT_HEADER


def _reset(response: requests.Response) -> datetime | None:
    seconds = response.headers.get("x-rate-limit-reset", "")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() and len(seconds) < 12 else None


def _wait(response: requests.Response) -> float | None:
    told = response.headers.get("retry-after", "")
    if told.isdecimal():
        return float(min(int(told), 86_400))
    return WITHOUT_HEADER.total_seconds() if response.status_code == 429 else None


def _body(response: requests.Response) -> Mapping[str, Any]:
    """The problem as X describes it; a gateway's page has none."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""Requests to LinkedIn's REST API: signed, versioned, refusals as our errors.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/methods
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from pydantic import SecretStr

from connectors._errors import Rule, refusal
from gleanery.errors import GleaneryError, Unreachable
from gleanery.ports import Context, OAuthApp

Record = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a list: its `elements`, and whether LinkedIn names a next one (`paging.links[rel=next]`)."""

    elements: Sequence[Any]
    has_next: bool


@dataclass(frozen=True)
class Api:
    """LinkedIn at `base_url`, spoken to with a token of `app`, or with `token` where one is set."""

    ctx: Context
    base_url: str
    app: OAuthApp | None
    rules: Sequence[Rule]
    token: SecretStr | None = None
    version: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def page(self, path: str, params: Mapping[str, str], what: str) -> Answer:
        """One page of a list. `what` names it in errors, by its id. Raises as `get`."""
        body = self.get(path, params, what)
        elements, paging = body.get("elements"), body.get("paging")
        if not isinstance(elements, list):
            raise Unreachable(f"LinkedIn's answer for {what} holds no list.")
        links = paging.get("links") if isinstance(paging, dict) else None
        following = [link for link in links or [] if isinstance(link, dict) and link.get("rel") == "next"]
        return Answer(elements, bool(following))

    def get(self, path: str, params: Mapping[str, str], what: str) -> Record:
        """The answer's object. Raises: what the table of refusals says; Unreachable for half an answer."""
        token = self._token()
        response = self._sent(path, params, token)
        if response.status_code == 401 and self.app is not None and self.token is None:
            token = self.ctx.tokens.access(self.app, refused=token).get_secret_value()
            response = self._sent(path, params, token)
        body = _object(response)
        if response.status_code == 404 and body is None:  # a proxy's: LinkedIn's own has an object
            raise Unreachable(f"LinkedIn's address answers 404 for {what}, but not as LinkedIn does.")
        if response.status_code != 200:
            raise self._refused(response.status_code, body or {}, what)
        if body is None:
            raise Unreachable(f"LinkedIn's answer for {what} is cut off or no JSON.")
        return body

    def _token(self) -> str:
        if self.token is not None:
            return self.token.get_secret_value()
        if self.app is None:
            raise LookupError("neither an app nor a token is set")
        return self.ctx.tokens.access(self.app).get_secret_value()

    def _sent(self, path: str, params: Mapping[str, str], token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", **self.headers}
        return self.ctx.http.get(f"{self.base_url}{path}", headers=headers, params=params)

    def _refused(self, status: int, body: Record, what: str) -> GleaneryError:
        told = str(body.get("code") or body.get("serviceErrorCode") or status)[:60]
        code = told if told.replace("_", "").isalnum() else str(status)
        until = next_midnight(self.ctx.now())
        return refusal(self.rules, status, code, until=until, what=what, version=self.version)


def next_midnight(now: datetime) -> datetime:
    """When LinkedIn counts calls anew: 00:00 UTC.
    https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
    """
    return today(now) + timedelta(days=1)


def today(now: datetime) -> datetime:
    """The last 00:00 UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def millis(at: datetime) -> int:
    """Milliseconds since 1970."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def time_of(value: object) -> datetime | None:
    """The time of milliseconds since 1970; None for anything else, and for a time nobody lives in."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**14:
        return None
    return EPOCH + timedelta(milliseconds=value)


def inner(record: Record, *path: str) -> Record:
    """The object at a path of keys, empty where there is none."""
    for key in path:
        found = record.get(key)
        record = found if isinstance(found, dict) else {}
    return record


def _object(response: requests.Response) -> Record | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None

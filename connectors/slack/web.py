"""Slack's Web API: one question at a time, and what its refusals mean: https://docs.slack.dev/apis/web-api/"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from connectors._errors import refusal
from connectors.slack.refusals import ERRORS, UNREADABLE
from connectors.slack.tiers import Allowance
from gleanery.errors import GleaneryError, Unreachable
from gleanery.ports import Context

if TYPE_CHECKING:
    from slack_sdk.web import SlackResponse

    from connectors.slack.client import Client

_CODE = re.compile(r"[a-z0-9_]{1,80}$")
_FULL_LIST = 999
"""Records asked for at a time from lists of channels and members; Slack wants less than 1,000."""

Answer = Mapping[str, Any]


class Web:
    """Asks with one token, within the allowance."""

    def __init__(self, ctx: Context, token: SecretStr, base_url: str, allowance: Allowance) -> None:
        self._ctx, self._token, self._base_url = ctx, token, base_url
        self.allowance = allowance
        self.scopes: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """The token that it asks with."""
        return self._token.get_secret_value()

    @cached_property
    def client(self) -> Client:
        """The library's client."""
        from connectors.slack.client import Client  # it takes a third of a second to import

        return Client(self._token.get_secret_value(), self._base_url, self._ctx.http)

    def ask(self, method: str, *, taken: Collection[str] = (), **fields: str | int | bool | None) -> Answer:
        """The answer to a method; `fields` without a value are left out.

        `taken`: codes of refusals that the caller takes as an answer, with `ok` false. Raises: what
        `refusals.ERRORS` says, Unreachable where there was no whole answer.
        """
        from slack_sdk.errors import SlackApiError

        self.allowance.take(method)
        params = {name: value for name, value in fields.items() if value is not None}
        try:
            response = self.client.api_call(method, params=params)
        except SlackApiError as error:
            code = str(error.response.get("error") or "")
            if code in taken and error.response.status_code == 200:
                return _data(error.response)
            # The library's error quotes what came instead of JSON, so it is not chained.
            raise self._refused(method, error.response, code, str(fields.get("channel") or "")) from None
        self.scopes = tuple(
            filter(None, response.headers.get("x-oauth-scopes", "").replace(" ", "").split(","))
        )
        return _data(response)

    def pages(
        self, method: str, records: str, cursor: str | None = None, **fields: str | bool | None
    ) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
        """The records of a list, page by page, each with the cursor of the next. Raises as `ask`."""
        while True:
            answer = self.ask(method, taken=(), limit=_FULL_LIST, cursor=cursor, **fields)
            cursor = next_cursor(answer)
            yield dicts_in(answer, records, method), cursor
            if not cursor:
                return

    def _refused(self, method: str, response: SlackResponse, code: str, channel: str) -> GleaneryError:
        status = response.status_code
        if status == 429 or code in ("ratelimited", "rate_limited"):
            return self.allowance.refused(method, status, _seconds(response.headers.get("retry-after")))
        known = code if _CODE.match(code) else UNREADABLE
        needed = _codes(response.get("needed"))
        return refusal(ERRORS, status, known, method=method, channel=channel, needed=needed)


def _data(response: SlackResponse) -> Answer:
    return response.data if isinstance(response.data, dict) else {}


def dicts_in(answer: Answer, records: str, method: str) -> list[dict[str, Any]]:
    """The objects of a list in an answer. Raises: Unreachable where there is no such list: half an answer."""
    found = answer.get(records)
    if not isinstance(found, list):
        raise Unreachable(f"slack: the answer to {method} has no {records}.", remedy="It is asked for again.")
    return [one for one in found if isinstance(one, dict)]


def next_cursor(answer: Answer) -> str | None:
    """Where the next page begins, None at the end."""
    metadata = answer.get("response_metadata")
    return str(metadata.get("next_cursor") or "") or None if isinstance(metadata, dict) else None


def _seconds(told: str | None) -> float | None:
    return float(told) if told and told.strip().isdigit() else None


def _codes(told: object) -> str:
    """Names of scopes as Slack tells them, anything else left out."""
    return ", ".join(re.findall(r"[a-z][a-z:._]*", str(told or ""))[:20]) or "it needs"

"""Calls to Canvas's REST API (https://canvas.instructure.com/doc/api/) through the house's guarded session.

The token goes into the Authorization header and nowhere else: Canvas also takes it in the address, which every access
log keeps. Lists are followed by the Link header, whose addresses are opaque.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from gleanery.errors import QuotaExhausted
from gleanery.ports import Context
from lms_adapters.canvas.refusals import is_html, not_canvas, refusal
from lms_adapters.canvas.settings import Settings

Form = Sequence[tuple[str, str | int | bool]]
RESERVE = 60.0
"""Units of the throttle below which we stop by ourselves; Canvas holds back 50 of them while a request runs."""

_REFILL, _ENOUGH = 10.0, 200.0
"""Units that come back in a second, and how many there should be before we go on."""

_MOST_PAGES = 2_000


class Client:
    """The API of one site, called as one account; one request at a time, as its throttle wants it."""

    def __init__(self, ctx: Context, settings: Settings) -> None:
        self._ctx, self._token = ctx, settings.token
        self._root = settings.url
        self._left: float | None = None

    def get(self, path: str, what: str, query: Form = ()) -> Any:
        """The answer, decoded. `what` is to be done, in words, for messages.

        Raises: ConfigError (token, scope), Denied, Gone (404), QuotaExhausted (throttled), Unreachable, BadInput.
        """
        return _decoded(self._request("GET", self._address(path, query), what))

    def send(self, method: str, path: str, what: str, form: Form = ()) -> Any:
        """Write; the answer, decoded. Raises as `get`."""
        return _decoded(self._request(method, self._address(path), what, encoded(form)))

    def every(self, path: str, what: str, query: Form = ()) -> Iterator[Mapping[str, Any]]:
        """The records of a list, of all its pages. Raises as `get`."""
        address: str | None = self._address(path, [*query, ("per_page", 100)])
        seen: set[str] = set()
        while address is not None:
            seen.add(address)
            response = self._request("GET", address, what)
            found = _decoded(response)
            if not isinstance(found, list):
                raise not_canvas("no list")
            yield from (one for one in found if isinstance(one, dict))
            address = self._next(response, address, seen)

    def _next(self, response: requests.Response, address: str, seen: set[str]) -> str | None:
        """The address of the next page; it must be the site's own, or the token would go elsewhere."""
        link = response.links.get("next", {}).get("url")
        if not link:
            return None
        there = urljoin(address, link)
        if urlsplit(there)[:2] != urlsplit(self._root)[:2] or there in seen or len(seen) >= _MOST_PAGES:
            raise not_canvas("the next page of a list lies elsewhere")
        return there

    def _address(self, path: str, query: Form = ()) -> str:
        return f"{self._root}/api/v1/{path}" + (f"?{encoded(query).decode()}" if query else "")

    def _request(self, method: str, address: str, what: str, body: bytes = b"") -> requests.Response:
        self._keep_within_allowance()
        headers = {
            "Authorization": f"Bearer {self._token.get_secret_value()}",
            "Accept": "application/json+canvas-string-ids",  # some ids are too long for JSON's numbers
        }
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = self._ctx.http.send(method, address, data=body, headers=headers)
        self._note_allowance(response)
        error = refusal(response, what, self._ctx.now())
        if error is not None:
            raise error
        return response

    def _note_allowance(self, response: requests.Response) -> None:
        try:
            self._left = float(response.headers["x-rate-limit-remaining"])
        except (KeyError, ValueError):
            self._left = None

    def _keep_within_allowance(self) -> None:
        """Stop before Canvas does: nothing is in doubt then. Raises: QuotaExhausted."""
        if self._left is None or self._left >= RESERVE:
            return
        wait = (_ENOUGH - self._left) / _REFILL
        raise QuotaExhausted(
            "canvas: the token's allowance is nearly used up.",
            until=self._ctx.now() + timedelta(seconds=wait),
            remedy="It goes on by itself; give gleanery a token of its own if this comes often.",
        )


def encoded(form: Form) -> bytes:
    """The fields as a form, true and false as Canvas reads them."""
    return urlencode(
        [(name, str(value).lower() if isinstance(value, bool) else value) for name, value in form]
    ).encode()


def _decoded(response: requests.Response) -> Any:
    if is_html(response):
        raise not_canvas("a page of HTML")
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise not_canvas("no JSON") from error

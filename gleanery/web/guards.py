"""What stands before every page: who may speak to it, from where, how much, and the headers of every answer.

Against DNS rebinding the Host must be one of ours; against forged requests a browser must say that a change
comes from our own page. The access log holds the route, never an address with what a person asked.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gleanery.config import ServeSettings
from gleanery.web.words import N_

MAX_BODY = 2**20
"""Bytes a request may bring."""

INBOUND = "/in/"
"""Addresses for other programs: they carry no session, so no page can misuse one there."""

LEARN = "/learn/"
"""Where learners open items and teachers choose them, within the pages of their LMS: no session of a desk counts."""

RECORD = "/xapi"
"""The record store: it has keys of its own, no session, limits of its own, and is called by pages elsewhere."""

_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
"""A Host header: a name or address and a port. A path or query in it would be taken for the address asked for."""

log = structlog.get_logger()
Refusal = tuple[int, str]


@dataclass(frozen=True)
class Front:
    """How the pages are reached: the names they answer to and whether browsers trust the connection."""

    names: frozenset[str]
    any_address: bool
    tls: bool
    plain_network: bool

    @classmethod
    def of(cls, settings: ServeSettings) -> Front:
        """The front that these settings make: its own address, the one from outside, those of the machine."""
        everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 compared, not bound
        own = {socket.gethostname(), socket.getfqdn()} if everywhere else set()
        own |= {urlsplit(settings.address).hostname or ""} if settings.address else set()
        tls = settings.tls_certificate is not None
        return cls(
            names=frozenset(name.lower() for name in {settings.host, "localhost", "127.0.0.1", "::1", *own}),
            any_address=everywhere,
            tls=tls,
            plain_network=not tls and not is_loopback(settings.host),
        )

    def knows(self, host: str | None) -> bool:
        """Whether this Host header names us. A bare address cannot be rebound, a name can."""
        name = _hostname(host)
        return name is not None and (name in self.names or (self.any_address and _is_address(name)))

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of every answer.

        Over plain HTTP in a network browsers send no Sec-Fetch-Site, `no-referrer` would blank the Origin too,
        and an opener policy is ignored with a complaint.
        """
        headers = {
            "content-security-policy": _CSP,
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "same-origin",
        }
        if self.plain_network:
            return headers | {"referrer-policy": "same-origin"}
        return headers | {"referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin"}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hostname(host: str | None) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname if host and _HOST.fullmatch(host) else None
    except ValueError:
        return None


def refusal(front: Front, method: str, path: str, headers: Headers) -> Refusal | None:
    """Why a request is refused before any page sees it: status and words; None where it may pass."""
    if _is_record(path):
        return None
    if not front.knows(headers.get("host")):
        return 421, N_("This address does not name gleanery. Use the one that `gleanery serve` printed.")
    if method in _SAFE:
        return None
    if headers.get("transfer-encoding") or not headers.get("content-length", "0").isdecimal():
        return 411, N_("The length of the request is missing.")
    if int(headers.get("content-length", "0")) > MAX_BODY:
        return 413, N_("The request is too long.")
    if not path.startswith(INBOUND) and not _by_token(path, headers) and not _is_own(front, headers):
        return 403, N_("This change does not come from a page of gleanery. Open the queue and do it there.")
    return None


def _is_record(path: str) -> bool:
    return path.startswith(f"{RECORD}/")


def _by_token(path: str, headers: Headers) -> bool:
    """Whether a program speaks for itself: it sends a token, which no page of somebody else's can make a browser do."""
    return path.startswith("/api/") and headers.get("authorization", "").lower().startswith("bearer ")


def _is_own(front: Front, headers: Headers) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    scheme = "https" if front.tls else "http"
    return headers.get("origin", "").lower() == f"{scheme}://{headers['host'].lower()}"


class Guard:
    """The outermost layer: refuses, adds the headers, writes the access log, keeps faults from showing."""

    def __init__(self, app: ASGIApp, *, front: Front, page: Callable[[Scope, int, str], Response]) -> None:
        """`page` makes the answer that says why in words."""
        self._app, self._front, self._page = app, front, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, answer = time.perf_counter(), _Answer(send, self._front.headers, scope["path"])
        refused = refusal(self._front, scope["method"], scope["path"], Headers(scope=scope))
        if refused is not None:
            await self._say(scope, receive, answer, *refused)
        else:
            await self._pass_on(scope, receive, answer)
        _tell(scope, answer.status, began)

    async def _pass_on(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self._app(scope, receive, answer)
        except Exception:  # the outermost loop: told in the log, never shown
            log.exception("web.failed", route=_route(scope))
            if answer.status:
                raise
            words = N_(
                "Something went wrong on our side; the log of `gleanery serve` says what. Nothing was half done."
            )
            await self._say(scope, receive, answer, 500, words)

    async def _say(self, scope: Scope, receive: Receive, answer: _Answer, status: int, words: str) -> None:
        """Answer with a page; it names who asks, for which the database is asked: beside the event loop."""
        page = await run_in_threadpool(self._page, scope, status, words)
        await page(scope, receive, answer)


class _Answer:
    """Passes an answer on with the headers added, and remembers its status.

    What an answer of the record or of a plugin says itself is kept: a document that somebody stored there gets
    stricter rules, a page that an LMS shows in a frame names that LMS. So do the pages that learners open.
    """

    def __init__(self, send: Send, headers: Mapping[str, str], path: str) -> None:
        self._send, self._headers, self.status = send, headers, 0
        self._keeps_own = _is_record(path) or path.startswith((INBOUND, LEARN))

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            own = dict(headers) if self._keeps_own else {}
            headers.update({**self._headers, **own})
            headers.setdefault("cache-control", "no-store")
        await self._send(message)


def _route(scope: Scope) -> str:
    """The pattern of the route: no ids, no query, nothing a person typed."""
    mounted = next((place for place in ("/static", RECORD) if scope["path"].startswith(f"{place}/")), "none")
    return str(getattr(scope.get("route"), "path", mounted))


def _tell(scope: Scope, status: int, began: float) -> None:
    taken = round((time.perf_counter() - began) * 1000, 1)
    log.info("web.request", method=scope["method"], route=_route(scope), status=status, ms=taken)

"""A record store on loopback to forward to, and the ways in which one can fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from tests.servers import Received, Reply, WebServer

Fault = Callable[[Received], Reply | None]
"""Stands before the store: a Reply is sent instead of the store's, None lets it deal with the request."""

TIMEOUT = 0.25
"""Seconds that a forwarder in these tests waits for an answer."""


class Peer:
    """Takes statements as a record store does: equal ones again, others of the same id never.

    `arrived` are the ids in the order of their first arrival; `fault` is asked before every request.
    """

    def __init__(self, server: WebServer, versions: tuple[str, ...] = ("1.0.3", "2.0.0")) -> None:
        self.held: dict[str, bytes] = {}
        self.arrived: list[str] = []
        self.bodies: list[Received] = []
        self.poison: set[str] = set()
        self.stumbles: set[str] = set()
        self.most_bytes = 1 << 30
        self.fault: Fault = lambda _request: None
        self.released = threading.Event()
        self.endpoint = server.url + "/xapi"
        self._versions = versions
        self._lock = threading.Lock()
        server.answer("/xapi/statements", self._statements)
        server.answer("/xapi/about", self._about)

    def _about(self, request: Received) -> Reply:
        body = msgspec.json.encode({"version": list(self._versions)})
        return self.fault(request) or Reply(200, body, {"Content-Type": "application/json"})

    def _statements(self, request: Received) -> Reply:
        return self.fault(request) or self.deal_with(request)

    def deal_with(self, request: Received) -> Reply:
        """What the store itself answers."""
        with self._lock:
            return self._take(request) if request.method == "POST" else self._give(request)

    def _give(self, request: Received) -> Reply:
        wanted = parse_qs(request.query).get("statementId", [""])[0]
        return Reply(200, self.held[wanted]) if wanted in self.held else Reply(404)

    def _take(self, request: Received) -> Reply:
        self.bodies.append(request)
        if len(request.body) > self.most_bytes:
            return Reply(413)
        pieces = [bytes(one) for one in msgspec.json.decode(document(request), type=list[msgspec.Raw])]
        found = {msgspec.json.decode(one)["id"]: one for one in pieces}
        if self.stumbles & found.keys():
            return Reply(500)
        if self.poison & found.keys():
            return Reply(400, b'{"error": "a statement is not to our taste"}')
        if any(self.held.get(key, body) != body for key, body in found.items()):
            return Reply(409)
        self.arrived += [key for key in found if key not in self.held]
        self.held |= found
        return Reply(200, msgspec.json.encode(list(found)))

    # ------------------------------------------------------------------ faults

    def hang(self, _request: Received) -> Reply:
        """Say nothing until the test is over."""
        self.released.wait(10)
        return Reply(503)

    def lose_the_answer(self, request: Received) -> Reply:
        """Take the statements, and say so only when nobody listens any more."""
        self.deal_with(request)
        self.released.wait(10)
        return Reply(503)


def answering(status: int, body: bytes = b"", **headers: str) -> Fault:
    """A target that answers everything so."""
    reply = Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return lambda _request: reply


def document(request: Received) -> bytes:
    """The statements of a request, also of one with attachments."""
    if not request.headers["content-type"].startswith("multipart/mixed"):
        return request.body
    return request.body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]


def told(request: Received) -> list[dict[str, Any]]:
    """The statements of a request as plain values."""
    found: list[dict[str, Any]] = msgspec.json.decode(document(request))
    return found

"""Waits on loopback for the browser to come back from a sign-in (RFC 8252, 7.3)."""

from __future__ import annotations

import html
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError

T = TypeVar("T")

_SILENCE = 5.0
"""Seconds after which a connection that says nothing is closed: browsers open some in advance."""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>gleanery</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


class Redirect:
    """The address to which the platform sends the person, and what comes there."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """The redirect address; at the platform it has to be entered exactly so."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait(self, seconds: float, finish: Callable[[str], T]) -> T:
        """What `finish` makes of the address the browser came to; the browser is told how it went.

        What belongs to no sign-in that was begun (BadInput) is turned away, and waited on.
        Raises: Denied where nobody came in time; what else `finish` raises.
        """
        until, stranger = monotonic() + seconds, None
        while (left := until - monotonic()) > 0:
            try:
                visit = self._server.visits.get(timeout=left)
            except queue.Empty:
                break
            try:
                done = finish(self.address + "?" + visit.query)
            except BadInput as error:
                stranger = error
                visit.tell(400, "This is not the sign-in that was begun", error.message)
            except GleaneryError as error:
                visit.tell(400, "It was not connected", str(error))
                raise
            else:
                visit.tell(200, "It is connected", "You may close this window.")
                return done
        raise Denied(
            stranger.message if stranger else "Nobody came back from the sign-in in time.",
            remedy="Begin anew; on a machine without a browser use --paste.",
        )


@contextmanager
def listening(port: int) -> Iterator[Redirect]:
    """Listens on 127.0.0.1 meanwhile; port 0 for any free one. Raises: ConfigError where it is taken."""
    try:
        server = _Server(("127.0.0.1", port), _Visitor)
    except OSError as error:
        raise ConfigError(
            f"Port {port} of 127.0.0.1 cannot be listened on: {error.strerror}.",
            remedy="Choose another with --port (and enter it in the app at the platform), or use --paste.",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Redirect(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Visit:
    """A browser that waits to be told how it went."""

    def __init__(self, query: str) -> None:
        self.query = query
        self._told: queue.Queue[tuple[int, str, str]] = queue.Queue(1)

    def tell(self, status: int, title: str, text: str) -> None:
        self._told.put((status, title, text))

    def outcome(self) -> tuple[int, str, str]:
        return self._told.get()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True

    def __init__(self, place: tuple[str, int], visitor: type[BaseHTTPRequestHandler]) -> None:
        self.visits: queue.Queue[_Visit] = queue.Queue()
        super().__init__(place, visitor)


class _Visitor(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE

    def do_GET(self) -> None:
        """Hand what the platform sent along to who waits for it; nothing else is answered."""
        parts = urlsplit(self.path)
        if parts.path != "/" or not {"state", "code", "error"} & parse_qs(parts.query).keys():
            self._answer(404, "There is nothing here", "")
            return
        visit = _Visit(parts.query)
        self.server.visits.put(visit)
        self._answer(*visit.outcome())

    def _answer(self, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the address holds the code."""

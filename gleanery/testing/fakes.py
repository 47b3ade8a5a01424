"""A small real HTTP server on loopback that plays a platform, for tests of connectors.

Subclass Fake and write `answer`; hold the platform's world in the subclass. Faults are put in the way with
`interrupt`: a refusal, a cut connection, half an answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: `query` and `form` hold the last value of each name, `search` is the query as written."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    search: str = ""

    def values(self, name: str) -> list[str]:
        """Every value that the query has of a name."""
        return parse_qs(self.search, keep_blank_values=True).get(name, [])

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form."""
        return _last(self.body.decode("utf-8", "replace"))

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `body` is bytes, or something to be written as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, str]:
        """The body's bytes and their type."""
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        return json.dumps(self.body).encode(), "application/json; charset=utf-8"


Interruption = Reply | Literal["cut", "half"]
"""`cut`: the connection ends without an answer. `half`: it ends amid the body."""


@dataclass
class Obstacle:
    """A fault in the way of requests for which `when` holds, once so many of them have passed.

    `met`: how many requests had come in all when it was met, its own included; None while it waits.
    """

    by: Interruption
    when: Callable[[Asked], bool]
    passing: int = 0
    met: int | None = None

    def stops(self, asked: Asked) -> bool:
        """Whether it is this request that meets it."""
        if self.met is not None or not self.when(asked):
            return False
        self.passing -= 1
        return self.passing < 0


class Fake:
    """A platform on loopback while it is entered: `url`, the requests it was `asked`, `answer` to write."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._obstacles: list[Obstacle] = []
        self._lock = threading.RLock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def host(self) -> str:
        """Host and port, as the guarded session wants it to be entered."""
        return urlsplit(self.url).netloc

    def answer(self, asked: Asked) -> Reply:
        """The answer to one request; called under a lock."""
        raise NotImplementedError

    def interrupt(
        self,
        by: Interruption,
        *,
        times: int = 1,
        when: Callable[[Asked], bool] = lambda _: True,
        after: int = 0,
    ) -> Obstacle:
        """Put a fault in the way of the next requests for which `when` holds, `after` so many; the first of them."""
        made = [Obstacle(by, when, after) for _ in range(times)]
        with self._lock:
            self._obstacles += made
        return made[0]

    def clear(self) -> None:
        """Take away what is in the way still."""
        with self._lock:
            self._obstacles.clear()

    def take(self, asked: Asked) -> tuple[Reply | Literal["cut"], bool]:
        """What becomes of a request: a fault that waits for it, else its answer; and whether only half of it comes."""
        with self._lock:
            self.asked.append(asked)
            met = next((one for one in self._obstacles if one.stops(asked)), None)
            if met is None:
                return self.answer(asked), False
            met.met = len(self.asked)
            self._obstacles.remove(met)
            if met.by == "half":
                return self.answer(asked), True
            return met.by, False

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait for the answers under way."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Exchange)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error of the fake."""


class _Exchange(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True  # else a client that keeps its connection waits 40 ms

    def _exchange(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {key.lower(): value for key, value in self.headers.items()}
        body = self.rfile.read(length)
        asked = Asked(self.command, parts.path, _last(parts.query), headers, body, parts.query)
        reply, halved = self.server.fake.take(asked)
        if isinstance(reply, str):
            self.close_connection = True
            return
        content, kind = reply.encoded()
        self.send_response(reply.status)
        for key, value in {
            "Content-Type": kind,
            **reply.headers,
            "Content-Length": str(len(content)),
        }.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if halved else content)
        self.close_connection = self.close_connection or halved

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _exchange

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _last(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}

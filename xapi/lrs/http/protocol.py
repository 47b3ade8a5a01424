"""Connections that cannot be held open by saying nothing: a time and a size for the head of a request.

uvicorn has neither. The body is `xapi.lrs.http.body`'s affair.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
"""Bytes of a request line and its headers."""

_SLOW = (408, "Request Timeout")
_LARGE = (431, "Request Header Fields Too Large")


def protocol(head_seconds: float) -> type[HttpToolsProtocol]:
    """The protocol for `uvicorn.Config(http=...)` that gives each request so long to send its headers."""
    return type("Timed", (_Timed,), {"head_seconds": head_seconds})


class _Timed(HttpToolsProtocol):
    head_seconds: float

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = True
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._start()
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD:
            self._end(*_LARGE)

    def on_headers_complete(self) -> None:
        self._in_head, self._head_bytes = False, 0
        self._stop()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head = True
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._end, *_SLOW)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, status: int, words: str) -> None:
        """Says why, where a request had begun, and hangs up."""
        if self.transport.is_closing():
            return
        if self._head_bytes:
            head = f"HTTP/1.1 {status} {words}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode("ascii"))
        self.transport.close()

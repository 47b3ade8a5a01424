"""Connections that nobody can hold by saying nothing, by saying too much ahead, or by not listening.

uvicorn has limits for none of these. What a body may be is `xapi.lrs.http.body`'s affair.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
"""Bytes in a row that are no body: a request line and its headers, or what follows a chunked body."""

MAX_AHEAD = 16
"""Requests that may come on one connection before earlier ones are answered."""

STALLED_SECONDS = 30.0
"""How often it is looked whether an answer is being read."""

LEAST_RATE = 2048
"""Bytes a second that have to be read of an answer."""

_SLOW = (408, "Request Timeout")
_LARGE = (431, "Request Header Fields Too Large")
_UPGRADE = re.compile(rb"(?<=\r\n)upgrade(?=[ \t]*:)", re.IGNORECASE)
_NOT_TAKEN = b"x-offer"
_AT_ONCE = struct.pack("ii", 1, 0)


def protocol(head_seconds: float, stalled_seconds: float = STALLED_SECONDS) -> type[HttpToolsProtocol]:
    """The protocol for `uvicorn.Config(http=...)`.

    A request has `head_seconds` to send its headers; an answer of which too little is read in `stalled_seconds`
    is given up, with its connection.
    """
    return type("Timed", (_Timed,), {"head_seconds": head_seconds, "stalled_seconds": stalled_seconds})


class _Timed(HttpToolsProtocol):
    head_seconds: float
    stalled_seconds: float

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = True
        self._since_body = 0
        self._before = b""
        self._in_time = _Timer(self.loop, self.head_seconds, self._tell_slow)
        self._unread = 0
        self._being_read = _Timer(self.loop, self.stalled_seconds, self._look_at_reading)

    # ------------------------------------------------------------------ what comes in

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._in_time.start()

    def data_received(self, data: bytes) -> None:
        before, self._before = self._before, (self._before + data)[-3:]
        if self._in_head:
            data = without_offers(before, data)
            self._in_time.start()
        self._since_body += len(data)
        super().data_received(data)
        if self._since_body > MAX_HEAD:
            self._end(*_LARGE)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_AHEAD:
            self.transport.abort()
            raise ValueError("too many requests are sent ahead")
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what comes after a body is none, whatever it says."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            raise ValueError("its body would be taken for another protocol")
        self._in_head, self._since_body = False, 0
        self._in_time.stop()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._since_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head, self._since_body = True, 0
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time.stop()
        self._being_read.stop()
        super().connection_lost(exc)

    def _tell_slow(self) -> None:
        """Ends the connection, unless an earlier request still waits for its answer."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._in_time.start()
        else:
            self._end(*_SLOW)

    def _end(self, status: int, words: str) -> None:
        """Says why, where a request had begun, and hangs up."""
        if self.transport.is_closing():
            return
        if self._since_body:
            head = f"HTTP/1.1 {status} {words}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode("ascii"))
        self.transport.close()

    # ------------------------------------------------------------------ what goes out

    def pause_writing(self) -> None:
        super().pause_writing()
        self._time_reading()

    def resume_writing(self) -> None:
        self._being_read.stop()
        super().resume_writing()

    def on_response_complete(self) -> None:
        self._time_reading()
        super().on_response_complete()

    def _time_reading(self) -> None:
        """Looks again in a while at how much of what was written is not yet read."""
        self._being_read.stop()
        self._unread = self.transport.get_write_buffer_size()
        if self._unread:
            self._being_read.start()

    def _look_at_reading(self) -> None:
        before = self._unread
        self._time_reading()
        if self._unread > max(0, before - LEAST_RATE * self.stalled_seconds):
            self._give_up()

    def _give_up(self) -> None:
        """Ends the connection without waiting for the rest to be read."""
        held: socket.socket | None = self.transport.get_extra_info("socket")
        if held is not None:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()


class _Timer:
    """Does something in so many seconds, unless it is stopped before."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[], None]) -> None:
        self._loop, self._seconds, self._act = loop, seconds, act
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begins to count; one that is counting goes on."""
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, self._go_off)

    def stop(self) -> None:
        """Nothing will be done."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _go_off(self) -> None:
        self._handle = None
        self._act()


def without_offers(before: bytes, data: bytes) -> bytes:
    """Headers without an offer to go on in another protocol, which the parser would take as accepted.

    Java's HttpClient offers HTTP/2 with whatever it sends first. `before`: the last three bytes that came
    before; what follows the empty line is left as it is.
    """
    both = before + data
    end = both.find(b"\r\n\r\n")
    head = both if end < 0 else both[:end]
    if not _UPGRADE.search(head):
        return data
    return (_UPGRADE.sub(_NOT_TAKEN, head) + both[len(head) :])[len(before) :]

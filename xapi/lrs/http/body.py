"""The body of a request on its way in: no more bytes than allowed, and none that drip.

A sender that is too slow is told 408; one that has more to say than we read is let finish for a moment, so
that it sees the answer instead of a broken connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Receive

from xapi.lrs.http.exchange import Refused
from xapi.lrs.http.lrs import Settings

SMALL = 1024 * 1024
"""Bytes that are read before it is known who sends them."""

_LINGER_SECONDS = 2.0


class ClientGone(Exception):
    """The other side hung up; there is nobody to answer."""


class Body:
    """The body of one request."""

    def __init__(self, receive: Receive, headers: Mapping[str, str], settings: Settings) -> None:
        self._receive, self._settings = receive, settings
        length = headers.get("content-length")
        self._length = int(length) if length is not None else None
        self._pieces: list[bytes] = []
        self._read = 0
        self.is_complete = self._length in (None, 0) and "transfer-encoding" not in headers

    @property
    def is_small(self) -> bool:
        """Whether it is known to be small; that of a chunked request is not known."""
        return self.is_complete or (self._length is not None and self._length <= SMALL)

    async def read(self, most: int) -> bytes:
        """All of it. Raises: Refused (413, 408), ClientGone."""
        if self._length is not None and self._length > most:
            raise _too_large(most)
        began = asyncio.get_running_loop().time()
        while not self.is_complete:
            await self._take(began)
            if self._read > most:
                raise _too_large(most)
        self._pieces = [b"".join(self._pieces)]
        return self._pieces[0]

    async def _take(self, began: float) -> None:
        """Waits for the next piece, as long as the sender keeps to the rate and the whole time."""
        limits = self._settings
        allowed = min(limits.body_seconds, limits.body_grace + self._read / limits.body_rate)
        try:
            async with asyncio.timeout_at(began + allowed):
                message = await self._receive()
        except TimeoutError as error:
            raise Refused(408, "the body came too slowly; send it again") from error
        if message["type"] != "http.request":
            raise ClientGone
        piece = message.get("body", b"")
        self._read += len(piece)
        self._pieces.append(piece)
        self.is_complete = not message.get("more_body", False)

    async def drop(self) -> None:
        """Lets the sender finish for a moment and forgets what it says."""
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self.is_complete:
                    message = await self._receive()
                    gone = message["type"] != "http.request"
                    self.is_complete = gone or not message.get("more_body", False)
        except TimeoutError:
            self.is_complete = True


def _too_large(most: int) -> Refused:
    return Refused(413, f"the body is larger than {most} bytes; send it in parts", rule="size")

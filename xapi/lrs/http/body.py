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

SMALL = 128 * 1024
"""Bytes that are read before it is known who sends them."""

_LINGER_SECONDS = 2.0


class ClientGone(Exception):
    """The other side hung up; there is nobody to answer."""


class Body:
    """The body of one request. It hands over what it reads and keeps nothing of it."""

    def __init__(self, receive: Receive, headers: Mapping[str, str], settings: Settings) -> None:
        self._receive, self._settings = receive, settings
        length = headers.get("content-length")
        self._length = int(length) if length is not None else None
        self._pieces: list[bytes] = []
        self._read = 0
        self.is_complete = self._length in (None, 0) and "transfer-encoding" not in headers

    async def read_small(self) -> bytes | None:
        """All of it where it is small, else None. Raises: Refused (408), ClientGone."""
        most = min(SMALL, self._settings.max_body)
        if self._length is not None and self._length > most:
            return None
        return await self._read_on(most)

    def size(self, most: int) -> int:
        """How large it will be, at worst. Raises: Refused (413) where that is told and more than `most`."""
        if self._length is not None and self._length > most:
            raise _too_large(most)
        return most if self._length is None else self._length

    async def read(self, most: int) -> bytes:
        """All of it. Raises: Refused (413, 408), ClientGone."""
        self.size(most)
        content = await self._read_on(most)
        if content is None:
            raise _too_large(most)
        return content

    async def _read_on(self, most: int) -> bytes | None:
        """All of it, or None as soon as there is more; what was read then is kept for the next time."""
        began = asyncio.get_running_loop().time()
        while not self.is_complete and self._read <= most:
            await self._take(began)
        if self._read > most:
            return None
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

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
        self._pieces.clear()
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self.is_complete:
                    message = await self._receive()
                    gone = message["type"] != "http.request"
                    self.is_complete = gone or not message.get("more_body", False)
        except TimeoutError:
            self.is_complete = True

    async def hung_up(self) -> None:
        """Returns when the other side has hung up. Call it only after all was read."""
        while (await self._receive())["type"] == "http.request":
            pass


def _too_large(most: int) -> Refused:
    return Refused(413, f"the body is larger than {most} bytes; send it in parts", rule="size")

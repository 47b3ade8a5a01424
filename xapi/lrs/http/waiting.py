"""How much is taken on at a time: bytes held in memory, and work that waits for a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from xapi.lrs.http.exchange import Refused

T = TypeVar("T")


class Room:
    """So many bytes at a time; who needs more than are left waits in line."""

    def __init__(self, most: int) -> None:
        self._most, self._used = most, 0
        self._turn = asyncio.Lock()
        self._given_back = asyncio.Event()

    def has(self, size: int) -> bool:
        """Whether so many bytes are left; none always are, and where nothing is used, any number."""
        return not size or not self._used or self._used + size <= self._most

    @asynccontextmanager
    async def of(self, size: int) -> AsyncIterator[None]:
        """Holds so many bytes while it is entered."""
        async with self._turn:
            while not self.has(size):
                self._given_back.clear()
                await self._given_back.wait()
            self._used += size
        try:
            yield
        finally:
            self._used -= size
            self._given_back.set()


class Threads:
    """Threads for what blocks. What waits for one is refused where `most` others do already."""

    def __init__(self, name: str, count: int, most: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._most, self._under_way = most, 0

    def admit(self) -> None:
        """Raises: Refused (503) where too many wait."""
        if self._under_way >= self._most:
            raise Refused(503, "too many requests are waiting", headers={"retry-after": "1"})

    async def do(self, act: Callable[[], T]) -> T:
        """What `act` returns, once a thread has done it."""
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, act)
        finally:
            self._under_way -= 1

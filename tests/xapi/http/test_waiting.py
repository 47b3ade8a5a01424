"""Rooms of so many bytes, and threads with a line that ends."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.xapi.http.running import alone, statement
from tests.xapi.http.test_connections import attached, head, small_ears
from xapi.lrs.http.exchange import Refused
from xapi.lrs.http.lrs import Settings
from xapi.lrs.http.waiting import Room, Threads

MIB = 1024 * 1024


def test_who_needs_more_than_is_left_waits_and_is_not_overtaken() -> None:
    entered: list[str] = []

    async def hold(room: Room, name: str, size: int, until: asyncio.Event) -> None:
        async with room.of(size):
            entered.append(name)
            await until.wait()

    async def look(until: asyncio.Event) -> None:
        assert entered == ["first"]
        until.set()

    async def held() -> Room:
        room, until = Room(10), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for name, size in (("first", 6), ("large", 8), ("small", 4)):
                tasks.create_task(hold(room, name, size, until))
            tasks.create_task(look(until))
        return room

    room = asyncio.run(held())
    assert entered == ["first", "large", "small"]
    assert room.has(10)


def test_one_that_is_larger_than_all_the_room_comes_alone() -> None:
    async def held() -> None:
        room = Room(10)
        async with room.of(1):
            assert [room.has(size) for size in (0, 9, 10, 11)] == [True, True, False, False]
        async with room.of(11):
            assert [room.has(size) for size in (0, 1)] == [True, False]

    asyncio.run(held())


def test_room_is_given_back_whatever_happens() -> None:
    async def failed(room: Room) -> None:
        async with room.of(10):
            raise LookupError

    async def held() -> None:
        room = Room(10)
        with pytest.raises(LookupError):
            await failed(room)
        assert room.has(10)

    asyncio.run(held())


def test_the_line_before_the_threads_ends() -> None:
    async def worked() -> None:
        threads, until = Threads("test", 1, 2), threading.Event()
        threads.admit()
        first, second = (asyncio.ensure_future(threads.do(until.wait)) for _ in range(2))
        await asyncio.wait([first, second], timeout=0)
        with pytest.raises(Refused) as caught:
            threads.admit()
        assert (caught.value.status, caught.value.headers["retry-after"]) == (503, "1")
        until.set()
        assert [await first, await second] == [True, True]
        threads.admit()

    asyncio.run(worked())


def test_where_too_much_waits_to_be_read_only_small_answers_are_given(tmp_path: Path) -> None:
    with alone(tmp_path, Settings(max_body=48 * MIB)) as server:
        client = server.key()
        query = f"?statementId={attached(client, 4 * MIB)}&attachments=true"
        client.post([statement(result={"response": "x" * 90_000}) for _ in range(2)])
        deaf = [small_ears(client) for _ in range(2)]
        for connection in deaf:
            said = head(client, "GET").replace("statements", f"statements{query}")
            connection.sendall(said.replace("\n", "\r\n").encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert client.get("about").status == client.get(limit="0", since="2999-01-01T00:00:00Z").status == 200
        assert client.get().status == 200
        refused = client.ask("GET", f"statements{query}")
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert "x-experience-api-consistent-through" in refused.headers
        for connection in deaf:
            connection.close()

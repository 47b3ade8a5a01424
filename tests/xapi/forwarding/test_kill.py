"""kill -9 of the forwarder in the middle of a drain: nothing is lost, and nothing comes out of order."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from secrets import token_urlsafe
from threading import Event

import pytest

from tests.servers import Received, Reply, WebServer
from tests.xapi.forwarding.peer import Peer
from tests.xapi.records import AUTHORITY, NOW, approvals
from xapi.forwarding import standing
from xapi.lrs.database import Database
from xapi.lrs.store import StatementStore

ROOT = Path(__file__).resolve().parents[3]


class Killed:
    """A drain in a process of its own that is killed when the target was asked so many times.

    `after_taking`: the target has the statements by then, and the answer is lost.
    """

    def __init__(self, path: Path, peer: Peer, batch: int) -> None:
        self._command = [
            sys.executable, "-m", "tests.xapi.forwarding.draining", str(path), peer.endpoint, str(batch)
        ]  # fmt: skip
        self._peer = peer

    def start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        process.stdin.write(token_urlsafe() + "\n")
        process.stdin.close()
        return process

    def kill_at(self, number: int, *, after_taking: bool) -> None:
        """Start, and kill at the so-manieth request."""
        reached, asked = Event(), [0]

        def count(request: Received) -> Reply | None:
            asked[0] += 1
            if asked[0] < number:
                return None
            if after_taking and request.method == "POST":
                self._peer.deal_with(request)
            reached.set()
            self._peer.released.wait(20)
            return Reply(503)

        self._peer.fault = count
        process = self.start()
        assert reached.wait(20)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._peer.released.set()

    def finish(self) -> None:
        self._peer.fault = lambda _request: None
        process = self.start()
        assert process.stdout is not None
        process.stdout.read()
        process.stdout.close()
        assert process.wait(30) == 0


def drained_through_kills(folder: Path, server: WebServer, statements: int, kills: int, batch: int) -> None:
    """Kill a drain so many times, then let it finish: the target has everything, in order."""
    path = folder / "record.db"
    database = Database(str(path))
    database.migrate()
    with database.write() as connection:
        ids = StatementStore(connection).insert(approvals(statements), AUTHORITY, NOW).new
    peer, chance = Peer(server), random.Random(11)
    drain = Killed(path, peer, batch)
    for number in range(kills):
        peer.released.clear()
        drain.kill_at(chance.randrange(2, 7), after_taking=number % 2 == 0)
    drain.finish()
    assert peer.arrived == [str(one) for one in ids]
    with database.read() as connection:
        assert standing(connection, "peer", NOW).behind == 0
    database.close()


def test_a_few_kills_lose_nothing_and_keep_the_order(tmp_path: Path, web_server: WebServer) -> None:
    drained_through_kills(tmp_path, web_server, statements=150, kills=4, batch=5)


@pytest.mark.proof
def test_thirty_kills_lose_nothing_and_keep_the_order(tmp_path: Path, web_server: WebServer) -> None:
    drained_through_kills(tmp_path, web_server, statements=4000, kills=30, batch=20)

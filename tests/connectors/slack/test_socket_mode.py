"""Socket Mode against a real WebSocket server: kept, then acknowledged, and connected again."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from gleanery.errors import ConfigError, Unreachable
from gleanery.ports import Inbox
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import SlackWorld

Make = Callable[..., Reader]
WAIT = 20
"""Seconds after which a test gives up; none waits so long."""


class Sockets:
    """Slack's end of the connections: each as it comes, and what is acknowledged."""

    def __init__(self) -> None:
        self.connections: queue.Queue[ServerConnection] = queue.Queue()
        self.acknowledged: queue.Queue[str] = queue.Queue()

    def __call__(self, connection: ServerConnection) -> None:
        self.connections.put(connection)
        try:
            for message in connection:
                self.acknowledged.put(json.loads(message)["envelope_id"])
        except ConnectionClosed:
            return

    def send(self, connection: ServerConnection, event: Mapping[str, Any], envelope: str) -> None:
        """An event in its envelope."""
        told = {"type": "events_api", "envelope_id": envelope, "accepts_response_payload": False}
        connection.send(json.dumps({**told, "payload": event, "retry_attempt": 0, "retry_reason": ""}))


@pytest.fixture
def sockets(world: SlackWorld) -> Iterator[Sockets]:
    made = Sockets()
    server: Server
    with serve(made, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        world.socket_url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/link?ticket=1"
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def reader(world: SlackWorld, make: Make) -> Reader:
    return make(app_token=SecretStr(world.app_token))


def test_events_are_kept_acknowledged_and_go_on_over_a_new_connection(
    world: SlackWorld, reader: Reader, sockets: Sockets
) -> None:
    first, second = world.post("first"), world.post("second")
    with reader.connector().listen():
        one = sockets.connections.get(timeout=WAIT)
        sockets.send(one, world.events[0], "E1")
        assert sockets.acknowledged.get(timeout=WAIT) == "E1"
        assert [kept.body["event"]["ts"] for kept in reader.inbox.waiting] == [first]
        sockets.send(one, world.events[0], "E2")
        assert sockets.acknowledged.get(timeout=WAIT) == "E2", "a repetition is acknowledged too"
        reader.clock.move(timedelta(seconds=10))
        one.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        other = sockets.connections.get(timeout=WAIT)
        sockets.send(other, world.events[1], "E3")
        assert sockets.acknowledged.get(timeout=WAIT) == "E3"
    reader.absorb()
    assert sorted(reader.texts) == [f"C0GENERAL:{first}", f"C0GENERAL:{second}"]
    assert reader.asked("apps.connections.open") == 2


class _FullOnce:
    """An inbox that cannot keep the first event."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox, self._is_full = inbox, True

    def put(self, event_id: str, body: Mapping[str, Any]) -> bool:
        if self._is_full:
            self._is_full = False
            raise Unreachable("The database is busy.")
        return self._inbox.put(event_id, body)


def test_what_could_not_be_kept_is_not_acknowledged(world: SlackWorld, make: Make, sockets: Sockets) -> None:
    reader = make(app_token=SecretStr(world.app_token))
    inbox = reader.inbox
    reader.context = replace(reader.context, inbox=_FullOnce(inbox))
    world.post("first")
    with reader.connector().listen():
        connection = sockets.connections.get(timeout=WAIT)
        sockets.send(connection, world.events[0], "E1")
        sockets.send(connection, world.events[0], "E2")
        assert sockets.acknowledged.get(timeout=WAIT) in ("E1", "E2")
    assert sockets.acknowledged.empty(), "one of the two could not be kept"
    assert len(inbox.waiting) == 1


def test_a_refused_app_token_is_told(world: SlackWorld, make: Make) -> None:
    reader = make(app_token=SecretStr("xapp-" + world.token[5:]))
    with pytest.raises(ConfigError, match="invalid_auth"), reader.connector().listen():
        pass


@pytest.mark.parametrize(
    "address",
    [
        "ws://slack.com.example.org/link",
        "wss://wss.slack.com:8443/link",
        "ws://wss.slack.com/link",
        "",
        "http://x",
    ],
)
def test_a_connection_to_another_than_slack_is_not_made(
    world: SlackWorld, reader: Reader, address: str
) -> None:
    world.socket_url = address
    with pytest.raises(ConfigError, match="not Slack's"), reader.connector().listen():
        pass


def test_without_an_app_token_nothing_is_opened(world: SlackWorld, make: Make) -> None:
    with make().connector().listen():
        assert world.asked == []

"""Documents changed under conditions: who saw the newest wins, and of many at once one does."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.xapi.http.running import Client, running
from tests.xapi.http.sending import EVERY, EVERY_PROFILE, NEW, put, send
from xapi.lrs.database import Database
from xapi.lrs.http.lrs import Settings


@EVERY
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_if_match_lets_through_who_saw_the_newest_and_nobody_else(
    client: Client, path: str, method: str
) -> None:
    etag = put(client, path)
    body = None if method == "DELETE" else b'{"b":2}'
    for stale in ('"1111111111111111111111111111111111111111"', '"', "1234"):
        assert send(client, method, path, body, {"If-Match": stale}).status == 412
    assert send(client, "GET", path).headers["etag"] == etag
    assert send(client, method, path, body, {"If-Match": f'"0", {etag}'}).status == 204
    assert send(client, method, path, body, {"If-Match": etag}).status == 412


@EVERY
@pytest.mark.parametrize("spelling", ["{}", '"{}"', 'W/"{}"', "*"])
def test_if_match_is_read_as_clients_write_it(client: Client, path: str, spelling: str) -> None:
    etag = put(client, path)
    assert send(client, "PUT", path, b"{}", {"If-Match": spelling.format(etag.strip('"'))}).status == 204


@EVERY
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_if_none_match_creates_and_never_replaces(client: Client, path: str, method: str) -> None:
    for expected in (204, 412):
        assert send(client, method, path, b'{"a":1}', NEW).status == expected
    etag = send(client, "GET", path).headers["etag"]
    assert send(client, method, path, b'{"b":2}', {"If-None-Match": etag}).status == 412


@EVERY
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_if_match_on_what_is_not_there_is_412(client: Client, path: str, method: str) -> None:
    assert send(client, method, path, None if method == "DELETE" else b"{}", {"If-Match": "*"}).status == 412


@EVERY_PROFILE
@pytest.mark.parametrize(("version", "new"), [("1.0.3", 400), ("2.0.0", 204)])
def test_a_profile_is_not_put_blindly(client: Client, path: str, version: str, new: int) -> None:
    """XAPI-00273, XAPI-00287, XAPI-00322. 2.0 leaves a new one free."""
    speaker = client.speaking(version)
    assert send(speaker, "PUT", path, b"{}").status == new
    if new == 400:
        put(client, path, b"{}")
    blind = send(speaker, "PUT", path, b'{"a":1}')
    assert blind.status == 409
    assert "If-Match" in blind.json["error"]
    assert send(client, "GET", path).body == b"{}"


@pytest.mark.parametrize(("version", "again"), [("1.0.3", 204), ("2.0.0", 409)])
def test_state_may_be_put_blindly_by_the_older_version(client: Client, version: str, again: int) -> None:
    speaker = client.speaking(version)
    assert send(speaker, "PUT", "activities/state", b"{}").status == 204
    assert send(speaker, "PUT", "activities/state", b'{"a":1}').status == again
    expected = b'{"a":1}' if again == 204 else b"{}"
    assert send(client, "GET", "activities/state").body == expected


@EVERY
def test_of_eight_puts_with_one_etag_one_wins(client: Client, path: str) -> None:
    for _ in range(4):
        statuses = eight_puts(client, path, {"If-Match": put(client, path)})
        assert Counter(statuses) == {204: 1, 412: 7}
        assert json.loads(send(client, "GET", path).body) == {"by": statuses.index(204)}
        send(client, "DELETE", path)


@EVERY
def test_of_eight_who_create_one_wins(client: Client, path: str) -> None:
    assert Counter(eight_puts(client, path, NEW)) == {204: 1, 412: 7}


@EVERY
def test_of_eight_merges_none_is_lost(client: Client, path: str) -> None:
    for _ in range(3):
        statuses = at_once(
            8, lambda number: send(client, "POST", path, b'{"k%d":%d}' % (number, number)).status
        )
        assert statuses == [204] * 8
        assert json.loads(send(client, "GET", path).body) == {f"k{number}": number for number in range(8)}
        send(client, "DELETE", path)


def test_of_eight_puts_through_two_servers_of_one_database_one_wins(postgres_url: str) -> None:
    """Two processes have a writer each; the second looks only when the first has committed."""
    database, other = Database(postgres_url), Database(postgres_url)
    database.migrate()
    with running(database, Settings()) as one, running(other, Settings()) as two:
        first = one.key()
        second = replace(first, address=two.address)
        for path in ("activities/state", "agents/profile"):
            for _ in range(4):
                statuses = eight_puts(first, path, {"If-Match": put(first, path)}, second)
                assert Counter(statuses) == {204: 1, 412: 7}
                send(first, "DELETE", path)
    database.close()
    other.close()


def eight_puts(client: Client, path: str, condition: Mapping[str, str], *others: Client) -> list[int]:
    """What eight got that put different documents under one condition at once, by turns through each client."""
    clients = (client, *others)

    def put_one(number: int) -> int:
        chosen = clients[number % len(clients)]
        return send(chosen, "PUT", path, b'{"by":%d}' % number, condition).status

    return at_once(8, put_one)


def at_once(count: int, act: Callable[[int], int]) -> list[int]:
    """What `count` threads got that began together."""
    start = threading.Barrier(count)

    def one(number: int) -> int:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))

"""Who is let in: over HTTP, and at the gate with a clock of its own."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.effort import calls_of
from tests.xapi.http.running import Client, Reply, Running, basic, encoded, statement
from tests.xapi.records import NOW
from xapi.errors import KeyRefused
from xapi.lrs.database import Database
from xapi.lrs.http.authentication import Gate
from xapi.lrs.http.exchange import Caller, Refused
from xapi.lrs.keys import Keys, authority

AUTHORITY = authority("https://lrs.example.org", "course")


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a file."""
    made = Database(str(tmp_path / "record.db"))
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def secret(database: Database) -> str:
    """The secret of the key `course`."""
    with database.write() as connection:
        return Keys(connection).add("course", AUTHORITY, NOW)


def enter(gate: Gate, name: str, secret: str, address: str = "192.0.2.1") -> Caller:
    """Asks to be let in by HTTP Basic."""
    return gate.caller({"authorization": basic(name, secret)}, address)


def status(gate: Gate, name: str, secret: str, address: str = "192.0.2.1") -> int:
    """What asking to be let in is answered."""
    try:
        enter(gate, name, secret, address)
    except Refused as refused:
        return refused.status
    return 200


# --------------------------------------------------------------------------- credentials


def test_a_key_and_its_secret_are_let_in_as_the_key_says(database: Database, secret: str) -> None:
    caller = enter(Gate(database), "course", secret)
    assert caller == Caller(
        "course", "main", AUTHORITY, frozenset({"statements/write", "statements/read/mine"})
    )


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic Og==",
        "Basic !!!!",
        "Basic:Y291cnNlOng=",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"course\x00:x").decode(),
        "Bearer",
        "Bearer nonsense",
        "Digest username=course",
        "OAuth oauth_consumer_key=course",
    ],
)
def test_what_is_no_key_of_ours_is_401_with_a_challenge(server: Running, authorization: str | None) -> None:
    """XAPI-00334."""
    client = Client(server.address, authorization)
    reply = client.get("statements")
    assert reply.status == 401
    assert reply.headers["www-authenticate"].split()[0] in ("Basic", "Bearer")
    assert client.post(statement()).status == 401


def test_basic_authentication_opens_the_store(client: Client) -> None:
    """XAPI-00335."""
    assert client.post(statement()).status == 200


def test_unknown_wrong_and_revoked_are_told_in_the_same_words(server: Running) -> None:
    kind = server.lrs.database.kind
    names = (f"alive-{kind}", f"revoked-{kind}")
    for name in names:
        server.key(name)
    server.revoke(names[1])
    replies = [
        server.client(names[0], "wrong").get(),
        server.client(names[1], server.secrets[names[1]]).get(),
        server.client(f"unknown-{kind}", "wrong").get(),
    ]
    assert {(reply.status, reply.body, reply.headers["www-authenticate"]) for reply in replies} == {
        (401, replies[0].body, replies[0].headers["www-authenticate"])
    }


def test_unknown_wrong_and_revoked_cost_one_slow_hash_each(database: Database, secret: str) -> None:
    """All else in an answer takes microseconds; so nobody is told by the clock which names there are."""
    with database.write() as connection:
        keys = Keys(connection)
        keys.add("revoked", AUTHORITY, NOW)
        keys.revoke("revoked", NOW)
    with database.read() as connection:
        keys = Keys(connection)

        def refused(name: str) -> None:
            with pytest.raises(KeyRefused):
                keys.check(name, "wrong")

        for name in ("course", "unknown", "revoked", "no name at all"):
            assert calls_of(partial(refused, name))["scrypt"] == 1


def test_a_revoked_key_is_refused_from_the_next_request_on(server: Running) -> None:
    name = f"leaver-{server.lrs.database.kind}"
    client = server.key(name)
    assert client.get().status == 200
    server.revoke(name)
    assert client.get().status == 401


# --------------------------------------------------------------------------- scopes

READS = ("GET", "statements")
WRITES = ("POST", "statements")
STATE = ("PUT", "activities/state")
PROFILE = ("POST", "agents/profile")
WHOM = '{"mbox":"mailto:learner@example.org"}'
PLACES = {
    "activities/state": {"activityId": "https://example.org/a", "agent": WHOM, "stateId": "one"},
    "agents/profile": {"agent": WHOM, "profileId": "one"},
    "statements": {},
}


def act(client: Client, method: str, path: str) -> Reply:
    """One valid request."""
    body = encoded(statement() if path == "statements" else {}) if method in ("PUT", "POST") else None
    return client.ask(method, path, body, None, **PLACES[path])


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("statements/write", [WRITES]),
        ("statements/read/mine", [READS]),
        ("statements/read", [READS]),
        ("state", [STATE]),
        ("profile", [PROFILE]),
        ("define", []),
        ("all/read", [READS]),
        ("all", [READS, WRITES, STATE, PROFILE]),
    ],
)
def test_a_key_does_what_its_scope_says_and_is_403_for_all_else(
    server: Running, scope: str, allowed: list[tuple[str, str]]
) -> None:
    """XAPI-00327."""
    client = own(server, "scope", scope)
    for wanted in (READS, WRITES, STATE, PROFILE):
        reply = act(client, *wanted)
        if wanted in allowed:
            assert reply.status in (200, 204)
        else:
            assert (reply.status, "scope" in reply.json["error"]) == (403, True)


def own(server: Running, what: str, scope: str) -> Client:
    """A new key with this scope in a new store."""
    name = f"{what}-{scope.replace('/', '-')}-{server.lrs.database.kind}"
    return server.key(name, scope, store=name)


@pytest.mark.parametrize("path", ["activities/state", "agents/profile"])
def test_who_may_read_everything_may_not_write_documents(server: Running, path: str) -> None:
    client = own(server, f"reader-of-{path.replace('/', '-')}", "all/read")
    assert act(client, "GET", path).status == 404
    assert [act(client, method, path).status for method in ("PUT", "POST", "DELETE")] == [403] * 3


# --------------------------------------------------------------------------- too often


def test_ten_failures_lock_that_name_at_that_address_for_a_quarter_of_an_hour(
    database: Database, secret: str
) -> None:
    clock = Clock()
    gate = Gate(database, clock=clock)
    assert [status(gate, "course", "wrong") for _ in range(12)] == [401] * 10 + [429] * 2
    with pytest.raises(Refused) as refused:
        enter(gate, "course", secret)
    assert refused.value.headers == {"retry-after": "900"}
    assert status(gate, "course", secret, "192.0.2.2") == 200
    assert status(gate, "unknown", secret) == 401
    clock.passed = 899
    assert status(gate, "course", secret) == 429
    clock.passed = 901
    assert status(gate, "course", secret) == 200


def test_a_lock_holds_also_for_a_secret_that_was_verified_before(database: Database, secret: str) -> None:
    gate = Gate(database, clock=Clock())
    assert status(gate, "course", secret) == 200
    for _ in range(10):
        status(gate, "course", "wrong")
    assert status(gate, "course", secret) == 429


def test_a_success_forgives_the_failures_before_it(database: Database, secret: str) -> None:
    gate = Gate(database, clock=Clock())
    for _ in range(2):
        assert [status(gate, "course", "wrong") for _ in range(9)] == [401] * 9
        assert status(gate, "course", secret) == 200


def test_failures_are_told_over_http_with_the_time_to_wait(server: Running) -> None:
    client = server.client(f"guessed-{server.lrs.database.kind}", "wrong")
    replies: list[Reply] = [client.get() for _ in range(11)]
    assert [reply.status for reply in replies] == [401] * 10 + [429]
    assert 880 <= int(replies[-1].headers["retry-after"]) <= 900


def test_a_key_may_ask_so_often_a_minute_and_others_as_often(database: Database, secret: str) -> None:
    clock = Clock()
    gate = Gate(database, requests_per_minute=30, clock=clock)
    with database.write() as connection:
        other = Keys(connection).add("other", AUTHORITY, NOW)
    assert [status(gate, "course", secret) for _ in range(32)] == [200] * 30 + [429] * 2
    assert status(gate, "other", other) == 200
    with pytest.raises(Refused) as refused:
        enter(gate, "course", secret)
    assert refused.value.headers == {"retry-after": "2"}
    clock.passed = 2
    assert [status(gate, "course", secret) for _ in range(2)] == [200, 429]
    clock.passed = 3600
    assert [status(gate, "course", secret) for _ in range(31)] == [200] * 30 + [429]


# --------------------------------------------------------------------------- nothing leaks


def test_no_secret_and_no_token_is_in_any_file_or_log(
    database: Database, secret: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gate = Gate(database)
    key = gate.key("course", secret, "192.0.2.1")
    with database.write() as connection:
        token = Keys(connection).issue(key, key.scopes, NOW + timedelta(days=36500))
    answers = []
    for headers in (
        {"authorization": basic("course", secret)},
        {"authorization": f"Bearer {token}"},
        {"authorization": basic("course", secret + "x")},
        {"authorization": f"Bearer {token}x"},
    ):
        answers.append(told_at(gate, headers))
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(b"course" in content for content in files.values()), "the search must find what is there"
    told = [*files.values(), caplog.text.encode(), *(answer.encode() for answer in answers)]
    for text in (secret, token, basic("course", secret).split()[1]):
        assert not [content for content in told if text.encode() in content]


def told_at(gate: Gate, headers: Mapping[str, str]) -> str:
    """What a caller with these headers is told, or is known as."""
    try:
        return repr(gate.caller(headers, "192.0.2.1"))
    except Refused as refused:
        return f"{refused.message} {refused.headers}"

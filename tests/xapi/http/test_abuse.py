"""Bad input and abuse, each with its answer, and a server that answers the next request as if nothing was."""

from __future__ import annotations

import http.client
import resource
import select
import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.xapi.http.running import Client, Running, alone, basic, encoded, statement
from xapi.lrs.http.lrs import Settings

MIB = 1024 * 1024
IMPATIENT = Settings(max_body=2 * MIB, max_batch=1000, body_seconds=1.5, body_grace=0.3, body_rate=1_000_000)


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with small limits and little patience."""
    with alone(tmp_path_factory.mktemp("impatient"), IMPATIENT, head_seconds=0.3) as made:
        yield made


@pytest.fixture(scope="module")
def lead(impatient: Running) -> Client:
    """A key of that server that may do everything."""
    return impatient.key()


# ------------------------------------------------------------------ keys


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !",
        "Basic bm9ib2R5Ong=",
        "Basic bm9jb2xvbg==",
        "Basic //79",
        "Bearer x",
        "Bearer",
        "Digest x",
        "Basic bm9ib2R5Ong=, Basic bm9ib2R5Ong=",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_key_nothing_is_read_or_written(
    client: Client, authorization: str | None, method: str
) -> None:
    """XAPI-00334, XAPI-00335: 401, with the way to do better."""
    body = encoded(statement()) if method == "POST" else None
    reply = client.ask(method, "statements", body, {"Authorization": authorization})
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith(("Basic", "Bearer"))


def test_a_wrong_secret_and_a_revoked_key_are_refused_alike(server: Running) -> None:
    name = f"learner-{uuid4().hex}"
    client = server.key(name)
    wrong = server.client(name, "wrong").get()
    assert client.get().status == 200
    server.revoke(name)
    revoked = client.get()
    assert wrong.status == revoked.status == 401
    assert wrong.json == revoked.json


def test_a_key_of_another_store_finds_nothing_of_this_one(server: Running, client: Client) -> None:
    keys = client.post([statement() for _ in range(20)]).json
    other = server.key(f"lead-{uuid4().hex}", store=f"store-{uuid4().hex}")
    assert {other.get(statementId=key).status for key in keys} == {404}
    assert other.get().json["statements"] == []
    assert other.post(statement(id=keys[0], verb={"id": "https://example.org/other"})).status == 200


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        (["statements/read"], "POST", "statements", 403),
        (["statements/read"], "PUT", "statements", 403),
        (["statements/read"], "GET", "statements", 200),
        (["statements/read/mine"], "GET", "statements", 200),
        (["statements/write"], "GET", "statements", 403),
        (["all/read"], "POST", "statements", 403),
        (["all/read"], "GET", "activities/state", 400),
        (["all/read"], "DELETE", "activities/state", 403),
        (["profile"], "GET", "activities/state", 403),
        (["state"], "GET", "agents/profile", 403),
        (["state"], "GET", "statements", 403),
        (["statements/write"], "GET", "agents", 403),
        (["statements/write"], "GET", "activities", 403),
    ],
)
def test_a_key_does_what_its_scopes_say_and_nothing_else(
    server: Running, scopes: list[str], method: str, path: str, status: int
) -> None:
    """XAPI-00327: 403 for a key that is known and may not."""
    limited = server.key(f"learner-{uuid4().hex}", *scopes)
    body = encoded(statement()) if method in ("PUT", "POST") else None
    parameters = {"statementId": str(uuid4())} if method == "PUT" else {}
    assert limited.ask(method, path, body, **parameters).status == status


def test_who_guesses_secrets_keeps_nobody_else_waiting(lead: Client) -> None:
    """A secret is hashed slowly on purpose; those that are known already do not queue behind the others.

    The line of those who wait for it has an end too.
    """
    lead.get()
    guesses = []
    for number in range(70):
        head = (
            f"GET /xapi/statements HTTP/1.1\nHost: x\nAuthorization: {basic(f'learner-{number}', 'guess')}\n"
        )
        guesses.append(lead.raw(head + "X-Experience-API-Version: 1.0.3\n\n"))
    assert {lead.get().status for _ in range(5)} == {200}
    answered, _, _ = select.select(guesses, [], [], 0)
    assert len(answered) < len(guesses) / 2
    assert {status_of(connection) for connection in guesses} == {401, 503}
    for connection in guesses:
        connection.close()


# ------------------------------------------------------------------ too much


def test_a_body_larger_than_allowed_is_refused_before_it_is_read(lead: Client) -> None:
    """XAPI-00328: 413; the sender sees the answer though it has more to say."""
    head = f"POST /xapi/statements HTTP/1.1\nHost: x\nAuthorization: {lead.authorization}\nContent-Length: {64 * MIB}\n"
    with lead.raw(head + "X-Experience-API-Version: 1.0.3\nContent-Type: application/json\n\n") as connection:
        connection.sendall(b"[" + b" " * MIB)
        assert status_of(connection) == 413
    assert lead.get().status == 200


def test_a_body_without_a_length_is_cut_off_at_the_limit(lead: Client) -> None:
    head = f"POST /xapi/statements HTTP/1.1\nHost: x\nAuthorization: {lead.authorization}\nTransfer-Encoding: chunked\n"
    with lead.raw(head + "X-Experience-API-Version: 1.0.3\nContent-Type: application/json\n\n") as connection:
        for _ in range(3):
            connection.sendall(b"%x\r\n" % MIB + b" " * MIB + b"\r\n")
        assert status_of(connection) == 413


def test_a_stranger_sends_no_large_body(lead: Client) -> None:
    """Who shows no key is answered before the body is read."""
    head = f"POST /xapi/statements HTTP/1.1\nHost: x\nContent-Length: {2 * MIB}\nExpect: 100-continue\n"
    with lead.raw(head + "X-Experience-API-Version: 1.0.3\nContent-Type: application/json\n\n") as connection:
        assert status_of(connection) == 401


def test_a_million_statements_in_one_array_are_refused_and_take_no_room(client: Client) -> None:
    body = b"[" + b",".join([b"{}"] * 1_000_000) + b"]"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reply = client.post(body)
    assert (reply.status, reply.json["rule"]) == (413, "batch-size")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_a_batch_of_more_statements_than_allowed_is_refused(lead: Client) -> None:
    assert lead.post([statement(id=None) for _ in range(1001)]).status == 413
    assert lead.post([statement(id=None) for _ in range(1000)]).status == 200


def test_a_statement_larger_than_any_is_refused(client: Client) -> None:
    reply = client.post(statement(result={"response": "x" * (MIB + 1)}))
    assert (reply.status, reply.json["rule"]) == (413, "size")


def test_headers_without_end_are_cut_off(lead: Client) -> None:
    with lead.raw("GET /xapi/about HTTP/1.1\nHost: x\n") as connection:
        connection.sendall(b"".join(b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in range(70)))
        assert status_of(connection) == 431


# ------------------------------------------------------------------ too slow


def test_a_body_that_drips_is_answered_and_cut_off(lead: Client) -> None:
    head = f"POST /xapi/statements HTTP/1.1\nHost: x\nAuthorization: {lead.authorization}\nContent-Length: 1000\n"
    with lead.raw(head + "X-Experience-API-Version: 1.0.3\nContent-Type: application/json\n\n") as connection:
        connection.sendall(b"[")
        assert status_of(connection) == 408
        assert connection.recv(1) == b""


@pytest.mark.parametrize("said", ["GET /xapi/about HTTP/1.1\nHost: x\n", "G", "\n\n"])
def test_headers_that_drip_are_answered_and_cut_off(lead: Client, said: str) -> None:
    with lead.raw(said) as connection:
        assert status_of(connection) == 408
        assert connection.recv(1) == b""


def test_a_connection_that_says_nothing_is_closed(lead: Client) -> None:
    with lead.raw("") as connection:
        assert connection.recv(1) == b""


def test_many_slow_senders_keep_nobody_from_an_answer(lead: Client) -> None:
    slow = [lead.raw("GET /xapi/about HTTP/1.1\n") for _ in range(50)]
    assert lead.get("about").status == 200
    assert {status_of(connection) for connection in slow} == {408}
    for connection in slow:
        connection.close()


def test_one_connection_serves_one_request_after_the_other(lead: Client) -> None:
    connection = http.client.HTTPConnection(*lead.address, timeout=10)
    for _ in range(3):
        connection.request("GET", "/xapi/about")
        assert connection.getresponse().read().startswith(b"{")
    connection.close()


def test_who_hangs_up_in_the_middle_is_forgotten(lead: Client) -> None:
    head = f"POST /xapi/statements HTTP/1.1\nHost: x\nAuthorization: {lead.authorization}\nContent-Length: 1000\n"
    lead.raw(head + "X-Experience-API-Version: 1.0.3\n\n[").close()
    assert lead.get().status == 200


# ------------------------------------------------------------------ no HTTP at all


@pytest.mark.parametrize(
    "said",
    [
        "nonsense\n\n",
        "GET /xapi/statements?a=%ZZ HTTP/1.1\nHost: x\nContent-Length: x\n\n",
        "GET /xapi/\x80 HTTP/1.1\nHost: x\n\n",
        "POST /xapi/statements HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
    ],
)
def test_what_is_no_http_is_refused(lead: Client, said: str) -> None:
    with lead.raw(said) as connection:
        assert status_of(connection) == 400


def status_of(connection: socket.socket) -> int:
    """The status of the answer on a raw connection."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status

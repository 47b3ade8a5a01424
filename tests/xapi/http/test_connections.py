"""Requests as they come over a connection: what frames them, what smuggles, and who does not listen."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import os
import re
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message

from tests.xapi.http.running import Client, Running, a_boundary, alone, encoded, multipart, statement
from xapi.lrs.http.answering import send_body
from xapi.lrs.http.body import Body, ClientGone
from xapi.lrs.http.exchange import Answer
from xapi.lrs.http.lrs import Settings
from xapi.lrs.http.protocol import MAX_AHEAD, MAX_HEAD, without_offers
from xapi.lrs.http.waiting import Threads

MIB = 1024 * 1024
STALLED_SECONDS = 0.3


@pytest.fixture(scope="module")
def alert(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that soon gives up on who does not read, and holds three requests to be many."""
    folder = tmp_path_factory.mktemp("alert")
    with alone(folder, Settings(waiting=3), stalled_seconds=STALLED_SECONDS) as made:
        yield made


@pytest.fixture(scope="module")
def lead(alert: Running) -> Client:
    """A key of that server, which has a page of statements that no socket's buffers hold."""
    client = alert.key()
    for _ in range(8):
        assert client.post(statement(result={"response": "x" * 900_000})).status == 200
    return client


def head(client: Client, method: str = "POST", *more: str, version: str = "1.1") -> str:
    """A request line and headers, up to the empty line."""
    lines = [
        f"{method} /xapi/statements HTTP/{version}",
        "Host: lrs.example.org",
        f"Authorization: {client.authorization}",
        "X-Experience-API-Version: 1.0.3",
        "Content-Type: application/json",
        *more,
    ]
    return "\n".join(lines) + "\n\n"


def answered(connection: socket.socket) -> http.client.HTTPResponse:
    """The next answer on a connection, its body still to be read."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return answer


def status_of(connection: socket.socket) -> int:
    """The status of the next answer on a connection."""
    with answered(connection) as answer:
        answer.read()
        return answer.status


def chunked(body: bytes, after: bytes = b"") -> bytes:
    """A chunked body, and what comes after it."""
    return b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(body), body, after)


def send_for_ever(connection: socket.socket, said: bytes) -> None:
    """Says the same until 64 MiB are taken."""
    for _ in range(64 * MIB // len(said)):
        connection.sendall(said)


# ------------------------------------------------------------------ where a request ends


@pytest.mark.parametrize(
    "framing",
    [
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Content-Length: 2", "Content-Length: 2"],
        ["Content-Length: +2"],
        ["Content-Length: "],
        ["Content-Length: 99999999999999999999"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["X-One: 1", " Transfer-Encoding: chunked"],
    ],
)
def test_a_request_whose_end_two_could_see_differently_is_refused(lead: Client, framing: list[str]) -> None:
    with lead.raw(head(lead, "POST", *framing)) as connection:
        connection.sendall(chunked(encoded(statement())))
        assert status_of(connection) == 400


@pytest.mark.parametrize(("name", "status"), [("X-Experience-API-Version", 400), ("Authorization", 401)])
def test_what_follows_a_chunked_body_counts_as_no_header(lead: Client, name: str, status: int) -> None:
    """A proxy looks at the headers alone before it lets a request pass."""
    lines = head(lead, "POST", "Transfer-Encoding: chunked").splitlines(keepends=True)
    (moved,) = (line for line in lines if line.startswith(name))
    trailer = moved.replace("\n", "\r\n").encode()
    with lead.raw("".join(line for line in lines if line != moved)) as connection:
        connection.sendall(chunked(encoded(statement()), trailer))
        assert status_of(connection) == status
    with lead.raw("".join(lines)) as connection:
        connection.sendall(chunked(encoded(statement()), trailer))
        assert status_of(connection) == 200


def test_what_follows_a_body_cannot_go_on_for_ever(lead: Client) -> None:
    with lead.raw(head(lead, "POST", "Transfer-Encoding: chunked")) as connection:
        connection.sendall(b"2\r\n[]\r\n0\r\n")
        with pytest.raises(ConnectionError):
            send_for_ever(connection, b"X-More: " + b"x" * MAX_HEAD + b"\r\n")
    assert lead.get("about").status == 200


def test_who_waits_to_be_told_to_go_on_is_told(lead: Client) -> None:
    body = encoded(statement())
    with lead.raw(head(lead, "POST", "Expect: 100-continue", f"Content-Length: {len(body)}")) as connection:
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert status_of(connection) == 200


def test_a_chunked_batch_larger_than_a_stranger_may_send_is_taken(lead: Client) -> None:
    body = encoded([statement(result={"response": "x" * 100_000}) for _ in range(5)])
    with lead.raw(head(lead, "POST", "Transfer-Encoding: chunked")) as connection:
        connection.sendall(chunked(body))
        assert status_of(connection) == 200


@pytest.mark.parametrize("at", [0, 120, 200])
def test_an_offer_of_another_protocol_costs_no_body(lead: Client, at: int) -> None:
    """Java's HttpClient offers HTTP/2 with its first request, whatever that is."""
    body = encoded(statement())
    offer = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]
    said = head(lead, "POST", *offer, f"Content-Length: {len(body)}").replace("\n", "\r\n").encode()
    with socket.create_connection(lead.address, timeout=20) as connection:
        connection.sendall(said[:at])
        connection.sendall(said[at:] + body)
        with answered(connection) as first:
            assert (first.status, len(first.read())) == (200, 40)
        connection.sendall(said + body)
        assert status_of(connection) == 200


@pytest.mark.parametrize(
    ("before", "data", "left"),
    [
        (b"", b"GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", b"GET / HTTP/1.1\r\nx-offer: h2c\r\n\r\n"),
        (b"1\r\n", b"upgrade : h2c\r\n\r\n", b"x-offer : h2c\r\n\r\n"),
        (b"", b"A: 1\r\n\r\nbody\r\nUpgrade: 1\r\n\r\n", b"A: 1\r\n\r\nbody\r\nUpgrade: 1\r\n\r\n"),
        (b"\r\n\r", b"\nbody\r\nUpgrade: 1\r\n\r\n", b"\nbody\r\nUpgrade: 1\r\n\r\n"),
        (b"1\r\n", b"\r\nbody\r\nUpgrade: 1\r\n\r\n", b"\r\nbody\r\nUpgrade: 1\r\n\r\n"),
        (b"A: ", b"upgrade: 1\r\nX-Upgrade: 2\r\n", b"upgrade: 1\r\nX-Upgrade: 2\r\n"),
    ],
)
def test_only_the_name_of_a_header_is_looked_at_for_an_offer(before: bytes, data: bytes, left: bytes) -> None:
    """A body may say whatever it likes, however the request was cut on its way."""
    assert without_offers(before, data) == left


# ------------------------------------------------------------------ requests ahead


def test_requests_that_are_sent_ahead_are_answered_in_order(lead: Client) -> None:
    said = "".join(f"GET /xapi/{path} HTTP/1.1\nHost: x\n\n" for path in ("about", "none", "about"))
    with lead.raw(said) as connection:
        got = b""
        while got.count(b"HTTP/1.1 ") < 3 or not got.endswith(b"}"):
            got += connection.recv(65536)
        assert [got[at : at + 3] for at in found(got, b"HTTP/1.1 ")] == [b"200", b"404", b"200"]


def found(text: bytes, mark: bytes) -> list[int]:
    """Where the text goes on after each of these marks."""
    return [match.end() for match in re.finditer(re.escape(mark), text)]


def test_who_sends_requests_without_end_and_reads_no_answer_is_hung_up_on(lead: Client) -> None:
    said = b"GET /xapi/about HTTP/1.1\r\nHost: x\r\n\r\n" * (10 * MAX_AHEAD)
    with lead.raw("") as connection, pytest.raises(ConnectionError):
        send_for_ever(connection, said)
    assert lead.get("about").status == 200


# ------------------------------------------------------------------ those who do not listen


def small_ears(client: Client) -> socket.socket:
    """A connection that takes in little before it is read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(client.address)
    return connection


def test_an_answer_that_nobody_reads_is_given_up(lead: Client) -> None:
    with small_ears(lead) as connection:
        connection.sendall(head(lead, "GET").replace("\n", "\r\n").encode())
        watch = select.poll()
        watch.register(connection, select.POLLHUP | select.POLLERR)
        assert watch.poll(20_000)
    assert lead.get(limit="1").status == 200


def test_who_reads_by_and_by_gets_it_all(lead: Client) -> None:
    """Longer than a moment may pass, as long as something is read in each."""
    with small_ears(lead) as connection:
        connection.sendall(head(lead, "GET").replace("\n", "\r\n").encode())
        with answered(connection) as answer:
            read = 0
            while piece := answer.read(100_000):
                read += len(piece)
                for _ in range(5):
                    assert lead.get("about").status == 200
        assert read == int(answer.headers["content-length"]) > 7_000_000


def test_who_sends_slowly_takes_no_place_from_others(lead: Client) -> None:
    slow = [lead.raw(head(lead, "POST", "Content-Length: 10")) for _ in range(10)]
    assert lead.get("about").status == 200
    for connection in slow:
        connection.close()


def test_pieces_are_fetched_only_while_somebody_is_there() -> None:
    fetched: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(100):
            fetched.append(number)
            yield b"piece"

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        return None

    async def sent() -> None:
        await send_body(send, Answer(200, pieces()), Threads("test", 1, 1), Body(receive, {}, Settings()))

    with pytest.raises(ClientGone), ThreadPoolExecutor(1) as pool:  # a thread that has no event loop yet
        pool.submit(lambda: asyncio.run(sent())).result()
    assert len(fetched) < 3


# ------------------------------------------------------------------ HTTP/1.0


def attached(client: Client, size: int) -> str:
    """The id of a new statement with a file of that many bytes."""
    file, boundary = os.urandom(size), a_boundary()
    sha2 = hashlib.sha256(file).hexdigest()
    told = {
        "usageType": "https://example.org/usage",
        "display": {"en": "file"},
        "contentType": "application/octet-stream",
        "length": size,
        "sha2": sha2,
    }
    part = {"Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": sha2}
    body = multipart(boundary, statement(attachments=[told]), (part, file))
    sent = client.ask("POST", "statements", body, {"Content-Type": f"multipart/mixed; boundary={boundary}"})
    return str(sent.json[0])


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (2 * MIB, 505)])
def test_an_old_client_is_sent_no_chunks(lead: Client, size: int, status: int) -> None:
    """HTTP/1.0 does not know them, and would take their lengths for content."""
    query = f"?statementId={attached(lead, size)}&attachments=true"
    said = head(lead, "GET", version="1.0").replace("statements", f"statements{query}")
    with lead.raw(said) as connection, answered(connection) as answer:
        assert (answer.status, answer.headers["transfer-encoding"]) == (status, None)
        assert len(answer.read()) == int(answer.headers["content-length"])
        assert "x-experience-api-consistent-through" in answer.headers

"""Looks at links: what is due, what real servers answer, and that none of them holds the others up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gleanery.flow import run
from gleanery.flow.links import states_of
from gleanery.flow.links.asking import Asking, asking
from gleanery.flow.links.looking import look
from gleanery.model.links import LinkState
from gleanery.testing import Clock
from tests.flow.links.houses import DAY, a_house, looked, rows, the_look
from tests.house import article, items_of, make_house
from tests.servers import Received, Reply, WebServer, free_port

HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Asking:
    """How a house asks for addresses on this machine."""
    return asking(make_house(tmp_path_factory.mktemp("asking"), http={"allow_hosts": ["127.0.0.1"]}))


def test_an_address_that_answers_is_asked_for_its_head_alone_and_again_after_a_fortnight(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    house = a_house(
        tmp_path, clock, site.reply("/file", b"x" * 100, headers={"content-type": "application/pdf"})
    )
    assert look(house).looked == 0, "who shared it has just opened it"
    assert looked(house, clock).said == {LinkState.OK: 1}
    assert [(one.method, one.path) for one in site.requests] == [("HEAD", "/file")]
    agent = site.requests[0].headers["user-agent"]
    assert agent.startswith("gleanery/")
    assert "link check" in agent
    assert looked(house, clock, 10 * DAY).looked == 0
    assert looked(house, clock, 10 * DAY).looked == 1


def test_one_address_that_many_items_share_is_asked_once(tmp_path: Path, site: WebServer) -> None:
    clock, address = Clock(), site.reply("/shared", "fine")
    house = a_house(tmp_path, clock, address, curation={"steps": [{"step": "substance"}]})
    with (tmp_path / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in _lines(article(7, url=address), article(8, url=address))))
    clock.move(timedelta(hours=2))
    run(house)
    assert len(items_of(house)) == 3
    report = looked(house, clock)
    assert report.looked == 1
    assert len(rows(house)) == 1
    with house.store.read() as session:
        assert set(states_of(session, [item.id for item in items_of(house).values()]).values()) == {"ok"}


def _lines(*values: dict[str, Any]) -> list[str]:
    import json

    return [json.dumps(value) for value in values]


def test_not_found_counts_as_gone_only_when_it_is_heard_on_two_days(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/lost")
    looked(house, clock)
    assert (the_look(house).state, the_look(house).reason, the_look(house).status) == (
        LinkState.FAILING, "link.not_found", 404,
    )  # fmt: skip
    look(house)
    assert the_look(house).state is LinkState.FAILING, "the same answer within the hour is no second day"
    looked(house, clock, DAY)
    assert the_look(house).state is LinkState.GONE


def test_one_answer_in_between_begins_the_two_days_anew(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/now-and-then")
    looked(house, clock)
    site.reply("/now-and-then", "there")
    looked(house, clock, DAY)
    assert the_look(house).state is LinkState.OK
    site.reply("/now-and-then", status=404)
    looked(house, clock, 16 * DAY)
    assert the_look(house).state is LinkState.FAILING


@pytest.mark.parametrize(
    ("reply", "state", "reason"),
    [
        (Reply(401), LinkState.UNKNOWN, "link.wall"),
        (Reply(403), LinkState.UNKNOWN, "link.wall"),
        (Reply(429, headers={"retry-after": "86400"}), LinkState.UNKNOWN, "link.too_many"),
        (Reply(503), LinkState.FAILING, "link.server"),
        (Reply(400), LinkState.FAILING, "link.refused"),
        (Reply(302, headers={"location": "/login?next=/page"}), LinkState.UNKNOWN, "link.wall"),
        (Reply(302, headers={"location": "/"}), LinkState.FAILING, "link.front_page"),
        (Reply(301, headers={"location": "/elsewhere"}), LinkState.MOVED, "link.moved"),
        (Reply(302, headers={"location": "/elsewhere"}), LinkState.OK, ""),
        (Reply(301, headers={"location": "/page/"}), LinkState.OK, ""),
        (Reply(302, headers={"location": "/page"}), LinkState.FAILING, "link.redirect"),
        (Reply(200, b"<title>Page not found | Example</title>", HTML), LinkState.FAILING, "link.soft_not_found"),
        (Reply(200, b"<title>404</title>", HTML), LinkState.FAILING, "link.soft_not_found"),
        (Reply(200, b"<title>Seite nicht gefunden</title>", HTML), LinkState.FAILING, "link.soft_not_found"),
        (Reply(200, b"<title>Why 404 people came to the talk</title>", HTML), LinkState.OK, ""),
        (Reply(200, b"<title>How to write a good error page</title>", HTML), LinkState.OK, ""),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_an_answer_means_what_it_says_and_no_more(
    asker: Asking, site: WebServer, reply: Reply, state: LinkState, reason: str
) -> None:
    for path in ("/", "/elsewhere", "/page/", "/login"):
        site.reply(path, "<title>Fine</title>", headers=HTML)
    said = asker.ask(site.answer("/page", lambda _: reply))
    assert (said.state, said.reason, said.is_definite) == (state, reason, False)


def test_a_site_that_answers_only_whole_requests_is_asked_for_the_page(
    tmp_path: Path, site: WebServer
) -> None:
    def answer(asked: Received) -> Reply:
        return Reply(405) if asked.method == "HEAD" else Reply(200, b"<title>There</title>", HTML)

    clock = Clock()
    house = a_house(tmp_path, clock, site.answer("/page", answer))
    looked(house, clock)
    assert the_look(house).state is LinkState.OK
    assert [(one.method, one.headers.get("range")) for one in site.requests] == [
        ("HEAD", None),
        ("GET", "bytes=0-65535"),
    ]


def test_an_address_that_failed_is_asked_less_and_less_often(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, site.reply("/down", status=503))
    looked(house, clock)
    rests = []
    for _ in range(6):
        row = the_look(house)
        assert row.looked_at is not None
        rests.append(row.next_look_at - row.looked_at)
        clock.move(rests[-1])
        look(house)
    hours = [rest / timedelta(hours=1) for rest in rests]
    assert hours == [6, 12, 24, 48, 96, 192]


def test_what_a_site_asks_for_in_retry_after_is_heeded(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    reply = Reply(503, headers={"retry-after": str(3 * 86_400)})
    house = a_house(tmp_path, clock, site.answer("/busy", lambda _: reply))
    looked(house, clock)
    row = the_look(house)
    assert row.looked_at is not None
    assert row.next_look_at - row.looked_at == 3 * DAY


def test_one_host_is_asked_once_in_a_batch_and_keeps_nobody_else_waiting(
    tmp_path: Path, site: WebServer
) -> None:
    with WebServer() as other:
        clock = Clock()
        addresses = [site.reply(f"/{number}", "fine") for number in range(6)] + [other.reply("/one", "fine")]
        house = a_house(tmp_path, clock, *addresses, links={"at_once": 5})
        look(house)
        clock.move(DAY)
        # both servers are one host to a reader of names: so the other one is asked by another name
        assert look(house).looked == 1
        assert sum(len(one.requests) > 0 for one in (site, other)) == 1
        assert look(house).looked == 0, "the others have their turn a minute later each"
        clock.move(timedelta(minutes=10))
        assert look(house).looked == 1


@contextmanager
def for_ever(piece: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that never comes to an end; the port."""
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while not over.is_set():
            try:
                line, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=trickle, args=(line,), daemon=True).start()

    def trickle(line: socket.socket) -> None:
        with line:
            line.recv(4_096)
            line.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n")
            while not over.wait(0.05):
                try:
                    piece(line)
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def test_a_link_that_answers_for_ever_ends_at_the_limit_and_the_rest_goes_on(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    with for_ever(lambda line: line.sendall(b"x-more: and more\r\n")) as port:
        endless, fine = f"http://localhost:{port}/", site.reply("/fine", "fine")
        house = a_house(tmp_path, clock, endless, fine, links={"total_seconds": 0.3})
        report = looked(house, clock)
    assert report.said == {LinkState.FAILING: 1, LinkState.OK: 1}
    [row] = [one for one in rows(house) if one.state is LinkState.FAILING]
    assert (row.reason, row.status) == ("link.endless", None)


def test_a_name_that_is_gone_and_a_port_that_is_closed_fail_without_stopping_others(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    closed = f"http://localhost:{free_port()}/"
    house = a_house(tmp_path, clock, "https://nowhere.invalid/page", closed, site.reply("/fine", "fine"))
    report = looked(house, clock)
    assert report.said == {LinkState.FAILING: 2, LinkState.OK: 1}
    assert {row.reason for row in rows(house)} == {"link.name_gone", "link.no_answer", ""}


def test_an_address_inside_the_company_is_never_asked_for(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, site.reply("/inside", "secret"))
    house.config = house.config.model_copy(
        update={"http": house.config.http.model_copy(update={"allow_hosts": ()})}
    )
    looked(house, clock)
    assert site.requests == []
    assert (the_look(house).state, the_look(house).reason) == (LinkState.UNKNOWN, "link.private")


def test_no_address_stands_in_the_table_of_looks(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    moved = Reply(301, headers={"location": "/quillfeather-elsewhere"})
    site.reply("/quillfeather-elsewhere", "there")
    house = a_house(tmp_path, clock, site.answer("/quillfeather", lambda _: moved))
    looked(house, clock)
    row = the_look(house)
    assert row.state is LinkState.MOVED
    assert row.moved_to is not None
    assert "quillfeather" not in repr(row.model_dump())

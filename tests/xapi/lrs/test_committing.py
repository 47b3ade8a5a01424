"""One writer for many senders: merged, each whole or not at all, and told only once it is on the disk."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.xapi.lrs.plain import AUTHORITY, Clock, agent, id_of, iri, ready
from tests.xapi.records import NOW
from xapi.errors import Busy, Conflict, StoreFull, XapiError
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database
from xapi.lrs.store import Prepared, StatementStore

_PATIENCE = 30


class Gate:
    """Holds every commit until it is opened, and counts them."""

    def __init__(self) -> None:
        self.commits = 0
        self.reached = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self) -> None:
        self.commits += 1
        self.reached.release()
        assert self.open.wait(_PATIENCE)


def stored(database: Database, store: str = "main") -> list[Any]:
    with database.read() as connection:
        statements = StatementStore(connection, store)
        assert statements.index_fault() is None
        return [row.id for row in statements.query(ascending=True)]


def test_what_is_submitted_is_there_when_its_future_is_done(committer: Committer, opened: Database) -> None:
    inserted = committer.submit("main", [ready("a"), ready("b")], AUTHORITY).result(_PATIENCE)
    assert inserted == ((id_of("a"), id_of("b")), ())
    assert stored(opened) == [id_of("a"), id_of("b")]
    assert committer.submit("main", [ready("b")], AUTHORITY).result(_PATIENCE).known == (id_of("b"),)


def test_whatever_waits_goes_into_one_commit(opened: Database, clock: Clock) -> None:
    gate = Gate()
    committer = Committer(opened, clock, before_commit=gate)
    first = committer.submit("main", [ready("a")], AUTHORITY)
    assert gate.reached.acquire(timeout=_PATIENCE)
    waiting = [committer.submit("main", [ready(f"w{number}")], AUTHORITY) for number in range(20)]
    waiting.append(committer.submit("practice", [ready("a")], AUTHORITY))
    gate.open.set()
    assert first.result(_PATIENCE).new == (id_of("a"),)
    assert all(len(future.result(_PATIENCE).new) == 1 for future in waiting)
    committer.close()
    assert gate.commits == 2
    assert stored(opened) == [id_of("a"), *[id_of(f"w{number}") for number in range(20)]]
    assert stored(opened, "practice") == [id_of("a")]


def _merged(opened: Database, clock: Clock, *several: list[Prepared]) -> list[Future[Any]]:
    """Submits the parcels so that all go into one transaction."""
    gate = Gate()
    committer = Committer(opened, clock, before_commit=gate)
    committer.do(lambda connection, at: None)
    assert gate.reached.acquire(timeout=_PATIENCE)
    futures = [committer.submit("main", statements, AUTHORITY) for statements in several]
    gate.open.set()
    committer.close()
    return futures


def test_a_conflict_of_one_sender_stores_nothing_of_it_and_all_of_the_others(
    opened: Database, clock: Clock
) -> None:
    first, other, last = _merged(
        opened,
        clock,
        [ready("a"), ready("b")],
        [ready("c"), ready("a", about="otherwise")],
        [ready("c"), ready("d")],
    )
    assert first.result().new == (id_of("a"), id_of("b"))
    with pytest.raises(Conflict, match=str(id_of("a"))):
        other.result()
    assert last.result().new == (id_of("c"), id_of("d"))
    assert stored(opened) == [id_of(name) for name in "abcd"]


def test_the_same_statement_of_two_senders_in_one_commit_is_stored_once(
    opened: Database, clock: Clock
) -> None:
    first, second = _merged(opened, clock, [ready("a")], [ready("a"), ready("b")])
    assert (first.result().new, second.result()) == ((id_of("a"),), ((id_of("b"),), (id_of("a"),)))


def test_a_statement_that_the_database_cannot_take_fails_its_sender_alone(
    opened: Database, clock: Clock
) -> None:
    good = ready("bad")
    bad = msgspec.structs.replace(good, links=msgspec.structs.replace(good.links, verb="http://\ud800"))
    first, broken, last = _merged(opened, clock, [ready("a")], [bad], [ready("b")])
    assert len(first.result().new) == len(last.result().new) == 1
    with pytest.raises(UnicodeEncodeError):
        broken.result()
    assert stored(opened) == [id_of("a"), id_of("b")]


def test_of_eight_senders_with_one_id_and_eight_contents_exactly_one_wins(
    committer: Committer, opened: Database
) -> None:
    gate = threading.Barrier(8)
    outcomes: list[str] = []

    def send(number: int) -> None:
        statement = ready("contested", about=f"item-{number}")
        gate.wait()
        try:
            committer.submit("main", [statement], AUTHORITY).result(_PATIENCE)
            outcomes.append("stored")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 7 + ["stored"]
    assert stored(opened) == [id_of("contested")]


def test_another_write_shares_the_queue_and_gets_the_time(committer: Committer, clock: Clock) -> None:
    assert committer.do(lambda connection, at: at).result(_PATIENCE) == NOW
    clock.move(seconds=5)
    assert committer.do(lambda connection, at: at).result(_PATIENCE) == NOW + timedelta(seconds=5)


def test_a_write_that_raises_is_undone_and_the_rest_of_its_commit_stays(
    opened: Database, clock: Clock
) -> None:
    gate = Gate()
    committer = Committer(opened, clock, before_commit=gate)
    committer.do(lambda connection, at: None)
    assert gate.reached.acquire(timeout=_PATIENCE)

    def fail(connection: Any, at: datetime) -> None:
        StatementStore(connection).insert([ready("undone")], AUTHORITY, at)
        raise XapiError("no")

    futures: list[Future[Any]] = [
        committer.submit("main", [ready("a")], AUTHORITY),
        committer.do(fail),
        committer.do(lambda connection, at: StatementStore(connection).insert([ready("b")], AUTHORITY, at)),
    ]
    gate.open.set()
    committer.close()
    with pytest.raises(XapiError, match="no"):
        futures[1].result()
    assert gate.commits == 2
    assert stored(opened) == [id_of("a"), id_of("b")]


def test_closing_writes_what_waits_and_refuses_what_comes_later(opened: Database, clock: Clock) -> None:
    gate = Gate()
    committer = Committer(opened, clock, before_commit=gate)
    futures = [committer.submit("main", [ready(f"w{number}")], AUTHORITY) for number in range(5)]
    gate.open.set()
    committer.close()
    assert all(future.done() for future in futures)
    assert len(stored(opened)) == 5
    with pytest.raises(Busy, match="shutting down"):
        committer.submit("main", [ready("late")], AUTHORITY).result()


def test_more_than_may_wait_is_refused_at_once_and_taken_later(opened: Database, clock: Clock) -> None:
    gate = Gate()
    committer = Committer(opened, clock, before_commit=gate, max_waiting=ready("w0").size * 7 // 2)
    first = committer.submit("main", [ready("a")], AUTHORITY)
    assert gate.reached.acquire(timeout=_PATIENCE)
    futures = [committer.submit("main", [ready(f"w{number}")], AUTHORITY) for number in range(4)]
    with pytest.raises(Busy) as refused:
        futures[3].result()
    assert refused.value.retry_after == 1
    gate.open.set()
    assert [len(future.result(_PATIENCE).new) for future in [first, *futures[:3]]] == [1] * 4
    assert committer.submit("main", [ready("w3")], AUTHORITY).result(_PATIENCE).new == (id_of("w3"),)
    committer.close()


def test_a_cancelled_submission_is_not_stored(opened: Database, clock: Clock) -> None:
    gate = Gate()
    committer = Committer(opened, clock, before_commit=gate)
    committer.do(lambda connection, at: None)
    assert gate.reached.acquire(timeout=_PATIENCE)
    assert committer.submit("main", [ready("a")], AUTHORITY).cancel()
    gate.open.set()
    committer.submit("main", [ready("b")], AUTHORITY).result(_PATIENCE)
    committer.close()
    assert stored(opened) == [id_of("b")]


def test_where_the_sender_may_not_define_its_definitions_do_not_count(
    committer: Committer, opened: Database
) -> None:
    told: dict[str, Any] = {"object": {"id": iri("book"), "definition": {"name": {"en": "A book"}}}}
    committer.submit("main", [ready("a", **told)], AUTHORITY, defines=False).result(_PATIENCE)
    with opened.read() as connection:
        assert StatementStore(connection).definition(iri("book")) is None
        assert StatementStore(connection).index_fault() is None
    committer.submit("main", [ready("b", **told)], AUTHORITY).result(_PATIENCE)
    with opened.read() as connection:
        assert StatementStore(connection).definition(iri("book")) == b'{"name":{"en":"A book"}}'


def test_a_full_disk_fails_what_waits_and_nothing_else(file: Database, clock: Clock) -> None:
    committer = Committer(file, clock)
    committer.submit("main", [ready("a")], AUTHORITY).result(_PATIENCE)
    _limit(file, pages=1)
    with pytest.raises(StoreFull):
        committer.submit("main", [ready(f"w{number}") for number in range(500)], AUTHORITY).result(_PATIENCE)
    assert stored(file) == [id_of("a")]
    _limit(file, pages=0x7FFFFFFF)
    committer.submit("main", [ready("b")], AUTHORITY).result(_PATIENCE)
    committer.close()
    assert stored(file) == [id_of("a"), id_of("b")]


def _limit(database: Database, pages: int) -> None:
    """Lets the file grow to so many pages, or not at all if it has more."""
    with database.read() as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_database_that_another_program_holds_is_busy_and_is_tried_again_by_the_next(
    opened: Database, clock: Clock
) -> None:
    impatient = Database(opened.address, patience=0.05)
    committer = Committer(impatient, clock)
    committer.submit("main", [ready("a")], AUTHORITY).result(_PATIENCE)
    with opened.write() as connection:
        StatementStore(connection).insert([ready("b")], AUTHORITY, NOW)
        with pytest.raises(Busy, match="another program"):
            committer.submit("main", [ready("c")], AUTHORITY).result(_PATIENCE)
    committer.submit("main", [ready("d")], AUTHORITY).result(_PATIENCE)
    committer.close()
    impatient.close()
    assert stored(opened) == [id_of(name) for name in "abd"]


def test_the_sender_is_found_by_whom_it_vouches_for(committer: Committer, opened: Database) -> None:
    committer.submit("main", [ready("a")], AUTHORITY).result(_PATIENCE)
    committer.submit("main", [ready("b")], '{"mbox":"mailto:school@example.org"}').result(_PATIENCE)
    with opened.read() as connection:
        store = StatementStore(connection)
        assert [row.id for row in store.query(authority=agent("school"))] == [id_of("b")]
        assert [row.id for row in store.query(authority=agent("lead"), verb=iri("read"))] == [id_of("a")]
        assert [row.id for row in store.query(authority=agent("school"), agent=agent("learner"))] == [
            id_of("b")
        ]
        assert store.query(authority=agent("nobody")) == []
        assert store.query(authority=agent("nobody"), agent=agent("learner")) == []

"""Consistent-Through is honest: what it covers is seen, and nothing it covers comes later."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.xapi.lrs.plain import AUTHORITY, Clock, ready
from tests.xapi.lrs.test_kills import read_lines, sender
from tests.xapi.records import NOW
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database
from xapi.lrs.dialect import dialect_of
from xapi.lrs.rows import micros
from xapi.lrs.store import StatementStore

_PATIENCE = 30
_SEEN = 25


def seen(database: Database, until: datetime) -> int:
    """How many statements are seen up to a time."""
    with database.read() as connection:
        sql = "SELECT count(*) FROM lrs_statement WHERE stored <= ?"
        found: int = dialect_of(connection).execute(sql, [micros(until)])[0][0]
        return found


def test_where_nobody_writes_it_is_now(committer: Committer, clock: Clock) -> None:
    assert NOW - committer.consistent_through("main") <= timedelta(microseconds=1)
    committer.submit("main", [ready("a")], AUTHORITY).result(_PATIENCE)
    clock.move(hours=1)
    assert clock.at - committer.consistent_through("main") <= timedelta(microseconds=1)


def test_while_another_program_writes_it_is_the_last_statement_seen(
    committer: Committer, clock: Clock, opened: Database
) -> None:
    committer.submit("main", [ready("a"), ready("b")], AUTHORITY).result(_PATIENCE)
    clock.move(hours=1)
    with opened.write() as connection:
        StatementStore(connection).insert([ready("c")], AUTHORITY, clock)
        clock.move(hours=1)
        assert committer.consistent_through("main") == NOW + timedelta(microseconds=1)
    assert committer.consistent_through("main") > NOW + timedelta(hours=1)


def test_it_never_goes_back(committer: Committer, clock: Clock, opened: Database) -> None:
    promised = committer.consistent_through("main")
    clock.move(hours=-1)
    assert committer.consistent_through("main") == promised
    with opened.write() as connection:
        StatementStore(connection).insert([ready("a")], AUTHORITY, NOW - timedelta(days=1))
        assert committer.consistent_through("main") == promised


def test_a_clock_that_is_put_back_stores_nothing_before_a_promise(
    committer: Committer, clock: Clock, opened: Database
) -> None:
    promised = committer.consistent_through("main")
    clock.move(days=-1)
    committer.submit("main", [ready("a"), ready("b")], AUTHORITY).result(_PATIENCE)
    assert seen(opened, promised) == 0
    assert seen(opened, promised + timedelta(seconds=1)) == 2


def test_stores_are_promised_apart(committer: Committer, clock: Clock) -> None:
    clock.move(hours=2)
    promised = committer.consistent_through("practice")
    clock.move(hours=-1)
    assert committer.consistent_through("main") < promised


def test_what_was_promised_holds_while_two_processes_write(opened: Database, tmp_path: Path) -> None:
    """Both write without a pause; each promise is kept with what was seen right after it."""
    committer = Committer(opened)
    kept: list[tuple[datetime, int]] = []
    with (
        sender(opened.address, str(tmp_path / "one"), "0") as one,
        sender(opened.address, str(tmp_path / "other"), "100000") as other,
    ):
        read_lines(one, 1)
        read_lines(other, 1)
        for number in range(_SEEN):
            promised = committer.consistent_through("main")
            kept.append((promised, seen(opened, promised)))
            committer.submit("main", [ready(f"own {number}")], AUTHORITY).result(_PATIENCE)
        read_lines(one, 2)
        read_lines(other, 2)
    committer.close()
    assert [promised for promised, _ in kept] == sorted(promised for promised, _ in kept)
    assert kept[-1][1] > kept[0][1]
    assert [(promised, seen(opened, promised)) for promised, _ in kept] == kept


def test_a_reader_that_began_before_a_commit_does_not_see_it(opened: Database) -> None:
    with opened.read() as reading:
        assert StatementStore(reading).count() == 0
        with opened.write() as writing:
            StatementStore(writing).insert([ready("a")], AUTHORITY, NOW)
        assert StatementStore(reading).count() == 0
    with opened.read() as reading:
        assert StatementStore(reading).count() == 1

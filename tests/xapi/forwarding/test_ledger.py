"""What is kept about a target, on both databases."""

from __future__ import annotations

import random

import pytest

from tests.xapi.forwarding.conftest import Sender
from tests.xapi.records import approvals
from xapi.forwarding.ledger import Dead, Ledger, Overtaken
from xapi.lrs.database import Database


@pytest.fixture
def opened(sender: Sender) -> Database:
    """A record with a statement in it, and so with a store to forward."""
    sender.record(approvals(1))
    return sender.database


def test_what_a_target_may_hold_is_exactly_what_was_marked(opened: Database) -> None:
    chance = random.Random(7)
    held: set[int] = set()
    with opened.write() as connection:
        ledger = Ledger(connection, "main", "peer")
        for _ in range(120):
            start = chance.randrange(60)
            some = {start + step for step in range(chance.randrange(1, 9)) if chance.random() < 0.8}
            ledger.mark(some)
            held |= some
            gone = chance.randrange(60)
            ledger.unmark(gone)
            held.discard(gone)
            assert {seq for seq in range(80) if ledger.holds(seq)} == held
            asked = sorted(chance.sample(range(80), 9))
            assert ledger.held_among(asked) == held & set(asked)


def test_neighbouring_statements_are_kept_as_one_run(opened: Database) -> None:
    with opened.write() as connection:
        ledger = Ledger(connection, "main", "peer")
        for seqs in ([1, 2, 3], [7, 8], [4, 5], [6], [20]):
            ledger.mark(seqs)
        found = connection.execute("SELECT first_seq, last_seq FROM lrs_forward_sent ORDER BY 1").fetchall()
    assert [tuple(row) for row in found] == [(1, 8), (20, 20)]


def test_a_place_moves_only_from_where_it_was_read(opened: Database) -> None:
    with opened.write() as connection:
        ledger = Ledger(connection, "main", "peer")
        before = ledger.open()
        ledger.move(before, before._replace(settled=5))
    with opened.write() as connection:
        ledger = Ledger(connection, "main", "peer")
        with pytest.raises(Overtaken, match="peer"):
            ledger.move(before, before._replace(settled=9))
        assert ledger.open().settled == 5


def test_targets_and_stores_do_not_see_each_other(sender: Sender, opened: Database) -> None:
    with opened.write() as connection:
        one, other = Ledger(connection, "main", "one"), Ledger(connection, "main", "other")
        one.open()
        one.mark([1])
        one.bury(Dead(1, 400, "no", 1, 0))
        assert not other.holds(1)
        assert other.dead() == []
        assert Ledger(connection, "tenant", "one").dead() == []
        assert one.targets() == ["one"]


def test_a_statement_is_dead_once_however_often_it_was_refused(opened: Database) -> None:
    with opened.write() as connection:
        ledger = Ledger(connection, "main", "peer")
        ledger.bury(Dead(3, 400, "first", 1, 10))
        ledger.bury(Dead(3, 413, "second", 2, 20))
        ledger.bury(Dead(9, 400, "other", 1, 30))
        assert ledger.dead() == [Dead(3, 413, "second", 2, 20), Dead(9, 400, "other", 1, 30)]
        assert ledger.dead(after=3) == [Dead(9, 400, "other", 1, 30)]
        assert ledger.raise_dead([9, 1000]) == 1
        assert ledger.count_dead() == (2, 1)
        assert [one.seq for one in ledger.dead(again=True)] == [9]
        assert ledger.raise_dead(None) == 1
        ledger.unbury([3, 9])
        assert ledger.count_dead() == (0, 0)

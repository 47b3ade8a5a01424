"""Forwarding from one of our record stores to another, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.xapi.forwarding.conftest import Sender
from tests.xapi.forwarding.test_letters import EVERY_BYTE, attached, modern, voiding
from tests.xapi.http.running import Running, running
from tests.xapi.records import AUTHORITY, approval, approvals
from xapi.forwarding import Direct, Forwarder, Target, dead_letters, replay, standing
from xapi.lrs.database import Database
from xapi.lrs.http.lrs import Settings
from xapi.lrs.store import StatementStore, prepare


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Running]:
    """Another record store, empty, on the web."""
    database = Database(str(tmp_path / "other.db"))
    database.migrate()
    with running(database, Settings()) as made:
        yield made
    database.close()


@pytest.fixture
def target(other: Running) -> Target:
    other.key("peer")
    host, port = other.address
    return Target("other", f"http://{host}:{port}/xapi", "peer", other.secrets["peer"], batch=10)


@pytest.fixture
def ours(database: Database, target: Target) -> Sender:
    return Sender(database, target)


def run(sender: Sender) -> tuple[int, int, str]:
    report = Forwarder(sender.database, sender.target, Direct(20), now=sender.clock).run()
    return report.forwarded, report.dead, report.fault


def test_all_that_a_record_can_hold_arrives_as_it_was_received(ours: Sender, other: Running) -> None:
    digits = b'{"https://example.org/x":12345678901234567890.123450}'
    number = approval(3).raw.replace(b'"result":{', b'"result":{"extensions":%s,' % digits)
    fine = approval(4).raw.replace(b"2024-05-01T10:00:04.123456Z", b"2024-05-01T12:00:04.123456789+02:00")
    assert fine != approval(4).raw
    statements = [
        attached(1, EVERY_BYTE, b"notes"),
        prepare(modern(2), "2.0.0"),
        prepare(number),
        prepare(fine),
        attached(5, EVERY_BYTE),
    ]
    ids = ours.record([*statements, *approvals(30, first=10)])
    assert run(ours) == (35, 0, "")
    with ours.database.read() as here, other.lrs.database.read() as there:
        sent, came = StatementStore(here), StatementStore(there)
        rows = came.query(ascending=True, limit=100)
        assert [str(row.id) for row in rows] == ids
        for row in rows:
            original = sent.get(row.id)
            assert original is not None
            assert row.version == original.version
            received = msgspec.json.decode(row.raw, type=dict[str, msgspec.Raw])
            for name, value in msgspec.json.decode(original.raw, type=dict[str, msgspec.Raw]).items():
                assert bytes(received[name]) == bytes(value)
            files = [(one.sha2, one.content) for one in sent.attachments_of([original.seq])]
            assert [(one.sha2, one.content) for one in came.attachments_of([row.seq])] == files
        assert came.index_fault() is None


def test_a_replay_finds_everything_there_and_changes_nothing(ours: Sender, other: Running) -> None:
    ours.record([attached(1, EVERY_BYTE), prepare(modern(2), "2.0.0"), *approvals(10, first=3)])
    run(ours)
    with ours.database.write() as connection:
        replay(connection, "other", 1)
    assert run(ours) == (12, 0, "")
    with other.lrs.database.read() as connection:
        assert StatementStore(connection).count() == 12


def test_a_voiding_hides_the_statement_there_too(ours: Sender, other: Running) -> None:
    one, two = approvals(2)
    ours.record([one, two])
    run(ours)
    ours.record([voiding(one)])
    run(ours)
    with other.lrs.database.read() as connection:
        store = StatementStore(connection)
        assert store.get_voided(UUID(str(one.id))) is not None
        assert store.get_voided(UUID(str(two.id))) is None


def test_a_revoked_key_stops_it_and_a_new_one_goes_on(ours: Sender, other: Running) -> None:
    ours.record(approvals(3))
    other.revoke("peer")
    forwarded, dead, fault = run(ours)
    assert (forwarded, dead) == (0, 0)
    assert "key" in fault
    other.key("renewed")
    renewed = Target("other", ours.target.endpoint, "renewed", other.secrets["renewed"])
    report = Forwarder(ours.database, renewed, Direct(20), now=ours.clock).run(urged=True)
    assert report.forwarded == 3
    with ours.database.read() as connection:
        told = standing(connection, "other", ours.clock.now)
    assert (told.behind, told.stopped, told.speaks) == (0, False, "1.0.3,2.0.0")


def test_a_statement_that_is_another_one_there_is_put_aside(ours: Sender, other: Running) -> None:
    mine, theirs = approval(1), approval(1, quality=0.25)
    changed = theirs.raw.replace(str(theirs.id).encode(), str(mine.id).encode())
    with other.lrs.database.write() as connection:
        StatementStore(connection).insert([changed], AUTHORITY, ours.clock.now)
    ours.record([mine, approval(2)])
    assert run(ours) == (1, 1, "")
    with ours.database.read() as connection:
        [letter] = dead_letters(connection, "other")
    assert (letter.id, letter.status) == (mine.id, 409)

"""Forwarding to a real Ralph, with what it does well and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from tests.story.peers import Ralph, ralph
from tests.xapi.records import AUTHORITY, BRIDGE, CURATOR, NOW, approval, approvals
from xapi import statements as say
from xapi.forwarding import Direct, Forwarder, Target, dead_letters, replay, standing
from xapi.forwarding.patience import LONGEST
from xapi.lrs.database import Database
from xapi.lrs.store import StatementStore, prepare

pytestmark = pytest.mark.proof


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(str(tmp_path / "record.db"))
    made.migrate()
    yield made
    made.close()


def target(peer: Ralph) -> Target:
    return Target("ralph", peer.endpoint, peer.key, peer.secret, batch=20)


def record(database: Database, statements: list[say.Built]) -> list[str]:
    with database.write() as connection:
        done = StatementStore(connection).insert(statements, AUTHORITY, NOW)
    return [str(one) for one in done.new]


def test_everything_arrives_at_ralph_in_order_and_a_repeat_changes_nothing(
    tmp_path: Path, database: Database
) -> None:
    ids = record(database, approvals(250))
    with ralph(tmp_path / "ralph") as peer:
        forwarder = Forwarder(database, target(peer), Direct())
        assert forwarder.run().forwarded == 250
        assert [one["id"] for one in peer.held] == ids
        assert peer.held[0]["authority"]["account"] == msgspec.to_builtins(AUTHORITY.account)  # type: ignore[index]
        with database.write() as connection:
            assert replay(connection, "ralph", 1) == 250
        report = forwarder.run()
        assert (report.forwarded, report.dead, report.fault) == (250, 0, "")
        assert [one["id"] for one in peer.held] == ids
        [void] = record(database, [say.voided(BRIDGE, approval(3).id, event="undone", by=CURATOR, at=NOW)])
        forwarder.run()
        assert peer.held[-1]["id"] == void


def test_an_attachment_that_ralph_stumbles_over_is_put_aside_and_the_rest_goes_on(
    tmp_path: Path, database: Database
) -> None:
    """It answers 500 to any body with bytes that are no UTF-8."""
    content = bytes(range(256))
    statement = msgspec.json.decode(approval(2).raw)
    statement["attachments"] = [
        {
            "usageType": "https://example.org/usage",
            "display": {"en": "A file"},
            "contentType": "application/octet-stream",
            "length": len(content),
            "sha2": sha256(content).hexdigest(),
        }
    ]
    files = {sha256(content).hexdigest(): ("application/octet-stream", content)}
    with database.write() as connection:
        StatementStore(connection).insert(
            [approval(1), prepare(msgspec.json.encode(statement), attachments=files), approval(3)],
            AUTHORITY,
            NOW,
        )
    with ralph(tmp_path / "ralph") as peer:
        now = NOW
        for _ in range(8):
            Forwarder(database, target(peer), Direct(), now=lambda: now).run()  # noqa: B023
            now += LONGEST
        assert [one["id"] for one in peer.held] == [str(approval(1).id), str(approval(3).id)]
    with database.read() as connection:
        [letter] = dead_letters(connection, "ralph")
    assert letter.id == approval(2).id
    assert "500" in letter.reason


def test_a_ralph_that_fails_and_is_mended_misses_nothing(tmp_path: Path, database: Database) -> None:
    """As it comes, its file backend takes one write and answers 500 to all that follow."""
    ids, now = record(database, approvals(60)), NOW
    with ralph(tmp_path / "ralph", "--as-it-comes") as peer:
        for _ in range(24):
            report = Forwarder(database, target(peer), Direct(), now=lambda: now).run()  # noqa: B023
            assert report.dead == 0
            assert report.next_try is not None
            assert report.next_try - now <= LONGEST
            now = report.next_try
        assert "500" in report.fault
        assert len(peer.held) < 60
    assert now - NOW > timedelta(hours=3)
    with ralph(tmp_path / "ralph") as mended:
        Forwarder(database, target(mended), Direct(), now=lambda: now).run()
        assert [one["id"] for one in mended.held] == ids
    with database.read() as connection:
        assert standing(connection, "ralph", now).behind == 0

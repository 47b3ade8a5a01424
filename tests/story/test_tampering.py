"""An attacker with the whole data folder, against checkpoints in a second place and a key elsewhere.

Each tampering is made on a copy, once on the statements and once on the audit log: seven of seven are found,
the first bad entry is named and the command ends with 1.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gleanery.audit import AuditLog
from gleanery.config import load
from gleanery.errors import BadInput
from gleanery.flow import deciding, desk, run
from gleanery.flow.founding import open_house
from gleanery.flow.record import StatementLog
from gleanery.flow.verifying import accept_restore, summary, verdicts
from gleanery.model.items import DecisionVerdict
from gleanery.store import Store
from tests.house import article, file_source, make_house, records
from xapi import chain


@dataclass(frozen=True)
class Log:
    """Where a log is kept: its table, the column an alteration goes to, its head, and how to read it."""

    table: str
    altered: str
    head: str
    log: Callable[[Store], chain.Log]


LOGS = {
    "audit": Log("audit_entry", "actor = 'somebody else'", "audit_head", AuditLog),
    "statements": Log("lrs_statement", "stored = stored + 1", "lrs_head", StatementLog),
}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house whose record holds some thirty entries, and a backup made half-way."""
    folder = tmp_path_factory.mktemp("record")
    house = make_house(
        folder,
        sources=[file_source(records(folder, map(article, range(12))))],
        destinations=[{"name": "cartridge", "adapter": "cartridge"}],
    )
    run(house)
    house.checkpoint()
    house.store.close()
    shutil.copytree(folder / "data", folder / "backup")
    house = open_house(load(folder / "config.yaml"))
    for row in desk.queue(house).rows[:6]:
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    run(house)
    house.close()
    return folder


@pytest.fixture
def copy(untouched: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    return folder


def sql(folder: Path, *statements: str) -> None:
    database = sqlite3.connect(folder / "data" / "gleanery.db")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def alter(folder: Path, log: Log) -> int:
    sql(folder, f"UPDATE {log.table} SET {log.altered} WHERE seq = 5")
    return 5


def delete(folder: Path, log: Log) -> int:
    sql(folder, f"DELETE FROM {log.table} WHERE seq = 5")
    return 5


def swap(folder: Path, log: Log) -> int:
    """Two entries change places; the hashes go with them."""
    sql(
        folder,
        f"UPDATE {log.table} SET seq = -1 WHERE seq = 5",
        f"UPDATE {log.table} SET seq = 5 WHERE seq = 6",
        f"UPDATE {log.table} SET seq = 6 WHERE seq = -1",
    )
    return 5


def insert(folder: Path, log: Log) -> int:
    """A copy of an entry is put in and everything after it moved up."""
    database = sqlite3.connect(folder / "data" / "gleanery.db")
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({log.table})")]
    database.execute(f"UPDATE {log.table} SET seq = -(seq + 1) WHERE seq > 5")
    database.execute(f"UPDATE {log.table} SET seq = -seq WHERE seq < 0")
    chosen = ", ".join(
        "6" if name == "seq" else "randomblob(16)" if name == "id" else name for name in columns
    )
    database.execute(
        f"INSERT INTO {log.table} ({', '.join(columns)}) SELECT {chosen} FROM {log.table} WHERE seq = 5"
    )
    database.execute(f"UPDATE {log.head} SET seq = seq + 1")
    database.commit()
    database.close()
    return 6


def truncate(folder: Path, log: Log) -> int:
    """The last three entries are cut off and the head set back: the chain itself is whole."""
    database = sqlite3.connect(folder / "data" / "gleanery.db")
    [last] = database.execute(f"SELECT max(seq) FROM {log.table}").fetchone()
    database.execute(f"DELETE FROM {log.table} WHERE seq > {last - 3}")
    database.execute(
        f"UPDATE {log.head} SET seq = {last - 3}, hash = (SELECT hash FROM {log.table} WHERE seq = {last - 3})"
    )
    database.commit()
    database.close()
    return int(last) - 2


def recompute(folder: Path, log: Log) -> int:
    """An entry is altered and the whole chain computed anew, head included: only the checkpoints disagree."""
    alter(folder, log)
    store = Store(f"sqlite:///{folder / 'data' / 'gleanery.db'}")
    kept = log.log(store)
    previous, hashes = chain.genesis(kept.name), {}
    for entry in kept.entries():
        previous = hashes[entry.seq] = chain.entry_hash(previous, *entry.parts)
    store.close()
    database = sqlite3.connect(folder / "data" / "gleanery.db")
    database.executemany(
        f"UPDATE {log.table} SET hash = ? WHERE seq = ?", [(h, seq) for seq, h in hashes.items()]
    )
    database.execute(f"UPDATE {log.head} SET hash = ?", [previous])
    database.commit()
    database.close()
    return 5


def restore(folder: Path, log: Log) -> int:
    """Yesterday's data folder is put back whole, its own checkpoints with it."""
    shutil.rmtree(folder / "data")
    shutil.copytree(folder / "backup", folder / "data")
    store = Store(f"sqlite:///{folder / 'data' / 'gleanery.db'}")
    last = log.log(store).head().seq
    store.close()
    return last + 1


TAMPERINGS = [alter, delete, swap, insert, truncate, recompute, restore]


def found(folder: Path) -> dict[str, chain.Verdict]:
    house = open_house(load(folder / "config.yaml"))
    verdict = dict(house.verify())
    house.store.close()
    return {name.partition(":")[0]: one for name, one in verdict.items()}


def test_the_untouched_record_verifies_and_says_what_is_protected(untouched: Path) -> None:
    for verdict in found(untouched).values():
        assert verdict.ok
        assert verdict.scope == "verified elsewhere"
        assert (verdict.protected_until, verdict.unprotected) == (verdict.entries, 0)


@pytest.mark.parametrize("name", list(LOGS))
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda one: one.__name__)
def test_every_tampering_is_found_and_the_first_bad_entry_named(
    copy: Path, name: str, tamper: Callable[[Path, Log], int]
) -> None:
    first_bad = tamper(copy, LOGS[name])
    verdict = found(copy)[name]
    assert not verdict.ok
    assert verdict.first_bad is not None
    if (
        tamper is recompute
    ):  # no entry contradicts the chain: it is one of those since the last agreeing checkpoint
        assert 1 <= verdict.first_bad <= first_bad
    else:
        assert verdict.first_bad == first_bad
    assert verdict.reason


@pytest.mark.parametrize("salt", ["NULL", "randomblob(16)", "x''"])
def test_a_salt_that_was_changed_or_taken_away_is_found(copy: Path, salt: str) -> None:
    """Without a salt an entry would be one of the first version's, which were chained otherwise."""
    sql(copy, f"UPDATE audit_entry SET salt = {salt} WHERE seq = 5")
    assert found(copy)["audit"].first_bad == 5


@pytest.mark.parametrize("value", ["-1", "9e99", "x'00'"])
def test_values_that_no_entry_can_have_are_named_and_break_nothing(copy: Path, value: str) -> None:
    for column in ("detail", "at"):
        sql(copy, f"UPDATE audit_entry SET {column} = {value} WHERE seq = 5")
        assert found(copy)["audit"].first_bad == 5


def test_a_statement_hidden_by_its_index_is_found(copy: Path) -> None:
    sql(copy, "DELETE FROM lrs_statement_activity WHERE seq = 5")
    house = open_house(load(copy / "config.yaml"))
    assert summary(verdicts(house)).startswith("statements:main entry 5")
    house.store.close()


def test_the_command_names_the_entry_and_ends_with_1(copy: Path) -> None:
    alter(copy, LOGS["audit"])
    command = [
        sys.executable,
        "-m",
        "gleanery",
        "audit",
        "verify",
        "--json",
        "--config",
        str(copy / "config.yaml"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert json.loads(done.stdout)["audit"].startswith("audit entry 5")


def test_what_lies_after_the_last_checkpoint_is_said_to_be_unprotected(copy: Path) -> None:
    house = open_house(load(copy / "config.yaml"))
    [row] = desk.queue(house, limit=1).rows
    deciding.decide(house, str(row.id), DecisionVerdict.REJECT, "curator")
    house.store.close()  # killed before its checkpoint
    verdict = found(copy)["audit"]
    assert verdict.ok
    assert verdict.unprotected == 1


def test_a_clock_that_was_set_back_to_date_a_decision_earlier_is_told(copy: Path) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    house = open_house(load(copy / "config.yaml"), lambda: yesterday)
    [row] = desk.queue(house, limit=1).rows
    deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    house.close()
    house = open_house(load(copy / "config.yaml"))
    audit, _ = verdicts(house)
    assert audit["ok"]
    assert any("the clock was set back" in note and "23:" in note for note in audit["notes"])


def test_checkpoints_beside_the_database_alone_protect_only_locally(tmp_path: Path) -> None:
    source = file_source(records(tmp_path, [article(1)]))
    house = make_house(tmp_path, record={"key_folder": "keys"}, sources=[source])
    run(house)
    house.checkpoint()
    assert {verdict.scope for _, verdict in house.verify()} == {"local only"}


def test_a_restore_is_accepted_by_a_signed_note_and_then_verifies(copy: Path) -> None:
    restore(copy, LOGS["audit"])
    house = open_house(load(copy / "config.yaml"))
    accepted = accept_restore(house, "disk failure", "lead")
    assert {one["log"] for one in accepted} == {"audit", "statements:main"}
    told = [line for line in AuditLog(house.store).lines() if line.action == "restore.accepted"]
    assert [line.subject for line in told] == ["log:audit", "log:statements:main"]
    assert summary(verdicts(house)) == "verified"
    assert all("disk failure" in " ".join(one["notes"]) for one in verdicts(house))
    with pytest.raises(BadInput, match="agree"):
        accept_restore(house, "again", "lead")


def test_a_forgery_cannot_be_accepted_as_a_restore(copy: Path) -> None:
    alter(copy, LOGS["statements"])
    house = open_house(load(copy / "config.yaml"))
    with pytest.raises(BadInput, match="no restore"):
        accept_restore(house, "nothing happened here", "lead")


def test_another_house_with_other_keys_cannot_sign_for_this_one(copy: Path, tmp_path: Path) -> None:
    """A whole new record made by the attacker's own installation, checkpoints included, put in its place."""
    other = make_house(tmp_path / "other")
    other.close()
    shutil.copy(tmp_path / "other" / "data" / "checkpoints.jsonl", copy / "data" / "checkpoints.jsonl")
    assert not found(copy)["audit"].ok

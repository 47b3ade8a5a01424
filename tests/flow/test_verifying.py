"""Verification reads only: no right to write is needed, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy.exc import DBAPIError

from gleanery.config import load
from gleanery.errors import BadInput, ConfigError
from gleanery.flow import receipts, run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.record import driver
from gleanery.flow.verifying import accept_restore, summary, verdicts
from gleanery.store import Store
from tests.effort import calls_of
from tests.house import article, file_source, make_house, records
from tests.xapi.records import approvals
from xapi.lrs.dialect import dialect_of
from xapi.lrs.rows import number_of
from xapi.lrs.store import StatementStore
from xapi.signer import fingerprint_of


@pytest.fixture
def house(tmp_path: Path) -> House:
    source = file_source(records(tmp_path, map(article, range(3))))
    house = make_house(tmp_path, sources=[source])
    run(house)
    house.checkpoint()
    return house


def as_nobody(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without any right to what it does not own."""
    command = [sys.executable, "-m", "gleanery", *arguments]
    if os.geteuid() == 0:
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"]
        command = [*nobody, *command]
        own = Path(tempfile.gettempdir())
        for folder in (cwd, *cwd.parents):
            if own in folder.parents:
                folder.chmod(0o755)
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def seen_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder as it is: when it was changed, and what it holds."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_copy_that_nobody_may_write_verifies_with_the_public_key_alone(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "signing.pub").write_bytes(house.signer.public_pem())
    house.close()
    shutil.rmtree(house.keys)
    for path in (house.config.data / "gleanery.db", house.config.data):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = seen_in(tmp_path)
    done = as_nobody("audit", "verify", "--key", "signing.pub", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["audit"] == "verified"
    assert seen_in(tmp_path) == before


def test_an_account_that_may_write_leaves_nothing_behind_either(house: House, tmp_path: Path) -> None:
    """A file of the auditor's beside the database could lock its owner out."""
    house.close()
    before = seen_in(tmp_path)
    reading = open_house(load(tmp_path / "config.yaml"), read_only=True)
    assert all(one["ok"] for one in verdicts(reading))
    reading.store.close()
    assert seen_in(tmp_path) == before


def test_a_running_house_is_verified_beside_its_work_by_an_account_that_may_only_read(
    house: House, tmp_path: Path
) -> None:
    """Its last changes are still in the write-ahead log."""
    (tmp_path / "signing.pub").write_bytes(house.signer.public_pem())
    for path in house.config.data.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o444)
    done = as_nobody("audit", "verify", "--key", "signing.pub", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    [audit, *_] = json.loads(done.stdout)["logs"]
    assert audit["entries"] == house.logs[0].head().seq


def test_a_wrong_public_key_vouches_for_nothing(house: House, tmp_path: Path) -> None:
    other = make_house(tmp_path / "other")
    (tmp_path / "other.pub").write_bytes(other.signer.public_pem())
    done = as_nobody("audit", "verify", "--key", "other.pub", cwd=tmp_path)
    assert done.returncode == 1
    assert "no known key signed" in done.stdout


def test_a_fingerprint_that_is_not_the_houses_is_not_passed_over(house: House) -> None:
    ours = fingerprint_of(house.signer.public_bytes())
    assert receipts.key_of(house, ours.upper()) == house.signer.public_bytes()
    with pytest.raises(BadInput, match="another one than you were told"):
        receipts.key_of(house, "0" * 64)


def test_what_was_opened_to_read_cannot_be_written(house: House, tmp_path: Path) -> None:
    house.close()
    reading = open_house(load(tmp_path / "config.yaml"), read_only=True)
    assert all(verdict.ok for _, verdict in reading.verify())
    with pytest.raises((ConfigError, DBAPIError)), reading.change() as change:
        change.audit("item.made", "policy:test", "item:x")


def test_postgresql_too_is_opened_to_read_only(postgres_url: str) -> None:
    writing = Store(postgres_url)
    writing.upgrade()
    writing.close()
    store = Store(postgres_url, read_only=True)
    store.require_current()
    with pytest.raises(DBAPIError, match="read-only"), store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM audit_entry")
    store.close()


def with_academy(folder: Path) -> House:
    """A house in whose database a key wrote two statements into a store of its own."""
    house = make_house(folder)
    with house.store.write() as session:
        statements = StatementStore(driver(session), "academy")
        statements.insert(approvals(2), house.bridge.machine("key:x"), house.now())
    house.checkpoint()
    return house


def take_away(house: House, store: str) -> None:
    """What somebody does who wants a whole store never to have been."""
    with house.store.write() as session:
        connection = session.connection()
        number = number_of(dialect_of(driver(session)), store)
        for table in ("lrs_statement_verb", "lrs_statement_agent", "lrs_statement_activity", "lrs_statement"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE store = {number}")
        connection.exec_driver_sql(f"DELETE FROM lrs_head WHERE name = '{store}'")


def test_a_store_that_was_taken_away_whole_is_missed(tmp_path: Path) -> None:
    house = with_academy(tmp_path)
    assert summary(verdicts(house)) == "verified"
    take_away(house, "academy")
    assert "statements:academy entry 1: entries 1 to 2 are missing" in summary(verdicts(house))


def test_a_receipt_misses_a_store_of_which_nothing_here_tells_any_more(tmp_path: Path) -> None:
    house = with_academy(tmp_path)
    receipt = tmp_path / "receipt.jsonl"
    receipt.write_bytes(house.local_checkpoints.path.read_bytes())
    take_away(house, "academy")
    for place in filter(None, (house.local_checkpoints, house.other_checkpoints)):
        lines = place.path.read_bytes().splitlines(keepends=True)
        place.path.write_bytes(b"".join(line for line in lines if b"academy" not in line))
    assert summary(verdicts(house)) == "verified"
    assert "statements:academy entry 1" in summary(verdicts(house, receipts.read(house, receipt)))


def test_a_state_from_before_a_store_was_made_is_accepted_for_that_store_too(tmp_path: Path) -> None:
    house = with_academy(tmp_path)
    take_away(house, "academy")
    told = [(one["log"], one["seq"]) for one in accept_restore(house, "the disk failed", "lead")]
    assert told == [("statements:academy", 0)]
    assert summary(verdicts(house)) == "verified"


def test_a_file_too_long_for_a_receipt_is_refused_and_not_read_in_part(house: House, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.jsonl"
    receipt.write_bytes(house.local_checkpoints.path.read_bytes())
    with receipt.open("ab") as file:
        file.truncate((1 << 24) + 1)
    with pytest.raises(BadInput, match="longer than 16 MiB"):
        receipts.read(house, receipt)


def of_many_entries(folder: Path, count: int) -> House:
    house = make_house(folder)
    with house.change() as change:
        for number in range(count):
            change.audit("item.made", "policy:screening", f"item:{number}", post=str(number))
    house.checkpoint()
    return house


def test_verification_takes_some_fifty_calls_an_entry(tmp_path: Path) -> None:
    """Seconds would tell of the machine; those are proved at full size."""
    few, many = of_many_entries(tmp_path / "few", 100), of_many_entries(tmp_path / "many", 600)
    more = calls_of(many.verify).total() - calls_of(few.verify).total()
    assert more / 500 < 60


@pytest.mark.proof
def test_verification_takes_twenty_thousand_entries_a_second(tmp_path: Path) -> None:
    """By the time of the processor: what else the machine does is not counted."""
    rows = 40_000
    house = of_many_entries(tmp_path, rows)
    begin = process_time()
    [(_, verdict), _] = house.verify()
    assert verdict.ok
    assert verdict.entries == rows + 1
    assert rows / (process_time() - begin) >= 20_000

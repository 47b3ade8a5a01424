"""Verification reads only: no right to write is needed, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy.exc import DBAPIError

from gleanery.config import load
from gleanery.errors import ConfigError
from gleanery.flow import run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.verifying import verdicts
from gleanery.store import Store
from tests.house import article, file_source, make_house, records


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
        for folder in (cwd, *cwd.parents[:2]):
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


ROWS = 4_000


def test_verification_takes_twenty_thousand_entries_a_second(tmp_path: Path) -> None:
    """By the time of the processor: what else the machine does is not counted."""
    house = make_house(tmp_path)
    with house.change() as change:
        for number in range(ROWS):
            change.audit("item.made", "policy:screening", f"item:{number}", post=str(number))
    house.checkpoint()
    begin = process_time()
    [(_, verdict), _] = house.verify()
    assert verdict.ok
    assert verdict.entries == ROWS + 1
    assert ROWS / (process_time() - begin) >= 20_000

"""A writer that is killed, or whose disk is full: what was acknowledged is there, and nothing is half stored."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.xapi.lrs.plain import AUTHORITY, ready
from tests.xapi.lrs.sending import BATCH
from xapi import chain
from xapi.chain import CheckpointFile
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database
from xapi.lrs.store import StatementStore
from xapi.validate import read

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE = 60


@contextmanager
def sender(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A sender in a process of its own, gone at the end."""
    command = [sys.executable, "-m", "tests.xapi.lrs.sending", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def read_lines(process: subprocess.Popen[str], lines: int) -> None:
    """Waits for so many acknowledgements."""
    assert process.stdout is not None
    for _ in range(lines):
        assert process.stdout.readline()


def check(database: Database, acknowledged: Path, folder: Path) -> None:
    """Every acknowledged batch is there, every batch whole, and the chain and the index hold."""
    with database.read() as connection:
        store = StatementStore(connection)
        rows = store.query(limit=10**6)
        assert store.index_fault() is None
        nowhere = CheckpointFile(folder / "none.jsonl")
        verdict = chain.verify(store, organisation="one", public_key=b"", local=nowhere)
    assert (verdict.ok, verdict.entries) == (True, len(rows))
    held = Counter(int(read(row.raw).object.id.rpartition("/")[2]) for row in rows)
    assert set(held.values()) <= {BATCH}
    assert {int(line) for line in acknowledged.read_text().split()} <= held.keys()


def kill_again_and_again(database: Database, folder: Path, kills: int) -> None:
    acknowledged = folder / "acknowledged"
    chance = random.Random(kills)
    for kill in range(kills):
        with sender(database.address, str(acknowledged), str(kill * 10_000)) as process:
            read_lines(process, chance.randint(3, 40))
            process.kill()
            process.wait(_PATIENCE)
        check(database, acknowledged, folder)


def test_a_killed_writer_loses_nothing_acknowledged_and_stores_nothing_by_half(
    opened: Database, tmp_path: Path
) -> None:
    kill_again_and_again(opened, tmp_path, kills=2)


@pytest.mark.proof
def test_sixty_kills_lose_nothing(opened: Database, tmp_path: Path) -> None:
    kill_again_and_again(opened, tmp_path, kills=60)


def test_a_disk_that_takes_no_more_stores_nothing_by_half_and_is_written_again_later(
    file: Database, tmp_path: Path
) -> None:
    acknowledged = tmp_path / "acknowledged"
    with sender(file.address, str(acknowledged), "0", str(600_000)) as process:
        out, _ = process.communicate(timeout=_PATIENCE)
    assert out.split().count("full") == 4
    assert process.returncode == 0
    assert len(acknowledged.read_text().split()) >= 4
    check(file, acknowledged, tmp_path)
    committer = Committer(file)
    committer.submit("main", [ready("after")], AUTHORITY).result(_PATIENCE)
    committer.close()

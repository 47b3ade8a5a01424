"""kill -9 in the middle of an erasure, gone on with until it is done: as if nothing had happened."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gleanery.config import load
from gleanery.flow import erasure_list
from gleanery.flow.erasing import cases, receipts
from gleanery.flow.founding import open_house
from gleanery.flow.verifying import summary, verdicts
from gleanery.model.erasures import ErasureCase
from gleanery.testing import Clock
from tests.flow.erasing.planted import Planted, found_in_files, found_in_record, plant

ROOT = Path(__file__).resolve().parents[3]


def killed(config: Path, case: UUID, tellings: int) -> bool:
    """Run until it has told so often how far it is; whether it was killed before its end."""
    words = [sys.executable, "-m", "tests.flow.erasing.killed", str(config), str(case), str(tellings)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def outcome(planted: Planted, case: UUID) -> dict[str, Any]:
    """What an erasure came to: what the receipt counts, and of which statements it tells what."""
    assert found_in_record(planted) == []
    assert found_in_files(planted) == []
    assert summary(verdicts(planted.house)) == "verified"
    with planted.house.store.read() as session:
        told = receipts.read(planted.house, session.get_one(ErasureCase, case).receipt or "")
    assert receipts.agreeing(planted.house, told) == len(told["statements"])
    assert [one.id for one in erasure_list.read(planted.house)] == [case]
    tables = {(one["seq"], one["how"], *one["roles"]) for one in told["statements"]}
    return {"counts": told["counts"], "statements": tables, "targets": told["targets"]}


def reopened(planted: Planted, folder: Path) -> Planted:
    """The same house in a copy of its folder."""
    shutil.copytree(planted.house.config.folder, folder)
    house = open_house(load(folder / "config.yaml"))
    return Planted(house, planted.person, planted.canary, planted.own, planted.others, planted.untouched)


def kill_and_go_on(tmp_path: Path, step: int, more: int) -> None:
    planted = plant(tmp_path / "planted", Clock())
    for number in range(more):
        planted.put(f"more-{number}", planted.own, actor={"mbox": planted.mbox})
    case = cases.ask(planted.house, planted.asked, "lead").id
    planted.house.close()
    calm = reopened(planted, tmp_path / "calm")
    cases.finish(calm.house, case)
    expected = outcome(calm, case)
    calm.house.close()
    disturbed = reopened(planted, tmp_path / "disturbed")
    kills = 0
    for tellings in count(2, step):
        if not killed(tmp_path / "disturbed" / "config.yaml", case, tellings):
            break
        kills += 1
    assert kills >= 2
    assert outcome(disturbed, case) == expected
    disturbed.house.close()


def test_a_few_kills_change_nothing(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path, step=5, more=120)


@pytest.mark.proof
def test_a_kill_at_every_step_changes_nothing(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path, step=1, more=600)


def test_the_sealed_subject_is_all_that_a_cut_off_erasure_keeps_of_the_name(tmp_path: Path) -> None:
    planted = plant(tmp_path / "planted", Clock())
    case = cases.ask(planted.house, planted.asked, "lead").id
    planted.house.close()
    assert killed(tmp_path / "planted" / "config.yaml", case, 6)
    house = open_house(load(tmp_path / "planted" / "config.yaml"))
    with house.store.read() as session:
        row = session.get_one(ErasureCase, case)
    assert row.sealed is not None
    assert planted.canary not in json.dumps(row.model_dump(mode="json", exclude={"sealed"}), default=str)
    house.store.close()

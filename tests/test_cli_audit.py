"""The commands of an auditor, as an auditor runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gleanery.flow import deciding, desk, run
from gleanery.model.items import DecisionVerdict
from tests.house import article, file_source, make_house, records
from tests.test_cli import gleanery, terminal  # noqa: F401 a fixture of every test here too


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with a short record, at rest."""
    folder = tmp_path_factory.mktemp("house")
    house = make_house(folder, sources=[file_source(records(folder, map(article, range(3))))])
    run(house)
    house.checkpoint()
    item = str(desk.queue(house).rows[0].id)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator", "clear and short")
    house.close()
    return folder


def told(*words: str, cwd: Path) -> str:
    done = gleanery(*words, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_bundle_goes_to_another_machine_and_is_checked_there(folder: Path, tmp_path: Path) -> None:
    """No configuration, no database, no keys: the file and a fingerprint."""
    fingerprint = told("audit", "key", cwd=folder).strip()
    said = told("audit", "export", "--action", "item.approved", "--out", "part.zip", cwd=folder)
    assert f"--key {fingerprint}" in said
    shutil.copy(folder / "part.zip", tmp_path)
    shutil.copy(folder / "data" / "checkpoints.jsonl", tmp_path / "kept.jsonl")
    checked = json.loads(told("audit", "check", "part.zip", "--key", fingerprint, "--json", cwd=tmp_path))
    assert (checked["ok"], checked["entries"], checked["is_known"]) == (True, 1, True)
    assert "verified" in told("audit", "check", "part.zip", "--against", "kept.jsonl", cwd=tmp_path)
    assert "nobody vouched" in told("audit", "check", "part.zip", cwd=tmp_path)
    assert [one.name for one in tmp_path.iterdir() if one.name not in ("part.zip", "kept.jsonl")] == []


def test_a_damaged_bundle_or_a_strangers_key_ends_with_1(folder: Path, tmp_path: Path) -> None:
    told("audit", "export", "--out", str(tmp_path / "part.zip"), cwd=folder)
    strange = gleanery("audit", "check", "part.zip", "--key", "ab" * 32, cwd=tmp_path)
    assert strange.returncode == 1
    assert "another key" in strange.stdout
    damaged = bytearray((tmp_path / "part.zip").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "part.zip").write_bytes(damaged)
    done = gleanery("audit", "check", "part.zip", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT WHOLE")


@pytest.mark.parametrize(
    ("words", "code", "names"),
    [
        (("check", "absent.zip"), 5, "absent.zip"),
        (("check", "config.yaml", "--key", "not-a-key"), 3, "not-a-key"),
        (("verify", "--against", "config.yaml"), 5, "config.yaml"),
        (("verify", "--key", "config.yaml"), 3, "config.yaml"),
        (("export", "--since", "yesterday"), 5, "yesterday"),
        (("trail", "deadbeef"), 5, "deadbeef"),
    ],
)
def test_bad_input_is_named_with_its_remedy(
    folder: Path, words: tuple[str, ...], code: int, names: str
) -> None:
    done = gleanery("audit", *words, cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    assert names in done.stderr
    assert "What to do:" in done.stderr


def test_a_receipt_is_held_against_the_database(folder: Path, tmp_path: Path) -> None:
    line = next((folder / "elsewhere").glob("*.jsonl")).read_text().splitlines()[0]
    (tmp_path / "receipt.json").write_text(line)
    said = told("audit", "verify", "--against", str(tmp_path / "receipt.json"), cwd=folder)
    assert "receipt: verified. held against audit entry 1 as of" in said


def test_a_trail_is_told_as_a_table_and_as_json(folder: Path) -> None:
    events = json.loads(told("audit", "trail", "curator", "--json", cwd=folder))["events"]
    assert [one["what"] for one in events] == ["item.approved", "approve"]
    assert events[0]["why"] == "clear and short"
    assert "item.approved" in told("audit", "trail", "curator", cwd=folder)

"""backup and retention as a person meets them: JSON, sentences, exit codes, and what changed on the disk."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.house import article, file_source, records, write_config
from tests.test_cli import gleanery, refused, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A founded house with three items that wait."""
    write_config(tmp_path, sources=[file_source(records(tmp_path, map(article, range(3))))])
    told("init", cwd=tmp_path)
    told("run", cwd=tmp_path)
    return tmp_path


def test_a_backup_is_made_checked_and_put_back(folder: Path) -> None:
    made = told("backup", "create", "--out", "backup.zip", cwd=folder)
    assert Path(made["file"]).name == "backup.zip"
    assert made["heads"]["audit"]["seq"] > 0
    assert "signature" not in made
    checked = told("backup", "check", "backup.zip", cwd=folder)
    assert (checked["ok"], checked["id"], checked["notes"]) == (True, made["id"], [])
    shutil.rmtree(folder / "data")
    done = told("backup", "restore", "backup.zip", "--note", "disk failed", cwd=folder)
    assert Path(done["place"]).exists()
    assert [one["log"] for one in done["epochs"]] == ["audit"]
    assert told("audit", "verify", cwd=folder)["audit"] == "verified"
    assert told("queue", cwd=folder)["total"] == 3


def test_what_a_person_is_told_of_a_backup(folder: Path) -> None:
    made = gleanery("backup", "create", "--out", "backup.zip", cwd=folder)
    assert "The keys are not in it" in made.stdout
    assert "holds: made" in gleanery("backup", "check", "backup.zip", cwd=folder).stdout
    assert "exists already" in refused("backup", "create", "--out", "backup.zip", cwd=folder, code=5)
    assert "holds a database" in refused("backup", "restore", "backup.zip", "--note", "n", cwd=folder, code=5)
    shutil.rmtree(folder / "data")
    restored = gleanery("backup", "restore", "backup.zip", "--note", "n", cwd=folder)
    assert "audit: epoch 2 opened" in restored.stdout
    assert "Erasures carried out again: 0" in restored.stdout


def test_a_backup_that_was_changed_ends_with_bad_input(folder: Path) -> None:
    told("backup", "create", "--out", "backup.zip", cwd=folder)
    with zipfile.ZipFile(folder / "backup.zip") as file:
        members = {one: file.read(one) for one in file.namelist()}
    name = max(members, key=lambda one: len(members[one]))
    content = bytearray(members[name])
    content[len(content) // 2] ^= 1
    with zipfile.ZipFile(folder / "backup.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for one, told_of_it in (members | {name: bytes(content)}).items():
            file.writestr(one, told_of_it)
    refused("backup", "check", "backup.zip", cwd=folder, code=5)


def test_a_backup_that_was_cut_off_ends_with_bad_input(folder: Path) -> None:
    told("backup", "create", "--out", "backup.zip", cwd=folder)
    content = (folder / "backup.zip").read_bytes()
    (folder / "backup.zip").write_bytes(content[: len(content) // 2])
    refused("backup", "check", "backup.zip", cwd=folder, code=5)


def test_a_backup_can_be_checked_where_no_house_is(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = told("backup", "create", "--out", "backup.zip", cwd=folder)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(folder / "backup.zip", elsewhere)
    checked = told("backup", "check", "backup.zip", cwd=elsewhere)
    assert any(made["key_id"] in note for note in checked["notes"])


def test_a_dry_run_of_retention_counts_and_leaves_every_byte(folder: Path) -> None:
    write_config(folder, retention={"undecided_days": 1})
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in files(folder)}
    counted = told("retention", "run", "--dry-run", cwd=folder)
    assert counted["dry_run"] is True
    assert {one["rule"]: one["count"] for one in counted["rules"]} == {"undecided": 0, "rejected": 0}
    assert "would go" in gleanery("retention", "run", "--dry-run", cwd=folder).stdout
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in files(folder)} == before


def files(folder: Path) -> list[Path]:
    """All files of the house that hold something; readers of SQLite share an index of the log beside it."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".db-shm")
    return sorted(path for path in found if path.stat().st_size)


def test_retention_tells_each_rule_with_its_count(folder: Path) -> None:
    done = told("retention", "run", "--by", "lead", cwd=folder)
    assert [(one["rule"], one["what"], one["days"]) for one in done["rules"]] == [
        ("undecided", "posts", 90),
        ("rejected", "posts", 90),
    ]
    assert "older than" in gleanery("retention", "run", cwd=folder).stdout
    assert told("audit", "verify", cwd=folder)["audit"] == "verified"

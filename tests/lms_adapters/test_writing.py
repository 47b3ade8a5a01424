"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from gleanery.errors import ConfigError
from lms_adapters._writing import refusal, write_whole


def test_a_file_is_replaced_and_the_same_bytes_touch_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.csv"
    assert write_whole(path, b"one", "table") == hashlib.sha256(b"one").hexdigest()
    before = path.stat().st_ino
    write_whole(path, b"one", "table")
    assert path.stat().st_ino == before
    write_whole(path, b"two", "table")
    assert path.read_bytes() == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["file.csv"]


def test_what_cannot_be_written_leaves_what_was_there_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "folder.csv" / "kept").write_text("kept")
    with pytest.raises(ConfigError, match=r"table: .*folder\.csv cannot be written") as refused:
        write_whole(tmp_path / "folder.csv", b"x", "table")
    assert "`path`" in refused.value.remedy
    assert [one.name for one in tmp_path.iterdir()] == ["folder.csv"]


def test_a_full_disk_is_told_as_one() -> None:
    error = refusal(Path("x.csv"), OSError(errno.ENOSPC, "full"), "table")
    assert "no room" in error.message
    assert "Free some space" in error.remedy

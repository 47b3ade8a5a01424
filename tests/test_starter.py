"""The first config.yaml can be read again, whatever the organisation is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanery.config import load
from gleanery.starter import write_starter

HOSTILE = [
    "The much too long name of an organisation " * 3 + "that no editor would ever show on one line",
    "A" * 500,
    "A name that is much longer than any line of eighty characters would ever be, " * 4,
    "Colon: and # hash",
    "\"quoted\" and 'quoted'",
    "back\\slash \\n",
    "two\nlines\r\n\ttab",
    "- dash",
    "[x]",
    "{name}",
    "]",
    "yes",
    "null",
    "123",
    "~",
    "",
    " spaces around ",
    "*star & <<: %TAG !x",
    "海外事業部" * 60,
    "\x7f\x85\u2028\ufeff",
    "🚢 Hafen",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_an_organisation_of_any_name_is_written_and_read_back(tmp_path: Path, name: str) -> None:
    assert write_starter(tmp_path / "config.yaml", name)
    assert load(tmp_path / "config.yaml").organisation.name == name


def test_what_cannot_be_written_in_any_text_becomes_a_question_mark(tmp_path: Path) -> None:
    write_starter(tmp_path / "config.yaml", "Hafen \udce4")
    assert load(tmp_path / "config.yaml").organisation.name == "Hafen ?"


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("organisation: {name: First}\n")
    assert not write_starter(tmp_path / "config.yaml", "Second")
    assert load(tmp_path / "config.yaml").organisation.name == "First"


def test_the_framework_to_start_from_stands_beside_it_and_one_that_is_there_is_kept(tmp_path: Path) -> None:
    write_starter(tmp_path / "config.yaml", "First")
    [framework] = load(tmp_path / "config.yaml").frameworks
    assert framework.path.read_text("utf-8").startswith("id,label,alt_labels")
    framework.path.write_text("id,label\nropes,ropes\n")
    (tmp_path / "config.yaml").unlink()
    write_starter(tmp_path / "config.yaml", "First")
    assert framework.path.read_text("utf-8") == "id,label\nropes,ropes\n"

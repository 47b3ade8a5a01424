"""The demo makes the value obvious: three places, one item; a corrected tip; secrets kept back; a forgery caught."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gleanery.config import load
from gleanery.flow import desk
from gleanery.flow.founding import open_house
from gleanery.model.items import ItemState


def demo(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in `folder`, as a person does."""
    command = [sys.executable, "-m", "gleanery", "demo", *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "COLUMNS": "160"}
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """The folder, what the first demo told as JSON, and everything it printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = demo(folder, "--json")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout), done.stdout + done.stderr


def rows(folder: Path) -> dict[str, desk.Row]:
    house = open_house(load(folder / "demo" / "config.yaml"))
    found = {row.title: row for row in desk.queue(house, tuple(ItemState)).rows}
    house.store.close()
    return found


def test_it_ends_with_the_figures(first: tuple[Path, dict[str, Any], str]) -> None:
    _, told, _ = first
    assert told["states"] == {"approved": 2, "dropped": 1, "quarantined": 2, "waiting": 10}
    assert (told["new_posts"], told["new_items"], told["new_deliveries"], told["faults"]) == (18, 15, 2, 0)
    assert told["audit"] == "verified"
    assert "entry 3" in told["forged_copy"]


def test_one_video_has_three_provenances_and_serves_a_goal(first: tuple[Path, dict[str, Any], str]) -> None:
    video = rows(first[0])["Phishing explained in six minutes"]
    assert (video.provenances, set(video.platforms), video.state) == (
        3,
        {"file", "feed", "slack"},
        "approved",
    )
    assert [goal.title for goal in video.goals] == ["Everyone works securely"]


def test_a_late_reply_a_german_text_and_tags(first: tuple[Path, dict[str, Any], str]) -> None:
    found = rows(first[0])
    [tip] = [row for title, row in found.items() if title.startswith("Tip for the monthly report")]
    assert tip.replies == 1
    assert found["Python für Einsteiger: Daten auswerten"].language == "de"
    assert all(row.tags for row in found.values() if row.state in ("waiting", "approved"))


NUMBER = (b"23125 987", b"23125987", b"23125-987")
"""The end of the number as anybody may write it; fewer digits stand in ids by chance."""


def test_the_token_and_the_number_are_in_no_file_and_no_output(
    first: tuple[Path, dict[str, Any], str],
) -> None:
    folder, _, printed = first
    token = (folder / "demo" / "inbox" / "token.txt").read_text()
    for path in (folder / "demo").rglob("*"):
        if path.is_file() and path.parent.name != "inbox":
            content = path.read_bytes()
            assert token.encode() not in content, path
            assert not [one for one in NUMBER if one in content], path
    assert token not in printed


def test_the_cartridge_holds_the_two_approved_items(first: tuple[Path, dict[str, Any], str]) -> None:
    with zipfile.ZipFile(first[1]["cartridge"]) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Phishing explained" in text
    assert "Ladder safety" in text
    assert "Negotiation" not in text


def test_a_second_demo_adds_nothing_anywhere(first: tuple[Path, dict[str, Any], str]) -> None:
    folder, told, _ = first
    again = json.loads(demo(folder, "--json").stdout)
    assert {name: value for name, value in again.items() if name.startswith("new_") and value} == {}
    assert again["states"] == told["states"]


def test_it_is_told_as_a_table_with_the_next_step(first: tuple[Path, dict[str, Any], str]) -> None:
    printed = demo(first[0]).stdout
    assert "Holds an access token" in printed
    assert "gleanery serve" in printed
    assert "gleanery.imscc" in printed

"""Real input goes the whole way: into a cartridge, into Moodle, into a record that verifies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.moodle_server import MoodleServer
from tests.story.real_input import configure, ids_in


def gleanery(folder: Path, *words: str, token: str) -> dict[str, Any]:
    """Run a command over the folder's configuration; its JSON."""
    command = [sys.executable, "-m", "gleanery", *words, "--json", "--config", str(folder / "config.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MOODLE_TOKEN": token})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def whole_way(folder: Path, talks: int | None) -> dict[str, Any]:
    """Run once and once more over the sources and look at every end of it."""
    with MoodleServer() as moodle:
        configure(folder, moodle, talks)
        gleanery(folder, "init", token=moodle.token)
        told = gleanery(folder, "run", token=moodle.token)
        states = gleanery(folder, "screen", token=moodle.token)["states"]
        assert told["audit"] == "verified"
        assert states["approved"] > 20
        entries = ids_in(moodle)
        assert told["new_deliveries"] == 2 * len(entries) == 2 * len(set(entries))
        assert (
            states["approved"] - 5 < len(entries) <= states["approved"]
        )  # a few have nothing that may leave
        with zipfile.ZipFile(folder / "data" / "files" / "cartridge" / "gleanery.imscc") as cartridge:
            assert len([name for name in cartridge.namelist() if name.startswith("links/")]) > 20
        again = gleanery(folder, "run", token=moodle.token)
        assert {name: again[name] for name in again if name.startswith("new_") and again[name]} == {}
        assert ids_in(moodle) == entries
    return {**told, "states": states}


def test_a_real_export_talks_and_feeds_go_the_whole_way(tmp_path: Path) -> None:
    told = whole_way(tmp_path, talks=1)
    assert told["new_posts"] > 80


@pytest.mark.proof
def test_all_real_input_goes_the_whole_way(tmp_path: Path) -> None:
    told = whole_way(tmp_path, talks=None)
    assert told["new_posts"] > 800

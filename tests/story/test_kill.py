"""kill -9 at random moments of a run over real input, run again to the end: as if nothing had happened."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.moodle_server import MoodleServer
from tests.story.real_input import configure, ids_in, outcome


def start(folder: Path, token: str) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    command = [sys.executable, "-m", "gleanery", "run", "--json", "--config", str(folder / "config.yaml")]
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "MOODLE_TOKEN": token},
    )


def found(folder: Path, moodle: MoodleServer, talks: int | None) -> None:
    """Configure and found a house."""
    configure(folder, moodle, talks)
    command = [sys.executable, "-m", "gleanery", "init", "--config", str(folder / "config.yaml")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def undisturbed(folder: Path, token: str) -> float:
    """Run to the end; the seconds it took."""
    begun = time.monotonic()
    assert start(folder, token).wait() == 0
    return time.monotonic() - begun


def run_with_kills(folder: Path, token: str, span: float, chance: random.Random, most: int) -> int:
    """Run and kill at random moments until a run ends by itself or `most` kills are reached; the kills."""
    kills = 0
    while kills < most:
        process = start(folder, token)
        try:
            assert process.wait(timeout=chance.uniform(0.3, span)) == 0
            return kills
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert start(folder, token).wait() == 0
    return kills


def compare(tmp_path: Path, talks: int | None, kills: int, seed: int) -> None:
    """Found one house, run it undisturbed, and copies of it with kills: every outcome must be the same."""
    chance = random.Random(seed)
    with MoodleServer() as moodle:
        found(tmp_path / "founded", moodle, talks)
        shutil.copytree(tmp_path / "founded", tmp_path / "calm")
        span = undisturbed(tmp_path / "calm", moodle.token)
        expected, entries = outcome(tmp_path / "calm"), ids_in(moodle)
        assert expected["verified"] == [True, True]
        done = 0
        while done < kills:
            moodle.activity.entries.clear()
            folder = tmp_path / f"killed-{done}"
            shutil.copytree(tmp_path / "founded", folder)
            done += run_with_kills(folder, moodle.token, max(1.2, span / 4), chance, kills - done)
            assert outcome(folder) == expected
            assert ids_in(moodle) == entries
            shutil.rmtree(folder)


def test_a_few_kills_change_nothing(tmp_path: Path) -> None:
    compare(tmp_path, talks=0, kills=4, seed=1)


@pytest.mark.proof
def test_forty_kills_over_all_real_input_change_nothing(tmp_path: Path) -> None:
    compare(tmp_path, talks=None, kills=40, seed=2)

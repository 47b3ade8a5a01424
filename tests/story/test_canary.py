"""What is quarantined comes out by no way there is; and without the guard it would, by each of them."""

from __future__ import annotations

import base64
import gzip
import io
import random
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.story.canaries import CONFIDENTIAL, KINDS, Exits, Planted, drive, leaks, packed, planted
from tests.test_cli import terminal
from tests.web.houses import told_installed

__all__ = ["terminal"]

ALL_BLOCK = {"confidential": [CONFIDENTIAL], "kinds": dict.fromkeys(KINDS, "block")}
BEFORE, AFTER = [{"step": "canonical"}, {"step": "language"}], [{"step": "tags"}]
GUARD: list[dict[str, Any]] = [{"step": "sensitive", "settings": ALL_BLOCK}]

WAYS = (
    "queue", "item", "page", "moodle", "canvas", "file data/gleanery.db", "file backup.zip:gleanery.db",
    "file data/files/cartridge/gleanery.imscc:", "file data/files/cmi5/", "file data/files/scorm/",
    "file data/files/feed/", "file data/files/table/", "command",
)  # fmt: skip
"""The ways by which words do leave where nothing guards them; the others carry ids only."""


def driven(
    folder: Path, capfd: pytest.CaptureFixture[str], steps: list[dict[str, Any]], *, is_thorough: bool
) -> tuple[Planted, Exits, dict[str, int]]:
    made = planted(random.Random(20), is_thorough=is_thorough)
    with told_installed(folder / "site"):
        exits, counts = drive(folder, made.posts, steps, is_thorough=is_thorough)
    exits.add("log", "".join(capfd.readouterr()))
    return made, exits, counts


def check_nothing_came_out(made: Planted, exits: Exits, counts: dict[str, int]) -> None:
    assert counts["approved"] >= 3
    assert counts["quarantined"] >= len(made.secrets) - 2  # of an answer only the answer is sealed
    assert leaks(exits, made.secrets) == {}
    assert set(leaks(exits, made.words)) == {
        "preview"
    }  # which shows what is beside the masked passages, to curators


def test_nothing_quarantined_comes_out_by_any_way(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    check_nothing_came_out(*driven(tmp_path, capfd, [*BEFORE, *GUARD, *AFTER], is_thorough=False))


@pytest.mark.proof
def test_nothing_quarantined_comes_out_by_any_page_command_or_role(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    check_nothing_came_out(*driven(tmp_path, capfd, [*BEFORE, *GUARD, *AFTER], is_thorough=True))


@pytest.mark.proof
def test_without_the_guard_the_same_words_come_out_by_every_way_that_carries_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A canary that sang by no way would prove nothing."""
    made, exits, counts = driven(tmp_path, capfd, [*BEFORE, *AFTER], is_thorough=True)
    assert "quarantined" not in counts
    found = leaks(exits, made.secrets)
    assert [way for way in WAYS if not any(one.startswith(way) for one in found)] == []


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["email", "token", "confidential"])
def test_one_kind_left_unguarded_is_found_and_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    settings = {**ALL_BLOCK, "kinds": {**dict.fromkeys(KINDS, "block"), kind: "off"}}
    guard = [{"step": "sensitive", "settings": settings}]
    made, exits, _ = driven(tmp_path, capfd, [*BEFORE, *guard, *AFTER], is_thorough=False)
    found = leaks(exits, made.secrets)
    assert "moodle" in found
    assert len({word for words in found.values() for word in words}) < len(made.secrets) / 2


def test_the_search_sees_what_is_packed_coded_and_deflated(tmp_path: Path) -> None:
    word = "zqsomethingunheard"
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", f"and {word}")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())
    (tmp_path / "a.gz").write_bytes(gzip.compress(word.encode()))
    (tmp_path / "plain").write_bytes(b"\0\1" + zlib.compress(b"x" * 500 + word.encode()) + b"\2")
    (tmp_path / "harmless").write_text("nothing of it")
    exits = Exits()
    for name, content in packed(tmp_path):
        exits.add(name, content)
    for place, text in enumerate(("", "a", "ab")):
        exits.add(f"coded {place}", base64.b64encode(f"{text}{word} and more".encode()))
    assert set(leaks(exits, [word])) == {
        "outer.zip:inner.zip:a.txt", "a.gz:", "plain", "coded 0", "coded 1", "coded 2",
    }  # fmt: skip

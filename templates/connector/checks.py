# ruff: noqa: S101 tests assert
"""The checks that gleanery ships, on a board that runs on loopback: run with pytest."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gleanery_board import Board, BoardSettings

from gleanery.errors import Denied, Unreachable
from gleanery.http import GuardedHttp
from gleanery.testing import (
    Asked,
    Clock,
    Fake,
    Reply,
    check_connector,
    check_settings_refused,
    make_context,
    read_all,
)


class BoardWorld(Fake):
    """The board: what hangs on it, and the key that opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.key = secrets.token_hex()
        self.notices: list[dict[str, Any]] = []

    def hang(self, text: str) -> None:
        """Somebody hangs up a notice."""
        number = len(self.notices) + 1
        at = "2026-01-15T12:00:00+00:00"
        self.notices.append({"id": number, "text": text, "author": "curator", "at": at})

    def answer(self, asked: Asked) -> Reply:
        """Ten notices behind the cursor."""
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            return Reply(401)
        start = int(asked.query.get("cursor") or 0)
        shown = self.notices[start : start + 10]
        return Reply(body={"notices": shown, "next": str(start + len(shown)) if shown else None})


@pytest.fixture
def world() -> Iterator[BoardWorld]:
    with BoardWorld() as running:
        yield running


def connector(world: BoardWorld, folder: Path, key: str = "") -> Board:
    settings = BoardSettings(base_url=world.url, key=key or world.key)
    return Board(settings, make_context(folder, GuardedHttp(entered=[world.host]), Clock()))


def test_the_contract_is_kept(world: BoardWorld, tmp_path: Path) -> None:
    for number in range(25):
        world.hang(f"Notice {number}")
    check_connector(lambda: connector(world, tmp_path), secrets=[world.key])
    check_settings_refused(Board, {"key": "x", "kye": "x"})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("cut", Unreachable),
        ("half", Unreachable),
        (Reply(429, b"", {"Retry-After": "7"}), Unreachable),
        (Reply(403), Denied),
    ],
)
def test_a_fault_commits_nothing_and_the_next_reading_goes_on(
    world: BoardWorld, tmp_path: Path, fault: Any, error: type[Exception]
) -> None:
    world.hang("Notice")
    world.interrupt(fault)
    with pytest.raises(error):
        read_all(connector(world, tmp_path))
    pages, states = read_all(connector(world, tmp_path))
    assert [post.text for page in pages for post in page.posts] == ["Notice"]
    world.hang("Another")
    pages, _ = read_all(connector(world, tmp_path), states)
    assert [post.text for page in pages for post in page.posts] == ["Another"]


def test_a_broken_notice_is_a_fault_and_the_others_come_in(world: BoardWorld, tmp_path: Path) -> None:
    world.notices.append({"id": 1})
    world.hang("Sound")
    pages, _ = read_all(connector(world, tmp_path))
    assert len([fault for page in pages for fault in page.faults]) == 1
    assert [post.text for page in pages for post in page.posts] == ["Sound"]

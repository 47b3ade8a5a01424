"""Deliveries that are killed, cut off and turned away: in the end each item stands there exactly once, in its order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from gleanery import worker
from gleanery.flow import deliver, read, record, screen
from gleanery.flow.house import House, utc_now
from gleanery.flow.verifying import summary, verdicts
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import Item
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.moodle_server import MoodleServer
from tests.moodle_server.indexed import Indexed
from tests.moodle_server.server import Call
from xapi.vocabulary import tla


class Watched(list[Call]):
    """The requests of a server; `at(number)`: an event that is set once so many more have come."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted: list[tuple[int, threading.Event]] = []

    def at(self, number: int) -> threading.Event:
        event = threading.Event()
        self._wanted.append((len(self) + number, event))
        return event

    def append(self, call: Call) -> None:
        super().append(call)
        for number, event in self._wanted:
            if len(self) >= number:
                event.set()


@pytest.fixture
def moodle() -> Iterator[MoodleServer]:
    with MoodleServer() as server:
        server.requests = Watched()
        yield server


def planted(folder: Path, moodle: MoodleServer, number: int, now: Any = utc_now, **delivery: Any) -> House:
    """A house with so many approved items that nobody has delivered yet."""
    settings = {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id}
    house = make_house(
        folder,
        now,
        sources=[{**file_source(records(folder, map(article, range(number)))), "first_items": 0}],
        curation={"steps": [], "auto_approve": "keep"},
        destinations=[{"name": "moodle", "adapter": "moodle", "settings": settings}],
        delivery={"undo_seconds": 0, "compare_hours": 0, "read_back_minutes": 0, **delivery},
    )
    read(house, "catalogue")
    screen(house)
    return house


def ids(moodle: MoodleServer) -> list[str]:
    """The item each entry names, in the order in which the entries were made."""
    return [moodle.content(entry, "gleanery_id") for entry in moodle.entries]


def in_order(house: House) -> list[str]:
    with house.store.read() as session:
        return [str(one) for one in session.exec(select(Item.id).order_by(col(Item.seq)))]


def check(house: House, moodle: MoodleServer) -> None:
    """Each item once and in order, there and here: entry, delivery, statement; and the record verifies."""
    expected = in_order(house)
    assert ids(moodle) == expected
    with house.store.read() as session:
        rows = session.exec(select(Delivery)).all()
    assert {str(row.item_id) for row in rows} == set(expected)
    assert {row.state for row in rows} == {DeliveryState.DELIVERED}
    assert {row.remote_id for row in rows} == {str(entry["id"]) for entry in moodle.entries}
    with record.record(house.store) as statements:
        told = Counter(one.id for one in statements.query(verb=tla.RELEASED.id, limit=100_000))
    assert len(told) == sum(told.values()) == len(expected)
    assert summary(verdicts(house)) == "verified"


def kill_again_and_again(folder: Path, moodle: MoodleServer, number: int, kills: int, seed: int) -> None:
    chance, house = random.Random(seed), planted(folder, moodle, number)
    house.close()
    each = max(4, 3 * number // kills)
    for _ in range(kills):
        there = moodle.requests.at(chance.randint(3, each))  # type: ignore[attr-defined]
        process = start(folder, moodle.token)
        there.wait(60)
        process.kill()
        process.wait()
    assert start(folder, moodle.token).wait(600) == 0
    check(house, moodle)
    house.store.close()


def start(folder: Path, token: str) -> subprocess.Popen[bytes]:
    """A delivery in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "gleanery", "deliver", "--json", "--config", str(folder / "config.yaml")],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "MOODLE_TOKEN": token},
    )


def test_a_few_kills_in_mid_delivery_leave_each_item_there_once(
    tmp_path: Path, moodle: MoodleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    kill_again_and_again(tmp_path, moodle, number=40, kills=4, seed=7)


@pytest.mark.proof
def test_sixty_kills_in_mid_delivery_leave_each_item_there_once(
    tmp_path: Path, moodle: MoodleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    moodle.activity = Indexed(moodle.activity)
    kill_again_and_again(tmp_path, moodle, number=1_200, kills=60, seed=8)


# --------------------------------------------------------------------------- down, lost, turned away


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_after_six_hours_without_an_lms_everything_is_there_once_and_in_order(
    tmp_path: Path, moodle: MoodleServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    house = planted(tmp_path, moodle, 12, clock)
    moodle.lose_next_answer()
    worker.work(house)
    made = len(moodle.entries)
    moodle.down = "maintenance"
    for _ in range(6 * 4):
        clock.move(timedelta(minutes=15))
        worker.work(house)
    with house.store.read() as session:
        assert DeliveryState.DEAD not in set(session.exec(select(Delivery.state)))
    assert len(moodle.entries) == made
    moodle.down = ""
    clock.move(timedelta(minutes=15))
    worker.work(house)
    check_all(house, moodle)
    house.close()


def check_all(house: House, moodle: MoodleServer) -> None:
    """As `check`; an item whose first try failed may come after those that were tried meanwhile."""
    assert sorted(ids(moodle)) == sorted(in_order(house))
    with house.store.read() as session:
        assert set(session.exec(select(Delivery.state))) == {DeliveryState.DELIVERED}


def test_answers_lost_after_success_are_found_and_nothing_is_there_twice(
    tmp_path: Path, moodle: MoodleServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    house = planted(tmp_path, moodle, 10, clock)
    for _ in range(8):
        moodle.lose_next_answer()
    for _ in range(12):
        worker.work(house)
        clock.move(timedelta(minutes=15))
    check(house, moodle)
    house.close()


def test_who_is_asked_to_wait_waits_so_long_and_counts_no_try(
    tmp_path: Path, moodle: MoodleServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    house = planted(tmp_path, moodle, 6, clock, attempts=2)
    for _ in range(5):
        moodle.fail_next("busy", "mod_data_add_entry")  # 429 with Retry-After: 120
        worker.work(house)
        asked = len(moodle.requests)
        clock.move(timedelta(seconds=119))
        worker.work(house)
        assert len(moodle.requests) == asked
        clock.move(timedelta(seconds=1))
    with house.store.read() as session:
        assert set(session.exec(select(Delivery.attempts))) == {0}
    worker.work(house)
    clock.move(timedelta(minutes=2))
    worker.work(house)
    check_all(house, moodle)
    house.close()


@pytest.mark.proof
def test_ten_thousand_items_are_there_within_two_minutes(
    tmp_path: Path, moodle: MoodleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    moodle.activity = Indexed(moodle.activity)
    house = planted(tmp_path, moodle, 10_000)
    begun = time.monotonic()
    assert deliver(house, "moodle").delivered == 10_000
    seconds = time.monotonic() - begun
    print(f"10,000 items delivered in {seconds:.0f} s")
    assert seconds < 120
    check(house, moodle)
    house.close()

"""The meter: what each source spent, by day and bucket; nothing is forgotten by a kill, and old notes go."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlmodel import select

from gleanery.flow import purge
from gleanery.flow.house import House
from gleanery.flow.metering import PluginMeter
from gleanery.flow.usage import usage
from gleanery.model.sources import Usage
from gleanery.store import Store
from gleanery.testing import NOON, Clock
from tests.conftest import ROOT
from tests.house import file_source, make_house
from tests.servers import WebServer


def house_of(folder: Path, clock: Clock) -> House:
    sources = [file_source(folder / "a.jsonl", name="first"), file_source(folder / "a.jsonl", name="second")]
    return make_house(folder, clock, sources=sources)


def test_requests_units_and_money_are_told_by_source_and_day(tmp_path: Path, web_server: WebServer) -> None:
    clock = Clock(datetime(2026, 1, 15, 23, 30, tzinfo=UTC))
    house = make_house(
        tmp_path,
        clock,
        sources=[
            file_source(tmp_path / "a.jsonl", name="first"),
            file_source(tmp_path / "a.jsonl", name="second"),
        ],
        http={"allow_hosts": ["127.0.0.1"]},
    )
    web_server.reply("/posts", body=b"[]")
    first, second = house.context("source", "first"), house.context("source", "second")
    first.http.get(f"{web_server.url}/posts")
    first.meter.spend("posts", 40, money=Decimal("0.20"))
    second.meter.spend("units", 3)
    clock.move(timedelta(hours=1))
    first.http.get(f"{web_server.url}/posts")
    first.http.post(f"{web_server.url}/posts")
    first.meter.spend("posts", 10, money=Decimal("0.000001"))
    told = [
        (one.source, str(one.day), one.requests, one.units, one.money)
        for one in usage(house, ["second", "first"], 2)
    ]
    assert told == [
        ("second", "2026-01-15", 0, {"units": 3}, Decimal(0)),
        ("first", "2026-01-15", 1, {"posts": 40}, Decimal("0.20")),
        ("first", "2026-01-16", 2, {"posts": 10}, Decimal("0.000001")),
    ]
    assert [str(one.day) for one in usage(house, ["first"], 1)] == ["2026-01-16"]


def test_units_given_back_are_taken_off(tmp_path: Path) -> None:
    meter = house_of(tmp_path, Clock()).context("source", "first").meter
    meter.spend("posts", 100, money=Decimal("0.50"))
    meter.spend("posts", -60, money=Decimal("-0.30"))
    spent = meter.spent("posts", NOON)
    assert (spent.units, spent.money) == (40, Decimal("0.20"))


def test_what_is_spent_at_once_by_many_is_counted_whole(store: Store) -> None:
    clock = Clock()
    meters = [PluginMeter(store, "source:first", clock) for _ in range(4)]
    threads = [
        threading.Thread(target=lambda one=one: [one.spend("units") for _ in range(10)]) for one in meters
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meters[0].spent("units", clock() - timedelta(days=1)).units == 40


SPEND = """
import os, signal, sys
from pathlib import Path
from gleanery.config import load
from gleanery.flow.founding import open_house
meter = open_house(load(Path(sys.argv[1]))).context("source", "first").meter
for _ in range(5):
    meter.spend("posts", 10)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_after_the_note_forgets_nothing(tmp_path: Path) -> None:
    house = house_of(tmp_path, Clock(datetime.now(UTC)))
    done = subprocess.run([sys.executable, "-c", SPEND, str(tmp_path / "config.yaml")], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    day_before = datetime.now(UTC) - timedelta(days=1)
    assert house.context("source", "first").meter.spent("posts", day_before).units == 50


def test_notes_older_than_400_days_are_dropped(tmp_path: Path) -> None:
    clock = Clock()
    house = house_of(tmp_path, clock)
    house.context("source", "first").meter.spend("posts")
    clock.move(timedelta(days=399))
    house.context("source", "first").meter.spend("posts")
    purge(house)
    clock.move(timedelta(days=2))
    purge(house)
    with house.store.read() as session:
        [left] = session.exec(select(Usage)).all()
    assert left.hour == NOON + timedelta(days=399)

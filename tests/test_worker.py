"""The clock ticks, the worker claims what is due, and a broken part never stops the others."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from gleanery.flow import desk, read
from gleanery.schedule import Clock as Ticker
from gleanery.testing import Clock
from gleanery.worker import due_sources, work
from tests.house import article, file_source, make_house, records


def test_a_source_is_due_at_first_and_again_after_its_interval(tmp_path: Path) -> None:
    clock = Clock()
    source = {**file_source(records(tmp_path, [article(1)])), "every_minutes": 30}
    house = make_house(tmp_path, clock, sources=[source])
    assert due_sources(house) == ["catalogue"]
    read(house, "catalogue")
    assert due_sources(house) == []
    clock.move(timedelta(minutes=31))
    assert due_sources(house) == ["catalogue"]


def test_one_broken_part_never_stops_the_others(tmp_path: Path) -> None:
    broken = {"name": "broken", "connector": "not_installed"}
    house = make_house(
        tmp_path,
        sources=[broken, file_source(records(tmp_path, map(article, range(3))))],
        destinations=[
            {"name": "odd", "adapter": "not_installed"},
            {"name": "cartridge", "adapter": "cartridge"},
        ],
        curation={"auto_approve": "keep"},
    )
    work(house)
    assert desk.counts(house) == {"approved": 3}
    assert (house.config.data / "files" / "cartridge" / "gleanery.imscc").exists()
    work(house)
    assert desk.counts(house) == {"approved": 3}


def test_two_workers_at_once_do_the_work_once(tmp_path: Path) -> None:
    house = make_house(tmp_path, sources=[file_source(records(tmp_path, map(article, range(30))))])
    threads = [threading.Thread(target=work, args=(house,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(house)
    assert desk.counts(house) == {"waiting": 30}
    assert all(verdict.ok for _, verdict in house.verify())


def test_the_clock_ticks_at_once_and_again_and_stops() -> None:
    ticks = threading.Semaphore(0)
    with Ticker(ticks.release, seconds=0.05):
        assert all(ticks.acquire(timeout=10) for _ in range(3))

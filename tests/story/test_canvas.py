"""Items and paths from approval to a course in Canvas and back, through everything that goes wrong on the way."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.flow import deciding, deliver, desk, run
from gleanery.flow.collections import editing, publishing
from gleanery.flow.destinations import comparing
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.testing import Asked, Clock, Reply
from gleanery.testing.fakes import Interruption
from tests.canvas_server import CanvasServer
from tests.canvas_server.server import HTML, NO_SCOPE, THROTTLED
from tests.flow.collections.test_editing import path
from tests.house import article, file_source, make_house, records, write_config
from tests.test_cli import told

APPROVE, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.RETRACT


@pytest.fixture
def canvas() -> Iterator[CanvasServer]:
    with CanvasServer(page_size=3, inline=3) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house with eight items that wait for a verdict."""
    folder = tmp_path_factory.mktemp("read") / "house"
    made = make_house(folder, Clock(), **_settings(folder))
    run(made)
    made.close()
    return folder


def _settings(folder: Path) -> dict[str, Any]:
    source = file_source(records(folder, map(article, range(8))))
    return {"sources": [source], "delivery": {"undo_seconds": 0, "attempts": 30}}


@pytest.fixture
def house(
    read: Path, tmp_path: Path, canvas: CanvasServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """That house, with the course as its destination."""
    monkeypatch.setenv("CANVAS_TOKEN", canvas.token)
    folder = tmp_path / "house"
    shutil.copytree(read, folder)
    settings = {"url": canvas.url, "token": {"env": "CANVAS_TOKEN"}, "course": canvas.course.id}
    destinations = [{"name": "canvas", "adapter": "canvas", "settings": settings}]
    made = open_house(load(write_config(folder, destinations=destinations, **_settings(folder))), clock)
    yield made
    made.close()


def approve(house: House, count: int = 1) -> list[UUID]:
    items = [row.id for row in desk.queue(house).rows[:count]]
    for item in items:
        deciding.decide(house, str(item), APPROVE, "curator")
    return items


def rows(house: House) -> list[Delivery]:
    with house.store.read() as session:
        return list(session.exec(select(Delivery)))


def named(canvas: CanvasServer) -> list[str]:
    """The ids of items that links in the course name."""
    return [
        item["external_url"].partition("gleanery=")[2]
        for item in canvas.course.items
        if "external_url" in item
    ]


def test_items_and_a_path_come_and_go_as_the_house_decides(house: House, canvas: CanvasServer) -> None:
    items = approve(house, 4)
    made = path(house, [items[2], items[0]])
    editing.edit(house, "curator", made.id, {"destinations": ["canvas"]})
    publishing.publish(house, "lead", made.id)
    report = deliver(house, "canvas")
    assert (report.delivered, report.faults) == (5, [])
    module = next(one for one in canvas.course.modules if one["name"] != "Learning items")
    assert [one["type"] for one in module["items"]] == ["Page", "ExternalUrl", "ExternalUrl"]
    assert named(canvas)[2:] == [str(items[2]), str(items[0])]
    page = next(iter(canvas.course.pages.values()))["body"]
    assert page.count(f"{canvas.url}/courses/17/modules/items/") == 2
    deciding.decide(house, str(items[2]), RETRACT, "curator")
    report = deliver(house, "canvas")
    assert (report.retracted, report.faults) == (1, [])
    assert str(items[2]) not in named(canvas)
    publishing.retire(house, "lead", made.id)
    assert deliver(house, "canvas").faults == []
    assert list(canvas.course.outline()) == ["Learning items"]
    assert sorted(named(canvas)) == sorted(str(item) for item in items if item != items[2])
    assert canvas.course.pages == {}


def test_whatever_is_lost_throttled_or_down_each_item_stands_exactly_once(
    house: House, canvas: CanvasServer, clock: Clock
) -> None:
    items = approve(house, 8)
    chance = random.Random(7)
    troubles: list[Interruption] = [
        "half",
        "cut",
        THROTTLED,
        Reply(503, {}, {"Retry-After": "90"}),
        Reply(429, {}, {"Retry-After": "40"}),
    ]
    for _ in range(15):
        canvas.interrupt(chance.choice(troubles), after=chance.randrange(3))
        deliver(house, "canvas")
        clock.move(timedelta(minutes=20))
    canvas.clear()
    deliver(house, "canvas")
    assert sorted(named(canvas)) == sorted(map(str, items))
    assert {row.state for row in rows(house)} == {DeliveryState.DELIVERED}


def test_a_throttle_is_no_failed_try_and_its_wait_is_kept(
    house: House, canvas: CanvasServer, clock: Clock
) -> None:
    approve(house, 2)
    canvas.interrupt(Reply(429, {}, {"Retry-After": "600"}), when=lambda asked: asked.method == "POST")
    deliver(house, "canvas")
    waiting = min(rows(house), key=lambda row: row.next_try_at != clock() + timedelta(seconds=600))
    assert waiting.next_try_at == clock() + timedelta(seconds=600)
    assert {row.attempts for row in rows(house)} == {0}
    clock.move(timedelta(seconds=601))
    deliver(house, "canvas")
    assert len(named(canvas)) == 2


def test_an_item_withdrawn_while_it_is_delivered_leaves_nothing_behind(
    house: House, canvas: CanvasServer, clock: Clock
) -> None:
    [item] = approve(house)
    canvas.interrupt("half", when=lambda asked: asked.method == "POST" and asked.path.endswith("/items"))
    assert deliver(house, "canvas").faults
    assert len(canvas.course.items) == 1
    deciding.decide(house, str(item), RETRACT, "curator")
    clock.move(timedelta(minutes=5))
    assert deliver(house, "canvas").retracted == 1
    assert canvas.course.items == []


def test_a_course_deleted_between_plan_and_delivery_is_told_in_the_outbox_and_on_the_command_line(
    house: House, canvas: CanvasServer
) -> None:
    approve(house, 2)
    deliver(house, "canvas")
    approve(house, 2)
    canvas.course.deleted = True
    printed = told("deliver", cwd=house.config.folder)
    reasons = {row.reason for row in rows(house) if row.state is DeliveryState.OWED}
    for said in (json.dumps(printed), *reasons):
        assert "there is no course 17, or it was deleted. Set `course`" in said
    assert len(reasons) == 1
    assert all(row.attempts == 0 for row in rows(house))
    canvas.course.deleted = False
    assert deliver(house, "canvas").delivered == 2
    assert len(named(canvas)) == 4


@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [(HTML, "sign-in page"), (NO_SCOPE, "url:POST|/api/v1/courses/:course_id/modules"), ("cut", "broke off")],
)
def test_a_site_that_cannot_be_used_is_told_with_its_remedy_before_anything_is_tried(
    house: House, canvas: CanvasServer, trouble: Reply, remedy: str
) -> None:
    approve(house)
    canvas.interrupt(trouble, times=50, when=_looks)
    report = deliver(house, "canvas")
    assert remedy in report.faults[0][1]
    assert canvas.token not in str(report.faults)
    [row] = rows(house)
    assert remedy in row.reason
    assert (row.state, row.attempts) == (DeliveryState.OWED, 0)
    canvas.clear()
    assert deliver(house, "canvas").delivered == 1


def _looks(asked: Asked) -> bool:
    return asked.path.endswith(("/users/self", "/permissions"))


def test_only_items_that_stand_approved_are_in_the_course(house: House, canvas: CanvasServer) -> None:
    approve(house, 3)
    deliver(house, "canvas")
    standing = {str(row.id) for row in desk.queue(house, (ItemState.APPROVED,)).rows}
    assert set(named(canvas)) == standing


def test_what_a_teacher_did_is_found_and_on_demand_brought_back(house: House, canvas: CanvasServer) -> None:
    items = approve(house, 5)
    made = path(house, [items[1], items[0]])
    editing.edit(house, "curator", made.id, {"destinations": ["canvas"]})
    publishing.publish(house, "lead", made.id)
    deliver(house, "canvas")
    before = canvas.course.outline()
    placed = {item: number for number, item in enumerate(named(canvas))}
    week = canvas.course.make_module({"module[name]": "Week 1"})
    links = [one for one in canvas.course.items if "external_url" in one]
    edited, moved, deleted = (links[placed[str(item)]] for item in (items[2], items[0], items[3]))
    edited["external_url"], edited["title"] = "https://teacher.example", "Mine"
    canvas.course.change_item(moved["id"], {"module_item[module_id]": str(week["id"])})
    canvas.course.delete_item(deleted["id"])
    next(iter(canvas.course.pages.values()))["body"] = "<p>Quite different</p>"
    found = comparing.compare(house, "canvas")
    assert {str(one.thing): one.stands.value for one in found.differences} == {
        str(items[0]): "edited",
        str(items[1]): "held",
        str(items[2]): "edited",
        str(items[3]): "gone",
        str(items[4]): "held",
        str(made.id): "edited",
    }
    assert comparing.redeliver(house, "curator", "canvas") == 4
    assert deliver(house, "canvas").faults == []
    after = canvas.course.outline()
    assert after.pop("Week 1") == []
    assert {name: sorted(titles) for name, titles in after.items()} == {
        name: sorted(titles) for name, titles in before.items()
    }
    assert len(canvas.course.pages) == 1
    assert {one.stands.value for one in comparing.compare(house, "canvas").differences} == {"held"}


class Killer:
    """Ends a process by SIGKILL when it makes a request that writes, `after` so many."""

    def __init__(self, process: subprocess.Popen[bytes], after: int) -> None:
        self._process, self._after = process, after

    def __call__(self, asked: Asked) -> bool:
        if asked.method == "GET" or self._process.poll() is not None:
            return False
        self._after -= 1
        if self._after < 0:
            self._process.kill()
        return self._after < 0


def stand_once_after(kills: int, house: House, canvas: CanvasServer, seed: int) -> None:
    """Deliver items and a path with so many kills: before the work of a request, or after it."""
    items, chance = approve(house, 8), random.Random(seed)
    made = path(house, [items[5], items[2], items[7]])
    editing.edit(house, "curator", made.id, {"destinations": ["canvas"]})
    publishing.publish(house, "lead", made.id)
    config = house.config.file
    assert config is not None
    house.close()
    ended: list[int] = []
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", _DELIVER, str(config)], stdout=subprocess.DEVNULL)
        how: Interruption = chance.choice(["half", "cut"])
        canvas.interrupt(how, when=Killer(process, chance.randrange(3)))
        ended.append(process.wait(60))
        canvas.clear()
    assert set(ended) <= {0, -9}
    assert ended.count(-9) >= kills / 2
    again = open_house(load(config))
    deliver(again, "canvas")
    assert {row.state for row in rows(again)} == {DeliveryState.DELIVERED}
    assert named(canvas)[-3:] == [str(items[number]) for number in (5, 2, 7)]
    assert sorted(named(canvas)) == sorted(map(str, items))
    assert (len(canvas.course.modules), len(canvas.course.pages)) == (2, 1)
    again.close()


_DELIVER = """
import sys
from pathlib import Path
from gleanery.config import load
from gleanery.flow import deliver
from gleanery.flow.founding import open_house

deliver(open_house(load(Path(sys.argv[1]))), "canvas")
"""


def test_a_kill_in_mid_delivery_loses_and_doubles_nothing(house: House, canvas: CanvasServer) -> None:
    stand_once_after(1, house, canvas, seed=1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(3))
def test_twenty_kills_in_mid_delivery_lose_and_double_nothing(
    house: House, canvas: CanvasServer, seed: int
) -> None:
    stand_once_after(20, house, canvas, seed)

"""deliver(destination): to a Moodle that refuses, breaks off, forgets and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from gleanery.errors import GleaneryError
from gleanery.flow import deciding, deliver, desk, outbox, run
from gleanery.flow.destinations import comparing, planning, trying
from gleanery.flow.destinations.outbox import listed
from gleanery.flow.house import House
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict
from gleanery.ports import Stands
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.moodle_server import MoodleServer

APPROVE, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.RETRACT


@pytest.fixture
def moodle() -> Iterator[MoodleServer]:
    with MoodleServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, moodle: MoodleServer, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    settings = {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id}
    made = make_house(
        tmp_path,
        clock,
        sources=[file_source(records(tmp_path, map(article, range(3))))],
        destinations=[{"name": "moodle", "adapter": "moodle", "settings": settings}],
        delivery={"undo_seconds": 0, "attempts": 3},
    )
    run(made)
    return made


def approve(house: House, number: int = 0) -> str:
    item = str(desk.queue(house).rows[number].id)
    deciding.decide(house, item, APPROVE, "curator")
    return item


def rows(house: House) -> list[Delivery]:
    with house.store.read() as session:
        return list(session.exec(select(Delivery)))


def test_an_approved_item_becomes_an_entry_and_a_retracted_one_is_removed(
    house: House, moodle: MoodleServer
) -> None:
    item = approve(house)
    assert deliver(house, "moodle").delivered == 1
    assert len(moodle.entries) == 1
    assert deliver(house, "moodle").delivered == 0
    deciding.decide(house, item, RETRACT, "curator")
    assert deliver(house, "moodle").retracted == 1
    assert moodle.entries == []


def test_a_create_whose_answer_was_lost_is_looked_up_and_not_repeated(
    house: House, moodle: MoodleServer, clock: Clock
) -> None:
    approve(house)
    moodle.lose_next_answer()
    assert deliver(house, "moodle").faults
    assert len(moodle.entries) == 1
    clock.move(timedelta(minutes=5))
    assert deliver(house, "moodle").delivered == 1
    assert len(moodle.entries) == 1


def test_an_item_retracted_after_a_lost_answer_is_removed_all_the_same(
    house: House, moodle: MoodleServer, clock: Clock
) -> None:
    item = approve(house)
    moodle.lose_next_answer()
    deliver(house, "moodle")
    deciding.decide(house, item, RETRACT, "curator")
    clock.move(timedelta(minutes=5))
    assert deliver(house, "moodle").retracted == 1
    assert moodle.entries == []


def test_a_passing_fault_is_tried_again_later_and_then_waits_for_a_person(
    house: House, moodle: MoodleServer, clock: Clock
) -> None:
    approve(house)
    waits = []
    for _ in range(3):
        moodle.fail_next("maintenance", "mod_data_search_entries")
        deliver(house, "moodle")
        [row] = rows(house)
        waits.append((row.next_try_at - clock()).total_seconds())
        clock.move(timedelta(hours=1))
    assert row.state is DeliveryState.DEAD
    assert row.reason
    assert 15 < waits[0] < waits[1] < waits[2]
    assert deliver(house, "moodle").delivered == 0
    assert outbox.retry(house, "curator") == 1
    assert deliver(house, "moodle").delivered == 1


def test_a_wrong_token_names_the_fix_holds_everything_and_counts_no_try(
    house: House, moodle: MoodleServer
) -> None:
    approve(house)
    moodle.down = "invalidtoken"
    report = deliver(house, "moodle")
    assert "token" in report.faults[0][1].casefold()
    assert moodle.token not in str(report.faults)
    [row] = rows(house)
    assert (row.state, row.attempts) == (DeliveryState.OWED, 0)
    assert row.reason
    moodle.down = ""
    assert deliver(house, "moodle").delivered == 1


def test_a_missing_function_is_named(house: House, moodle: MoodleServer) -> None:
    approve(house)
    moodle.missing.add("mod_data_search_entries")
    assert "mod_data_search_entries" in deliver(house, "moodle").faults[0][1]


def test_an_unknown_destination_is_named_with_the_nearest(house: House) -> None:
    with pytest.raises(GleaneryError, match="moodle"):
        deliver(house, "moodel")


def test_an_edited_and_a_deleted_entry_are_found_and_brought_again_on_demand(
    house: House, moodle: MoodleServer, clock: Clock
) -> None:
    for _ in range(3):
        approve(house)
    deliver(house, "moodle")
    edited, deleted, _ = list(moodle.entries)
    moodle.activity.edit(edited, "Title", "As a teacher wants it")
    moodle.activity.delete(deleted)
    found = comparing.compare(house, "moodle")
    assert found.error == ""
    assert {one.stands for one in found.differences} >= {Stands.EDITED, Stands.GONE}
    assert moodle.content(moodle.entries[0], "Title") == "As a teacher wants it"
    assert comparing.redeliver(house, "curator", "moodle") == 2
    assert deliver(house, "moodle").faults == []
    assert len(moodle.entries) == 3
    assert "part" in moodle.content(moodle.entries[0], "Title")
    assert not {one.stands for one in comparing.compare(house, "moodle").differences} & {
        Stands.EDITED,
        Stands.GONE,
    }


def test_an_item_retracted_while_it_is_being_delivered_is_removed_after(
    house: House, moodle: MoodleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = approve(house)
    answer = moodle.answer

    def and_retract(method: str, path: str, body: bytes) -> Any:
        if b"mod_data_add_entry" in body:
            deciding.decide(house, item, RETRACT, "curator")
        return answer(method, path, body)

    moodle.answer = and_retract  # type: ignore[method-assign]
    report = deliver(house, "moodle")
    assert (report.delivered, report.retracted) == (1, 1)
    assert moodle.entries == []
    [row] = rows(house)
    assert (row.state, row.action.value) == (DeliveryState.DELIVERED, "retract")


def test_a_course_that_is_deleted_between_plan_and_delivery_is_told_with_its_remedy(
    house: House, moodle: MoodleServer
) -> None:
    approve(house)
    assert planning.plan(house, "moodle").counts == {"create": 1}
    moodle.fail_next("no_database", "mod_data_get_fields")
    report = deliver(house, "moodle")
    assert report.delivered == 0
    assert report.faults
    [line] = listed(house, DeliveryState.OWED, "moodle")
    assert line.delivery.reason == report.faults[0][1]
    assert planning.plan(house, "moodle").steps[0].waits is planning.Waits.RESTING


def test_an_lms_that_answers_with_a_web_page_is_named_while_it_is_set_up(
    house: House, moodle: MoodleServer
) -> None:
    moodle.down = "html"
    [check] = [one for one in trying.test(house, "moodle").checks if not one.ok]
    assert "moodle" in check.message
    assert check.remedy
    assert moodle.token not in check.message + check.remedy


def test_an_lms_that_cannot_be_reached_is_named_while_it_is_set_up(house: House) -> None:
    settings = house.config.destination("moodle")
    gone = settings.model_copy(update={"settings": {**settings.settings, "url": "http://127.0.0.1:9"}})
    house.config = house.config.model_copy(update={"destinations": (gone,)})
    vars(house).pop("http", None)
    [check] = [one for one in trying.test(house, "moodle").checks if not one.ok]
    assert "127.0.0.1" in check.message
    assert check.remedy

"""deliver(destination): to a Moodle that refuses, breaks off, forgets and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import GleaneryError
from gleanery.flow import deciding, deliver, desk, outbox, run
from gleanery.flow.house import House
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict
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

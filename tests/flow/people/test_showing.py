"""Persons as an administrator sees them: each human once, and no more work than there are persons."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.flow.house import House
from gleanery.flow.people import persons, showing
from gleanery.testing import Clock
from tests.effort import calls_of
from tests.flow.people.deeds import LEAD, RECORD, consent, merge, new_person
from tests.flow.people.lists import bring, day, holder


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


def test_a_human_of_two_ids_is_one_row_with_all_that_either_has(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    older = new_person(house, "U1")
    clock.move(timedelta(hours=1))
    bring(house, tmp_path, f"1;Dock;;{day(30)};U2\n")
    younger = holder(house, "U2")
    assert younger is not None
    consent(house, younger)
    merge(house, older, younger)
    [row] = showing.people(house, "lead", unit="Dock")
    assert (row["id"], row["unit"], row["accounts"], row["bases"]) == (older.id, "Dock", 2, [RECORD.value])
    assert str(row["last_day"]) == day(30)
    assert [one["id"] for one in showing.people(house, "lead") if one["staff"] is None] == [older.id]


def test_the_work_of_a_list_grows_with_the_persons_and_no_faster(house: House) -> None:
    efforts = []
    for _ in range(4):
        with house.change() as change:
            for _ in range(60):
                persons.new_person(change, LEAD)
        efforts.append(calls_of(lambda: showing.people(house, "lead")).total())
    _, first, second, third = efforts  # the first time the queries are compiled
    assert third - second < 1.2 * (second - first)

"""What the record adds up to, and whom it does not single out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gleanery.flow.counting import count
from gleanery.flow.house import House
from gleanery.model.people import Person
from tests.house import make_house
from xapi import statements
from xapi.statements import Built

AT = datetime(2024, 12, 30, 12, tzinfo=UTC)
"""A Monday: the first day of week 1 of 2025."""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path)


def _person(house: House, unit: str) -> UUID:
    with house.change() as change:
        person = Person(id=uuid4(), made_at=AT, unit=unit)
        change.session.add(person)
    return person.id


def _viewed(house: House, person: UUID, item: UUID) -> Built:
    return statements.viewed(
        house.bridge,
        house.bridge.item(item, "video", "YouTube"),
        event=str(uuid4()),
        by=house.bridge.person(person),
        at=AT,
    )


def _tell(house: House, told: list[Built]) -> None:
    with house.change() as change:
        change.state(told)


def test_a_unit_is_counted_from_five_acting_persons_on(house: House) -> None:
    item = uuid4()
    many = [_person(house, "sales") for _ in range(5)]
    few = [_person(house, "law") for _ in range(5)]
    _tell(house, [_viewed(house, one, item) for one in [*many, many[0], *few[:4]]])
    assert count(house, "unit") == [{"unit": "sales", "statements": 6, "actors": 5}]


def test_a_human_with_two_ids_is_one_person_of_the_unit(house: House) -> None:
    """Four humans do not become five by a merge, and what both ids did counts."""
    item = uuid4()
    people = [_person(house, "sales") for _ in range(5)]
    elsewhere = _person(house, "law")
    _tell(house, [_viewed(house, one, item) for one in [*people, elsewhere]])
    with house.change() as change:
        for other in (people[1], elsewhere):
            gone = change.session.get_one(Person, other)
            gone.merged_into = people[0]
    assert count(house, "unit") == []
    extra = _person(house, "sales")
    _tell(house, [_viewed(house, extra, item)])
    assert count(house, "unit") == [{"unit": "sales", "statements": 7, "actors": 5}]


def test_weeks_are_those_of_iso_8601(house: House) -> None:
    person = _person(house, "sales")
    _tell(house, [_viewed(house, person, uuid4()), _viewed(house, person, uuid4())])
    viewed = {"verb": "http://id.tincanapi.com/verb/viewed", "week": "2025-W01", "statements": 2}
    assert viewed in count(house, "week")


def test_verbs_and_activities_come_with_the_most_frequent_first(house: House) -> None:
    person, often, seldom = _person(house, "sales"), uuid4(), uuid4()
    _tell(house, [_viewed(house, person, one) for one in (often, seldom, often)])
    assert count(house, "verb")[0] == {"verb": "http://id.tincanapi.com/verb/viewed", "statements": 3}
    found = count(house, "activity", limit=1)
    assert [(row["activity"].rpartition("/")[2], row["statements"]) for row in found] == [(str(often), 2)]

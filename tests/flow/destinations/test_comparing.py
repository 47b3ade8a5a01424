"""A comparison finds what became of our entries and never changes one; a person chooses what is done about it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from gleanery import worker
from gleanery.errors import BadInput
from gleanery.flow import deliver
from gleanery.flow.destinations import comparing
from gleanery.flow.house import House
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.record import Entry as Audited
from gleanery.ports import Stands
from gleanery.testing import Clock
from tests.flow.destinations.conftest import approve, open_house
from tests.shelf import Entry, Shelf


def delivered(house: House, number: int = 3) -> list[str]:
    items = approve(house, number)
    deliver(house, "shelf")
    return items


def entry(shelf: Shelf, item: str) -> Entry:
    return shelf.of(UUID(item))[0]


def take_away(shelf: Shelf, item: str) -> None:
    del shelf.entries[f"e{entry(shelf, item).number}"]


def stands(found: comparing.Comparison) -> dict[str, Stands]:
    return {str(one.thing): one.stands for one in found.differences}


def entries_of(house: House, action: str) -> int:
    with house.store.read() as session:
        return len(session.exec(select(Audited).where(Audited.action == action)).all())


def test_what_a_teacher_edited_and_deleted_and_what_is_strange_is_found_and_left_alone(
    house: House, shelf: Shelf
) -> None:
    first, second, _third = delivered(house)
    entry(shelf, first).edited = True
    take_away(shelf, second)
    shelf.entries["e99"] = Entry(99, uuid4(), "Whose is this?", 1)
    calls, there = list(shelf.calls), dict(shelf.entries)
    found = comparing.compare(house, "shelf")
    assert found.counts == {"as-left": 1, "edited": 1, "gone": 1, "strange": 1}
    assert stands(found)[first] is Stands.EDITED
    assert stands(found)[second] is Stands.GONE
    assert not found.is_fine
    assert (shelf.calls, shelf.entries) == (calls, there)
    assert comparing.last(house, "shelf") == found


def test_on_demand_what_is_gone_or_edited_is_brought_there_again(house: House, shelf: Shelf) -> None:
    first, second, third = delivered(house)
    entry(shelf, first).edited = True
    entry(shelf, first).title = "As the teacher wants it"
    take_away(shelf, second)
    comparing.compare(house, "shelf")
    assert comparing.redeliver(house, "curator", "shelf") == 2
    assert entries_of(house, "delivery.owed-again") == 2
    report = deliver(house, "shelf")
    assert (report.delivered, report.faults) == (2, [])
    assert "part" in entry(shelf, first).title
    assert [len(shelf.of(UUID(item))) for item in (first, second, third)] == [1, 1, 1]
    assert comparing.compare(house, "shelf").is_fine


def test_an_accepted_edit_stays_and_is_not_asked_about_again(house: House, shelf: Shelf) -> None:
    first, second, _third = delivered(house)
    entry(shelf, first).edited = True
    take_away(shelf, second)
    comparing.compare(house, "shelf")
    assert comparing.accept(house, "curator", "shelf") == 2
    kept = comparing.last(house, "shelf")
    assert kept is not None
    assert kept.is_fine
    assert entries_of(house, "delivery.difference-accepted") == 2
    again = comparing.compare(house, "shelf")
    assert (again.counts, again.is_fine) == ({"as-left": 1, "edited": 1}, True)
    assert deliver(house, "shelf").delivered == 0
    assert comparing.redeliver(house, "curator", "shelf") == 0
    with house.store.read() as session:
        row = session.exec(select(Delivery).where(Delivery.item_id == UUID(second))).one()
    assert (row.state, row.reason) == (DeliveryState.CANCELLED, comparing.TAKEN_AWAY)


def test_what_is_delivered_while_it_is_compared_is_no_difference(
    house: House, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second, _third = delivered(house)
    take_away(shelf, first)
    comparing.compare(house, "shelf")
    comparing.redeliver(house, "curator", "shelf")
    deliver(house, "shelf")
    found = comparing.compare(house, "shelf")
    assert found.counts == {"as-left": 3}


def test_an_adapter_that_cannot_compare_says_so(
    shelves: None, tmp_path: Path, shelf: Shelf, clock: Clock
) -> None:
    house = open_house(tmp_path, shelf, clock, adapter="plain_shelf")
    with pytest.raises(BadInput, match="plain_shelf cannot tell what became of its entries"):
        comparing.compare(house, "shelf")
    worker.work(house)


def test_nothing_is_chosen_before_there_was_a_comparison(house: House) -> None:
    with pytest.raises(BadInput, match="was not compared yet"):
        comparing.redeliver(house, "curator", "shelf")


def test_the_worker_compares_once_a_day(house: House, shelf: Shelf, clock: Clock) -> None:
    delivered(house)
    worker.work(house)
    first = comparing.last(house, "shelf")
    clock.move(timedelta(hours=23))
    worker.work(house)
    assert comparing.last(house, "shelf") == first
    clock.move(timedelta(hours=1))
    worker.work(house)
    last = comparing.last(house, "shelf")
    assert last is not None
    assert last.at == clock()


def test_very_many_differences_are_counted_and_some_are_kept(
    house: House, shelf: Shelf, clock: Clock
) -> None:
    for number in range(comparing.MOST + 20):
        shelf.entries[f"s{number}"] = Entry(1000 + number, uuid4(), "strange", 1)
    found = comparing.compare(house, "shelf")
    assert (found.counts["strange"], len(found.differences)) == (comparing.MOST + 20, comparing.MOST)

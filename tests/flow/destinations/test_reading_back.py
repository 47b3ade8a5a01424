"""What learners did at a destination is read there page by page, each taken in together with where to go on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gleanery import worker
from gleanery.errors import Unreachable
from gleanery.flow import deliver
from gleanery.flow.destinations import reading_back
from gleanery.flow.house import House
from gleanery.flow.learners import telling
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.model.people import LinkedBy, Person
from gleanery.ports import Deed, Reported
from gleanery.testing import NOON, Clock
from tests.flow.destinations.conftest import approve
from tests.flow.people.deeds import LEAD, consent, new_person, rows, standing_about
from tests.shelf import Shelf

CAMPUS = "https://campus.example.org"


@pytest.fixture
def learner(house: House) -> Person:
    person = new_person(house)
    with house.change() as change:
        known = Account(telling.PLATFORM, CAMPUS, "42")
        handle = handles.ensure_handle(change.session, house.organisation.id, known)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
    consent(house, person)
    return person


def page(item: str, *events: str) -> Reported:
    deeds = [Deed(CAMPUS, "42", event, "completed", NOON, UUID(item)) for event in events]
    return Reported([*deeds, Deed(CAMPUS, "7", "stranger", "completed", NOON, UUID(item))])


def test_what_is_told_is_stated_once_and_reading_goes_on_where_it_ended(
    house: House, shelf: Shelf, learner: Person
) -> None:
    [item] = approve(house)
    deliver(house, "shelf")
    shelf.pages = [page(item, "c1"), page(item, "c2")]
    found = reading_back.read_back(house, "shelf")
    assert (found.told, found.stated) == (4, 2)
    shelf.pages.append(page(item, "c2", "c3"))
    assert reading_back.read_back(house, "shelf").stated == 1
    assert shelf.states == [{}, {"done": 2}]
    assert len(standing_about(house, learner.id)) == 3
    assert rows(house) == 3


def test_a_page_that_was_taken_in_before_a_fault_is_not_read_again(
    house: House, shelf: Shelf, learner: Person
) -> None:
    [item] = approve(house)
    shelf.pages = [page(item, "c1"), Unreachable("shelf: it broke off.", remedy="Look at the network.")]
    found = reading_back.read_back(house, "shelf")
    assert (found.stated, found.error) == (1, "shelf: it broke off.")
    shelf.pages[1] = page(item, "c2")
    assert reading_back.read_back(house, "shelf").stated == 1
    assert shelf.states == [{}, {"done": 1}]
    assert len(standing_about(house, learner.id)) == 2


def test_the_worker_reads_back_as_often_as_the_setting_says(house: House, shelf: Shelf, clock: Clock) -> None:
    for minutes in (0, 59, 1, 60):
        clock.move(timedelta(minutes=minutes))
        worker.work(house)
    assert len(shelf.states) == 3

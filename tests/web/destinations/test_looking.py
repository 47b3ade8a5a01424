"""The page of a destination says what would be delivered and what became of the entries; people choose what is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.flow import deciding, deliver, desk
from gleanery.flow.rights import Role
from gleanery.model.items import DecisionVerdict
from gleanery.testing import Clock
from gleanery.worker import work
from tests.flow.destinations.conftest import open_house
from tests.shelf import Shelf, shelves
from tests.web.houses import Site, moved_in

__all__ = ["shelves"]
OFFICE = [Role.ADMINISTRATOR]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def own_site(stage: Site, shelves: None, tmp_path: Path, shelf: Shelf) -> Iterator[Site]:
    """A house with two approved items that go to a shelf."""
    from gleanery.flow.house import utc_now

    house = open_house(tmp_path / "own", shelf, Clock(utc_now()))
    for row in desk.queue(house).rows[:2]:
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    with moved_in(stage, house) as made:
        yield made


def test_the_plan_stands_on_the_page_and_in_the_api(own_site: Site, shelf: Shelf) -> None:
    browser = own_site.browser("office", OFFICE)
    page = browser.get(f"{own_site.url}/destinations/shelf").text
    assert "What would be delivered" in page
    assert "Create: 2" in page
    plan = browser.get(f"{own_site.url}/api/destinations/shelf/plan", params={"limit": 1}).json()
    assert (plan["counts"], len(plan["steps"]), plan["is_cut"]) == ({"create": 2}, 1, True)
    assert shelf.entries == {}


def test_a_comparison_is_asked_for_made_by_the_worker_and_acted_on(own_site: Site, shelf: Shelf) -> None:
    browser, house = own_site.browser("office", OFFICE), own_site.house
    deliver(house, "shelf")
    first, second = shelf.entries.values()
    first.edited = True
    del shelf.entries[f"e{second.number}"]
    assert browser.post(f"{own_site.url}/destinations/shelf/compare").status_code == 200
    assert "It is compared in a moment" in browser.get(f"{own_site.url}/destinations/shelf").text
    work(house)
    page = browser.get(f"{own_site.url}/destinations/shelf").text
    assert "something differs" in page
    assert "Edited there: 1" in page
    found = browser.get(f"{own_site.url}/api/destinations/shelf/comparison").json()
    assert found["counts"] == {"edited": 1, "gone": 1}
    browser.post(f"{own_site.url}/destinations/shelf/redeliver")
    work(house)
    assert (len(shelf.entries), first.edited) == (2, False)


def test_what_a_teacher_did_can_be_left_as_it_is(own_site: Site, shelf: Shelf) -> None:
    browser, house = own_site.browser("office", OFFICE), own_site.house
    deliver(house, "shelf")
    next(iter(shelf.entries.values())).edited = True
    browser.post(f"{own_site.url}/destinations/shelf/compare")
    work(house)
    browser.post(f"{own_site.url}/destinations/shelf/accept")
    assert "all as it was left" in browser.get(f"{own_site.url}/destinations/shelf").text


def test_a_lead_sees_the_plan_and_may_not_have_anything_compared(own_site: Site) -> None:
    lead = own_site.browser("lead", [Role.LEAD])
    page = lead.get(f"{own_site.url}/destinations/shelf").text
    assert "What would be delivered" in page
    assert "Compare now" not in page
    assert lead.post(f"{own_site.url}/destinations/shelf/compare").status_code == 403

"""gleanery.web.learn.item: what an item's page shows, and what comes of using it."""

from __future__ import annotations

import requests
from sqlmodel import select

from gleanery import worker
from gleanery.flow import deciding, deliver
from gleanery.flow.learners import scoring
from gleanery.model.collections import Step
from gleanery.model.items import DecisionVerdict
from gleanery.model.learners import Reached
from tests.courses import COURSE, offered_items, path_of
from tests.gradebook import Gradebook
from tests.web.houses import Site
from tests.web.learn.guests import Guest


def rows(site: Site) -> list[Reached]:
    with site.house.store.read() as session:
        return list(session.exec(select(Reached)))


def test_the_page_names_the_item_and_leads_to_its_source(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item)
    answer = guest.open_source()
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://learning.example.org/0"


def test_opening_the_source_completes_it_and_the_score_arrives(site: Site, gradebook: Gradebook) -> None:
    guest = Guest(site, offered_items(site.house)[0])
    assert rows(site)[0].completed_at is None
    guest.open_source()
    assert rows(site)[0].evidence == "opened"
    assert "You completed this." in guest.get().text
    worker.work(site.house)
    told = gradebook.scores["c1", "u1"]
    assert (told["progress"], told["share"]) == ("completed", 1.0)
    guest.open_source()
    worker.work(site.house)
    assert gradebook.written == 1


def test_a_link_to_the_source_is_of_one_guest_and_one_item(site: Site) -> None:
    first, second, *_ = offered_items(site.house)
    guest, other = Guest(site, first), Guest(site, second)
    assert guest.open_source().status_code == 303
    for address in (
        f"{guest.base}/open/{first}?key={'0' * 64}",
        f"{guest.base}/open/{second}?key={'0' * 64}",
        f"{other.base}/open/{first}?key={'0' * 64}",
    ):
        assert requests.get(address, allow_redirects=False, timeout=10).status_code == 404


def test_a_teacher_who_looks_leaves_no_trace(site: Site, gradebook: Gradebook) -> None:
    guest = Guest(site, offered_items(site.house)[0], is_teacher=True)
    assert "You see this as your learners do" in guest.first.text
    guest.open_source()
    worker.work(site.house)
    assert rows(site) == []
    assert gradebook.written == 0


def test_an_item_that_is_withdrawn_while_it_is_open_says_so(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item)
    deciding.decide(site.house, str(item), DecisionVerdict.RETRACT, "curator")
    for _ in range(2):
        page = guest.get()
        assert page.status_code == 410
        assert "This is not offered now" in page.text
        assert guest.open_source().status_code == 410
        deliver(site.house, COURSE)


def test_a_step_opens_after_the_one_it_waits_for_and_the_path_ends_with_the_last(
    site: Site, gradebook: Gradebook
) -> None:
    items = offered_items(site.house)
    steps = (
        Step(item=items[0]),
        Step(item=items[1], after=items[0]),
        Step(item=items[2], required=False),
    )
    guest = Guest(site, path_of(site.house, items, steps=steps))
    assert "First days" in guest.first.text
    assert guest.first.text.count("opens after: Working with spreadsheets, part 0") == 1
    assert "opens after" in guest.get(f"/step/{items[1]}").text
    for place, share in ((0, 0.5), (1, 1.0)):
        page = guest.get(f"/step/{items[place]}")
        assert ("Previous step" in page.text) == (place > 0)
        guest.open_source(page)
        worker.work(site.house)
        assert gradebook.scores["c1", "u1"]["share"] == share
    assert "You completed this." in guest.get(f"/step/{items[1]}").text
    assert gradebook.scores["c1", "u1"]["progress"] == "completed"
    assert scoring.outlook(site.house) == {}

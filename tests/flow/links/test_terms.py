"""Days by which items are looked at again, and days on which they end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.errors import BadInput
from gleanery.flow import deciding, screen
from gleanery.flow.collections.telling import offers
from gleanery.flow.house import House
from gleanery.flow.links import showing, terms
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.testing import Clock
from gleanery.worker import work
from tests.flow.links.houses import DAY, a_house, the_item
from tests.flow.links.test_settling import audited, standing

ADDRESS = "https://learning.example.org/1"


def is_offered(house: House) -> bool:
    item = the_item(house).id
    with house.store.read() as session:
        return item in offers(house, session, [item])


def test_after_its_kinds_days_an_item_is_to_be_looked_at_again_and_stands_meanwhile(tmp_path: Path) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, ADDRESS, review={"days": {"article": 100}, "otherwise": None})
    clock.move(99 * DAY)
    assert terms.apply(house) == (0, 0)
    [coming] = showing.reviews(house)
    assert not coming.is_due
    clock.move(DAY)
    work(house)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.WAITING, "review.due")
    assert ("item.waiting", "policy:review") in audited(house)
    assert standing(house) != []
    assert is_offered(house)
    [due] = showing.reviews(house)
    assert due.is_due
    screen(house)
    deciding.decide(house, str(the_item(house).id), DecisionVerdict.APPROVE, "curator")
    assert showing.reviews(house) == []
    clock.move(100 * DAY)
    assert terms.apply(house) == (0, 1), "the days begin anew with each approval"


def test_a_curators_day_counts_before_the_kinds_and_once(tmp_path: Path) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, ADDRESS)
    item = str(the_item(house).id)
    term = terms.set_review(house, item, "curator", terms.day_of("10d", clock()))
    assert term.review_is_set
    assert ("item.term-set", "curator") in audited(house)
    clock.move(9 * DAY)
    assert terms.apply(house) == (0, 0)
    clock.move(2 * DAY)
    assert terms.apply(house) == (0, 1)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    assert terms.apply(house) == (0, 0)
    assert not showing.term_of(house, item).review_is_set
    clock.move(365 * DAY)
    assert terms.apply(house) == (0, 1)


def test_an_item_whose_time_is_over_is_taken_back_by_itself(tmp_path: Path) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, ADDRESS)
    item = str(the_item(house).id)
    terms.set_expiry(house, item, "curator", terms.day_of("2d", clock()))
    clock.move(3 * DAY)
    assert terms.apply(house) == (1, 0)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.RETRACTED, "review.expired")
    assert ("item.retracted", "policy:review") in audited(house)
    assert standing(house) == []
    assert terms.apply(house) == (0, 0)


def test_one_that_waits_to_be_looked_at_again_ends_too_and_stays_ended(tmp_path: Path) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, ADDRESS, review={"days": {"article": 1}, "expires_days": {"article": 2}})
    clock.move(DAY)
    assert terms.apply(house) == (0, 1)
    clock.move(DAY)
    assert terms.apply(house) == (1, 0)
    assert standing(house) == []
    with house.store.write() as session:
        item = the_item(house)
        item.screened_as = ""
        session.merge(item)
    screen(house)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.DROPPED, "review.expired")


@pytest.mark.parametrize("typed", ["tomorrow", "2020-01-01", "-3d", "99999999d", "0d1"])
def test_what_is_no_day_to_come_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        terms.day_of(typed, Clock()())


def test_days_are_typed_as_dates_or_as_a_number_of_days() -> None:
    now = Clock()()
    tomorrow = terms.day_of("1d", now)
    assert tomorrow == terms.day_of((now + DAY).date().isoformat(), now)
    assert tomorrow is not None
    assert timedelta(0) < tomorrow - now < 2 * DAY
    assert terms.day_of("none", now) is None

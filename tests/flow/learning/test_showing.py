"""What is told of what was learned: ratings before decisions, opposed decisions, replaying, the mixed queue."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow import deciding, desk
from gleanery.flow.learning.drift import apart, drift_of, foretold, opposed
from gleanery.flow.learning.emptying import empty_learned, remove
from gleanery.flow.learning.fitting import fit_due
from gleanery.flow.learning.measures import auc, bins, brier, calibration_error
from gleanery.flow.learning.rating import doubt, rate_due, spread_of
from gleanery.flow.learning.showing import detail, overview, replay, words_on
from gleanery.flow.queue.filters import Filter, Order
from gleanery.flow.queue.listing import listed
from gleanery.flow.rules import keeping
from gleanery.flow.screening import screen
from gleanery.model.items import Alike, Item
from gleanery.testing import Clock
from tests.flow.learning.decided import (
    APPROVE,
    OTHER_WORDS,
    REJECT,
    WANTED_WORDS,
    bees,
    decide,
    house_of,
    trains,
)
from tests.flow.rules.conftest import has, written


def catalogue(each: int = 6) -> list[dict[str, object]]:
    return [*(bees(n) for n in range(each)), *(trains(100 + n) for n in range(each))]


def test_ratings_are_held_against_the_decisions_that_came_after_them(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(), clock=(clock := Clock()))
    clock.move(timedelta(days=1))
    decide(house, WANTED_WORDS, APPROVE, 4)
    decide(house, OTHER_WORDS, REJECT, 4)
    with house.store.read() as session:
        [week] = foretold(house, session, "bees")
        told = drift_of(house, session, "bees")
    assert (week.decisions, week.monday.weekday()) == (8, 0)
    assert week.auc is not None
    assert week.auc > 0.7
    assert (told.words.now, told.sources.is_far) == (None, False)


def test_a_goal_tells_its_decisions_and_versions_but_nobodys_name(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE, 4)
    decide(house, OTHER_WORDS, REJECT, 4)
    fit_due(house)
    told = detail(house, "bees")
    assert Counter(one.label for one in told.decisions) == {"wanted": 4, "unwanted": 4}
    assert [one.number for one in told.versions] == [2, 1]
    assert "curator" not in str(told)
    [goal] = overview(house)
    assert "hive" in [one.word for one in goal.words_for]
    with pytest.raises(BadInput, match="no goal 'trains'"):
        detail(house, "trains")


def test_opposite_decisions_on_nearly_equal_items_are_told_as_a_pair(tmp_path: Path) -> None:
    house = house_of(tmp_path, [bees(1), bees(2), trains(101)])
    one, other, third = (row.id for row in desk.queue(house).rows)
    with house.store.write() as session:
        session.add(Alike(item_id=other, other_id=one, likeness=0.7))
        session.add(Alike(item_id=other, other_id=third, likeness=0.6))
    deciding.decide(house, str(one), APPROVE, "curator", "")
    for item in (other, third):
        deciding.decide(house, str(item), REJECT, "lead", "")
    with house.store.read() as session:
        assert [(pair.wanted, pair.unwanted) for pair in opposed(session, "bees")] == [(one, other)]


def test_a_rating_is_the_same_when_the_version_that_gave_it_is_asked_again(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    row = desk.queue(house).rows[0]
    decide(house, OTHER_WORDS, REJECT, 3)
    fit_due(house)
    [told] = replay(house, str(row.id))
    assert (told.goal, told.number) == ("bees", 1)
    assert told.now == pytest.approx(told.given, abs=1e-12)
    with house.store.write() as session:
        post = desk.show(house, str(row.id)).provenance[0].post_id
        empty_learned(session, [post])
    [told] = replay(house, str(row.id))
    assert (told.now, told.emptied_why) == (None, "gone")


def test_an_item_tells_the_words_that_spoke_and_none_once_nothing_is_learned(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    row = next(row for row in desk.queue(house).rows if "hive" in row.title)
    [spoke] = words_on(house, str(row.id))
    assert "hive" in [one.word for one in spoke.rating.words_for]
    remove(house, "bees", "lead")
    assert words_on(house, str(row.id)) == []


# --------------------------------------------------------------------------- the queue


def test_every_fifth_of_the_mixed_queue_is_uncertain_and_paging_meets_each_once(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(20))
    decide(house, WANTED_WORDS, APPROVE, 5)
    decide(house, OTHER_WORDS, REJECT, 5)
    fit_due(house)
    rate_due(house)
    wanted, seen, after = Filter(order=Order.MIXED), [], ""
    while True:
        page = listed(house, wanted, after=after, limit=4)
        seen += [(row.id, row.teaches) for row in page.rows]
        if page.after is None:
            break
        after = page.after
    assert len({item for item, _ in seen}) == len(seen) == 30
    assert sum(teaches for _, teaches in seen) == 6
    assert all(sum(teaches for _, teaches in seen[at : at + 10]) in (1, 2, 3) for at in (0, 10, 20))
    back = listed(house, wanted, before=page.before or "", limit=4)
    assert [row.id for row in back.rows] == [item for item, _ in seen[-len(page.rows) - 4 : -len(page.rows)]]


def test_an_item_has_its_steps_word_again_where_nothing_is_learned_any_more(tmp_path: Path) -> None:
    house = house_of(tmp_path, [bees(1)])
    with house.store.read() as session:
        [item] = session.exec(select(Item)).all()
    assert item.score > 0
    remove(house, "bees", "lead")
    assert rate_due(house) == 1
    with house.store.read() as session:
        [item] = session.exec(select(Item)).all()
    assert (item.score, item.place, item.teaches) == (0.0, 0.0, False)


def test_what_a_rule_puts_first_is_first_whatever_is_learned(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(10))
    decide(house, WANTED_WORDS, APPROVE, 3)
    decide(house, OTHER_WORDS, REJECT, 3)
    rule = written(has("of the desert"), "first")
    keeping.switch_on(house, "curator", keeping.add(house, "curator", rule), confirmed=True)
    screen(house)
    fit_due(house)
    rate_due(house)
    for order in (Order.PROMISING, Order.MIXED):
        texts = [row.id for row in listed(house, Filter(order=order), limit=50).rows]
        told = [order_of("of the desert" in desk.show(house, str(item)).text) for item in texts]
        assert told == sorted(told)
        assert 0 < told.index(1) < len(told)


def order_of(is_first: bool) -> int:
    """0 for what a rule puts first, else 1."""
    return 0 if is_first else 1


def test_a_fifth_is_uncertain_and_each_kind_keeps_its_order() -> None:
    scores = [(at + 0.25) / 100 for at in range(100)]
    spread = spread_of(scores)
    told = [(score, *spread.place(score)) for score in scores]
    assert sum(teaches for *_, teaches in told) == 20
    sure = [(place, score) for score, place, teaches in told if not teaches]
    assert sorted(sure) == sorted(sure, key=lambda one: one[1])
    unsure = [(place, doubt(score)) for score, place, teaches in told if teaches]
    assert [one for _, one in sorted(unsure)] == sorted(one for _, one in unsure)


# --------------------------------------------------------------------------- figures


def test_figures_by_hand() -> None:
    chances, came = [0.1, 0.4, 0.4, 0.9], [False, True, False, True]
    assert auc(chances, came) == (1 + 1 + 1 + 0.5) / 4
    assert brier(chances, came) == pytest.approx((0.01 + 0.36 + 0.16 + 0.01) / 4)
    assert calibration_error(bins(chances, came)) == pytest.approx((0.1 + 2 * 0.1 + 0.1) / 4)
    assert auc([0.5], [True]) is None
    assert (brier([], []), calibration_error([])) == (None, None)


def test_the_distance_of_shares_goes_from_nothing_to_all() -> None:
    one, other = Counter(a=3, b=1), Counter(a=6, b=2)
    assert apart(one, other) == pytest.approx(0, abs=1e-9)
    assert apart(Counter(a=1), Counter(b=1)) == 1

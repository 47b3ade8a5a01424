"""A filter as a query string, and as what it lists."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.queue import claims, listing, putting_off
from gleanery.flow.queue.filters import Claimed, Filter, Order
from gleanery.model.items import Item, ItemState, Tag
from gleanery.model.posts import PostKind
from gleanery.testing import Clock
from tests.flow.queue.conftest import person

_text = st.text(max_size=20).map(str.strip)


@given(
    st.builds(
        Filter,
        state=st.sampled_from(ItemState),
        words=_text,
        source=_text,
        tag=_text,
        kind=st.none() | st.sampled_from(PostKind),
        since=st.none() | st.dates(),
        claimed=st.none() | st.sampled_from(Claimed),
        later=st.booleans(),
        order=st.sampled_from(Order),
    )
)
def test_a_filter_comes_back_from_its_query_string(wanted: Filter) -> None:
    assert Filter.of_query(wanted.query()) == wanted


def test_a_filter_that_cannot_be_read_names_the_field() -> None:
    with pytest.raises(BadInput, match="kind"):
        Filter.of_query("kind=nothing")


def titles(house: House, account: str = "curator", **wanted: object) -> list[str]:
    found = listing.listed(house, Filter.model_validate(wanted), person(house, account))
    return [row.title for row in found.rows]


def test_each_field_leaves_out_what_does_not_meet_it(each_house: House, clock: Clock) -> None:
    house = each_house
    assert len(titles(house)) == 12
    assert titles(house, words="ladd part") == [
        "Working with ladders, part 1",
        "Working with ladders, part 9",
    ]
    for name, yes, no in (
        ("source", "catalogue", "another"),
        ("platform", "catalogue", "youtube"),
        ("language", "en", "de"),
        ("kind", "article", "video"),
        ("found", "language.found", "language.unwanted"),
        ("since", clock().date(), clock().date() + timedelta(days=1)),
        ("until", clock().date(), clock().date() - timedelta(days=1)),
    ):
        yes = _known(house, name) or yes
        assert len(titles(house, **{name: yes})) == 12, name
        assert titles(house, **{name: no}) == [], name


def _known(house: House, name: str) -> str | None:
    """What the file's posts are called, where the plugin says so."""
    row = listing.listed(house, Filter()).rows[0]
    return {"platform": row.platforms[0], "found": row.reasons[0].code}.get(name)


def test_tags_and_goals_are_found(each_house: House) -> None:
    with each_house.store.write() as session:
        item = session.exec(select(Item).where(Item.seq == 3)).one()
        session.add(
            Tag(item_id=item.id, framework="plain", concept="urn:a:b", said_by="rule", confidence=1.0)
        )
    assert titles(each_house, tag="plain:urn:a:b") == ["Working with feedback, part 2"]
    assert titles(each_house, tag="plain:urn:a") == []
    assert titles(each_house, goal="none") == []


def test_pages_follow_each_other_in_every_order_without_gap_or_repetition(each_house: House) -> None:
    house = each_house
    with house.store.write() as session:
        for item in session.exec(select(Item)):
            item.score = (item.seq or 0) % 3 / 2
            session.add(item)
    for order in Order:
        wanted, seen, cursor = Filter(order=order), [], ""
        pages = []
        while True:
            page = listing.listed(house, wanted, after=cursor, limit=5)
            seen += [row.id for row in page.rows]
            pages.append(page)
            if page.after is None:
                break
            cursor = page.after
        assert len(seen) == len(set(seen)) == 12
        assert [len(page.rows) for page in pages] == [5, 5, 2]
        back = listing.listed(house, wanted, before=pages[2].before or "", limit=5)
        assert [row.id for row in back.rows] == [row.id for row in pages[1].rows]
        assert (pages[0].before, back.after is not None) == (None, True)


def test_the_most_promising_come_first(house: House) -> None:
    with house.store.write() as session:
        item = session.exec(select(Item).where(Item.seq == 7)).one()
        item.score = 0.9
        session.add(item)
    assert titles(house, order="promising")[0] == "Working with budgets, part 6"


@pytest.mark.parametrize("cursor", ["x", "1_2", "-1", "1e400_1", "9" * 30, "' OR 1=1"])
def test_a_cursor_that_is_not_ours_is_refused(house: House, cursor: str) -> None:
    with pytest.raises(BadInput):
        listing.listed(house, Filter(), after=cursor)


def test_what_is_put_off_is_hidden_from_that_person_until_tomorrow(each_house: House, clock: Clock) -> None:
    house = each_house
    row = listing.listed(house, Filter(), person(house)).rows[0]
    putting_off.put_off(house, "curator", str(row.id))
    assert row.title not in titles(house)
    assert titles(house, later=True) == [row.title]
    assert row.title in titles(house, "lead")
    clock.move(timedelta(days=1))
    assert row.title in titles(house)
    assert titles(house, later=True) == []


def test_what_was_put_off_can_be_taken_up_again(house: House) -> None:
    row = listing.listed(house, Filter(), person(house)).rows[0]
    putting_off.put_off(house, "curator", str(row.id))
    putting_off.take_up(house, "curator", str(row.id))
    assert titles(house)[0] == row.title


def test_items_can_be_listed_by_who_looks_at_them(each_house: House) -> None:
    house = each_house
    first, second = listing.listed(house, Filter()).rows[:2]
    claims.take(house, person(house, "lead"), first.id)
    claims.take(house, person(house), second.id)
    assert titles(house, claimed="mine") == [second.title]
    assert first.title not in titles(house, claimed="none")
    assert len(titles(house, claimed="none")) == 11


def test_counts_stop_where_more_would_tell_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listing.listed(house, Filter()).total == (12, False)
    monkeypatch.setattr(listing, "COUNTED", 10)
    assert listing.listed(house, Filter()).total == (10, True)
    assert listing.listed(house, Filter(since=date(2000, 1, 1))).total == (10, True)


def test_newer_items_are_counted_and_nothing_else(house: House) -> None:
    assert listing.newer(house, Filter(), person(house), 9) == (3, False)
    assert listing.newer(house, Filter(words="ladders"), person(house), 9) == (1, False)

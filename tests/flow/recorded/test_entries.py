"""Entries of the audit log are found by every filter, page by page, with the names of staff and items."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gleanery.errors import BadInput
from gleanery.flow.exporting import Selection
from gleanery.flow.exporting.selecting import choose
from gleanery.flow.house import House
from gleanery.flow.recorded import entries
from gleanery.flow.recorded.entries import Place
from tests.flow.recorded.conftest import Lived


def found(house: House, **filters: Any) -> list[tuple[str, int]]:
    rows = entries.find(house, "auditor", Selection(**filters), limit=200).rows
    return [(one.line.action, one.line.seq) for one in rows]


def actions(house: House, **filters: Any) -> set[str]:
    return {action for action, _ in found(house, **filters)}


def test_each_filter_finds_what_it_names_and_nothing_else(day: Lived) -> None:
    item = f"item:{day.items[0]}"
    assert actions(day.house, action="item.approved") == {"item.approved"}
    assert actions(day.house, action="item.*") == {"item.made", "item.waiting", "item.approved"}
    assert actions(day.house, subject=item) == {"item.made", "item.waiting", "item.approved"}
    assert actions(day.house, actor="curator") == {"item.approved"}
    assert actions(day.house, actor="lead", action="decision.*") == {"decision.undone"}
    assert actions(day.house, actor="policy:screening") == {"item.made", "item.waiting"}
    assert actions(day.house, action="nothing.*") == set()


@pytest.mark.parametrize(
    "filters",
    [{}, {"action": "item.*"}, {"actor": "curator"}, {"person": "curator"}, {"action": "item.made"}],
)
def test_a_list_its_pages_its_count_and_its_export_hold_the_same(day: Lived, filters: dict[str, Any]) -> None:
    entries.find(
        day.house, "auditor", Selection(**filters)
    )  # a reading of a person is entered, before the rest
    whole = [seq for _, seq in found(day.house, **filters)]
    paged: list[int] = []
    before = None
    while True:
        page = entries.find(day.house, "auditor", Selection(**filters), before=before, limit=3)
        paged += [one.line.seq for one in page.rows]
        before = page.next
        if before is None:
            break
    assert paged == whole
    assert sorted(whole) == list(choose(day.house, Selection(**filters)).seqs)
    assert entries.count(day.house, Selection(**filters)) == len(whole)


def test_a_day_takes_what_lies_in_it(own: Lived, clock: Any) -> None:
    start = clock()
    clock.move(timedelta(days=2))
    with own.house.change() as change:
        change.audit("test.done", "policy:test", "log:test")
    assert actions(own.house, since=start) == {"test.done"}
    assert "test.done" not in actions(own.house, until=start)
    assert actions(own.house, since=start, until=start + timedelta(days=1)) == set()


def test_names_of_staff_and_titles_of_items_come_along(day: Lived) -> None:
    page = entries.find(day.house, "auditor", Selection(action="item.approved"))
    assert set(page.names.accounts.values()) == {"curator"}
    assert page.names.titles[day.items[0]].startswith("Working with")


def test_every_action_is_named_once(day: Lived) -> None:
    known = entries.actions(day.house)
    assert list(known) == sorted(set(known))
    assert {"item.approved", "organisation.founded", "source.read"} <= set(known)


@pytest.mark.parametrize("text", ["x", "1", "1-", "-1", "1-2-3", "1-x", "9" * 50])
def test_a_place_that_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Place.parse(text)


def test_a_place_is_read_as_it_was_written() -> None:
    assert Place.parse(str(Place(1_700_000_000_000_000, 12))) == Place(1_700_000_000_000_000, 12)

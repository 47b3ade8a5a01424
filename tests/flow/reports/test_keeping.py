"""The counts by day are those of a plain count over everything, whatever happened and however often they are made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gleanery.flow import deciding
from gleanery.flow.house import House
from gleanery.flow.reports import keeping
from gleanery.model.items import DecisionVerdict
from gleanery.model.reports import ReportDay
from gleanery.testing import NOON, Clock
from tests.flow.reports.histories import History, house_with_items, reopened
from tests.flow.reports.slow import kept, slow_counts

_ACTS = (
    "approve", "approve", "reject", "retract", "undo", "read", "deliver", "deliver", "view", "all view", "complete",
    "void", "erase", "purge", "merge", "wait", "wait",
)  # fmt: skip
_PHASES = (Phase.explicit, Phase.generate)
"""A history is a house: to make a failing one smaller would take longer than to read it."""

_folders = count()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history") / "house"
    house_with_items(folder, Clock()).close()
    return folder


@pytest.fixture
def history(template: Path, tmp_path: Path) -> Iterator[History]:
    clock = Clock(NOON + timedelta(hours=1))
    house = reopened(template, tmp_path / "house", clock)
    yield History(house, clock)
    house.close()


def _agrees(house: House) -> None:
    keeping.bring_up_to_date(house)
    assert kept(house) == slow_counts(house)


def _lived(history: History, acts: list[tuple[str, int]]) -> None:
    """Live through some acts; the counts are brought up to date now and then, and agree at the end."""
    keeping.bring_up_to_date(history.house)
    for place, (name, number) in enumerate(acts):
        history.acts()[name](number)
        if place % 4 == 3:
            keeping.bring_up_to_date(history.house)
    _agrees(history.house)


@settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=_PHASES, derandomize=True
)
@given(acts=st.lists(st.tuples(st.sampled_from(_ACTS), st.integers(0, 40)), min_size=12, max_size=18))
def test_the_counts_are_those_of_a_plain_count_after_any_history(
    template: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]
) -> None:
    clock = Clock(NOON + timedelta(hours=1))
    house = reopened(template, tmp_path_factory.mktemp(f"lived{next(_folders)}") / "house", clock)
    _lived(History(house, clock), acts)
    house.close()


@pytest.mark.proof
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), phases=_PHASES)
@given(acts=st.lists(st.tuples(st.sampled_from(_ACTS), st.integers(0, 40)), min_size=20, max_size=60))
def test_the_counts_are_those_of_a_plain_count_after_long_histories(
    template: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]
) -> None:
    clock = Clock(NOON + timedelta(hours=1))
    house = reopened(template, tmp_path_factory.mktemp(f"long{next(_folders)}") / "house", clock)
    _lived(History(house, clock), acts)
    house.close()


def test_every_kind_of_act_is_followed(history: History) -> None:
    """One history in which each act has an effect, and the counts agree after each of them."""
    _agrees(history.house)
    for name, number in [
        ("approve", 0), ("approve", 1), ("reject", 2), ("deliver", 0), ("all view", 0), ("complete", 0), ("wait", 8),
        ("void", 3), ("undo", 1), ("read", 1), ("retract", 0), ("undo", 0), ("deliver", 0), ("merge", 4), ("purge", 5),
        ("erase", 7), ("wait", 4),
    ]:  # fmt: skip
        history.acts()[name](number)
        _agrees(history.house)


def test_five_learners_open_an_item_before_it_counts_as_opened(history: History) -> None:
    history.acts()["approve"](0)
    history.deliver(0)
    for learner in range(4):
        history.view_by(learner, 0)
    assert "opened" not in _measures(history.house)
    history.view_by(4, 0)
    assert "opened" in _measures(history.house)


def _measures(house: House) -> set[str]:
    keeping.bring_up_to_date(house)
    return {measure for measure, *_ in kept(house)}


def test_counting_again_changes_nothing_and_counting_anew_gives_the_same(history: History) -> None:
    history.acts()["approve"](0)
    keeping.bring_up_to_date(history.house)
    before = kept(history.house)
    assert keeping.bring_up_to_date(history.house) == 0
    keeping.rebuild(history.house)
    assert kept(history.house) == before


def test_only_days_on_which_something_changed_are_counted(history: History) -> None:
    keeping.bring_up_to_date(history.house)
    deciding.decide(history.house, str(history.items()[0]), DecisionVerdict.REJECT, "curator")
    assert keeping.bring_up_to_date(history.house) == 1


def test_the_counts_are_brought_up_to_date_every_five_minutes_and_whole_on_a_new_day(
    history: History,
) -> None:
    house = history.house
    keeping.bring_up_to_date_if_due(house)
    history.acts()["approve"](0)
    keeping.bring_up_to_date_if_due(house)
    assert kept(house) != slow_counts(house)
    history.clock.move(keeping.EVERY)
    keeping.bring_up_to_date_if_due(house)
    assert kept(house) == slow_counts(house)
    history.clock.move(timedelta(days=1))
    assert keeping.bring_up_to_date(house) == 2  # yesterday and today


def test_counts_of_a_day_that_never_was_are_dropped(history: History) -> None:
    with history.house.store.write() as session:
        session.add(
            ReportDay(
                measure="imported", day=(NOON - timedelta(days=900)).date(), source="", key="", number=3
            )
        )
    keeping.rebuild(history.house)
    assert kept(history.house) == slow_counts(history.house)

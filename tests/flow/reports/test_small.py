"""Small groups and lengths of time: what is told, what can be reckoned from it, how exact it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanery.flow.reports.items import wilson
from gleanery.flow.reports.lengths import length_of, quantile, step_of
from gleanery.flow.reports.small import guarded, told


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_what_is_missing_to_the_total_is_never_a_small_group(groups: dict[str, int]) -> None:
    shown = guarded(groups, total_shown=True)
    hidden = [name for name, number in shown.items() if number is None]
    assert all(number is None or number == 0 or number >= 5 for number in shown.values())
    assert all(shown[name] in (None, groups[name]) for name in groups)
    missing = sum(groups.values()) - sum(number or 0 for number in shown.values())
    others = [name for name, number in groups.items() if number and name not in hidden]
    if hidden and (others or len(hidden) > 1):
        assert len(hidden) > 1
        assert missing >= 5 or not others


def test_without_a_total_only_the_small_groups_are_hidden() -> None:
    assert guarded({"a": 4, "b": 9, "c": 0}, total_shown=False) == {"a": None, "b": 9, "c": 0}
    assert guarded({"a": 4, "b": 9, "c": 12}, total_shown=True) == {"a": None, "b": None, "c": 12}


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_number_of_people_is_told_from_five_on(number: int, shown: int | None) -> None:
    assert told(number) == shown


@given(st.integers(0, 400 * 24 * 3600))
def test_a_length_is_told_at_most_six_percent_too_long(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    shown = length_of(step_of(length))
    assert length <= shown + timedelta(seconds=1)
    assert shown <= max(timedelta(minutes=1), 1.06 * length + timedelta(seconds=1))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_the_length_within_which_that_share_lies(seconds: list[int], share: float) -> None:
    counts: dict[int, int] = {}
    for one in seconds:
        step = step_of(timedelta(seconds=one))
        counts[step] = counts.get(step, 0) + 1
    found = quantile(counts, share)
    assert found is not None
    within = sum(timedelta(seconds=one) <= found + timedelta(seconds=1) for one in seconds)
    assert within >= share * len(seconds) - 1e-9


def test_nothing_has_no_median() -> None:
    assert quantile({}, 0.5) is None


def test_the_interval_of_wilson_is_that_of_the_books() -> None:
    """Eight of ten: 0.490 to 0.943 (Newcombe 1998, table I, gives the same to three places)."""
    low, high = wilson(8, 10)
    assert (round(low or 0, 3), round(high or 0, 3)) == (0.49, 0.943)
    assert wilson(0, 0) == (None, None)

"""The figures, held against what counting by hand and going through every pair give."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanery.flow.evaluating import metrics

RATED = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=40
)


@given(RATED)
def test_the_area_under_the_curve_equals_counting_every_pair(rated: list[tuple[float, bool]]) -> None:
    scores, wanted = [score for score, _ in rated], [yes for _, yes in rated]
    ups, downs = [s for s, yes in rated if yes], [s for s, yes in rated if not yes]
    pairs = [1.0 if up > down else 0.5 if up == down else 0.0 for up in ups for down in downs]
    value = metrics.auc(scores, wanted)(np.ones(len(rated)))
    assert math.isnan(value) if not pairs else value == pytest.approx(sum(pairs) / len(pairs))


@given(RATED)
def test_a_row_that_counts_twice_is_the_row_written_twice(rated: list[tuple[float, bool]]) -> None:
    scores, wanted = [score for score, _ in rated], [yes for _, yes in rated]
    weights = np.arange(len(rated)) % 3 * 1.0
    doubled = [one for place, one in enumerate(rated) for _ in range(place % 3)]
    for figure in (metrics.auc, metrics.calibration_error):
        value = figure(scores, wanted)(weights)
        again = (
            figure([s for s, _ in doubled], [yes for _, yes in doubled])(np.ones(len(doubled)))
            if doubled
            else math.nan
        )
        assert value == pytest.approx(again, nan_ok=True)


def test_calibration_is_the_distance_of_each_bin_by_its_rows() -> None:
    sure, right = [0.95, 0.95, 0.95, 0.95, 0.05], [True, True, True, False, False]
    assert metrics.calibration_error(sure, right)(np.ones(5)) == pytest.approx((4 * 0.2 + 1 * 0.05) / 5)
    bins = metrics.binned(sure, right)
    assert (bins.rows[9], bins.right[9], bins.rows[0]) == (4, 0.75, 1)


def test_precision_recall_and_f1_of_counts() -> None:
    found, right = [[2, 0], [1, 0]], [[1, 0], [1, 0]]
    there, met = [[1, 1], [2, 0]], [[1, 0], [1, 0]]
    hits = metrics.Hits(*(np.array(one, float) for one in (found, right, there, met)))
    every = np.ones(2)
    assert (hits.precision()(every), hits.recall()(every)) == (pytest.approx(2 / 3), 0.5)
    assert hits.f1(0)(every) == pytest.approx(2 / 3)
    assert hits.f1(1)(every) == 0  # there is one, and nothing was found
    assert hits.macro_f1()(every) == pytest.approx(1 / 3)
    assert math.isnan(hits.precision(1)(every))


def test_the_curve_of_precision_takes_equal_scores_as_one_threshold() -> None:
    points = metrics.precision_recall([0.9, 0.5, 0.5, 0.1], [True, True, False, True], there=4)
    assert points == [(0.25, 1.0), (0.5, pytest.approx(2 / 3)), (0.75, 0.75)]


def test_an_interval_holds_the_figure_and_is_the_same_for_the_same_seed() -> None:
    values = np.arange(200) % 2 * 1.0
    one = metrics.with_interval(metrics.mean(values), 200, seed=4)
    assert one == metrics.with_interval(metrics.mean(values), 200, seed=4)
    assert one.low < 0.5 == one.value < one.high
    assert one.high - one.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(200), rel=0.25)
    assert one != metrics.with_interval(metrics.mean(values), 200, seed=5)

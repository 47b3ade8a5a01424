"""The figures themselves: each from sums over rows, so that the same rows drawn anew give its interval.

Intervals are percentiles of the bootstrap over rows (Efron 1979): every figure is a function of how often each row
counts, once each for the figure itself, and as often as it was drawn for each of the repetitions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Figure = Callable[[Floats], float]
"""What a figure is when each row counts so often."""

DRAWN = 300
BINS = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its interval of 95 %, from 0 to 1 or in its own unit; nan where it cannot be told."""

    value: float
    low: float
    high: float


def with_interval(figure: Figure, rows: int, seed: int, drawn: int = DRAWN) -> Measure:
    """A figure over all rows, and between which values 95 of 100 redrawn sets of rows put it."""
    rng = np.random.default_rng(seed)
    value = figure(np.ones(rows))
    told = np.array([figure(_redrawn(rng, rows)) for _ in range(drawn)])
    told = told[~np.isnan(told)]
    if not len(told):
        return Measure(value, float("nan"), float("nan"))
    low, high = np.percentile(told, (2.5, 97.5))
    return Measure(value, float(low), float(high))


def _redrawn(rng: np.random.Generator, rows: int) -> Floats:
    return np.bincount(rng.integers(0, rows, rows), minlength=rows).astype(np.float64)


def ratio(above: float, below: float) -> float:
    """A share; nan where there is nothing to share."""
    return above / below if below else float("nan")


def f1(precision: float, recall: float) -> float:
    """The harmonic mean; 0 where either is 0, nan where either cannot be told."""
    if np.isnan(precision) or np.isnan(recall):
        return float("nan")
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mean(values: Floats) -> Figure:
    """The mean over the rows."""
    return lambda weights: ratio(float(weights @ values), float(weights.sum()))


@dataclass(frozen=True)
class Hits:
    """By row and kind: how many were found, how many of those rightly; how many there are, how many were found."""

    found: Floats
    right: Floats
    there: Floats
    met: Floats

    def precision(self, kind: int | slice = slice(None)) -> Figure:
        """Of what was found, the share that is right."""
        return lambda weights: ratio(
            float((weights @ self.right)[kind].sum()), float((weights @ self.found)[kind].sum())
        )

    def recall(self, kind: int | slice = slice(None)) -> Figure:
        """Of what is there, the share that was found."""
        return lambda weights: ratio(
            float((weights @ self.met)[kind].sum()), float((weights @ self.there)[kind].sum())
        )

    def f1(self, kind: int | slice = slice(None)) -> Figure:
        """Precision and recall in one; nothing found of something that is there is 0."""
        precision, recall = self.precision(kind), self.recall(kind)

        def figure(weights: Floats) -> float:
            told = recall(weights)
            return f1(0.0 if told == 0 else precision(weights), told)

        return figure

    def macro_f1(self) -> Figure:
        """The mean of the kinds that are there, each counting the same."""
        kinds = [self.f1(kind) for kind in np.flatnonzero(self.there.sum(axis=0)).tolist()]

        def figure(weights: Floats) -> float:
            told = np.array([one(weights) for one in kinds])
            told = told[~np.isnan(told)]
            return float(told.mean()) if len(told) else float("nan")

        return figure


def auc(scores: Sequence[float], wanted: Sequence[bool]) -> Figure:
    """How likely a wanted row has a higher score than an unwanted one; ties count half (Mann and Whitney 1947)."""
    order = np.argsort(np.asarray(scores), kind="stable")
    sorted_scores = np.asarray(scores, float)[order]
    yes = np.asarray(wanted, float)[order]
    starts = (
        np.flatnonzero(np.r_[True, sorted_scores[1:] != sorted_scores[:-1]])
        if len(order)
        else np.array([], int)
    )

    def figure(weights: Floats) -> float:
        drawn = weights[order]
        ups = np.add.reduceat(drawn * yes, starts)
        downs = np.add.reduceat(drawn * (1 - yes), starts)
        below = np.cumsum(downs) - downs
        return ratio(float(ups @ (below + downs / 2)), float(ups.sum() * downs.sum()))

    return figure


@dataclass(frozen=True)
class Bins:
    """How sure and how often right, in ten equal steps of sureness: per bin rows, mean sureness, share right."""

    rows: list[int]
    sure: list[float]
    right: list[float]


def binned(sure: Sequence[float], right: Sequence[bool]) -> Bins:
    """The bins of a reliability diagram."""
    places, confidence, truth = _placed(sure, right)
    rows = np.bincount(places, minlength=BINS)
    with np.errstate(invalid="ignore"):
        means = np.bincount(places, confidence, minlength=BINS) / rows
        shares = np.bincount(places, truth, minlength=BINS) / rows
    return Bins(rows.tolist(), means.tolist(), shares.tolist())


def calibration_error(sure: Sequence[float], right: Sequence[bool]) -> Figure:
    """The mean distance of sureness from how often it is right, over ten bins, each by its rows.

    Source: Naeini, Cooper, Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning (2015).
    """
    places, confidence, truth = _placed(sure, right)

    def figure(weights: Floats) -> float:
        gaps = np.bincount(places, weights * (confidence - truth), minlength=BINS)
        return ratio(float(np.abs(gaps).sum()), float(weights.sum()))

    return figure


def _placed(sure: Sequence[float], right: Sequence[bool]) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    confidence = np.clip(np.asarray(sure, float), 0, 1)
    places = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    return places, confidence, np.asarray(right, float)


def precision_recall(
    scores: Sequence[float], right: Sequence[bool], there: float
) -> list[tuple[float, float]]:
    """(recall, precision) at every threshold of the scores, from the highest on; `there`: how many there are."""
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    if not len(order) or not there:
        return []
    hits = np.cumsum(np.asarray(right, float)[order])
    ends = np.r_[np.diff(np.asarray(scores, float)[order]) != 0, True]
    count = np.arange(1, len(order) + 1)
    return [(float(hits[at] / there), float(hits[at] / count[at])) for at in np.flatnonzero(ends)]

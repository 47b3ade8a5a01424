"""Logistic regression on sparse rows, in numpy alone: no library of 116 MiB for one convex function.

Minimised by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5): the same numbers, the same result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from curation.learning.counting import Dense, Numbers, Rows, Table

SHARED = 1.6
"""How much directions that many texts share are drawn out: 1 is not at all."""

MOST_STEPS = 100
ENOUGH = 3e-3
"""Steps end where no part of the gradient is larger."""

_REMEMBERED = 8
_LEAST = 1e-4
_STEEPEST = 35.0
Slope = Callable[[Numbers], tuple[float, Numbers]]


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed before any example: values of the weight of the aim and of the base, and how firmly."""

    aim: float = 8.5
    base: float = -1.5
    aim_firmness: float = 0.15
    base_firmness: float = 0.3
    spread: float = 10.0
    """The variance of the words' weights."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: a weight for each word, one for being near the aim, and the base."""

    words: Numbers
    aim: float
    base: float

    def odds(self, rows: Table, nearness: Numbers) -> Numbers:
        """The log-odds of each row."""
        return rows.times(self.words) + self.aim * nearness + self.base


def likely(odds: Numbers) -> Numbers:
    """Probabilities of log-odds."""
    told: Numbers = 1 / (1 + np.exp(-np.clip(odds, -_STEEPEST, _STEEPEST)))
    return told


def fit(rows: Table, nearness: Numbers, wanted: Numbers, believed: Believed) -> Weights:
    """The most likely weights (MAP) given examples, `wanted` 1 or 0; with none, what is believed."""
    width, sign = rows.size[1], 2 * wanted - 1
    before = np.zeros(width + 2)
    before[width:] = believed.aim, believed.base
    firmness = np.full(width + 2, 1 / believed.spread)
    firmness[width:] = believed.aim_firmness, believed.base_firmness

    def slope(at: Numbers) -> tuple[float, Numbers]:
        margin = sign * (rows.times(at[:width]) + at[width] * nearness + at[width + 1])
        away = at - before
        loss = np.logaddexp(0, -margin).sum() + 0.5 * (firmness * away**2).sum()
        pull = -sign * likely(-margin)
        ends = np.array([pull @ nearness, pull.sum()])
        return float(loss), np.concatenate([rows.times_rows(pull), ends]) + firmness * away

    found = lowest(slope, before) if len(wanted) else before
    return Weights(found[:width], float(found[width]), float(found[width + 1]))


class Span:
    """Examples in as many dimensions as there are texts: the best weights are sums of texts, so nothing is lost.

    The directions are the principal ones of examples and background together; those that many texts share are drawn
    out and the rare ones in, so that a word teaches about those it usually comes with (kernels of clusters, Chapelle,
    Weston and Schoelkopf, https://papers.nips.cc/paper/2257-cluster-kernels-for-semi-supervised-learning).
    """

    def __init__(self, rows: Rows, examples: int) -> None:
        """`rows`: the examples, then the background."""
        lengths, directions = np.linalg.eigh(rows.products())
        real = lengths > _LEAST
        lengths, directions = lengths[real], directions[:, real]
        drawn = lengths**SHARED
        told = directions[:examples] * np.sqrt(drawn)
        drawn = drawn * np.sum(directions[:examples] ** 2 * lengths) / max(float(np.sum(told**2)), _LEAST)
        self._rows, self._back = rows, directions * np.sqrt(drawn) / lengths
        self.rows = Dense(directions[:examples] * np.sqrt(drawn))

    def back(self, weights: Numbers) -> Numbers:
        """The weights on the grams themselves."""
        return self._rows.times_rows(self._back @ weights)


def lowest(slope: Slope, start: Numbers) -> Numbers:
    """Where a convex function is lowest; `slope` gives its value and gradient."""
    at, (value, gradient) = start, slope(start)
    steps: list[tuple[Numbers, Numbers]] = []
    for _ in range(MOST_STEPS):
        if np.abs(gradient).max() < ENOUGH:
            break
        downhill = _direction(gradient, steps)
        new, new_value, new_gradient = _step(slope, at, value, gradient, downhill)
        moved, turned = new - at, new_gradient - gradient
        if moved @ turned > 1e-12:
            steps = [*steps[-_REMEMBERED + 1 :], (moved, turned)]
        at, value, gradient = new, new_value, new_gradient
    return at


def _direction(gradient: Numbers, steps: list[tuple[Numbers, Numbers]]) -> Numbers:
    """Where to go: the gradient bent by what the last steps showed of the curvature."""
    bent, shares = gradient.copy(), []
    for moved, turned in reversed(steps):
        share = moved @ bent / (moved @ turned)
        shares.append(share)
        bent -= share * turned
    if steps:
        moved, turned = steps[-1]
        bent *= moved @ turned / (turned @ turned)
    else:
        bent /= max(1.0, float(np.linalg.norm(gradient)))
    for (moved, turned), share in zip(steps, reversed(shares), strict=True):
        bent += (share - turned @ bent / (moved @ turned)) * moved
    return bent


def _step(
    slope: Slope, at: Numbers, value: float, gradient: Numbers, downhill: Numbers
) -> tuple[Numbers, float, Numbers]:
    """One step downhill, halved until it goes down enough (Armijo)."""
    steepness, length = float(gradient @ downhill), 1.0
    while True:
        new = at - length * downhill
        new_value, new_gradient = slope(new)
        if new_value <= value - 1e-4 * length * steepness or length < 1e-8:
            return new, new_value, new_gradient
        length /= 2


def calibrated(odds: Numbers, wanted: Numbers) -> tuple[float, float]:
    """Slope and shift that make held-out odds honest (Platt), drawn to none at all where they are few."""
    sign = 2 * wanted - 1

    def slope(at: Numbers) -> tuple[float, Numbers]:
        margin = sign * (at[0] * odds + at[1])
        away = at - np.array([1.0, 0.0])
        pull = -sign * likely(-margin)
        value = np.logaddexp(0, -margin).sum() + 2.0 * float(away @ away)
        return float(value), np.array([pull @ odds, pull.sum()]) + 4.0 * away

    found = lowest(slope, np.array([1.0, 0.0]))
    return max(float(found[0]), 0.1), float(found[1])

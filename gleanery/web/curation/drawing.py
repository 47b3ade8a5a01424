"""A calibration plot as points of an inline picture: what was said against what came true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SIDE = 240
"""Length of a side, in units of the picture."""

_LARGEST = 12


class Point(NamedTuple):
    """A tenth of the probabilities: where it stands, how large, and its figures for those who read."""

    x: float
    y: float
    size: float
    said: float
    came: float
    number: int


class Plot(NamedTuple):
    """The points, lowest first, in a square of `side`."""

    side: int
    points: Sequence[Point]


def plot_of(bins: Sequence[Sequence[float]]) -> Plot:
    """The plot of bins of (said, came, number); on the diagonal what was said came true as often as it was said."""
    most = max((number for _, _, number in bins), default=1)
    return Plot(SIDE, [_point(said, came, int(number), most) for said, came, number in bins])


def _point(said: float, came: float, number: int, most: float) -> Point:
    size = 3 + (_LARGEST - 3) * (number / most) ** 0.5
    return Point(round(said * SIDE, 1), round((1 - came) * SIDE, 1), round(size, 1), said, came, number)

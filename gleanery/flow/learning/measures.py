"""How good probabilities are, measured on what came out: whether they order well, and whether they are honest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

BINS = 10
"""Tenths into which probabilities are sorted to compare them with what came out."""


class Bin(NamedTuple):
    """Those whose probability lies in one tenth: their mean probability, the share that came true, how many."""

    said: float
    came: float
    number: int


def auc(chances: Sequence[float], came: Sequence[bool]) -> float | None:
    """How often one that came true stands above one that did not, ties halved; None for one kind only."""
    true, ranks = sum(came), _ranks(chances)
    false = len(came) - true
    if not true or not false:
        return None
    above = sum(rank for rank, is_true in zip(ranks, came, strict=True) if is_true)
    return (above - true * (true + 1) / 2) / (true * false)


def _ranks(values: Sequence[float]) -> list[float]:
    """The rank of each from 1 on, the mean of theirs for equal ones."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, at = [0.0] * len(values), 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            ranks[place] = (at + end) / 2 + 1
        at = end + 1
    return ranks


def brier(chances: Sequence[float], came: Sequence[bool]) -> float | None:
    """The mean squared distance from what came true; None for nothing."""
    if not came:
        return None
    return sum((one - is_true) ** 2 for one, is_true in zip(chances, came, strict=True)) / len(came)


def bins(chances: Sequence[float], came: Sequence[bool]) -> list[Bin]:
    """The tenths that have any, lowest first."""
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for chance, is_true in zip(chances, came, strict=True):
        sorted_in[min(int(chance * BINS), BINS - 1)].append((chance, is_true))
    return [
        Bin(
            sum(one for one, _ in some) / len(some),
            sum(is_true for _, is_true in some) / len(some),
            len(some),
        )
        for some in sorted_in
        if some
    ]


def calibration_error(told: Sequence[Bin]) -> float | None:
    """The mean distance of what was said from what came, over all (ECE); None for nothing."""
    number = sum(one.number for one in told)
    return sum(abs(one.said - one.came) * one.number for one in told) / number if number else None

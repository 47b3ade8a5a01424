"""Lengths of time in steps of a twelfth part of a doubling, so that a median can be told from counts by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil, log2

_SHORTEST = 60
_PER_DOUBLING = 12
"""A step is 6 % long: what is told is at most that much more than what was."""


def step_of(length: timedelta) -> int:
    """The step that a length belongs to: its upper end is `length_of` the step. Up to a minute it is step 0."""
    seconds = length.total_seconds()
    return 0 if seconds <= _SHORTEST else ceil(_PER_DOUBLING * log2(seconds / _SHORTEST) - 1e-9)


def length_of(step: int) -> timedelta:
    """The longest length of a step, to the second."""
    return timedelta(seconds=round(_SHORTEST * 2 ** (step / _PER_DOUBLING)))


def quantile(counts: Mapping[int, int], share: float) -> timedelta | None:
    """The length within which this share of all were, from counts by step; None where there are none.

    It is the length of the smallest step by whose end at least `share` of the lengths are counted.
    """
    wanted, seen = share * sum(counts.values()), 0
    for step in sorted(counts):
        seen += counts[step]
        if counts[step] and seen >= wanted - 1e-9:
            return length_of(step)
    return None

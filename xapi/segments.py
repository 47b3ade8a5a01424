"""The parts of a recording that somebody played, as the video profile spells them: `0[.]12.3[,]14[.]20`.

How much was seen is computed from them, never taken from a player: jumping to the end is no progress.
Source: https://w3id.org/xapi/video, extensions played-segments and progress.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from xapi.errors import XapiError

Segments: TypeAlias = Sequence[tuple[float, float]]
"""From and to, in seconds, in the order they were played."""

_SLACK = 1e-9


def spelled(segments: Segments) -> str:
    """The profile's spelling; empty where nothing was played."""
    return "[,]".join(f"{_number(start)}[.]{_number(end)}" for start, end in segments)


def read_segments(text: str) -> list[tuple[float, float]]:
    """The segments that are spelled so.

    Raises:
        XapiError: they are not spelled so, or one ends before it begins.
    """
    pairs = [pair.split("[.]") for pair in text.split("[,]")] if text else []
    try:
        segments = [(float(start), float(end)) for start, end in pairs]
    except ValueError as error:
        raise XapiError("played segments are spelled 0[.]12.3[,]14[.]20") from error
    for start, end in segments:
        if not 0 <= start <= end < math.inf:
            raise XapiError("a played segment begins at 0 or later and ends after it began")
    return segments


def progress(segments: Segments, length: float) -> float:
    """The part of a recording of `length` seconds that was played, 0 to 1, rounded down to thousandths."""
    if length <= 0:
        raise XapiError("a recording's length is above 0 seconds")
    seen = sum(end - start for start, end in _merged(segments, length))
    return min(1.0, math.floor(seen / length * 1000 + _SLACK) / 1000)


def _merged(segments: Segments, length: float) -> Iterable[tuple[float, float]]:
    """The segments in order of time, none overlapping another or lying outside the recording."""
    reached = 0.0
    for start, end in sorted(segments):
        if min(end, length) > max(start, reached):
            yield max(start, reached), min(end, length)
            reached = min(end, length)


def _number(seconds: float) -> str:
    """Seconds with at most three decimals, as the profile asks."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")

"""Recordings: what was played, how much of it, and when that is a completion."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.builders import BUILDERS
from tests.xapi.records import uuid_of
from xapi.errors import XapiError
from xapi.segments import progress, read_segments, spelled
from xapi.statements import Built, Viewing
from xapi.vocabulary import video

TIMES = st.floats(min_value=0, max_value=36_000).map(lambda time: round(time, 3))
SEGMENTS = st.lists(st.tuples(TIMES, TIMES).map(lambda pair: (min(pair), max(pair))), max_size=8)


def extensions(built: Built, place: str = "result") -> dict[str, Any]:
    document: dict[str, Any] = msgspec.json.decode(built.raw)
    told: dict[str, Any] = document[place]["extensions"]
    return told


def viewing(**changes: Any) -> Viewing:
    session = UUID(int=uuid_of("session").int, version=4)
    values: dict[str, Any] = {"session": session, "length": 100.0, "threshold": 0.9}
    return Viewing(**values | changes)


def watched(**changes: Any) -> Built:
    case = BUILDERS["watched"].__self__  # type: ignore[attr-defined]
    about = [case.about[0], changes.pop("viewing", viewing())]
    return case._replace(about=about).build(**changes)  # type: ignore[no-any-return]


@given(SEGMENTS)
def test_segments_come_back_as_they_were_spelled(segments: list[tuple[float, float]]) -> None:
    assert read_segments(spelled(segments)) == segments


def test_segments_are_spelled_as_the_profile_does() -> None:
    assert spelled([(0, 12.3), (14, 21.0004), (18.25, 30)]) == "0[.]12.3[,]14[.]21[,]18.25[.]30"
    assert spelled([]) == ""
    assert read_segments("0.000[.]12.000[,]14.000[.]21.000") == [(0, 12), (14, 21)]


@pytest.mark.parametrize(
    "text", ["0-12", "0[.]", "a[.]b", "0[.]1[.]2", "5[.]4", "-1[.]4", "0[.]inf", "nan[.]1"]
)
def test_segments_that_are_spelled_otherwise_are_refused(text: str) -> None:
    with pytest.raises(XapiError, match="segment"):
        read_segments(text)


@given(SEGMENTS, st.floats(min_value=1, max_value=36_000))
def test_progress_is_the_share_of_thousandths_that_some_segment_covers(
    segments: list[tuple[float, float]], length: float
) -> None:
    """Held against counting: the bounds cut the recording into pieces that are played or not."""
    bounds = sorted({0.0, length, *(min(bound, length) for pair in segments for bound in pair)})
    pieces = pairwise(bounds)
    played = math.fsum(
        high - low for low, high in pieces if any(a <= low and high <= max(b, low) for a, b in segments)
    )
    assert progress(segments, length) == pytest.approx(played / length, abs=0.0011)
    assert progress(segments, length) <= played / length + 1e-6


def test_watching_a_part_twice_or_jumping_to_the_end_is_no_progress() -> None:
    assert progress([(0, 50), (0, 50), (25, 50)], 100) == 0.5
    assert progress([(0, 1), (99, 100)], 100) == 0.02
    assert progress([(0, 500)], 100) == 1.0
    assert progress([(0, 99.99)], 100) == 0.999


def test_a_recording_without_length_has_no_progress() -> None:
    with pytest.raises(XapiError, match="length"):
        progress([(0, 1)], 0)


def test_a_completion_below_its_threshold_is_refused() -> None:
    with pytest.raises(XapiError, match="threshold"):
        watched(segments=[(0, 89.9)])
    assert extensions(watched(segments=[(0, 90)]))[video.PROGRESS] == 0.9


def test_a_player_that_says_it_came_to_the_end_is_not_believed() -> None:
    with pytest.raises(XapiError, match="threshold"):
        watched(segments=[(99, 100)], time=100.0)


@pytest.mark.parametrize("threshold", [0, 1.1])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(XapiError, match="threshold"):
        watched(viewing=viewing(threshold=threshold), segments=[(0, 100)])


def test_a_session_is_a_random_uuid_as_the_profile_asks() -> None:
    with pytest.raises(XapiError, match="version 4"):
        watched(viewing=viewing(session=uuid_of("derived")), segments=[(0, 100)])


@pytest.mark.parametrize("time", [-1.0, math.inf, math.nan])
def test_a_place_outside_any_recording_is_refused(time: float) -> None:
    with pytest.raises(XapiError, match="place"):
        BUILDERS["played"](time=time)


def test_places_and_lengths_have_at_most_three_decimals() -> None:
    built = watched(segments=[(0, 99.99999)], time=99.99999, viewing=viewing(length=100.00049))
    assert extensions(built)[video.TIME] == 100.0
    assert extensions(built)[video.PLAYED_SEGMENTS] == "0[.]100"
    assert extensions(built, "context")[video.LENGTH] == 100.0

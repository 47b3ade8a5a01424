"""gleanery.flow.learners.watching: what was played is decided here, whatever a player claims."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gleanery.flow.house import House
from gleanery.flow.learners import watching
from gleanery.flow.learners.evidence import Doing
from gleanery.flow.learners.watching import Report, merged
from gleanery.testing import Clock
from tests.courses import offered_items
from tests.flow.learners.steps import before, reached


def video(house: House) -> Doing:
    return before(house, offered_items(house)[2])


def play(doing: Doing, clock: Clock, start: float, end: float, *, speed: float = 1.0) -> watching.Heard:
    """Play a stretch, reported every ten seconds."""
    heard = watching.report(doing, Report("played", start, 100.0))
    at = start
    while at < end:
        until = min(at + 10, end)
        clock.move(timedelta(seconds=(until - at) / speed))
        heard = watching.report(doing, Report("goes", until, 100.0, [(at, until)]))
        at = until
    return heard


def test_a_video_that_is_watched_is_completed_at_the_threshold(house: House, clock: Clock) -> None:
    doing = video(house)
    heard = play(doing, clock, 0, 80)
    assert (heard.progress, heard.is_done) == (0.8, False)
    assert play(doing, clock, 80, 95).is_done
    row = reached(house)
    assert (row.evidence, row.segments) == ("video-threshold", "0[.]95")


def test_jumping_to_the_end_is_no_progress(house: House, clock: Clock) -> None:
    doing = video(house)
    play(doing, clock, 0, 10)
    heard = play(doing, clock, 95, 100)
    assert heard.progress == 0.15


def test_watching_the_same_part_again_is_no_progress(house: House, clock: Clock) -> None:
    doing = video(house)
    for _ in range(3):
        heard = play(doing, clock, 0, 40)
    assert heard.progress == 0.4


def test_nobody_has_watched_more_than_time_has_passed(house: House, clock: Clock) -> None:
    doing = video(house)
    heard = watching.report(doing, Report("ended", 100.0, 100.0, [(0.0, 100.0)]))
    assert heard.progress <= 0.03
    clock.move(timedelta(seconds=10))
    heard = watching.report(doing, Report("ended", 100.0, 100.0, [(0.0, 100.0)]))
    assert heard.progress <= 0.23
    assert play(doing, clock, 0, 100, speed=2.0).is_done


def test_a_page_that_lies_open_earns_little(house: House, clock: Clock) -> None:
    doing = video(house)
    watching.report(doing, Report("ready", 0, 10_000))
    clock.move(timedelta(hours=3))
    heard = watching.report(doing, Report("ended", 100, 100, [(0, 100)]))
    assert heard.is_done, "two minutes at double speed are more than this video has"
    assert watching.LONGEST_SILENCE == 120


def test_the_source_says_how_long_it_is_not_the_player(house: House, clock: Clock) -> None:
    doing = video(house)
    clock.move(timedelta(seconds=5))
    assert not watching.report(doing, Report("ended", 1.0, 1.0, [(0.0, 1.0)])).is_done
    assert reached(house).length == 100.0


def test_what_is_no_stretch_of_the_recording_is_left_out(house: House, clock: Clock) -> None:
    doing = video(house)
    watching.report(doing, Report("played", 0, 100))
    clock.move(timedelta(seconds=60))
    odd = [(50.0, 40.0), (float("nan"), 5.0), (0.0, float("inf")), (200.0, 300.0), (-5.0, 2.0)]
    assert watching.report(doing, Report("goes", 2, 100, odd)).progress <= 1
    assert reached(house).segments in ("0[.]2", "0[.]100")


def test_two_tabs_share_the_time_that_passes(house: House, clock: Clock) -> None:
    one, other = video(house), video(house)
    watching.report(one, Report("played", 0, 100))
    clock.move(timedelta(seconds=10))
    watching.report(one, Report("goes", 20, 100, [(0.0, 20.0)]))
    heard = watching.report(other, Report("goes", 80, 100, [(40.0, 80.0)]))
    assert heard.progress <= 0.23


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), max_size=30))
def test_merged_segments_lie_apart_and_in_order(pairs: list[tuple[float, float]]) -> None:
    found = merged([(min(pair), max(pair)) for pair in pairs])
    assert all(start < end for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert merged(found) == found

"""The quota of the day: counted before sending, never exceeded, back at midnight in Los Angeles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.youtube.quota import SEARCHES, UNITS, Quota, midnight
from gleanery.errors import QuotaExhausted
from gleanery.testing import Clock, MemoryMeter
from tests.connectors.youtube.reading import DAY, HOUR, reading


def test_nothing_is_sent_beyond_the_units_of_the_day_and_reading_goes_on_at_midnight(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1_000, daily_units=10) as source:
        for day in range(1, 5):
            with pytest.raises(QuotaExhausted) as told:
                source.read("channel")
            assert source.world.spent() == 10 * day, "all of it is used, and no more"
            assert told.value.until == midnight(source.clock(), days=1)
            source.clock.move(told.value.until - source.clock())
        source.read("channel")
        assert source.words() == source.world.truth()
        assert source.world.spent() <= 1 + 2 * 20 + 4 + 1, (
            "a page cut off is read again, and at last the head"
        )


def test_each_unit_is_counted_as_youtube_charges_it(tmp_path: Path) -> None:
    with reading(tmp_path, videos=120, searches=["lift"], comments=True) as source:
        source.world.add_comment(source.world.shared.uploads[0])
        source.read()
        since = midnight(source.clock())
        assert source.meter.spent(UNITS, since).units == source.world.spent()
        assert source.meter.spent(SEARCHES, since).units == source.world.spent("searches")


def test_a_quota_that_others_used_up_stops_the_source_until_midnight(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3) as source:
        source.world.limits["units"] = 0
        with pytest.raises(QuotaExhausted) as told:
            source.read()
        assert told.value.stops_source
        assert told.value.until == midnight(source.clock(), days=1)
        assert len(source.world.asked) == 1


def test_searches_used_up_do_not_stop_the_channels(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3, searches=["lift", "crane"], daily_searches=1) as source:
        (error,) = source.read_in_spite_of_errors()
        assert isinstance(error, QuotaExhausted)
        assert not error.stops_source
        assert source.words() == source.world.truth()


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-01-15T12:00", "2026-01-15T08:00", "2026-01-16T08:00"),
        ("2026-07-15T12:00", "2026-07-15T07:00", "2026-07-16T07:00"),
        ("2026-03-08T12:00", "2026-03-08T08:00", "2026-03-09T07:00"),
        ("2026-11-01T12:00", "2026-11-01T07:00", "2026-11-02T08:00"),
        ("2026-01-15T07:59", "2026-01-14T08:00", "2026-01-15T08:00"),
        ("2026-01-15T08:00", "2026-01-15T08:00", "2026-01-16T08:00"),
    ],
)
def test_the_day_ends_at_midnight_in_los_angeles_also_when_the_clocks_change(
    now: str, last: str, following: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert midnight(at) == datetime.fromisoformat(last).replace(tzinfo=UTC)
    assert midnight(at, days=1) == datetime.fromisoformat(following).replace(tzinfo=UTC)


def test_what_was_spent_before_midnight_does_not_count_after_it() -> None:
    clock = Clock(datetime(2026, 11, 2, 7, 30, tzinfo=UTC))  # 23:30 of a day of 25 hours
    quota = Quota(MemoryMeter(clock), clock, {UNITS: 10})
    quota.take(UNITS, 10)
    with pytest.raises(QuotaExhausted):
        quota.take(UNITS, 1)
    clock.move(timedelta(minutes=30))
    quota.take(UNITS, 10)
    assert quota.left(UNITS) == 0


def test_a_day_of_a_hundred_channels_read_hourly_fits_into_the_quota(tmp_path: Path) -> None:
    """24 units a day for the heads, 3 for looking deeper: a hundred such channels take 2,700 of 10,000."""
    with reading(tmp_path, videos=200) as source:
        source.read()
        before = source.world.spent()
        for _ in range(24):
            source.clock.move(HOUR)
            source.read("channel")
        assert source.world.spent() - before <= 24 + 3 + 1


def test_comments_leave_half_of_the_quota_to_the_rest_and_come_back_the_next_day(tmp_path: Path) -> None:
    with reading(tmp_path, videos=40, comments=True, daily_units=40) as source:
        source.read()
        assert source.world.spent() <= 20
        looked = len(source.states["comments"]["looked"])
        assert 0 < looked < 40
        source.clock.move(DAY)
        source.read()
        assert source.world.spent() <= 40
        assert len(source.states["comments"]["looked"]) > looked


def test_an_estimate_tells_what_reading_then_costs(tmp_path: Path) -> None:
    with reading(tmp_path, videos=120) as source:
        partition = f"channel:{source.world.shared.id}"
        first = source.connector().estimate(partition, {})
        assert first.posts == 120
        before = source.world.spent()
        source.read()
        assert source.world.spent() - before <= first.units[UNITS]
        source.world.add_video()
        source.clock.move(HOUR)
        then = source.connector().estimate(partition, source.states[partition])
        assert then.posts == 1
        before = source.world.spent()
        source.read("channel")
        assert source.world.spent() - before == then.units[UNITS]


def test_an_estimate_sends_at_most_one_request_a_partition(tmp_path: Path) -> None:
    with reading(tmp_path, videos=5, searches=["lift"], comments=True) as source:
        source.read()
        connector = source.connector()
        for partition in connector.partitions():
            before = len(source.world.asked)
            connector.estimate(partition, source.states[partition])
            assert len(source.world.asked) - before <= 1

"""How long a failing target is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.xapi.records import NOW
from xapi.forwarding.patience import FIRST, LONGEST, MOST_ASKED, asked_for, wait


def test_the_pause_doubles_to_a_quarter_of_an_hour_and_stays_there() -> None:
    pauses = [wait(tries, 1.0) for tries in range(1, 40)]
    assert pauses[:4] == [FIRST, FIRST * 2, FIRST * 4, FIRST * 8]
    assert pauses[-1] == LONGEST == max(pauses)


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.999])
def test_chance_takes_away_half_of_the_pause_at_most(chance: float) -> None:
    for tries in (1, 5, 1000):
        assert wait(tries, 1.0) / 2 <= wait(tries, chance) < wait(tries, 1.0)


def test_what_the_target_asks_for_counts_if_it_is_longer() -> None:
    assert wait(1, 0.5, timedelta(hours=2)) == timedelta(hours=2)
    assert wait(30, 1.0, timedelta(seconds=1)) == LONGEST
    assert wait(1, 0.5, timedelta(days=400)) == MOST_ASKED


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 01 May 2024 10:02:00 GMT", 119.876544),
        ("Wed, 01 May 2024 10:02:00 -0000", 119.876544),
        ("Wed, 01 May 2024 12:02:00 +0200", 119.876544),
        ("Mon, 29 Apr 2024 10:00:00 GMT", 0),
        ("9" * 5000, MOST_ASKED.total_seconds()),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_pause_is_asked_for_in_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    asked = asked_for(header, NOW)
    assert (None if asked is None else asked.total_seconds()) == seconds

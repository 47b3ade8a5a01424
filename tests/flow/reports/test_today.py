"""What a reader is told of today is what a plain count over everything gives at that moment, on either database."""

from __future__ import annotations

from datetime import timedelta

from gleanery.flow.house import House
from gleanery.flow.reports import keeping, today
from gleanery.flow.reports.measures import COMPLETED, OPENED
from gleanery.testing import Clock
from tests.flow.reports.histories import History
from tests.flow.reports.slow import Key, kept, slow_counts

_ACTS = (
    ("approve", 0), ("approve", 1), ("reject", 2), ("deliver", 0), ("all view", 0), ("complete", 0), ("void", 3),
    ("undo", 1), ("read", 1), ("retract", 0), ("undo", 0), ("deliver", 0), ("merge", 4), ("purge", 5), ("erase", 7),
)  # fmt: skip


def _told(house: House, most: int = today.MOST) -> dict[Key, int]:
    day = house.now().date()
    with house.store.read() as session:
        every = [*today.items(house, session, day, most=most), *today.statements(session, day)]
    return {(one.measure, one.day, one.source, one.key): one.number for one in every if one.number}


def _slow(house: House) -> dict[Key, int]:
    """Today's part of the plain count; what learners did with today's items is told as it was kept."""
    wanted = slow_counts(house).items()
    return {key: n for key, n in wanted if key[1] == house.now().date() and key[0] not in (OPENED, COMPLETED)}


def test_after_every_kind_of_act_today_is_what_a_plain_count_gives(each_house: tuple[House, Clock]) -> None:
    house, clock = each_house
    history = History(house, clock)
    keeping.bring_up_to_date(house)
    for place, (name, number) in enumerate(_ACTS):
        history.acts()[name](number)
        assert _told(house) == _slow(house), name
        if place % 5 == 4:
            keeping.bring_up_to_date(house)
            assert _told(house) == _slow(house)
            assert kept(house) == slow_counts(house)


def test_before_anything_is_kept_and_on_a_new_day_everything_is_counted(
    each_house: tuple[House, Clock],
) -> None:
    house, clock = each_house
    assert _told(house) == _slow(house)
    keeping.bring_up_to_date(house)
    clock.move(timedelta(days=1))
    History(house, clock).acts()["approve"](0)
    assert _told(house) == _slow(house) != {}


def test_where_much_changed_everything_is_counted(each_house: tuple[House, Clock]) -> None:
    house, clock = each_house
    keeping.bring_up_to_date(house)
    history = History(house, clock)
    for number in range(5):
        history.acts()["approve"](number)
    assert _told(house, most=0) == _told(house) == _slow(house)

"""What is newer wins: events that come late, twice or in another order, beside readings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.connectors.slack.reader import Reader
from tests.fakes.slack import GENERAL, SlackWorld

Make = Callable[..., Reader]
DAY, LATE = timedelta(days=1), timedelta(minutes=6)


@pytest.fixture
def reader(world: SlackWorld, make: Make) -> Reader:
    reader = make()
    reader.read()
    reader.clock.move(timedelta(minutes=10))
    return reader


def test_a_message_whose_deletion_came_first_does_not_come_back(world: SlackWorld, reader: Reader) -> None:
    ts = world.post("regretted")
    world.delete(ts)
    page = reader.absorb(list(reversed(world.events)))
    assert reader.texts == {}
    assert page.posts == []


def test_events_of_one_message_count_in_the_order_of_what_happened(world: SlackWorld, reader: Reader) -> None:
    ts = world.post("one")
    world.edit(ts, "two")
    world.edit(ts, "three")
    reader.absorb(list(reversed(world.events)))
    assert reader.texts == world.truth() == {f"{GENERAL}:{ts}": "three"}


def test_a_message_sent_again_after_its_deletion_was_told_does_not_come_back(
    world: SlackWorld, reader: Reader
) -> None:
    ts = world.post("regretted")
    posted = world.events[-1]
    world.delete(ts)
    reader.absorb([world.events[-1]])
    reader.clock.move(LATE)
    reader.absorb([posted])
    assert reader.texts == {}
    reader.read()
    assert reader.texts == {}


@pytest.mark.parametrize("age", [timedelta(0), 60 * DAY])
def test_an_event_that_waited_does_not_overwrite_what_a_reading_saw_since(
    world: SlackWorld, reader: Reader, age: timedelta
) -> None:
    ts = world.post("one", at=world.clock() - age)
    reader.absorb(world.events)
    world.edit(ts, "two")
    waiting = world.events[-1]
    world.edit(ts, "three")
    reader.absorb([world.events[-1]])
    reader.clock.move(LATE)
    reader.read()
    reader.absorb([waiting])
    assert "two" not in reader.texts.values()
    reader.read()
    assert reader.texts == world.truth()


def test_late_events_of_the_newest_page_cost_no_request(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?")
    for number in range(20):
        world.post(f"message {number}")
        world.reply(parent, f"answer {number}")
    reader.clock.move(LATE)
    reader.absorb(world.events)
    assert reader.texts == {}, "what is late is looked at"
    world.asked.clear()
    reader.read()
    assert reader.texts == world.truth()
    assert sorted(world.methods()) == ["conversations.history"] * 2 + ["conversations.replies"]


def test_a_late_event_of_an_old_message_is_looked_at(world: SlackWorld, reader: Reader) -> None:
    old = world.post("How?", at=world.clock() - 100 * DAY)
    world.events.clear()
    reply = world.reply(old, "Two months later: so.")
    reader.clock.move(LATE)
    reader.absorb(world.events)
    reader.read()
    assert reader.texts == {f"{GENERAL}:{reply}": "Two months later: so."}


def _lost(reader: Reader, number: int) -> None:
    event: dict[str, Any] = {"type": "app_rate_limited", "minute_rate_limited": number}
    reader.absorb([{"event_id": f"app_rate_limited:{number}", "event": event}])


def test_events_lost_while_a_sweep_is_under_way_are_made_up_for(world: SlackWorld, make: Make) -> None:
    reader = make(requests_per_minute=1)
    world.worlds = {GENERAL: world.worlds[GENERAL]}
    for number in range(900):
        world.post(f"talk {number}", at=world.clock() - timedelta(minutes=2_000 - number))
    reader.read_through()
    reader.clock.move(DAY)
    key = sorted(world.worlds[GENERAL].shown)[620]  # on the second of five pages
    for _ in range(6):
        reader.read()
        reader.clock.move(timedelta(minutes=1))
    assert "sweep" in reader.states[GENERAL]
    world.edit(key, "edited while events were lost")
    _lost(reader, 1)
    for _ in range(30):
        reader.clock.move(timedelta(minutes=1))
        reader.read()
    assert reader.texts == world.truth()


def test_a_stop_told_by_an_event_of_before_does_not_last_for_a_good_token(
    world: SlackWorld, reader: Reader
) -> None:
    reader.absorb([{"event_id": "Ev9", "event": {"type": "app_uninstalled"}}])
    reader.read()
    assert reader.errors
    reader.clock.move(timedelta(hours=2))
    reader.read()
    assert reader.errors == {}

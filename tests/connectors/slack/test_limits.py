"""Slack's limits: kept before they are met, waited for by the house, and the mode of few requests lived with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gleanery.errors import Unreachable
from gleanery.testing import Reply
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import GENERAL, HELP, SlackWorld, World

Make = Callable[..., Reader]
MINUTE = timedelta(minutes=1)


def _stopped(reader: Reader) -> Unreachable:
    (error,) = reader.errors.values()
    assert isinstance(error, Unreachable)
    assert error.stops_source
    return error


def test_with_the_pace_of_a_tier_slack_never_has_to_refuse(world: SlackWorld, make: Make) -> None:
    world.limits = True
    world.worlds = {f"C{number:08}": World(f"C{number:08}", f"c{number}") for number in range(70)}
    for channel in world.worlds:
        world.reply(world.post("How?", channel), "So.", channel)
    reader = make(requests_per_minute=50)
    began = world.clock()
    reader.read_through()
    assert reader.texts == world.truth()
    assert reader.asked("conversations.history") == 70
    assert reader.asked("conversations.replies") == 70
    assert world.clock() - began <= 2 * MINUTE


def test_a_reading_that_was_interrupted_goes_on_with_those_that_had_no_turn(
    world: SlackWorld, make: Make
) -> None:
    world.worlds = {f"C{number:08}": World(f"C{number:08}", f"c{number}") for number in range(9)}
    reader = make(requests_per_minute=4)
    for turns in (4, 8):
        reader.read()
        assert _stopped(reader).retry_after == 60
        assert len({asked.form["channel"] for asked in world.asked if "channel" in asked.form}) == turns
        reader.clock.move(MINUTE)
    reader.read()
    assert reader.errors == {}
    assert reader.asked("conversations.history") == 9


def test_the_time_slack_asks_for_is_handed_on_and_kept_across_processes(
    world: SlackWorld, reader: Reader
) -> None:
    world.interrupt(
        Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "37"}), when=_is_history
    )
    reader.read()
    assert _stopped(reader).retry_after == 37
    world.asked.clear()
    reader.clock.move(timedelta(seconds=30))
    reader.read()
    assert _stopped(reader).retry_after == 7
    assert world.asked == [], "nothing is sent before the time"
    reader.clock.move(timedelta(seconds=7))
    reader.read()
    assert reader.errors == {}


def test_a_429_without_a_time_costs_one_request_and_a_minute(world: SlackWorld, reader: Reader) -> None:
    world.interrupt(Reply(429, b""), times=100, when=_is_history)
    for _ in range(5):
        reader.read()
    assert _stopped(reader).retry_after == 60
    assert reader.asked("conversations.history") == 1


def test_a_refusal_in_the_body_is_the_same_as_by_status(world: SlackWorld, reader: Reader) -> None:
    world.interrupt(Reply(200, {"ok": False, "error": "ratelimited"}, {"Retry-After": "5"}), when=_is_history)
    reader.read()
    assert _stopped(reader).retry_after == 5


def test_an_app_that_gets_15_messages_a_minute_is_found_out_told_and_read_on(
    world: SlackWorld, reader: Reader
) -> None:
    world.is_limited = True
    for number in range(70):
        channel = (GENERAL, HELP)[number % 2]
        ts = world.post(f"message {number}", channel, at=world.clock() - timedelta(hours=number))
        if number % 20 == 0:
            world.reply(ts, f"answer {number}", channel)
    reader.read()
    assert _stopped(reader).retry_after == 60
    pace = next(line for line in reader.connector().check() if line.name == "pace")
    assert not pace.ok
    assert "one request a minute and 15 messages" in pace.message
    assert "manifest" in pace.remedy
    began = world.clock()
    reader.read_through()
    assert reader.texts == world.truth()
    assert world.clock() - began <= timedelta(minutes=12), "each minute brings a page"
    asked = [int(asked.form["limit"]) for asked in world.asked if _is_history(asked)]
    assert asked[0] == 200
    assert set(asked[1:]) == {15}


def test_a_retry_after_of_a_minute_means_the_same(world: SlackWorld, reader: Reader) -> None:
    world.interrupt(
        Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "60"}), when=_is_history
    )
    reader.read()
    assert not next(line for line in reader.connector().check() if line.name == "pace").ok


def test_limited_reading_takes_turns_among_channels_and_still_sweeps(
    world: SlackWorld, reader: Reader
) -> None:
    world.is_limited = True
    kept = [world.post(f"message {n}", at=world.clock() - timedelta(days=n)) for n in range(20)]
    reader.read_through()
    world.delete(kept[19])
    for _ in range(3 * 24 * 4):
        reader.clock.move(timedelta(minutes=15))
        reader.read()
    assert reader.texts == world.truth()
    channels = {asked.form["channel"] for asked in world.asked[-8:] if _is_history(asked)}
    assert channels == {GENERAL, HELP}


def test_the_mode_is_tried_anew_after_a_day(world: SlackWorld, reader: Reader) -> None:
    world.is_limited = True
    for number in range(40):
        world.post(f"message {number}")
    reader.read_through()
    world.is_limited = False
    reader.clock.move(timedelta(days=1, minutes=1))
    world.asked.clear()
    reader.read()
    assert {asked.form["limit"] for asked in world.asked if _is_history(asked)} == {"200"}
    assert next(line for line in reader.connector().check() if line.name == "pace").ok


def _is_history(asked: object) -> bool:
    return str(getattr(asked, "path", "")).endswith("conversations.history")


def test_a_channel_with_much_to_read_does_not_keep_fifty_others_waiting(
    world: SlackWorld, make: Make
) -> None:
    world.is_limited = True
    world.worlds = {f"C{number:08}": World(f"C{number:08}", f"c{number}") for number in range(50)}
    big = "C00000020"
    for number in range(6_000):
        world.post(f"talk {number}", big, at=world.clock() - timedelta(minutes=20 * number + 20))
    reader = make()
    _minutes(reader, 130)
    for channel in world.worlds:
        world.post(f"news of {channel}", channel)
    _minutes(reader, 120)
    news = {text for text in reader.texts.values() if text.startswith("news")}
    assert news >= {f"news of {channel}" for channel in world.worlds if channel != big}
    assert sum(text.startswith("talk") for text in reader.texts.values()) > 1_500, "and it gets on itself"


def test_a_long_sweep_of_a_limited_channel_does_not_keep_off_what_is_new(
    world: SlackWorld, reader: Reader
) -> None:
    world.is_limited = True
    world.worlds = {GENERAL: world.worlds[GENERAL]}
    for number in range(600):
        world.post(f"talk {number}", at=world.clock() - timedelta(hours=number))
    reader.read_through()
    reader.clock.move(timedelta(days=1))
    reader.read()
    assert "sweep" in reader.states[GENERAL]
    world.post("news")
    for _ in range(2):
        reader.clock.move(MINUTE)
        reader.read()
    assert "news" in reader.texts.values()
    began = len(world.asked)
    while "sweep" in reader.states[GENERAL]:
        reader.clock.move(MINUTE)
        reader.read()
    assert len(world.asked) - began < 2 * 600 / 15 + 10


def _minutes(reader: Reader, number: int) -> None:
    for _ in range(number):
        reader.read()
        reader.clock.move(MINUTE)

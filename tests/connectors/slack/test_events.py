"""Events over HTTP: who may speak, what is kept, and what the worker makes of it afterwards."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.slack.settings import SlackSettings
from gleanery.errors import ConfigError, Unreachable
from gleanery.flow.inbox import SourceInbox
from gleanery.model.posts import Reaction
from gleanery.ports import Received
from gleanery.store import Store
from gleanery.testing import Reply
from gleanery.vault import Vault
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import CURATOR, GENERAL, HELP, LEARNER, TEAM, SlackWorld, World, enveloped

Make = Callable[..., Reader]
Send = Callable[..., tuple[int, bytes]]
DAY = timedelta(days=1)


@pytest.fixture
def reader(world: SlackWorld, make: Make) -> Reader:
    return make(signing_secret=SecretStr(world.secret))


@pytest.fixture
def send(world: SlackWorld, reader: Reader) -> Send:
    """Slack sends a body to the endpoint: status and answer."""
    (endpoint,) = reader.connector().endpoints()
    assert (endpoint.name, endpoint.methods) == ("events", ("POST",))

    def sent(body: Any, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, _, answer = endpoint.answer(
            "POST", "", world.signed(raw) if headers is None else headers, raw
        )
        return status, answer

    return sent


def _event(event: dict[str, Any], event_id: str = "Ev1") -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}


def test_the_address_is_proved_by_its_challenge(send: Send) -> None:
    assert send({"type": "url_verification", "challenge": "3eZbrw1aB"}) == (200, b"3eZbrw1aB")


def test_an_event_is_kept_once_however_often_it_is_sent(send: Send, reader: Reader) -> None:
    body = _event(
        {"type": "message", "channel": GENERAL, "user": CURATOR, "text": "hi", "ts": "1768478400.000100"}
    )
    assert [send(body) for _ in range(3)] == [(200, b"")] * 3
    assert [one.id for one in reader.inbox.waiting] == ["Ev1"]


def test_what_slack_did_not_sign_now_is_refused(world: SlackWorld, send: Send, reader: Reader) -> None:
    body = json.dumps(_event({"type": "app_uninstalled"})).encode()
    right = world.signed(body)
    wrong = [
        {},
        {**right, "X-Slack-Signature": "v0=" + "0" * 64},
        {**right, "X-Slack-Signature": "v0=ü"},
        {**right, "X-Slack-Request-Timestamp": "soon"},
        {**right, "X-Slack-Request-Timestamp": "9" * 30},
        world.signed(body, secret=secrets.token_hex(16)),
        world.signed(body, world.clock() - timedelta(seconds=400)),
        world.signed(body, world.clock() + timedelta(seconds=400)),
        world.signed(body + b" "),
    ]
    assert [send(body, headers)[0] for headers in wrong] == [401] * len(wrong)
    assert send(b"\xff\xfe", world.signed(b"\xff\xfe"))[0] == 401
    assert reader.inbox.waiting == []
    assert send(body, {name.lower(): value for name, value in right.items()})[0] == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7"])
def test_a_signed_body_that_is_no_event_is_refused_politely(send: Send, reader: Reader, body: bytes) -> None:
    assert send(body)[0] == 400
    assert reader.inbox.waiting == []


def test_a_body_too_large_is_refused_before_it_is_looked_at(send: Send) -> None:
    assert send(b"x" * (2 * 1024 * 1024 + 1))[0] == 413


def test_events_of_no_use_are_acknowledged_and_not_kept(send: Send, reader: Reader) -> None:
    for number, kind in enumerate(("member_joined_channel", "user_change", "file_created")):
        assert send(_event({"type": kind}, f"Ev{number}"))[0] == 200
    assert send({"type": "event_callback", "event": {"type": "message"}})[0] == 200
    assert reader.inbox.waiting == []


def test_neither_the_old_words_nor_the_verification_token_are_kept(send: Send, reader: Reader) -> None:
    token = secrets.token_hex(8)
    message = {"type": "message", "user": CURATOR, "text": "new", "ts": "1768478400.000100"}
    event = {"type": "message", "subtype": "message_changed", "channel": GENERAL, "message": message}
    send({**_event({**event, "previous_message": {**message, "text": "regretted"}}), "token": token})
    kept = str(reader.inbox.waiting)
    assert "new" in kept
    assert "regretted" not in kept
    assert token not in kept


def test_a_thousand_events_a_minute_are_acknowledged_within_three_seconds_each(
    world: SlackWorld, make: Make, tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'house.db'}")
    store.upgrade()
    vault = Vault.create(tmp_path / "vault.key")
    reader = make(signing_secret=SecretStr(world.secret))
    inbox = SourceInbox(store, "workspace", lambda: vault, world.clock)
    reader.context = replace(reader.context, inbox=inbox)
    (endpoint,) = reader.connector().endpoints()
    for number in range(100):
        world.post(f"message {number}")
    slowest, began = 0.0, time.perf_counter()
    for body in enveloped(world.events):
        before = time.perf_counter()
        assert endpoint.answer("POST", "", world.signed(body), body)[0] == 200
        slowest = max(slowest, time.perf_counter() - before)
    assert slowest < 3
    assert 100 / (time.perf_counter() - began) > 1_000 / 60
    store.close()


# --------------------------------------------------------------------------- afterwards


def test_events_say_at_once_what_polling_sees_late(world: SlackWorld, reader: Reader) -> None:
    old = world.post("befor", at=world.clock() - 60 * DAY)
    gone = world.post("gone soon", at=world.clock() - 50 * DAY)
    reader.read()
    world.events.clear()
    world.edit(old, "before")
    world.delete(gone)
    late = world.reply(old, "Two months later: so.")
    bot = world.post("build 7", user="", bot_id="B0CI00001", subtype="bot_message", username="CI")
    page = reader.absorb(world.events)
    assert reader.texts == world.truth()
    assert page.faults == []
    assert reader.posts[f"{GENERAL}:{late}"].parent_external_id == f"{GENERAL}:{old}"
    author = reader.posts[f"{GENERAL}:{bot}"].author
    assert author is not None
    assert author.is_bot
    reader.read()
    assert reader.texts == world.truth()


def test_the_last_word_counts_within_a_batch(world: SlackWorld, reader: Reader) -> None:
    ts = world.post("one")
    world.edit(ts, "two")
    world.delete(ts)
    other = world.post("three")
    world.edit(other, "four")
    page = reader.absorb(world.events)
    assert [post.text for post in page.posts] == ["four"]
    assert [gone.external_id for gone in page.gone] == [f"{GENERAL}:{ts}"]


def test_the_same_event_handed_in_twice_changes_nothing(world: SlackWorld, reader: Reader) -> None:
    ts = world.post("one")
    world.edit(ts, "two")
    events = [Received(event["event_id"], world.clock(), {"event": event["event"]}) for event in world.events]
    first, second = reader.connector().receive(events), reader.connector().receive(events)
    assert [post.model_dump() for post in first.posts] == [post.model_dump() for post in second.posts]


def test_reactions_by_events_are_read_with_the_next_reading_wherever_the_message_is(
    world: SlackWorld, reader: Reader
) -> None:
    old = world.post("old", at=world.clock() - 60 * DAY)
    reply = world.reply(old, "an answer", at=world.clock() - 59 * DAY)
    reader.read()
    reader.clock.move(timedelta(minutes=1))
    world.events.clear()
    world.react(old, "eyes", LEARNER)
    world.react(reply, "tada", CURATOR)
    reader.absorb(world.events)
    reader.read()
    assert reader.posts[f"{GENERAL}:{old}"].reactions == (Reaction(name="eyes", account=LEARNER),)
    assert reader.posts[f"{GENERAL}:{reply}"].reactions == (Reaction(name="tada", account=CURATOR),)
    assert reader.posts[f"{GENERAL}:{reply}"].parent_external_id == f"{GENERAL}:{old}"
    world.asked.clear()
    reader.read()
    assert world.methods() == ["conversations.history"] * 2, "nothing is left to look at"


def test_a_message_with_reactions_that_is_gone_meanwhile_is_gone(world: SlackWorld, reader: Reader) -> None:
    old = world.post("old", at=world.clock() - 60 * DAY)
    reader.read()
    world.react(old, "eyes", LEARNER)
    reader.absorb(world.events)
    world.delete(old)
    reader.read()
    assert reader.texts == {}


def test_a_reaction_waits_until_its_message_was_committed(world: SlackWorld, reader: Reader) -> None:
    old = world.post("old", at=world.clock() - 60 * DAY)
    reader.read()
    world.react(old, "eyes", LEARNER)
    reader.absorb(world.events)
    for page in reader.connector().pages(GENERAL, reader.states[GENERAL]):
        if page.posts:
            break  # the process dies before the page is committed
    reader.read()
    assert reader.posts[f"{GENERAL}:{old}"].reactions == (Reaction(name="eyes", account=LEARNER),)


def test_events_of_channels_that_are_not_read_are_left_out(world: SlackWorld, make: Make) -> None:
    reader = make(channels=["help"])
    world.post("elsewhere")
    world.react(world.post("elsewhere"), "eyes", LEARNER)
    world.post("here", HELP)
    reader.absorb(world.events)
    assert list(reader.texts.values()) == ["here"]


def test_a_channel_whose_id_changed_goes_on_under_its_first(world: SlackWorld, reader: Reader) -> None:
    first = world.post("before", HELP)
    reader.read()
    moved = world.worlds.pop(HELP)
    for new in ("C0NEWER01", "C0NEWEST1"):
        world.worlds[new] = World(new, "help")
        changed = {"type": "channel_id_changed", "old_channel_id": moved.id, "new_channel_id": new}
        reader.absorb([{"event_id": new, "event": changed}])
        moved = world.worlds.pop(new)
    world.worlds["C0NEWEST1"] = moved
    moved.messages, moved.shown = {}, []
    moved.add({"type": "message", "user": CURATOR, "text": "before", "ts": first})
    second = world.post("after", "C0NEWEST1")
    world.events = world.events[-1:]
    reader.read()
    assert reader.texts == {f"{HELP}:{first}": "before", f"{HELP}:{second}": "after"}
    assert HELP in reader.connector().partitions()
    assert reader.errors == {}
    reader.absorb(world.events)
    assert len(reader.texts) == 2


def test_a_minute_in_which_slack_left_events_out_is_made_up_for(world: SlackWorld, reader: Reader) -> None:
    old = world.post("befor", at=world.clock() - 20 * DAY)
    for number in range(250):
        world.post(f"talk {number}")
    reader.read()
    world.edit(old, "before")
    reader.clock.move(timedelta(minutes=1))
    limited = {"type": "app_rate_limited", "minute_rate_limited": 1768478400, "team_id": TEAM}
    raw = json.dumps(limited).encode()
    (endpoint,) = reader.connector().endpoints()
    assert endpoint.answer("POST", "", world.signed(raw), raw)[0] == 200
    reader.absorb()
    reader.read()
    assert reader.texts == world.truth()
    world.asked.clear()
    reader.read()
    assert len(world.asked) == 2, "swept once"


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"], "oauth": []}}]
)
def test_once_the_app_was_removed_the_source_stops_with_what_to_do(
    world: SlackWorld, reader: Reader, event: dict[str, Any]
) -> None:
    reader.read()
    reader.absorb([{"event_id": "Ev9", "event": event}])
    world.asked.clear()
    reader.read()
    error = reader.errors[""]
    assert isinstance(error, ConfigError)
    assert error.stops_source
    assert "Install the app again" in error.remedy
    assert world.asked == []
    world.token = f"xoxb-{secrets.token_hex(12)}"
    reader.settings = SlackSettings(**{**reader.settings.model_dump(), "token": SecretStr(world.token)})
    reader.read()
    assert reader.errors == {}, "a new token goes on"


def test_a_revoked_token_of_a_person_stops_nothing(reader: Reader) -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
    reader.absorb([{"event_id": "Ev9", "event": event}])
    reader.read()
    assert reader.errors == {}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "message"},
        {"type": "message", "channel": GENERAL},
        {"type": "message", "channel": GENERAL, "ts": 7},
        {"type": "message", "channel": GENERAL, "subtype": "message_deleted", "deleted_ts": "x"},
        {"type": "reaction_added", "item": None},
        {"type": "reaction_added", "item": {"type": "message", "channel": GENERAL, "ts": "x"}},
        {"type": "channel_id_changed"},
        {"type": "tokens_revoked", "tokens": 7},
        {"type": "unheard_of"},
        "words",
    ],
)
def test_a_broken_event_is_a_fault_and_the_others_count(
    world: SlackWorld, reader: Reader, event: Any
) -> None:
    world.post("kept")
    page = reader.absorb([{"event_id": "Ev9", "event": event}, *world.events])
    assert len(page.faults) == 1
    assert list(reader.texts.values()) == ["kept"]


def test_while_slack_cannot_be_asked_who_is_who_events_wait(world: SlackWorld, reader: Reader) -> None:
    world.post("kept")
    world.interrupt(Reply(503, b""))
    with pytest.raises(Unreachable):
        reader.absorb(world.events)
    reader.absorb()
    assert list(reader.texts.values()) == ["kept"]


def test_without_a_secret_there_is_no_endpoint(make: Make) -> None:
    assert make().connector().endpoints() == ()

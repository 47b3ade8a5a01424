"""What Slack refuses: whose turn it then is, and that one channel never stops the others."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from connectors.slack import Slack
from connectors.slack.refusals import ERRORS
from gleanery.errors import ConfigError, Denied, GleaneryError, Gone, Unreachable
from gleanery.testing import Asked, Reply
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import GENERAL, HELP, SlackWorld

Make = Callable[..., Reader]


@pytest.mark.parametrize(
    ("code", "error", "remedy"),
    [
        ("not_in_channel", Denied, "/invite @"),
        ("channel_not_found", Gone, "/invite @"),
        ("is_archived", Gone, "Take it out of `channels`"),
        ("internal_error", Unreachable, "status.slack.com"),
        ("fatal_error", Unreachable, "status.slack.com"),
        ("something_new", Unreachable, "status.slack.com"),
    ],
)
def test_one_broken_channel_does_not_stop_the_others(
    world: SlackWorld, reader: Reader, code: str, error: type[GleaneryError], remedy: str
) -> None:
    world.worlds[GENERAL].refuses = code
    world.post("read", HELP)
    reader.read()
    assert list(reader.texts.values()) == ["read"]
    assert list(reader.errors) == [GENERAL]
    told = reader.errors[GENERAL]
    assert type(told) is error
    assert not told.stops_source
    assert remedy in told.remedy
    assert GENERAL in told.message


@pytest.mark.parametrize(
    ("code", "error", "remedy"),
    [
        ("missing_scope", ConfigError, "OAuth & Permissions"),
        ("invalid_auth", ConfigError, "bot token"),
        ("not_authed", ConfigError, "bot token"),
        ("token_revoked", ConfigError, "disconnect"),
        ("account_inactive", ConfigError, "disconnect"),
        ("team_access_not_granted", Denied, "owner"),
        ("method_deprecated", ConfigError, "Update"),
    ],
)
def test_what_holds_for_the_whole_workspace_is_asked_once(
    world: SlackWorld, reader: Reader, code: str, error: type[GleaneryError], remedy: str
) -> None:
    reader.read()
    world.asked.clear()
    world.refuses = code
    reader.read()
    (told,) = reader.errors.values()
    assert type(told) is error
    assert told.stops_source
    assert remedy in told.remedy
    assert len(world.asked) == 1
    world.refuses = ""
    world.post("again")
    reader.read()
    assert "again" in reader.texts.values()


def test_the_missing_right_is_named(world: SlackWorld, reader: Reader) -> None:
    body = {"ok": False, "error": "missing_scope", "needed": "groups:history", "provided": "channels:read"}
    world.interrupt(Reply(200, body), when=_is_history)
    reader.read()
    assert "groups:history" in reader.errors[GENERAL].message


@pytest.mark.parametrize(
    "fault",
    [
        Reply(503, b"<html>down</html>"),
        Reply(200, b"<html>sign in</html>"),
        Reply(200, b'{"ok": true, "messages": ['),
        Reply(200, {"ok": True}),
        Reply(200, {"ok": True, "messages": [], "has_more": True}),
        "cut",
        "half",
    ],
)
def test_an_answer_that_is_none_is_asked_for_again_and_nothing_is_lost(
    world: SlackWorld, reader: Reader, fault: Reply
) -> None:
    world.post("kept")
    world.interrupt(fault, when=_is_history)
    reader.read()
    assert isinstance(reader.errors[GENERAL], Unreachable)
    assert "<html>" not in str(reader.errors[GENERAL])
    reader.read()
    assert reader.texts == world.truth()


def test_a_wrong_token_is_told_without_showing_it(
    world: SlackWorld, make: Make, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    reader = make()
    world.token += "x"
    reader.read()
    (told,) = reader.errors.values()
    lines = reader.connector().check()
    printed = capfd.readouterr()
    everything = f"{told} {lines} {caplog.text} {printed.out} {printed.err} {vars(reader.context.store)}"
    assert world.token[:-1] not in everything
    assert not lines[0].ok
    assert "xoxb" not in everything


def test_the_other_side_of_every_refusal_is_in_the_table() -> None:
    assert Slack.errors is ERRORS
    assert not ERRORS[-1].codes, "the last row takes everything"
    assert not ERRORS[-1].statuses
    for rule in ERRORS:
        assert rule.remedy
        assert rule.next


def test_a_thread_that_disappears_while_it_is_read_takes_its_replies_away(
    world: SlackWorld, reader: Reader
) -> None:
    parent = world.post("How?")
    reply = world.reply(parent, "So.")
    connector = reader.connector()
    pages = connector.pages(GENERAL, {})
    reader.take(GENERAL, next(pages))
    world.delete(reply)
    world.delete(parent)
    for page in pages:
        reader.take(GENERAL, page)
    reader.read()
    assert reader.texts == {}


def test_a_cursor_that_expired_begins_the_thread_anew(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?")
    for number in range(300):
        world.reply(parent, f"answer {number}")
    refusing = Reply(200, json.dumps({"ok": False, "error": "invalid_cursor"}).encode())
    world.interrupt(refusing, when=lambda asked: "cursor" in asked.form)
    reader.read()
    assert reader.errors == {}
    assert reader.texts == world.truth()


def _is_history(asked: Asked) -> bool:
    return asked.path.endswith("conversations.history") and asked.form["channel"] == GENERAL

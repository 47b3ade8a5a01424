"""The names of members: reading goes on without them, and with a list that broke off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gleanery.errors import Unreachable
from gleanery.testing import Asked, Reply
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import GENERAL, SlackWorld

Make = Callable[..., Reader]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _is_users(asked: Asked) -> bool:
    return asked.path.endswith("users.list")


def _refusing(code: str) -> Reply:
    return Reply(200, {"ok": False, "error": code})


@pytest.mark.parametrize(
    "fault",
    [_refusing("missing_scope"), _refusing("internal_error"), Reply(503, b""), Reply(200, {"ok": True})],
)
def test_without_the_list_of_members_reading_goes_on_and_the_names_come_later(
    world: SlackWorld, reader: Reader, fault: Any
) -> None:
    ts = world.post("hello")
    world.interrupt(fault, when=_is_users)
    reader.read()
    assert reader.errors == {}
    assert reader.texts == world.truth()
    assert reader.asked("users.list") == 1, "asked once, not for every channel"
    reader.read()
    assert reader.asked("users.list") == 1
    reader.clock.move(DAY)
    reader.read()
    author = reader.posts[f"{GENERAL}:{ts}"].author
    assert author is not None
    assert author.name == "curator"


def test_where_the_list_of_members_fails_the_names_of_yesterday_stay(
    world: SlackWorld, reader: Reader
) -> None:
    reader.read()
    reader.clock.move(DAY)
    ts = world.post("hello <@U0ANALYST>")
    world.interrupt(_refusing("internal_error"), when=_is_users)
    reader.read()
    assert reader.posts[f"{GENERAL}:{ts}"].text == "hello @analyst"
    assert reader.errors == {}


def test_a_pause_in_a_long_list_of_members_is_waited_for_and_the_list_goes_on(
    world: SlackWorld, reader: Reader
) -> None:
    world.people |= {f"U{number:08}": f"member{number}" for number in range(1_500)}
    ts = world.post("hello", user="U00001400")
    wait = Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "20"})
    world.interrupt(wait, when=lambda asked: _is_users(asked) and "cursor" in asked.form)
    reader.read()
    (told,) = reader.errors.values()
    assert isinstance(told, Unreachable)
    assert told.retry_after == 20
    reader.clock.move(timedelta(seconds=20))
    reader.read()
    author = reader.posts[f"{GENERAL}:{ts}"].author
    assert author is not None
    assert author.name == "member1400"
    assert reader.asked("users.list") == 3


def test_a_cursor_of_members_that_expired_begins_the_list_anew(world: SlackWorld, reader: Reader) -> None:
    world.people |= {f"U{number:08}": f"member{number}" for number in range(1_500)}
    ts = world.post("hello", user="U00001400")
    wait = Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "20"})
    with_cursor = lambda asked: _is_users(asked) and "cursor" in asked.form  # noqa: E731
    world.interrupt(wait, when=with_cursor)
    reader.read()
    reader.clock.move(HOUR)
    world.interrupt(_refusing("invalid_cursor"), when=with_cursor)
    reader.read()
    assert reader.errors == {}
    author = reader.posts[f"{GENERAL}:{ts}"].author
    assert author is not None
    assert author.name == "member1400"


def test_accounts_of_the_own_organisation_are_not_outside(world: SlackWorld, reader: Reader) -> None:
    told = {"ok": True, "team_id": "T0TEAM001", "enterprise_id": "E0ORG0001", "user_id": "U0APP0001"}
    world.interrupt(Reply(200, told), when=lambda asked: asked.path.endswith("auth.test"))
    own = world.post("ours", user_team="E0ORG0001")
    guest = world.post("theirs", user_team="E0OTHER01")
    reader.read()
    authors = [reader.posts[f"{GENERAL}:{ts}"].author for ts in (own, guest)]
    assert [one.is_outside for one in authors if one] == [False, True]

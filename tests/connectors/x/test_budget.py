"""What is read of X is limited and noted before it is asked for."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from connectors.x.budget import POSTS, USERS, Budget
from connectors.x.settings import XSettings
from gleanery.errors import BadInput, QuotaExhausted, Unreachable
from gleanery.http import GuardedHttp
from gleanery.testing import Clock, Reply
from tests.connectors.reader import Reader
from tests.connectors.x.conftest import ReaderOf
from tests.fakes.x import CURATOR, LEAD, LIST, OUTSIDER, XWorld

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def spent(reader: Reader) -> tuple[int, int, Decimal]:
    posts, users = (reader.ctx.meter.spent(bucket, LONG_AGO) for bucket in (POSTS, USERS))
    return posts.units, users.units, posts.money + users.money


def many(world: XWorld, count: int, author: str = CURATOR) -> None:
    for number in range(count):
        world.post(author, f"grease {number}")


def test_what_x_charges_is_what_is_noted(world: XWorld, reader_of: ReaderOf) -> None:
    many(world, 120)
    many(world, 30, OUTSIDER)
    world.repost(CURATOR, world.post(OUTSIDER, "passed on"))
    reader = reader_of(world, queries=["grease"], users=[CURATOR], lists=[LIST])
    reader.read()
    posts, users, money = spent(reader)
    assert (posts, users) == (world.charged["posts"], world.charged["users"]) == (152, 2)
    assert money == Decimal("0.005") * 152 + Decimal("0.010") * 2


def test_the_same_post_is_charged_once_a_day(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    many(world, 5)
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    clock.move(timedelta(minutes=31))
    reader.read()
    assert any(one.path == "/2/tweets" for one in world.asked), "they were looked up again"
    assert spent(reader)[0] == world.charged["posts"] == 5


def test_authors_names_are_not_paid_for_where_they_are_not_wanted(world: XWorld, reader_of: ReaderOf) -> None:
    many(world, 3)
    reader = reader_of(world, users=[CURATOR], author_names=False)
    reader.read()
    assert world.charged["users"] == spent(reader)[1] == 0
    assert {post.author.external_id for post in reader.known.drafts if post.author} == {CURATOR}


def test_no_more_is_asked_for_than_is_left_and_then_nothing(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    many(world, 400)
    reader = reader_of(world, queries=["grease"], monthly_posts=137, reposts=False, billing_day=17)
    reader.read()
    assert [one.query["max_results"] for one in world.asked if "search" in one.path] == ["100", "37"]
    error = reader.errors["search:1"]
    assert isinstance(error, QuotaExhausted)
    assert "137 posts" in error.message
    assert "2026-01-17" in error.message
    assert error.until == clock() + timedelta(hours=1)
    assert not error.stops_source, "what is free goes on"
    assert spent(reader)[0] == world.charged["posts"] == 137
    world.asked.clear()
    reader.read()
    assert not [one for one in world.asked if "search" in one.path], "refused before it was sent"
    clock.move(timedelta(days=2))
    reader.read()
    assert len(reader.texts) > 137, "a new month"


def test_where_less_is_left_than_the_smallest_page_nothing_is_asked(
    world: XWorld, reader_of: ReaderOf
) -> None:
    many(world, 30)
    reader = reader_of(world, queries=["grease"], monthly_posts=9)
    reader.read()
    assert isinstance(reader.errors["search:1"], QuotaExhausted)
    assert not [one for one in world.asked if "search" in one.path]


def test_dollars_limit_as_posts_do(world: XWorld, reader_of: ReaderOf) -> None:
    many(world, 400)
    reader = reader_of(world, users=[CURATOR], monthly_usd=Decimal("0.80"), reposts=False)
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], QuotaExhausted)
    assert Decimal("0.70") < spent(reader)[2] <= Decimal("0.80")


def test_nobody_can_allow_more_than_x_does(world: XWorld, reader_of: ReaderOf) -> None:
    with pytest.raises(ValueError, match="3000000"):
        reader_of(world, users=[CURATOR], monthly_posts=3_000_001)
    many(world, 30)
    reader = reader_of(world, users=[CURATOR], monthly_posts=3_000_000)
    reader.ctx.meter.spend(POSTS, 2_999_998)
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], QuotaExhausted)


def test_what_is_reserved_is_noted_before_the_answer_comes(world: XWorld, reader_of: ReaderOf) -> None:
    many(world, 3)
    reader = reader_of(world, users=[CURATOR])
    world.interrupt("cut")
    reader.read()
    assert spent(reader)[0] == 100, "X may have charged for the answer that was lost"
    world.interrupt("cut")
    reader.read()
    assert spent(reader)[0] == 105, "until an answer comes, the smallest page is asked for"
    reader.read()
    reader.read()
    assert [one.query["max_results"] for one in world.asked if "users" in one.path] == [
        "100",
        "5",
        "5",
        "100",
    ]


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_what_x_refused_is_not_charged(world: XWorld, reader_of: ReaderOf, status: int) -> None:
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(Reply(status, {}))
    reader.read()
    assert spent(reader) == (0, 0, Decimal(0))


@pytest.mark.parametrize(
    ("day", "began", "ends"),
    [(1, "2026-01-01", "2026-02-01"), (15, "2026-01-15", "2026-02-15"), (28, "2025-12-28", "2026-01-28")],
)
def test_a_billing_month_begins_on_its_day(
    world: XWorld, reader_of: ReaderOf, day: int, began: str, ends: str
) -> None:
    reader = reader_of(world, users=[CURATOR], billing_day=day)
    (line,) = (one for one in reader.connector().check() if one.name == "budget")
    assert f"since {began};" in line.message
    assert f"anew on {ends}." in line.message


def test_an_estimate_counts_without_reading(world: XWorld, reader_of: ReaderOf) -> None:
    many(world, 230, OUTSIDER)
    reader = reader_of(world, queries=["grease"], users=[LEAD])
    told = reader.connector().estimate("search:1", {})
    assert (told.posts, told.requests, len(world.asked)) == (230, 3, 1)
    assert told.money == 230 * Decimal("0.015"), "at most: every post by another author"
    assert world.charged["posts"] == 0
    assert reader.connector().estimate(f"user:{LEAD}", {}).posts is None
    assert len(world.asked) == 1
    reader.read()
    assert reader.connector().estimate("search:1", reader.states["search:1"]).posts == 0


def test_an_estimate_of_the_daily_look_up_tells_its_cost(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    many(world, 150)
    reader = reader_of(world, users=[CURATOR], deletions="lookup", author_names=False)
    reader.read()
    assert reader.connector().estimate("compliance", reader.states["compliance"]).money == 0
    clock.move(timedelta(hours=23))
    told = reader.connector().estimate("compliance", reader.states["compliance"])
    assert (told.posts, told.requests, told.money) == (0, 2, Decimal("0.75"))


def test_what_never_left_is_not_charged(world: XWorld, reader_of: ReaderOf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    reader = reader_of(world, users=[CURATOR], base_url=f"http://127.0.0.1:{port}")
    reader.ctx = replace(reader.ctx, http=GuardedHttp(entered=[f"127.0.0.1:{port}"]))
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], Unreachable)
    assert spent(reader) == (0, 0, Decimal(0))


def test_an_answer_that_is_not_waited_for_or_too_large_stays_noted(
    world: XWorld, reader_of: ReaderOf
) -> None:
    many(world, 3)
    reader = reader_of(world, users=[CURATOR])
    budget = Budget(XSettings(users=(CURATOR,), bearer_token=SecretStr(world.token)), reader.ctx)
    with pytest.raises(KeyboardInterrupt), budget.reserved(10):
        raise KeyboardInterrupt
    assert spent(reader)[0] == 10
    reader.ctx = replace(reader.ctx, http=GuardedHttp(entered=[world.host], max_bytes=100))
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], BadInput)
    assert spent(reader)[0] == world.charged["posts"] + 10 + 97


def test_handles_are_not_asked_for_where_no_dollar_is_left(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, users=["@curator"], monthly_usd=Decimal(0))
    reader.read()
    assert isinstance(reader.errors["user:#1"], QuotaExhausted)
    assert world.charged["users"] == 0
    assert not [one for one in world.asked if one.path == "/2/users/by"]

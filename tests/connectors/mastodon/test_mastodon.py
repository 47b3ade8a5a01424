"""The Mastodon connector against a server on loopback."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.mastodon import ERRORS, Mastodon, MastodonSettings
from gleanery.errors import Denied, Gone, Unreachable
from gleanery.testing import Clock, Reply, check_connector, check_settings_refused
from tests.connectors.reader import Reader
from tests.fakes.mastodon import MastodonWorld

Make = Callable[..., Reader]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[MastodonWorld]:
    with MastodonWorld(clock) as running:
        yield running


@pytest.fixture
def make(world: MastodonWorld, clock: Clock, tmp_path: Path) -> Make:
    """A reader of the world by these settings."""

    def made(**settings: Any) -> Reader:
        checked = MastodonSettings(**{**world.settings(), **settings})
        return Reader(lambda ctx: Mastodon(checked, ctx), world, clock, tmp_path / "own")

    return made


def test_the_contract_of_connectors_is_kept(world: MastodonWorld, make: Make) -> None:
    for number in range(90):
        world.post(f"Toot {number}")
    world.token = secrets.token_hex()
    check_connector(make(token=world.token).connector, secrets=[world.token])
    check_settings_refused(Mastodon, {"base_url": world.url, "tags": ["a"], "hashtags": ["a"]})
    with pytest.raises(ValidationError, match="at least one"):
        MastodonSettings(base_url=world.url)


def test_a_status_becomes_a_post_with_its_links_and_without_mentions_and_hashtags(
    world: MastodonWorld, make: Make
) -> None:
    first = world.post("Which gas?")
    world.post(
        'Argon, see <a href="https://gas.example.org/a">gas</a> <a href="https://o.example.org/@lead" '
        'class="u-url mention">@lead</a> <a class="mention hashtag" href="https://o.example.org/tags/tig">#tig</a>',
        account="lead@other.example.org",
        answers=first.id,
    )
    reader = make()
    reader.read()
    asked, told = sorted(reader.known.drafts, key=lambda one: one.external_id)
    assert (told.platform, told.realm, told.parent_external_id) == ("mastodon", world.host, str(first.id))
    assert told.url == f"https://social.example.org/@lead/{told.external_id}"
    assert [link.url for link in told.links] == ["https://gas.example.org/a"]
    assert (told.tags, told.language) == (("welding",), "en")
    assert told.author is not None
    assert asked.author is not None
    assert told.author.external_id == "lead@other.example.org"
    assert asked.author.external_id == f"curator@{world.host}", (
        "a member's server is left out by the server itself"
    )


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
def test_only_what_is_public_is_read(world: MastodonWorld, make: Make, visibility: str) -> None:
    world.post("For all")
    kept = world.post("Not for all", visibility=visibility)
    world.post("", boosts=kept)
    reader = make(boosts=True)
    reader.read()
    assert list(reader.texts.values()) == ["For all"]


def test_a_boost_is_a_link_that_was_shared_and_only_read_where_wanted(
    world: MastodonWorld, make: Make
) -> None:
    boosted = world.post("Words of another", account="lead@other.example.org", tag="other")
    boost = world.post("", boosts=boosted)
    reader = make(boosts=True)
    reader.read()
    (post,) = reader.known.drafts
    assert (post.external_id, post.act, post.text) == (str(boost.id), "shared", "")
    assert [link.url for link in post.links] == [f"https://social.example.org/@lead/{boosted.id}"]
    without = make()
    without.read()
    assert without.known.drafts == []


def test_an_idle_reading_costs_one_request_a_partition(world: MastodonWorld, make: Make) -> None:
    for number in range(100):
        world.post(f"Toot {number}")
    reader = make()
    reader.read()
    reader.asked()
    reader.read()
    assert reader.asked() == 2
    world.post("One more")
    reader.read()
    assert reader.asked() == 4


def test_a_status_that_comes_late_from_another_server_is_found_within_a_day(
    world: MastodonWorld, make: Make, clock: Clock
) -> None:
    world.post("Now")
    reader = make()
    reader.read()
    clock.move(timedelta(hours=2))
    world.post("Later")
    reader.read()
    late = world.post("From afar", late=timedelta(hours=3), account="lead@other.example.org")
    reader.read()
    assert str(late.id) not in reader.texts
    clock.move(timedelta(hours=24))
    reader.read()
    assert reader.texts == world.truth()


def test_the_first_reading_goes_back_as_far_as_it_is_told(world: MastodonWorld, make: Make) -> None:
    world.post("Old", late=timedelta(days=31))
    world.post("New", late=timedelta(days=29))
    reader = make(first_days=30)
    reader.read()
    assert list(reader.texts.values()) == ["New"]


def test_edits_and_deletions_come_to_light_with_the_next_look(
    world: MastodonWorld, make: Make, clock: Clock
) -> None:
    toots = [world.post(f"Toot {number}") for number in range(50)]
    reader = make()
    reader.read()
    clock.move(timedelta(hours=25))
    world.edit(toots[5], "Toot five")
    del world.toots[toots[7].id]
    reader.asked()
    reader.read()
    assert reader.texts == world.truth()
    edited = next(post for post in reader.known.drafts if post.text == "Toot five")
    assert edited.edited_at == clock()
    lookups = [one for one in world.asked if one.path == "/api/v1/statuses"]
    assert [len(one.values("id[]")) for one in lookups] == [20, 20, 10]


def test_an_edit_that_makes_nothing_of_a_refused_look(world: MastodonWorld, make: Make, clock: Clock) -> None:
    world.post("Kept")
    reader = make()
    reader.read()
    clock.move(timedelta(hours=25))
    world.interrupt(
        Reply(404, {"error": "Record not found"}), when=lambda one: one.path == "/api/v1/statuses"
    )
    reader.read()
    assert isinstance(reader.errors["again"], Gone)
    assert "4.3" in str(reader.errors["again"])
    assert reader.texts == world.truth()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": "2026-01-15T12:03:20.029100Z"}, 200.0291),
        ({"Retry-After": "40"}, 40),
        ({"X-RateLimit-Reset": "soon"}, None),
        ({}, None),
    ],
)
def test_a_429_says_when_to_come_back_by_a_time_of_day(
    world: MastodonWorld, make: Make, headers: dict[str, str], seconds: float | None
) -> None:
    world.post("Toot")
    world.interrupt(Reply(429, {"error": "Too many requests"}, headers))
    reader = make()
    reader.read()
    error = reader.errors["tag:welding"]
    assert isinstance(error, Unreachable)
    assert error.retry_after == pytest.approx(seconds)
    assert reader.asked() == 1


def test_an_unknown_account_stops_no_hashtag_and_a_refused_token_stops_all(
    world: MastodonWorld, make: Make
) -> None:
    world.post("Toot")
    reader = make(accounts=["nobody@gone.example.org", "curator"])
    reader.read()
    assert list(reader.errors) == ["account:nobody@gone.example.org"]
    assert reader.texts == world.truth()
    assert [line.ok for line in reader.connector().check()] == [True, False, True, True]
    world.token = secrets.token_hex()
    refused = make(token=secrets.token_hex())
    refused.read()
    assert list(refused.errors) == ["tag:welding"]
    assert isinstance(refused.errors["tag:welding"], Denied)


def test_a_garbled_status_is_a_fault_and_the_others_come_in(world: MastodonWorld, make: Make) -> None:
    world.post("Sound")
    body = world.answer(_timeline_request()).body
    broken = [
        {"id": "7", "visibility": "public"},
        "no object",
        {"id": "8", "visibility": "public", "account": 3, "content": ""},
    ]
    world.interrupt(Reply(body=[*body, *broken]))
    reader = make(accounts=[])
    faults = [fault.where for page in reader.read() for fault in page.faults]
    assert faults == ["status 7", "status 8"]
    assert reader.texts == world.truth()


def _timeline_request() -> Any:
    from gleanery.testing import Asked

    return Asked("GET", "/api/v1/timelines/tag/welding", {}, {}, b"")


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_reading_to_rest_gives_exactly_what_is_there(
    world: MastodonWorld, make: Make, clock: Clock, seed: int
) -> None:
    rng = random.Random(seed)
    reader = make()
    for _ in range(12):
        for _ in range(rng.randrange(60)):
            world.change(rng)
        clock.move(timedelta(minutes=rng.randrange(600)))
        fault = rng.choice(["cut", "half", Reply(429, b""), Reply(503, b""), None])
        if fault is not None:
            world.interrupt(fault, after=rng.randrange(4))
        reader.read(pages=rng.choice([None, 1, 3]))
    world.clear()
    for pause in world.rest(clock):
        clock.move(pause)
        reader.read()
    assert reader.texts == world.truth()


def test_every_refusal_has_its_row() -> None:
    assert Mastodon.errors is ERRORS
    assert ERRORS[-1].suits(599, "")
    assert all(rule.error == "unreachable" or rule.remedy for rule in ERRORS)

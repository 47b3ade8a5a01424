"""The Bluesky connector against an AppView on loopback."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.bluesky import ERRORS, Bluesky, BlueskySettings
from gleanery.errors import ConfigError, Denied, Gone, Unreachable
from gleanery.testing import NOON, Clock, Reply, check_connector, check_settings_refused
from tests.connectors.reader import Reader
from tests.fakes.bluesky import AUTHOR, LIST, OTHER, BlueskyWorld

Make = Callable[..., Reader]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[BlueskyWorld]:
    with BlueskyWorld(clock) as running:
        yield running


@pytest.fixture
def make(world: BlueskyWorld, clock: Clock, tmp_path: Path) -> Make:
    """A reader of the world by these settings."""

    def made(**settings: Any) -> Reader:
        checked = BlueskySettings(**{**world.settings(), **settings})
        return Reader(lambda ctx: Bluesky(checked, ctx), world, clock, tmp_path / "own")

    return made


def test_the_contract_of_connectors_is_kept(world: BlueskyWorld, make: Make) -> None:
    for number in range(230):
        world.post(f"Some words {number}", author=AUTHOR if number % 2 else OTHER)
    check_connector(make().connector)
    check_settings_refused(Bluesky, {"accounts": [AUTHOR], "actors": [AUTHOR]})
    with pytest.raises(ValidationError, match="at least one"):
        BlueskySettings()


def test_a_post_becomes_a_post_with_its_card_its_links_and_what_it_quotes(
    world: BlueskyWorld, make: Make
) -> None:
    first = world.post("Some words")
    feature = "app.bsky.richtext.facet#"
    world.post(
        "See this",
        author=OTHER,
        answers=first.uri,
        more={
            "langs": ["de"],
            "tags": ["tig"],
            "facets": [
                {
                    "index": {},
                    "features": [{"$type": feature + "link", "uri": "https://gas.example.org/full"}],
                },
                {"index": {}, "features": [{"$type": feature + "tag", "tag": "arc"}]},
                {"index": {}, "features": [{"$type": feature + "mention", "did": AUTHOR}]},
            ],
            "embed": {
                "$type": "app.bsky.embed.recordWithMedia",
                "media": {
                    "external": {"uri": "https://card.example.org/", "title": "A card", "description": "More"}
                },
                "record": {"record": {"uri": first.uri}},
            },
        },
    )
    reader = make()
    reader.read()
    asked, told = sorted(reader.known.drafts, key=lambda one: one.external_id)
    assert (told.platform, told.realm, told.external_id) == ("bluesky", "bsky.app", "did:plc:lead/3k00002")
    assert told.parent_external_id == asked.external_id
    assert told.url == "https://bsky.app/profile/did:plc:lead/post/3k00002"
    assert [(link.url, link.title) for link in told.links] == [
        ("https://card.example.org/", "A card"),
        ("https://gas.example.org/full", ""),
        ("https://bsky.app/profile/did:plc:curator/post/3k00001", ""),
    ]
    assert (told.tags, told.language) == (("tig", "arc"), "de")
    assert told.author is not None
    assert (told.author.external_id, told.author.name) == (OTHER, "lead")


def test_who_asks_not_to_be_shown_to_the_signed_out_is_not_read_and_later_gone(
    world: BlueskyWorld, make: Make, clock: Clock
) -> None:
    world.post("Some words")
    world.post("More words", author=OTHER)
    reader = make()
    reader.read()
    assert len(reader.texts) == 2
    world.hidden.add(OTHER)
    clock.move(timedelta(hours=25))
    (gone,) = [one for page in reader.read() for one in page.gone]
    assert gone.external_id.startswith(OTHER)
    fresh = make()
    fresh.read()
    assert fresh.texts == world.truth()


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ({"val": "!hide"}, False),
        ({"val": "porn"}, False),
        ({"val": "porn", "neg": True}, True),
        ({"val": "porn", "exp": "2026-01-01T00:00:00.000Z"}, True),
        ({"val": "!warn"}, True),
    ],
)
def test_labels_are_honoured_while_they_stand(
    world: BlueskyWorld, make: Make, label: dict[str, Any], read: bool
) -> None:
    world.post("Labelled words")
    view = world._view(next(iter(world.posts.values())))
    world.interrupt(Reply(body={"feed": [{"post": {**view, "labels": [label]}}]}))
    reader = make(lists=[], searches=[])
    reader.read()
    assert bool(reader.texts) is read


def test_an_author_labels_a_post_himself(world: BlueskyWorld, make: Make) -> None:
    world.post("Some words", more={"labels": {"values": [{"val": "nudity"}]}})
    reader = make()
    reader.read()
    assert reader.texts == {}


def test_reposts_are_not_read_and_do_not_keep_a_reading_from_its_end(
    world: BlueskyWorld, make: Make, clock: Clock
) -> None:
    old = world.post("Old words", author=OTHER, dated=timedelta(days=200))
    world.post("New words")
    for number in range(250):
        world.reposted.append((clock() - timedelta(hours=number * 12), old))
    reader = make(lists=[], searches=[])
    reader.read()
    assert list(reader.texts.values()) == ["New words"]
    reader.asked()
    clock.move(timedelta(hours=1))
    reader.read()
    assert reader.asked() == 1


def test_a_search_goes_on_by_time_without_signing_in(world: BlueskyWorld, make: Make) -> None:
    for number in range(350):
        world.post(f"Some words {number}")
    reader = make(accounts=[], lists=[])
    reader.read()
    assert reader.texts == world.truth()
    assert not any("cursor" in one.query for one in world.asked)


def test_a_search_that_wants_people_signed_in_stops_nothing_else(world: BlueskyWorld, make: Make) -> None:
    world.post("Some words")
    world.search_is_open = False
    reader = make()
    reader.read()
    assert isinstance(reader.errors["search:words"], Denied)
    assert "base_url" in str(reader.errors["search:words"])
    assert reader.texts == world.truth()


def test_a_cursor_that_is_no_longer_taken_begins_the_window_anew(world: BlueskyWorld, make: Make) -> None:
    for number in range(150):
        world.post(f"Words {number}")
    reader = make(lists=[], searches=[])
    reader.read(pages=1)
    partition = f"account:{AUTHOR}"
    reader.states[partition] = {**reader.states[partition], "cursor": "stale"}
    reader.read()
    assert reader.texts == world.truth()


def test_deletions_come_to_light_with_the_next_look_25_posts_a_request(
    world: BlueskyWorld, make: Make, clock: Clock
) -> None:
    posts = [world.post(f"Words {number}") for number in range(60)]
    reader = make(searches=[])
    reader.read()
    del world.posts[posts[3].uri]
    clock.move(timedelta(hours=25))
    reader.asked()
    reader.read()
    assert reader.texts == world.truth()
    looks = [len(one.values("uris")) for one in world.asked if one.path.endswith("getPosts")]
    assert looks == [25, 25, 10]


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (Reply(400, {"error": "UnknownList"}), Gone),
        (Reply(400, {"error": "InvalidRequest"}), ConfigError),
        (Reply(404, b"<html>"), Gone),
        (Reply(502, b"<html>"), Unreachable),
        (Reply(200, b"<html>"), Unreachable),
        (Reply(200, {"posts": []}), Unreachable),
        ("cut", Unreachable),
        ("half", Unreachable),
    ],
)
def test_a_refusal_commits_nothing_and_says_whose_turn_it_is(
    world: BlueskyWorld, make: Make, refused: Any, error: type[Exception]
) -> None:
    world.post("Words")
    world.interrupt(refused)
    reader = make(accounts=[], searches=[])
    reader.read()
    assert isinstance(reader.errors[f"list:{LIST}"], error)
    assert reader.states.get(f"list:{LIST}") is None
    reader.read()
    assert reader.texts == world.truth()


def test_a_429_says_when_to_come_back_by_seconds_since_1970(world: BlueskyWorld, make: Make) -> None:
    reset = str(int(NOON.timestamp()) + 90)
    world.interrupt(Reply(429, {"error": "RateLimitExceeded"}, {"RateLimit-Reset": reset}))
    reader = make()
    reader.read()
    error = reader.errors[f"account:{AUTHOR}"]
    assert isinstance(error, Unreachable)
    assert error.retry_after == 90
    assert reader.asked() == 1


def test_an_unknown_account_is_named_by_check_with_a_remedy(world: BlueskyWorld, make: Make) -> None:
    lines = make(accounts=["nobody.example.org"]).connector().check()
    assert [line.ok for line in lines] == [False, True, True, True]
    assert "accounts" in lines[0].remedy


def test_a_garbled_post_is_a_fault_and_the_others_come_in(world: BlueskyWorld, make: Make) -> None:
    world.post("Sound")
    view = world._view(next(iter(world.posts.values())))
    undated = {**view, "uri": "at://x/app.bsky.feed.post/9", "record": {"text": "a"}, "indexedAt": "never"}
    broken = [{"post": {"uri": "at://x/app.bsky.feed.post/8", "labels": "?"}}, "no object", {"post": undated}]
    world.interrupt(Reply(body={"feed": [{"post": view}, *broken]}))
    reader = make(lists=[], searches=[])
    faults = [fault.where for page in reader.read() for fault in page.faults]
    assert faults == ["post x/8", "post x/9"]
    assert reader.texts == world.truth()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_reading_to_rest_gives_exactly_what_is_there(
    world: BlueskyWorld, make: Make, clock: Clock, seed: int
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
    assert Bluesky.errors is ERRORS
    assert ERRORS[-1].suits(599, "")
    assert all(rule.error == "unreachable" or rule.remedy for rule in ERRORS)

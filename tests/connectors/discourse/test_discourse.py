"""The Discourse connector against a forum on loopback."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.discourse import ERRORS, Discourse, DiscourseSettings
from gleanery.errors import Denied, Unreachable
from gleanery.model.posts import PostDraft
from gleanery.testing import Clock, Reply, check_connector, check_settings_refused
from tests.connectors.reader import Reader
from tests.fakes.discourse import DiscourseWorld

Make = Callable[..., Reader]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[DiscourseWorld]:
    with DiscourseWorld(clock) as running:
        yield running


@pytest.fixture
def make(world: DiscourseWorld, clock: Clock, tmp_path: Path) -> Make:
    """A reader of the world by these settings."""

    def made(**settings: Any) -> Reader:
        checked = DiscourseSettings(**{**world.settings(), **settings})
        return Reader(lambda ctx: Discourse(checked, ctx), world, clock, tmp_path / "own")

    return made


def posts_by_text(reader: Reader) -> dict[str, PostDraft]:
    return {post.text: post for post in reader.known.drafts}


def test_the_contract_of_connectors_is_kept(world: DiscourseWorld, make: Make) -> None:
    for number in range(32):
        topic = world.open_topic(f"Topic {number}")
    for number in range(50):
        world.reply(topic, f"An answer to {number}")
    world.key = secrets.token_hex()
    reader = make(api_key=world.key, base_url=world.url)
    check_connector(reader.connector, secrets=[world.key])
    check_settings_refused(Discourse, {"base_url": world.url, "categorys": ["a/7"]})


def test_a_topic_becomes_a_post_and_its_replies_answer_whom_they_answer(
    world: DiscourseWorld, make: Make
) -> None:
    topic = world.open_topic(
        "Arc length",
        'Keep it short. <a href="https://weld.example.org/arc">Why</a> <a class="mention" href="/u/lead">@lead</a>',
        tags=("arc", "tig"),
    )
    first = world.reply(topic, "How short?")
    world.reply(topic, "As the rod is thick.", answers=first.number)
    reader = make(licence="CC BY-SA 4.0")
    reader.read()
    posts = posts_by_text(reader)
    opened, asked, told = (
        posts["Keep it short. Why @lead"],
        posts["How short?"],
        posts["As the rod is thick."],
    )
    assert (opened.platform, opened.realm) == ("discourse", world.host)
    assert opened.title == "Arc length"
    assert opened.url == f"{world.url}/t/arc-length/{topic.id}/1"
    assert [link.url for link in opened.links] == ["https://weld.example.org/arc"]
    assert (opened.tags, opened.channel, opened.licence) == (("arc", "tig"), "7", "CC BY-SA 4.0")
    assert opened.author is not None
    assert (opened.author.external_id, opened.author.name) == ("1", "member1")
    assert (opened.parent_external_id, asked.parent_external_id) == (None, opened.external_id)
    assert (asked.title, told.parent_external_id) == ("", asked.external_id)


def test_a_reply_to_a_post_read_long_ago_finds_it_again(world: DiscourseWorld, make: Make) -> None:
    topic = world.open_topic("A long one")
    many = [world.reply(topic, f"Answer {number}") for number in range(60)]
    reader = make()
    reader.read()
    world.reply(topic, "That was wrong.", answers=many[40].number)
    reader.read()
    assert posts_by_text(reader)["That was wrong."].parent_external_id == f"{topic.id}:{many[40].id}"


def test_an_idle_reading_costs_one_request_a_list_and_a_new_reply_two_more(
    world: DiscourseWorld, make: Make
) -> None:
    topics = [world.open_topic(f"Topic {number}") for number in range(20)]
    for number in range(100):
        world.reply(topics[0], f"Answer {number}")
    reader = make()
    reader.read()
    reader.asked()
    assert [page.posts for page in reader.read()] == [(), ()]
    assert reader.asked() == 1
    world.reply(topics[0], "One more")
    reader.read()
    assert reader.asked() == 3


def test_the_first_reading_goes_back_as_far_as_it_is_told(
    world: DiscourseWorld, make: Make, clock: Clock
) -> None:
    old = world.open_topic("Old")
    for number in range(50):
        world.reply(old, f"Early {number}")
    forgotten = world.open_topic("Forgotten")
    clock.move(timedelta(days=100))
    world.reply(old, "Late")
    reader = make(first_days=30)
    reader.read()
    assert "Late" in reader.texts.values()
    assert not any(one.startswith(f"{forgotten.id}:") for one in reader.texts)
    assert "Early 45" not in reader.texts.values()


def test_a_deletion_in_a_topic_that_is_bumped_is_seen_at_once(world: DiscourseWorld, make: Make) -> None:
    topic = world.open_topic("A topic")
    wrong = world.reply(topic, "Wrong")
    for number in range(40):
        world.reply(topic, f"Answer {number}")
    reader = make()
    reader.read()
    world.delete(topic, wrong)
    world.reply(topic, "It was wrong")
    (gone,) = [one for page in reader.read() for one in page.gone]
    assert gone.external_id == f"{topic.id}:{wrong.id}"


def test_silent_edits_and_deletions_come_to_light_with_the_next_look(
    world: DiscourseWorld, make: Make, clock: Clock
) -> None:
    topic, away = world.open_topic("A topic"), world.open_topic("Another")
    early = world.reply(topic, "Tow-day")
    many = [world.reply(topic, f"Answer {number}") for number in range(45)]
    reader = make()
    reader.read()
    world.edit(topic, early, "Today")
    world.edit(topic, many[30], "Answer thirty")
    world.delete(topic, many[3])
    world.delete(away, away.posts[0])
    reader.read()
    assert "Tow-day" in reader.texts.values()
    clock.move(timedelta(hours=25))
    reader.read()
    assert reader.texts == world.truth()
    assert posts_by_text(reader)["Today"].edited_at is not None
    assert posts_by_text(reader)["Answer 5"].edited_at is None


def test_known_topics_are_looked_at_in_turn_within_the_share(
    world: DiscourseWorld, make: Make, clock: Clock
) -> None:
    for number in range(25):
        world.open_topic(f"Topic {number}")
    reader = make(again_topics=10)
    reader.read()
    looked: list[str] = []
    for _ in range(3):
        clock.move(timedelta(hours=24))
        reader.asked()
        reader.read()
        looked += [one.path for one in world.asked if one.path.startswith("/t/")]
        assert reader.asked() == 11
    assert len(set(looked)) == 25


@pytest.mark.parametrize("refused", [403, 404])
def test_a_key_that_is_refused_makes_nothing_gone(
    world: DiscourseWorld, make: Make, clock: Clock, refused: int
) -> None:
    world.open_topic("A topic")
    reader = make()
    reader.read()
    clock.move(timedelta(hours=25))
    kind = {403: "invalid_access", 404: "not_found"}[refused]
    world.interrupt(
        Reply(refused, {"errors": [], "error_type": kind}), times=9, when=lambda a: "/t/" in a.path
    )
    world.interrupt(Reply(403, {"error_type": "not_logged_in"}), times=9, when=lambda a: "latest" in a.path)
    reader.states.pop("latest")
    reader.read()
    assert isinstance(reader.errors["latest"], Denied)
    assert reader.texts == world.truth()


def test_a_topic_that_we_may_no_longer_see_is_gone(world: DiscourseWorld, make: Make, clock: Clock) -> None:
    topic = world.open_topic("A topic")
    world.open_topic("Another")
    reader = make()
    reader.read()
    world.restricted.add(topic.id)
    clock.move(timedelta(hours=25))
    reader.read()
    assert reader.texts == world.truth()


def test_hidden_posts_whispers_and_notes_of_the_forum_are_not_read(world: DiscourseWorld, make: Make) -> None:
    topic = world.open_topic("A topic")
    world.reply(topic, "Flagged").hidden = True
    world.reply(topic, "Among staff").type = 4
    world.note(topic)
    reader = make()
    reader.read()
    assert set(reader.texts.values()) == {"Where do I begin?"}


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (
            Reply(429, {"errors": ["Slow down"], "error_type": "rate_limit", "extras": {"wait_seconds": 17}}),
            17,
        ),
        (Reply(429, b"Slow down, too many requests from this IP address", {"Retry-After": "31"}), 31),
        (Reply(429, b"Slow down"), None),
    ],
)
def test_a_429_says_when_to_come_back_and_is_not_tried_again(
    world: DiscourseWorld, make: Make, reply: Reply, seconds: float | None
) -> None:
    for number in range(3):
        world.open_topic(f"Topic {number}")
    world.interrupt(reply, when=lambda asked: asked.path.startswith("/t/"))
    reader = make()
    reader.read()
    error = reader.errors["latest"]
    assert isinstance(error, Unreachable)
    assert error.retry_after == seconds
    assert reader.asked() == 2
    reader.read()
    assert reader.texts == world.truth()


@pytest.mark.parametrize(
    "fault", ["cut", "half", Reply(502, b"<html>"), Reply(200, b"<html>"), Reply(200, {})]
)
def test_a_broken_answer_commits_nothing_and_the_next_reading_goes_on(
    world: DiscourseWorld, make: Make, fault: Any
) -> None:
    topic = world.open_topic("A topic")
    for number in range(30):
        world.reply(topic, f"Answer {number}")
    world.interrupt(fault, when=lambda asked: asked.path.endswith("/posts.json"))
    reader = make()
    reader.read()
    assert isinstance(reader.errors["latest"], Unreachable)
    assert len(reader.texts) == 20
    reader.read()
    assert reader.texts == world.truth()


def test_a_category_that_is_not_there_stops_no_other(world: DiscourseWorld, make: Make) -> None:
    world.open_topic("Here", category=7, tags=("tig",))
    reader = make(categories=["gone/9", "welding/7"], tags=["tig"])
    reader.read()
    assert list(reader.errors) == ["category:gone/9"]
    assert "categories" in str(reader.errors["category:gone/9"])
    assert reader.texts == world.truth()
    lines = {line.name: line for line in reader.connector().check()}
    assert not lines["category:gone/9"].ok
    assert lines["category:welding/7"].ok
    assert lines["tag:tig"].message == "1 topics on the first page."


def test_a_topic_that_slips_a_page_up_while_a_list_is_read_is_not_missed(
    world: DiscourseWorld, make: Make
) -> None:
    topics = [world.open_topic(f"Topic {number}") for number in range(65)]
    deleted = topics[60]
    taken = world.answer

    def answer(asked: Any) -> Reply:
        reply = taken(asked)
        if asked.query.get("page") == "0":
            world.topics.pop(deleted.id, None)
        return reply

    world.answer = answer  # type: ignore[method-assign]
    reader = make()
    reader.read()
    assert reader.texts == world.truth()


def test_a_pinned_topic_of_last_year_does_not_end_the_list(
    world: DiscourseWorld, make: Make, clock: Clock
) -> None:
    world.open_topic("Read me first", pinned=True)
    clock.move(timedelta(days=365))
    for number in range(35):
        world.open_topic(f"Topic {number}")
    reader = make()
    reader.read()
    assert len(reader.texts) == 35


def test_a_garbled_post_is_a_fault_and_the_others_come_in(world: DiscourseWorld, make: Make) -> None:
    topic = world.open_topic("A topic")
    world.reply(topic, "Sound")
    body = world._topic_body(topic)
    body["post_stream"]["posts"] += [{"id": 9, "post_number": "x"}, "no object", {"id": 10, "cooked": None}]
    world.interrupt(Reply(body=body), when=lambda asked: asked.path.startswith("/t/"))
    reader = make()
    faults = [fault.where for page in reader.read() for fault in page.faults]
    assert faults == [f"topic {topic.id}, post 9", f"topic {topic.id}, post 10"]
    assert reader.texts == world.truth()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_reading_to_rest_gives_exactly_what_is_there(
    world: DiscourseWorld, make: Make, clock: Clock, seed: int
) -> None:
    rng = random.Random(seed)
    reader = make()
    for _ in range(12):
        for _ in range(rng.randrange(8)):
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


def test_every_refusal_has_its_row_and_an_administrators_words() -> None:
    assert ERRORS[-1].suits(599, "anything")
    for rule in ERRORS:
        assert rule.error == "unreachable" or rule.remedy
        assert not re.search(r"issue|TODO", rule.message)
    assert Discourse.errors is ERRORS

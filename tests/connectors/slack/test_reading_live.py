"""Reading a workspace live: completeness, and what it costs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.slack import Slack
from connectors.slack.settings import SlackSettings
from gleanery.errors import Unreachable
from gleanery.http import GuardedHttp
from gleanery.model.posts import Reaction
from gleanery.testing import Reply, check_connector, make_context, read_all
from tests.connectors.exports import make_export
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import ANALYST, APP, CURATOR, DOMAIN, GENERAL, HELP, LEARNER, TEAM, SlackWorld, World

Make = Callable[..., Reader]
DAY = timedelta(days=1)


def test_a_message_becomes_a_post_of_its_workspace(world: SlackWorld, reader: Reader) -> None:
    ts = world.post(f"<@{ANALYST}> see <https://docs.example.org/a|the manual>")
    world.react(ts, "eyes", LEARNER)
    reader.read()
    post = reader.posts[f"{GENERAL}:{ts}"]
    assert (post.platform, post.realm, post.channel) == ("slack", TEAM, GENERAL)
    assert post.text == "@analyst see the manual"
    assert post.url == f"https://{DOMAIN}.slack.com/archives/{GENERAL}/p{ts.replace('.', '')}"
    assert post.author is not None
    assert (post.author.external_id, post.author.name, post.author.is_outside) == (CURATOR, "curator", False)
    assert post.reactions == (Reaction(name="eyes", account=LEARNER),)
    assert [link.url for link in post.links] == ["https://docs.example.org/a"]
    assert reader.errors == {}


def test_the_contract_of_connectors_is_kept(world: SlackWorld, reader: Reader) -> None:
    for number in range(450):
        parent = world.post(f"message {number}", at=world.clock() - timedelta(hours=number))
        if number % 50 == 0:
            world.reply(parent, "an answer")
    check_connector(reader.connector, secrets=[world.token])


def test_an_export_and_the_live_reading_meet_in_the_same_posts(
    world: SlackWorld, reader: Reader, tmp_path: Path
) -> None:
    parent = world.post("How do I reset the scanner?", at=world.clock() - DAY)
    world.reply(parent, "Hold <https://docs.example.org/reset|both keys>", at=world.clock() - DAY)
    world.react(parent, "eyes", LEARNER)
    records = [world.worlds[GENERAL].messages[ts] for ts in sorted(world.worlds[GENERAL].messages)]
    users = [{"id": id, "name": name, "team_id": TEAM} for id, name in world.people.items()]
    export = make_export(
        tmp_path / "export.zip",
        {"general/2026-01-14": records},
        channels=[{"id": GENERAL, "name": "general"}, {"id": HELP, "name": "help"}],
        users=users,
    )
    settings = SlackSettings(export=export, domain=DOMAIN)
    pages, _ = read_all(Slack(settings, make_context(tmp_path / "other", GuardedHttp())))
    exported = {post.external_id: post for page in pages for post in page.posts}
    reader.read()
    assert len(exported) == 2
    told = {"reactions"}  # that a message has none, only the live reading tells
    assert {key: post.model_dump(exclude=told) for key, post in exported.items()} == {
        key: post.model_dump(exclude=told) for key, post in reader.posts.items()
    }
    first = f"{GENERAL}:{parent}"
    assert exported[first].reactions == reader.posts[first].reactions


@pytest.mark.parametrize(("days", "found"), [(90, ["young"]), (0, ["old", "young"]), (30, [])])
def test_the_first_reading_goes_back_as_far_as_it_is_told(
    world: SlackWorld, make: Make, days: int, found: list[str]
) -> None:
    world.post("old", at=world.clock() - 100 * DAY)
    world.post("young", at=world.clock() - 80 * DAY)
    reader = make(first_days=days)
    reader.read()
    assert sorted(reader.texts.values()) == found


def test_what_lies_before_the_first_reading_is_not_read_by_a_later_sweep(
    world: SlackWorld, make: Make
) -> None:
    world.post("before", at=world.clock() - 20 * DAY)
    reader = make(first_days=7)
    reader.read()
    reader.clock.move(DAY)
    reader.read()
    assert reader.texts == {}


def test_an_unchanged_channel_costs_one_request_and_brings_nothing(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?", at=world.clock() - DAY)
    world.reply(parent, "So.")
    reader.read()
    states = dict(reader.states)
    world.asked.clear()
    pages = reader.read()
    assert world.methods() == ["conversations.history"] * 2
    assert [(page.posts, page.gone, page.faults, page.complete) for page in pages] == [([], [], [], True)] * 2
    assert reader.states == states


def test_500_channels_with_3_new_messages_cost_a_request_each_and_one_for_a_thread_that_grew(
    world: SlackWorld, reader: Reader
) -> None:
    world.worlds = {f"C{number:08}": World(f"C{number:08}", f"c{number}") for number in range(500)}
    old = world.post("How?", "C00000007", at=world.clock() - 9 * DAY)
    for channel in world.worlds:
        world.post("before", channel, at=world.clock() - DAY)
    reader.read()
    world.post("new here", "C00000001")
    world.post("new there", "C00000002")
    world.reply(old, "new in a thread", "C00000007")
    world.asked.clear()
    pages = reader.read()
    assert sorted(post.text for page in pages for post in page.posts if "new" in post.text) == [
        "new here",
        "new in a thread",
        "new there",
    ]
    assert reader.asked("conversations.history") == 500
    assert reader.asked("conversations.replies") == 1
    assert len(world.asked) == 501


def test_a_late_reply_behind_the_newest_page_is_found_within_a_day(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?", at=world.clock() - 20 * DAY)
    for number in range(300):
        world.post(f"talk {number}", at=world.clock() - timedelta(hours=number))
    reader.read()
    reply = world.reply(parent, "Three weeks later: so.")
    reader.read()
    assert f"{GENERAL}:{reply}" not in reader.posts, "it is not on the newest page"
    reader.clock.move(DAY)
    world.asked.clear()
    reader.read()
    assert reader.posts[f"{GENERAL}:{reply}"].parent_external_id == f"{GENERAL}:{parent}"
    assert reader.asked("conversations.replies") == 1


def test_a_late_reply_to_an_old_message_of_the_newest_page_is_found_at_once(
    world: SlackWorld, reader: Reader
) -> None:
    parent = world.post("How?", at=world.clock() - 20 * DAY)
    reader.read()
    reply = world.reply(parent, "So.")
    reader.read()
    assert reader.texts[f"{GENERAL}:{reply}"] == "So."


def test_all_of_a_long_thread_is_read(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?", at=world.clock() - DAY)
    for number in range(450):
        world.reply(parent, f"answer {number}", at=world.clock() - timedelta(minutes=450 - number))
    reader.read()
    assert reader.texts == world.truth()
    world.delete(world.worlds[GENERAL].threads[parent][333])
    reader.clock.move(timedelta(minutes=10))
    reader.read()
    assert reader.texts == world.truth()


def test_an_edit_and_a_reaction_on_the_newest_page_are_found_by_the_next_poll(
    world: SlackWorld, reader: Reader
) -> None:
    one, other = world.post("befor", at=world.clock() - 9 * DAY), world.post("as it is")
    reader.read()
    world.edit(one, "before")
    world.react(one, "eyes", LEARNER)
    pages = reader.read()
    assert [post.text for page in pages for post in page.posts] == ["before"]
    post = reader.posts[f"{GENERAL}:{one}"]
    assert post.edited_at is not None
    assert post.reactions == (Reaction(name="eyes", account=LEARNER),)
    world.react(one, "eyes", LEARNER)
    reader.read()
    assert reader.posts[f"{GENERAL}:{one}"].reactions == ()
    assert f"{GENERAL}:{other}" in reader.posts


def test_an_edit_behind_the_newest_page_is_found_within_a_day(world: SlackWorld, reader: Reader) -> None:
    old = world.post("befor", at=world.clock() - 20 * DAY)
    for number in range(250):
        world.post(f"talk {number}")
    reader.read()
    world.edit(old, "before")
    reader.clock.move(DAY)
    reader.read()
    assert reader.texts == world.truth()


def test_an_edited_reply_is_found_within_a_week_without_events(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?")
    replies = [world.reply(parent, f"answer {number}") for number in range(3)]
    reader.read()
    world.edit(replies[1], "a better answer")
    for _ in range(7):
        reader.clock.move(DAY)
        reader.read()
    assert reader.texts == world.truth()


def test_a_deleted_message_a_deleted_reply_and_a_deleted_thread_are_gone(
    world: SlackWorld, reader: Reader
) -> None:
    alone, parent, other = world.post("alone"), world.post("How?"), world.post("Why?")
    replies = [world.reply(parent, "So."), world.reply(parent, "Or so."), world.reply(other, "Because.")]
    reader.read()
    reader.clock.move(timedelta(hours=1))
    world.delete(alone)
    world.delete(replies[0])
    world.delete(parent)
    world.delete(replies[2])
    reader.read()
    assert (
        reader.texts == world.truth() == {f"{GENERAL}:{replies[1]}": "Or so.", f"{GENERAL}:{other}": "Why?"}
    )
    world.delete(replies[1])
    reader.read()
    assert reader.texts == world.truth()


def test_a_deletion_behind_the_newest_page_is_found_within_a_day(world: SlackWorld, reader: Reader) -> None:
    old = world.post("old", at=world.clock() - 20 * DAY)
    for number in range(250):
        world.post(f"talk {number}")
    reader.read()
    world.delete(old)
    reader.clock.move(DAY)
    reader.read()
    assert f"{GENERAL}:{old}" not in reader.texts


@pytest.mark.parametrize(
    "fault", ["cut", "half", Reply(500, b"oops"), Reply(200, b'{"ok": true'), Reply(200, {})]
)
def test_nothing_is_taken_for_gone_from_a_look_that_failed(
    world: SlackWorld, reader: Reader, fault: Any
) -> None:
    world.post("one", at=world.clock() - DAY)
    world.post("two", at=world.clock() - DAY)
    reader.read()
    reader.clock.move(DAY)
    world.interrupt(fault, when=lambda asked: asked.path.endswith("history"))
    reader.read()
    assert len(reader.errors) == 1
    assert len(reader.texts) == 2
    reader.read()
    assert reader.errors == {}
    assert reader.texts == world.truth()


def test_a_record_without_a_time_is_a_fault_and_takes_nothing_away(world: SlackWorld, reader: Reader) -> None:
    kept = world.post("kept", at=world.clock() - DAY)
    reader.read()
    world.delete(kept)
    broken = {"ok": True, "messages": [{"type": "message", "text": "x"}], "has_more": False}
    world.interrupt(Reply(200, broken), when=lambda asked: asked.form.get("channel") == GENERAL)
    pages = reader.read()
    assert [fault.message for page in pages for fault in page.faults] == ["it has no proper `ts`"]
    assert list(reader.texts.values()) == ["kept"]


def test_what_a_limited_plan_hides_is_not_taken_for_gone(world: SlackWorld, reader: Reader) -> None:
    world.post("hidden now", at=world.clock() - 20 * DAY)
    shown = world.post("shown", at=world.clock() - DAY)
    reader.read()
    message = world.worlds[GENERAL].messages[shown]
    hiding = {"ok": True, "messages": [message], "has_more": False, "is_limited": True}
    world.interrupt(Reply(200, hiding), times=2, when=lambda asked: asked.form.get("channel") == GENERAL)
    reader.clock.move(2 * DAY)
    reader.read()
    assert sorted(reader.texts.values()) == ["hidden now", "shown"]


def test_a_reply_shown_in_the_channel_too_is_one_post(world: SlackWorld, reader: Reader) -> None:
    parent = world.post("How?")
    reply = world.reply(parent, "To all: so.", subtype="thread_broadcast")
    reader.read()
    assert len(reader.posts) == 2
    assert reader.posts[f"{GENERAL}:{reply}"].parent_external_id == f"{GENERAL}:{parent}"


def test_people_of_other_organisations_and_bots_are_marked(world: SlackWorld, reader: Reader) -> None:
    world.worlds[HELP].more["internal_team_ids"] = [TEAM, "T0SISTER1"]
    guest = world.post("hello", user="U0GUEST01", user_team="T0OTHER01", source_team="T0OTHER01")
    sister = world.post("hello", HELP, user="U0SISTER1", team="T0SISTER1")
    bot = world.post("build 7", user="", bot_id="B0CI00001", subtype="bot_message", username="CI")
    reader.read()
    authors = {key.rpartition(":")[2]: post.author for key, post in reader.posts.items()}
    assert [(one.is_outside, one.is_bot) for ts in (guest, sister, bot) if (one := authors[ts])] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_reactions_too_many_to_be_named_are_asked_for_in_full(world: SlackWorld, reader: Reader) -> None:
    ts = world.post("Free cake")
    everybody = [f"U{number:08}" for number in range(80)]
    message = world.worlds[GENERAL].messages[ts]
    message["reactions"] = [{"name": "cake", "users": everybody[:50], "count": 80}]
    message["all_reactions"] = [{"name": "cake", "users": everybody, "count": 80}]
    reader.read()
    reactions = reader.posts[f"{GENERAL}:{ts}"].reactions
    assert reactions is not None
    assert [one.account for one in reactions] == everybody
    world.asked.clear()
    reader.read()
    assert reader.asked("reactions.get") == 0


def test_a_channel_of_ten_pages_is_read_once_and_grows_while_it_is_read(
    world: SlackWorld, reader: Reader
) -> None:
    for number in range(2_000):
        world.post(f"message {number}", at=world.clock() - timedelta(minutes=2_000 - number))
    connector = reader.connector()
    for number, page in enumerate(connector.pages(GENERAL, {})):
        reader.take(GENERAL, page)
        world.post(f"meanwhile {number}")
    assert reader.asked("conversations.history") == 10
    reader.read()
    assert reader.texts == world.truth()


def test_the_state_stays_small_and_holds_no_words(world: SlackWorld, reader: Reader) -> None:
    for number in range(1_000):
        world.post(f"secretly {number}", at=world.clock() - timedelta(minutes=number))
    reader.read()
    state = json.dumps(reader.states[GENERAL])
    assert len(state) < 10_000
    assert "secretly" not in state
    assert CURATOR not in state


def test_files_are_links_and_mail_addresses_are_not_kept(world: SlackWorld, reader: Reader) -> None:
    file = {
        "title": "Plan",
        "permalink": f"https://{DOMAIN}.slack.com/files/U1/F1/plan.pdf",
        "url_private": "x",
    }
    ts = world.post("see", files=[file], subtype="file_share")
    reader.read()
    assert [link.title for link in reader.posts[f"{GENERAL}:{ts}"].links] == ["Plan"]
    kept = json.dumps([str(value) for value in vars(reader.context.store)["_kept"].values()])
    assert "curator" in kept
    assert "example.org" not in kept


def test_private_channels_are_read_only_when_switched_on_and_chosen_ones_only(
    world: SlackWorld, make: Make
) -> None:
    world.worlds["G0SECRET1"] = World("G0SECRET1", "secret", is_private=True)
    assert make().connector().partitions() == [GENERAL, HELP]
    assert make(include_private=True).connector().partitions() == [GENERAL, HELP, "G0SECRET1"]
    assert make(channels=["#help"]).connector().partitions() == [HELP]
    assert make(channels=[GENERAL]).connector().partitions() == [GENERAL]


def test_lists_of_channels_and_members_are_asked_for_once_in_a_while(
    world: SlackWorld, reader: Reader
) -> None:
    for _ in range(4):
        reader.read()
        reader.clock.move(timedelta(minutes=10))
    lists = ("auth.test", "users.conversations", "users.list")
    assert [reader.asked(method) for method in lists] == [1, 1, 1]
    reader.clock.move(DAY)
    reader.read()
    assert [reader.asked(method) for method in lists] == [2, 2, 2]


def test_no_channel_is_joined_and_nothing_is_written(world: SlackWorld, reader: Reader) -> None:
    world.worlds["C0FOREIGN"] = World("C0FOREIGN", "foreign", outside=True)
    world.post("not for us", "C0FOREIGN")
    list(reader.connector().check())
    reader.read()
    assert reader.texts == {}
    assert all(not part.endswith(("join", "write", "post")) for part in world.methods())
    assert APP not in {post.author.external_id for post in reader.known.drafts if post.author}


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_and_faults_reading_to_rest_gives_the_worlds_truth(
    world: SlackWorld, reader: Reader, seed: int
) -> None:
    rng = random.Random(seed)
    faults: list[Any] = [
        Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "3"}),
        Reply(429, b""),
        Reply(503, b"x"),
        "cut",
        "half",
    ]
    for _ in range(30):
        for _ in range(rng.randrange(8)):
            world.change(rng)
        if rng.random() < 0.3:
            world.interrupt(rng.choice(faults))
        if rng.random() < 0.5:
            reader.read()
        if rng.random() < 0.3:
            with suppress(Unreachable):  # the events wait for the next time
                reader.absorb([event for event in world.events if rng.random() < 0.8])
        if rng.random() < 0.2:
            reader.clock.move(timedelta(hours=rng.randrange(30)))
    reader.rest()
    assert reader.texts == world.truth()


def test_more_than_a_page_between_two_polls_is_read_though_there_is_a_lower_bound(
    world: SlackWorld, reader: Reader
) -> None:
    reader.read()
    for number in range(650):
        world.post(f"message {number}")
    world.asked.clear()
    reader.read()
    assert reader.texts == world.truth()
    assert reader.asked("conversations.history") == 5
    assert all(asked.form.get("latest") for asked in world.asked), "without it Slack begins at the oldest"


@pytest.mark.parametrize(
    "ts", ["999999999999.000000", "1768478400.000100\n", "١٧٦٨٤٧٨٤٠٠.000100", "nan.000000"]
)
def test_a_time_that_is_none_is_a_fault(world: SlackWorld, reader: Reader, ts: str) -> None:
    broken = {"ok": True, "messages": [{"type": "message", "text": "x", "ts": ts}], "has_more": False}
    world.interrupt(Reply(200, broken), when=lambda asked: asked.form.get("channel") == GENERAL)
    pages = reader.read()
    assert [fault.message for page in pages for fault in page.faults] == ["it has no proper `ts`"]
    assert reader.errors == {}


def test_half_a_thread_without_a_way_to_the_rest_takes_nothing_away(
    world: SlackWorld, reader: Reader
) -> None:
    parent = world.post("How?", at=world.clock() - DAY)
    replies = [world.reply(parent, f"answer {number}", at=world.clock() - DAY) for number in range(9)]
    reader.read()
    world.reply(parent, "one more")
    shown = [world.worlds[GENERAL].messages[ts] for ts in (parent, *replies[:4])]
    half = Reply(200, {"ok": True, "messages": shown, "has_more": True})
    world.interrupt(half, when=lambda asked: asked.path.endswith("replies"))
    reader.read()
    assert isinstance(reader.errors[GENERAL], Unreachable)
    assert len(reader.texts) == 10
    reader.read()
    assert reader.texts == world.truth()


def test_a_reply_shown_behind_its_parent_is_found_when_it_is_looked_at(
    world: SlackWorld, reader: Reader
) -> None:
    parent = world.post("How?", at=world.clock() - 60 * DAY)
    reply = world.reply(parent, "So.", at=world.clock() - 59 * DAY)
    reader.absorb(world.events)
    world.react(reply, "eyes", LEARNER)
    reader.absorb(world.events)
    both = [world.worlds[GENERAL].messages[ts] for ts in (parent, reply)]

    def is_look(asked: Any) -> bool:
        return asked.path.endswith("replies") and asked.form["ts"] == reply and int(asked.form["limit"]) > 1

    world.interrupt(Reply(200, {"ok": True, "messages": both, "has_more": False}), when=is_look)
    reader.read()
    assert reader.posts[f"{GENERAL}:{reply}"].reactions == (Reaction(name="eyes", account=LEARNER),)

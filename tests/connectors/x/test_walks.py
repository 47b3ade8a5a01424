"""Searches, timelines and lists: what is asked, where a walk stops, how it goes on after it was cut off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.x.ids import made_at
from gleanery.errors import ConfigError, Denied, Gone
from gleanery.testing import Asked, Clock, Reply
from tests.connectors.x.conftest import ReaderOf
from tests.fakes.x import ANALYST, CURATOR, LEAD, LEARNER, LIST, OUTSIDER, XWorld
from tests.fakes.x_bodies import invalid

SEARCH = "/2/tweets/search/recent"


def asked_for(world: XWorld, path: str) -> list[Asked]:
    return [one for one in world.asked if one.path == path]


def test_a_search_that_finds_nothing_costs_one_request(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, queries=["grease"])
    page = next(iter(reader.connector().pages("search:1", {})))
    assert (page.posts, page.complete, len(world.asked)) == ([], True, 1)
    again = next(iter(reader.connector().pages("search:1", page.state)))
    assert (again.posts, again.complete, len(world.asked)) == ([], True, 2)
    assert world.charged == {"posts": 0, "users": 0}


def test_a_search_asks_for_what_came_since_the_newest_post_of_its_first_page(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    for number in range(130):
        world.post(OUTSIDER, f"grease {number}")
    newest = world.post(OUTSIDER, "grease, the newest")
    reader = reader_of(world, queries=["grease"])
    reader.read()
    assert len(reader.texts) == 131
    assert reader.states["search:1"]["newest"] == newest.id
    world.asked.clear()
    clock.move(timedelta(hours=1))
    later = world.post(OUTSIDER, "grease, later")
    reader.read()
    assert asked_for(world, SEARCH)[0].query["since_id"] == newest.id
    assert later.id in reader.texts


def test_the_mark_moves_only_when_the_last_page_is_read(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    old = world.post(OUTSIDER, "grease, long ago", at=clock() - timedelta(hours=2))
    reader = reader_of(world, queries=["grease"])
    reader.read()
    for number in range(250):
        world.post(OUTSIDER, f"grease {number}")
    newest = world.post(OUTSIDER, "grease, the newest")
    reader.read(pages=1)
    between = reader.states["search:1"]
    assert (between["newest"], between["walk"]["newest"]) == (old.id, newest.id)
    came_meanwhile = world.post(OUTSIDER, "grease, meanwhile")
    reader.read()
    assert reader.states["search:1"]["newest"] == newest.id
    assert all(one.query.get("since_id") == old.id for one in asked_for(world, SEARCH)[1:])
    reader.read()
    assert came_meanwhile.id in reader.texts
    assert reader.texts == world.truth()


def test_a_mark_that_search_does_not_take_any_more_becomes_a_time(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    world.post(OUTSIDER, "grease")
    reader = reader_of(world, queries=["grease"])
    reader.read()
    clock.move(timedelta(days=5))
    assert all(not page.faults for page in reader.read())
    clock.move(timedelta(days=3))
    later = world.post(OUTSIDER, "grease, later")
    world.asked.clear()
    pages = reader.read()
    query = asked_for(world, SEARCH)[0].query
    assert "since_id" not in query
    assert query["start_time"] == (clock() - timedelta(days=3, minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert later.id in reader.texts
    assert not any(page.faults for page in pages)


def test_a_search_that_rested_too_long_tells_of_the_gap(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    world.post(OUTSIDER, "grease")
    reader = reader_of(world, queries=["grease"])
    reader.read()
    clock.move(timedelta(days=20))
    world.post(OUTSIDER, "grease, found")
    faults = [fault for page in reader.read() for fault in page.faults]
    assert [fault.where for fault in faults] == ["search"]
    assert "not read since 2026-01-15" in faults[0].message
    assert len(reader.texts) == 2
    assert not any(page.faults for page in reader.read())


def test_a_walk_that_rested_too_long_begins_anew_and_tells_of_the_gap(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    for number in range(150):
        world.post(OUTSIDER, f"grease {number}")
    reader = reader_of(world, queries=["grease"])
    reader.read(pages=1)
    clock.move(timedelta(days=8))
    world.post(OUTSIDER, "grease, new")
    faults = [fault.message for page in reader.read() for fault in page.faults]
    assert len(faults) == 1
    assert "not read since 2026-01-15" in faults[0]
    assert "grease, new" in reader.texts.values()


def test_a_mark_that_only_x_finds_too_old_becomes_no_bound_at_all(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    post = world.post(OUTSIDER, "grease")
    reader = reader_of(world, queries=["grease"])
    reader.states["search:1"] = {}
    reader.read()
    parameters = {"parameters": {"since_id": [post.id]}, "message": "'since_id' is too old"}
    world.interrupt(
        Reply(400, {"errors": [parameters], "type": "x/invalid-request"}),
        when=lambda one: "since_id" in one.query,
    )
    reader.read()
    assert not reader.errors
    assert "since_id" not in asked_for(world, SEARCH)[-1].query


def test_a_timeline_is_never_read_whole_because_of_a_bound(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR)
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    world.interrupt(Reply(400, {"errors": [{"parameters": {"since_id": ["1"]}, "message": "since_id?"}]}))
    world.asked.clear()
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], ConfigError)
    assert len(asked_for(world, f"/2/users/{CURATOR}/tweets")) == 1, "3,200 posts would be charged"


def test_a_walk_whose_place_x_has_forgotten_begins_at_the_top_again(
    world: XWorld, reader_of: ReaderOf
) -> None:
    for number in range(150):
        world.post(OUTSIDER, f"grease {number}")
    reader = reader_of(world, queries=["grease"])
    reader.read(pages=1)
    walk = reader.states["search:1"]["walk"]
    reader.states["search:1"] = {**reader.states["search:1"], "walk": {**walk, "token": "forgotten"}}
    reader.read()
    assert not reader.errors
    assert reader.texts == world.truth()


def test_another_query_in_the_same_place_begins_anew(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(OUTSIDER, "oil and grease")
    reader = reader_of(world, queries=["grease"])
    reader.read()
    other = reader_of(world, queries=["oil"])
    other.states.update(reader.states)
    world.asked.clear()
    other.read()
    assert "since_id" not in asked_for(world, SEARCH)[0].query


def test_a_query_that_x_does_not_understand_is_the_administrators_with_its_reason(
    world: XWorld, reader_of: ReaderOf
) -> None:
    complaint = {"parameters": {"query": ["grease ("]}, "message": "missing ) at position 9"}
    world.interrupt(Reply(400, {"errors": [complaint], "type": "x/invalid-request"}))
    reader = reader_of(world, queries=["grease ("], users=[CURATOR])
    world.post(CURATOR)
    reader.read()
    error = reader.errors["search:1"]
    assert isinstance(error, ConfigError)
    assert "missing ) at position 9" in error.message
    assert len(reader.texts) == 1, "the other partitions go on"


def test_a_first_reading_goes_back_as_many_days_as_wanted(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    for author in (CURATOR, ANALYST):
        world.post(author, "too old", at=clock() - timedelta(days=40))
        world.post(author, "recent", at=clock() - timedelta(days=20))
    reader = reader_of(world, users=[CURATOR], first_days=30)
    reader.read()
    assert list(reader.texts.values()) == ["recent"]


def test_handles_are_resolved_once_and_partitions_are_ids(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, users=["@Curator", "lead", ANALYST])
    assert reader.connector().partitions()[:3] == [f"user:{CURATOR}", f"user:{LEAD}", f"user:{ANALYST}"]
    assert reader.connector().partitions()[:3] == [f"user:{CURATOR}", f"user:{LEAD}", f"user:{ANALYST}"]
    assert [one.path for one in world.asked] == ["/2/users/by"]
    assert world.charged["users"] == 2


def test_an_unknown_handle_stops_nobody_else(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR)
    reader = reader_of(world, users=["@nobody_here", "@curator"])
    reader.read()
    assert isinstance(reader.errors["user:#1"], ConfigError)
    assert "nobody_here" not in str(reader.errors["user:#1"])
    assert len(reader.texts) == 1


def test_handles_that_could_not_be_asked_for_are_asked_for_again(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR)
    reader = reader_of(world, users=["@curator"])
    world.interrupt(Reply(503))
    reader.read()
    assert "503" in str(reader.errors["user:#1"])
    reader.read()
    assert not reader.errors
    assert len(reader.texts) == 1


def test_a_protected_account_is_not_an_empty_one(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR)
    world.post(LEAD)
    reader = reader_of(world, users=[CURATOR, LEAD])
    reader.read()
    state = reader.states[f"user:{CURATOR}"]
    world.protected.add(CURATOR)
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], Denied)
    assert reader.states[f"user:{CURATOR}"] == state
    assert list(reader.errors) == [f"user:{CURATOR}"]


def test_an_account_or_list_that_is_not_there_is_gone(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, users=["4711"], lists=["4712"])
    reader.read()
    assert isinstance(reader.errors["user:4711"], Gone)
    assert isinstance(reader.errors["list:4712"], Gone)


def test_replies_and_reposts_are_left_out_where_they_are_not_wanted(
    world: XWorld, reader_of: ReaderOf
) -> None:
    post = world.post(ANALYST, "the original")
    world.post(ANALYST, "an answer", references=[{"type": "replied_to", "id": post.id}])
    world.repost(ANALYST, post)
    bare = reader_of(world, users=[ANALYST], lists=[LIST], replies=False, reposts=False)
    bare.read()
    assert sorted(bare.texts.values()) == ["an answer", "the original"], "a list tells replies"
    alone = reader_of(world, users=[ANALYST], replies=False, reposts=False)
    alone.read()
    assert list(alone.texts.values()) == ["the original"]


def test_a_list_is_read_until_a_known_post(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    for number in range(330):
        world.post(LEARNER, f"note {number}", at=clock() - timedelta(minutes=400 - number))
    reader = reader_of(world, lists=[LIST])
    reader.read()
    assert len(reader.texts) == 330
    for number in range(25):
        world.post(LEARNER, f"news {number}")
    world.asked.clear()
    reader.read()
    looks = asked_for(world, f"/2/lists/{LIST}/tweets")
    assert [one.query["max_results"] for one in looks] == ["10", "100"]
    assert not any("since_id" in one.query or "start_time" in one.query for one in looks)
    assert reader.texts == world.truth()
    world.asked.clear()
    reader.read()
    assert len(asked_for(world, f"/2/lists/{LIST}/tweets")) == 1


def test_a_list_stops_at_a_known_id_also_where_that_post_is_deleted(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chains = [
        world.post(LEARNER, f"note {number}", at=clock() - timedelta(minutes=200 - number))
        for number in range(150)
    ]
    reader = reader_of(world, lists=[LIST])
    reader.read()
    world.delete(chains[-1])
    world.asked.clear()
    reader.read()
    assert len(asked_for(world, f"/2/lists/{LIST}/tweets")) == 1


def test_a_lists_first_reading_ends_with_its_days(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    for number in range(300):
        world.post(LEARNER, f"note {number}", at=clock() - timedelta(days=number))
    reader = reader_of(world, lists=[LIST], first_days=20)
    reader.read()
    assert len(asked_for(world, f"/2/lists/{LIST}/tweets")) == 1


@pytest.mark.parametrize("kind", ["cut", "half"])
def test_an_answer_that_breaks_off_commits_nothing(world: XWorld, reader_of: ReaderOf, kind: str) -> None:
    world.post(CURATOR)
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(kind)
    reader.read()
    assert f"user:{CURATOR}" in reader.errors
    assert f"user:{CURATOR}" not in reader.states
    reader.read()
    assert reader.texts == world.truth()


def test_half_a_json_that_looks_whole_commits_nothing(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR)
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(Reply(200, b'{"data":[{"id":"17'))
    reader.read()
    assert "broken off" in str(reader.errors[f"user:{CURATOR}"])
    assert not reader.texts


def test_ids_tell_their_time() -> None:
    at = made_at("1346889436626259968")
    assert at is not None
    assert at.isoformat(timespec="seconds") == "2021-01-06T18:40:40+00:00"
    assert made_at("20") is None


def test_a_place_that_is_refused_again_and_again_is_not_gone_back_from_for_ever(
    world: XWorld, reader_of: ReaderOf
) -> None:
    for number in range(150):
        world.post(CURATOR, f"note {number}")
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(
        invalid({"pagination_token": ["x"]}, "Invalid 'pagination_token'"),
        times=1_000,
        when=lambda one: "pagination_token" in one.query,
    )
    reader.read()
    assert isinstance(reader.errors[f"user:{CURATOR}"], ConfigError)
    assert len(asked_for(world, f"/2/users/{CURATOR}/tweets")) == 4


def test_an_empty_first_page_does_not_keep_the_mark_from_moving(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR, "first")
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    later = world.post(CURATOR, "later")
    nothing = {"meta": {"result_count": 0, "next_token": f"b26{int(later.id) + 1}"}}
    world.interrupt(Reply(body=nothing), when=lambda one: one.path.startswith("/2/users/"))
    reader.read()
    assert later.id in reader.texts
    assert reader.states[f"user:{CURATOR}"]["newest"] == later.id

"""Edits within their time, deletions within a day: what is looked at again, and what jobs find."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gleanery.testing import Clock, Reply
from tests.connectors.reader import Reader
from tests.connectors.x.conftest import ReaderOf
from tests.fakes.x import CURATOR, LEAD, OUTSIDER, Job, XWorld

AFTER_EDITING = timedelta(minutes=31)
A_DAY = timedelta(hours=23)


def look_ups(world: XWorld) -> list[list[str]]:
    return [one.query["ids"].split(",") for one in world.asked if one.path == "/2/tweets"]


# --------------------------------------------------------------------------- edits


def test_an_edited_chain_is_one_post_with_its_last_words(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(CURATOR, "Use grease 2")
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    clock.move(timedelta(minutes=5))
    world.edit(chain, "Use grease 3")
    reader.read()
    assert reader.texts == {chain.id: "Use grease 3"}


def test_an_edit_that_no_search_would_find_is_found_when_editing_has_ended(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(OUTSIDER, "Use grease 2")
    reader = reader_of(world, queries=["grease"])
    clock.move(timedelta(minutes=10))
    reader.read()
    world.edit(chain, "Use oil")
    clock.move(timedelta(minutes=10))
    reader.read()
    assert reader.texts == {chain.id: "Use grease 2"}
    assert not look_ups(world)
    clock.move(timedelta(minutes=15))
    reader.read()
    assert reader.texts == {chain.id: "Use oil"}
    assert look_ups(world) == [[chain.id], [chain.last[0]]], "the version asked for, then the newest"
    reader.read()
    assert len(look_ups(world)) == 2, "once is enough"


def test_what_was_read_after_its_time_for_editing_is_not_looked_up(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    world.post(CURATOR, at=clock() - timedelta(minutes=30))
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    clock.move(AFTER_EDITING)
    reader.read()
    assert not look_ups(world)


def test_young_posts_read_before_a_crash_are_still_looked_up(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(OUTSIDER, "Use grease 2")
    reader = reader_of(world, queries=["grease"])
    reader.read(pages=1)
    world.edit(chain, "Use oil")
    clock.move(timedelta(hours=3))
    reader.read()
    assert reader.texts == {chain.id: "Use oil"}


def test_deleting_any_version_takes_the_chain_away(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    chain = world.post(CURATOR, "Use grease 2")
    world.edit(chain, "Use grease 3")
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    world.delete(chain)
    clock.move(AFTER_EDITING)
    reader.read()
    assert reader.texts == {}


def test_many_young_posts_are_looked_up_a_hundred_at_once_and_resumed(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    for number in range(230):
        world.post(CURATOR, f"note {number}")
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    clock.move(AFTER_EDITING)
    reader.read(pages=2)
    reader.read()
    asked = look_ups(world)
    assert [len(ids) for ids in asked] == [100, 100, 30]
    assert len({one for ids in asked for one in ids}) == 230


def test_a_version_that_was_replaced_is_not_given_where_the_newest_cannot_be_had(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(OUTSIDER, "Use grease 2")
    world.edit(chain, "Use grease 3")
    reader = reader_of(world, posts=[chain.id])
    error = {"resource_id": chain.last[0], "parameter": "ids", "type": "x/operational-disconnect"}
    world.interrupt(Reply(body={"errors": [error]}), when=lambda one: one.query.get("ids") == chain.last[0])
    (page, *_) = reader.read()
    assert not page.posts
    assert [fault.where for fault in page.faults] == [chain.id]


# --------------------------------------------------------------------------- single posts


def test_single_posts_are_read_once_by_id_or_address(world: XWorld, reader_of: ReaderOf) -> None:
    one, other = world.post(CURATOR, "one"), world.post(LEAD, "other")
    posts = [one.id, f"https://x.com/lead/status/{other.id}"]
    reader = reader_of(world, posts=posts)
    reader.read()
    assert sorted(reader.texts.values()) == ["one", "other"]
    reader.read()
    assert len(look_ups(world)) == 1
    more = reader_of(world, posts=[*posts, world.post(LEAD, "third").id])
    more.states.update(reader.states)
    more.read()
    assert list(more.texts.values()) == ["third"]


def test_a_single_post_that_is_not_there_is_gone_and_the_others_are_read(
    world: XWorld, reader_of: ReaderOf
) -> None:
    post = world.post(CURATOR, "here")
    reader = reader_of(world, posts=["4711", post.id])
    (page, *_) = reader.read()
    assert [one.text for one in page.posts] == ["here"]
    assert [one.external_id for one in page.gone] == ["4711"]


def test_other_problems_beside_data_are_faults(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, posts=["21", "22"])
    errors = [
        {"resource_id": "22", "parameter": "ids", "type": "x/operational-disconnect", "title": "?"},
        {
            "resource_id": "9",
            "parameter": "referenced_tweets.id",
            "section": "includes",
            "type": "x/resource-not-found",
        },
    ]
    world.interrupt(Reply(body={"data": [{"id": "21", "text": "here"}], "errors": errors}))
    (page, *_) = reader.read()
    assert [fault.where for fault in page.faults] == ["22"]
    assert not page.gone
    assert [one.external_id for one in page.posts] == ["21"]


# --------------------------------------------------------------------------- deletions by jobs


def kept(world: XWorld, reader_of: ReaderOf) -> Reader:
    """A source that has read what there is and looked at it again."""
    world.post(CURATOR, "stays")
    reader = reader_of(world, users=[CURATOR, LEAD])
    reader.read()
    world.clock.move(AFTER_EDITING)
    reader.read()
    return reader


def test_a_job_that_x_does_at_once_takes_deleted_posts_away_within_one_reading(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(CURATOR, "goes")
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    world.delete(chain)
    reader.read()
    assert list(reader.texts.values()) == ["stays"]
    assert sorted(world.jobs["2"].ids or ()) == sorted([chain.id, *reader.texts]), "one at the first reading"


def test_a_job_that_takes_its_time_is_not_waited_for(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(CURATOR, "goes")
    reader = kept(world, reader_of)
    world.job_takes = timedelta(minutes=40)
    clock.move(A_DAY)
    world.delete(chain)
    reader.read()
    assert len(reader.texts) == 2
    clock.move(timedelta(minutes=20))
    world.asked.clear()
    reader.read()
    assert [one.path for one in world.asked if "compliance" in one.path] == ["/2/compliance/jobs/2"]
    clock.move(timedelta(minutes=20))
    reader.read()
    assert list(reader.texts.values()) == ["stays"]
    assert len(world.jobs) == 2


def test_jobs_are_ordered_once_a_day(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    reader = kept(world, reader_of)
    for _ in range(48):
        clock.move(timedelta(hours=1))
        reader.read()
    assert len(world.jobs) == 3


def test_without_kept_posts_no_job_is_ordered(world: XWorld, reader_of: ReaderOf) -> None:
    reader_of(world, users=[CURATOR]).read()
    assert not world.jobs


@pytest.mark.parametrize("reason", ["deleted", "suspended", "protected"])
def test_whatever_the_reason_the_post_goes(
    world: XWorld, reader_of: ReaderOf, clock: Clock, reason: str
) -> None:
    chain = world.post(LEAD, "goes")
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    if reason == "protected":
        world.protected.add(LEAD)
    else:
        world.delete(chain, reason)
    reader.read()
    assert list(reader.texts.values()) == ["stays"]


def test_a_reading_that_was_cut_off_goes_on_wherever_the_job_stands(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(CURATOR, "goes")
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    world.delete(chain)
    places = ("PUT", "/storage/"), ("GET", "/2/compliance"), ("GET", "/storage/")
    for method, path in places:
        world.interrupt("cut", when=lambda one, m=method, p=path: one.method == m and one.path.startswith(p))
        reader.read()
        assert "compliance" in reader.errors
    world.clear()
    reader.read()
    assert list(reader.texts.values()) == ["stays"]
    assert len(world.jobs) == 2, "the same job all along"


def test_half_a_result_is_no_result(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    chains = [world.post(LEAD, f"goes {number}") for number in range(5)]
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    for chain in chains:
        world.delete(chain)
    lines = b'{"id":"%s","action":"delete"}\n{"id":"12' % chains[0].id.encode()
    world.interrupt(
        Reply(body=lines), when=lambda one: one.method == "GET" and one.path.startswith("/storage/")
    )
    reader.read()
    assert "cut off" in str(reader.errors["compliance"])
    assert len(reader.texts) == 6
    reader.read()
    assert len(reader.texts) == 1


@pytest.mark.parametrize("how", ["failed", "expired", "forgotten"])
def test_a_job_that_came_to_nothing_is_told_and_ordered_again(
    world: XWorld, reader_of: ReaderOf, clock: Clock, how: str
) -> None:
    chain = world.post(CURATOR, "goes")
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    world.delete(chain)
    world.interrupt("cut", when=lambda one: one.method == "PUT")
    reader.read()
    if how == "failed":
        world.jobs["2"].failed = True
    elif how == "expired":
        clock.move(timedelta(minutes=16))
    else:
        world.jobs["20"] = world.jobs.pop("2")
        world.jobs["20"].failed = True
    faults = [fault for page in reader.read() for fault in page.faults]
    assert [fault.where for fault in faults] == ["compliance"]
    assert how in faults[0].message
    reader.read()
    assert list(reader.texts.values()) == ["stays"]


@pytest.mark.parametrize("answer", [Reply(403, b"Expired"), Reply(body=b"{")])
def test_a_result_that_cannot_be_had_any_more_is_told_and_the_job_ordered_again(
    world: XWorld, reader_of: ReaderOf, clock: Clock, answer: Reply
) -> None:
    chain = world.post(CURATOR, "goes")
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    world.delete(chain)
    world.interrupt(
        answer, times=2, when=lambda one: one.method == "GET" and one.path.startswith("/storage/")
    )
    reader.read()
    assert "compliance" in reader.errors
    clock.move(timedelta(days=8))
    faults = [fault for page in reader.read() for fault in page.faults]
    assert [fault.where for fault in faults] == ["compliance"]
    reader.read()
    assert list(reader.texts.values()) == ["stays"]
    assert len(world.jobs) == 3


def test_a_job_of_somebody_else_under_way_is_waited_out(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    reader = kept(world, reader_of)
    clock.move(A_DAY)
    world.jobs["9"] = Job(clock())
    reader.read()
    assert "another job" in str(reader.errors["compliance"])
    clock.move(timedelta(minutes=16))
    reader.read()
    assert not reader.errors


# --------------------------------------------------------------------------- deletions by looking up


def test_without_jobs_every_kept_post_is_looked_up_each_day(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chains = [world.post(CURATOR, f"note {number}") for number in range(150)]
    reader = reader_of(world, users=[CURATOR], deletions="lookup")
    reader.read()
    clock.move(A_DAY)
    reader.read()
    clock.move(A_DAY)
    world.asked.clear()
    world.delete(chains[3])
    world.protected.add(CURATOR)
    reader.read()
    assert [len(ids) for ids in look_ups(world)] == [100, 50]
    assert reader.texts == {}
    world.asked.clear()
    reader.read()
    assert not look_ups(world)
    assert not world.jobs


def test_a_partial_answer_takes_away_only_what_it_names(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chains = [world.post(CURATOR, f"note {number}") for number in range(3)]
    reader = reader_of(world, users=[CURATOR], deletions="lookup")
    reader.read()
    clock.move(A_DAY)
    reader.read()
    clock.move(A_DAY)
    world.interrupt(Reply(body={"meta": {}}), when=lambda one: one.path == "/2/tweets")
    reader.read()
    assert len(reader.texts) == len(chains)

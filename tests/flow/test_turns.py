"""read(source): which part comes first, what ends a reading, and when the source is due again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import ConfigError, Denied, Gone, QuotaExhausted, Unreachable
from gleanery.flow import read
from gleanery.flow.house import House
from gleanery.flow.sources import pause, resume
from gleanery.flow.standing import status
from gleanery.model.posts import Post
from gleanery.model.sources import Source
from gleanery.ports import Context, Page
from gleanery.testing import NOON, Clock
from gleanery.worker import due_sources
from tests.house import make_house
from tests.scripted import Script, draft, page, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")


def house_of(folder: Path, script: Script, clock: Clock) -> House:
    return make_house(folder, clock, sources=[script.source()])


def source_of(house: House) -> Source:
    with house.store.read() as session:
        return session.exec(select(Source)).one()


def test_the_part_read_longest_ago_comes_first(tmp_path: Path) -> None:
    clock = Clock()
    script = Script({name: [page(draft(place))] for place, name in enumerate("abc")})
    house = house_of(tmp_path, script, clock)
    script.parts["b"].insert(0, Unreachable("The forum is full.", stops_source=True, retry_after=60))
    read(house, "forum")
    clock.move(timedelta(minutes=1))
    read(house, "forum")
    clock.move(timedelta(minutes=1))
    script.parts["new"] = [page(draft(9))]
    read(house, "forum")
    assert script.read == ["a", "b", "c", "a", "b", "new", "a", "b", "c"]


def test_a_part_at_which_a_kill_cut_the_reading_goes_on_before_all_others(tmp_path: Path) -> None:
    clock = Clock()
    script = Script({"a": [page(draft(1))], "b": [page(draft(2), complete=False)], "c": [page(draft(3))]})
    house = house_of(tmp_path, script, clock)

    def killed(_: Context) -> Page:
        raise KeyboardInterrupt

    script.parts["b"].append(killed)
    with pytest.raises(KeyboardInterrupt):
        read(house, "forum")
    clock.move(timedelta(minutes=1))
    script.parts["b"][1:] = [page(draft(4))]
    read(house, "forum")
    assert script.read == ["a", "b", "b", "c", "a"]


def test_a_part_with_nothing_to_ask_for_waits_its_turn_again(tmp_path: Path) -> None:
    clock = Clock()
    script = Script({"idle": [], "busy": [page(draft(1))]})
    house = house_of(tmp_path, script, clock)
    read(house, "forum")
    clock.move(timedelta(minutes=1))
    script.parts["newest"] = [page(draft(2))]
    read(house, "forum")
    assert script.read[2:] == ["newest", "idle", "busy"]


def test_what_holds_for_one_part_lets_the_others_be_read(tmp_path: Path) -> None:
    script = Script({"a": [Gone("This channel is not there.")], "b": [page(draft(1))]})
    house = house_of(tmp_path, script, Clock())
    report = read(house, "forum")
    assert (report.new_posts, report.faults) == (1, [("forum/a", "This channel is not there.")])


def test_what_holds_for_the_source_ends_its_reading_for_now(tmp_path: Path) -> None:
    script = Script({"a": [Denied("The token is refused.", stops_source=True)], "b": [page(draft(1))]})
    house = house_of(tmp_path, script, Clock())
    assert read(house, "forum").new_posts == 0
    assert script.read == ["a"]
    assert source_of(house).status == "action_required"


def test_the_source_comes_back_when_the_platform_says(tmp_path: Path) -> None:
    """Also where an earlier part has a fault of its own, which would be tried at the usual time."""
    until = NOON + timedelta(hours=9)
    used_up = QuotaExhausted("Enough for today.", until=until)
    script = Script({"a": [ConfigError("Invite the app there.")], "b": [used_up]})
    house = house_of(tmp_path, script, Clock())
    read(house, "forum")
    found = source_of(house)
    assert (found.next_due_at, found.status, found.message) == (
        until,
        "action_required",
        "Invite the app there.",
    )


@pytest.mark.parametrize("seconds", [30, 7200])
def test_a_part_that_may_be_tried_sooner_makes_the_source_due_then_and_a_later_one_holds_nobody_up(
    tmp_path: Path, seconds: int
) -> None:
    slow = Unreachable("Too many requests.", retry_after=seconds)
    script = Script({"a": [slow], "b": [page(draft(1))]})
    house = house_of(tmp_path, script, Clock())
    read(house, "forum")
    assert source_of(house).next_due_at == NOON + min(timedelta(seconds=seconds), timedelta(hours=1))


def test_alone_a_part_waits_as_long_as_the_platform_says(tmp_path: Path) -> None:
    house = house_of(tmp_path, Script({"a": [Unreachable("Later.", retry_after=7200)]}), Clock())
    read(house, "forum")
    assert source_of(house).next_due_at == NOON + timedelta(hours=2)


def test_a_reading_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    cut = Unreachable("Cut.", stops_source=True)
    script = Script({"a": [page(draft(1), complete=False), cut, page(draft(2))]})
    house = house_of(tmp_path, script, Clock())
    assert [read(house, "forum").new_posts for _ in range(3)] == [1, 1, 0]


def test_channel_and_act_are_kept_and_follow_the_source(tmp_path: Path) -> None:
    told = [
        draft(1),
        draft(1, channel="C1", act="asked"),
        draft(1, "Other words.", channel="C2", act="asked"),
    ]
    script = Script({"a": [page(told[0])]})
    house = house_of(tmp_path, script, Clock())
    seen = []
    for one in [*told[1:], None]:
        read(house, "forum")
        with house.store.read() as session:
            post = session.exec(select(Post)).one()
            seen.append((post.channel, post.act, post.version))
        script.parts["a"] += [page(one)] if one else []
    assert seen == [(None, None, 1), ("C1", "asked", 1), ("C2", "asked", 2)]


def test_a_paused_source_is_neither_read_nor_due(tmp_path: Path) -> None:
    script = Script({"a": [page(draft(1))]})
    house = house_of(tmp_path, script, Clock())
    assert pause(house, "forum", "lead")
    assert not pause(house, "forum", "lead")
    assert due_sources(house) == []
    report = read(house, "forum")
    assert (report.paused, report.new_posts, script.read) == (True, 0, [])
    assert status(house, "forum")["status"] == "paused"
    assert resume(house, "forum", "lead")
    assert due_sources(house) == ["forum"]
    assert read(house, "forum").new_posts == 1

"""A first reading puts a limited number of items before the curators; the rest waits until somebody asks for it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import alembic.command
import alembic.config
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from gleanery.errors import BadInput, ConfigError, QuotaExhausted
from gleanery.flow import desk, read, record, run, screen
from gleanery.flow.founding import open_house
from gleanery.flow.holding import release
from gleanery.flow.house import House
from gleanery.flow.standing import standing
from gleanery.flow.trail import trail
from gleanery.model.items import FindingRow, ItemPost
from gleanery.model.posts import Post, PostDraft
from gleanery.model.sources import Source
from gleanery.store import Store
from gleanery.testing import NOON, Clock
from tests.conftest import ROOT
from tests.house import article, file_source, make_house, records
from tests.scripted import Script, Step, draft, gone, message, page, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")


def house_of(
    folder: Path, *scripts: Script, first_items: int | None = 3, clock: Clock | None = None
) -> House:
    names = ["forum", "other"]
    made = [
        script.source(name, first_items=first_items) for script, name in zip(scripts, names, strict=False)
    ]
    return make_house(folder, clock or Clock(), sources=made)


def let_through(house: House) -> list[str]:
    """The external ids of the posts that are not held, in the order of reading."""
    with house.store.read() as session:
        free = select(Post.external_id).where(col(Post.held_by).is_(None)).order_by(col(Post.seq))
        return list(session.exec(free))


def items_in(house: House) -> int:
    return sum(desk.counts(house).values())


def drafts(*numbers: int) -> list[PostDraft]:
    return [draft(number) for number in numbers]


@pytest.mark.parametrize("order", [range(10), range(9, -1, -1)])
def test_the_newest_go_through_in_whatever_order_they_are_read(tmp_path: Path, order: Sequence[int]) -> None:
    house = house_of(tmp_path, Script({"all": [page(*drafts(*order))]}))
    report = read(house, "forum")
    assert (report.new_posts, report.held_back) == (10, 7)
    assert sorted(let_through(house)) == ["p7", "p8", "p9"]


def test_what_is_held_back_makes_no_item_no_finding_and_no_statement(tmp_path: Path) -> None:
    house = house_of(tmp_path, Script({"all": [page(*drafts(*range(10)))]}))
    run(house)
    assert items_in(house) == 3
    before = record.count(house.store)
    with house.store.read() as session:
        held = set(session.exec(select(Post.id).where(col(Post.held_by).is_not(None))).all())
        assert not held & set(session.exec(select(ItemPost.post_id)).all())
        assert len({row.item_id for row in session.exec(select(FindingRow))}) == 3
    release(house, "forum", "lead", None)
    screen(house)
    assert items_in(house) == 10
    assert record.count(house.store) - before == before // 3 * 7


def test_what_comes_after_the_first_reading_goes_through(tmp_path: Path) -> None:
    script = Script({"all": [page(*drafts(*range(10)))]})
    house = house_of(tmp_path, script)
    read(house, "forum")
    script.parts["all"].append(page(*drafts(20, 21, 22, 23, 24)))
    assert read(house, "forum").held_back == 7
    assert len(let_through(house)) == 8


@pytest.mark.parametrize("first_items", [0, None])
def test_without_a_limit_everything_goes_through(tmp_path: Path, first_items: int | None) -> None:
    house = house_of(tmp_path, Script({"all": [page(*drafts(*range(10)))]}), first_items=first_items)
    assert read(house, "forum").held_back == 0
    assert len(let_through(house)) == 10


def test_a_reading_that_an_allowance_cut_lets_the_newest_so_far_through_and_no_more_in_all(
    tmp_path: Path,
) -> None:
    cut = QuotaExhausted("Enough for today.", until=NOON + timedelta(hours=1))
    steps: list[Step] = [
        page(*drafts(7, 8, 9), complete=False),
        cut,
        page(*drafts(4, 5, 6), complete=False),
        page(*drafts(1)),
    ]
    house = house_of(tmp_path, Script({"all": steps}), first_items=2)
    read(house, "forum")
    assert let_through(house) == ["p8", "p9"]
    assert read(house, "forum").held_back == 5
    assert let_through(house) == ["p8", "p9"]


def test_each_part_has_its_share_where_the_first_reading_is_cut(tmp_path: Path) -> None:
    cut = QuotaExhausted("Enough for today.", until=NOON + timedelta(hours=1))
    script = Script({"a": [page(*drafts(*range(10))), cut], "b": [], "c": [], "d": []})
    script.parts["b"] = [page(*drafts(*range(20, 30)))]
    house = house_of(tmp_path, script, first_items=8)
    read(house, "forum")
    assert let_through(house) == ["p8", "p9"]
    read(house, "forum")
    assert let_through(house) == ["p8", "p9", *(f"p{number}" for number in range(24, 30))]


def test_a_part_that_only_a_person_can_mend_does_not_keep_the_first_reading_open(tmp_path: Path) -> None:
    script = Script({"a": [page(*drafts(*range(5)))], "b": [ConfigError("Invite the app there.")]})
    house = house_of(tmp_path, script)
    read(house, "forum")
    assert len(let_through(house)) == 3
    script.parts["b"] = [page(*drafts(30, 31))]
    read(house, "forum")
    assert len(let_through(house)) == 5


READ = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from gleanery.config import load
from gleanery.flow import read
from gleanery.flow.founding import open_house
house = open_house(load(Path(sys.argv[1])))
pages = 0
def count(connection):
    global pages
    pages += 1
    if pages == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(house.store.engine, "commit", count)
read(house, "catalogue")
"""


@pytest.mark.parametrize("commits", [3, 6])
def test_a_kill_amid_the_first_reading_changes_nothing_of_what_goes_through(
    tmp_path: Path, commits: int
) -> None:
    """A catalogue tells no times: then what is read first goes first."""
    source = file_source(records(tmp_path, map(article, range(450)))) | {"first_items": 5}
    house = make_house(tmp_path, sources=[source])
    house.close()
    config = tmp_path / "config.yaml"
    done = subprocess.run([sys.executable, "-c", READ, str(config), str(commits)], check=False)
    assert done.returncode == -signal.SIGKILL
    house = open_house(house.config)
    read(house, "catalogue")
    assert let_through(house) == ["a0", "a1", "a2", "a3", "a4"]
    house.close()


# --------------------------------------------------------------------------- weighing


def test_a_post_with_many_links_counts_as_many(tmp_path: Path) -> None:
    posts = [message(1, "a"), message(2, "b", "c", "d"), message(3, "e"), message(4)]
    house = house_of(tmp_path, Script({"all": [page(*posts)]}), first_items=5)
    run(house)
    assert let_through(house) == ["p2", "p3", "p4"]
    assert items_in(house) == 5


def test_one_post_with_more_links_than_may_go_through_does_not_keep_the_others_back(tmp_path: Path) -> None:
    links = [f"l{number}" for number in range(9)]
    posts = [message(1, "a"), message(2, *links)]
    house = house_of(tmp_path, Script({"all": [page(*posts)]}))
    read(house, "forum")
    assert let_through(house) == ["p1"]


def test_replies_go_with_the_post_they_answer(tmp_path: Path) -> None:
    replies = [message(number, parent_external_id="p1") for number in range(10, 20)]
    deeper = [message(30, "shared", parent_external_id="p10")]
    posts = [message(1, "a"), message(2, "b"), *replies, *deeper, message(25, "c")]
    house = house_of(tmp_path, Script({"all": [page(*posts)]}), first_items=3)
    run(house)
    assert let_through(house) == ["p2", "p25"]
    release(house, "forum", "lead", 2)
    screen(house)
    assert len(let_through(house)) == 14
    assert items_in(house) == 4


def test_a_late_answer_to_a_post_that_is_held_back_is_held_with_it_and_a_late_link_is_news(
    tmp_path: Path,
) -> None:
    script = Script({"all": [page(*(message(number, f"l{number}") for number in range(5)))]})
    house = house_of(tmp_path, script)
    read(house, "forum")
    late = [
        message(50, parent_external_id="p0"),
        message(51, parent_external_id="p4"),
        message(52, "new", parent_external_id="p0"),
    ]
    script.parts["all"].append(page(*late))
    assert read(house, "forum").held_back == 3
    assert {"p51", "p52"} <= set(let_through(house))


# --------------------------------------------------------------------------- afterwards


def test_another_source_that_sees_a_held_post_does_not_let_it_through(tmp_path: Path) -> None:
    first, second = Script({"all": [page(*drafts(*range(5)))]}), Script({"all": [page(*drafts(*range(5)))]})
    house = house_of(tmp_path, first, second)
    read(house, "forum")
    assert (read(house, "other").new_posts, len(let_through(house))) == (0, 3)
    assert {row["name"]: row["held_back"] for row in standing(house)} == {"forum": 2, "other": 0}
    with pytest.raises(BadInput, match="held back"):
        release(house, "other", "lead", 1)
    release(house, "forum", "lead", None)
    assert len(let_through(house)) == 5


def test_what_is_held_back_is_still_edited_and_deleted(tmp_path: Path) -> None:
    script = Script({"all": [page(*drafts(*range(5)))]})
    house = house_of(tmp_path, script)
    read(house, "forum")
    script.parts["all"].append(page(draft(0, "Other words, said later."), gone=[gone(1)]))
    report = read(house, "forum")
    assert (report.changed_posts, report.gone_posts, report.held_back) == (1, 1, 1)
    assert release(house, "forum", "lead", 10) == 1


def test_releasing_is_audited_and_counts_items_newest_first(tmp_path: Path) -> None:
    house = house_of(tmp_path, Script({"all": [page(*drafts(*range(10)))]}))
    read(house, "forum")
    assert release(house, "forum", "lead", 2) == 2
    assert sorted(let_through(house)) == ["p5", "p6", "p7", "p8", "p9"]
    told = [(one.what, one.who) for one in trail(house, "auditor", "forum")[1]]
    assert [what for what, _ in told] == ["source.read", "source.held_back", "source.released"]


def test_sources_from_before_the_limit_are_past_their_first_reading(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    config = alembic.config.Config()
    config.set_main_option("script_location", str(ROOT / "gleanery" / "migrations"))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0004")
        row = {
            "id": "1" * 32,
            "name": "old",
            "connector": "file",
            "status": "healthy",
            "message": "",
            "failures": 0,
        }
        columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO source ({columns}) VALUES ({values})"), row)
    store.upgrade()
    with store.read() as session:
        old = session.exec(select(Source)).one()
    assert (old.first_read_done, old.released, old.paused_at) == (True, 0, None)
    store.close()

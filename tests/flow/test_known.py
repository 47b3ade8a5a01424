"""What a source saw and still stands: what its connector compares the platform with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from gleanery.flow import read
from gleanery.flow.house import House
from gleanery.ports import KnownPost, Policy
from gleanery.testing import Clock
from tests.house import make_house
from tests.scripted import MORNING, Script, draft, gone, page, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")


def ids(posts: list[KnownPost]) -> list[str]:
    return [post.external_id for post in posts]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Two sources that read the same forum, the second only a part of it."""
    first = Script({"all": [page(*(draft(number) for number in range(5)))]})
    second = Script({"all": [page(draft(3))]}, policy=Policy(max_age=timedelta(days=9)))
    changes = {}
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE", request.getfixturevalue("prepared_url"))
        changes = {"database": {"env": "DATABASE"}}
    made = make_house(tmp_path, Clock(), sources=[first.source("forum"), second.source("other")], **changes)
    yield made
    made.store.close()


def test_each_source_knows_its_own_posts_that_still_stand(house: House) -> None:
    read(house, "forum")
    read(house, "other")
    known = house.context("source", "forum").known
    assert ids(list(known.posts())) == [f"p{number}" for number in range(5)]
    assert ids(list(house.context("source", "other").known.posts())) == ["p3"]


def test_posts_are_found_by_all_that_a_connector_may_ask(tmp_path: Path) -> None:
    secret = "https://hooks.example.org/services/1"
    posts = [
        draft(1, external_id="C1:1"),
        draft(2, external_id="c1:2", parent_external_id="C1:1"),
        draft(3, external_id="C1:3", parent_external_id=secret, realm="elsewhere"),
        draft(4, external_id="C10:4"),
        draft(5, external_id="%1:5"),
        draft(6, external_id=secret),
    ]
    clock, script = Clock(), Script({"all": [page(*posts)]})
    house = make_house(tmp_path, clock, sources=[script.source()])
    read(house, "forum")
    known = house.context("source", "forum").known
    assert ids(list(known.posts(prefix="C1:"))) == ["C1:1", "C1:3"]
    assert ids(list(known.posts(prefix="%1"))) == ["%1:5"]
    assert ids(list(known.posts(parent="C1:1"))) == ["c1:2"]
    assert ids(list(known.posts(parent=secret))) == ["C1:3"]
    assert ids(list(known.posts(realm="elsewhere"))) == ["C1:3"]
    since, until = MORNING + timedelta(minutes=2), MORNING + timedelta(minutes=4)
    assert ids(list(known.posts(since=since, until=until))) == ["c1:2", "C1:3"]
    script.parts["all"].append(page(gone=[gone(1)]))
    read(house, "forum")
    assert len(list(known.posts())) == 6, "p1 never was"


def test_those_fetched_longest_ago_come_first_and_showing_a_post_again_counts(tmp_path: Path) -> None:
    policy = Policy(may_store_text=True, refresh_by=timedelta(days=25))
    clock, script = Clock(), Script({"all": [page(draft(1), draft(2), draft(3))]}, policy=policy)
    house = make_house(tmp_path, clock, sources=[script.source()])
    read(house, "forum")
    clock.move(timedelta(days=1))
    script.parts["all"].append(page(draft(1)))
    read(house, "forum")
    known = house.context("source", "forum").known
    assert ids(list(known.posts())) == ["p2", "p3", "p1"]
    assert ids(list(known.posts(fetched_before=clock()))) == ["p2", "p3"]


def test_a_post_that_goes_while_the_others_are_told_is_left_out_and_no_reader_stays_open(
    tmp_path: Path,
) -> None:
    many = [draft(number) for number in range(620)]
    script = Script({"all": [page(*many), page(gone=[gone(619)])]})
    house = make_house(tmp_path, Clock(), sources=[script.source()])
    steps = script.parts["all"]
    script.parts["all"] = steps[:1]
    read(house, "forum")
    asked = house.context("source", "forum").known.posts()
    first = next(asked)
    script.parts["all"] = steps
    open_connections: list[object] = []
    event.listen(house.store.engine, "checkout", lambda *_: open_connections.append(1))
    event.listen(house.store.engine, "checkin", lambda *_: open_connections.pop())
    read(house, "forum")
    assert open_connections == []
    rest = ids(list(asked))
    assert (first.external_id, len(rest), rest[-1]) == ("p0", 618, "p618")

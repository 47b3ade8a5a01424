"""A page is taken in as a whole: a few queries, whatever its size, and the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select

from gleanery.flow import read, screen
from gleanery.flow.contents import body_of
from gleanery.flow.house import House
from gleanery.model.items import Item, MatchKey
from gleanery.model.people import Handle
from gleanery.model.posts import Author, Content, Post, PostVersion, Sighting
from gleanery.ports import Page, Policy
from gleanery.testing import NOON, Clock
from tests.house import make_house
from tests.scripted import Script, draft, gone, page, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")

LENT = Policy(may_store_text=True, max_age=timedelta(days=30))


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a house over either database."""
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE", request.getfixturevalue("prepared_url"))
        (tmp_path / "postgresql").touch()
    return tmp_path


def house_of(folder: Path, script: Script, clock: Clock | None = None) -> House:
    database = {"database": {"env": "DATABASE"}} if (folder / "postgresql").exists() else {}
    return make_house(folder, clock or Clock(), sources=[script.source(first_items=0)], **database)


def authored(number: int, text: str = "") -> Page:
    """A page of 200 posts by forty authors, from this number on."""
    authors = [Author(external_id=f"U{one}", name=f"Name {one}") for one in range(40)]
    return page(*(draft(one, text, author=authors[one % 40]) for one in range(number, number + 200)))


def statements(house: House, script: Script, *pages: Page) -> int:
    """How many statements reading these pages sends to the database."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    script.parts["all"] += pages
    event.listen(house.store.engine, "before_cursor_execute", note)
    read(house, "forum")
    event.remove(house.store.engine, "before_cursor_execute", note)
    return count


def test_what_a_page_costs_does_not_grow_with_its_posts(folder: Path) -> None:
    """New posts by new authors, the same once more, other words, and all of them gone."""
    script = Script({"all": [page(draft(9_999))]}, policy=LENT)
    house = house_of(folder, script)
    read(house, "forum")
    author = Author(external_id="U")
    few = [page(draft(-1, text, author=author)) for text in ("", "", "Other words.")]
    many = [authored(0), authored(0), authored(0, "Other words.")]
    away = page(gone=[gone(-1)]), page(gone=[gone(number) for number in range(200)])
    for one, other in zip([*few, away[0]], [*many, away[1]], strict=True):
        assert statements(house, script, one) == statements(house, script, other)
    house.store.close()


@pytest.fixture
def taken(folder: Path) -> Iterator[House]:
    """A house that took in a page of 1,200 posts, shown once more and in parts with other words."""
    clock = Clock()
    posts = [draft(number, author=Author(external_id=f"U{number % 7}")) for number in range(1_200)]
    changed = [draft(number, "Other words.", author=posts[number].author) for number in range(0, 1_200, 2)]
    script = Script({"all": [page(*posts)]}, policy=LENT)
    house = house_of(folder, script, clock)
    read(house, "forum")
    clock.move(timedelta(days=10))
    script.parts["all"] += [page(*posts), page(*changed, gone=[gone(3), gone(3), gone(-5), gone(1_199)])]
    report = read(house, "forum")
    assert (report.new_posts, report.changed_posts, report.gone_posts) == (0, 600, 2)
    yield house
    house.store.close()


def test_everything_of_a_large_page_is_kept_in_its_order(taken: House) -> None:
    with taken.store.read() as session:
        posts = session.exec(select(Post).order_by(col(Post.seq))).all()
        assert [post.external_id for post in posts] == [f"p{number}" for number in range(1_200)]
        assert [post.version for post in posts[:4]] == [2, 1, 2, 1]
        assert [str(post.gone) for post in posts if post.gone] == ["tombstoned"] * 2
        counts = [session.exec(select(func.count()).select_from(one)).one() for one in (Sighting, Handle)]
        assert counts == [1_200, 7]


def test_words_that_were_taken_back_are_emptied_and_those_shown_again_count_as_fetched_now(
    taken: House,
) -> None:
    with taken.store.read() as session:
        rows = session.exec(
            select(PostVersion.number, Post.external_id, Content)
            .join(Content, col(Content.id) == col(PostVersion.content_id))
            .join(Post, col(Post.id) == col(PostVersion.post_id))
            .where(col(Post.external_id).in_(["p0", "p1", "p3"]))
            .order_by(col(Post.seq), col(PostVersion.number))
        ).all()
    later = NOON + timedelta(days=10)
    told = [(post, number, one.body is None, one.gone, one.fetched_at) for number, post, one in rows]
    assert told == [
        ("p0", 1, True, "tombstoned", later),
        ("p0", 2, False, None, later),
        ("p1", 1, False, None, later),
        ("p3", 1, True, "tombstoned", later),
    ]
    assert all(one.hash_key is None for _, _, one in rows if one.body is None)
    assert rows[2][2].purge_at == later + timedelta(days=30)


def test_of_a_post_that_a_page_shows_twice_the_later_counts(tmp_path: Path) -> None:
    house = house_of(tmp_path, Script({"all": [page(draft(1, "First."), draft(1, "Second."))]}))
    assert read(house, "forum").new_posts == 1
    with house.store.read() as session:
        body = session.exec(select(Content.body)).one()
    assert body is not None
    assert body["text"] == "Second."


def test_what_derives_from_posts_that_are_gone_goes_too(tmp_path: Path) -> None:
    script = Script({"all": [page(draft(1), draft(2))]})
    house = house_of(tmp_path, script)
    read(house, "forum")
    screen(house)
    script.parts["all"].append(page(gone=[gone(1)]))
    read(house, "forum")
    with house.store.read() as session:
        first, number = session.exec(select(Post.id, Post.seq).where(Post.external_id == "p1")).one()
        assert session.exec(select(MatchKey).where(MatchKey.post_seq == number)).all() == []
        due = session.exec(select(Item.founding_post_id).where(Item.screened_as == "")).all()
    assert due == [first]


def test_words_kept_before_anybody_could_be_a_guest_count_as_unchanged() -> None:
    """Else every post would get a new version by an upgrade."""
    author = Author(external_id="U1", name="First")
    assert body_of(draft(1, author=author))["author"] == {
        "external_id": "U1",
        "name": "First",
        "is_bot": False,
    }
    guest = Author(external_id="U1", is_outside=True)
    assert body_of(draft(1, author=guest))["author"]["is_outside"] is True

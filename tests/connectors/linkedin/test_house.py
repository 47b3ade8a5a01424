"""LinkedIn in a real house: the clock of its words runs, is wound by reading everything, and runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from gleanery.flow.house import House
from gleanery.flow.purging import purge
from gleanery.flow.reading import read
from gleanery.model.posts import Content, GoneWhy
from gleanery.testing import Clock
from tests.fakes.linkedin import LinkedInWorld
from tests.fakes.linkedin_learning import LearningWorld
from tests.house import make_house


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[LinkedInWorld]:
    with LinkedInWorld(clock) as world:
        yield world


@pytest.fixture
def house(
    world: LinkedInWorld, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    for name, value in world.set_env().items():
        monkeypatch.setenv(name, value)
    source = {"name": "our-page", "connector": "linkedin", "settings": world.settings()}
    made = make_house(tmp_path, clock, sources=[source])
    yield made
    made.close()


def content(house: House) -> Content:
    with house.store.read() as session:
        return session.exec(select(Content)).one()


def test_words_of_a_page_are_purged_after_six_weeks_unless_they_were_read_again(
    house: House, world: LinkedInWorld, clock: Clock
) -> None:
    world.post("A load chart, read aloud in the yard")
    read(house, "our-page")
    assert content(house).purge_at == clock() + timedelta(weeks=6)
    clock.move(timedelta(weeks=1))
    read(house, "our-page")
    assert content(house).purge_at == clock() + timedelta(weeks=6)
    clock.move(timedelta(weeks=6, seconds=1))
    purge(house)
    kept = content(house)
    assert (kept.body, kept.gone) == (None, GoneWhy.PURGED)


def test_words_whose_time_ran_out_come_back_when_linkedin_shows_them_again(
    house: House, world: LinkedInWorld, clock: Clock
) -> None:
    world.post("A load chart, read aloud in the yard")
    read(house, "our-page")
    clock.move(timedelta(weeks=6, seconds=1))
    purge(house)
    report = read(house, "our-page")
    assert (report.new_posts, report.changed_posts) == (0, 1)
    with house.store.read() as session:
        first, second = session.exec(select(Content).order_by(col(Content.fetched_at))).all()
    assert first.body is None
    assert second.body is not None
    assert second.body["text"] == "A load chart, read aloud in the yard"
    assert second.purge_at == clock() + timedelta(weeks=6)
    assert read(house, "our-page").changed_posts == 0


def test_a_post_deleted_at_linkedin_loses_its_words_here(
    house: House, world: LinkedInWorld, clock: Clock
) -> None:
    said = world.post("A load chart, read aloud in the yard")
    read(house, "our-page")
    world.delete(said)
    clock.move(timedelta(weeks=1))
    report = read(house, "our-page")
    assert report.gone_posts == 1
    kept = content(house)
    assert (kept.body, kept.gone) == (None, GoneWhy.TOMBSTONED)


def test_a_sweep_of_a_catalogue_that_shows_everything_asks_for_nothing_singly(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LearningWorld(clock) as world:
        for name, value in world.set_env().items():
            monkeypatch.setenv(name, value)
        for number in range(30):
            world.add(f"About {number}")
        settings = {**world.settings(), "activity": False, "page_size": 7}
        source = {"name": "learning", "connector": "linkedin_learning", "settings": settings}
        with closing(make_house(tmp_path, clock, sources=[source])) as house:
            read(house, "learning")
            clock.move(timedelta(days=31))
            world.asked.clear()
            with pytest.raises(KeyboardInterrupt):
                read(house, "learning", _dying(3))
            read(house, "learning")
            assert not [one.path for one in world.asked if "urn" in one.path]
            with house.store.read() as session:
                assert {one.fetched_at for one in session.exec(select(Content))} == {clock()}


def _dying(left: int) -> Callable[[str, int], None]:
    """Ends a reading by an interrupt after so many pages."""

    def count(_name: str, _posts: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt

    return count

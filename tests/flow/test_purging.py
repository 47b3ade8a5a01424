"""Text whose time is over is emptied, with what derives from it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import func, select

from gleanery.flow import desk, purge, run, screen
from gleanery.model.items import ItemState, MatchKey
from gleanery.model.posts import Content
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records


def test_a_text_past_its_time_is_emptied_everywhere(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock, sources=[file_source(records(tmp_path, map(article, range(3))))])
    run(house)
    with house.store.write() as session:
        for content in session.exec(select(Content)):
            content.purge_at = clock() + timedelta(days=30)
            session.add(content)
    assert purge(house) == 0
    clock.move(timedelta(days=31))
    assert purge(house) == 3
    screen(house)
    with house.store.read() as session:
        assert session.exec(select(func.count()).select_from(MatchKey)).one() == 0
        assert all(content.body is None for content in session.exec(select(Content)))
    assert {row.title for row in desk.queue(house, tuple(ItemState)).rows} == {""}
    for path in tmp_path.rglob("*.db*"):
        assert b"Working with ladders" not in path.read_bytes(), path

"""Learners on PostgreSQL: choosing, learning side by side, scores, notes, forgetting."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.flow.learners import choosing, forgetting, noting, scoring
from gleanery.flow.learners.choosing import Search
from gleanery.model.learners import NoteKind
from gleanery.testing import Clock
from tests.courses import COURSE, course_house, offered_items, path_of
from tests.flow.learners.steps import before, came, reached
from tests.gradebook import Gradebook


def test_learners_go_the_whole_way_on_postgresql(
    prepared_url: str, tmp_path: Path, clock: Clock, gradebook: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", prepared_url)
    house = course_house(tmp_path / "house", gradebook, clock, database={"env": "DATABASE"})
    first, second, _ = offered_items(house)
    path_of(house, [first, second])
    visit = came(house, first).visit
    found = choosing.find(house, visit, Search(words="ladders", kind="article"), "en")
    assert [one.id for one in found.items] == [second]
    assert len(choosing.find(house, visit, Search(), "en").collections) == 1
    doings = [before(house, first) for _ in range(4)]
    threads = [threading.Thread(target=doing.open_source) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert reached(house).evidence == "opened"
    assert scoring.send(house, COURSE).sent == 1
    assert gradebook.written == 1
    noting.write(house, doings[0].visit, NoteKind.QUESTION, item=first, words="Why?")
    assert scoring.outlook(house) == {}
    with house.store.read() as session:
        assert noting.use_of(session, first) == (1, 1)
        assert noting.ratings(session, first) == (None, 0)
    clock.move(timedelta(days=1200))
    forgetting.forget_if_due(house)
    assert noting.listed(house) == []
    house.store.close()

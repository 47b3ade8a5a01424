"""The whole way of a path on PostgreSQL: the same queries, the other database."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanery.flow import deciding, deliver, desk, run
from gleanery.flow.collections import editing, publishing, showing
from gleanery.flow.destinations import outbox
from gleanery.flow.destinations.showing import standings
from gleanery.model.destinations import DeliveryState
from gleanery.model.items import DecisionVerdict
from gleanery.testing import Clock
from tests.flow.collections.test_publishing import page, parts, published
from tests.house import article, file_source, make_house, records
from tests.moodle_server import MoodleServer


def test_a_path_goes_the_whole_way_on_postgresql(
    prepared_url: str, tmp_path: Path, clock: Clock, moodle: MoodleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", prepared_url)
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    settings = {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id}
    house = make_house(
        tmp_path,
        clock,
        database={"env": "DATABASE"},
        sources=[file_source(records(tmp_path, map(article, range(3))))],
        destinations=[{"name": "moodle", "adapter": "moodle", "settings": settings}],
    )
    run(house)
    items = [row.id for row in desk.queue(house).rows]
    for item in items:
        deciding.decide(house, str(item), DecisionVerdict.APPROVE, "curator")
    one, other = published(house, items), published(house, items[:1])
    assert deliver(house, "moodle").faults == []
    editing.move(house, "curator", one.id, items[2], 0)
    publishing.publish(house, "lead", one.id)
    assert deliver(house, "moodle").faults == []
    assert parts(page(moodle, one)) == [2, 0, 1]
    first, second = showing.listed(house, limit=1), showing.listed(house)
    rest = showing.listed(house, after=(first[0].changed_at, first[0].id))
    assert [row.id for row in (*first, *rest)] == [row.id for row in second]
    assert {row.id for row in second} == {one.id, other.id}
    lines = outbox.listed(house, DeliveryState.DELIVERED, limit=2)
    last = lines[-1].delivery
    more = outbox.listed(house, DeliveryState.DELIVERED, after=(last.next_try_at, last.id))
    assert len({line.delivery.id for line in (*lines, *more)}) == 5
    assert [(place.owed, place.dead) for place in standings(house)] == [(0, 0)]
    house.close()

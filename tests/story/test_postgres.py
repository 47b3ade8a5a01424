"""The whole way on PostgreSQL: the same figures as on SQLite, and many workers at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.flow import deciding, desk, run
from gleanery.flow.exporting import Form, Selection, export
from gleanery.flow.house import House
from gleanery.flow.trail import trail
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.worker import work
from tests.house import article, file_source, make_house, message, records, slack_export, slack_source
from xapi.bundles import check


@pytest.fixture
def house(tmp_path: Path, prepared_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("DATABASE", prepared_url)
    late = message("3.000100", "Correction: filter in the query.", thread_ts="1.000100", parent_user_id="U1")
    tip = message(
        "1.000100", "How we load the monthly table: read it whole and filter afterwards, it is much faster."
    )
    phone = message("2.000100", "The trainer is best reached under +49 30 23125 987 in the afternoon.")
    export = slack_export(tmp_path / "e.zip", {"learning/2026-02-16.json": [tip, phone, late]})
    made = make_house(
        tmp_path,
        database={"env": "DATABASE"},
        sources=[slack_source(export), file_source(records(tmp_path, map(article, range(8))))],
        destinations=[{"name": "cartridge", "adapter": "cartridge"}],
        curation={"auto_approve": "keep", "auto_approve_limit": 5},
    )
    yield made
    made.store.close()


def test_the_whole_way_and_a_second_run_that_adds_nothing(house: House) -> None:
    first = run(house).counts()
    assert (first["new_posts"], first["new_items"], first["faults"]) == (11, 10, 0)
    assert desk.counts(house) == {"approved": 5, "quarantined": 1, "waiting": 4}
    again = run(house).counts()
    assert {name: number for name, number in again.items() if number} == {}
    house.checkpoint()
    assert all(verdict.ok and verdict.unprotected == 0 for _, verdict in house.verify())


def test_verdicts_undo_and_delivery(house: House) -> None:
    run(house)
    item = str(desk.queue(house).rows[0].id)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    deciding.undo(house, "curator")
    deciding.decide(house, item[:8], DecisionVerdict.REJECT, "curator", "off-topic")
    assert [row.id for row in desk.queue(house, (ItemState.REJECTED,)).rows] == [
        desk.show(house, item).row.id
    ]


def test_an_auditor_takes_bundles_of_both_logs_and_asks_for_a_trail(house: House, tmp_path: Path) -> None:
    run(house)
    for selection in (Selection(action="item.*"), Selection("statements")):
        for form in Form:
            told = export(house, "auditor", selection, tmp_path / f"out.{form.value}", form)
            assert told.entries > 5
        found = check(tmp_path / "out.bundle")
        assert (found.ok, found.entries) == (True, told.entries), found.reason
    item = str(desk.queue(house, (ItemState.APPROVED,)).rows[0].id)
    _, events = trail(house, "auditor", item)
    assert {"item.made", "item.approved", "imported", "approve"} <= {one.what for one in events}


def test_many_workers_at_once_do_the_work_once(house: House) -> None:
    threads = [threading.Thread(target=work, args=(house,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(house)
    assert sum(desk.counts(house).values()) == 10
    assert all(verdict.ok for _, verdict in house.verify())

"""An export holds exactly what the list shows, belongs to who asked, and goes after a day."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gleanery.errors import BadInput, Gone
from gleanery.flow import runs
from gleanery.flow.exporting import Form, Selection
from gleanery.flow.house import House
from gleanery.flow.recorded import entries, exports, statements, working
from gleanery.model.runs import RunState
from gleanery.worker import work
from tests.flow.recorded.conftest import REGISTRATION, Lived
from tests.flow.recorded.test_statements import ALL, COMPLETED, SHOWN
from xapi.bundles import check


def actor(house: House, account: str = "auditor") -> str:
    with house.store.write() as session:
        return f"person:{house.person(session, account)}"


def exported(house: House, selection: Selection, form: Form) -> tuple[UUID, bytes]:
    run = exports.ask(house, "auditor", selection, form)
    working.work(house, run.id)
    path, _ = exports.file_of(house, actor(house), run.id)
    return run.id, path.read_bytes()


@pytest.mark.parametrize(
    "selection",
    [
        ALL,
        SHOWN,
        replace(SHOWN, verb=COMPLETED),
        replace(SHOWN, registration=REGISTRATION),
        replace(SHOWN, person="curator", voided=True),
    ],
)
def test_a_file_holds_exactly_the_statements_that_the_list_shows(day: Lived, selection: Selection) -> None:
    shown = sorted(one.seq for one in statements.find(day.house, "auditor", selection, limit=200).rows)
    lines = exported(day.house, selection, Form.JSONL)[1].decode().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == shown
    rows = list(csv.DictReader(exported(day.house, selection, Form.CSV)[1].decode("utf-8-sig").splitlines()))
    assert [int(row["seq"]) for row in rows] == shown


def test_a_bundle_of_what_is_shown_proves_itself(day: Lived) -> None:
    run, _ = exported(day.house, SHOWN, Form.BUNDLE)
    path, name = exports.file_of(day.house, actor(day.house), run)
    found = check(path)
    assert found.ok
    assert found.entries == statements.count(day.house, SHOWN)
    assert name.startswith("statements-")
    assert name.endswith(".zip")
    assert path.stat().st_mode & 0o077 == 0


def test_the_audit_log_tells_the_export_before_it_is_given(own: Lived) -> None:
    run, data = exported(own.house, Selection(action="item.*"), Form.JSONL)
    told = entries.find(own.house, "lead", Selection(action="record.exported")).rows[0]
    assert told.detail == {"count": len(data.splitlines()), "form": "jsonl", "filter": {"action": "item.*"}}
    assert runs.find(own.house, run).state is RunState.DONE


def test_an_export_is_nobody_elses(day: Lived) -> None:
    run, _ = exported(day.house, SHOWN, Form.CSV)
    with pytest.raises(BadInput):
        exports.file_of(day.house, actor(day.house, "curator"), run)
    assert run not in [one.id for one in exports.of(day.house, actor(day.house, "curator"))]
    assert run in [one.id for one in exports.of(day.house, actor(day.house))]


def test_a_file_goes_after_a_day_with_what_was_asked(own: Lived, clock: object) -> None:
    run, _ = exported(own.house, replace(SHOWN, person="curator"), Form.CSV)
    path, _ = exports.file_of(own.house, actor(own.house), run)
    clock.move(timedelta(hours=25))  # type: ignore[attr-defined]
    with pytest.raises(Gone):
        exports.file_of(own.house, actor(own.house), run)
    assert path.exists()
    working.take_up(own.house)
    assert not path.exists()
    assert runs.find(own.house, run).task == {}
    with pytest.raises(Gone):
        exports.file_of(own.house, actor(own.house), run)


def test_asking_twice_is_one_export_and_the_worker_takes_up_what_a_restart_cut_off(own: Lived) -> None:
    first = exports.ask(own.house, "auditor", SHOWN, Form.JSONL)
    assert exports.ask(own.house, "auditor", SHOWN, Form.JSONL).id == first.id
    assert exports.ask(own.house, "auditor", ALL, Form.JSONL).id != first.id
    assert exports.ask(own.house, "lead", SHOWN, Form.JSONL).id != first.id
    with pytest.raises(BadInput, match="not written yet"):
        exports.file_of(own.house, actor(own.house), first.id)
    work(own.house)
    assert exports.file_of(own.house, actor(own.house), first.id)[0].exists()
    assert all(run.kind != exports.KIND for run in runs.under_way(own.house))


def test_a_stopped_export_leaves_no_file(own: Lived) -> None:
    run = exports.ask(own.house, "auditor", SHOWN, Form.CSV)
    runs.cancel(own.house, run.id)
    working.work(own.house, run.id)
    with pytest.raises(Gone):
        exports.file_of(own.house, actor(own.house), run.id)


def test_what_cannot_be_selected_is_refused_while_somebody_is_there_to_hear(day: Lived) -> None:
    with pytest.raises(BadInput):
        exports.ask(day.house, "auditor", replace(SHOWN, person=str(uuid4())), Form.CSV)

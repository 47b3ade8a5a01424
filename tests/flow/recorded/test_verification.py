"""Verification while one watches: it tells how far it is, what it found and where, and can be stopped."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from gleanery.flow import runs
from gleanery.flow.exporting import Selection
from gleanery.flow.record import driver
from gleanery.flow.recorded import entries, verification, working
from gleanery.flow.recorded.verification import _Watch
from gleanery.model.record import Entry
from gleanery.model.runs import RunState
from tests.flow.recorded.conftest import Lived


def verified(day: Lived) -> verification.RecordStanding:
    run = verification.ask(day.house, "auditor")
    working.work(day.house, run.id)
    assert runs.find(day.house, run.id).state is RunState.DONE
    return verification.standing(day.house)


def test_a_whole_record_is_told_as_such_with_its_second_place(own: Lived) -> None:
    stands = verified(own)
    assert stands.found is not None
    assert stands.found["ok"]
    assert {one["log"] for one in stands.found["logs"]} == {"audit", "statements:main"}
    assert all(one["scope"] == "verified elsewhere" for one in stands.found["logs"])
    assert stands.has_second_place
    assert all(one.elsewhere == one.checkpoint for one in stands.logs)
    assert len(stands.fingerprint) == 64
    told = entries.find(own.house, "lead", Selection(action="record.verified")).rows[0]
    assert told.detail["ok"] is True
    assert told.detail["bad"] == []


@pytest.mark.parametrize("log", ["audit", "statements:main"])
def test_a_changed_entry_is_named(own: Lived, log: str) -> None:
    with own.house.store.write() as session:
        if log == "audit":
            entry = session.exec(select(Entry).where(col(Entry.action) == "item.approved")).first()
            assert entry is not None
            bad, entry.action = entry.seq, "item.rejected"
            session.add(entry)
        else:
            bad = 2
            driver(session).execute("UPDATE lrs_statement SET stored = stored - 1 WHERE seq = 2")
    stands = verified(own)
    assert stands.found is not None
    assert not stands.found["ok"]
    verdict = next(one for one in stands.found["logs"] if one["log"] == log)
    assert verdict["first_bad"] == bad
    assert f"entry {bad}" in verdict["reason"]
    told = entries.find(own.house, "lead", Selection(action="record.verified")).rows[0]
    assert told.detail["bad"] == [{"log": log, "entry": bad}]


def test_asking_again_joins_what_goes_on(own: Lived) -> None:
    first = verification.ask(own.house, "auditor")
    assert verification.ask(own.house, "lead").id == first.id
    assert verification.standing(own.house).run is not None
    working.work(own.house, first.id)
    assert verification.standing(own.house).run is None


def test_the_rate_is_told_and_a_wish_to_stop_is_heard(own: Lived) -> None:
    run = verification.ask(own.house, "auditor")
    watch = _Watch(runs.Progress(own.house, run.id), 12_000)
    for _ in range(5_000):
        watch.step()
    told = runs.find(own.house, run.id)
    assert (told.done, told.total) == (5_000, 12_000)
    assert int(told.words) > 0
    with own.house.store.write() as session:
        told.state = RunState.RUNNING
        session.merge(told)
    runs.cancel(own.house, run.id)
    for _ in range(4_999):
        watch.step()
    with pytest.raises(runs.Cancelled):
        watch.step()


def test_a_run_of_somebody_elses_thread_is_left_to_it(own: Lived) -> None:
    from gleanery.leases import held

    run = verification.ask(own.house, "auditor")
    with held(own.house.store, f"run:{run.id}", own.house.now) as lease:
        assert lease is not None
        working.work(own.house, run.id)
        assert runs.find(own.house, run.id).state is RunState.WAITING
    working.begin(own.house, run).join(30)
    assert runs.find(own.house, run.id).state is RunState.DONE

"""One verdict on many items: what is looked at is what is decided, once, whatever happens meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding, desk, runs
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.queue import bulk
from gleanery.flow.queue.bulk import Preview, Wanted, portions
from gleanery.flow.queue.filters import Filter
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemState
from gleanery.model.queue import Bulk
from gleanery.model.record import Entry
from gleanery.model.runs import Run, RunState
from gleanery.testing import Clock
from tests.flow.queue.conftest import filled, person

_At = Callable[[runs.Progress, int], None]
APPROVE, REJECT, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.REJECT, DecisionVerdict.RETRACT


def every(verdict: DecisionVerdict = REJECT, **wanted: object) -> Wanted:
    return Wanted(verdict, Filter.model_validate(wanted), is_all=True)


def give(house: House, wanted: Wanted, seen: Preview | None = None, bulk_id: UUID | None = None) -> Bulk:
    seen = seen or bulk.preview(house, wanted, person(house))
    return bulk.ask(house, bulk_id or uuid4(), wanted, "curator", "too old", seen.last_seq, seen.seen_at)


def states(house: House) -> dict[str, int]:
    return desk.counts(house)


def decisions(house: House) -> Counter[UUID]:
    """How many decisions that stand each item has."""
    with house.store.read() as session:
        rows = session.exec(select(Decision)).all()
    return Counter(row.item_id for row in rows if row.undone_at is None)


def actions(house: House, action: str) -> int:
    with house.store.read() as session:
        return len(session.exec(select(Entry).where(Entry.action == action)).all())


def test_everything_that_matches_is_decided_and_taken_back_as_a_whole(each_house: House) -> None:
    house = each_house
    seen = bulk.preview(house, every(words="ladders"), person(house))
    assert (seen.total, len(seen.first), seen.refused) == (2, 2, {})
    done = give(house, every(words="ladders"), seen)
    assert (done.decided, done.total, done.refused, done.ended_at is not None) == (2, 2, {}, True)
    assert states(house) == {"waiting": 10, "rejected": 2}
    with house.store.read() as session:
        assert {row.reason for row in session.exec(select(Decision))} == {"too old"}
    back = bulk.undo(house, done.id, "lead")
    assert (back.undone, back.kept) == (2, 0)
    assert states(house) == {"waiting": 12}
    with house.store.read() as session:
        assert {row.undone_by for row in session.exec(select(Decision))} == {
            f"person:{person(house, 'lead')}"
        }


def test_the_preview_shows_the_first_ten_and_who_would_be_refused(house: House) -> None:
    first = str(desk.queue(house).rows[0].id)
    deciding.decide(house, first, APPROVE, "curator")
    seen = bulk.preview(house, every(RETRACT), person(house))
    assert (seen.total, len(seen.first), seen.refused) == (11, 10, {"not_approved": 11})
    chosen = Wanted(APPROVE, Filter(), tuple(row.id for row in desk.queue(house, tuple(ItemState)).rows))
    assert bulk.preview(house, chosen, person(house)).refused == {"already": 1}


def test_chosen_items_that_cannot_be_decided_are_counted_and_the_others_are_decided(house: House) -> None:
    rows = desk.queue(house).rows[:3]
    deciding.decide(house, str(rows[0].id), APPROVE, "lead")
    done = give(house, Wanted(APPROVE, Filter(), tuple(row.id for row in rows)))
    assert (done.decided, done.refused) == (2, {"already": 1})
    assert set(decisions(house).values()) == {1}


def test_what_came_in_or_changed_since_the_preview_is_left_alone(house: House, clock: Clock) -> None:
    seen = bulk.preview(house, every(), person(house))
    clock.move(timedelta(minutes=1))
    with house.store.write() as session:
        rows = session.exec(select(Item).order_by("seq")).all()
        rows[0].changed_at = clock()
        newer = Item(
            id=uuid4(), founding_post_id=rows[0].founding_post_id, kind=rows[0].kind, made_at=clock(),
            state=ItemState.WAITING, screened_as=rows[0].screened_as,
        )  # fmt: skip
        session.add_all([rows[0], newer])
    done = give(house, every(), seen)
    assert (done.decided, done.changed, done.total) == (11, 1, 12)
    assert states(house) == {"waiting": 2, "rejected": 11}


def test_a_second_press_changes_nothing(house: House) -> None:
    seen, bulk_id = bulk.preview(house, every(), person(house)), uuid4()
    for _ in range(2):
        assert give(house, every(), seen, bulk_id).decided == 12
    assert set(decisions(house).values()) == {1}
    assert actions(house, "bulk.asked") == 1
    for _ in range(2):
        assert bulk.undo(house, bulk_id, "curator").undone == 12
    assert actions(house, "bulk.undo-asked") == 1


def test_nothing_left_to_decide_is_told(house: House) -> None:
    seen = bulk.preview(house, every(), person(house))
    give(house, every(), seen)
    with pytest.raises(BadInput, match="No item is left"):
        give(house, every(), seen)
    with pytest.raises(BadInput, match="no such verdict"):
        bulk.find(house, uuid4())


def test_what_somebody_decided_again_since_stands(house: House) -> None:
    done = give(house, every())
    item = str(desk.queue(house, (ItemState.REJECTED,)).rows[0].id)
    deciding.decide(house, item, APPROVE, "lead")
    back = bulk.undo(house, done.id, "curator")
    assert (back.undone, back.kept) == (11, 1)
    assert desk.show(house, item).row.state == "approved"


def many(house: House, monkeypatch: pytest.MonkeyPatch) -> Bulk:
    """A verdict on more items than are decided at once."""
    monkeypatch.setattr(portions, "AT_ONCE", 5)
    return give(house, every())


def test_more_than_are_decided_at_once_are_left_to_the_worker(
    each_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = each_house
    one = many(house, monkeypatch)
    assert (one.decided, one.total) == (0, 12)
    run = bulk.run_of(house, one.id)
    assert run is not None
    assert (run.state, run.total) == (RunState.WAITING, 12)
    with pytest.raises(Denied, match="still going on"):
        bulk.undo(house, one.id, "curator")
    bulk.work(house)
    run = runs.find(house, run.id)
    assert (run.state, run.done) == (RunState.DONE, 12)
    assert bulk.find(house, one.id).decided == 12
    bulk.undo(house, one.id, "curator")
    bulk.work(house)
    assert states(house) == {"waiting": 12}


def test_it_can_be_stopped_and_what_was_decided_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = many(house, monkeypatch)
    monkeypatch.setattr(runs.Progress, "at", _stopping(runs.Progress.at, house, one.id))
    bulk.work(house)
    run = bulk.run_of(house, one.id)
    assert run is not None
    assert run.state is RunState.CANCELLED
    assert states(house) == {"waiting": 7, "rejected": 5}
    bulk.undo(house, one.id, "curator")
    assert states(house) == {"waiting": 12}


def _stopping(at: _At, house: House, bulk_id: UUID) -> _At:
    """Somebody presses stop while the first portion is told of."""

    def told(self: runs.Progress, done: int) -> None:
        bulk.cancel(house, bulk_id)
        at(self, done)

    return told


def test_a_killed_worker_is_gone_on_from_and_every_item_is_decided_once(
    house: House, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _killed_and_gone_on(house, tmp_path, clock, monkeypatch, [6])


@pytest.mark.proof
def test_a_worker_killed_again_and_again_decides_every_item_once(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = filled(tmp_path, clock, 60)
    _killed_and_gone_on(house, tmp_path, clock, monkeypatch, list(range(1, 30, 2)))


def _killed_and_gone_on(
    house: House, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, moments: list[int]
) -> None:
    one = many(house, monkeypatch)
    total = one.total
    for moment in moments:
        _silent(house)
        command = [sys.executable, "-m", "tests.flow.queue.killed", str(folder / "config.yaml"), str(moment)]
        if subprocess.run(command).returncode != -signal.SIGKILL:
            break
    assert bulk.find(house, one.id).decided < total or len(moments) > 1
    _silent(house)
    again = open_house(load(folder / "config.yaml"), clock)
    bulk.work(again)
    assert bulk.find(again, one.id).decided == total
    assert set(decisions(again).values()) == {1}
    assert states(again) == {"rejected": total}
    assert actions(again, "item.rejected") == total
    again.store.close()


def _silent(house: House) -> None:
    """Have every run look as if its worker had died long ago."""
    with house.store.write() as session:
        for run in session.exec(select(Run)):
            run.seen_at -= timedelta(days=400)
            session.add(run)

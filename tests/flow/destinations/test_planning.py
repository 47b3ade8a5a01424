"""A plan says what delivering would do, in which order, and what waits; it writes nothing and asks nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event

from gleanery.errors import ConfigError, Unreachable
from gleanery.flow import deliver, outbox
from gleanery.flow.destinations import planning
from gleanery.flow.destinations.planning import Does, Waits
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_locked
from gleanery.flow.owing import owe_to
from gleanery.model.destinations import Action
from gleanery.ports import Check
from gleanery.testing import Clock
from tests.flow.destinations.conftest import approve, open_house, retract
from tests.shelf import Shelf


def steps(house: House) -> list[tuple[str, Does, Waits | None]]:
    return [(str(one.thing), one.does, one.waits) for one in planning.plan(house, "shelf").steps]


def test_what_would_be_created_changed_and_retracted_is_said_in_the_order_of_delivery(
    house: House, shelf: Shelf
) -> None:
    first, second, third = approve(house, 3)
    assert steps(house) == [(item, Does.CREATE, None) for item in (first, second, third)]
    deliver(house, "shelf")
    retract(house, second)
    with house.change() as change:
        owe_to(house, change, find_locked(change.session, first), "shelf", Action.UPSERT)
    assert steps(house) == [(first, Does.CHANGE, None), (second, Does.RETRACT, None)]
    plan = planning.plan(house, "shelf")
    assert plan.counts == {"change": 1, "retract": 1}
    assert plan.steps[0].url == "https://shelf.example.org/1"
    assert "part" in plan.steps[0].title


def test_what_is_planned_is_what_is_done(house: House, shelf: Shelf) -> None:
    approve(house, 3)
    planned = [one.thing for one in planning.plan(house, "shelf").steps]
    deliver(house, "shelf")
    assert [thing for _, thing in shelf.calls] == planned
    assert planning.plan(house, "shelf").steps == []


def test_a_plan_writes_nothing_and_asks_nobody(house: House, shelf: Shelf) -> None:
    approve(house, 2)
    shelf.checks = [Check("site", False, "It is closed.", "Open it.")]
    written: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(house.store.engine, "before_cursor_execute", note)
    assert planning.plan(house, "shelf").checks == ()
    assert written == []
    assert shelf.calls == []
    assert [one.ok for one in planning.plan(house, "shelf", ask=True).checks] == [False]


def test_items_approved_before_the_destination_came_are_in_the_plan(
    shelves: None, tmp_path: Path, shelf: Shelf, clock: Clock
) -> None:
    house = open_house(tmp_path, shelf, clock)
    items = approve(house, 2)
    house.config = house.config.model_copy(
        update={
            "destinations": tuple(
                one.model_copy(update={"name": "later"}) for one in house.config.destinations
            )
        }
    )
    assert [(str(one.thing), one.does) for one in planning.plan(house, "later").steps] == [
        (item, Does.CREATE) for item in items
    ]


def test_why_something_waits_is_said(shelves: None, tmp_path: Path, shelf: Shelf, clock: Clock) -> None:
    house = open_house(tmp_path, shelf, clock, undo_seconds=60)
    [item] = approve(house)
    [step] = planning.plan(house, "shelf").steps
    assert (step.waits, step.until) == (Waits.UNDO, clock() + timedelta(seconds=60))
    clock.move(timedelta(seconds=61))

    def fail(_what: str, _thing: UUID) -> None:
        raise Unreachable("shelf: it did not answer.")

    shelf.before = fail
    deliver(house, "shelf")
    [step] = planning.plan(house, "shelf").steps
    assert (step.waits, step.reason) == (Waits.AFTER_FAILURE, "shelf: it did not answer.")
    for _ in range(2):
        clock.move(timedelta(hours=1))
        deliver(house, "shelf")
    assert steps(house) == [(item, Does.CREATE, Waits.DEAD)]
    outbox.retry(house, "curator")
    shelf.checks = [Check("site", False, "It is closed.", "Open it.")]
    deliver(house, "shelf")
    plan = planning.plan(house, "shelf")
    assert plan.steps[0].waits is Waits.RESTING
    assert plan.rests_until == clock() + timedelta(minutes=15)


def test_an_item_whose_words_changed_waits_to_be_judged_anew(house: House) -> None:
    [item] = approve(house)
    with house.change() as change:
        row = find_locked(change.session, item)
        row.screened_as = ""
        change.session.add(row)
    assert steps(house) == [(item, Does.CREATE, Waits.JUDGED_ANEW)]


def test_only_so_many_steps_are_shown_and_all_are_counted(house: House) -> None:
    approve(house, 3)
    plan = planning.plan(house, "shelf", limit=2)
    assert (len(plan.steps), plan.is_cut, plan.counts) == (2, True, {"create": 3})


def test_the_queries_of_a_plan_do_not_grow_with_its_steps(
    shelves: None, tmp_path: Path, clock: Clock
) -> None:
    def queries(number: int) -> int:
        house = open_house(tmp_path / str(number), Shelf(), clock, number=number)
        approve(house, number)
        seen: list[str] = []
        event.listen(house.store.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        planning.plan(house, "shelf")
        return len(seen)

    assert queries(2) == queries(12)


def test_an_unknown_destination_is_named_with_the_nearest(house: House) -> None:
    with pytest.raises(ConfigError, match="shelf"):
        planning.plan(house, "shelv")

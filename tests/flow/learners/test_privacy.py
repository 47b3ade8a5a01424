"""What is held of learners is shown to them and goes with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import func, select

from gleanery.flow.erasing import cases
from gleanery.flow.erasing.subject import Asked, find_subject
from gleanery.flow.house import House
from gleanery.flow.learners import asking, forgetting, noting
from gleanery.flow.subject_access.collecting import Collecting
from gleanery.model.learners import LearnerNote, NoteKind, Reached, ScoreOwed, Visit
from gleanery.model.record import Entry
from gleanery.testing import Clock
from tests.courses import offered_items
from tests.flow.learners.steps import before, came, linked

TABLES: tuple[Any, ...] = (Visit, Reached, ScoreOwed, LearnerNote)


def learned(house: House, account: str) -> None:
    """Everything that a learner can leave."""
    item, *_ = offered_items(house)
    doing = before(house, item, account)
    doing.open_source()
    asking.rate(doing, 3)
    noting.write(house, doing.visit, NoteKind.QUESTION, item=item, words=f"I am {account}: why?")


def counts(house: House) -> list[int]:
    with house.store.read() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def test_what_is_held_of_a_learner_is_shown_to_them_alone(house: House) -> None:
    person = linked(house)
    learned(house, "u1")
    learned(house, "u2")
    with house.store.read() as session:
        subject = find_subject(house, session, Asked(person=str(person.id)))
        shown = Collecting(house, session, subject).parts()["learning"]
    assert {name: len(rows) for name, rows in shown.items()} == {
        "items": 1, "scores": 1, "notes": 1, "visits": 1,
    }  # fmt: skip
    assert shown["notes"][0]["words"] == "I am u1: why?"
    assert "u2" not in str(shown)


def test_an_erased_learner_is_in_no_table_and_others_stay(house: House) -> None:
    person = linked(house)
    learned(house, "u1")
    learned(house, "u2")
    case = cases.ask(house, Asked(person=str(person.id)), "lead")
    cases.finish(house, case.id)
    assert counts(house) == [1, 1, 1, 1]
    with house.store.read() as session:
        assert session.exec(select(LearnerNote)).one().words == "I am u2: why?"
        assert {one.account for one in session.exec(select(ScoreOwed))} == {"u2"}


def test_visits_are_forgotten_after_days_of_rest(house: House, clock: Clock) -> None:
    came(house, offered_items(house)[0])
    clock.move(timedelta(days=1))
    forgetting.forget_if_due(house)
    assert counts(house)[0] == 1
    clock.move(timedelta(days=1, hours=1))
    forgetting.forget_if_due(house)
    assert counts(house)[0] == 0


def test_progress_scores_and_notes_go_after_years_and_the_audit_log_says_so(
    house: House, clock: Clock
) -> None:
    learned(house, "u1")
    clock.move(timedelta(days=1000))
    learned(house, "u2")
    clock.move(timedelta(days=100))
    forgetting.forget_if_due(house)
    assert counts(house) == [0, 1, 1, 1]
    with house.store.read() as session:
        entry = session.exec(select(Entry).where(Entry.action == "retention.applied")).one()
    assert (entry.subject, entry.detail) == ("retention:learners", '{"count":3}')

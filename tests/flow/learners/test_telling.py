"""What an LMS tells of learners is stated of those with a basis, once; of nobody else a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow import read, record, screen
from gleanery.flow.house import House
from gleanery.flow.learners import telling
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.model.items import Item
from gleanery.model.people import LinkedBy, Person
from gleanery.ports import Deed
from gleanery.testing import NOON, Clock
from tests.flow.people.deeds import LEAD, consent, new_person, rows, standing_about, withdraw
from tests.house import article, file_source, make_house, records
from xapi.model import Activity
from xapi.validate import read as read_statement
from xapi.vocabulary import adl, own, tincan_registry, tla

CAMPUS = "https://campus.example.org"
CONCEPT = "https://skills.example.org/first-aid"


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = make_house(tmp_path, clock, sources=[file_source(records(tmp_path, [article(1)]))])
    read(made, "catalogue")
    screen(made)
    yield made
    made.store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON + timedelta(days=1))


@pytest.fixture
def item(house: House) -> UUID:
    with house.store.read() as session:
        return session.exec(select(Item.id)).one()


@pytest.fixture
def learner(house: House) -> Person:
    """Number 42 at the campus, who agreed to a learning record."""
    person = new_person(house)
    account(house, "42", person)
    consent(house, person)
    return person


def account(house: House, name: str, person: Person) -> None:
    with house.change() as change:
        known = Account(telling.PLATFORM, CAMPUS, name)
        handle = handles.ensure_handle(change.session, house.organisation.id, known)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)


def told(house: House, *deeds: Deed) -> int:
    with house.change() as change:
        return telling.take(house, change, "campus", deeds)


def deed(item: UUID | None, **changes: Any) -> Deed:
    return replace(Deed(CAMPUS, "42", "cm7/42/completed", "completed", NOON, item), **changes)


def said(house: House, person: Person) -> list[Any]:
    with record.record(house.store) as statements:
        return [read_statement(one.raw) for one in statements.query(agent=house.bridge.person(person.id))]


def test_a_completion_is_stated_of_the_person_behind_the_account(
    house: House, item: UUID, learner: Person
) -> None:
    assert told(house, deed(item)) == 1
    (statement,) = said(house, learner)
    assert statement.verb.id == adl.COMPLETED.id
    assert statement.object.id.endswith(f"/items/{item}")
    assert statement.result.extensions[own.EVIDENCE] == "lms-reported"
    assert statement.timestamp == NOON


def test_the_same_deed_told_again_with_another_time_is_one(house: House, item: UUID, learner: Person) -> None:
    told(house, deed(item))
    assert told(house, deed(item, at=NOON + timedelta(hours=1))) == 0
    assert len(standing_about(house, learner.id)) == 1


def test_what_a_teacher_entered_is_told_apart(house: House, item: UUID, learner: Person) -> None:
    told(house, deed(item, by_hand=True))
    assert said(house, learner)[0].context.extensions[own.METHOD] == "human"


def test_a_stranger_and_somebody_without_a_basis_leave_no_trace(house: House, item: UUID) -> None:
    account(house, "7", new_person(house))
    assert told(house, deed(item, account="7"), deed(item, account="8")) == 0
    assert rows(house) == 0


def test_a_mark_is_stated_with_its_share_and_without_one_it_is_a_look(
    house: House, item: UUID, learner: Person
) -> None:
    told(house, deed(item, event="g1", did="graded", score=0.85, passed=True))
    told(house, deed(item, event="g2", did="graded"))
    by_verb = {one.verb.id: one for one in said(house, learner)}
    assert set(by_verb) == {adl.SCORED.id, tincan_registry.VIEWED.id}
    assert by_verb[adl.SCORED.id].result.score.scaled == 0.85
    assert by_verb[adl.SCORED.id].result.success is True


@pytest.mark.parametrize(
    ("did", "verb"),
    [
        ("qualified", tla.QUALIFIED.id),
        ("earned", tincan_registry.EARNED.id),
        ("lapsed", tincan_registry.EXPIRED.id),
    ],
)
def test_an_award_is_stated_with_its_end_and_never_with_its_name(
    house: House, item: UUID, learner: Person, did: Any, verb: str
) -> None:
    until = NOON + timedelta(days=365)
    told(house, deed(item, did=did, award=CONCEPT, label="A name of theirs", valid_until=until))
    (statement,) = said(house, learner)
    assert (statement.verb.id, statement.object.id) == (verb, CONCEPT)
    assert isinstance(statement.object, Activity)
    assert statement.result.extensions[tincan_registry.VALID_UNTIL] == "2027-01-15T12:00:00Z"
    assert "A name of theirs" not in str(statement)


def test_a_deed_about_a_thing_that_is_not_ours_is_passed_over(house: House, learner: Person) -> None:
    assert told(house, deed(uuid4()), deed(None, event="e2")) == 0


def test_a_deed_is_stated_again_once_its_statement_was_withdrawn_and_there_is_a_new_consent(
    house: House, item: UUID, learner: Person, clock: Clock
) -> None:
    told(house, deed(item))
    clock.move(timedelta(minutes=1))
    withdraw(house, consent(house, learner))
    assert told(house, deed(item)) == 0
    clock.move(timedelta(minutes=1))
    consent(house, learner)
    assert told(house, deed(item)) == 1


def test_a_mark_that_cannot_be_is_the_adapters_fault(house: House, item: UUID, learner: Person) -> None:
    with pytest.raises(BadInput, match="campus tells of a learner what cannot be"):
        told(house, deed(item, did="graded", score=1.5))

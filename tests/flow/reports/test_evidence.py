"""The report on single persons shows only those whom a basis and an agreement cover, and each row what it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from gleanery.flow.house import House
from gleanery.flow.learners import telling
from gleanery.flow.people import handles
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.handles import Account
from gleanery.flow.recorded import statements as recorded
from gleanery.flow.reports import evidence as report
from gleanery.flow.reports.evidence import Evidence, Holds
from gleanery.flow.reports.tables import HIDDEN
from gleanery.model.bases import Purpose
from gleanery.model.items import Item, Tag
from gleanery.model.people import LinkedBy, Person
from gleanery.model.record import Entry
from gleanery.ports import Deed
from gleanery.testing import NOON, Clock
from gleanery.web.recorded.filters import StatementFilters
from tests.flow.people.deeds import LEAD, REPORT, agreement, consent, merge, new_person, withdraw

CAMPUS = "https://campus.example.org"
AID, SPREADSHEETS = "https://skills.example.org/aid", "https://skills.example.org/spreadsheets"

HouseAndClock = tuple[House, Clock]


@pytest.fixture
def house(each_house: HouseAndClock) -> House:
    each_house[1].move(timedelta(days=2))
    return each_house[0]


def items(house: House) -> list[UUID]:
    with house.store.read() as session:
        return list(session.exec(select(Item.id).order_by(col(Item.seq))))


def tag(house: House, item: UUID, *concepts: str) -> None:
    with house.change() as change:
        for row in change.session.exec(select(Tag).where(Tag.item_id == item)).all():
            change.session.delete(row)
        change.session.flush()
        for concept in concepts:
            said = Tag(item_id=item, framework="skills", concept=concept, said_by="human", confidence=1)
            change.session.add(said)


def learner(house: House, number: int, *, shown: bool = True) -> Person:
    """Somebody with an account and a learning record; `shown`: reports may show them singly."""
    person = new_person(house)
    with house.change() as change:
        known = Account(telling.PLATFORM, CAMPUS, str(number))
        handle = handles.ensure_handle(change.session, house.organisation.id, known)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
    consent(house, person)
    if shown:
        agreement(house, REPORT, Scope(person=person.id))
    return person


def did(house: House, number: int, what: Any, item: UUID | None = None, **more: Any) -> None:
    at = more.pop("at", NOON)
    told = Deed(CAMPUS, str(number), f"{what}/{item}/{more}/{at}", what, at, item, **more)
    with house.change() as change:
        assert telling.take(house, change, "campus", [told]) == 1


def rows(house: House, **asked: str) -> list[Evidence]:
    return list(report.evidence(house, "auditor", **asked).rows)


def counted(house: House, one: Evidence) -> int:
    """How many statements the record shows for a row."""
    about = {name: value for name, value in one.row().about.items() if name != "rows"}
    selection = StatementFilters.model_validate(about).selection(house)
    return len(recorded.find(house, "auditor", selection).rows)


def test_a_completion_is_evidence_of_each_competency_of_the_item(house: House) -> None:
    person, item = learner(house, 1), items(house)[0]
    tag(house, item, AID, SPREADSHEETS)
    did(house, 1, "completed", item, evidence="question-passed")
    did(house, 1, "completed", item, evidence="opened", at=NOON + timedelta(hours=1))
    found = rows(house)
    assert [one.competency for one in found] == [AID, SPREADSHEETS]
    assert {(one.person, one.grade, one.on, one.statements) for one in found} == {
        (person.id, "question-passed", date(2026, 1, 15), 2)
    }
    assert [one.valid_until for one in found] == [None, None]


def test_every_row_opens_the_statements_it_counts(house: House) -> None:
    learner(house, 1)
    first, second = items(house)[:2]
    tag(house, first, AID)
    did(house, 1, "opened", first)
    did(house, 1, "completed", first)
    did(house, 1, "completed", first, at=NOON + timedelta(hours=1))
    did(house, 1, "completed", second)
    did(house, 1, "qualified", award=AID)
    found = rows(house)
    assert len(found) == 3
    assert [counted(house, one) for one in found] == [one.statements for one in found]


def test_who_has_no_basis_for_such_reports_is_left_out_and_counted_from_five_on(house: House) -> None:
    item = items(house)[0]
    for number in range(4):
        learner(house, number, shown=False)
        did(house, number, "completed", item)
    made = report.evidence(house, "auditor")
    assert (list(made.rows), made.left_out, made.is_off) == ([], HIDDEN, True)
    learner(house, 4, shown=False)
    did(house, 4, "completed", item)
    assert report.evidence(house, "auditor").left_out == 5
    learner(house, 5)
    did(house, 5, "completed", item)
    made = report.evidence(house, "auditor")
    assert (len(made.rows), made.left_out, made.is_off) == (1, 5, False)


def test_a_consent_alone_shows_nobody(house: House) -> None:
    person = learner(house, 1, shown=False)
    did(house, 1, "completed", items(house)[0])
    basis = consent(house, person, Purpose.INDIVIDUAL_REPORT)
    assert rows(house) == []
    agreement(house, REPORT, needs_consent=True)
    assert len(rows(house)) == 1
    withdraw(house, basis)
    assert rows(house) == []


def test_who_was_merged_is_one_person(house: House) -> None:
    one, other, item = learner(house, 1), learner(house, 2), items(house)[0]
    did(house, 1, "completed", item)
    did(house, 2, "completed", item, at=NOON + timedelta(hours=1))
    merge(house, one, other)
    [row] = rows(house)
    assert row.statements == 2


def test_an_award_holds_until_the_day_it_says_and_no_longer_once_it_was_taken_back(house: House) -> None:
    learner(house, 1)
    did(house, 1, "qualified", award=AID, valid_until=NOON + timedelta(days=1))
    did(house, 1, "earned", award=SPREADSHEETS, valid_until=NOON + timedelta(days=400))
    found = {one.competency: one for one in rows(house)}
    assert (found[AID].valid_until, found[AID].holds) == (date(2026, 1, 16), Holds.LAPSED)
    assert found[SPREADSHEETS].holds is Holds.VALID
    did(house, 1, "lapsed", award=SPREADSHEETS, at=NOON + timedelta(hours=3))
    assert {one.competency: one.holds for one in rows(house)}[SPREADSHEETS] is Holds.LAPSED


def test_the_house_may_say_for_how_many_years_evidence_holds(house: House) -> None:
    learner(house, 1)
    item = items(house)[0]
    tag(house, item, AID)
    house.config = house.config.model_copy(
        update={"evidence": house.config.evidence.model_copy(update={"valid_years": {AID: 2}})}
    )
    did(house, 1, "completed", item, at=NOON - timedelta(days=15 + 365))
    [row] = rows(house)
    assert (row.on, row.valid_until, row.holds) == (date(2024, 12, 31), date(2026, 12, 31), Holds.VALID)


def test_one_person_or_one_competency_can_be_asked_for_and_each_look_is_entered(house: House) -> None:
    one, item = learner(house, 1), items(house)[0]
    learner(house, 2)
    tag(house, item, AID)
    did(house, 1, "completed", item)
    did(house, 2, "completed", item)
    did(house, 2, "qualified", award=SPREADSHEETS)
    assert [row.person for row in rows(house, person=str(one.id))] == [one.id]
    assert len(rows(house, competency=SPREADSHEETS)) == 1
    with house.store.read() as session:
        looks = session.exec(select(Entry.subject).where(Entry.action == "record.read")).all()
    assert {f"person:{one.id}", "report:evidence"} <= set(looks)


def test_the_queries_do_not_grow_with_people_or_statements(house: House) -> None:
    item = items(house)[0]

    def queries() -> int:
        seen: list[str] = []

        def note(*given: Any) -> None:
            seen.append(given[2])

        event.listen(house.store.engine, "before_cursor_execute", note)
        report.evidence(house, "auditor")
        event.remove(house.store.engine, "before_cursor_execute", note)
        return len(seen)

    learner(house, 0)
    did(house, 0, "completed", item)
    queries()
    few = queries()
    for number in range(1, 9):
        learner(house, number)
        did(house, number, "completed", item)
    assert queries() == few

"""gleanery.flow.people.objecting: while an objection stands, nothing is stated but what the law obliges to."""

from __future__ import annotations

import pytest

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.people import bases, objecting
from gleanery.flow.people.asking import Leave, No, Refusal, may_state
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.persons import family_of
from gleanery.model.bases import BasisKind
from tests.flow.people import deeds
from tests.flow.people.deeds import CREDIT, LEAD, RECORD, SLACK


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


def agreed(house: House, kind: BasisKind = BasisKind.WORKS_AGREEMENT) -> None:
    with house.change() as change:
        bases.give(change, RECORD, kind, Scope(), LEAD, reference="BV 1")


def test_an_objection_stops_its_purpose_until_it_is_taken_back(house: House) -> None:
    agreed(house)
    person = deeds.new_person(house, "U1")

    def asked() -> Leave | Refusal:
        with house.store.read() as session:
            return may_state(session, person, RECORD, SLACK, house.now())

    assert isinstance(asked(), Leave)
    with house.change() as change:
        made = objecting.enter(change, person.id, RECORD, LEAD)
        assert objecting.enter(change, person.id, RECORD, LEAD).id == made.id
    assert asked() == Refusal(No.OBJECTED)
    with house.change() as change:
        objecting.take_back(change, made.id, LEAD)
    assert isinstance(asked(), Leave)
    with pytest.raises(Denied), house.change() as change:
        objecting.take_back(change, made.id, LEAD)


def test_a_legal_obligation_goes_before_an_objection(house: House) -> None:
    agreed(house)
    agreed(house, BasisKind.LEGAL_OBLIGATION)
    person = deeds.new_person(house, "U1")
    with house.change() as change:
        objecting.enter(change, person.id, RECORD, LEAD)
    with house.store.read() as session:
        found = may_state(session, person, RECORD, SLACK, house.now())
    assert isinstance(found, Leave)
    assert found.basis.kind is BasisKind.LEGAL_OBLIGATION


def test_an_objection_holds_for_every_id_of_a_human_and_for_no_other_purpose(house: House) -> None:
    one, other = deeds.new_person(house, "U1"), deeds.new_person(house, "U2")
    with house.change() as change:
        made = objecting.enter(change, other.id, CREDIT, LEAD)
    kept = deeds.merge(house, one, other)
    with house.store.read() as session:
        family = family_of(session, kept.id)
        assert [row.id for row in objecting.objections(session, family, CREDIT)] == [made.id]
        assert list(objecting.objections(session, family, RECORD)) == []
    stranger = deeds.new_person(house, "U3")
    with pytest.raises(BadInput), house.change() as change:
        objecting.take_back(change, made.id, LEAD, of=stranger.id)

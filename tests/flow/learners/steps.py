"""What learners do in these tests, in one line each."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from gleanery.flow.house import House
from gleanery.flow.learners import arriving
from gleanery.flow.learners.arriving import Guest
from gleanery.flow.learners.evidence import Doing
from gleanery.flow.learners.showing import look
from gleanery.flow.learners.telling import PLATFORM
from gleanery.flow.people import handles, persons
from gleanery.flow.people.handles import Account
from gleanery.model.learners import Reached, ScoreOwed
from gleanery.model.people import LinkedBy, Person
from tests.courses import sent
from tests.flow.people.deeds import LEAD
from tests.gradebook import REALM


def came(house: House, wants: UUID, account: str = "u1", column: str | None = "c1") -> Guest:
    """Somebody whom the course sent, let in."""
    ticket = sent(house, wants, account=account, column=column).partition("=")[2]
    return arriving.enter(house, ticket)[0]


def before(house: House, wants: UUID, account: str = "u1", column: str | None = "c1") -> Doing:
    """A learner whose page of an item is open."""
    doing = look(house, came(house, wants, account, column).visit).doing
    assert doing is not None
    doing.open_page()
    return doing


def scores(house: House) -> list[ScoreOwed]:
    """Every score that is known."""
    with house.store.read() as session:
        return list(session.exec(select(ScoreOwed).order_by(ScoreOwed.account)))


def reached(house: House) -> Reached:
    """How far the one learner got in the one item."""
    with house.store.read() as session:
        return session.exec(select(Reached)).one()


def linked(house: House, account: str = "u1") -> Person:
    """A person to whom an administrator linked the account of a learner."""
    with house.change() as change:
        person = persons.new_person(change, LEAD)
        handle = handles.ensure_handle(
            change.session, house.organisation.id, Account(PLATFORM, REALM, account)
        )
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
    return person

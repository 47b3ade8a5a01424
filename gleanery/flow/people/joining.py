"""What an officer does about whose an account is and who is one human: each in one transaction, under their name."""

from __future__ import annotations

from uuid import UUID

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.people import handles, objecting, persons
from gleanery.flow.people.handles import Account
from gleanery.model.bases import Objection, Purpose
from gleanery.model.people import HandleLink, LinkedBy, LinkEnd, Person
from gleanery.model.posts import storable


def link(
    house: House, account: str, person: UUID, handle: str, *, verified: bool = False, move: bool = False
) -> HandleLink:
    """Link an account to a person. Raises: BadInput, Denied where it is another's."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = handles.ensure_handle(change.session, house.organisation.id, Account.parse(storable(handle)))
        whose = persons.find_person(change.session, str(person))
        return handles.link(change, row, whose, LinkedBy.ADMINISTRATOR, actor, verified=verified, move=move)


def unlink(house: House, account: str, person: UUID, handle: str, why: LinkEnd) -> HandleLink:
    """End the link of an account to a person. Raises: BadInput, Denied where it is not linked to them."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = handles.known_handle(change.session, house.organisation.id, Account.parse(storable(handle)))
        standing = handles.current_link(change.session, row.id, change.at) if row else None
        family = persons.family_of(change.session, person)
        if row is None or standing is None or standing.person_id not in family.ids:
            raise BadInput("This account is not linked to this person.", remedy="Look at the person's page.")
        return handles.unlink(change, row, why, actor)


def merge(house: House, account: str, one: UUID, other: str) -> tuple[Person, UUID]:
    """Say that two persons are one human: who survives, and which id was merged. Raises: BadInput, Denied."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        pair = [persons.find_person(change.session, text) for text in (str(one), other)]
        before = [persons.resolve(change.session, person.id).id for person in pair]
        kept = persons.merge(change, pair[0], pair[1], actor)
        return kept, next(key for key in before if key != kept.id)


def split(house: House, account: str, person: UUID) -> Person:
    """Say that a merged person is somebody else after all. Raises: BadInput, Denied."""
    with house.change() as change:
        by, whose = house.person(change.session, account), persons.find_person(change.session, str(person))
        if by in persons.family_of(change.session, whose.id).ids:
            raise Denied(
                "Nobody splits themselves: one human would be two who must agree.",
                remedy="Have another account do it.",
            )
        return persons.split(change, whose, f"person:{by}")


def enter_objection(house: House, account: str, person: UUID, purpose: Purpose) -> Objection:
    """Enter that somebody objects to a purpose. Raises: BadInput."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        return objecting.enter(change, person, purpose, actor)


def end_objection(house: House, account: str, person: UUID, objection: UUID) -> Objection:
    """Enter that an objection was taken back. Raises: BadInput, Denied."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        return objecting.take_back(change, objection, actor, of=person)

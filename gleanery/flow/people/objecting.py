"""Objections (Art. 21 GDPR): while one stands, nothing is stated of the person for its purpose.

Only a legal obligation goes before an objection. What was stated until then stays: a consent that is withdrawn takes
back what rested on it, an objection looks ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.people.persons import Family, family_of
from gleanery.model.bases import Objection, Purpose


def objections(session: Session, family: Family, purpose: Purpose | None = None) -> Sequence[Objection]:
    """The objections of one human that stand, for one purpose or all."""
    query = select(Objection).where(
        col(Objection.person_id).in_(family.ids), col(Objection.ended_at).is_(None)
    )
    if purpose is not None:
        query = query.where(Objection.purpose == purpose)
    return session.exec(query.order_by(col(Objection.since))).all()


def enter(change: Change, person_id: UUID, purpose: Purpose, actor: str) -> Objection:
    """Enter that somebody objects to a purpose; the same once more changes nothing. Raises: BadInput."""
    family = family_of(change.session, person_id)
    standing = objections(change.session, family, purpose)
    if standing:
        return standing[0]
    made = Objection(id=uuid4(), person_id=family.id, purpose=purpose, since=change.at, by=actor)
    change.session.add(made)
    change.session.flush()
    change.audit("objection.entered", actor, f"person:{family.id}", purpose=purpose.value)
    return made


def take_back(change: Change, objection_id: UUID, actor: str, *, of: UUID | None = None) -> Objection:
    """End an objection, of one person where `of` says so. Raises: BadInput, Denied where it has ended."""
    found = change.session.get(Objection, objection_id, with_for_update=True)
    if found is None or (of is not None and found.person_id not in family_of(change.session, of).ids):
        raise BadInput("There is no such objection.", remedy="Look at the person's page.")
    if found.ended_at is not None:
        raise Denied("The objection was taken back already.", remedy="Nothing was changed.")
    found.ended_at, found.ended_by = change.at, actor
    change.session.add(found)
    change.audit("objection.ended", actor, f"person:{found.person_id}", purpose=found.purpose.value)
    return found

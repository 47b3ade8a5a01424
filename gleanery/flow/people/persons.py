"""Persons under random ids: made, found, merged when two are one human, split when they are not.

A merge is a pointer from the younger person to the older one. Handles, bases and statements keep the person they
were made with, so a split takes the pointer back and nothing else; whoever asks about a person asks for the family.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.model.people import Person, PersonMerge


class Family(NamedTuple):
    """One human: every person's id that stands for them, the surviving one first."""

    members: tuple[Person, ...]

    @property
    def id(self) -> UUID:
        """The id that statements of now carry."""
        return self.members[0].id

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Every id this human ever had."""
        return tuple(member.id for member in self.members)

    @property
    def unit(self) -> str | None:
        """The unit the HR list has them in."""
        return next((member.unit for member in self.members if member.unit is not None), None)

    def has_begun(self, day: date) -> bool:
        """Whether the HR list has them on that day or before; yes where it names no first day."""
        first = [member.starts_on for member in self.members if member.starts_on is not None]
        return not first or min(first) <= day


def new_person(change: Change, actor: str, *, unit: str | None = None) -> Person:
    """A person nobody knew before, under a random id."""
    person = Person(id=uuid4(), made_at=change.at, unit=unit)
    change.session.add(person)
    change.session.flush()
    change.audit("person.made", actor, f"person:{person.id}")
    return person


def ids_beginning(text: str) -> tuple[UUID, UUID] | None:
    """The first and the last id that begin with `text`; None where it is no beginning of an id."""
    sign = text.lower().replace("-", "")
    if not re.fullmatch(r"[0-9a-f]{4,32}", sign):
        return None
    return UUID(sign.ljust(32, "0")), UUID(sign.ljust(32, "f"))


def find_person(session: Session, text: str) -> Person:
    """The person whose id is, or begins with, `text`, as it was made. Raises: BadInput (unknown, ambiguous)."""
    within = ids_beginning(text.strip().removeprefix("person:"))
    if within is None:
        raise BadInput(
            "This is no id of a person.",
            remedy="Give at least its first four characters; `gleanery people find` finds it by an account.",
        )
    found = session.exec(select(Person).where(col(Person.id).between(*within)).limit(2)).all()
    if not found:
        raise BadInput(f"There is no person {text!r}.", remedy="`gleanery people list` lists them.")
    if len(found) > 1:
        raise BadInput(
            f"More than one person begins with {text!r}.", remedy="Give more characters of the id."
        )
    return found[0]


def resolve(session: Session, person_id: UUID) -> Person:
    """The person that `person_id` stands for now, after all merges. Raises: BadInput for an unknown id."""
    person = session.get(Person, person_id)
    while person is not None and person.merged_into is not None:
        person = session.get(Person, person.merged_into)
    if person is None:
        raise BadInput(f"There is no person {person_id}.", remedy="`gleanery people list` lists them.")
    return person


def family_of(session: Session, person_id: UUID) -> Family:
    """The human that a person's id stands for, with every id it ever had. Raises: BadInput."""
    members = fresh = [resolve(session, person_id)]
    while fresh:
        above = [person.id for person in fresh]
        query = select(Person).where(col(Person.merged_into).in_(above)).order_by(col(Person.id))
        fresh = list(session.exec(query))
        members = [*members, *fresh]
    return Family(tuple(members))


def merge(change: Change, one: Person, other: Person, actor: str) -> Person:
    """Say that two persons are one human; the older survives and is returned. Raises: Denied."""
    pair = [resolve(change.session, one.id), resolve(change.session, other.id)]
    kept, gone = sorted(pair, key=lambda person: (person.made_at, person.id))
    if kept.id == gone.id:
        raise Denied("These are one person already.", remedy="Nothing was changed.")
    if any(person.merged_into for person in _locked(change.session, kept.id, gone.id)):
        return merge(change, one, other, actor)  # somebody merged one of them while we asked
    gone.merged_into = kept.id
    row = PersonMerge(id=uuid4(), person_id=gone.id, into_id=kept.id, at=change.at, by=actor)
    change.session.add_all([gone, row])
    change.session.flush()
    change.audit("person.merged", actor, f"person:{kept.id}", merged=str(gone.id))
    return kept


def split(change: Change, person: Person, actor: str) -> Person:
    """Say that a merged person is somebody else after all; it gets its own id back. Raises: Denied."""
    [person] = _locked(change.session, person.id)
    if person.merged_into is None:
        raise Denied(
            f"Person {str(person.id)[:8]} was not merged into another.",
            remedy="Give the id of the one that was; `gleanery people show` lists them.",
        )
    row = change.session.exec(
        select(PersonMerge).where(PersonMerge.person_id == person.id, col(PersonMerge.undone_at).is_(None))
    ).one()
    row.undone_at, row.undone_by = change.at, actor
    former, person.merged_into = person.merged_into, None
    change.session.add_all([row, person])
    change.session.flush()
    change.audit("person.split", actor, f"person:{person.id}", off=str(former))
    return person


def _locked(session: Session, *ids: UUID) -> Sequence[Person]:
    """The persons as they are now, whom nobody else merges or splits until the transaction ends."""
    query = select(Person).where(col(Person.id).in_(ids)).order_by(col(Person.id)).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).all()

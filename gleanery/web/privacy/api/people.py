"""Persons for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gleanery.flow.people import joining, listing, objecting, showing
from gleanery.flow.people.persons import family_of
from gleanery.flow.rights import Right
from gleanery.web.privacy.api.shapes import people as shapes
from gleanery.web.privacy.office import Office, known, mark, place_of
from gleanery.web.routes import Routes, Visiting


class PeopleApi:
    """Persons, their accounts, merges, objections."""

    def __init__(self, office: Office) -> None:
        self._house = office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of persons."""
        see, change, here = Right.SEE_PRIVACY, Right.MANAGE_PEOPLE, "/privacy/people/{person}"
        late = (404, 409)
        routes.api("GET", "/privacy/people", see, self.page)
        routes.api("GET", here, see, self.read, errors=(404,))
        routes.api("POST", f"{here}/link", change, self.link, does="handle.link", errors=late)
        routes.api("POST", f"{here}/unlink", change, self.unlink, does="handle.unlink", errors=late)
        routes.api("POST", f"{here}/merge", change, self.merge, does="person.merge", errors=late)
        routes.api("POST", f"{here}/split", change, self.split, does="person.split", errors=late)
        routes.api(
            "POST", f"{here}/objections", change, self.object_to, does="objection.enter", errors=late,
            status_code=201,
        )  # fmt: skip
        routes.api(
            "DELETE", f"{here}/objections/{{objection}}", change, self.end_objection, does="objection.end",
            errors=late, status_code=204,
        )  # fmt: skip

    def page(
        self,
        visitor: Visiting,
        unit: Annotated[str | None, Query(max_length=200)] = None,
        after: Annotated[str | None, Query(max_length=80)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> shapes.Persons:
        """Persons in the order they became known."""
        found = listing.persons(self._house, visitor.account, unit=unit, after=place_of(after), limit=limit)
        rows = [shapes.PersonListed.model_validate(one) for one in found.rows]
        return shapes.Persons(items=rows, next=mark(found.after))

    def read(self, visitor: Visiting, person: UUID) -> shapes.Person:
        """A person with accounts, bases, objections and merges."""
        with known():
            told = showing.person(self._house, str(person), visitor.account)
        with self._house.store.read() as session:
            standing = objecting.objections(session, family_of(session, told["id"]))
        rows = [shapes.ObjectionKept.model_validate(one) for one in standing]
        return shapes.Person(**told, objections=rows)

    def link(self, visitor: Visiting, person: UUID, linked: shapes.Linked) -> shapes.Person:
        """Link an account; nothing is stated by one that is not verified."""
        self._known(person)
        joining.link(
            self._house, visitor.account, person, linked.account, verified=linked.verified, move=linked.move
        )
        return self.read(visitor, person)

    def unlink(self, visitor: Visiting, person: UUID, unlinked: shapes.Unlinked) -> shapes.Person:
        """End the link of an account; what was stated stays."""
        self._known(person)
        joining.unlink(self._house, visitor.account, person, unlinked.account, unlinked.why)
        return self.read(visitor, person)

    def merge(self, visitor: Visiting, person: UUID, merged: shapes.Merged) -> shapes.Person:
        """Say that two persons are one human; the older id survives."""
        self._known(person)
        survivor, _ = joining.merge(self._house, visitor.account, person, merged.other)
        return self.read(visitor, survivor.id)

    def split(self, visitor: Visiting, person: UUID) -> shapes.Person:
        """Say that a merged person is somebody else after all."""
        self._known(person)
        joining.split(self._house, visitor.account, person)
        return self.read(visitor, person)

    def object_to(self, visitor: Visiting, person: UUID, objected: shapes.Objected) -> shapes.ObjectionKept:
        """Enter that the person objects to a purpose."""
        self._known(person)
        made = joining.enter_objection(self._house, visitor.account, person, objected.purpose)
        return shapes.ObjectionKept.model_validate(made)

    def end_objection(self, visitor: Visiting, person: UUID, objection: UUID) -> None:
        """Enter that an objection was taken back."""
        with known():
            joining.end_objection(self._house, visitor.account, person, objection)

    def _known(self, person: UUID) -> None:
        with known(), self._house.store.read() as session:
            family_of(session, person)

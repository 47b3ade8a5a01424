"""The pages of persons: the list, and one with accounts, bases, objections, merges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.inquiries import kept, work
from gleanery.flow.people import joining, listing, objecting, showing
from gleanery.flow.people.persons import family_of
from gleanery.flow.rights import Right
from gleanery.model.bases import Purpose
from gleanery.model.people import LinkEnd, Person
from gleanery.web.privacy.office import Office, known, mark, place_of
from gleanery.web.routes import Routes, Visiting

PER_PAGE = 50
ENDS = (LinkEnd.ASKED, LinkEnd.MISTAKE, LinkEnd.MOVED, LinkEnd.LEFT)
"""Why somebody may say that a link ends."""


class Linked(BaseModel):
    """An account to link: PLATFORM:REALM:ID."""

    account: str = Field(default="", max_length=500)
    verified: bool = False
    move: bool = False


class Unlinked(BaseModel):
    """A link to end, and why."""

    account: str = Field(default="", max_length=500)
    why: LinkEnd = LinkEnd.ASKED


class Merged(BaseModel):
    """The other person's id, or its beginning."""

    other: str = Field(default="", max_length=80)


class PeoplePages:
    """Persons."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of persons."""
        see, change = Right.SEE_PRIVACY, Right.MANAGE_PEOPLE
        here = "/privacy/people/{person}"
        routes.page("/privacy/people", see, self.people)
        routes.page(here, see, self.person)
        routes.act(f"{here}/inquiry", see, self.inquire, does="inquiry.open")
        routes.act(f"{here}/link", change, self.link, does="handle.link")
        routes.act(f"{here}/unlink", change, self.unlink, does="handle.unlink")
        routes.act(f"{here}/merge", change, self.merge, does="person.merge")
        routes.act(f"{here}/split", change, self.split, does="person.split")
        routes.act(f"{here}/objection", change, self.object_to, does="objection.enter")
        routes.act(f"{here}/objection/{{objection}}/end", change, self.end_objection, does="objection.end")

    def people(
        self,
        request: Request,
        visitor: Visiting,
        unit: Annotated[str, Query(max_length=200)] = "",
        after: Annotated[str, Query(max_length=80)] = "",
    ) -> Response:
        """Persons, page by page."""
        try:
            place = place_of(after)
        except GleaneryError as error:
            return self._office.message(request, error)
        found = listing.persons(self._house, visitor.account, unit=unit or None, after=place, limit=PER_PAGE)
        following = {"unit": unit, "after": mark(found.after) or ""}
        return self._office.page(
            request, "people", visitor, rows=found.rows, unit=unit, units=listing.units(self._house),
            following=urlencode({name: value for name, value in following.items() if value}),
            more=found.after is not None, paged=bool(after),
        )  # fmt: skip

    def person(
        self, request: Request, visitor: Visiting, person: UUID, merged: UUID | None = None
    ) -> Response:
        """One person; `merged` is the id that was just merged into theirs, and can be split off again."""
        return self._person(request, visitor, person, merged=merged)

    def _person(
        self,
        request: Request,
        visitor: Visiting,
        person: UUID,
        error: GleaneryError | None = None,
        **typed: object,
    ) -> Response:
        with known():
            told = showing.person(self._house, str(person), visitor.account)
        with self._house.store.read() as session:
            standing = objecting.objections(session, family_of(session, told["id"]))
            of = session.get(Person, person)
        values = {"merged": None, "account": "", "other": ""} | typed
        return self._office.page(
            request, "person", visitor, person=told, here=person, objections=standing, ends=ENDS, error=error,
            merged_into=of.merged_into if of else None, now=self._house.now(), every_purpose=Purpose,
            typed=values,
        )  # fmt: skip

    def inquire(self, visitor: Visiting, person: UUID) -> Response:
        """Open an inquiry about this person."""
        with known(), self._house.store.read() as session:
            family_of(session, person)
        key = kept.about(self._house, Asked(str(person)), visitor.account)
        self._office.begin(work.HELD, key, visitor)
        return RedirectResponse(f"/privacy/inquiries/{key}", 303)

    # ------------------------------------------------------------------ changes

    def link(
        self, request: Request, visitor: Visiting, person: UUID, form: Annotated[Linked, Form()]
    ) -> Response:
        """Link an account."""

        def act() -> None:
            joining.link(
                self._house, visitor.account, person, form.account, verified=form.verified, move=form.move
            )

        return self._done(request, visitor, person, act, account=form.account)

    def unlink(
        self, request: Request, visitor: Visiting, person: UUID, form: Annotated[Unlinked, Form()]
    ) -> Response:
        """End the link of an account."""

        def act() -> None:
            joining.unlink(self._house, visitor.account, person, form.account, form.why)

        return self._done(request, visitor, person, act)

    def merge(
        self, request: Request, visitor: Visiting, person: UUID, form: Annotated[Merged, Form()]
    ) -> Response:
        """Say that another person is the same human."""
        try:
            survivor, gone = joining.merge(self._house, visitor.account, person, form.other)
        except GleaneryError as error:
            return self._person(request, visitor, person, error, other=form.other)
        return RedirectResponse(f"/privacy/people/{survivor.id}?merged={gone}", 303)

    def split(self, request: Request, visitor: Visiting, person: UUID) -> Response:
        """Say that a merged person is somebody else after all."""
        return self._done(
            request, visitor, person, lambda: joining.split(self._house, visitor.account, person)
        )

    def object_to(
        self, request: Request, visitor: Visiting, person: UUID, purpose: Annotated[Purpose, Form()]
    ) -> Response:
        """Enter an objection."""
        return self._done(
            request, visitor, person,
            lambda: joining.enter_objection(self._house, visitor.account, person, purpose),
        )  # fmt: skip

    def end_objection(self, request: Request, visitor: Visiting, person: UUID, objection: UUID) -> Response:
        """Enter that an objection was taken back."""
        return self._done(
            request, visitor, person,
            lambda: joining.end_objection(self._house, visitor.account, person, objection),
        )  # fmt: skip

    def _done(
        self, request: Request, visitor: Visiting, person: UUID, act: Callable[[], object], **typed: object
    ) -> Response:
        """Act and show the person; refused, with what was typed."""
        try:
            act()
        except GleaneryError as error:
            return self._person(request, visitor, person, error, **typed)
        return RedirectResponse(f"/privacy/people/{person}", 303)

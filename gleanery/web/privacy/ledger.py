"""The pages of the ledger: legal bases with filters, giving, prolonging and ending them, the texts of consents."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Query, Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.people import ledger, listing, showing
from gleanery.flow.people.ledger import Draft, Standing, Wanted
from gleanery.flow.people.withdrawing import withdraw
from gleanery.flow.rights import Right
from gleanery.model.bases import BasisKind, Purpose
from gleanery.web.privacy.office import Office, known, mark, place_of
from gleanery.web.routes import Routes, Visiting

PER_PAGE = 50


def _none(value: Any) -> Any:
    """A field that was left empty says nothing."""
    return None if value == "" else value


class Filter(BaseModel):
    """Which bases to list; what is left empty does not matter. `after` is where a page ended."""

    purpose: Purpose | None = None
    kind: BasisKind | None = None
    standing: Standing | None = None
    unit: str | None = Field(default=None, max_length=200)
    after: str | None = Field(default=None, max_length=80)

    _empty = field_validator("purpose", "kind", "standing", "unit", "after", mode="before")(_none)

    @property
    def wanted(self) -> Wanted:
        """The filter as the flow takes it."""
        return Wanted(self.purpose, self.kind, self.standing, self.unit)

    def address(self, after: str | None) -> str:
        """The address of another page of the same list."""
        values = self.model_dump(mode="json", exclude_none=True) | ({"after": after} if after else {})
        return f"/privacy/bases?{urlencode(values)}"


class Given(BaseModel):
    """A basis as it is typed; `whom` is everyone, unit or person, days are 2026-01-31."""

    purpose: Purpose = Purpose.LEARNING_RECORD
    kind: BasisKind = BasisKind.WORKS_AGREEMENT
    person: str = Field(default="", max_length=80)
    unit: str = Field(default="", max_length=200)
    platform: str = Field(default="", max_length=80)
    source: str = Field(default="", max_length=80)
    reference: str = Field(default="", max_length=500)
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}$")
    needs_consent: bool = False
    since: date | None = None
    until: date | None = None

    _empty = field_validator("since", "until", mode="before")(_none)

    @property
    def draft(self) -> Draft:
        """The same as the flow takes it."""
        return Draft(**self.model_dump())


class Prolonged(BaseModel):
    """The new last day, empty for no end."""

    until: date | None = None

    _empty = field_validator("until", mode="before")(_none)


class Words(BaseModel):
    """The next version of a text that people consent to."""

    purpose: Purpose = Purpose.LEARNING_RECORD
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}$")
    body: str = Field(default="", max_length=50_000)


class LedgerPages:
    """Legal bases and the texts of consents."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of the ledger."""
        see, change = Right.SEE_PRIVACY, Right.MANAGE_PEOPLE
        routes.page("/privacy/bases", see, self.bases)
        routes.page("/privacy/coverage", see, self.coverage)
        routes.page("/privacy/bases/new", change, self.new)
        routes.act("/privacy/bases", change, self.give, does="basis.give")
        routes.page("/privacy/bases/{basis}", see, self.basis)
        routes.act("/privacy/bases/{basis}/end", change, self.end, does="basis.end")
        routes.act("/privacy/bases/{basis}/prolong", change, self.prolong, does="basis.prolong")
        routes.act("/privacy/bases/{basis}/withdraw", change, self.withdraw, does="basis.withdraw")
        routes.page("/privacy/texts", see, self.texts)
        routes.act("/privacy/texts", change, self.add_text, does="consent-text.add")

    def bases(self, request: Request, visitor: Visiting, wanted: Annotated[Filter, Query()]) -> Response:
        """The ledger, filtered."""
        try:
            after = place_of(wanted.after)
        except GleaneryError as error:
            return self._office.message(request, error)
        found = ledger.page(self._house, visitor.account, wanted.wanted, after=after, limit=PER_PAGE)
        now = self._house.now()
        return self._office.page(
            request, "bases", visitor, rows=[(one, ledger.standing_of(one, now)) for one in found.rows],
            after=mark(found.after), wanted=wanted, standings=Standing, units=listing.units(self._house),
        )  # fmt: skip

    def coverage(self, request: Request, visitor: Visiting) -> Response:
        """How many people have a basis, by purpose."""
        return self._office.page(
            request, "coverage", visitor, coverage=ledger.coverage(self._house), fewest=ledger.FEWEST
        )

    # ------------------------------------------------------------------ one basis

    def new(
        self, request: Request, visitor: Visiting, person: Annotated[str, Query(max_length=80)] = ""
    ) -> Response:
        """The form for a new basis."""
        return self._form(request, visitor, Given(person=person))

    def _form(
        self, request: Request, visitor: Visiting, form: Given, error: GleaneryError | None = None
    ) -> Response:
        return self._office.page(
            request, "new_basis", visitor, form=form, units=listing.units(self._house), error=error,
            texts=ledger.texts(self._house), sources=[one.name for one in self._house.config.sources],
        )  # fmt: skip

    def give(self, request: Request, visitor: Visiting, form: Annotated[Given, Form()]) -> Response:
        """Enter a basis."""
        try:
            made = ledger.give(self._house, visitor.account, form.draft)
        except GleaneryError as error:
            return self._form(request, visitor, form, error)
        return RedirectResponse(f"/privacy/bases/{made.id}", 303)

    def basis(self, request: Request, visitor: Visiting, basis: UUID) -> Response:
        """One basis with its text and how much rests on it."""
        return self._basis(request, visitor, basis)

    def _basis(
        self, request: Request, visitor: Visiting, basis: UUID, error: GleaneryError | None = None
    ) -> Response:
        with known():
            told = showing.basis(self._house, str(basis), visitor.account)
            with self._house.store.read() as session:
                row = ledger.known(session, basis)
        standing = ledger.standing_of(row, self._house.now())
        return self._office.page(
            request, "basis", visitor, basis=told, row=row, standing=standing, error=error
        )

    def end(self, request: Request, visitor: Visiting, basis: UUID) -> Response:
        """End it now; what rests on it stays."""
        try:
            ledger.end(self._house, visitor.account, basis)
        except GleaneryError as error:
            return self._basis(request, visitor, basis, error)
        return RedirectResponse(f"/privacy/bases/{basis}", 303)

    def prolong(
        self, request: Request, visitor: Visiting, basis: UUID, form: Annotated[Prolonged, Form()]
    ) -> Response:
        """Give the same for the time after it."""
        try:
            made = ledger.prolong(self._house, visitor.account, basis, form.until)
        except GleaneryError as error:
            return self._basis(request, visitor, basis, error)
        return RedirectResponse(f"/privacy/bases/{made.id}", 303)

    def withdraw(self, request: Request, visitor: Visiting, basis: UUID) -> Response:
        """Enter that the person withdrew it: what rested on it is voided."""
        try:
            with self._house.store.read() as session:
                ledger.known(session, basis)
            withdraw(self._house, [basis], visitor.account)
        except GleaneryError as error:
            return self._basis(request, visitor, basis, error)
        return RedirectResponse(f"/privacy/bases/{basis}", 303)

    # ------------------------------------------------------------------ texts

    def texts(self, request: Request, visitor: Visiting) -> Response:
        """Every version of every text."""
        return self._texts(request, visitor, Words())

    def _texts(
        self, request: Request, visitor: Visiting, form: Words, error: GleaneryError | None = None
    ) -> Response:
        return self._office.page(
            request, "texts", visitor, form=form, texts=ledger.texts(self._house), error=error
        )

    def add_text(self, request: Request, visitor: Visiting, form: Annotated[Words, Form()]) -> Response:
        """Keep a text as the next version."""
        try:
            ledger.add_text(self._house, visitor.account, form.purpose, form.language, form.body)
        except GleaneryError as error:
            return self._texts(request, visitor, form, error)
        return RedirectResponse("/privacy/texts", 303)

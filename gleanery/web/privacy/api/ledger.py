"""The ledger of legal bases for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gleanery.flow.people import ledger, showing
from gleanery.flow.people.ledger import Standing, Wanted
from gleanery.flow.people.withdrawing import withdraw
from gleanery.flow.rights import Right
from gleanery.model.bases import Basis, BasisKind, Purpose
from gleanery.web.privacy.api.shapes import ledger as shapes
from gleanery.web.privacy.api.shapes.common import Done
from gleanery.web.privacy.office import Office, known, mark, place_of
from gleanery.web.routes import Routes, Visiting


class LedgerApi:
    """Legal bases and the texts of consents."""

    def __init__(self, office: Office) -> None:
        self._house = office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of the ledger."""
        see, change, here = Right.SEE_PRIVACY, Right.MANAGE_PEOPLE, "/privacy/bases/{basis}"
        late = (404, 409)
        routes.api("GET", "/privacy/bases", see, self.page)
        routes.api("POST", "/privacy/bases", change, self.give, does="basis.give", status_code=201)
        routes.api("GET", "/privacy/coverage", see, self.coverage)
        routes.api("GET", here, see, self.read, errors=(404,))
        routes.api("POST", f"{here}/end", change, self.end, does="basis.end", errors=late)
        routes.api(
            "POST",
            f"{here}/prolong",
            change,
            self.prolong,
            does="basis.prolong",
            errors=late,
            status_code=201,
        )
        routes.api("POST", f"{here}/withdraw", change, self.withdraw, does="basis.withdraw", errors=late)
        routes.api("GET", "/privacy/texts", see, self.texts)
        routes.api("POST", "/privacy/texts", change, self.add_text, does="consent-text.add", status_code=201)

    def page(
        self,
        visitor: Visiting,
        purpose: Purpose | None = None,
        kind: BasisKind | None = None,
        standing: Standing | None = None,
        unit: Annotated[str | None, Query(max_length=200)] = None,
        person: UUID | None = None,
        after: Annotated[str | None, Query(max_length=80)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> shapes.Bases:
        """Bases, the newest first."""
        wanted = Wanted(purpose, kind, standing, unit, person)
        found = ledger.page(self._house, visitor.account, wanted, after=place_of(after), limit=limit)
        return shapes.Bases(items=[self._told(one) for one in found.rows], next=mark(found.after))

    def give(self, visitor: Visiting, given: shapes.BasisGiven) -> shapes.Basis:
        """Enter a basis; a consent is to the newest text of its language."""
        return self._told(ledger.give(self._house, visitor.account, given.draft))

    def read(self, visitor: Visiting, basis: UUID) -> shapes.Basis:
        """A basis, and how many statements rest on it."""
        with known():
            resting = showing.basis(self._house, str(basis), visitor.account)["rests_on_it"]
        told = self._told(self._known(basis))
        told.rests_on_it = resting
        return told

    def end(self, visitor: Visiting, basis: UUID) -> shapes.Basis:
        """End an agreement, contract or obligation; what rests on it stays."""
        self._known(basis)
        return self._told(ledger.end(self._house, visitor.account, basis))

    def prolong(self, visitor: Visiting, basis: UUID, prolonged: shapes.Prolonged) -> shapes.Basis:
        """Enter the same basis for the time after it."""
        self._known(basis)
        return self._told(ledger.prolong(self._house, visitor.account, basis, prolonged.until))

    def withdraw(self, visitor: Visiting, basis: UUID) -> Done:
        """Enter that a consent was withdrawn: what rested on it is voided."""
        self._known(basis)
        done = withdraw(self._house, [basis], visitor.account)
        return Done(id=basis, voided=done.voided)

    def coverage(self) -> list[shapes.Coverage]:
        """How many people have a basis, by purpose."""
        return [shapes.Coverage.model_validate(one) for one in ledger.coverage(self._house)]

    def texts(self) -> shapes.Texts:
        """Every version of every text."""
        rows = [shapes.TextKept.model_validate(one) for one in ledger.texts(self._house)]
        return shapes.Texts(items=rows, total=len(rows))

    def add_text(self, visitor: Visiting, text: shapes.Text) -> shapes.TextKept:
        """Keep a text as the next version."""
        made = ledger.add_text(self._house, visitor.account, text.purpose, text.language, text.body)
        return shapes.TextKept.model_validate(made)

    def _known(self, basis: UUID) -> Basis:
        with known(), self._house.store.read() as session:
            return ledger.known(session, basis)

    def _told(self, basis: Basis) -> shapes.Basis:
        values = basis.model_dump(include=set(shapes.Basis.model_fields))
        return shapes.Basis(**values, standing=ledger.standing_of(basis, self._house.now()))

"""The pages of erasures: the list, one with its preview and its two accounts, the certificate, checking one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import File, Form, Query, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, Denied, GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.erasing import cases, receipts
from gleanery.flow.house import House
from gleanery.flow.inquiries import kept, work
from gleanery.flow.rights import Right
from gleanery.model.erasures import ErasureCase, ErasureState
from gleanery.model.types import micros
from gleanery.web.privacy.office import LATEST, Office, known, moment_of
from gleanery.web.routes import Routes, Visiting

PER_PAGE = 50


class Agreed(BaseModel):
    """That the preview was read before agreeing."""

    understood: bool = False


@dataclass(frozen=True)
class Checked:
    """A certificate that was checked: how many of its statements the record tells the same of."""

    told: Mapping[str, Any]
    statements: int
    agree: int


class ErasurePages:
    """Erasures, from asked for to the certificate."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of erasures."""
        see, erase = Right.SEE_PRIVACY, Right.ERASE
        routes.page("/privacy/erasures", see, self.erasures)
        routes.page("/privacy/erasures/{case}", see, self.erasure)
        routes.act("/privacy/erasures/{case}/plan", see, self.plan, does="erasure.plan")
        routes.act("/privacy/erasures/{case}/approve", erase, self.approve, does="erasure.approve")
        routes.act("/privacy/erasures/{case}/refuse", erase, self.refuse, does="erasure.refuse")
        routes.act("/privacy/erasures/{case}/resume", erase, self.resume, does="erasure.resume")
        routes.page("/privacy/erasures/{case}/certificate", see, self.certificate)
        routes.page("/privacy/certificates", see, self.check_form)
        routes.act("/privacy/certificates", see, self.check, does="certificate.check")

    def erasures(
        self, request: Request, visitor: Visiting, after: Annotated[int | None, Query(ge=0, le=LATEST)] = None
    ) -> Response:
        """The erasures, the newest first."""
        rows, following = page_of(self._house, after, PER_PAGE)
        return self._office.page(request, "erasures", visitor, rows=rows, after=following)

    def erasure(self, request: Request, visitor: Visiting, case: UUID) -> Response:
        """One erasure: waiting with its preview, under way, or done with its certificate."""
        return self._erasure(request, visitor, case_of(self._house, case))

    def _erasure(
        self, request: Request, visitor: Visiting, case: ErasureCase, error: GleaneryError | None = None
    ) -> Response:
        waits = case.state is ErasureState.ASKED
        subject = cases.whom(self._house, case) if waits else None
        plan = plan_of(self._house, case) if waits else None
        return self._office.page(
            request, "erasure", visitor, case=case, asked=subject.asked if subject else None, plan=plan,
            changes=changed(subject.previewed, plan["counts"]) if subject and plan else None,
            is_own=case.asked_by == visitor.actor, looks=self._office.looks(case.id), error=error,
            needs_two=self._house.config.people.erasure_needs_two,
            told_receipt=receipts.read(self._house, case.receipt) if case.receipt else None,
        )  # fmt: skip

    def plan(self, visitor: Visiting, case: UUID) -> Response:
        """Count anew what would go."""
        plan(self._office, visitor, case_of(self._house, case))
        return RedirectResponse(f"/privacy/erasures/{case}", 303)

    def approve(
        self, request: Request, visitor: Visiting, case: UUID, form: Annotated[Agreed, Form()]
    ) -> Response:
        """Agree, and have it carried out."""
        row = case_of(self._house, case)
        try:
            if not form.understood:
                raise BadInput(
                    "An erasure cannot be taken back.", remedy="Read the preview, then tick that you have."
                )
            approve(self._office, visitor, case)
        except GleaneryError as error:
            return self._erasure(request, visitor, row, error)
        return RedirectResponse(f"/privacy/erasures/{case}", 303)

    def refuse(self, request: Request, visitor: Visiting, case: UUID) -> Response:
        """Give it up before it is begun."""
        row = case_of(self._house, case)
        try:
            cases.refuse(self._house, str(case), visitor.account)
        except GleaneryError as error:
            return self._erasure(request, visitor, row, error)
        return RedirectResponse(f"/privacy/erasures/{case}", 303)

    def resume(self, request: Request, visitor: Visiting, case: UUID) -> Response:
        """Carry out what was agreed to, or go on where it was cut off."""
        row = case_of(self._house, case)
        try:
            resume(self._office, visitor, row)
        except GleaneryError as error:
            return self._erasure(request, visitor, row, error)
        return RedirectResponse(f"/privacy/erasures/{case}", 303)

    def certificate(self, case: UUID) -> Response:
        """The signed certificate as a file."""
        return certificate_file(self._house, case)

    # ------------------------------------------------------------------ checking one

    def check_form(self, request: Request, visitor: Visiting) -> Response:
        """The form that takes a certificate."""
        return self._office.page(request, "certificate", visitor, checked=None, pasted="")

    def check(
        self,
        request: Request,
        visitor: Visiting,
        text: Annotated[str, Form(max_length=900_000)] = "",
        file: Annotated[bytes, File()] = b"",
    ) -> Response:
        """Whether this house signed it, and whether the record still says the same."""
        try:
            checked = check(self._house, file or text.encode("utf-8", "replace"))
        except GleaneryError as error:
            return self._office.page(request, "certificate", visitor, checked=None, pasted=text, error=error)
        return self._office.page(request, "certificate", visitor, checked=checked, pasted="")


def page_of(house: House, after: int | None, limit: int) -> tuple[list[ErasureCase], int | None]:
    """A page of erasures, and where the next begins."""
    at = moment_of(after) if after is not None else None
    rows = list(cases.page_of_cases(house, at, limit + 1))
    return rows[:limit], micros(rows[limit - 1].asked_at) if len(rows) > limit else None


def case_of(house: House, case: UUID) -> ErasureCase:
    """One erasure. Raises: HTTPException 404."""
    with known():
        return cases.case_of(house, case)


def plan_of(house: House, case: ErasureCase) -> dict[str, Any] | None:
    """What would go, as it was counted for whoever is to agree; None where that was not done lately."""
    try:
        found: dict[str, Any] | None = kept.read(house, case.id).found.get("plan")
    except BadInput:
        return None
    return found


def plan(office: Office, visitor: Visitor, case: ErasureCase) -> None:
    """Count anew what an erasure that waits would do. Raises: Denied where it is over."""
    if case.state is not ErasureState.ASKED:
        raise Denied("This erasure is begun or over.", remedy="Nothing was changed.")
    kept.of_case(office.house, case, visitor.account)
    office.begin(work.PLAN, case.id, visitor)


def approve(office: Office, visitor: Visitor, case: UUID) -> None:
    """Agree and carry out. Raises: BadInput before a preview; Denied for whoever asked, or is to be erased."""
    plan = plan_of(office.house, case_of(office.house, case))
    if plan is None:
        raise BadInput("Nobody has seen yet what would go.", remedy="Preview the erasure first.")
    cases.approve(office.house, str(case), visitor.account, plan)
    office.begin(work.ERASE, case, visitor)


def resume(office: Office, visitor: Visitor, case: ErasureCase) -> None:
    """Carry out what may be. Raises: Denied where an approval is missing, or there is nothing left to do."""
    needs_two = office.house.config.people.erasure_needs_two
    if case.state is ErasureState.ASKED and needs_two and case.decided_by is None:
        raise Denied("This erasure waits for a second account.", remedy="Have another officer approve it.")
    if case.state not in (ErasureState.ASKED, ErasureState.RUNNING):
        raise Denied("This erasure is over.", remedy="Nothing was changed.")
    office.begin(work.ERASE, case.id, visitor)


def changed(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """What counts otherwise than when the erasure was asked for: before and now."""
    names = sorted({*before, *now})
    return {
        name: (before.get(name, 0), now.get(name, 0)) for name in names if before.get(name) != now.get(name)
    }


def certificate_file(house: House, case: UUID) -> Response:
    """The certificate as it was signed. Raises: HTTPException 404 where there is none yet."""
    receipt = case_of(house, case).receipt
    if receipt is None:
        raise HTTPException(404, "This erasure has no certificate: it is not done.")
    name = f"erasure-{str(case)[:8]}.json"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(receipt, media_type="application/json", headers=headers)


def check(house: House, raw: bytes) -> Checked:
    """A certificate compared with its signature and with the record. Raises: BadInput."""
    try:
        told = receipts.read(house, raw)
        return Checked(told, len(told["statements"]), receipts.agreeing(house, told))
    except (RecursionError, KeyError, ValueError, TypeError) as error:
        raise BadInput("This is no certificate of an erasure.", remedy="Give the JSON file.") from error

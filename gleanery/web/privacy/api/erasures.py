"""Erasures for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from gleanery.flow.erasing import cases
from gleanery.flow.rights import Right
from gleanery.model.erasures import ErasureCase
from gleanery.web.privacy import erasures
from gleanery.web.privacy.api.inquiries import looks
from gleanery.web.privacy.api.shapes import erasures as shapes
from gleanery.web.privacy.erasures import case_of, certificate_file, changed, plan_of
from gleanery.web.privacy.inquiries import ask_for, opened_of
from gleanery.web.privacy.office import LATEST, Office
from gleanery.web.routes import Routes, Visiting


class ErasureApi:
    """Erasures, from asked for to the certificate."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of erasures."""
        see, erase, here = Right.SEE_PRIVACY, Right.ERASE, "/privacy/erasures/{case}"
        missing, late = (404,), (404, 409)
        routes.api("GET", "/privacy/erasures", see, self.page)
        routes.api(
            "POST", "/privacy/erasures", erase, self.ask, does="erasure.ask", errors=late, status_code=201
        )
        routes.api("GET", here, see, self.read, errors=missing)
        routes.api("POST", f"{here}/plan", see, self.plan, does="erasure.plan", errors=late, status_code=202)
        routes.api(
            "POST",
            f"{here}/approve",
            erase,
            self.approve,
            does="erasure.approve",
            errors=late,
            status_code=202,
        )
        routes.api("POST", f"{here}/refuse", erase, self.refuse, does="erasure.refuse", errors=late)
        routes.api(
            "POST", f"{here}/resume", erase, self.resume, does="erasure.resume", errors=late, status_code=202
        )
        routes.api(
            "GET", f"{here}/certificate", see, self.certificate, errors=missing, response_class=Response
        )
        routes.api("POST", "/privacy/certificates", see, self.check, does="certificate.check")

    def page(
        self,
        after: Annotated[int | None, Query(ge=0, le=LATEST)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> shapes.Erasures:
        """The erasures, the newest first."""
        rows, following = erasures.page_of(self._house, after, limit)
        return shapes.Erasures(items=[_row(one) for one in rows], next=following)

    def ask(self, visitor: Visiting, wanted: shapes.ErasureWanted) -> shapes.Erasure:
        """Ask for an erasure; where one account decides it is carried out."""
        key = ask_for(self._office, visitor, opened_of(self._house, wanted.inquiry), wanted.reason)
        return self.read(key)

    def read(self, case: UUID) -> shapes.Erasure:
        """An erasure as it stands."""
        row = case_of(self._house, case)
        told, plan = _row(row), plan_of(self._house, row)
        subject = cases.whom(self._house, row)
        told.plan, told.looks = plan, looks(self._office, case)
        if subject is not None and plan is not None:
            told.changes = changed(subject.previewed, plan["counts"])
        return told

    def plan(self, visitor: Visiting, case: UUID) -> shapes.Erasure:
        """Count anew what would go."""
        erasures.plan(self._office, visitor, case_of(self._house, case))
        return self.read(case)

    def approve(self, visitor: Visiting, case: UUID) -> shapes.Erasure:
        """Agree to what another account asked for, and have it carried out."""
        erasures.approve(self._office, visitor, case)
        return self.read(case)

    def refuse(self, visitor: Visiting, case: UUID) -> shapes.Erasure:
        """Give an erasure up before it is begun."""
        case_of(self._house, case)
        cases.refuse(self._house, str(case), visitor.account)
        return self.read(case)

    def resume(self, visitor: Visiting, case: UUID) -> shapes.Erasure:
        """Carry out what was agreed to, or go on where it was cut off."""
        erasures.resume(self._office, visitor, case_of(self._house, case))
        return self.read(case)

    def certificate(self, case: UUID) -> Response:
        """The signed certificate."""
        return certificate_file(self._house, case)

    def check(self, certificate: shapes.Certificate) -> shapes.CertificateChecked:
        """Whether this house signed a certificate, and how much of it the record still says."""
        found = erasures.check(self._house, certificate.text.encode("utf-8", "replace"))
        return shapes.CertificateChecked(
            erasure=found.told["id"], statements=found.statements, agree=found.agree
        )


def _row(case: ErasureCase) -> shapes.Erasure:
    return shapes.Erasure(
        id=case.id,
        state=case.state,
        asked_at=case.asked_at,
        asked_by=case.asked_by,
        decided_at=case.decided_at,
        decided_by=case.decided_by,
        done_at=case.done_at,
        counts=case.counts,
    )

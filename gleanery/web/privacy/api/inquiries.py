"""Inquiries for programs."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from gleanery.errors import Conflict
from gleanery.flow.inquiries import kept, meaning, work
from gleanery.flow.inquiries.kept import Opened
from gleanery.flow.rights import Right
from gleanery.web.privacy.api.shapes import inquiries as shapes
from gleanery.web.privacy.api.shapes.common import LookState
from gleanery.web.privacy.inquiries import download, opened_of
from gleanery.web.privacy.office import Office, known
from gleanery.web.routes import Routes, Visiting


class InquiryApi:
    """Looking somebody up."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of inquiries."""
        see, here = Right.SEE_PRIVACY, "/privacy/inquiries/{key}"
        routes.api(
            "POST", "/privacy/inquiries", see, self.open, does="inquiry.open", errors=(409,), status_code=201
        )
        routes.api("GET", here, see, self.read, errors=(404,))
        routes.api("POST", f"{here}/held", see, self.look, does="person.look", errors=(404,), status_code=202)
        routes.api(
            "POST", f"{here}/plan", see, self.plan, does="erasure.plan", errors=(404,), status_code=202
        )
        routes.api(
            "POST", f"{here}/export", see, self.export, does="person.export", errors=(404,), status_code=202
        )
        routes.api("GET", f"{here}/file", see, self.file, errors=(404,), response_class=Response)
        routes.api("DELETE", here, see, self.close, does="inquiry.close", errors=(404,), status_code=204)

    def open(self, visitor: Visiting, sought: shapes.Sought) -> shapes.Inquiry:
        """Open an inquiry and look at what is held. Where several may be meant: 409, give an id."""
        found = meaning.meant(self._house, sought.text, visitor.account, sought.identities, sought.names)
        if len(found) > 1:
            ids = ", ".join(str(one.person) for one in found)
            raise Conflict("Several persons may be meant.", remedy=f"Give the id of one: {ids}.")
        key = kept.about(self._house, found[0].asked, visitor.account)
        self._office.begin(work.HELD, key, visitor)
        return self._told(kept.read(self._house, key))

    def read(self, key: UUID) -> shapes.Inquiry:
        """An inquiry as it stands."""
        return self._told(opened_of(self._house, key))

    def look(self, visitor: Visiting, key: UUID) -> shapes.Inquiry:
        """Look again at what is held."""
        return self._begun(work.HELD, key, visitor)

    def plan(self, visitor: Visiting, key: UUID) -> shapes.Inquiry:
        """Count what an erasure would do; nothing is erased."""
        return self._begun(work.PLAN, key, visitor)

    def export(self, visitor: Visiting, key: UUID) -> shapes.Inquiry:
        """Have the file for the person made."""
        return self._begun(work.EXPORT, key, visitor)

    def file(self, visitor: Visiting, key: UUID) -> Response:
        """The file for the person: a zip."""
        return download(self._house, key, visitor)

    def close(self, visitor: Visiting, key: UUID) -> None:
        """Forget the inquiry and its file."""
        with known():
            kept.close(self._house, key, visitor.account)

    def _begun(self, kind: str, key: UUID, visitor: Visiting) -> shapes.Inquiry:
        opened_of(self._house, key)
        self._office.begin(kind, key, visitor)
        return self._told(opened_of(self._house, key))

    def _told(self, opened: Opened) -> shapes.Inquiry:
        meant = opened.meant
        return shapes.Inquiry(
            id=opened.id,
            until=opened.until,
            person=meant.person,
            accounts=meant.accounts,
            identities=meant.identities,
            names=meant.names,
            looks=looks(self._office, opened.id),
            held=opened.found.get("held"),
            plan=opened.found.get("plan"),
            has_file="export" in opened.found and kept.handed_out(self._house, opened.id).exists(),
        )


def looks(office: Office, key: UUID) -> list[LookState]:
    """How the looks on an inquiry, a list or an erasure stand."""
    return [
        LookState(
            kind=kind,
            goes_on=look.goes_on,
            failed=look.failed,
            done=look.done,
            total=look.most,
            words=look.words,
        )
        for kind, look in office.looks(key).items()
    ]

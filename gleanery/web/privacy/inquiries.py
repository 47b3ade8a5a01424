"""The pages of looking somebody up: find, everything held, the file for the person, the preview of an erasure.

What is typed goes by form and is kept sealed: addresses hold random ids only.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.auditing import read_by
from gleanery.flow.erasing import cases
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.house import House
from gleanery.flow.inquiries import held, kept, meaning, work
from gleanery.flow.inquiries.kept import Opened
from gleanery.flow.rights import Right
from gleanery.model.inquiries import InquiryKind
from gleanery.web.privacy.office import Office, known, spoken
from gleanery.web.routes import Routes, Visiting

LONGEST = 2_000
"""Characters of what somebody types to find a person."""


class Sought(BaseModel):
    """Whom to find: an account, an HR number, a sign-in name, an id, or an identity; one identity or name a line."""

    text: str = Field(default="", max_length=LONGEST)
    identities: str = Field(default="", max_length=LONGEST)
    names: str = Field(default="", max_length=LONGEST)

    @property
    def lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Identities and names, one from each line."""
        return _lines(self.identities), _lines(self.names)


class Reason(BaseModel):
    """Why somebody is to be erased, and that the preview was read."""

    reason: str = Field(default="", max_length=LONGEST)
    understood: bool = False


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class InquiryPages:
    """Finding somebody, and what follows."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of inquiries."""
        see, erase = Right.SEE_PRIVACY, Right.ERASE
        routes.act("/privacy/find", see, self.find, does="inquiry.open")
        routes.page("/privacy/inquiries/{key}", see, self.inquiry)
        routes.act("/privacy/inquiries/{key}/held", see, self.look, does="person.look")
        routes.act("/privacy/inquiries/{key}/plan", see, self.plan, does="erasure.plan")
        routes.act("/privacy/inquiries/{key}/export", see, self.export, does="person.export")
        routes.act("/privacy/inquiries/{key}/close", see, self.close, does="inquiry.close")
        routes.page("/privacy/inquiries/{key}/file", see, self.file)
        routes.page("/privacy/inquiries/{key}/erasure", see, self.preview)
        routes.act("/privacy/inquiries/{key}/erasure", erase, self.ask, does="erasure.ask")

    # ------------------------------------------------------------------ finding

    def find(self, request: Request, visitor: Visiting, form: Annotated[Sought, Form()]) -> Response:
        """Open an inquiry about whoever is meant; where several may be, show them."""
        try:
            found = meaning.meant(self._house, form.text, visitor.account, *form.lines)
        except GleaneryError as error:
            return self._office.page(request, "find", visitor, sought=form, found=(), error=error)
        if len(found) > 1:
            return self._office.page(request, "find", visitor, sought=form, found=found)
        key = kept.about(self._house, found[0].asked, visitor.account)
        self._office.begin(work.HELD, key, visitor)
        return RedirectResponse(f"/privacy/inquiries/{key}", 303)

    def inquiry(self, request: Request, visitor: Visiting, key: UUID) -> Response:
        """Who it is and everything held, as far as it is found."""
        return self._inquiry(request, visitor, opened_of(self._house, key))

    def _inquiry(
        self, request: Request, visitor: Visiting, opened: Opened, error: GleaneryError | None = None
    ) -> Response:
        language = spoken(request, visitor)
        places = opened.found.get("held", [])
        with self._house.store.read() as session:
            person = meaning.person_of(self._house, session, opened.meant)
        return self._office.page(
            request, "inquiry", visitor, opened=opened, asked=opened.meant, person=person,
            groups=held.grouped(self._house, places, language) if places else None,
            looks=self._office.looks(opened.id), file=self._is_ready(opened), error=error,
        )  # fmt: skip

    def _is_ready(self, opened: Opened) -> bool:
        return "export" in opened.found and kept.handed_out(self._house, opened.id).exists()

    def look(self, visitor: Visiting, key: UUID) -> Response:
        """Look again at what is held."""
        return self._begun(work.HELD, key, visitor, f"/privacy/inquiries/{key}")

    def export(self, visitor: Visiting, key: UUID) -> Response:
        """Have the file for the person made."""
        return self._begun(work.EXPORT, key, visitor, f"/privacy/inquiries/{key}#export")

    def plan(self, visitor: Visiting, key: UUID) -> Response:
        """Count what an erasure would do."""
        return self._begun(work.PLAN, key, visitor, f"/privacy/inquiries/{key}/erasure")

    def _begun(self, kind: str, key: UUID, visitor: Visiting, then: str) -> Response:
        opened_of(self._house, key)
        self._office.begin(kind, key, visitor)
        return RedirectResponse(then, 303)

    def close(self, visitor: Visiting, key: UUID) -> Response:
        """Forget the inquiry and its file now."""
        with known():
            kept.close(self._house, key, visitor.account)
        return RedirectResponse("/privacy", 303)

    def file(self, visitor: Visiting, key: UUID) -> Response:
        """The file for the person; that it was taken is entered."""
        return download(self._house, key, visitor)

    # ------------------------------------------------------------------ erasing

    def preview(self, request: Request, visitor: Visiting, key: UUID) -> Response:
        """What an erasure would do, with the form that asks for it."""
        return self._preview(request, visitor, opened_of(self._house, key), Reason())

    def _preview(
        self,
        request: Request,
        visitor: Visiting,
        opened: Opened,
        form: Reason,
        error: GleaneryError | None = None,
    ) -> Response:
        return self._office.page(
            request, "preview", visitor, opened=opened, asked=opened.meant, plan=opened.found.get("plan"),
            looks=self._office.looks(opened.id), form=form, error=error,
            needs_two=self._house.config.people.erasure_needs_two,
        )  # fmt: skip

    def ask(
        self, request: Request, visitor: Visiting, key: UUID, form: Annotated[Reason, Form()]
    ) -> Response:
        """Ask for the erasure; where one account decides it is carried out."""
        opened = opened_of(self._house, key)
        try:
            if not form.understood:
                raise BadInput(
                    "An erasure cannot be taken back.", remedy="Read the preview, then tick that you have."
                )
            case = ask_for(self._office, visitor, opened, form.reason)
        except GleaneryError as error:
            return self._preview(request, visitor, opened, form, error)
        return RedirectResponse(f"/privacy/erasures/{case}", 303)


def ask_for(office: Office, visitor: Visiting, opened: Opened, reason: str) -> UUID:
    """Ask for the erasure of whom an inquiry is about; begin it where one decides. Raises: BadInput, Denied."""
    house, plan = office.house, opened.found.get("plan")
    if plan is None:
        raise BadInput("Nobody has seen yet what would go.", remedy="Preview the erasure first.")
    meant = opened.meant
    asked = Asked(meant.person, meant.accounts, meant.identities, meant.names, reason.strip())
    case = cases.ask(house, asked, visitor.account, plan)
    if not house.config.people.erasure_needs_two:
        office.begin(work.ERASE, case.id, visitor)
    return case.id


def opened_of(house: House, key: UUID) -> Opened:
    """An inquiry about a person. Raises: HTTPException 404."""
    with known():
        return kept.read(house, key, InquiryKind.PERSON)


def download(house: House, key: UUID, visitor: Visiting) -> Response:
    """The file that was made of an inquiry; that it was taken is entered first. Raises: HTTPException 404."""
    opened = opened_of(house, key)
    path = kept.handed_out(house, key)
    if "export" not in opened.found or not path.exists():
        raise HTTPException(404, "No file was made of this inquiry. Have it made first.")
    about = f"person:{opened.meant.person}" if opened.meant.person else "people"
    read_by(house, visitor.account, about, what="subject-access-file")
    return FileResponse(path, media_type="application/zip", filename=f"held-{str(key)[:8]}.zip")

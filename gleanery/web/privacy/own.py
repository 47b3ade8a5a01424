"""What is held about me: the page of everybody who signs in, with their consents, objections and their own file."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.inquiries import kept, work
from gleanery.flow.people import own
from gleanery.flow.rights import Right
from gleanery.model.bases import Purpose
from gleanery.web.privacy.inquiries import download
from gleanery.web.privacy.office import Office, spoken
from gleanery.web.routes import Routes, Visiting

HERE = "/me/privacy"


class OwnPages:
    """Everybody's own page."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of one's own privacy."""
        routes.page(HERE, Right.OWN, self.own)
        routes.act(f"{HERE}/consent", Right.OWN, self.consent, does="own-consent.give")
        routes.act(f"{HERE}/withdraw", Right.OWN, self.withdraw, does="own-consent.withdraw")
        routes.act(f"{HERE}/object", Right.OWN, self.object_to, does="own-objection.enter")
        routes.act(f"{HERE}/object-no-more", Right.OWN, self.object_no_more, does="own-objection.end")
        routes.act(f"{HERE}/export", Right.OWN, self.export, does="own.export")
        routes.page(f"{HERE}/file/{{key}}", Right.OWN, self.file)

    def own(self, request: Request, visitor: Visiting) -> Response:
        """What is known of me, and what I decide."""
        return self._own(request, visitor)

    def _own(self, request: Request, visitor: Visiting, error: GleaneryError | None = None) -> Response:
        mine = own.own(self._house, visitor.person_id, spoken(request, visitor))
        asked = [one for one in kept.recent(self._house, visitor.account) if _is_own(one.meant, visitor)]
        opened = asked[0] if asked else None
        return self._office.page(
            request, "own", visitor, own=mine, contact=self._house.config.people.contact, error=error,
            opened=opened, looks=self._office.looks(opened.id) if opened else {},
            is_ready=opened is not None and "export" in opened.found,
        )  # fmt: skip

    def consent(
        self,
        request: Request,
        visitor: Visiting,
        purpose: Annotated[Purpose, Form()],
        text: Annotated[UUID, Form()],
    ) -> Response:
        """Consent in the words that were shown."""
        try:
            own.consent(self._house, visitor.person_id, purpose, text)
        except GleaneryError as error:
            return self._own(request, visitor, error)
        return RedirectResponse(HERE, 303)

    def withdraw(self, request: Request, visitor: Visiting, purpose: Annotated[Purpose, Form()]) -> Response:
        """Withdraw my consent."""
        try:
            own.withdraw(self._house, visitor.person_id, purpose, visitor.account)
        except GleaneryError as error:
            return self._own(request, visitor, error)
        return RedirectResponse(HERE, 303)

    def object_to(self, visitor: Visiting, purpose: Annotated[Purpose, Form()]) -> Response:
        """Object to a purpose."""
        own.object_to(self._house, visitor.person_id, purpose)
        return RedirectResponse(HERE, 303)

    def object_no_more(
        self, request: Request, visitor: Visiting, objection: Annotated[UUID, Form()]
    ) -> Response:
        """Take my objection back."""
        try:
            own.take_objection_back(self._house, visitor.person_id, objection)
        except GleaneryError as error:
            return self._own(request, visitor, error)
        return RedirectResponse(HERE, 303)

    def export(self, visitor: Visiting) -> Response:
        """Have the file of everything held about me made."""
        begin_own_export(self._office, visitor)
        return RedirectResponse(f"{HERE}#file", 303)

    def file(self, visitor: Visiting, key: UUID) -> Response:
        """The file, for nobody but me."""
        return own_file(self._office, visitor, key)


def begin_own_export(office: Office, visitor: Visiting) -> UUID:
    """Have the file of what is held about somebody made for them; the id under which it lies."""
    key = kept.about(office.house, Asked(str(visitor.person_id)), visitor.account)
    office.begin(work.EXPORT, key, visitor)
    return key


def own_file(office: Office, visitor: Visiting, key: UUID) -> Response:
    """The file that somebody had made of themselves. Raises: HTTPException 404 for anybody else's."""
    asked = kept.recent(office.house, visitor.account)
    if not any(one.id == key and _is_own(one.meant, visitor) for one in asked):
        raise HTTPException(404)
    return download(office.house, key, visitor)


def _is_own(asked: Asked, visitor: Visiting) -> bool:
    return asked == Asked(str(visitor.person_id))

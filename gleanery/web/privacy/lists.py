"""The pages of the HR list: give one, see what it would change, bring it in, take the last one back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, Denied, GleaneryError
from gleanery.flow.inquiries import kept, lists, work
from gleanery.flow.inquiries.kept import Opened
from gleanery.flow.people.directory_undo import undo_import
from gleanery.flow.people.hr_list import COLUMNS
from gleanery.flow.rights import Right
from gleanery.model.inquiries import InquiryKind
from gleanery.web.privacy.office import Office, known
from gleanery.web.routes import Routes, Visiting


class ListPages:
    """HR lists."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of HR lists."""
        change = Right.MANAGE_PEOPLE
        routes.page("/privacy/hr-lists", Right.SEE_PRIVACY, self.lists)
        routes.act("/privacy/hr-lists", change, self.take, does="hr-list.plan")
        routes.act("/privacy/hr-lists/undo", change, self.undo, does="hr-list.undo")
        routes.page("/privacy/hr-lists/{key}", change, self.seen)
        routes.act("/privacy/hr-lists/{key}/import", change, self.bring_in, does="hr-list.import")

    def lists(self, request: Request, visitor: Visiting) -> Response:
        """The form that takes a list, and the lists that were brought in."""
        return self._lists(request, visitor)

    def _lists(
        self, request: Request, visitor: Visiting, error: GleaneryError | None = None, **typed: bool
    ) -> Response:
        return self._office.page(
            request, "lists", visitor, imports=lists.imports(self._house), error=error,
            typed={"complete": False, "many": False} | typed, columns=COLUMNS,
        )  # fmt: skip

    def take(
        self,
        request: Request,
        visitor: Visiting,
        file: Annotated[bytes, File()] = b"",
        complete: Annotated[bool, Form()] = False,
        many: Annotated[bool, Form()] = False,
    ) -> Response:
        """Keep a list sealed and look at what it would change; nothing is brought in."""
        try:
            if not file:
                raise BadInput("No list was chosen.", remedy="Choose a CSV file.")
            key = lists.take(self._house, file, visitor.account, complete=complete, many=many)
        except GleaneryError as error:
            return self._lists(request, visitor, error, complete=complete, many=many)
        self._office.begin(work.LOOK, key, visitor)
        return RedirectResponse(f"/privacy/hr-lists/{key}", 303)

    def seen(self, request: Request, visitor: Visiting, key: UUID) -> Response:
        """What the list would change, or did."""
        return self._list(request, visitor, list_of(self._office, key))

    def _list(
        self, request: Request, visitor: Visiting, opened: Opened, error: GleaneryError | None = None
    ) -> Response:
        return self._office.page(
            request, "list", visitor, opened=opened, plan=opened.found.get("plan"), error=error,
            done=opened.found.get("done"), looks=self._office.looks(opened.id),
        )  # fmt: skip

    def bring_in(self, request: Request, visitor: Visiting, key: UUID) -> Response:
        """Bring the list in."""
        opened = list_of(self._office, key)
        try:
            bring_in(self._office, visitor, opened)
        except GleaneryError as error:
            return self._list(request, visitor, opened, error)
        return RedirectResponse(f"/privacy/hr-lists/{key}", 303)

    def undo(self, request: Request, visitor: Visiting) -> Response:
        """Take the last list back."""
        try:
            undo_import(self._house, visitor.account)
        except GleaneryError as error:
            return self._lists(request, visitor, error)
        return RedirectResponse("/privacy/hr-lists", 303)


def list_of(office: Office, key: UUID) -> Opened:
    """A list that is looked at. Raises: HTTPException 404."""
    with known():
        return kept.read(office.house, key, InquiryKind.HR_LIST)


def bring_in(office: Office, visitor: Visiting, opened: Opened) -> None:
    """Have a list brought in. Raises: BadInput where nobody has seen what it changes, Denied once it is."""
    if "plan" not in opened.found:
        raise BadInput("Nobody has seen yet what the list changes.", remedy="Look at it first.")
    if "done" in opened.found:
        raise Denied("This list was brought in already.", remedy="Nothing was changed.")
    office.begin(work.BRING_IN, opened.id, visitor)

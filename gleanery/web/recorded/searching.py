"""Searches that are kept: the forms of both desks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.recorded import searches
from gleanery.model.searches import SavedSearch, SearchedLog
from gleanery.web.pages import Pages
from gleanery.web.recorded.filters import EntryFilters, Filters, StatementFilters
from gleanery.web.routes import Routes, Visiting

DESKS = {SearchedLog.STATEMENTS: "/record", SearchedLog.AUDIT: "/audit"}
KINDS: dict[SearchedLog, type[Filters]] = {
    SearchedLog.STATEMENTS: StatementFilters,
    SearchedLog.AUDIT: EntryFilters,
}


class Kept(BaseModel):
    """The form of a search to keep."""

    name: str = Field(max_length=80)
    asked: str = Field(default="", max_length=8_000)
    shared: bool = False


class Searching:
    """Keeps and deletes searches of one log."""

    def __init__(self, house: House, pages: Pages, log: SearchedLog) -> None:
        self._house, self._pages, self._log = house, pages, log

    def add_to(self, routes: Routes) -> None:
        """Add the forms to the routes of the log's desk."""
        right, desk = searches.RIGHT[self._log], DESKS[self._log]
        routes.act(f"{desk}/searches", right, self.keep, does="search.keep")
        routes.act(f"{desk}/searches/{{search}}/delete", right, self.forget, does="search.forget")

    def keep(self, request: Request, visitor: Visiting, form: Annotated[Kept, Form()]) -> Response:
        """Keep a search and go back to it."""
        kept = keep(self._house, visitor, self._log, form)
        return RedirectResponse(f"{DESKS[self._log]}?{kept.asked}&said=saved", 303)

    def forget(self, request: Request, visitor: Visiting, search: UUID) -> Response:
        """Delete a search of theirs."""
        try:
            searches.forget(self._house, visitor, search, self._log)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        return RedirectResponse(f"{DESKS[self._log]}?said=deleted", 303)


def keep(house: House, visitor: Visitor, log: SearchedLog, form: Kept) -> SavedSearch:
    """Keep a search, its address written as the desk writes it. Raises: BadInput, Conflict."""
    if not form.name.isprintable():
        raise BadInput("This name holds characters that cannot be kept.", remedy="Type it anew.")
    filters = KINDS[log].parse(form.asked)
    filters.selection(house)
    return searches.keep(house, visitor, log, form.name, filters.asked(), shared=form.shared)

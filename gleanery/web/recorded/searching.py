"""Searches that are kept: the forms of both desks, and the same for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Form, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.recorded import searches
from gleanery.model.searches import SavedSearch, SearchedLog
from gleanery.web.given import Given
from gleanery.web.pages import Pages
from gleanery.web.recorded.filters import EntryFilters, Filters, StatementFilters
from gleanery.web.routes import Routes, Visiting

DESKS = {SearchedLog.STATEMENTS: "/record", SearchedLog.AUDIT: "/audit"}
KINDS: dict[SearchedLog, type[Filters]] = {
    SearchedLog.STATEMENTS: StatementFilters,
    SearchedLog.AUDIT: EntryFilters,
}


class Kept(Given):
    """The form of a search to keep."""

    name: str = Field(max_length=80)
    asked: str = Field(default="", max_length=8_000)
    shared: bool = False


class SearchTold(BaseModel):
    """A search that is kept; `asked` is the query part of its address."""

    id: UUID
    log: SearchedLog
    name: str
    asked: str
    shared: bool
    mine: bool
    made_at: datetime


class SearchPage(BaseModel):
    """Searches by their names."""

    items: list[SearchTold]
    next: None = None
    total: int


class Searching:
    """Keeps and deletes searches of one log, for those who may see it."""

    def __init__(self, house: House, pages: Pages, log: SearchedLog) -> None:
        self._house, self._pages, self._log = house, pages, log

    def add_to(self, routes: Routes) -> None:
        """Add the forms and the addresses to the routes of the log's desk."""
        right, desk, there = searches.RIGHT[self._log], DESKS[self._log], f"/searches/{self._log.value}"
        routes.act(f"{desk}/searches", right, self.keep, does="search.keep")
        routes.act(f"{desk}/searches/{{search}}/delete", right, self.forget, does="search.forget")
        routes.api("GET", there, right, self.told)
        routes.api("POST", there, right, self.keep_told, does="search.keep", status_code=201, errors=(409,))
        routes.api(
            "DELETE", f"{there}/{{search}}", right, self.forget_told, does="search.forget", status_code=204,
            errors=(404,),
        )  # fmt: skip

    def keep(self, request: Request, visitor: Visiting, form: Annotated[Kept, Form()]) -> Response:
        """Keep a search and go back to it."""
        kept = keep(self._house, visitor, self._log, form)
        return RedirectResponse(f"{DESKS[self._log]}?{kept.asked}&said=saved", 303)

    def forget(self, request: Request, visitor: Visiting, search: UUID) -> Response:
        """Delete a search of theirs."""
        try:
            searches.forget(self._house, visitor, self._log, search)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        return RedirectResponse(f"{DESKS[self._log]}?said=deleted", 303)

    # ------------------------------------------------------------------ for programs

    def told(self, visitor: Visiting) -> SearchPage:
        """The searches of the log that this account is shown."""
        found = searches.kept(self._house, visitor, self._log)
        return SearchPage(items=[_told(one, visitor.person_id) for one in found], total=len(found))

    def keep_told(self, visitor: Visiting, asked: Kept) -> SearchTold:
        """Keep a search; one of the same name is written over."""
        return _told(keep(self._house, visitor, self._log, asked), visitor.person_id)

    def forget_told(self, visitor: Visiting, search: UUID) -> None:
        """Delete a search of this account."""
        try:
            searches.forget(self._house, visitor, self._log, search)
        except BadInput as error:
            raise HTTPException(404, error.message) from error


def keep(house: House, visitor: Visitor, log: SearchedLog, form: Kept) -> SavedSearch:
    """Keep a search, its address written as the desk writes it. Raises: BadInput, Conflict."""
    if not form.name.isprintable():
        raise BadInput("This name holds characters that cannot be kept.", remedy="Type it anew.")
    filters = KINDS[log].parse(form.asked)
    filters.selection(house)
    return searches.keep(house, visitor, log, form.name, filters.asked(), shared=form.shared)


def _told(one: SavedSearch, person_id: UUID) -> SearchTold:
    return SearchTold(**one.model_dump(exclude={"person_id"}), mine=one.person_id == person_id)

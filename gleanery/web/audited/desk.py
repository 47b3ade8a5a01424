"""The pages of the audit log: its entries, and all that was done to one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.recorded import entries, exports, searches
from gleanery.flow.recorded.entries import MOST_COUNTED, Found, Place
from gleanery.flow.recorded.trails import trail_of
from gleanery.flow.rights import Right
from gleanery.model.searches import SearchedLog
from gleanery.web.audited.sentences import EntrySentences
from gleanery.web.pages import Pages
from gleanery.web.recorded.filters import EntryFilters
from gleanery.web.recorded.sentences import Sentences
from gleanery.web.routes import Routes, Visiting

PER_PAGE = 50


class Search(EntryFilters):
    """The address of the list: filters, and the place to go on at."""

    before: Annotated[str, Query(max_length=40)] = ""
    said: Annotated[str, Query(max_length=20)] = ""

    @property
    def filters(self) -> EntryFilters:
        """The filters alone."""
        return EntryFilters(**self.model_dump(exclude={"before", "said"}))


class AuditDesk:
    """The pages of the audit log."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def add_to(self, routes: Routes) -> None:
        """Add these pages to the routes of the desk."""
        routes.page("/audit", Right.SEE_AUDIT, self.list)
        routes.page("/audit/count", Right.SEE_AUDIT, self.counted)
        routes.page("/audit/trail", Right.SEE_AUDIT, self.ask_trail)
        routes.page("/audit/trail/{thing:path}", Right.SEE_AUDIT, self.trail)

    def list(self, request: Request, visitor: Visiting, search: Annotated[Search, Query()]) -> Response:
        """The entries that the address asks for, newest first."""
        found: Found | None = None
        problem, status = None, 200
        try:
            before = Place.parse(search.before) if search.before else None
            selection = search.filters.selection(self._house)
            found = entries.find(self._house, visitor.account, selection, before=before, limit=PER_PAGE)
        except BadInput as error:
            problem, status = error, 422
        actions = entries.actions(self._house)
        return self._pages.page(
            request, "audit/list.html", status=status, filters=search.filters, found=found, problem=problem,
            search=search, say=EntrySentences(found.names) if found else None, actions=actions,
            kinds=kinds_of(actions), forms=exports.forms(),
            kept=searches.kept(self._house, visitor, SearchedLog.AUDIT),
        )  # fmt: skip

    def counted(self, request: Request, visitor: Visiting, search: Annotated[Search, Query()]) -> Response:
        """How many entries the address asks for."""
        count = entries.count(self._house, search.filters.selection(self._house))
        return self._pages.page(request, "record/count.html", count=count, most=MOST_COUNTED, what="entries")

    def ask_trail(
        self, request: Request, visitor: Visiting, thing: Annotated[str, Query(max_length=200)] = ""
    ) -> Response:
        """The form that asks for a thing; with one, the way to its trail."""
        if thing.strip() and thing.isprintable():
            return RedirectResponse(request.url_for("trail", thing=thing.strip()).path, 303)
        return self._pages.page(request, "audit/ask.html", thing="", problem=None)

    def trail(self, request: Request, visitor: Visiting, thing: str) -> Response:
        """All that was done to one thing, in order."""
        try:
            if not thing.isprintable() or len(thing) > 200:
                raise BadInput("This is no id.", remedy="Give an id, an account, a source, or kind:name.")
            found = trail_of(self._house, visitor.account, thing)
        except BadInput as error:
            return self._pages.page(request, "audit/ask.html", status=404, thing=thing[:200], problem=error)
        return self._pages.page(
            request, "audit/trail.html", found=found, say=EntrySentences(found.names),
            said=Sentences(found.names), now=self._house.now(),
        )  # fmt: skip


def kinds_of(actions: Sequence[str]) -> Sequence[str]:
    """What actions are about, by the word before their dot."""
    return sorted({one.partition(".")[0] for one in actions})

"""The pages of the record: the list of statements, one statement, its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.exporting import Selection
from gleanery.flow.house import House
from gleanery.flow.record import STORE
from gleanery.flow.recorded import exports, searches, statements
from gleanery.flow.recorded.statements import MOST_COUNTED, Detail, Found
from gleanery.flow.rights import Right
from gleanery.model.searches import SearchedLog
from gleanery.web.pages import Pages
from gleanery.web.recorded.filters import MAX_SEQ, VERBS, StatementFilters
from gleanery.web.recorded.layout import laid_out
from gleanery.web.recorded.sentences import Sentences, verb_of
from gleanery.web.routes import Routes, Visiting
from xapi.vocabulary import adl, own

PER_PAGE = 50
MAX_LAID_OUT = 200_000
"""Characters of a statement that are laid out; a longer one can be saved."""


class Search(StatementFilters):
    """The address of the list: filters, and the number to go on before."""

    before: Annotated[int | None, Query(ge=1, le=MAX_SEQ)] = None
    said: Annotated[str, Query(max_length=20)] = ""

    @property
    def filters(self) -> StatementFilters:
        """The filters alone."""
        return StatementFilters(**self.model_dump(exclude={"before", "said"}))


class RecordDesk:
    """The pages of the record."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def add_to(self, routes: Routes) -> None:
        """Add these pages to the routes of the record."""
        routes.page("/record", Right.SEE_RECORD, self.list)
        routes.page("/record/count", Right.SEE_RECORD, self.counted)
        routes.page("/record/statements/{statement}", Right.SEE_RECORD, self.statement)
        routes.page("/record/statements/{statement}/received", Right.SEE_RECORD, self.received)
        routes.page("/record/statements/{statement}/files/{sha2}", Right.SEE_RECORD, self.file)

    def list(self, request: Request, visitor: Visiting, search: Annotated[Search, Query()]) -> Response:
        """The statements that the address asks for, newest first."""
        found, problem, status = None, None, 200
        try:
            found = self._find(visitor.account, search.filters.selection(self._house), search.before)
        except BadInput as error:
            problem, status = error, 422
        return self._pages.page(
            request, "record/list.html", status=status, filters=search.filters, found=found, problem=problem,
            search=search, say=Sentences(found.names) if found else None, verb_of=verb_of,
            stores=statements.stores_of(self._house), verbs=VERBS, forms=exports.forms(),
            kept=searches.kept(self._house, visitor, SearchedLog.STATEMENTS),
        )  # fmt: skip

    def counted(self, request: Request, visitor: Visiting, search: Annotated[Search, Query()]) -> Response:
        """How many statements the address asks for: a part of the list that is asked for when it is shown."""
        count = statements.count(self._house, search.filters.selection(self._house))
        return self._pages.page(
            request, "record/count.html", count=count, most=MOST_COUNTED, what="statements"
        )

    def _find(self, account: str, selection: Selection, before: int | None) -> Found:
        if selection.store not in statements.stores_of(self._house):
            raise BadInput("There is no such store.", remedy="Choose one from the list.")
        return statements.find(self._house, account, selection, before=before, limit=PER_PAGE)

    def statement(
        self,
        request: Request,
        visitor: Visiting,
        statement: UUID,
        store: Annotated[str, Query(max_length=200)] = STORE,
    ) -> Response:
        """One statement as a sentence beside what was received, and what vouches for it."""
        try:
            detail = statements.show(self._house, visitor.account, store, statement)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        return self._pages.page(
            request, "record/statement.html", detail=detail, say=Sentences(detail.names), verb_of=verb_of,
            lines=_lines(detail), voided=adl.VOIDED.id, erased=own.ERASED.id, **_raw(detail),
        )  # fmt: skip

    def received(
        self,
        request: Request,
        visitor: Visiting,
        statement: UUID,
        store: Annotated[str, Query(max_length=200)] = STORE,
    ) -> Response:
        """The statement to the byte as it was received, to be saved."""
        try:
            detail = statements.show(self._house, visitor.account, store, statement)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        if detail.stored is None:
            return self._pages.message(request, 410, "The content of this statement was erased.")
        return saved(detail.stored.raw, f"statement-{statement}.json")

    def file(
        self, request: Request, visitor: Visiting, statement: UUID, sha2: str,
        store: Annotated[str, Query(max_length=200)] = STORE,
    ) -> Response:  # fmt: skip
        """A file that came with a statement, to be saved: it is never shown here, whatever it says it is."""
        try:
            found = statements.file_of(self._house, visitor.account, store, statement, sha2[:128])
        except GleaneryError as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        return saved(found.content, f"{found.sha2[:16]}.bin")


def saved(content: bytes, name: str) -> Response:
    """An answer that a browser saves and never runs."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="application/octet-stream")


def _lines(detail: Detail) -> Sequence[str]:
    """The statement laid out, line by line; none of one that is too long for a page."""
    if detail.stored is None or len(detail.stored.raw) > MAX_LAID_OUT:
        return ()
    return laid_out(detail.stored.raw.decode()).split("\n")


def _raw(detail: Detail) -> dict[str, Any]:
    raw = detail.stored.raw.decode() if detail.stored else ""
    return {"raw": raw if len(raw) <= MAX_LAID_OUT else "", "size": len(raw)}

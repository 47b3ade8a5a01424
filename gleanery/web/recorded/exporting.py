"""Exports: asked for on either desk, written at once or while one watches, saved by who asked."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from gleanery.errors import BadInput, Gone
from gleanery.flow import exporting, runs
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.exporting import Selection
from gleanery.flow.house import House
from gleanery.flow.recorded import exports, working
from gleanery.flow.rights import Right
from gleanery.model.runs import Run
from gleanery.web.pages import Pages
from gleanery.web.recorded.filters import EntryFilters, Filters, StatementFilters
from gleanery.web.routes import Routes, Visiting


class StatementsWanted(StatementFilters):
    """The form of an export of statements."""

    form: exporting.Form = exporting.Form.BUNDLE


class EntriesWanted(EntryFilters):
    """The form of an export of the audit log."""

    form: exporting.Form = exporting.Form.BUNDLE


class Exporting:
    """The pages of exports."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def add_to(self, routes: Routes) -> None:
        """Add these pages to the routes of the record."""
        right = Right.EXPORT_RECORD
        routes.page("/record/exports", right, self.list)
        routes.act("/record/exports", right, self.of_statements, does="record.export")
        routes.act("/audit/exports", right, self.of_entries, does="record.export")
        routes.page("/record/exports/{run}/file", right, self.file)
        routes.act("/record/exports/{run}/cancel", right, self.cancel, does="export.cancel")

    def list(self, request: Request, visitor: Visiting) -> Response:
        """The exports that somebody asked for within a day."""
        found = exports.of(self._house, visitor.actor)
        return self._pages.page(
            request,
            "record/exports.html",
            exports=found,
            is_open=_is_open,
            is_any_open=any(map(_is_open, found)),
            lives=exports.LIVES,
        )

    def of_statements(
        self, request: Request, visitor: Visiting, form: Annotated[StatementsWanted, Form()]
    ) -> Response:
        """Export the statements that a page shows, and those on its other pages."""
        return self._begin(visitor, form, form.form)

    def of_entries(
        self, request: Request, visitor: Visiting, form: Annotated[EntriesWanted, Form()]
    ) -> Response:
        """Export the entries of the audit log that a page shows, and those on its other pages."""
        return self._begin(visitor, form, form.form)

    def _begin(self, visitor: Visitor, filters: Filters, form: exporting.Form) -> Response:
        run = begin(self._house, visitor, filters.selection(self._house), form)
        is_there = not _is_open(runs.find(self._house, run.id))
        return RedirectResponse(f"/record/exports/{run.id}/file" if is_there else "/record/exports", 303)

    def file(self, request: Request, visitor: Visiting, run: UUID) -> Response:
        """The file of an export of theirs."""
        try:
            return file_of(self._house, visitor, run)
        except (BadInput, Gone) as error:
            status = 410 if isinstance(error, Gone) else 404
            return self._pages.message(request, status, error.message, remedy=error.remedy)

    def cancel(self, request: Request, visitor: Visiting, run: UUID) -> Response:
        """Stop an export of theirs that is being written."""
        try:
            exports.find(self._house, visitor.actor, run)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        runs.cancel(self._house, run)
        return RedirectResponse("/record/exports", 303)


def _is_open(run: Run) -> bool:
    return run.state in runs.OPEN


def begin(house: House, visitor: Visitor, selection: Selection, form: exporting.Form) -> Run:
    """An export, written already where it is small. Raises: GleaneryError."""
    run = exports.ask(house, visitor.account, selection, form)
    if exports.is_small(house, selection):
        working.work(house, run.id)
    else:
        working.begin(house, run)
    return run


def file_of(house: House, visitor: Visitor, run: UUID) -> Response:
    """The file of an export, to be saved: streamed from the disk. Raises: BadInput, Gone."""
    path, name = exports.file_of(house, visitor.actor, run)
    return FileResponse(path, filename=name, media_type="application/octet-stream")

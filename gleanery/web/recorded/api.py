"""The record for programs: what the desk shows and does. xAPI itself is at /xapi, with keys of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import HTTPException, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from gleanery.errors import BadInput, Gone
from gleanery.flow import exporting, runs
from gleanery.flow.house import House
from gleanery.flow.record import STORE
from gleanery.flow.recorded import exports, statements
from gleanery.flow.recorded.telling import as_received
from gleanery.flow.rights import Right
from gleanery.model.runs import Run
from gleanery.model.searches import SearchedLog
from gleanery.web.given import Given
from gleanery.web.recorded.exporting import begin, file_of
from gleanery.web.recorded.filters import MAX_SEQ, EntryFilters, StatementFilters
from gleanery.web.routes import Routes, Visiting


class StatementTold(BaseModel):
    """A statement as it was received, with what the store added. `voided`: it was taken back."""

    seq: int
    id: UUID
    stored: datetime
    voided: bool
    version: str
    authority: dict[str, Any]
    statement: dict[str, Any]


class StatementPage(BaseModel):
    """Statements, newest first; `next` is the `after` of the next page. More than 10,000 are not counted."""

    items: list[StatementTold]
    next: str | None
    total: int | None


class StatementShown(BaseModel):
    """One statement with its place in the chain. `statement` is missing where its content was erased."""

    seq: int
    id: UUID
    stored: datetime
    erased: bool
    voided: bool
    hash: str
    previous: str
    follows: bool
    checkpoint: int | None
    checkpoint_met: bool | None
    checkpoint_elsewhere: bool
    about: list[UUID]
    statement: dict[str, Any] | None


class ExportAsked(Given):
    """What to export: a log, its filters, and the form."""

    log: SearchedLog
    form: exporting.Form = exporting.Form.BUNDLE
    statements: StatementFilters = Field(default_factory=StatementFilters)
    entries: EntryFilters = Field(default_factory=EntryFilters)


class RunTold(BaseModel):
    """How longer work goes: `done` of `total`, in words; its file, where it makes one, is at `file`."""

    id: UUID
    kind: str
    state: str
    done: int
    total: int | None
    words: str
    made_at: datetime
    ended_at: datetime | None
    file: str | None = None


class RunPage(BaseModel):
    """Runs, newest first."""

    items: list[RunTold]
    next: None = None
    total: int


class Asked(StatementFilters):
    """The filters of a page, how many statements it has, and the statement it goes on after."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    after: Annotated[int | None, Query(ge=1, le=MAX_SEQ)] = None


class RecordApi:
    """The addresses of the record."""

    def __init__(self, house: House) -> None:
        self._house = house

    def add_to(self, routes: Routes) -> None:
        """Add these addresses to the routes of the record."""
        see, export = Right.SEE_RECORD, Right.EXPORT_RECORD
        routes.api("GET", "/statements", see, self.statements, response_model=StatementPage)
        routes.api(
            "GET",
            "/statements/{statement}",
            see,
            self.statement,
            response_model=StatementShown,
            errors=(404,),
        )
        routes.api("GET", "/exports", export, self.exports, response_model=RunPage)
        routes.api(
            "POST", "/exports", export, self.export, does="record.export", status_code=201,
            response_model=RunTold, errors=(503,),
        )  # fmt: skip
        routes.api("GET", "/exports/{run}", export, self.one_export, response_model=RunTold, errors=(404,))
        routes.api(
            "GET", "/exports/{run}/file", export, self.file, errors=(404, 410), response_class=Response
        )
        routes.api(
            "DELETE", "/exports/{run}", export, self.cancel, does="export.cancel", response_model=RunTold,
            errors=(404,),
        )  # fmt: skip

    def statements(self, visitor: Visiting, asked: Annotated[Asked, Query()]) -> StatementPage:
        """The statements that match all filters, newest first."""
        selection = asked.selection(self._house)
        found = statements.find(
            self._house, visitor.account, selection, before=asked.after, limit=asked.limit
        )
        total = statements.count(self._house, selection)
        return StatementPage(
            items=[StatementTold(**as_received(one)) for one in found.stored],
            next=str(found.next) if found.next else None,
            total=total if total <= statements.MOST_COUNTED else None,
        )

    def statement(
        self, visitor: Visiting, statement: UUID, store: Annotated[str, Query(max_length=200)] = STORE
    ) -> StatementShown:
        """One statement, and what vouches for it."""
        try:
            found = statements.show(self._house, visitor.account, store, statement)
        except BadInput as error:
            raise HTTPException(404, error.message) from error
        stands, proof = found.standing, found.proof
        return StatementShown(
            seq=stands.seq,
            id=stands.id,
            stored=stands.stored,
            erased=stands.is_erased,
            voided=found.is_voided,
            hash=stands.hash.hex(),
            previous=stands.previous.hex(),
            follows=stands.follows,
            checkpoint=proof.checkpoint.seq if proof else None,
            checkpoint_met=proof.is_met if proof else None,
            checkpoint_elsewhere=bool(proof and proof.is_elsewhere),
            about=[one.id for one in found.refers],
            statement=as_received(found.stored)["statement"] if found.stored else None,
        )

    def exports(self, visitor: Visiting) -> RunPage:
        """The exports of a day that are this account's."""
        found = [run_told(one) for one in exports.of(self._house, visitor.actor, 200)]
        return RunPage(items=found, total=len(found))

    def export(self, visitor: Visiting, asked: ExportAsked) -> RunTold:
        """Export what matches; a small one is written when this answers."""
        filters = asked.entries if asked.log is SearchedLog.AUDIT else asked.statements
        run = begin(self._house, visitor, filters.selection(self._house), asked.form)
        return run_told(runs.find(self._house, run.id))

    def one_export(self, visitor: Visiting, run: UUID) -> RunTold:
        """How an export of this account goes."""
        return run_told(self._export(visitor.actor, run))

    def file(self, visitor: Visiting, run: UUID) -> Response:
        """The file of an export of this account."""
        try:
            return file_of(self._house, visitor, run)
        except Gone as error:
            raise HTTPException(410, error.message) from error
        except BadInput as error:
            raise HTTPException(404, error.message) from error

    def cancel(self, visitor: Visiting, run: UUID) -> RunTold:
        """Stop an export of this account."""
        return run_told(runs.cancel(self._house, self._export(visitor.actor, run).id))

    def _export(self, actor: str, run: UUID) -> Run:
        try:
            return exports.find(self._house, actor, run)
        except BadInput as error:
            raise HTTPException(404, error.message) from error


def run_told(run: Run) -> RunTold:
    """A run as the API tells it."""
    is_file = run.kind == exports.KIND and run.state.value == "done"
    return RunTold(
        **run.model_dump(include={"id", "kind", "state", "done", "total", "words", "made_at", "ended_at"}),
        file=f"/api/exports/{run.id}/file" if is_file else None,
    )

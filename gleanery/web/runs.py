"""What is under way: the part of a page that every desk can show, with a way to stop it; and the API of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow import readings, runs, watching
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.drafts import TRY
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.runs import Run, RunState
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_


@dataclass(frozen=True)
class Told:
    """What is said of a kind of runs: its words, who sees it, who may stop it (None: it would begin anew)."""

    words: str
    see: Right
    stop: Right | None = None


KINDS: Mapping[str, Told] = {
    readings.KIND: Told(N_("Reading %(subject)s"), Right.SEE_SOURCES, Right.MANAGE_SOURCES),
    watching.SCREEN: Told(N_("Screening what came in"), Right.SEE_QUEUE),
    watching.DELIVER: Told(N_("Delivering to %(subject)s"), Right.SEE_DESTINATIONS),
    TRY: Told(N_("Trying out what would come"), Right.MANAGE_SOURCES, Right.MANAGE_SOURCES),
}
"""Runs that everybody sees who may; any other is shown to whoever asked for it, and stopped by nobody else."""


class Running(BaseModel):
    """A piece of longer work: how far it is, and how it ended. `total` null: nobody knows how much it will be."""

    id: UUID
    kind: str
    subject: str = Field(description="On what it works: a source's name, say.")
    state: RunState
    done: int
    total: int | None
    words: str
    made_at: datetime
    ended_at: datetime | None
    may_stop: bool = Field(description="Whether you may stop it.")


class RunList(BaseModel):
    """The runs that wait or work, oldest first."""

    items: list[Running]
    next: None = None
    total: int


@dataclass(frozen=True)
class Row:
    """A run as a page shows it; `label` is translated there. `is_silent`: its worker gave no word for a while."""

    run: Run
    label: str
    may_stop: bool
    is_silent: bool


def shown(found: Sequence[Run], visitor: Visitor, now: datetime) -> list[Row]:
    """Those of the runs that this visitor sees."""
    return [
        Row(run, _label(run), _may_stop(run, visitor), run.seen_at < now - runs.SILENT)
        for run in found
        if _sees(run, visitor)
    ]


def _label(run: Run) -> str:
    return KINDS[run.kind].words if run.kind in KINDS else ""


def _sees(run: Run, visitor: Visitor) -> bool:
    if run.kind in KINDS:
        return visitor.may(KINDS[run.kind].see)
    return run.by in (visitor.actor, visitor.account)


def _may_stop(run: Run, visitor: Visitor) -> bool:
    if run.state not in runs.OPEN or run.cancel_asked_at is not None:
        return False
    if run.kind in KINDS:
        stop = KINDS[run.kind].stop
        return stop is not None and visitor.may(stop)
    return run.by in (visitor.actor, visitor.account)


def _running(run: Run, visitor: Visitor) -> Running:
    told = run.model_dump(exclude={"by", "task", "seen_at", "cancel_asked_at"})
    return Running(**told, may_stop=_may_stop(run, visitor))


class RunsDesk:
    """The part that is polled, and the addresses of the API."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def router(self) -> APIRouter:
        """The routes of runs."""
        routes = Routes("runs")
        routes.page("/runs", Right.OWN, self.page)
        routes.act("/runs/{run}/cancel", Right.OWN, self.cancel, does="run.cancel")
        routes.api("GET", "/runs", Right.OWN, self.api_list, response_model=RunList)
        routes.api("GET", "/runs/{run}", Right.OWN, self.api_one, response_model=Running, errors=(404,))
        routes.api(
            "POST", "/runs/{run}/cancel", Right.OWN, self.api_cancel, does="run.cancel",
            response_model=Running, errors=(404, 409),
        )  # fmt: skip
        return routes.router

    def page(self, request: Request, visitor: Visiting) -> Response:
        """What is under way, as a page of its own and as the part that others show."""
        found = shown(runs.under_way(self._house), visitor, self._house.now())
        return self._pages.page(request, "under_way.html", runs=found)

    def cancel(self, visitor: Visiting, run: UUID) -> Response:
        """Ask a run to stop, and look again."""
        self._cancelled(visitor, run)
        return RedirectResponse("/runs", 303)

    def api_list(
        self,
        visitor: Visiting,
        kind: Annotated[str, Query(max_length=60, description="Only of this kind.")] = "",
    ) -> RunList:
        """The runs that wait or work."""
        found = runs.under_way(self._house, *filter(None, [kind]))
        items = [_running(run, visitor) for run in found if _sees(run, visitor)]
        return RunList(items=items, total=len(items))

    def api_one(self, visitor: Visiting, run: UUID) -> Running:
        """One run, also for a week after it ended."""
        return _running(self._known(visitor, run), visitor)

    def api_cancel(self, visitor: Visiting, run: UUID) -> Running:
        """Ask a run to stop; what was done until then stands."""
        return _running(self._cancelled(visitor, run), visitor)

    def _cancelled(self, visitor: Visitor, run_id: UUID) -> Run:
        run = self._known(visitor, run_id)
        if run.state in runs.OPEN and run.cancel_asked_at is None and not _may_stop(run, visitor):
            raise HTTPException(403, "Your account may not stop this, or it would begin anew by itself.")
        return runs.cancel(self._house, run_id, visitor.actor)

    def _known(self, visitor: Visitor, run_id: UUID) -> Run:
        """A run that this visitor may see. Raises: HTTPException 404."""
        try:
            run = runs.find(self._house, run_id)
        except BadInput as error:
            raise HTTPException(404, error.message) from error
        if not _sees(run, visitor):
            raise HTTPException(404, "There is no such run.")
        return run


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of runs."""
    return RunsDesk(house, pages).router()

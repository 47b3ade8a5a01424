"""What the player on an item's page reports while something is played."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from gleanery.flow.house import House
from gleanery.flow.learners import watching
from gleanery.flow.learners.arriving import NoVisit, VisitOver
from gleanery.flow.learners.showing import look
from gleanery.web import words
from gleanery.web.given import Given
from gleanery.web.learn.visiting import Visiting
from gleanery.web.routes import Routes
from gleanery.web.words import N_, gettext

Seconds = Annotated[float, Field(ge=0, le=10 * watching.LONGEST, allow_inf_nan=False)]
DONE = N_("You watched enough of it: done. Your course will know in a moment.")


class Told(Given):
    """A report of the player; `number` counts those of one page."""

    number: int = Field(ge=0, le=10**9)
    did: Literal["ready", "played", "goes", "paused", "seeked", "ended"]
    time: Seconds
    length: Annotated[float, Field(gt=0, le=10 * watching.LONGEST, allow_inf_nan=False)]
    segments: list[tuple[Seconds, Seconds]] = Field(default=[], max_length=watching.MOST_SEGMENTS)
    left: Seconds | None = None


class PlayerReports:
    """Takes in what players tell."""

    def __init__(self, house: House, visiting: Visiting) -> None:
        self._house, self._visiting = house, visiting

    def declare(self, routes: Routes) -> None:
        """The one address."""
        routes.act("/learn/v/{visit}/played/{item}", None, self.played, does="visit.report")

    def played(self, request: Request, visit: UUID, item: UUID, told: Annotated[Told, Body()]) -> Response:
        """What counts of what was played."""
        try:
            guest = self._visiting.guest(request, visit)
            doing = look(self._house, guest.visit, item).doing
        except (NoVisit, VisitOver):
            doing = None
        if doing is None:
            return JSONResponse({}, 404)
        report = watching.Report(told.did, told.time, told.length, told.segments, told.left)
        heard = watching.report(doing, report)
        with words.speaking(getattr(request.state, "language", None) or "en"):
            answer: dict[str, Any] = {
                "progress": heard.progress,
                "percent": words.percent(heard.progress),
                "told": gettext(DONE) if heard.newly else "",
            }
        return JSONResponse(answer)

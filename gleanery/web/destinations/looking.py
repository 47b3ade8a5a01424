"""What a destination's page says of what would be delivered and what became of our entries; the same for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import ConfigError, GleaneryError
from gleanery.flow.destinations import comparing, planning, reading_back
from gleanery.flow.destinations.comparing import Comparison
from gleanery.flow.destinations.planning import Plan
from gleanery.flow.destinations.reading_back import ReadBack
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.routes import Routes, Visiting

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
_SEE, _MANAGE = Right.SEE_DESTINATIONS, Right.MANAGE_DESTINATIONS
PLANNED = 20
"""Steps of a plan that the page shows."""


@dataclass(frozen=True)
class Seen:
    """What the page of a destination shows besides how it stands."""

    plan: Plan | None
    comparison: Comparison | None
    can_compare: bool
    is_asked: bool
    read_back: ReadBack | None


def seen(house: House, name: str) -> Seen:
    """What is known without asking the destination; an adapter that cannot be used can do nothing."""
    try:
        can = comparing.can_compare(house, name)
    except GleaneryError:
        return Seen(None, None, False, False, None)
    return Seen(
        plan=planning.plan(house, name, limit=PLANNED),
        comparison=comparing.last(house, name),
        can_compare=can,
        is_asked=comparing.is_asked(house, name),
        read_back=reading_back.last(house, name),
    )


class StepShape(BaseModel):
    """One thing that would be done; `waits` null: now."""

    thing: UUID
    title: str
    is_collection: bool
    does: str
    waits: str | None
    until: datetime | None
    reason: str
    url: str | None


class PlanShape(BaseModel):
    """What delivering there would do, in order; `counts` of all steps, by what is done or why it waits."""

    destination: str
    adapter: str
    is_file: bool
    counts: dict[str, int]
    rests_until: datetime | None
    error: str
    steps: list[StepShape]
    is_cut: bool


class DifferenceShape(BaseModel):
    """An entry that is not as it was left."""

    stands: str
    remote_id: str
    thing: UUID | None
    title: str
    url: str | None
    note: str
    is_accepted: bool


class ComparisonShape(BaseModel):
    """What the last comparison found."""

    destination: str
    at: datetime
    counts: dict[str, int]
    error: str
    remedy: str
    differences: list[DifferenceShape]


class Done(BaseModel):
    """How many entries it was done for."""

    number: int


class LookingDesk:
    """The forms of the page and the addresses of the API."""

    def __init__(self, house: House) -> None:
        self._house = house

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, one = Routes("destinations"), "/destinations/{name}"
        routes.act(f"{one}/compare", _MANAGE, self.ask, does="destination.compare")
        routes.act(f"{one}/redeliver", _MANAGE, self.redeliver, does="destination.redeliver")
        routes.act(f"{one}/accept", _MANAGE, self.accept, does="destination.accept")
        routes.api("GET", f"{one}/plan", _SEE, self.plan, errors=(404,), response_model=PlanShape)
        routes.api(
            "GET", f"{one}/comparison", _SEE, self.comparison, errors=(404,), response_model=ComparisonShape
        )
        routes.api(
            "POST", f"{one}/compare", _MANAGE, self.ask_api, does="destination.compare", status_code=202,
            errors=(404,),
        )  # fmt: skip
        for path, endpoint in (("redeliver", self.redeliver_api), ("accept", self.accept_api)):
            routes.api(
                "POST", f"{one}/{path}", _MANAGE, endpoint, does=f"destination.{path}", errors=(404,),
                response_model=Done,
            )  # fmt: skip
        return routes.router

    # ------------------------------------------------------------------ the page

    def ask(self, visitor: Visiting, name: Name) -> Response:
        """Have the worker compare; the page says when it has."""
        comparing.ask(self._house, visitor.account, self._known(name))
        return RedirectResponse(f"/destinations/{name}#entries", 303)

    def redeliver(self, visitor: Visiting, name: Name) -> Response:
        """Owe again what is gone or edited."""
        comparing.redeliver(self._house, visitor.account, self._known(name))
        return RedirectResponse(f"/destinations/{name}#plan", 303)

    def accept(self, visitor: Visiting, name: Name) -> Response:
        """Leave it as it is there."""
        comparing.accept(self._house, visitor.account, self._known(name))
        return RedirectResponse(f"/destinations/{name}#entries", 303)

    # ------------------------------------------------------------------ for programs

    def plan(self, name: Name, limit: Annotated[int, Query(ge=1, le=1_000)] = 200) -> PlanShape:
        """What delivering would do; nothing is written and the destination is not asked."""
        made = planning.plan(self._house, self._known(name), limit=limit)
        return PlanShape.model_validate(made, from_attributes=True)

    def comparison(self, name: Name) -> ComparisonShape:
        """What the last comparison found."""
        found = comparing.last(self._house, self._known(name))
        if found is None:
            raise HTTPException(404, f"{name} was not compared yet.")
        return ComparisonShape.model_validate(found, from_attributes=True)

    def ask_api(self, visitor: Visiting, name: Name) -> Response:
        """Have the worker compare."""
        comparing.ask(self._house, visitor.account, self._known(name))
        return Response(status_code=202)

    def redeliver_api(self, visitor: Visiting, name: Name) -> Done:
        """Owe again what the last comparison found gone or edited."""
        return Done(number=comparing.redeliver(self._house, visitor.account, self._known(name)))

    def accept_api(self, visitor: Visiting, name: Name) -> Done:
        """Leave what the last comparison found as it is there."""
        return Done(number=comparing.accept(self._house, visitor.account, self._known(name)))

    def _known(self, name: str) -> str:
        try:
            return self._house.config.destination(name).name
        except ConfigError as error:
            raise HTTPException(404, error.message) from error

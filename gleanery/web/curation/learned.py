"""What was learned from decisions: for each goal from how many, which ones, which words speak, and how good it is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.learning import emptying, fitting, showing
from gleanery.flow.rights import Right
from gleanery.web.curation.drawing import Plot, plot_of
from gleanery.web.curation.learned_shapes import GoalShape, GoalsShape, RefitShape
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

PATH = "/curation/learned"
_SEE, _MANAGE = Right.SEE_QUEUE, Right.MANAGE_CURATION

WHYS = {
    "first": N_("to begin with"),
    "decisions": N_("there were new decisions"),
    "changed": N_("the goal or the trainer changed"),
    "gone": N_("something it had learned from was gone"),
    "asked": N_("somebody asked for it"),
}
"""Why a version was made."""

EMPTIED = {
    "gone": N_("its words are gone: a text it had learned from is"),
    "deleted": N_("its words were deleted"),
    "old": N_("its words are gone: it is too old"),
}
"""Why a version has no words any more."""

KINDS = {
    "none": N_("Nobody decided yet on anything that may be learned from: the goal's own words rate alone."),
    "wanted": N_(
        "So far everything was approved. Until something is rejected, nobody can say how good this is."
    ),
    "unwanted": N_(
        "So far everything was rejected. Until something is approved, nobody can say how good this is."
    ),
}
"""What is said where the decisions are not of both kinds."""


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the pages and of the API."""
    desk, api, routes = LearnedDesk(house, pages), LearnedApi(house), Routes("curation")
    one, below = f"{PATH}/{{goal}}", "/learned/{goal}"
    routes.page(PATH, _SEE, desk.overview)
    routes.page(one, _SEE, desk.show)
    routes.act(f"{one}/refit", _MANAGE, desk.refit, does="model.refit")
    routes.act(f"{one}/delete", _MANAGE, desk.delete, does="model.delete")
    routes.act(f"{one}/on", _MANAGE, desk.on, does="model.switch-on")
    routes.act(f"{one}/off", _MANAGE, desk.off, does="model.switch-off")
    routes.api("GET", "/learned", _SEE, api.list, response_model=GoalsShape)
    routes.api("GET", below, _SEE, api.show, errors=(404,), response_model=GoalShape)
    routes.api(
        "POST",
        f"{below}/refit",
        _MANAGE,
        api.refit,
        does="model.refit",
        errors=(404,),
        response_model=RefitShape,
    )
    routes.api("DELETE", below, _MANAGE, api.delete, does="model.delete", errors=(404,), status_code=204)
    routes.api("POST", f"{below}/on", _MANAGE, api.on, does="model.switch-on", errors=(404,), status_code=204)
    routes.api(
        "POST", f"{below}/off", _MANAGE, api.off, does="model.switch-off", errors=(404,), status_code=204
    )
    return routes.router


def _known(house: House, goal: str) -> None:
    """Raises: HTTPException 404 for a goal there is none of."""
    try:
        showing.goal_named(house, goal)
    except BadInput as error:
        raise HTTPException(404, error.message) from error


def refit(house: House, goal: str, visitor: Visitor) -> bool:
    """Have a goal's model fitted now; False where it is off or a worker is at it."""
    with house.store.write() as session:
        actor = f"person:{house.person(session, visitor.account)}"
    return fitting.refit(house, showing.goal_named(house, goal), actor)


class LearnedDesk:
    """The pages."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def overview(self, request: Request) -> Response:
        """Each goal with what was learned for it."""
        return self._pages.page(
            request, "curation/learned.html", goals=showing.overview(self._house), kinds=KINDS
        )

    def show(self, request: Request, goal: str) -> Response:
        """One goal: words, decisions, how good it is, what changed, and its versions."""
        return self._page(request, goal)

    def _page(self, request: Request, goal: str, problem: str = "") -> Response:
        _known(self._house, goal)
        told = showing.detail(self._house, goal)
        return self._pages.page(
            request, "curation/learned_goal.html", status=409 if problem else 200, one=told, plot=self._plot(told),
            whys=WHYS, emptied=EMPTIED, kinds=KINDS, problem=problem, path=f"{PATH}/{goal}",
        )  # fmt: skip

    def _plot(self, told: showing.GoalDetail) -> Plot | None:
        version = told.learned.version
        return plot_of(version.measures["bins"]) if version is not None and version.measures else None

    def refit(self, request: Request, visitor: Visiting, goal: str) -> Response:
        """Fit it again now."""
        _known(self._house, goal)
        if not refit(self._house, goal, visitor):
            return self._page(request, goal, BUSY)
        return RedirectResponse(f"{PATH}/{goal}", 303)

    def delete(self, visitor: Visiting, goal: str) -> Response:
        """Delete what was learned; the decisions stay."""
        _known(self._house, goal)
        emptying.remove(self._house, goal, visitor.account)
        return RedirectResponse(f"{PATH}/{goal}", 303)

    def on(self, request: Request, visitor: Visiting, goal: str) -> Response:
        """Learn for this goal."""
        return self._switch(request, visitor, goal, on=True)

    def off(self, request: Request, visitor: Visiting, goal: str) -> Response:
        """Learn nothing for this goal."""
        return self._switch(request, visitor, goal, on=False)

    def _switch(self, request: Request, visitor: Visitor, goal: str, *, on: bool) -> Response:
        _known(self._house, goal)
        try:
            emptying.switch(self._house, goal, visitor.account, on=on)
        except BadInput as error:
            return self._page(request, goal, error.message)
        return RedirectResponse(f"{PATH}/{goal}", 303)


BUSY = N_("It could not be fitted just now: a worker is at it, or nothing is to be learned for this goal.")


class LearnedApi:
    """/api/learned: the same for programs."""

    def __init__(self, house: House) -> None:
        self._house = house

    def list(self) -> GoalsShape:
        """Every goal with what was learned for it."""
        return GoalsShape.of(showing.overview(self._house))

    def show(self, goal: str) -> GoalShape:
        """All about what was learned for one goal."""
        _known(self._house, goal)
        return GoalShape.whole(showing.detail(self._house, goal))

    def refit(self, visitor: Visiting, goal: str) -> RefitShape:
        """Fit it again now."""
        _known(self._house, goal)
        return RefitShape(fitted=refit(self._house, goal, visitor))

    def delete(self, visitor: Visiting, goal: str) -> None:
        """Delete what was learned and learn nothing more for this goal; the decisions stay."""
        _known(self._house, goal)
        emptying.remove(self._house, goal, visitor.account)

    def on(self, visitor: Visiting, goal: str) -> None:
        """Learn for this goal."""
        _known(self._house, goal)
        emptying.switch(self._house, goal, visitor.account, on=True)

    def off(self, visitor: Visiting, goal: str) -> None:
        """Learn nothing for this goal."""
        _known(self._house, goal)
        emptying.switch(self._house, goal, visitor.account, on=False)

"""/learners: what learners say, the questions of items, and the scores that gradebooks are owed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, ConfigError
from gleanery.flow.collections import showing
from gleanery.flow.house import House
from gleanery.flow.learners import asking, noting, scoring
from gleanery.flow.learners.asking import Wanted
from gleanery.flow.learners.noting import NoNote
from gleanery.flow.learners.scoring import NoScore
from gleanery.flow.rights import Right
from gleanery.model.destinations import DeliveryState
from gleanery.model.learners import NoteKind, QuestionKind
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.learn.item import REASONS
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

PER_PAGE = 50
SAID = {
    "settled": N_("It is settled."),
    "set": N_("The question is asked from now on."),
    "removed": N_("Nothing is asked there any more."),
    "retried": N_("It is tried again now."),
}
"""What was just done, by its name in the address."""

NOTES = {
    NoteKind.REPORT: N_("Something is wrong"),
    NoteKind.LINK: N_("A link"),
    NoteKind.QUESTION: N_("A question"),
}
STATES = {
    DeliveryState.OWED: N_("On their way"),
    DeliveryState.DEAD: N_("Given up"),
    DeliveryState.DELIVERED: N_("Arrived"),
}
PROGRESS = {"started": N_("begun"), "in-progress": N_("under way"), "completed": N_("completed")}


class Look(BaseModel):
    """Which list, from where on, and what was just done."""

    settled: bool = False
    after: str = Field(default="", max_length=80)
    said: str = Field(default="", max_length=20)


class ScoreLook(BaseModel):
    """Which scores, from where on, and what was just done."""

    state: DeliveryState = DeliveryState.OWED
    destination: str = Field(default="", max_length=63)
    after: str = Field(default="", max_length=80)
    said: str = Field(default="", max_length=20)


async def _typed(request: Request) -> FormData:
    return await request.form(max_files=0)


Typed = Annotated[FormData, Depends(_typed)]
Back = Annotated[str, Form(max_length=40)]


class LearnersDesk:
    """The desk of learners."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """Every page and form with its policy."""
        see, edits, item = Right.SEE_QUEUE, Right.EDIT_ITEMS, "/learners/items/{item}"
        routes.page("/learners", see, self.notes)
        routes.act("/learners/notes/{note}/settle", edits, self.settle, does="learner-note.settle")
        routes.page(item, see, self.item)
        routes.act(f"{item}/question", edits, self.put_question, does="item.set-question")
        routes.act(f"{item}/question/remove", edits, self.remove_question, does="item.remove-question")
        routes.page("/learners/scores", Right.SEE_DESTINATIONS, self.scores)
        manage = Right.MANAGE_DESTINATIONS
        routes.act("/learners/scores/retry", manage, self.retry_all, does="score.retry-all")
        routes.act("/learners/scores/{score}/retry", manage, self.retry, does="score.retry")

    # ------------------------------------------------------------------ what they say

    def notes(self, request: Request, visitor: Visiting, look: Annotated[Look, Query()]) -> Response:
        """What learners reported, suggested and asked."""
        found = noting.listed(self._house, settled=look.settled, after=cursor(look.after), limit=PER_PAGE + 1)
        more = cursor_of(found[PER_PAGE - 1].at, found[PER_PAGE - 1].id) if len(found) > PER_PAGE else None
        titles = showing.titles(self._house, [one.item_id for one in found if one.item_id is not None])
        return self._page(
            request, "notes", look=look, notes=found[:PER_PAGE], more=more, titles=titles,
            may_edit=visitor.may(Right.EDIT_ITEMS), said=SAID.get(look.said),
        )  # fmt: skip

    def settle(self, visitor: Visiting, note: UUID, back: Back = "") -> Response:
        """Somebody took care of it."""
        try:
            noting.settle(self._house, visitor.account, note)
        except NoNote:
            raise HTTPException(404) from None
        place = f"/learners/items/{back}" if _is_id(back) else "/learners"
        return RedirectResponse(f"{place}?said=settled", 303)

    def _page(self, request: Request, template: str, **values: Any) -> Response:
        told = {"kinds": NOTES, "reasons": REASONS, "problem": None, "typed": None, **values}
        return self._pages.page(request, f"learn/desk_{template}.html", **told)

    # ------------------------------------------------------------------ one item

    def item(
        self, request: Request, visitor: Visiting, item: UUID, look: Annotated[Look, Query()]
    ) -> Response:
        """What learners do with an item and say of it, and what they are asked at its end."""
        return self._item(request, visitor, item, said=SAID.get(look.said))

    def _item(self, request: Request, visitor: Visiting, item: UUID, **more: Any) -> Response:
        require_item(self._house, item)
        with self._house.store.read() as session:
            use, ratings = noting.use_of(session, item), noting.ratings(session, item)
        values = {"said": None, **more}
        return self._page(
            request, "item", item=item, title=showing.titles(self._house, [item]).get(item) or "", use=use,
            ratings=ratings, question=asking.of_item(self._house, item),
            notes=noting.listed(self._house, item=item), may_edit=visitor.may(Right.EDIT_ITEMS), **values,
        )  # fmt: skip

    def put_question(self, request: Request, visitor: Visiting, item: UUID, typed: Typed) -> Response:
        """Ask a question at the end of an item: a choice, its right answers marked by a star, or a reflection."""
        require_item(self._house, item)
        try:
            asking.put(self._house, visitor.account, str(item), wanted(typed))
        except BadInput as error:
            return self._item(request, visitor, item, problem=error, typed=typed, status=422)
        return RedirectResponse(f"/learners/items/{item}?said=set", 303)

    def remove_question(self, visitor: Visiting, item: UUID) -> Response:
        """Ask nothing there any more."""
        require_item(self._house, item)
        asking.remove(self._house, visitor.account, str(item))
        return RedirectResponse(f"/learners/items/{item}?said=removed", 303)

    # ------------------------------------------------------------------ scores

    def scores(self, request: Request, visitor: Visiting, look: Annotated[ScoreLook, Query()]) -> Response:
        """The scores that gradebooks are owed, that arrived, or that were given up and why."""
        found = scoring.listed(
            self._house, look.state, look.destination or None, after=cursor(look.after), limit=PER_PAGE + 1
        )
        last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
        things = showing.titles(self._house, [one.thing for one in found])
        return self._page(
            request, "scores", look=look, scores=found[:PER_PAGE], states=STATES, progress=PROGRESS,
            more=cursor_of(last.next_try_at, last.id) if last else None, titles=things,
            may_manage=visitor.may(Right.MANAGE_DESTINATIONS), said=SAID.get(look.said),
        )  # fmt: skip

    def retry(
        self, visitor: Visiting, score: UUID, name: Annotated[str, Form(max_length=63)] = ""
    ) -> Response:
        """Try one again now."""
        try:
            scoring.retry(self._house, visitor.account, score)
        except NoScore:
            raise HTTPException(404) from None
        return self._back(name)

    def retry_all(self, visitor: Visiting, name: Annotated[str, Form(max_length=63)] = "") -> Response:
        """Try everything again that was given up, at one destination or at all."""
        try:
            scoring.retry_dead(self._house, visitor.account, name or None)
        except ConfigError:
            raise HTTPException(404) from None
        return self._back(name)

    def _back(self, name: str) -> Response:
        known = name if any(one.name == name for one in self._house.config.destinations) else ""
        return RedirectResponse(f"/learners/scores?said=retried&destination={known}", 303)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def wanted(typed: FormData) -> Wanted:
    """The question of a form: one answer a line, those that are right begin with a star."""
    kind = QuestionKind.REFLECTION if typed.get("kind") == "reflection" else QuestionKind.CHOICE
    lines = [one.strip() for one in str(typed.get("answers") or "").splitlines() if one.strip()]
    right = tuple(place for place, one in enumerate(lines) if one.startswith("*"))
    return Wanted(kind, str(typed.get("words") or ""), tuple(one.lstrip("* ") for one in lines), right)

"""/collections: what is offered together, in which order, to which destinations; and how learners will see it.

Every change is a form of its own and leads back to the builder, which says what was done. So it works without
scripts; with them the answer is blended into the page, and steps can be dragged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.collections import editing, publishing, showing
from gleanery.flow.collections.editing import NoCollection
from gleanery.flow.house import House
from gleanery.flow.items.concepts import find_concepts
from gleanery.flow.rights import Right
from gleanery.model.collections import Aim, Collection, CollectionState
from gleanery.web.collections.forms import (
    AboutForm,
    AimForm,
    Back,
    Chosen,
    Here,
    Moved,
    StepForm,
    about,
)
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.pages import Pages, language_of
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

_SEE, _EDIT = Right.SEE_COLLECTIONS, Right.EDIT_COLLECTIONS
_LISTS: Mapping[str, tuple[CollectionState, ...]] = {
    "in-work": (CollectionState.DRAFT, CollectionState.PUBLISHED),
    "retired": (CollectionState.RETIRED,),
}

DID = {
    "made": N_("The draft is made. Add items, then publish it."),
    "saved": N_("Saved."),
    "undone": N_("The last change is undone."),
    "published": N_("Published. It is brought to its destinations now."),
    "retired": N_("Retired. It is taken back from its destinations."),
}
"""What was just done and is shown, by its name in the address."""


@dataclass(frozen=True)
class Refused:
    """Why a form was refused, and the form."""

    error: GleaneryError
    form: AboutForm | None = None
    step: UUID | None = None
    step_form: StepForm | None = None


class CollectionsDesk:
    """The desk of collections."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def router(self) -> APIRouter:
        """Every page and form with its policy."""
        routes, one = Routes("collections"), "/collections/{collection}"
        step = f"{one}/entries/{{item}}"
        routes.page("/collections", _SEE, self.list)
        routes.page("/collections/new", _EDIT, self.new)
        routes.act("/collections", _EDIT, self.make, does="collection.make")
        routes.page("/collections/choose/{item}", _EDIT, self.choose)
        routes.page(one, _SEE, self.build)
        routes.page(f"{one}/preview", _SEE, self.preview)
        routes.act(f"{one}/about", _EDIT, self.edit, does="collection.edit")
        routes.act(f"{one}/competencies", _EDIT, self.aim, does="collection.edit")
        routes.act(f"{one}/entries", _EDIT, self.add, does="collection.add-item")
        routes.act(step, _EDIT, self.set_step, does="collection.edit-item")
        routes.act(f"{step}/move", _EDIT, self.move, does="collection.move-item")
        routes.act(f"{step}/remove", _EDIT, self.remove, does="collection.remove-item")
        routes.act(f"{one}/undo", _EDIT, self.undo, does="collection.undo")
        routes.act(f"{one}/publish", _EDIT, self.publish, does="collection.publish")
        routes.act(f"{one}/retire", _EDIT, self.retire, does="collection.retire")
        return routes.router

    # ------------------------------------------------------------------ pages

    def list(
        self,
        request: Request,
        show: Annotated[str, Query(pattern="^(in-work|retired)$")] = "in-work",
        after: Annotated[str, Query(max_length=80)] = "",
    ) -> Response:
        """The collections, the last changed first."""
        rows = showing.listed(self._house, _LISTS[show], after=cursor(after), limit=showing.PER_PAGE + 1)
        more = (
            cursor_of(rows[showing.PER_PAGE - 1].changed_at, rows[showing.PER_PAGE - 1].id)
            if len(rows) > showing.PER_PAGE
            else None
        )
        shown = rows[: showing.PER_PAGE]
        return self._pages.page(
            request, "collections/list.html", rows=shown, show=show, more=more, is_first=not after
        )

    def new(self, request: Request, item: UUID | None = None) -> Response:
        """The form of a new collection."""
        return self._new(request, AboutForm(), item)

    def _new(
        self, request: Request, form: AboutForm, item: UUID | None, problem: GleaneryError | None = None
    ) -> Response:
        return self._pages.page(
            request, "collections/new.html", status=422 if problem else 200, form=form, item=item,
            problem=problem, **self._choices(),
        )  # fmt: skip

    def _choices(self) -> dict[str, Any]:
        config = self._house.config
        return {"goals": config.goals, "destinations": config.destinations}

    def choose(self, request: Request, item: UUID) -> Response:
        """To which collection an item is to be added: for the page of the item."""
        title = showing.titles(self._house, [item]).get(item)
        if title is None:
            raise HTTPException(404)
        rows = showing.listed(self._house, limit=200)
        held = {one.id for one in showing.holding(self._house, item)}
        return self._pages.page(
            request, "collections/choose.html", item=item, title=title, rows=rows, held=held
        )

    def build(
        self, request: Request, visitor: Visiting, collection: UUID, here: Annotated[Here, Query()]
    ) -> Response:
        """The builder of one collection."""
        return self._build(request, visitor, collection, here)

    def _build(
        self, request: Request, visitor: Visitor, collection: UUID, here: Here, refused: Refused | None = None
    ) -> Response:
        language = language_of(request, visitor)
        try:
            shown = showing.show(self._house, collection, language)
        except NoCollection:
            raise HTTPException(404) from None
        looked = here.looks or bool(here.find)
        return self._pages.page(
            request, "collections/build.html", status=_status(refused),
            shown=shown, here=here, may_edit=visitor.may(_EDIT), refused=refused,
            form=(refused.form if refused else None) or about(shown.content, shown.revision),
            said=DID.get(here.did), moved=_moved(shown, here),
            found=showing.candidates(self._house, here.find) if looked else None,
            concepts=find_concepts(self._house, here.competency, language, 10) if here.competency else (),
            titles=self._titles(shown),
            **self._choices(),
        )  # fmt: skip

    def _titles(self, shown: showing.Shown) -> dict[UUID, str]:
        """By item: the titles of those in it, and of those that were taken out since a delivery."""
        titles = {one.step.item: one.row.title for one in shown.steps if one.row is not None}
        gone = {item for place in shown.places for item in place.changes.removed} - titles.keys()
        return titles | (showing.titles(self._house, sorted(gone)) if gone else {})

    def preview(self, request: Request, visitor: Visiting, collection: UUID) -> Response:
        """The collection as a learner will see it, without the desk around it."""
        try:
            told = showing.preview(self._house, collection, language_of(request, visitor))
            size = len(showing.show(self._house, collection).steps)
        except NoCollection:
            raise HTTPException(404) from None
        goals = {goal.name: goal.title for goal in self._house.config.goals}
        return self._pages.page(
            request, "collections/preview.html", told=told, left_out=size - len(told.steps), goals=goals
        )

    # ------------------------------------------------------------------ forms

    def make(
        self,
        request: Request,
        visitor: Visiting,
        form: Annotated[AboutForm, Form()],
        item: Annotated[UUID | None, Query()] = None,
    ) -> Response:
        """Make a draft, with a first item where one was chosen."""
        steps = [{"item": item}] if item else []
        try:
            content = editing.checked_content({**form.values(), "steps": steps})
            made = editing.make(self._house, visitor.account, content)
        except GleaneryError as error:
            return self._new(request, form, item, error)
        return RedirectResponse(f"/collections/{made.id}?did=made&looks=true", 303)

    def edit(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[AboutForm, Form()]
    ) -> Response:
        """Save the words, aims, due date and destinations."""
        try:
            self._known(editing.edit, visitor, collection, form.values(), form.seen)
        except GleaneryError as error:
            return self._build(request, visitor, collection, Here(), Refused(error, form=form))
        return RedirectResponse(f"/collections/{collection}?did=saved", 303)

    def aim(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[AimForm, Form()]
    ) -> Response:
        """Add a competency, or take one away."""
        try:
            aim = Aim(framework=form.framework, concept=form.concept)
            now = showing.show(self._house, collection).content.competencies
            wanted = [one for one in now if one != aim] + ([] if form.away else [aim])
            values = {"competencies": [one.model_dump() for one in wanted]}
            self._known(editing.edit, visitor, collection, values, form.seen)
        except GleaneryError as error:
            return self._back(request, visitor, collection, form, error)
        return RedirectResponse(f"/collections/{collection}?did=saved", 303)

    def add(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[Chosen, Form()]
    ) -> Response:
        """Put an approved item at the end."""
        return self._small(request, visitor, collection, form, "added", editing.add, form.chosen)

    def set_step(
        self,
        request: Request,
        visitor: Visiting,
        collection: UUID,
        item: UUID,
        form: Annotated[StepForm, Form()],
    ) -> Response:
        """Save the note, the duty and the due date of an item."""
        try:
            step = {"item": item, **form.values()}
            self._known(editing.set_step, visitor, collection, step, form.seen)
        except GleaneryError as error:
            refused = Refused(error, step=item, step_form=form)
            return self._build(request, visitor, collection, Here(), refused)
        return RedirectResponse(f"/collections/{collection}?did=step&item={item}#step-{item}", 303)

    def move(
        self,
        request: Request,
        visitor: Visiting,
        collection: UUID,
        item: UUID,
        form: Annotated[Moved, Form()],
    ) -> Response:
        """Put an item into another place."""
        return self._small(
            request, visitor, collection, form, "moved", editing.move, item, max(0, form.to - 1)
        )

    def remove(
        self, request: Request, visitor: Visiting, collection: UUID, item: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Take an item out."""
        return self._small(request, visitor, collection, form, "removed", editing.remove, item)

    def undo(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Take the last change back."""
        try:
            self._known(editing.undo, visitor, collection)
        except GleaneryError as error:
            return self._back(request, visitor, collection, form, error)
        return RedirectResponse(f"/collections/{collection}?{form.after('undone')}", 303)

    def publish(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Have the destinations hold it as it is now."""
        try:
            self._known(publishing.publish, visitor, collection, form.seen)
        except GleaneryError as error:
            return self._back(request, visitor, collection, form, error)
        self._house.wake()
        return RedirectResponse(f"/collections/{collection}?did=published", 303)

    def retire(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Take it back from its destinations."""
        try:
            self._known(publishing.retire, visitor, collection, form.seen)
        except GleaneryError as error:
            return self._back(request, visitor, collection, form, error)
        self._house.wake()
        return RedirectResponse(f"/collections/{collection}?did=retired", 303)

    # ------------------------------------------------------------------ one change

    def _small(
        self,
        request: Request,
        visitor: Visitor,
        collection: UUID,
        form: Back,
        did: str,
        change: Any,
        item: UUID,
        *more: int,
    ) -> Response:
        """A change of one item, and back to where the person was."""
        try:
            self._known(change, visitor, collection, item, *more, form.seen)
        except GleaneryError as error:
            return self._back(request, visitor, collection, form, error)
        return RedirectResponse(f"/collections/{collection}?{form.after(did, item)}", 303)

    def _back(
        self, request: Request, visitor: Visitor, collection: UUID, form: Back, error: GleaneryError
    ) -> Response:
        return self._build(request, visitor, collection, form, Refused(error))

    def _known(self, change: Any, visitor: Visitor, collection: UUID, *values: Any) -> Collection:
        """A change of a collection that exists. Raises: HTTPException 404 for one that does not."""
        try:
            made: Collection = change(self._house, visitor.account, collection, *values)
        except NoCollection:
            raise HTTPException(404) from None
        return made


def _status(refused: Refused | None) -> int:
    return 409 if refused else 200


def _moved(shown: showing.Shown, here: Here) -> dict[str, Any]:
    """What to say aloud of the item that was just moved, added or removed."""
    places = [step.step.item for step in shown.steps]
    place = places.index(here.item) + 1 if here.item in places else None
    return {"did": here.did, "place": place, "of": len(places)}

"""The forms of the builder: each is one change, and leads back to the page, which says what was done.

So they work without scripts; with them the answer is blended into the page, and steps can be dragged.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.collections import editing, publishing, showing
from gleanery.flow.collections.editing import NoCollection
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.collections import Aim, Collection
from gleanery.web.collections.builder import Builder, Refused
from gleanery.web.collections.forms import AboutForm, AimForm, Back, Chosen, Here, Moved, StepForm
from gleanery.web.routes import Routes, Visiting


class Changes:
    """Every change of one collection."""

    def __init__(self, house: House, builder: Builder) -> None:
        self._house, self._builder = house, builder

    def declare(self, routes: Routes) -> None:
        """Every form with its policy."""
        one, edits = "/collections/{collection}", Right.EDIT_COLLECTIONS
        step = f"{one}/entries/{{item}}"
        routes.act(f"{one}/about", edits, self.edit, does="collection.edit")
        routes.act(f"{one}/competencies", edits, self.aim, does="collection.edit")
        routes.act(f"{one}/entries", edits, self.add, does="collection.add-item")
        routes.act(step, edits, self.set_step, does="collection.edit-item")
        routes.act(f"{step}/move", edits, self.move, does="collection.move-item")
        routes.act(f"{step}/remove", edits, self.remove, does="collection.remove-item")
        routes.act(f"{one}/undo", edits, self.undo, does="collection.undo")
        routes.act(f"{one}/publish", edits, self.publish, does="collection.publish")
        routes.act(f"{one}/retire", edits, self.retire, does="collection.retire")

    def edit(
        self, request: Request, visitor: Visiting, collection: UUID, form: Annotated[AboutForm, Form()]
    ) -> Response:
        """Save the words, aims, due date and destinations."""
        try:
            self._known(editing.edit, visitor, collection, form.values(), form.seen)
        except GleaneryError as error:
            return self._builder.show(request, visitor, collection, Here(), Refused(error, form=form))
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
            content = showing.show(self._house, collection).content
            step = {"item": item, **form.values(content, item)}
            self._known(editing.set_step, visitor, collection, step, form.seen)
        except GleaneryError as error:
            refused = Refused(error, step=item, step_form=form)
            return self._builder.show(request, visitor, collection, Here(), refused)
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
        return self._builder.show(request, visitor, collection, form, Refused(error))

    def _known(self, change: Any, visitor: Visitor, collection: UUID, *values: Any) -> Collection:
        """A change of a collection that exists. Raises: HTTPException 404 for one that does not."""
        try:
            made: Collection = change(self._house, visitor.account, collection, *values)
        except NoCollection:
            raise HTTPException(404) from None
        return made

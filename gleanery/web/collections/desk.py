"""/collections: the list, a new draft, to which of them an item is added, and how learners will see one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.collections import editing, showing
from gleanery.flow.collections.editing import NoCollection
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.collections import CollectionState
from gleanery.web.collections.builder import offered
from gleanery.web.collections.forms import AboutForm
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.pages import Pages, language_of
from gleanery.web.routes import Routes, Visiting

_SEE, _EDIT = Right.SEE_COLLECTIONS, Right.EDIT_COLLECTIONS
_LISTS: Mapping[str, tuple[CollectionState, ...]] = {
    "in-work": (CollectionState.DRAFT, CollectionState.PUBLISHED),
    "retired": (CollectionState.RETIRED,),
}


class CollectionsDesk:
    """The pages around the builder."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The pages with their policies, and the form of a new collection."""
        routes.page("/collections", _SEE, self.list)
        routes.page("/collections/new", _EDIT, self.new)
        routes.act("/collections", _EDIT, self.make, does="collection.make")
        routes.page("/collections/choose/{item}", _EDIT, self.choose)
        routes.page("/collections/{collection}/preview", _SEE, self.preview)

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
            problem=problem, **offered(self._house),
        )  # fmt: skip

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

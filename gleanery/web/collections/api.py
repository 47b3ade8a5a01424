"""/api/collections: making, changing, publishing and retiring collections, for programs."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.collections import editing, publishing, showing
from gleanery.flow.collections.editing import NoCollection
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.collections import CollectionState, Content, Due
from gleanery.web.collections.shapes import (
    AboutWanted,
    Added,
    CollectionLine,
    CollectionList,
    CollectionShape,
    LessonShape,
    PlaceWanted,
    PreviewShape,
    Seen,
    StepWanted,
)
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.routes import Routes, Visiting

_SEE, _EDIT = Right.SEE_COLLECTIONS, Right.EDIT_COLLECTIONS


class CollectionsApi:
    """The addresses about collections."""

    def __init__(self, house: House) -> None:
        self._house = house

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, one = Routes("collections"), "/collections/{collection}"
        routes.api("GET", "/collections", _SEE, self.list, response_model=CollectionList)
        routes.api("GET", one, _SEE, self.show, errors=(404,), response_model=CollectionShape)
        routes.api("GET", f"{one}/preview", _SEE, self.preview, errors=(404,), response_model=PreviewShape)
        routes.api(
            "POST", "/collections", _EDIT, self.make, does="collection.make", status_code=201, errors=(409,),
            response_model=CollectionShape,
        )  # fmt: skip
        for method, path, does, endpoint in (
            ("PATCH", "", "collection.edit", self.edit),
            ("POST", "/entries", "collection.add-item", self.add),
            ("PATCH", "/entries/{item}", "collection.edit-item", self.set_step),
            ("POST", "/entries/{item}/move", "collection.move-item", self.move),
            ("DELETE", "/entries/{item}", "collection.remove-item", self.remove),
            ("POST", "/undo", "collection.undo", self.undo),
            ("POST", "/publish", "collection.publish", self.publish),
            ("POST", "/retire", "collection.retire", self.retire),
        ):
            routes.api(
                method, one + path, _EDIT, endpoint, does=does, errors=(404, 409),
                response_model=CollectionShape,
            )  # fmt: skip
        return routes.router

    def list(
        self,
        state: Annotated[list[CollectionState] | None, Query(max_length=3)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[str, Query(max_length=80)] = "",
    ) -> CollectionList:
        """The collections, the last changed first; without `state` those in work or published."""
        states = state or [CollectionState.DRAFT, CollectionState.PUBLISHED]
        rows = showing.listed(self._house, states, after=cursor(after), limit=limit + 1)
        following = cursor_of(rows[limit - 1].changed_at, rows[limit - 1].id) if len(rows) > limit else None
        return CollectionList(items=[CollectionLine.of(row) for row in rows[:limit]], next=following)

    def show(self, collection: UUID) -> CollectionShape:
        """One collection."""
        try:
            return CollectionShape.of(showing.show(self._house, collection))
        except NoCollection:
            raise HTTPException(404) from None

    def preview(self, collection: UUID) -> PreviewShape:
        """One collection as a learner will see it."""
        try:
            told = showing.preview(self._house, collection)
        except NoCollection:
            raise HTTPException(404) from None
        steps = [
            LessonShape(
                item=step.item.id,
                title=step.item.title,
                url=step.url,
                required=step.required,
                note=step.note,
                due=Due(on=step.due_on, days=step.due_days),
                after=step.after,
                attribution=step.item.attribution,
                licence=step.item.licence,
                minutes=step.item.minutes,
            )
            for step in told.steps
        ]
        return PreviewShape(
            title=told.title,
            summary=told.summary,
            objectives=list(told.objectives),
            ordered=told.ordered,
            due=Due(on=told.due_on, days=told.due_days),
            steps=steps,
        )

    def make(self, visitor: Visiting, content: Content) -> CollectionShape:
        """Make a draft."""
        return self.show(editing.make(self._house, visitor.account, content).id)

    def edit(self, visitor: Visiting, collection: UUID, wanted: AboutWanted) -> CollectionShape:
        """Change words, aims, due date or destinations, whichever are given."""
        return self._after(editing.edit, visitor, collection, wanted.values(), wanted.seen)

    def add(self, visitor: Visiting, collection: UUID, wanted: Added) -> CollectionShape:
        """Put an approved item at the end."""
        return self._after(editing.add, visitor, collection, wanted.item, wanted.seen)

    def set_step(
        self, visitor: Visiting, collection: UUID, item: UUID, wanted: StepWanted
    ) -> CollectionShape:
        """Change what is said of an item in the collection."""
        return self._after(editing.set_step, visitor, collection, wanted.values(item), wanted.seen)

    def move(self, visitor: Visiting, collection: UUID, item: UUID, wanted: PlaceWanted) -> CollectionShape:
        """Put an item into another place."""
        return self._after(editing.move, visitor, collection, item, wanted.to - 1, wanted.seen)

    def remove(
        self,
        visitor: Visiting,
        collection: UUID,
        item: UUID,
        seen: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    ) -> CollectionShape:
        """Take an item out."""
        return self._after(editing.remove, visitor, collection, item, seen)

    def undo(self, visitor: Visiting, collection: UUID) -> CollectionShape:
        """Take the last change of the content back."""
        return self._after(editing.undo, visitor, collection)

    def publish(self, visitor: Visiting, collection: UUID, wanted: Seen) -> CollectionShape:
        """Have the destinations hold it as it is now."""
        shape = self._after(publishing.publish, visitor, collection, wanted.seen)
        self._house.wake()
        return shape

    def retire(self, visitor: Visiting, collection: UUID, wanted: Seen) -> CollectionShape:
        """Take it back from its destinations."""
        shape = self._after(publishing.retire, visitor, collection, wanted.seen)
        self._house.wake()
        return shape

    def _after(self, change: Any, visitor: Visitor, collection: UUID, *values: Any) -> CollectionShape:
        """The collection after a change. Raises: HTTPException 404 where there is none."""
        try:
            change(self._house, visitor.account, collection, *values)
        except NoCollection:
            raise HTTPException(404) from None
        return self.show(collection)

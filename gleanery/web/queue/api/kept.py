"""Claims and saved filters for programs: what one looks at just now, and what one looks for often."""

from __future__ import annotations

from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.queue import claims, views
from gleanery.flow.queue.filters import Filter
from gleanery.flow.rights import Right
from gleanery.model.queue import SavedView
from gleanery.web.given import Given
from gleanery.web.queue.looking import require_item
from gleanery.web.queue.places import one_line
from gleanery.web.routes import Routes, Visiting


class View(BaseModel):
    """A filter kept under a name; `query` is its query string. `shared`: everybody sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    query: str
    shared: bool


class ViewAsked(Given):
    """A filter to keep."""

    name: str = Field(min_length=1, max_length=80)
    query: str = Field(default="", max_length=2_000)
    shared: bool = False


class Views(BaseModel):
    """The filters that one sees."""

    items: list[View]
    next: str | None = None
    total: int | None = None


class KeptApi:
    """Claims and saved filters by token."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of claims and saved filters."""
        none = (404,)
        routes.api(
            "PUT", "/claims/{item}", Right.DECIDE, self.claim, does="claim.take", status_code=204, errors=none
        )
        routes.api(
            "DELETE", "/claims/{item}", Right.DECIDE, self.release, does="claim.release", status_code=204
        )
        routes.api("GET", "/views", Right.SEE_QUEUE, self.views, response_model=Views)
        routes.api(
            "POST", "/views", Right.SEE_QUEUE, self.save, does="view.save", response_model=View, errors=(409,)
        )
        routes.api(
            "DELETE",
            "/views/{view}",
            Right.SEE_QUEUE,
            self.remove,
            does="view.remove",
            status_code=204,
            errors=none,
        )

    def claim(self, visitor: Visiting, item: UUID) -> Response:
        """Say for ten minutes that one looks at an item."""
        require_item(self._house, item)
        claims.take(self._house, visitor.person_id, item)
        return Response(status_code=204)

    def release(self, visitor: Visiting, item: UUID) -> Response:
        """Say that one no longer does."""
        claims.release(self._house, visitor.person_id, item)
        return Response(status_code=204)

    def views(self, visitor: Visiting) -> Views:
        """The filters one keeps, and those that others share."""
        saved = views.saved(self._house, visitor.person_id)
        return Views(items=[View.model_validate(one) for one in saved], total=len(saved))

    def save(self, visitor: Visiting, asked: ViewAsked) -> SavedView:
        """Keep a filter under a name."""
        return views.save(
            self._house, visitor.person_id, one_line(asked.name), Filter.of_query(asked.query),
            shared=asked.shared, may_share=visitor.may(Right.DECIDE_MANY),
        )  # fmt: skip

    def remove(self, visitor: Visiting, view: UUID) -> Response:
        """Forget a filter of one's own."""
        try:
            views.remove(self._house, visitor.person_id, view)
        except BadInput as error:
            raise HTTPException(404, error.message) from error
        return Response(status_code=204)

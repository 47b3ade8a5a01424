"""The filters that people keep under a name."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.queue import views
from gleanery.flow.queue.filters import Filter
from gleanery.flow.rights import Right
from gleanery.web.pages import Pages
from gleanery.web.queue.places import one_line
from gleanery.web.routes import Routes, Visiting


class Named(BaseModel):
    """A filter to keep: its name, its query string, and whether everybody shall see it."""

    name: str = Field(max_length=80)
    query: str = Field(default="", max_length=2_000)
    shared: bool = False

    @field_validator("name")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return one_line(text)


class ViewPages:
    """The page of saved filters."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The routes of saved filters."""
        routes.page("/queue/views", Right.SEE_QUEUE, self.show)
        routes.act("/queue/views", Right.SEE_QUEUE, self.save, does="view.save")
        routes.act("/queue/views/{view}/remove", Right.SEE_QUEUE, self.remove, does="view.remove")

    def show(self, request: Request, visitor: Visiting) -> Response:
        """All of them with how much each lists."""
        return self._page(request, visitor)

    def save(self, request: Request, visitor: Visiting, form: Annotated[Named, Form()]) -> Response:
        """Keep the filter that the list has now."""
        try:
            if not form.name:
                return self._page(request, visitor, form, wrong=True)
            wanted = Filter.of_query(form.query)
            may_share = visitor.may(Right.DECIDE_MANY)
            views.save(
                self._house, visitor.person_id, form.name, wanted, shared=form.shared, may_share=may_share
            )
        except GleaneryError as error:
            return self._page(request, visitor, form, problem=str(error))
        return RedirectResponse(f"/?{wanted.query()}", 303)

    def remove(self, request: Request, visitor: Visiting, view: UUID) -> Response:
        """Forget one of one's own."""
        try:
            views.remove(self._house, visitor.person_id, view)
        except GleaneryError as error:
            return self._page(request, visitor, problem=str(error))
        return RedirectResponse("/queue/views", 303)

    def _page(
        self,
        request: Request,
        visitor: Visitor,
        typed: Named | None = None,
        *,
        problem: str = "",
        wrong: bool = False,
    ) -> Response:
        saved = views.saved(self._house, visitor.person_id)
        return self._pages.page(
            request, "queue/views.html", status=409 if problem else 422 if wrong else 200, saved=saved, typed=typed,
            counts=views.counted(self._house, visitor.person_id, saved), mine=visitor.person_id, problem=problem,
            wrong=wrong, state_of={one.id: Filter.of_query(one.query).state.value for one in saved},
            may_share=visitor.may(Right.DECIDE_MANY),
        )  # fmt: skip

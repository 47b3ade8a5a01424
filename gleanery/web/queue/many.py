"""One verdict on many items: looked at, confirmed, watched, stopped and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Form, Query, Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.queue import bulk
from gleanery.flow.queue.filters import Filter
from gleanery.flow.rights import Right
from gleanery.model.items import DecisionVerdict
from gleanery.web.pages import Pages
from gleanery.web.queue.places import REASON, one_line
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

MOST_CHOSEN = 200
"""Items that can be chosen one by one."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Asked(BaseModel):
    """On what a verdict shall fall: chosen items, or with `every` all that match the filter."""

    verdict: DecisionVerdict
    chosen: list[UUID] = Field(default_factory=list, max_length=MOST_CHOSEN)
    every: str = Field(default="", max_length=2_000)

    def wanted(self) -> bulk.Wanted:
        """The same for the flow. Raises: BadInput where nothing was chosen, or for a filter that cannot be used."""
        if not self.chosen and not self.every:
            raise BadInput("No item was chosen.", remedy="Tick some items in the list first.")
        kept = Filter.of_query(self.every)
        return bulk.Wanted(self.verdict, kept, tuple(self.chosen), is_all=bool(self.every))


class Confirmed(Asked):
    """The confirmed verdict, with what the preview had seen; `id` makes that a second press changes nothing."""

    id: UUID
    reason: str = Field(default="", max_length=REASON)
    last_seq: int = Field(ge=0, le=2**53)
    seen_micros: int = Field(ge=0, le=2**53)

    @field_validator("reason")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return one_line(text)

    @property
    def seen_at(self) -> datetime:
        """When the preview was made."""
        return _EPOCH + timedelta(microseconds=self.seen_micros)


class BulkPages:
    """The pages of verdicts on many items."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The routes of verdicts on many items."""
        routes.page("/bulk", Right.DECIDE, self.preview)
        routes.act("/bulk", Right.DECIDE, self.chosen, does="item.decide-several")
        routes.act("/bulk/every", Right.DECIDE_MANY, self.every, does="item.decide-many")
        routes.page("/bulk/{bulk_id}", Right.DECIDE, self.show)
        routes.act("/bulk/{bulk_id}/undo", Right.DECIDE, self.undo, does="bulk.undo")
        routes.act("/bulk/{bulk_id}/cancel", Right.DECIDE, self.cancel, does="bulk.cancel")

    def preview(self, request: Request, visitor: Visiting, asked: Annotated[Asked, Query()]) -> Response:
        """What the verdict would fall on: how many, the first of them, how many would be refused and why."""
        return self._preview(request, visitor, asked)

    def _preview(
        self, request: Request, visitor: Visitor, asked: Asked, reason: str = "", problem: str = ""
    ) -> Response:
        if asked.every and not visitor.may(Right.DECIDE_MANY):
            return self._pages.message(
                request, 403, N_("Only a lead decides on everything that matches a filter.")
            )
        try:
            seen = bulk.preview(self._house, asked.wanted(), visitor.person_id)
        except BadInput as error:
            return self._pages.message(request, 422, error.message, remedy=error.remedy)
        return self._pages.page(
            request, "queue/preview.html", status=409 if problem else 200, asked=asked, seen=seen, id=uuid4(),
            micros=(seen.seen_at - _EPOCH) // timedelta(microseconds=1), reason=reason, problem=problem,
            can=seen.total - sum(seen.refused.values()), chips=self._house.config.curation.reject_reasons,
        )  # fmt: skip

    def chosen(self, request: Request, visitor: Visiting, form: Annotated[Confirmed, Form()]) -> Response:
        """Give the verdict on the chosen items."""
        return self._give(request, visitor, form.model_copy(update={"every": ""}))

    def every(self, request: Request, visitor: Visiting, form: Annotated[Confirmed, Form()]) -> Response:
        """Give the verdict on everything that matches the filter."""
        return self._give(request, visitor, form.model_copy(update={"chosen": []}))

    def _give(self, request: Request, visitor: Visitor, form: Confirmed) -> Response:
        try:
            bulk.ask(
                self._house, form.id, form.wanted(), visitor.account, form.reason, form.last_seq, form.seen_at
            )
        except GleaneryError as error:
            return self._preview(request, visitor, form, form.reason, str(error))
        return RedirectResponse(f"/bulk/{form.id}", 303)

    def show(self, request: Request, bulk_id: UUID) -> Response:
        """How it goes, or went; asks again by itself while it goes on."""
        return self._show(request, bulk_id)

    def undo(self, request: Request, visitor: Visiting, bulk_id: UUID) -> Response:
        """Take all of it back."""
        return self._then(request, bulk_id, lambda: bulk.undo(self._house, bulk_id, visitor.account))

    def cancel(self, request: Request, bulk_id: UUID) -> Response:
        """Stop it where it is."""
        return self._then(request, bulk_id, lambda: bulk.cancel(self._house, bulk_id))

    def _then(self, request: Request, bulk_id: UUID, act: Any) -> Response:
        try:
            act()
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        except GleaneryError as error:
            return self._show(request, bulk_id, str(error))
        return RedirectResponse(f"/bulk/{bulk_id}", 303)

    def _show(self, request: Request, bulk_id: UUID, problem: str = "") -> Response:
        try:
            one = bulk.find(self._house, bulk_id)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        run = bulk.run_of(self._house, bulk_id)
        return self._pages.page(
            request, "queue/bulk.html", status=409 if problem else 200, one=one, run=run, problem=problem,
            is_open=run is not None and run.ended_at is None, refused=_in_order(one.refused),
        )  # fmt: skip


def _in_order(refused: dict[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(refused.items(), key=lambda one: -one[1])

"""One verdict on many items for programs: asked for, watched, stopped and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from gleanery.errors import BadInput
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.queue import bulk
from gleanery.flow.queue.filters import Filter
from gleanery.flow.rights import Right
from gleanery.model.items import DecisionVerdict
from gleanery.model.queue import Bulk
from gleanery.web.given import Given
from gleanery.web.queue.many import MOST_CHOSEN
from gleanery.web.queue.places import REASON, one_line
from gleanery.web.routes import Routes, Visiting


class SeveralAsked(Given):
    """One verdict on chosen items. `id` makes that the same request sent twice counts once."""

    verdict: DecisionVerdict
    items: list[UUID] = Field(min_length=1, max_length=MOST_CHOSEN)
    reason: str = Field(default="", max_length=REASON)
    id: UUID | None = None


class ManyAsked(Given):
    """One verdict on everything that matches a filter, given as its query string."""

    verdict: DecisionVerdict
    filter: str = Field(min_length=1, max_length=2_000)
    reason: str = Field(default="", max_length=REASON)
    id: UUID | None = None


class PreviewAsked(BaseModel):
    """On what a verdict would fall: a filter as its query string."""

    verdict: DecisionVerdict
    filter: str = Field(min_length=1, max_length=2_000)


class Previewed(BaseModel):
    """How many items match, the ids of the first ten, and how many could not be given the verdict, by reason."""

    total: int
    first: list[UUID]
    refused: dict[str, int]


class Many(BaseModel):
    """A verdict on many items and how far it is. `refused` by reason; `changed` were left alone for new words."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    verdict: DecisionVerdict
    reason: str
    total: int
    decided: int
    changed: int
    refused: dict[str, Any]
    made_at: datetime
    ended_at: datetime | None
    undone: int
    kept: int
    undo_asked_at: datetime | None
    undo_ended_at: datetime | None


class Manies(BaseModel):
    """One's own verdicts on many items, newest first."""

    items: list[Many]
    next: str | None = None
    total: int | None = None


class ManyApi:
    """Verdicts on many items by token."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of verdicts on many items."""
        one: dict[str, Any] = {"response_model": Many, "errors": (404, 409)}
        routes.api("GET", "/bulk", Right.DECIDE, self.manies, response_model=Manies)
        routes.api("GET", "/bulk/preview", Right.DECIDE_MANY, self.preview, response_model=Previewed)
        routes.api("POST", "/bulk/chosen", Right.DECIDE, self.several, does="item.decide-several", **one)
        routes.api("POST", "/bulk", Right.DECIDE_MANY, self.many, does="item.decide-many", **one)
        routes.api("GET", "/bulk/{bulk_id}", Right.DECIDE, self.bulk, **one)
        routes.api("POST", "/bulk/{bulk_id}/undo", Right.DECIDE, self.undo_bulk, does="bulk.undo", **one)
        routes.api("POST", "/bulk/{bulk_id}/cancel", Right.DECIDE, self.cancel, does="bulk.cancel", **one)

    def manies(self, visitor: Visiting) -> Manies:
        """One's newest verdicts on many items."""
        rows = bulk.recent(self._house, visitor.actor)
        return Manies(items=[Many.model_validate(one) for one in rows], total=None)

    def preview(self, visitor: Visiting, asked: Annotated[PreviewAsked, Query()]) -> Previewed:
        """What a verdict on everything that matches would fall on."""
        wanted = bulk.Wanted(asked.verdict, Filter.of_query(asked.filter), is_all=True)
        seen = bulk.preview(self._house, wanted, visitor.person_id)
        return Previewed(total=seen.total, first=[row.id for row in seen.first], refused=seen.refused)

    def several(self, visitor: Visiting, asked: SeveralAsked) -> Bulk:
        """One verdict on chosen items."""
        wanted = bulk.Wanted(asked.verdict, Filter(), tuple(asked.items))
        return self._give(visitor, wanted, asked.reason, asked.id)

    def many(self, visitor: Visiting, asked: ManyAsked) -> Bulk:
        """One verdict on everything that matches a filter now; more than 200 items are decided by the worker."""
        wanted = bulk.Wanted(asked.verdict, Filter.of_query(asked.filter), is_all=True)
        return self._give(visitor, wanted, asked.reason, asked.id)

    def _give(self, visitor: Visitor, wanted: bulk.Wanted, reason: str, bulk_id: UUID | None) -> Bulk:
        seen = bulk.preview(self._house, wanted, visitor.person_id)
        return bulk.ask(
            self._house,
            bulk_id or uuid4(),
            wanted,
            visitor.account,
            one_line(reason),
            seen.last_seq,
            seen.seen_at,
        )

    def bulk(self, bulk_id: UUID) -> Bulk:
        """How far a verdict on many items is."""
        return self._bulk(bulk_id)

    def undo_bulk(self, visitor: Visiting, bulk_id: UUID) -> Bulk:
        """Take all of it back."""
        self._bulk(bulk_id)
        return bulk.undo(self._house, bulk_id, visitor.account)

    def cancel(self, bulk_id: UUID) -> Bulk:
        """Stop it where it is."""
        self._bulk(bulk_id)
        bulk.cancel(self._house, bulk_id)
        return self._bulk(bulk_id)

    def _bulk(self, bulk_id: UUID) -> Bulk:
        try:
            return bulk.find(self._house, bulk_id)
        except BadInput as error:
            raise HTTPException(404, error.message) from error

"""The queue for programs: the list, verdicts on one item and on many, claims, saved filters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from gleanery.errors import BadInput
from gleanery.flow import deciding
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.desk import Row
from gleanery.flow.house import House
from gleanery.flow.queue import bulk, claims, listing, putting_off, views
from gleanery.flow.queue.filters import Filter
from gleanery.flow.rights import Right
from gleanery.model.items import Decision, DecisionVerdict
from gleanery.model.queue import Bulk, SavedView
from gleanery.web.queue.looking import require_item
from gleanery.web.queue.many import MOST_CHOSEN
from gleanery.web.queue.places import REASON, one_line
from gleanery.web.routes import Routes, Visiting


class ListAsked(Filter):
    """A filter, and which page of it: at most `limit` items after the cursor `next` of the page before."""

    limit: int = Field(default=50, ge=1, le=200)
    after: str = Field(default="", max_length=60)


class Tagged(BaseModel):
    """A competency an item is tagged with; `confidence` from 0 to 1."""

    framework: str
    concept: str
    label: str
    said_by: str
    confidence: float


class ListedItem(BaseModel):
    """An item as the queue lists it; title, excerpt and url are empty while its words are withheld."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: str
    reason: str
    kind: str
    title: str
    excerpt: str
    url: str | None
    language: str | None
    made_at: datetime
    platforms: list[str]
    revision: int
    tags: list[Tagged]
    goals: list[str]
    looked_at_by: list[str]


class Items(BaseModel):
    """A page of items; `next` is the cursor of the page after. `total` is null where there are more than a thousand."""

    items: list[ListedItem]
    next: str | None
    total: int | None


class Verdict(BaseModel):
    """A verdict. `seen` is the revision looked at, `known` how many decisions were known: either may be left out."""

    verdict: DecisionVerdict
    reason: str = Field(default="", max_length=REASON)
    seen: int | None = Field(default=None, ge=0, le=2**31)
    known: int | None = Field(default=None, ge=0, le=2**31)


class Known(BaseModel):
    """How many decisions on the item were known; refused where there are more."""

    known: int | None = Field(default=None, ge=0, le=2**31)


class Decided(BaseModel):
    """A decision, as it was recorded or taken back."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    item_id: UUID
    number: int
    verdict: DecisionVerdict
    reason: str
    at: datetime
    undone_at: datetime | None


class Standing(BaseModel):
    """Where an item stands."""

    id: UUID
    state: str


class View(BaseModel):
    """A filter kept under a name; `query` is its query string. `shared`: everybody sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    query: str
    shared: bool


class ViewAsked(BaseModel):
    """A filter to keep."""

    name: str = Field(min_length=1, max_length=80)
    query: str = Field(default="", max_length=2_000)
    shared: bool = False


class Views(BaseModel):
    """The filters that one sees."""

    items: list[View]
    next: str | None = None
    total: int | None = None


class SeveralAsked(BaseModel):
    """One verdict on chosen items. `id` makes that the same request sent twice counts once."""

    verdict: DecisionVerdict
    items: list[UUID] = Field(min_length=1, max_length=MOST_CHOSEN)
    reason: str = Field(default="", max_length=REASON)
    id: UUID | None = None


class ManyAsked(BaseModel):
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


class QueueApi:
    """The queue by token."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of the queue."""
        one, none = (404, 409), (404,)
        routes.api("GET", "/items", Right.SEE_QUEUE, self.items, response_model=Items)
        routes.api(
            "POST", "/items/{item}/decision", Right.DECIDE, self.decide, does="item.decide",
            response_model=Decided, errors=(404, 409, 410),
        )  # fmt: skip
        routes.api(
            "POST",
            "/items/{item}/undo",
            Right.DECIDE,
            self.undo,
            does="item.undo",
            response_model=Decided,
            errors=one,
        )
        routes.api(
            "PUT", "/items/{item}/later", Right.DECIDE, self.put_off, does="item.put-off",
            response_model=Standing, errors=one,
        )  # fmt: skip
        routes.api(
            "DELETE", "/items/{item}/later", Right.DECIDE, self.take_up, does="item.take-up",
            response_model=Standing, errors=none,
        )  # fmt: skip
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
        self._declare_many(routes)

    def _declare_many(self, routes: Routes) -> None:
        one: dict[str, Any] = {"response_model": Many, "errors": (404, 409)}
        routes.api("GET", "/bulk", Right.DECIDE, self.manies, response_model=Manies)
        routes.api("GET", "/bulk/preview", Right.DECIDE_MANY, self.preview, response_model=Previewed)
        routes.api("POST", "/bulk/chosen", Right.DECIDE, self.several, does="item.decide-several", **one)
        routes.api("POST", "/bulk", Right.DECIDE_MANY, self.many, does="item.decide-many", **one)
        routes.api("GET", "/bulk/{bulk_id}", Right.DECIDE, self.bulk, **one)
        routes.api("POST", "/bulk/{bulk_id}/undo", Right.DECIDE, self.undo_bulk, does="bulk.undo", **one)
        routes.api("POST", "/bulk/{bulk_id}/cancel", Right.DECIDE, self.cancel, does="bulk.cancel", **one)

    # ------------------------------------------------------------------ items

    def items(self, visitor: Visiting, asked: Annotated[ListAsked, Query()]) -> Items:
        """The items that match a filter."""
        wanted = Filter.model_validate(asked.model_dump(include=set(Filter.model_fields)))
        found = listing.listed(self._house, wanted, visitor.person_id, after=asked.after, limit=asked.limit)
        return Items(
            items=[_item(row, found.lookers.get(row.id, ())) for row in found.rows],
            next=found.after,
            total=None if found.total.is_more else found.total.number,
        )

    def decide(self, visitor: Visiting, item: UUID, asked: Verdict) -> Decision:
        """Approve, reject or retract an item."""
        require_item(self._house, item)
        return deciding.decide(
            self._house, str(item), asked.verdict, visitor.account, one_line(asked.reason),
            seen=asked.seen, known=asked.known,
        )  # fmt: skip

    def undo(self, visitor: Visiting, item: UUID, asked: Known | None = None) -> Decision:
        """Take back the last verdict on an item."""
        require_item(self._house, item)
        return deciding.undo(self._house, visitor.account, str(item), known=asked.known if asked else None)

    def put_off(self, visitor: Visiting, item: UUID) -> Standing:
        """Take an item out of one's own waiting list until tomorrow."""
        require_item(self._house, item)
        found = putting_off.put_off(self._house, visitor.account, str(item))
        return Standing(id=found.id, state=found.state.value)

    def take_up(self, visitor: Visiting, item: UUID) -> Standing:
        """Put an item back into one's own waiting list."""
        require_item(self._house, item)
        found = putting_off.take_up(self._house, visitor.account, str(item))
        return Standing(id=found.id, state=found.state.value)

    # ------------------------------------------------------------------ claims and filters

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

    # ------------------------------------------------------------------ many

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


def _item(row: Row, lookers: Any) -> ListedItem:
    return ListedItem(
        **{name: getattr(row, name) for name in _SAME},
        platforms=list(row.platforms),
        tags=[Tagged.model_validate(tag, from_attributes=True) for tag in row.tags],
        goals=[goal.goal for goal in row.goals],
        looked_at_by=list(lookers),
    )


_SAME = (
    "id", "state", "reason", "kind", "title", "excerpt", "url", "language", "made_at", "revision",
)  # fmt: skip

"""Links and reviews for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from gleanery.flow.house import House
from gleanery.flow.links import acting, showing, terms
from gleanery.flow.links.showing import Line
from gleanery.flow.rights import Right
from gleanery.model.links import LinkState
from gleanery.web.given import Given
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting


class CollectionNamed(BaseModel):
    """A collection that holds an item."""

    id: UUID
    title: str


class HitTold(BaseModel):
    """An item that leads to an address, and where it stands."""

    item: UUID
    title: str
    state: str
    reason: str
    destinations: list[str]
    collections: list[CollectionNamed]


class LinkTold(BaseModel):
    """An address with what the last look said. `url` null: it may not be shown."""

    url: str | None
    state: LinkState
    since: datetime
    looked_at: datetime | None
    next_look_at: datetime
    how: str
    status: int | None
    reason: str
    moved_to: str | None
    items: list[HitTold]


class Links(BaseModel):
    """A part of the list of links; `counts`: how many stand how, of all."""

    items: list[LinkTold]
    next: str | None = None
    counts: dict[str, int]


class AddressAsked(Given):
    """Where an item shall lead; null: where its source says."""

    address: str | None = Field(max_length=5_000)


class TermTold(BaseModel):
    """The days of an item as they count now, set by somebody or by its kind; null: never."""

    model_config = ConfigDict(from_attributes=True)

    review_by: datetime | None
    expires_at: datetime | None
    review_is_set: bool
    expiry_is_set: bool


class TermAsked(Given):
    """Days for an item; null: as its kind has them."""

    review_by: date | None
    expires_at: date | None


class ReviewTold(BaseModel):
    """An item that is to be looked at again, now or by its day."""

    item: UUID
    title: str
    is_due: bool
    term: TermTold


class Reviews(BaseModel):
    """The items that are due, and those that will be within 30 days."""

    items: list[ReviewTold]
    next: str | None = None
    total: int | None = None


class LinksApi:
    """Links and reviews by token."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of links and reviews."""
        see, item = Right.SEE_QUEUE, "/items/{item:uuid}"
        link: dict[str, Any] = {"response_model": LinkTold, "errors": (404, 409)}
        routes.api("GET", "/links", see, self.links, response_model=Links)
        routes.api("GET", "/reviews", see, self.reviews, response_model=Reviews)
        routes.api("GET", f"{item}/link", see, self.link, **link)
        routes.api("POST", f"{item}/link/look", Right.DECIDE, self.look, does="link.look", **link)
        routes.api("PUT", f"{item}/link", Right.EDIT_ITEMS, self.replace, does="link.replace", **link)
        routes.api("GET", f"{item}/term", see, self.term, response_model=TermTold, errors=(404,))
        routes.api(
            "PUT", f"{item}/term", Right.EDIT_ITEMS, self.set_term, does="item.set-term", response_model=TermTold,
            errors=(404, 409),
        )  # fmt: skip

    def links(
        self,
        state: Annotated[list[Literal["ok", "moved", "failing", "gone", "unknown"]] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[str, Query(max_length=100)] = "",
    ) -> Links:
        """Addresses that stand so (those that fail or are gone, where none is named), last changed first."""
        states: Sequence[LinkState] = [LinkState(one) for one in state] if state else showing.BROKEN
        page = showing.listed(self._house, states, after=after, limit=limit)
        counts = {one.value: number for one, number in showing.counts(self._house).items()}
        return Links(items=[_told(line) for line in page.lines], next=page.next or None, counts=counts)

    def reviews(self, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Reviews:
        """Items to be looked at again, the most pressing first."""
        found = showing.reviews(self._house, limit)
        told = [
            ReviewTold(
                item=one.row.id,
                title=one.row.title,
                is_due=one.is_due,
                term=TermTold.model_validate(one.term),
            )
            for one in found
        ]
        return Reviews(items=told)

    def link(self, item: UUID) -> LinkTold:
        """The link of one item."""
        require_item(self._house, item)
        line = showing.of_item(self._house, str(item))
        if line is None:
            raise HTTPException(404, "Nobody looked at a link of this item yet.")
        return _told(line)

    def look(self, item: UUID) -> LinkTold:
        """Look at it now."""
        require_item(self._house, item)
        acting.look_again(self._house, str(item))
        return self.link(item)

    def replace(self, visitor: Visiting, item: UUID, asked: AddressAsked) -> LinkTold:
        """Let the item lead to another address."""
        require_item(self._house, item)
        acting.replace_address(self._house, str(item), visitor.account, asked.address)
        return self.link(item)

    def term(self, item: UUID) -> TermTold:
        """The days of one item."""
        require_item(self._house, item)
        return TermTold.model_validate(showing.term_of(self._house, str(item)))

    def set_term(self, visitor: Visiting, item: UUID, asked: TermAsked) -> TermTold:
        """Set its days."""
        require_item(self._house, item)
        by, at = _end(self._house, asked.review_by), _end(self._house, asked.expires_at)
        return TermTold.model_validate(terms.set_days(self._house, str(item), visitor.account, by, at))


def _end(house: House, day: date | None) -> datetime | None:
    return terms.day_of(day.isoformat(), house.now()) if day is not None else None


def _told(line: Line) -> LinkTold:
    hits = [
        HitTold(
            item=hit.row.id,
            title=hit.row.title,
            state=hit.row.state,
            reason=hit.row.reason,
            destinations=list(hit.destinations),
            collections=[CollectionNamed(id=key, title=title) for key, title in hit.collections],
        )
        for hit in line.hits
    ]
    same = (
        "url", "state", "since", "looked_at", "next_look_at", "how", "status", "reason", "moved_to",
    )  # fmt: skip
    return LinkTold(**{name: getattr(line, name) for name in same}, items=hits)

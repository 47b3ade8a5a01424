"""The queue's items for programs: the list, a verdict on one of them, putting off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import Query

from gleanery.flow import deciding
from gleanery.flow.desk import Row
from gleanery.flow.house import House
from gleanery.flow.queue import listing, putting_off
from gleanery.flow.queue.filters import Filter
from gleanery.flow.rights import Right
from gleanery.model.items import Decision
from gleanery.web.queue.api.shapes import (
    Decided,
    Items,
    Known,
    ListAsked,
    ListedItem,
    Scored,
    Standing,
    Tagged,
    Verdict,
)
from gleanery.web.queue.looking import require_item
from gleanery.web.queue.places import one_line
from gleanery.web.routes import Routes, Visiting


class ItemApi:
    """Items by token."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of the list and of one item."""
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


def _item(row: Row, lookers: Iterable[str]) -> ListedItem:
    return ListedItem(
        **{name: getattr(row, name) for name in _SAME},
        platforms=list(row.platforms),
        quality=Scored.model_validate(row.quality) if row.quality else None,
        tags=[Tagged.model_validate(tag, from_attributes=True) for tag in row.tags],
        goals=[goal.goal for goal in row.goals],
        looked_at_by=list(lookers),
    )


_SAME = (
    "id", "state", "reason", "kind", "title", "excerpt", "url", "language", "made_at", "revision", "minutes",
    "level",
)  # fmt: skip

"""The queue: what waits for a curator, the item in the reader beside it, and the verdicts.

Every verdict is a form that posts and is led back to the queue; with htmx the same answer is blended into the
page in place. So there is one way through, and it works without scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow import deciding, desk
from gleanery.flow.desk import Detail, Row
from gleanery.flow.house import House
from gleanery.flow.standing import alarms
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.web.pages import Pages
from gleanery.web.signin import Account

PER_PAGE = 50
"""Rows on one page of the queue."""


class Tab(StrEnum):
    """The states that have a tab, in their order."""

    WAITING = "waiting"
    QUARANTINED = "quarantined"
    APPROVED = "approved"
    REJECTED = "rejected"
    DROPPED = "dropped"
    RETRACTED = "retracted"


_CAN: dict[str, tuple[str, ...]] = {
    "waiting": ("approve", "reject"),
    "quarantined": ("reject",),
    "approved": ("retract",),
    "rejected": ("approve",),
    "dropped": ("approve", "reject"),
    "retracted": ("approve",),
}


class Place(BaseModel):
    """Where a person is: tab, page and the item in the reader; `done` is the item just judged.

    `next` is the item to go on with after a verdict.
    """

    state: Tab = Tab.WAITING
    page: int = Field(default=1, ge=1, le=1_000_000)
    item: UUID | None = None
    next: UUID | None = None
    done: UUID | None = None

    def address(self, path: str = "/", **changes: Any) -> str:
        """The address of this place with some changes; what is None is left out."""
        values = {"state": self.state.value, "page": self.page, "item": self.item} | changes
        return f"{path}?{urlencode({name: str(one) for name, one in values.items() if one is not None})}"


class Verdict(Place):
    """The form of a verdict: the place to come back to, the reason, and the revision that was seen."""

    reason: str = Field(default="", max_length=500)
    seen: int | None = None

    @field_validator("reason")
    @classmethod
    def _one_line(cls, text: str) -> str:
        """Control characters cannot be stored everywhere and belong in no reason."""
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@dataclass(frozen=True)
class Notice:
    """The last verdict, with the chance to undo it."""

    item: UUID
    title: str
    state: str
    can_undo: bool


@dataclass(frozen=True)
class View:
    """Everything the page of the queue shows."""

    place: Place
    tabs: Sequence[tuple[Tab, int]]
    rows: Sequence[tuple[Row, UUID | None]]
    total: int
    detail: Detail | None
    next: UUID | None
    notice: Notice | None
    empty: str
    alarms: Mapping[str, str]

    @property
    def pages(self) -> int:
        """How many pages the tab has, at least one."""
        return max(1, -(-self.total // PER_PAGE))


class QueueDesk:
    """The pages of the queue."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    @property
    def _undo_seconds(self) -> int:
        """How long a verdict is held back; 0 where nothing would leave anyway."""
        config = self._house.config
        return config.delivery.undo_seconds if config.destinations else 0

    def router(self) -> APIRouter:
        """The routes of the queue."""
        routes = APIRouter()
        routes.add_api_route("/", self.queue, methods=["GET"])
        routes.add_api_route("/items/{item}", self.reader, methods=["GET"])
        routes.add_api_route("/items/{item}/undo", self.undo, methods=["POST"])
        routes.add_api_route("/items/{item}/{verdict}", self.decide, methods=["POST"])
        return routes

    def queue(self, request: Request, account: Account, place: Annotated[Place, Query()]) -> Response:
        """The list of one tab with an item in the reader."""
        return self._page(request, account, place)

    def reader(self, account: Account, item: UUID, place: Annotated[Place, Query()]) -> Response:
        """One item on a page of its own, which is also what the list loads into the reader."""
        try:
            detail = desk.show(self._house, str(item))
        except BadInput as error:
            return self._pages.message(404, str(error), account=account)
        here = place.model_copy(update={"item": item})
        return self._pages.page(
            "item.html", account=account, detail=detail, place=here, next=place.next, problem="",
            can=_CAN.get(detail.row.state, ()), can_undo=_can_undo(detail),
        )  # fmt: skip

    def decide(
        self,
        request: Request,
        account: Account,
        item: UUID,
        verdict: DecisionVerdict,
        form: Annotated[Verdict, Form()],
    ) -> Response:
        """Approve, reject or retract, and go on with the next item."""
        here = form.model_copy(update={"item": item})
        try:
            deciding.decide(self._house, str(item), verdict, account, form.reason, seen=form.seen)
        except GleaneryError as error:
            return self._page(request, account, here, problem=error)
        return RedirectResponse(form.address(item=form.next, done=item), 303)

    def undo(
        self, request: Request, account: Account, item: UUID, form: Annotated[Verdict, Form()]
    ) -> Response:
        """Take back the last verdict on the item and show it where it stands again."""
        here = form.model_copy(update={"item": item})
        try:
            deciding.undo(self._house, account, str(item))
            state = desk.show(self._house, str(item)).row.state
        except GleaneryError as error:
            return self._page(request, account, here, problem=error)
        tab = Tab(state) if state in set(Tab) else form.state
        page = form.page if tab is form.state else 1
        return RedirectResponse(Place(state=tab, page=page, item=item).address(done=item), 303)

    def _page(
        self, request: Request, account: str, place: Place, *, problem: GleaneryError | None = None
    ) -> Response:
        """The queue at a place; after a refused verdict with the reason at the item, status 409."""
        try:
            view = look(self._house, place)
        except BadInput as error:
            return self._pages.message(404, str(error), account=account, partial=_is_partial(request))
        detail = view.detail
        return self._pages.page(
            "queue.html", status=409 if problem else 200, headers=_without_done(request, view.place),
            account=account, view=view, place=view.place, detail=detail, next=view.next,
            problem=str(problem or ""), can=_CAN.get(detail.row.state, ()) if detail else (),
            can_undo=detail is not None and _can_undo(detail), undo_seconds=self._undo_seconds,
        )  # fmt: skip


def look(house: House, place: Place) -> View:
    """What the queue shows at a place. Raises: BadInput for an item that does not exist."""
    counts = desk.counts(house)
    page = desk.queue(
        house, (ItemState(place.state.value),), limit=PER_PAGE, offset=(place.page - 1) * PER_PAGE
    )
    ids = [row.id for row in page.rows]
    item = place.item or (ids[0] if ids else None)
    rows = [(row, _after(ids, row.id)) for row in page.rows]
    return View(
        place=place.model_copy(update={"item": item}),
        tabs=[(tab, counts.get(tab.value, 0)) for tab in Tab],
        rows=rows,
        total=page.total,
        detail=desk.show(house, str(item)) if item else None,
        next=_after(ids, item),
        notice=_notice(house, place.done),
        empty=_empty(house, counts),
        alarms=alarms(house),
    )


def _after(ids: Sequence[UUID], item: UUID | None) -> UUID | None:
    """The item to go on with: the one below, else the one above."""
    if item not in ids:
        return None
    here = ids.index(item)
    others = [*ids[here + 1 : here + 2], *ids[max(0, here - 1) : here]]
    return others[0] if others else None


def _notice(house: House, item: UUID | None) -> Notice | None:
    if item is None:
        return None
    detail = desk.show(house, str(item))
    return Notice(detail.row.id, detail.row.title, detail.row.state, _can_undo(detail))


def _can_undo(detail: Detail) -> bool:
    return any(decision["undone_at"] is None for decision in detail.decisions)


def _empty(house: House, counts: dict[str, int]) -> str:
    """Which empty queue this is: nothing to read from, nothing read yet, or everything judged."""
    if not house.config.sources:
        return "no_sources"
    return "judged" if counts else "nothing_read"


def _is_partial(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _without_done(request: Request, place: Place) -> dict[str, str]:
    """After a verdict the address line shows the place alone, so that a reload tells no old news."""
    return {"hx-replace-url": place.address()} if _is_partial(request) else {}

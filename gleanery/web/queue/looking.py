"""Everything the page of the queue shows at a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException

from gleanery.flow import deciding, desk
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.desk import Detail, Row
from gleanery.flow.house import House
from gleanery.flow.learning.showing import Spoke, words_on
from gleanery.flow.queue import claims, listing, putting_off, views
from gleanery.flow.queue.choices import Choices, choices
from gleanery.flow.queue.listing import Listed
from gleanery.flow.rights import Right
from gleanery.flow.standing import alarms
from gleanery.model.items import ItemState
from gleanery.model.queue import SavedView
from gleanery.web.queue.places import Place
from gleanery.web.words import N_

PER_PAGE = 50
"""Rows on one page, where an account has not chosen otherwise."""

TABS = (
    ItemState.WAITING,
    ItemState.QUARANTINED,
    ItemState.APPROVED,
    ItemState.REJECTED,
    ItemState.DROPPED,
    ItemState.RETRACTED,
)
CAN: Mapping[str, tuple[str, ...]] = {
    "waiting": ("approve", "reject"),
    "quarantined": ("reject",),
    "approved": ("retract",),
    "rejected": ("approve",),
    "dropped": ("approve", "reject"),
    "retracted": ("approve",),
}
"""The verdicts that can follow each state."""


DELIVERED_REASONS = (
    N_("Off topic"), N_("Out of date"), N_("Advertising"), N_("Too little in it"), N_("Known already"),
)  # fmt: skip
"""Those of the delivered configuration, for the translators; an organisation's own stand as it wrote them."""


@dataclass(frozen=True)
class Notice:
    """The last verdict, with the chance to undo it; `is_put_off`: it was none, the item was put off.

    `before`: where it was just undone, the verdict of this person before it.
    """

    item: UUID
    title: str
    state: str
    can_undo: bool
    known: int
    is_put_off: bool = False
    before: Notice | None = None


@dataclass(frozen=True)
class View:
    """The page of the queue."""

    place: Place
    tabs: Sequence[tuple[ItemState, int]]
    listed: Listed
    rows: Sequence[tuple[Row, UUID | None]]
    detail: Detail | None
    next: UUID | None
    notice: Notice | None
    empty: str
    alarms: Mapping[str, str]
    saved: Sequence[SavedView]
    choices: Choices


class Looking:
    """Looks at the house for the page of the queue; what changes seldom is remembered for a minute."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._choices: tuple[datetime, Choices] | None = None

    def view(self, visitor: Visitor, place: Place) -> View:
        """What the queue shows at a place. Raises: BadInput for an item that does not exist, or a cursor."""
        house, counts = self._house, desk.counts(self._house)
        listed = listing.listed(
            house,
            place.filter,
            visitor.person_id,
            after=place.after,
            before=place.before,
            limit=rows_of(visitor),
        )
        ids = [row.id for row in listed.rows]
        item = place.item or (ids[0] if ids else None)
        return View(
            place=place.model_copy(update={"item": item}),
            tabs=[(state, counts.get(state.value, 0)) for state in TABS],
            listed=listed,
            rows=[(row, after(ids, row.id)) for row in listed.rows],
            detail=desk.show(house, str(item), visitor.person_id) if item else None,
            next=after(ids, item),
            notice=self._notice(visitor, place.done),
            empty=self._empty(counts),
            alarms=alarms(house),
            saved=views.saved(house, visitor.person_id),
            choices=self.choices(),
        )

    def _notice(self, visitor: Visitor, item: UUID | None) -> Notice | None:
        if item is None:
            return None
        told = self._told_of(visitor, item)
        if told.can_undo or told.is_put_off:
            return told
        last = deciding.last_of(self._house, visitor.person_id)
        return replace(told, before=self._told_of(visitor, last.item_id)) if last else told

    def _told_of(self, visitor: Visitor, item: UUID) -> Notice:
        detail = desk.show(self._house, str(item), visitor.person_id)
        return Notice(
            item=detail.row.id,
            title=detail.row.title,
            state=detail.row.state,
            can_undo=can_undo(detail),
            known=len(detail.decisions),
            is_put_off=putting_off.is_put_off(self._house, visitor.person_id, item),
        )

    def _empty(self, counts: Mapping[str, int]) -> str:
        """Which empty queue this is: nothing to read from, nothing read yet, or everything judged."""
        if not self._house.config.sources:
            return "no_sources"
        return "judged" if counts else "nothing_read"

    def choices(self) -> Choices:
        """What the filter can be set to."""
        now = self._house.now()
        if self._choices is None or self._choices[0] < now - timedelta(minutes=1):
            self._choices = now, choices(self._house)
        return self._choices[1]

    # ------------------------------------------------------------------ the reader's verdicts

    def verdicts(self, visitor: Visitor, detail: Detail | None) -> dict[str, Any]:
        """What the reader needs to offer verdicts on an item: templates/verdicts.html."""
        told: dict[str, Any] = {"can": (), "can_undo": False, "known": 0, "looking": (), "is_put_off": False}
        told["spoke"] = spoken(self._house, detail)
        told["chips"] = self._house.config.curation.reject_reasons
        if detail is None or not visitor.may(Right.DECIDE):
            return told
        item = detail.row.id
        return told | {
            "can": CAN.get(detail.row.state, ()),
            "can_undo": can_undo(detail),
            "known": len(detail.decisions),
            "looking": claims.looking(self._house, visitor.person_id, item),
            "is_put_off": putting_off.is_put_off(self._house, visitor.person_id, item),
        }


def spoken(house: House, detail: Detail | None) -> Sequence[Spoke]:
    """What was learned says of an item, nothing while any of its words stands behind bars."""
    if detail is None or detail.row.hidden is not None or detail.has_marked:
        return ()
    return words_on(house, str(detail.row.id))


def require_item(house: House, item: UUID) -> None:
    """Raises: HTTPException 404 for an item that does not exist."""
    if not listing.exists(house, item):
        raise HTTPException(404, "There is no such item.")


def rows_of(visitor: Visitor) -> int:
    """How many rows a person wants on a page."""
    chosen = visitor.settings.get("rows", PER_PAGE)
    return (
        min(max(int(chosen), 10), 200)
        if isinstance(chosen, int | str) and str(chosen).isdigit()
        else PER_PAGE
    )


def after(ids: Sequence[UUID], item: UUID | None) -> UUID | None:
    """The item to go on with: the one below, else the one above."""
    if item not in ids:
        return None
    here = ids.index(item)
    others = [*ids[here + 1 : here + 2], *ids[max(0, here - 1) : here]]
    return others[0] if others else None


def can_undo(detail: Detail) -> bool:
    """Whether a verdict on the item stands."""
    return any(decision["undone_at"] is None for decision in detail.decisions)

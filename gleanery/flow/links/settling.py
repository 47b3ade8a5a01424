"""What follows from a link that is gone, or back: derived from what was found out and what people said of it.

An item whose source is gone by its platform's word is taken back everywhere, as a verdict of `policy:links` that a
person may undo. Where only a web server said "not found", the item waits for a curator with that reason and stands
where it stands. A person's word that came after counts: nobody is asked twice about one loss.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, and_, col, or_, select

from gleanery.flow.change import Change
from gleanery.flow.deciding import decide_in
from gleanery.flow.house import House
from gleanery.flow.items.waiting import LINK_BACK, LINK_FAILING, LINK_GONE
from gleanery.flow.owing import owe
from gleanery.model.destinations import Action
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemState
from gleanery.model.links import ItemLink, LinkLook, LinkState

if TYPE_CHECKING:
    from gleanery.flow.links.looking import LookReport

POLICY = "policy:links"
BATCH = 50
_ASKED = (LINK_GONE, LINK_FAILING)
Confirm = Callable[[Session, datetime], None]


def settle(house: House, confirm: Confirm, report: LookReport) -> None:
    """Retract, ask or bring back what the looks make due; a part of the items at a time."""
    settings = house.config.links
    plans = [
        (_gone(by_platform=True), settings.on_platform_word),
        (_gone(by_platform=False), settings.on_not_found),
    ]
    for which, what in plans:
        if what == "retract":
            report.retracted += _each(house, confirm, [which, *_to_retract()], _retract)
        elif what == "ask":
            report.asked += _each(house, confirm, [which, *_to_ask()], _ask_gone)
    if settings.ask_after_days:
        since = house.now() - timedelta(days=settings.ask_after_days)
        failing = and_(LinkLook.state == LinkState.FAILING, col(LinkLook.since) <= since)
        report.asked += _each(house, confirm, [failing, *_to_ask()], _ask_failing)
    report.back += _each(house, confirm, _to_bring_back(), _bring_back)


def _each(
    house: House,
    confirm: Confirm,
    wanted: list[ColumnElement[bool]],
    act: Callable[[House, Change, Item], None],
) -> int:
    """Act on every item that meets the conditions; acting ends that it meets them."""
    total = 0
    while True:
        with house.change() as change:
            confirm(change.session, house.now())
            query = (
                select(Item)
                .join(ItemLink, col(ItemLink.item_id) == col(Item.id))
                .join(LinkLook, col(LinkLook.mark) == col(ItemLink.mark))
                .where(*wanted, col(Item.merged_into).is_(None))
            )
            items = change.session.exec(
                query.order_by(col(Item.seq)).limit(BATCH).with_for_update(of=Item)
            ).all()
            for item in items:
                act(house, change, item)
        total += len(items)
        if len(items) < BATCH:
            return total


# --------------------------------------------------------------------------- which


def _gone(*, by_platform: bool) -> ColumnElement[bool]:
    said = LinkLook.how == "platform" if by_platform else LinkLook.how != "platform"
    return and_(LinkLook.state == LinkState.GONE, said)


def _to_retract() -> list[ColumnElement[bool]]:
    return [col(Item.state).in_((ItemState.APPROVED, ItemState.WAITING)), _nobody_kept()]


def _to_ask() -> list[ColumnElement[bool]]:
    waits = and_(Item.state == ItemState.WAITING, col(Item.reason).not_in(_ASKED))
    return [or_(Item.state == ItemState.APPROVED, waits), _nobody_kept()]


def _nobody_kept() -> ColumnElement[bool]:
    """No person approved the item since its link went, nor took back that we did."""
    approved = and_(
        Decision.verdict == DecisionVerdict.APPROVE,
        col(Decision.at) >= col(LinkLook.since),
        col(Decision.undone_at).is_(None),
    )
    taken_back = and_(Decision.actor == POLICY, col(Decision.undone_at) >= col(LinkLook.since))
    said = exists().where(col(Decision.item_id) == col(Item.id), or_(approved, taken_back))
    return ~said.correlate(Item, LinkLook)


def _to_bring_back() -> list[ColumnElement[bool]]:
    """Items that a dead link took away or put in question, whose link answers again."""
    answers = col(LinkLook.state).in_((LinkState.OK, LinkState.MOVED))
    ours = and_(
        col(Item.state).in_((ItemState.RETRACTED, ItemState.DROPPED, ItemState.WAITING)),
        col(Item.reason).in_(_ASKED),
    )
    return [answers, ours]


# --------------------------------------------------------------------------- what


def _retract(house: House, change: Change, item: Item) -> None:
    """Take an item back everywhere: an approved one by a verdict, one that waits out of the queue."""
    if item.state is ItemState.APPROVED:
        decide_in(house, change, item, DecisionVerdict.RETRACT, POLICY, LINK_GONE)
        return
    _put(change, item, ItemState.DROPPED, LINK_GONE)
    owe(house, change, item, Action.RETRACT, None)


def _ask_gone(house: House, change: Change, item: Item) -> None:
    _put(change, item, ItemState.WAITING, LINK_GONE)


def _ask_failing(house: House, change: Change, item: Item) -> None:
    _put(change, item, ItemState.WAITING, LINK_FAILING)


def _bring_back(house: House, change: Change, item: Item) -> None:
    """It waits for a curator, whatever was said of it before: what is there now may be something else."""
    _put(change, item, ItemState.WAITING, LINK_BACK)


def _put(change: Change, item: Item, state: ItemState, reason: str) -> None:
    item.state, item.reason = state, reason
    change.session.add(item)
    change.audit(f"item.{state.value}", POLICY, f"item:{item.id}", reason=reason, revision=item.revision)

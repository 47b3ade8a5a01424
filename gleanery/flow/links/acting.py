"""What curators do about a link: look again now, keep the item, give it another address, take it back."""

from __future__ import annotations

from sqlmodel import col, select

from gleanery.errors import BadInput
from gleanery.flow import deciding
from gleanery.flow.house import House
from gleanery.flow.items.editing import give_address
from gleanery.flow.items.finding import find_item, find_locked
from gleanery.flow.items.waiting import LINK_BACK, LINK_FAILING, LINK_GONE
from gleanery.flow.links import noting
from gleanery.flow.links.looking import LookReport, look
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemState
from gleanery.model.links import ItemLink, LinkLook

_OURS = (LINK_GONE, LINK_FAILING, LINK_BACK)


def look_again(house: House, *texts: str) -> LookReport:
    """Look at the addresses of these items at once. Raises: BadInput for an item without one that can be looked at.

    Where somebody else is at it just now, they are due in the next batch.
    """
    noted = look(house, only=())
    with house.store.read() as session:
        items = [find_item(session, text).id for text in texts]
        query = select(ItemLink.mark).where(col(ItemLink.item_id).in_(items), col(ItemLink.mark).is_not(None))
        marks = [mark for mark in session.exec(query) if mark is not None]
    if not marks:
        raise BadInput("Nothing here can be looked at.", remedy="An item must lead to a public web address.")
    report = look(house, only=marks) if not noted.busy else noted
    if report.busy:
        with house.store.write() as session:
            for row in session.exec(select(LinkLook).where(col(LinkLook.mark).in_(marks))):
                row.next_look_at = house.now()
                session.add(row)
    return report


def keep(house: House, text: str, account: str) -> Decision:
    """Say that an item is good although its link was found broken: nobody is asked about this loss again.

    Raises as `deciding.decide`.
    """
    return deciding.decide(house, text, DecisionVerdict.APPROVE, account)


def retract(house: House, text: str, account: str) -> Decision:
    """Take an item back everywhere because of its link. Raises as `deciding.decide`."""
    with house.store.read() as session:
        is_approved = find_item(session, text).state is ItemState.APPROVED
    verdict = DecisionVerdict.RETRACT if is_approved else DecisionVerdict.REJECT
    return deciding.decide(house, text, verdict, account, LINK_GONE)


def replace_address(house: House, text: str, account: str, address: str | None) -> bool:
    """Let an item lead to another address; None: to its source's. False where that changes nothing.

    One that was taken back for its link waits for a curator again. Raises: BadInput, Denied.
    """
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        before = (item.state, item.reason)
        if _was_lost(item):
            item.state, item.reason = ItemState.WAITING, LINK_BACK
        if give_address(house, change, item, actor, address) is None:
            item.state, item.reason = before
            return False
        if before != (item.state, item.reason):
            change.audit(f"item.{item.state.value}", actor, f"item:{item.id}", reason=item.reason)
        noting.note(house, change, [item])
        return True


def _was_lost(item: Item) -> bool:
    states = (ItemState.WAITING, ItemState.RETRACTED, ItemState.DROPPED)
    return item.state in states and item.reason in _OURS

"""decide(item): a verdict with its reason, and all that follows from it, in one transaction.

The decision, the audit entry, the statement and the owed deliveries stand or fall together. Undo takes back
what is still owed, owes the opposite of what was delivered, and voids the statement.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput, Denied, Gone
from gleanery.flow import recording
from gleanery.flow.attaching import living
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Decision, DecisionVerdict, FindingRow, Item, ItemState, Tag
from gleanery.model.posts import Post
from gleanery.model.types import derived_id

_TARGET = {
    DecisionVerdict.APPROVE: ItemState.APPROVED,
    DecisionVerdict.REJECT: ItemState.REJECTED,
    DecisionVerdict.RETRACT: ItemState.RETRACTED,
}
_OWED = {
    DecisionVerdict.APPROVE: Action.UPSERT,
    DecisionVerdict.REJECT: Action.RETRACT,
    DecisionVerdict.RETRACT: Action.RETRACT,
}


def find_item(session: Session, text: str) -> Item:
    """The living item whose id is, or begins with, `text`. Raises: BadInput (unknown, ambiguous, no id)."""
    sign = text.strip().lower().replace("-", "")
    if not re.fullmatch(r"[0-9a-f]{4,32}", sign):
        raise BadInput(
            f"{text!r} is no item id.",
            remedy="Give at least its first four characters; see `gleanery queue`.",
        )
    first, last = UUID(sign.ljust(32, "0")), UUID(sign.ljust(32, "f"))
    found = session.exec(select(Item).where(col(Item.id) >= first, col(Item.id) <= last).limit(2)).all()
    if not found:
        raise BadInput(f"There is no item {text!r}.", remedy="`gleanery queue` lists the items that wait.")
    if len(found) > 1:
        raise BadInput(f"More than one item begins with {text!r}.", remedy="Give more characters of the id.")
    return living(session, found[0].id)


def decide(house: House, text: str, verdict: DecisionVerdict, account: str, reason: str = "") -> Decision:
    """A person's verdict on the item `text` names. Raises: Denied, BadInput, Gone."""
    with house.change() as change:
        item = find_item(change.session, text)
        actor = f"person:{house.person(change.session, account)}"
        return decide_in(house, change, item, verdict, actor, reason)


def decide_in(
    house: House, change: Change, item: Item, verdict: DecisionVerdict, actor: str, reason: str
) -> Decision:
    """A verdict in a transaction of the caller's."""
    _require(change.session, item, verdict)
    number = (
        change.session.exec(
            select(func.count()).select_from(Decision).where(Decision.item_id == item.id)
        ).one()
        + 1
    )
    decision = Decision(
        id=derived_id("decision", str(house.organisation.id), str(item.id), number),
        item_id=item.id,
        number=number,
        verdict=verdict,
        reason=reason,
        actor=actor,
        state_before=item.state,
        at=change.at,
        statement_id=UUID(int=0),
    )
    tags = change.session.exec(
        select(Tag).where(Tag.item_id == item.id).order_by(col(Tag.framework), col(Tag.concept))
    ).all()
    built = recording.decided(change, item, platform_of(change.session, item), decision, tags)
    decision.statement_id = built.id
    item.state, item.reason = _TARGET[verdict], reason
    change.session.add_all([decision, item])
    change.session.flush()
    change.state([built])
    change.audit(f"item.{item.state.value}", actor, f"item:{item.id}", decision=str(decision.id))
    owe(house, change, item, _OWED[verdict], decision)
    return decision


def _require(session: Session, item: Item, verdict: DecisionVerdict) -> None:
    """Raises: Denied where this verdict cannot follow the item's state."""
    if item.state is _TARGET[verdict]:
        raise Denied(f"Item {str(item.id)[:8]} is already {item.state.value}.", remedy="Nothing was changed.")
    if verdict is DecisionVerdict.RETRACT and item.state is not ItemState.APPROVED:
        raise Denied(
            f"Item {str(item.id)[:8]} is {item.state.value}, not approved.", remedy="Use reject instead."
        )
    if verdict is DecisionVerdict.APPROVE and item.state is ItemState.QUARANTINED:
        finding = session.exec(
            select(FindingRow).where(
                FindingRow.item_id == item.id, FindingRow.verdict == "block", FindingRow.current
            )
        ).first()
        why = f" ({finding.reason})" if finding else ""
        raise Denied(
            f"Item {str(item.id)[:8]} holds sensitive data{why} and cannot leave the house.",
            remedy="Have it removed at its source, or allow it in curation.steps under sensitive.",
        )
    if verdict is DecisionVerdict.APPROVE and item.reason == "source.gone":
        raise Gone(
            f"Item {str(item.id)[:8]} is gone at its source.", remedy="There is nothing left to approve."
        )


def platform_of(session: Session, item: Item) -> str:
    """The platform of the founding post."""
    return session.exec(select(Post.platform).where(Post.id == item.founding_post_id)).one()


# --------------------------------------------------------------------------- what is owed


def owe(house: House, change: Change, item: Item, action: Action, decision: Decision | None) -> None:
    """Owe every destination this action; a removal only where the item stands or may stand."""
    for destination in house.config.destinations:
        row = change.session.exec(
            select(Delivery).where(Delivery.item_id == item.id, Delivery.destination == destination.name)
        ).one_or_none()
        if row is None and action is Action.RETRACT:
            continue
        _owe_one(house, change, item, destination.name, row, action, decision)


def _owe_one(
    house: House,
    change: Change,
    item: Item,
    destination: str,
    row: Delivery | None,
    action: Action,
    decision: Decision | None,
) -> None:
    due = change.at + (house.config.undo_window if decision is not None else timedelta(0))
    if row is not None and action is Action.RETRACT and _never_left(row):
        row.state, row.reason = DeliveryState.CANCELLED, ""
        change.session.add(row)
        change.audit("delivery.cancelled", "policy:delivery", f"delivery:{row.id}")
        return
    row = row or Delivery(
        id=derived_id("delivery", str(house.organisation.id), str(item.id), destination),
        item_id=item.id,
        destination=destination,
        action=action,
        revision=item.revision,
        decision_id=item.id,
        not_before=due,
        next_try_at=due,
    )
    row.action, row.state, row.revision, row.attempts, row.reason = (
        action,
        DeliveryState.OWED,
        item.revision,
        0,
        "",
    )
    row.not_before = row.next_try_at = due
    if decision is not None:
        row.decision_id = decision.id
    change.session.add(row)
    change.audit(
        "delivery.owed", "policy:delivery", f"delivery:{row.id}", action=action.value, item=str(item.id)
    )


def _never_left(row: Delivery) -> bool:
    """Whether the destination was never told of the item, not even by a call whose answer was lost."""
    return row.remote_id is None and row.attempts == 0 and row.delivered_at is None and row.started_at is None


# --------------------------------------------------------------------------- undo


def undo(house: House, account: str, text: str | None = None) -> Decision:
    """Take back the last verdict on an item, or without `text` the last this person gave. Raises: BadInput."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        decision = _last(change.session, actor, text)
        item = living(change.session, decision.item_id)
        decision.undone_at, decision.undone_by = change.at, actor
        item.state, item.reason = decision.state_before, ""
        change.session.add_all([decision, item])
        change.state([recording.undone(change, decision, actor)])
        change.audit("decision.undone", actor, f"item:{item.id}", decision=str(decision.id))
        was_approved = decision.state_before is ItemState.APPROVED
        if was_approved or decision.verdict is DecisionVerdict.APPROVE:
            owe(house, change, item, Action.UPSERT if was_approved else Action.RETRACT, None)
        return decision


def _last(session: Session, actor: str, text: str | None) -> Decision:
    query = (
        select(Decision)
        .where(col(Decision.undone_at).is_(None))
        .order_by(col(Decision.at).desc(), col(Decision.number).desc())
    )
    if text is not None:
        query = query.where(Decision.item_id == find_item(session, text).id)
    else:
        query = query.where(Decision.actor == actor)
    decision = session.exec(query).first()
    if decision is None:
        raise BadInput(
            "There is no verdict to undo.", remedy="Give the item's id to undo another person's verdict."
        )
    newest = session.exec(
        select(func.max(Decision.number)).where(
            Decision.item_id == decision.item_id, col(Decision.undone_at).is_(None)
        )
    ).one()
    if newest != decision.number:
        short = str(decision.item_id)[:8]
        raise BadInput(f"Item {short} was decided again since.", remedy="Give its id to undo that verdict.")
    return decision

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
from xapi.statements import Built

RECENT = timedelta(hours=1)
"""How far back `undo` without an item looks."""

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


def decide(
    house: House,
    text: str,
    verdict: DecisionVerdict,
    account: str,
    reason: str = "",
    *,
    seen: int | None = None,
) -> Decision:
    """A person's verdict on the item `text` names; `seen` is the revision they looked at.

    Raises: Denied (it cannot follow, or the item changed since it was seen), BadInput, Gone.
    """
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        found = find_item(change.session, text)
        item = change.session.exec(
            select(Item)
            .where(Item.id == found.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if seen is not None and item.revision != seen:
            raise Denied(
                f"Item {str(item.id)[:8]} changed since it was shown.", remedy="Look again, then decide."
            )
        return decide_in(house, change, item, verdict, actor, reason)


def decide_in(
    house: House, change: Change, item: Item, verdict: DecisionVerdict, actor: str, reason: str
) -> Decision:
    """A verdict in a transaction of the caller's."""
    _require(change.session, item, verdict)
    decision = _new_decision(house, change, item, verdict, actor, reason)
    built = _statement(change, item, decision)
    decision.statement_id = built.id
    item.state, item.reason = _TARGET[verdict], reason
    change.session.add_all([decision, item])
    change.session.flush()
    change.state([built])
    change.audit(f"item.{item.state.value}", actor, f"item:{item.id}", decision=str(decision.id))
    owe(house, change, item, _OWED[verdict], decision)
    return decision


def _new_decision(
    house: House, change: Change, item: Item, verdict: DecisionVerdict, actor: str, reason: str
) -> Decision:
    given = select(func.count()).select_from(Decision).where(Decision.item_id == item.id)
    number = change.session.exec(given).one() + 1
    return Decision(
        id=derived_id("decision", str(house.organisation.id), str(item.id), number),
        item_id=item.id,
        number=number,
        verdict=verdict,
        reason=reason,
        actor=actor,
        revision=item.revision,
        state_before=item.state,
        at=change.at,
        statement_id=UUID(int=0),
    )


def _statement(change: Change, item: Item, decision: Decision) -> Built:
    tags = change.session.exec(
        select(Tag).where(Tag.item_id == item.id).order_by(col(Tag.framework), col(Tag.concept))
    ).all()
    return recording.decided(change, item, platform_of(change.session, item), decision, tags)


def _require(session: Session, item: Item, verdict: DecisionVerdict) -> None:
    """Raises: Denied or Gone where this verdict cannot follow the item's state."""
    short = str(item.id)[:8]
    if item.state is _TARGET[verdict]:
        raise Denied(f"Item {short} is already {item.state.value}.", remedy="Nothing was changed.")
    if verdict is DecisionVerdict.RETRACT and item.state is not ItemState.APPROVED:
        raise Denied(f"Item {short} is {item.state.value}, not approved.", remedy="Use reject instead.")
    if verdict is DecisionVerdict.APPROVE:
        _require_harmless(session, item, short)


def _require_harmless(session: Session, item: Item, short: str) -> None:
    """Only words that were judged, are still there and are not blocked can be approved, whatever the state."""
    if item.reason == "source.gone":
        raise Gone(f"Item {short} is gone at its source.", remedy="There is nothing left to approve.")
    if not item.screened_as:
        raise Denied(
            f"Item {short} changed and is not judged yet.", remedy="Run `gleanery screen`, then look again."
        )
    blocked = session.exec(
        select(FindingRow).where(
            FindingRow.item_id == item.id, FindingRow.verdict == "block", FindingRow.current
        )
    ).first()
    if blocked or item.state is ItemState.QUARANTINED:
        raise Denied(
            f"Item {short} holds sensitive data ({blocked.reason if blocked else item.reason}) and cannot leave.",
            remedy="Have it removed at its source, or allow it in curation.steps under sensitive and screen again.",
        )


def platform_of(session: Session, item: Item) -> str:
    """The platform of the founding post."""
    return session.exec(select(Post.platform).where(Post.id == item.founding_post_id)).one()


# --------------------------------------------------------------------------- what is owed


def owe(house: House, change: Change, item: Item, action: Action, decision: Decision | None) -> None:
    """Owe every destination this action; a removal only where the item stands or may stand."""
    rows = {
        row.destination: row
        for row in change.session.exec(select(Delivery).where(Delivery.item_id == item.id).with_for_update())
    }
    wanted = [one.name for one in house.config.destinations] if action is Action.UPSERT else list(rows)
    for name in wanted:
        row = rows.get(name)
        if row is not None and action is Action.RETRACT and _never_left(row):
            _cancel(change, row)
        elif row is None or action is Action.UPSERT or row.remote_id or row.started_at:
            _owe_one(house, change, item, row or _new_delivery(house, item, name, change), action, decision)


def owe_to(house: House, change: Change, item: Item, destination: str) -> None:
    """Owe one destination an item it never had."""
    _owe_one(house, change, item, _new_delivery(house, item, destination, change), Action.UPSERT, None)


def _cancel(change: Change, row: Delivery) -> None:
    if row.state is DeliveryState.CANCELLED:
        return
    row.state, row.reason, row.turn = DeliveryState.CANCELLED, "", row.turn + 1
    change.session.add(row)
    change.audit("delivery.cancelled", "policy:delivery", f"delivery:{row.id}")


def _new_delivery(house: House, item: Item, destination: str, change: Change) -> Delivery:
    return Delivery(
        id=derived_id("delivery", str(house.organisation.id), str(item.id), destination),
        item_id=item.id,
        destination=destination,
        action=Action.UPSERT,
        revision=item.revision,
        decision_id=item.id,
        not_before=change.at,
        next_try_at=change.at,
    )


def _owe_one(
    house: House, change: Change, item: Item, row: Delivery, action: Action, decision: Decision | None
) -> None:
    """A new turn: an answer that is still under way for an earlier one settles nothing any more."""
    if row.action is action is Action.RETRACT and row.state is DeliveryState.OWED:
        return
    row.action, row.state, row.revision = action, DeliveryState.OWED, item.revision
    row.turn, row.attempts, row.reason = row.turn + 1, 0, ""
    row.not_before = change.at + (house.config.undo_window if decision is not None else timedelta(0))
    row.next_try_at = row.not_before
    if decision is not None:
        row.decision_id = decision.id
    change.session.add(row)
    change.session.flush()
    change.audit(
        "delivery.owed", "policy:delivery", f"delivery:{row.id}", what=action.value, item=str(item.id)
    )


def _never_left(row: Delivery) -> bool:
    """Whether the destination was never told of the item, not even by a call whose answer was lost."""
    return row.remote_id is None and row.started_at is None


# --------------------------------------------------------------------------- undo


def undo(house: House, account: str, text: str | None = None) -> Decision:
    """Take back the last verdict on an item, or without `text` the one this person gave within the last hour.

    Raises: BadInput.
    """
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        decision = _last(change, actor, text)
        item = change.session.exec(select(Item).where(Item.id == decision.item_id).with_for_update()).one()
        decision.undone_at, decision.undone_by = change.at, actor
        change.session.add(decision)
        change.state([recording.undone(change, decision, actor)])
        change.audit("decision.undone", actor, f"item:{item.id}", decision=str(decision.id))
        if item.merged_into is None and item.state is _TARGET[decision.verdict]:
            _set_back(house, change, item, decision)
        elif decision.verdict is DecisionVerdict.APPROVE and item.state is not ItemState.APPROVED:
            owe(house, change, item, Action.RETRACT, None)
        return decision


def _set_back(house: House, change: Change, item: Item, decision: Decision) -> None:
    """Put the item back to where it stood; only words that were approved are approved again."""
    target = decision.state_before
    item.reason = ""
    if target is ItemState.APPROVED and not _may_stand_again(change.session, item, decision):
        target, item.reason = ItemState.WAITING, "changed.since_approval"
    item.state = target
    change.session.add(item)
    change.session.flush()
    if target is ItemState.APPROVED:
        owe(house, change, item, Action.UPSERT, None)
    elif decision.verdict is DecisionVerdict.APPROVE:
        owe(house, change, item, Action.RETRACT, None)


def _may_stand_again(session: Session, item: Item, decision: Decision) -> bool:
    """Whether an approval that a verdict took away still holds: the same words, and nothing blocks them since."""
    try:
        _require_harmless(session, item, str(item.id)[:8])
    except (Denied, Gone):
        return False
    return item.revision == decision.revision


def _last(change: Change, actor: str, text: str | None) -> Decision:
    session = change.session
    query = (
        select(Decision)
        .where(col(Decision.undone_at).is_(None))
        .order_by(col(Decision.at).desc(), col(Decision.number).desc())
    )
    if text is not None:
        query = query.where(Decision.item_id == find_item(session, text).id)
    else:
        query = query.where(Decision.actor == actor, col(Decision.at) > change.at - RECENT)
    decision = session.exec(query).first()
    if decision is None:
        raise BadInput(
            "There is no verdict to undo.", remedy="Give the item's id for an older one or another person's."
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

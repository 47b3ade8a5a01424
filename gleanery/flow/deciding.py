"""decide(item): a verdict with its reason, and all that follows from it, in one transaction.

The decision, the audit entry, the statement and the owed deliveries stand or fall together. Undo takes back
what is still owed, owes the opposite of what was delivered, and voids the statement.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput, Denied, Gone
from gleanery.flow import recording
from gleanery.flow.change import Change
from gleanery.flow.confirmed import standing
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item, find_locked, locked, platform_of
from gleanery.flow.naming import account_of
from gleanery.flow.owing import owe
from gleanery.flow.queue.claims import let_go_of
from gleanery.model.destinations import Action
from gleanery.model.items import Decision, DecisionVerdict, FindingRow, Item, ItemState, Tag
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


def decide(
    house: House,
    text: str,
    verdict: DecisionVerdict,
    account: str,
    reason: str = "",
    *,
    seen: int | None = None,
    known: int | None = None,
) -> Decision:
    """A person's verdict on the item `text` names.

    `seen` is the revision they looked at, `known` how many decisions on it they knew of. The same verdict sent twice
    is given once. Raises: Denied (it cannot follow, the item changed since it was seen, or somebody else decided
    meanwhile), BadInput, Gone.
    """
    with house.change() as change:
        person_id = house.person(change.session, account)
        actor = f"person:{person_id}"
        item = find_locked(change.session, text)
        let_go_of(change.session, item.id, person_id)
        if known is not None and (newest := _newest(change.session, item, known)) is not None:
            if (newest.actor, newest.verdict, newest.number) == (actor, verdict, known + 1):
                return newest
            raise _overtaken(change.session, item, newest)
        if seen is not None and item.revision != seen:
            raise Denied(
                f"Item {str(item.id)[:8]} changed since it was shown.", remedy="Look again, then decide."
            )
        return decide_in(house, change, item, verdict, actor, reason)


def _newest(session: Session, item: Item, known: int) -> Decision | None:
    """The last decision that stands on an item, if there were more than `known`."""
    return session.exec(
        select(Decision)
        .where(Decision.item_id == item.id, col(Decision.number) > known, col(Decision.undone_at).is_(None))
        .order_by(col(Decision.number).desc())
    ).first()


def _overtaken(session: Session, item: Item, newest: Decision) -> Denied:
    """Tells somebody who decided what while they looked at the item, and when."""
    who, when = account_of(session, newest.actor), f"{newest.at:%d %B %Y, %H:%M} UTC".lstrip("0")
    reason = f" ({newest.reason})" if newest.reason else ""
    return Denied(
        f"Item {str(item.id)[:8]} was decided meanwhile: {who} chose {newest.verdict.value}{reason}, {when}.",
        remedy="Your verdict was not recorded. Look again; you may undo theirs.",
    )


def decide_in(
    house: House,
    change: Change,
    item: Item,
    verdict: DecisionVerdict,
    actor: str,
    reason: str,
    bulk_id: UUID | None = None,
) -> Decision:
    """A verdict in a transaction of the caller's."""
    _require(change.session, item, verdict)
    decision = _new_decision(house, change, item, verdict, actor, reason)
    decision.bulk_id = bulk_id
    built = _statement(house, change, item, decision)
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


def _statement(house: House, change: Change, item: Item, decision: Decision) -> Built:
    tags = change.session.exec(
        select(Tag)
        .where(Tag.item_id == item.id, standing(house))
        .order_by(col(Tag.framework), col(Tag.concept))
    ).all()
    return recording.decided(change, item, platform_of(change.session, item), decision, tags)


def obstacle(state: ItemState, verdict: DecisionVerdict, *, is_gone: bool, is_unjudged: bool) -> str | None:
    """The code of what keeps an item from this verdict, as far as its own row tells; None where nothing does."""
    if state is _TARGET[verdict]:
        return "already"
    if verdict is DecisionVerdict.RETRACT and state is not ItemState.APPROVED:
        return "not_approved"
    if verdict is not DecisionVerdict.APPROVE:
        return None
    if is_gone:
        return "gone"
    if is_unjudged:
        return "unjudged"
    return "blocked" if state is ItemState.QUARANTINED else None


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


# --------------------------------------------------------------------------- undo


def undo(house: House, account: str, text: str | None = None, *, known: int | None = None) -> Decision:
    """Take back the last verdict on an item, or without `text` the one this person gave within the last hour.

    `known` is how many decisions on it they knew of. Raises: BadInput; Denied where somebody decided meanwhile.
    """
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        decision = _last(change, actor, text)
        if known is not None and decision.number > known:
            raise _overtaken(change.session, find_item(change.session, str(decision.item_id)), decision)
        undo_in(house, change, decision, actor)
        return decision


def undo_in(house: House, change: Change, decision: Decision, actor: str) -> None:
    """Take back a verdict, the last one on its item that stands, in a transaction of the caller's."""
    item = locked(change.session, decision.item_id)
    decision.undone_at, decision.undone_by = change.at, actor
    change.session.add(decision)
    change.state([recording.undone(change, decision, actor)])
    change.audit("decision.undone", actor, f"item:{item.id}", decision=str(decision.id))
    if item.merged_into is None and item.state is _TARGET[decision.verdict]:
        _set_back(house, change, item, decision)
    elif decision.verdict is DecisionVerdict.APPROVE and item.state is not ItemState.APPROVED:
        owe(house, change, item, Action.RETRACT, None)


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


def last_of(house: House, person_id: UUID) -> Decision | None:
    """The last verdict of this person within the last hour that stands; one on many items at once aside."""
    query = (
        select(Decision)
        .where(Decision.actor == f"person:{person_id}", col(Decision.at) > house.now() - RECENT)
        .where(col(Decision.undone_at).is_(None), col(Decision.bulk_id).is_(None))
        .order_by(col(Decision.at).desc(), col(Decision.number).desc())
    )
    with house.store.read() as session:
        return session.exec(query).first()


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

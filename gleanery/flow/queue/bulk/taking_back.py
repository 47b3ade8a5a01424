"""Take back a verdict on many items as a whole; what somebody decided again since stays."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.errors import Denied
from gleanery.flow import runs
from gleanery.flow.change import Change
from gleanery.flow.deciding import undo_in
from gleanery.flow.house import House
from gleanery.flow.queue.bulk import portions
from gleanery.flow.queue.bulk.portions import KIND, UNDO_KIND, find, locked, work_on
from gleanery.model.items import Decision
from gleanery.model.queue import Bulk


def undo(house: House, bulk_id: UUID, account: str) -> Bulk:
    """Take back every verdict of it that still stands; asked twice, once. Raises: BadInput; Denied while it goes on."""
    with house.change() as change:
        session = change.session
        one = locked(session, bulk_id)
        actor = f"person:{house.person(session, account)}"
        if one.undo_asked_at is None:
            if runs.open_run(session, KIND, str(bulk_id)) is not None:
                raise Denied("It is still going on.", remedy="Stop it first, or wait until it has ended.")
            one.undo_asked_at, one.undo_by = change.at, actor
            session.add(one)
            runs.ask(session, house, UNDO_KIND, str(bulk_id), actor).total = one.decided
            change.audit("bulk.undo-asked", actor, f"bulk:{bulk_id}")
    if one.decided <= portions.AT_ONCE:
        take_back(house, bulk_id)
    return find(house, bulk_id)


def take_back(house: House, bulk_id: UUID) -> None:
    """Undo portion by portion."""
    work_on(house, UNDO_KIND, bulk_id, _undo_some, lambda one: one.undone + one.kept)


def _undo_some(house: House, bulk_id: UUID) -> bool:
    """Take back the next portion; True once nothing is left."""
    with house.change() as change:
        session = change.session
        one = locked(session, bulk_id)
        if one.undo_ended_at is not None:
            return True
        query = select(Decision).where(Decision.bulk_id == bulk_id).order_by(col(Decision.id))
        if one.undo_cursor is not None:
            query = query.where(col(Decision.id) > one.undo_cursor)
        decisions = session.exec(query.limit(portions.AT_ONCE)).all()
        overtaken = _decided_again(session, decisions)
        for decision in decisions:
            _undo_one(house, change, one, decision, decision.item_id in overtaken)
        one.undo_cursor = decisions[-1].id if decisions else one.undo_cursor
        if len(decisions) < portions.AT_ONCE:
            one.undo_ended_at = change.at
            detail = {"undone": one.undone, "kept": one.kept}
            change.audit("bulk.undone", one.undo_by or one.by, f"bulk:{one.id}", **detail)
        session.add(one)
        return one.undo_ended_at is not None


def _decided_again(session: Session, decisions: Sequence[Decision]) -> set[UUID]:
    """The items on which another verdict stands that came after these."""
    numbers = {decision.item_id: decision.number for decision in decisions}
    later = select(Decision.item_id, func.max(Decision.number)).where(
        col(Decision.item_id).in_(list(numbers)), col(Decision.undone_at).is_(None)
    )
    return {
        item_id
        for item_id, number in session.exec(later.group_by(col(Decision.item_id)))
        if number > numbers[item_id]
    }


def _undo_one(house: House, change: Change, one: Bulk, decision: Decision, is_overtaken: bool) -> None:
    if is_overtaken or decision.undone_at is not None:
        one.kept += decision.undone_at is None
        return
    undo_in(house, change, decision, one.undo_by or one.by)
    one.undone += 1

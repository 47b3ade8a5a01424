"""What people's affairs still ask for, found from their state: links whose end has come, withdrawals cut off.

Nothing waits for it: `may_state` looks at the links and bases themselves.
"""

from __future__ import annotations

from sqlmodel import col, or_, select

from gleanery.flow.house import House
from gleanery.flow.people.withdrawing import finish_withdrawals
from gleanery.model.people import Handle, HandleLink


def settle(house: House) -> None:
    """Do what is due; a repetition does nothing."""
    finish_withdrawals(house)
    release_leavers(house)


def release_leavers(house: House) -> int:
    """Take the person off handles whose planned end has come; returns how many. Nothing was stated since."""
    standing = select(HandleLink.id).where(
        col(HandleLink.handle_id) == col(Handle.id),
        or_(col(HandleLink.until).is_(None), col(HandleLink.until) > house.now()),
    )
    query = select(Handle).where(col(Handle.person_id).is_not(None), ~standing.exists())
    with house.store.read() as session:
        if session.exec(query.limit(1)).first() is None:
            return 0
    with house.change() as change:
        due = change.session.exec(query.with_for_update()).all()
        for handle in due:
            handle.person_id = None
            change.session.add(handle)
            change.audit("handle.released", "policy:leavers", f"handle:{handle.id}")
    return len(due)

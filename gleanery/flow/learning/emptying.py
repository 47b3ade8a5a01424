"""A model that learned from words that are gone loses its own; so does one that is old, or that somebody deletes.

What stays of a version is its number, when and why it was made, its figures and the digest of the ids it was
learned from: enough to say of an old rating by what it was given, not enough to read a word back out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.model.items import ItemPost
from gleanery.model.learned import LearnedFrom, LearnedModel, LearningOff

GONE, DELETED, OLD = "gone", "deleted", "old"

VERSIONS = 10
"""So many versions of a goal's model keep their words, for explaining and comparing."""

_UNLOADED = {"synchronize_session": False}


def empty_learned(session: Session, posts: Sequence[UUID]) -> None:
    """Empty every version that was learned from an item of these posts; a new one is due then."""
    items = select(ItemPost.item_id).where(col(ItemPost.post_id).in_(posts))
    rows = select(LearnedFrom.goal, LearnedFrom.number).where(col(LearnedFrom.item_id).in_(items)).distinct()
    for goal, number in session.exec(rows).all():
        _empty(session, GONE, (col(LearnedModel.goal) == goal) & (col(LearnedModel.number) == number))


def drop_old(session: Session, newest: LearnedModel) -> None:
    """Empty the versions before the last ten, and forget what those were learned from."""
    last = newest.number - VERSIONS
    _empty(session, OLD, (col(LearnedModel.goal) == newest.goal) & (col(LearnedModel.number) <= last))
    old = delete(LearnedFrom).where(col(LearnedFrom.goal) == newest.goal, col(LearnedFrom.number) <= last)
    session.execute(old, execution_options=_UNLOADED)


def _empty(session: Session, why: str, which: ColumnElement[bool]) -> None:
    there = update(LearnedModel).where(which, col(LearnedModel.data).is_not(None))
    session.execute(there.values(data=None, emptied_why=why), execution_options=_UNLOADED)


# --------------------------------------------------------------------------- by a person


def remove(house: House, goal: str, account: str) -> None:
    """Delete all that was learned for a goal and learn nothing more for it; the decisions stay."""
    with house.change() as change:
        session, actor = change.session, f"person:{house.person(change.session, account)}"
        _empty(session, DELETED, col(LearnedModel.goal) == goal)
        gone = delete(LearnedFrom).where(col(LearnedFrom.goal) == goal)
        session.execute(gone, execution_options=_UNLOADED)
        if session.get(LearningOff, goal) is None:
            session.add(LearningOff(goal=goal, since=change.at, by=actor))
        change.audit("model.deleted", actor, f"goal:{goal}")


def switch(house: House, goal: str, account: str, *, on: bool) -> None:
    """Have a goal's model learned and used, or not; what is off stays as it is. Raises: BadInput for no change."""
    with house.change() as change:
        session, actor = change.session, f"person:{house.person(change.session, account)}"
        off = session.get(LearningOff, goal)
        if (off is None) is on:
            state = "on" if on else "off"
            raise BadInput(f"Learning for {goal!r} is {state} already.", remedy="There is nothing to do.")
        if off is not None:
            session.delete(off)
        else:
            session.add(LearningOff(goal=goal, since=change.at, by=actor))
        change.audit("model.switched", actor, f"goal:{goal}", on=on)

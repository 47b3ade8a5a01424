"""Filters kept under a name: a person's own, and those that a lead shows to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, func, or_, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.queue.filters import Filter, conditions
from gleanery.flow.queue.listing import COUNTED, Total
from gleanery.model.items import Item
from gleanery.model.queue import SavedView

MOST = 30
"""Filters that one person can keep."""

LISTED = 60


def saved(house: House, person_id: UUID) -> Sequence[SavedView]:
    """What somebody keeps, then what others share, by name."""
    with house.store.read() as session:
        mine = col(SavedView.person_id) == person_id
        query = select(SavedView).where(or_(mine, col(SavedView.shared)))
        return session.exec(query.order_by(mine.desc(), col(SavedView.name)).limit(LISTED)).all()


def counted(house: House, person_id: UUID, views: Sequence[SavedView]) -> dict[UUID, Total]:
    """How many items each of them lists for this person: in one query, up to a thousand each."""
    with house.store.read() as session:
        parts = [_count(house, session, view, person_id) for view in views]
        row = session.execute(select(*parts)).one() if parts else ()
    return {
        view.id: Total(min(found, COUNTED), found > COUNTED) for view, found in zip(views, row, strict=True)
    }


def _count(house: House, session: Session, view: SavedView, person_id: UUID) -> Any:
    where = conditions(house, session, Filter.of_query(view.query), person_id)
    some = select(Item.seq).where(*where).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def save(
    house: House, person_id: UUID, name: str, wanted: Filter, *, shared: bool = False, may_share: bool = False
) -> SavedView:
    """Keep a filter under a name; one of that name is replaced. Raises: Denied; BadInput (no name, too many)."""
    if not name:
        raise BadInput("A filter is kept under a name.", remedy="Give it one.")
    if shared and not may_share:
        raise Denied("Only a lead shares a filter with everybody.", remedy="Save it for yourself.")
    with house.change() as change:
        session = change.session
        row = session.exec(
            select(SavedView).where(SavedView.person_id == person_id, SavedView.name == name)
        ).one_or_none()
        if row is None:
            _require_room(session, person_id)
            row = SavedView(id=uuid4(), person_id=person_id, name=name, query="", made_at=change.at)
        row.query, row.shared = wanted.query(), shared
        session.add(row)
        change.audit("view.saved", f"person:{person_id}", f"view:{row.id}", shared=shared)
        return row


def remove(house: House, person_id: UUID, view_id: UUID) -> None:
    """Forget a filter of one's own. Raises: BadInput."""
    with house.change() as change:
        row = change.session.get(SavedView, view_id)
        if row is None or row.person_id != person_id:
            raise BadInput("You keep no such filter.", remedy="It may have been removed already.")
        change.session.delete(row)
        change.audit("view.removed", f"person:{person_id}", f"view:{view_id}")


def _require_room(session: Session, person_id: UUID) -> None:
    kept = select(func.count()).select_from(SavedView).where(SavedView.person_id == person_id)
    if session.exec(kept).one() >= MOST:
        raise BadInput(f"You keep {MOST} filters already.", remedy="Remove one first.")

"""Persons page by page: how many queries a page costs does not grow with the persons there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE
from sqlmodel import Session, col, func, or_, select

from gleanery.flow.auditing import read_by
from gleanery.flow.house import House
from gleanery.flow.people.asking import in_force
from gleanery.flow.people.handles import stands
from gleanery.model.bases import Basis
from gleanery.model.people import HandleLink, Person
from gleanery.model.posts import storable

Place = tuple[datetime, UUID]
"""Where a page of a list ended."""


@dataclass(frozen=True)
class Listed:
    """A person in a list; `purposes` are those of bases given to them alone."""

    id: UUID
    staff: str | None
    unit: str | None
    last_day: date | None
    accounts: int
    purposes: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True)
class PersonPage:
    """A page of persons; `after` is where the next begins, None at the end."""

    rows: Sequence[Listed]
    after: Place | None


def roots() -> CTE:
    """Every person's id with the id of the human it stands for, as `id` and `root`."""
    first = (
        select(col(Person.id).label("id"), col(Person.id).label("root"))
        .where(col(Person.merged_into).is_(None))
        .cte("roots", recursive=True)
    )
    return first.union_all(
        select(col(Person.id), first.c.root).join(first, col(Person.merged_into) == first.c.id)
    )


def persons(
    house: House,
    account: str,
    *,
    unit: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PersonPage:
    """Persons in the order they became known; that they were read is entered first."""
    read_by(house, account, "people", what="list")
    with house.store.read() as session:
        rows = _rows(session, unit, after, limit + 1)
        shown = rows[:limit]
        ids = _members(session, [one.id for one in shown])
        accounts, purposes = _accounts(session, ids, house.now()), _purposes(session, ids, house.now())
    last = shown[-1] if len(rows) > limit else None
    return PersonPage(
        [
            Listed(
                one.id,
                one.account,
                one.unit,
                one.ends_on,
                accounts.get(one.id, 0),
                tuple(sorted(purposes.get(one.id, ()))),
                one.made_at,
            )
            for one in shown
        ],
        (last.made_at, last.id) if last else None,
    )


def _rows(session: Session, unit: str | None, after: Place | None, limit: int) -> Sequence[Person]:
    query = select(Person).where(col(Person.merged_into).is_(None))
    if unit:
        query = query.where(Person.unit == storable(unit))
    if after is not None:
        at, key = after
        query = query.where(
            or_(col(Person.made_at) > at, (col(Person.made_at) == at) & (col(Person.id) > key))
        )
    return session.exec(query.order_by(col(Person.made_at), col(Person.id)).limit(limit)).all()


def _members(session: Session, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """By every id that stands for one of these humans: theirs."""
    every = roots()
    rows = session.execute(select(every.c.id, every.c.root).where(every.c.root.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _accounts(session: Session, ids: dict[UUID, UUID], at: datetime) -> dict[UUID, int]:
    query = select(HandleLink.person_id).where(col(HandleLink.person_id).in_(ids), stands(at))
    counted: dict[UUID, int] = {}
    for person_id in session.exec(query):
        counted[ids[person_id]] = counted.get(ids[person_id], 0) + 1
    return counted


def _purposes(session: Session, ids: dict[UUID, UUID], at: datetime) -> dict[UUID, set[str]]:
    query = select(Basis.person_id, Basis.purpose).where(col(Basis.person_id).in_(ids), in_force(at))
    found: dict[UUID, set[str]] = {}
    for person_id, purpose in session.exec(query):
        if person_id is not None:
            found.setdefault(ids[person_id], set()).add(str(purpose))
    return found


def units(house: House) -> Sequence[str]:
    """The units of the HR list, in their order."""
    with house.store.read() as session:
        query = select(Person.unit).where(col(Person.unit).is_not(None)).distinct()
        return sorted(one for one in session.exec(query) if one)


def count_of(session: Session, condition: Any) -> int:
    """How many humans have an id that meets a condition on persons."""
    every = roots()
    query = select(func.count(func.distinct(every.c.root))).join(Person, col(Person.id) == every.c.id)
    return int(session.execute(query.where(condition)).scalar_one())

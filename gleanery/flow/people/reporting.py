"""Whom a report may show singly: of many people at once, the same question that `asking.may_state` asks of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.people.asking import Origin, chosen_basis, covers, in_force
from gleanery.flow.people.persons import Family
from gleanery.model.bases import Basis, Objection, Purpose
from gleanery.model.people import HandleLink, Person

HERE = Origin("gleanery")
"""Where a report is made: no platform and no source; a basis for one of those covers it not."""


class Humans(NamedTuple):
    """Everybody the house knows: by every id they ever had, the human; and who may be shown, on which basis."""

    by_id: Mapping[UUID, Family]
    shown: Mapping[UUID, Basis]


def humans(session: Session, at: datetime) -> Humans:
    """Whom a report may show singly at `at`, by the id that survives a merge; four queries, however many there are."""
    families = _families(session)
    bases = session.exec(select(Basis).where(Basis.purpose == Purpose.INDIVIDUAL_REPORT, in_force(at))).all()
    if not bases:
        return Humans(families, {})
    objecting = set(
        session.exec(
            select(Objection.person_id).where(
                Objection.purpose == Purpose.INDIVIDUAL_REPORT, col(Objection.ended_at).is_(None)
            )
        )
    )
    verified = set(_verified(session, at))
    shown = {}
    for family in {one.id: one for one in families.values()}.values():
        if not verified.isdisjoint(family.ids) and family.has_begun(at.date()):
            covering = [basis for basis in bases if _is_for(basis, family) and covers(basis, family, HERE)]
            objects = partial(_objects, objecting, family)
            leave = chosen_basis(covering, Purpose.INDIVIDUAL_REPORT, HERE, objects=objects)
            if isinstance(leave, Basis):
                shown[family.id] = leave
    return Humans(families, shown)


def _objects(objecting: set[UUID], family: Family) -> bool:
    return not objecting.isdisjoint(family.ids)


def _is_for(basis: Basis, family: Family) -> bool:
    return basis.person_id is None or basis.person_id in family.ids


def _verified(session: Session, at: datetime) -> list[UUID]:
    """The persons with a verified link to an account that stands at `at`."""
    query = select(HandleLink.person_id).where(
        HandleLink.verified,
        col(HandleLink.since) <= at,
        col(HandleLink.until).is_(None) | (col(HandleLink.until) > at),
    )
    return list(session.exec(query.distinct()))


def _families(session: Session) -> dict[UUID, Family]:
    """By every id: the human, the surviving person first."""
    persons = {one.id: one for one in session.exec(select(Person))}
    members: dict[UUID, list[Person]] = defaultdict(list)
    for person in persons.values():
        top = person
        while top.merged_into is not None and top.merged_into in persons:
            top = persons[top.merged_into]
        members[top.id].append(person)
    found: dict[UUID, Family] = {}
    for top_id, some in members.items():
        some.sort(key=lambda one: (one.id != top_id, one.id))
        family = Family(tuple(some))
        found |= dict.fromkeys(family.ids, family)
    return found

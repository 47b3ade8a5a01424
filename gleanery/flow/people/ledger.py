"""The ledger of legal bases as an officer of privacy keeps it: filtered page by page, given, prolonged, ended.

A basis is never rewritten: to prolong one is to give the same for the time after it. How many people are covered is
told of groups of five and more only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, or_, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.auditing import read_by
from gleanery.flow.house import House
from gleanery.flow.people import bases
from gleanery.flow.people.asking import in_force
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.directory import end_of
from gleanery.flow.people.listing import Place, count_of
from gleanery.flow.people.persons import find_person
from gleanery.model.bases import NEEDS_AGREEMENT, Basis, BasisEnd, BasisKind, ConsentText, Purpose
from gleanery.model.people import Person
from gleanery.model.posts import storable

SOON = timedelta(days=60)
"""So far ahead an end is soon."""
FEWEST = 5
"""Of fewer people no number is told."""


class Standing(StrEnum):
    """How a basis stands."""

    IN_FORCE = "in-force"
    ENDS_SOON = "ends-soon"
    AHEAD = "ahead"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Wanted:
    """Which bases to list; None where it does not matter."""

    purpose: Purpose | None = None
    kind: BasisKind | None = None
    standing: Standing | None = None
    unit: str | None = None
    person: UUID | None = None


@dataclass(frozen=True)
class BasisPage:
    """A page of bases; `after` is where the next begins, None at the end."""

    rows: Sequence[Basis]
    after: Place | None


def page(
    house: House, account: str, wanted: Wanted, *, after: Place | None = None, limit: int = 50
) -> BasisPage:
    """Bases, the newest first; that they were read is entered first."""
    read_by(house, account, f"person:{wanted.person}" if wanted.person else "bases", what="bases")
    query = select(Basis).where(*_conditions(wanted, house.now()))
    if after is not None:
        at, key = after
        query = query.where(or_(col(Basis.since) < at, (col(Basis.since) == at) & (col(Basis.id) < key)))
    query = query.order_by(col(Basis.since).desc(), col(Basis.id).desc()).limit(limit + 1)
    with house.store.read() as session:
        rows = session.exec(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return BasisPage(rows[:limit], (last.since, last.id) if last else None)


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("purpose", "kind", "unit"):
        if (value := getattr(wanted, name)) is not None:
            found.append(getattr(Basis, name) == (storable(value) if name == "unit" else value))
    if wanted.person is not None:
        found.append(col(Basis.person_id) == wanted.person)
    return found + ([_standing(wanted.standing, now)] if wanted.standing else [])


def _standing(standing: Standing, now: datetime) -> ColumnElement[bool]:
    match standing:
        case Standing.IN_FORCE:
            return in_force(now)
        case Standing.ENDS_SOON:
            return in_force(now) & (col(Basis.until) <= now + SOON)
        case Standing.AHEAD:
            return col(Basis.since) > now
        case Standing.ENDED:
            return col(Basis.until) <= now
        case Standing.WITHDRAWN:
            return col(Basis.ended_why) == BasisEnd.WITHDRAWN


def standing_of(basis: Basis, now: datetime) -> Standing:
    """How a basis stands now."""
    if basis.ended_why is BasisEnd.WITHDRAWN:
        return Standing.WITHDRAWN
    if basis.until is not None and basis.until <= now:
        return Standing.ENDED
    if basis.since > now:
        return Standing.AHEAD
    ends_soon = basis.until is not None and basis.until <= now + SOON
    return Standing.ENDS_SOON if ends_soon else Standing.IN_FORCE


# --------------------------------------------------------------------------- given, prolonged, ended


@dataclass(frozen=True)
class Draft:
    """A basis as somebody enters it. `person` is an id or its beginning; days are UTC, `until` is the last one."""

    purpose: Purpose
    kind: BasisKind
    person: str = ""
    unit: str = ""
    platform: str = ""
    source: str = ""
    reference: str = ""
    language: str = "en"
    needs_consent: bool = False
    since: date | None = None
    until: date | None = None


def give(house: House, account: str, draft: Draft) -> Basis:
    """Enter a basis; a consent is to the newest text of its language. Raises: BadInput."""
    with house.change() as change:
        session = change.session
        is_consent = draft.kind is BasisKind.CONSENT
        return bases.give(
            change,
            draft.purpose,
            draft.kind,
            Scope(
                find_person(session, draft.person).id if draft.person else None,
                *(storable(one).strip() or None for one in (draft.unit, draft.platform, draft.source)),
            ),
            f"person:{house.person(session, account)}",
            reference=draft.reference,
            text=bases.newest_text(session, draft.purpose, draft.language) if is_consent else None,
            needs_consent=draft.needs_consent,
            since=_begins(draft.since, change.at),
            until=_over(draft.until),
        )


def _begins(day: date | None, now: datetime) -> datetime | None:
    """The beginning of a day; today begins now, for nobody consents to what was before."""
    if day is None or day == now.date():
        return None
    return datetime.combine(day, datetime.min.time(), now.tzinfo)


def _over(day: date | None) -> datetime | None:
    """The moment a last day is over; the end of the calendar is none."""
    return end_of(day) if day is not None and day.year < date.max.year else None


def prolong(house: House, account: str, basis_id: UUID, until: date | None) -> Basis:
    """Give the same basis for the time after it, to the end of a day or for good. Raises: BadInput, Denied."""
    with house.change() as change:
        basis = known(change.session, basis_id)
        actor = f"person:{house.person(change.session, account)}"
        if basis.kind is BasisKind.CONSENT:
            raise Denied("A consent is not prolonged by others.", remedy="Ask the person to consent anew.")
        if basis.until is None or basis.ended_at is not None:
            raise Denied("This basis has no end that could be put off.", remedy="Enter a new one.")
        scope = Scope(basis.person_id, basis.unit, basis.platform, basis.source)
        end = _over(until)
        since = max(basis.until, change.at)
        return bases.give(
            change, basis.purpose, basis.kind, scope, actor,
            reference=basis.reference, needs_consent=basis.needs_consent, since=since, until=end,
        )  # fmt: skip


def end(house: House, account: str, basis_id: UUID) -> Basis:
    """End an agreement, contract or obligation now; what rests on it stays. Raises: BadInput, Denied."""
    with house.change() as change:
        basis = known(change.session, basis_id)
        if basis.kind is BasisKind.CONSENT:
            raise Denied("A consent is withdrawn, not ended.", remedy="Withdraw it.")
        return bases.end(change, basis, BasisEnd.ENDED, f"person:{house.person(change.session, account)}")


def known(session: Session, basis_id: UUID) -> Basis:
    """One basis. Raises: BadInput."""
    found = session.get(Basis, basis_id)
    if found is None:
        raise BadInput("There is no such basis.", remedy="Choose one from the ledger.")
    return found


# --------------------------------------------------------------------------- texts


def texts(house: House) -> Sequence[ConsentText]:
    """Every version of every text, the newest of each first."""
    with house.store.read() as session:
        order = (col(ConsentText.purpose), col(ConsentText.language), col(ConsentText.version).desc())
        return session.exec(select(ConsentText).order_by(*order)).all()


def add_text(house: House, account: str, purpose: Purpose, language: str, body: str) -> ConsentText:
    """Keep a text as the next version. Raises: BadInput."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        return bases.add_text(change, purpose, language, body, actor)


# --------------------------------------------------------------------------- coverage


@dataclass(frozen=True)
class Coverage:
    """How many of the people of today have a basis for a purpose.

    `covered` and `people` are None where one of the groups, those covered or those not, has fewer than five.
    """

    purpose: Purpose
    is_open: bool
    people: int | None
    covered: int | None


def coverage(house: House) -> list[Coverage]:
    """For every purpose; people are those whose last day is not over. Bases for one platform only do not count."""
    now = house.now()
    here = or_(col(Person.ends_on).is_(None), col(Person.ends_on) >= now.date())
    with house.store.read() as session:
        people = count_of(session, here)
        general = session.exec(
            select(Basis).where(
                col(Basis.person_id).is_(None),
                col(Basis.platform).is_(None),
                col(Basis.source).is_(None),
                in_force(now),
            )
        ).all()
        return [_coverage(session, one, general, people, here, now) for one in Purpose]


def _coverage(
    session: Session,
    purpose: Purpose,
    general: Sequence[Basis],
    people: int,
    here: ColumnElement[bool],
    now: datetime,
) -> Coverage:
    mine = [one for one in general if one.purpose is purpose]
    agreed = any(one.kind is BasisKind.WORKS_AGREEMENT and one.reference for one in mine)
    is_open = purpose not in NEEDS_AGREEMENT or agreed
    everyone = any(one.unit is None and not one.needs_consent for one in mine)
    covered = people if everyone and is_open else 0
    if is_open and not everyone:
        covered = count_of(session, here & _covered(purpose, mine, now))
    hidden = any(0 < group < FEWEST for group in (covered, people - covered, people))
    return Coverage(purpose, is_open, None if hidden else people, None if hidden else covered)


def _covered(purpose: Purpose, general: Sequence[Basis], now: datetime) -> ColumnElement[bool]:
    """The condition that a person has a basis: one for their unit, or their own."""
    own = exists().where(col(Basis.person_id) == col(Person.id), col(Basis.purpose) == purpose, in_force(now))
    return or_(own, col(Person.unit).in_([one.unit for one in general if not one.needs_consent]))

"""May something be stated about a person? The one question that everything asks before it says anything.

Yes needs a human behind the account, a verified link, and a legal basis for just this purpose that is in force
and covers this person and this source. The answer is who it is, and the basis on which the statement will rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from gleanery.flow.people.handles import current_link, links_of, standing_links
from gleanery.flow.people.objecting import objections
from gleanery.flow.people.persons import Family, family_of
from gleanery.model.bases import NEEDS_AGREEMENT, Basis, BasisKind, Purpose
from gleanery.model.people import Handle, HandleLink, LinkEnd, Person

CONSENT_ONLY = frozenset({"x"})
"""Platforms whose terms let an account be matched with a person only where that person agreed to it.

https://docs.x.com/developer-terms/policy, "Off-X matching"
"""


class No(StrEnum):
    """Why nothing may be stated."""

    UNLINKED = "handle.unlinked"
    UNVERIFIED = "handle.unverified"
    OTHER_HOLDER = "handle.other-holder"
    NOT_YET = "person.not-yet"
    NO_AGREEMENT = "purpose.off"
    NO_BASIS = "basis.none"
    OBJECTED = "person.objects"


WORDS = {
    No.UNLINKED: "The account is linked to no person.",
    No.UNVERIFIED: "No link of the person to an account is verified.",
    No.OTHER_HOLDER: "The account was another person's when this was done.",
    No.NOT_YET: "It was done before the person's first day.",
    No.NO_AGREEMENT: "This purpose is off until an agreement's reference is entered.",
    No.NO_BASIS: "There is no legal basis for this purpose.",
    No.OBJECTED: "The person objects to this purpose.",
}


class Refusal(NamedTuple):
    """Nothing may be stated, and why."""

    reason: No

    def __str__(self) -> str:
        return WORDS[self.reason]


class Leave(NamedTuple):
    """Something may be stated: about which human, and on which basis."""

    family: Family
    basis: Basis


class Origin(NamedTuple):
    """Where something was done: the platform, and the configured source that told of it (empty: none)."""

    platform: str
    source: str = ""


def may_state(
    session: Session,
    about: Person | Handle,
    purpose: Purpose,
    source: Origin,
    at: datetime,
    *,
    done_at: datetime | None = None,
) -> Leave | Refusal:
    """About whom, and on which basis, something may be stated at `at` of a handle or a person; or why it may not.

    `done_at`: when the person did it, if that was earlier; the account must have been theirs then.
    """
    family = _who(session, about, at, done_at or at)
    if isinstance(family, Refusal):
        return family
    basis = _basis_for(session, family, purpose, source, at)
    return basis if isinstance(basis, Refusal) else Leave(family, basis)


def _who(session: Session, about: Person | Handle, at: datetime, done_at: datetime) -> Family | Refusal:
    """The human behind a handle or a person's id, if a verified link says so at `at` and said nothing else then."""
    if isinstance(about, Handle):
        standing = current_link(session, about.id, at)
        if standing is None:
            return Refusal(No.UNLINKED)
        family = family_of(session, standing.person_id)
        verified = standing.verified
        if _was_anothers(links_of(session, about.id), family, done_at):
            return Refusal(No.OTHER_HOLDER)
    else:
        family = family_of(session, about.id)
        verified = any(link.verified for link in standing_links(session, family, at))
    if not verified:
        return Refusal(No.UNVERIFIED)
    return family if family.has_begun(done_at.date()) else Refusal(No.NOT_YET)


def _was_anothers(links: Iterable[HandleLink], family: Family, done_at: datetime) -> bool:
    """Whether the account was still somebody else's; before its first known holder it counts as the present one's."""
    return any(
        link.verified
        and link.person_id not in family.ids
        and link.ended_why is not LinkEnd.MISTAKE
        and link.until is not None
        and done_at < link.until
        for link in links
    )


# --------------------------------------------------------------------------- bases


def _basis_for(
    session: Session, family: Family, purpose: Purpose, source: Origin, at: datetime
) -> Basis | Refusal:
    """The firmest basis in force at `at` that covers this human, purpose and origin; the oldest of equal ones."""
    covering = _covering_bases(session, family, purpose, source, at)
    return chosen_basis(covering, purpose, source, objects=lambda: bool(objections(session, family, purpose)))


def chosen_basis(
    covering: Sequence[Basis], purpose: Purpose, source: Origin, *, objects: Callable[[], bool]
) -> Basis | Refusal:
    """Of the bases that cover a human, the firmest that carries a statement. `objects`: the human objects."""
    if purpose in NEEDS_AGREEMENT and not any(_is_agreement(basis) for basis in covering):
        return Refusal(No.NO_AGREEMENT)
    carrying = [basis for basis in covering if _carries(basis, source)]
    if not carrying:
        return Refusal(No.NO_BASIS)
    if objects():
        carrying = [basis for basis in carrying if basis.kind is BasisKind.LEGAL_OBLIGATION]
        if not carrying:
            return Refusal(No.OBJECTED)
    firmness = list(BasisKind)
    return min(carrying, key=lambda basis: (firmness.index(basis.kind), basis.since, basis.id))


def _carries(basis: Basis, source: Origin) -> bool:
    if source.platform in CONSENT_ONLY:
        return basis.kind is BasisKind.CONSENT
    return not basis.needs_consent


def _covering_bases(
    session: Session, family: Family, purpose: Purpose, source: Origin, at: datetime
) -> list[Basis]:
    """Every basis in force at `at` for the purpose that covers this human and this origin."""
    query = select(Basis).where(
        Basis.purpose == purpose,
        or_(col(Basis.person_id).in_(family.ids), col(Basis.person_id).is_(None)),
        in_force(at),
    )
    return [basis for basis in session.exec(query) if covers(basis, family, source)]


def in_force(at: datetime) -> ColumnElement[bool]:
    """The condition that a basis is in force at a time."""
    return (col(Basis.since) <= at) & or_(col(Basis.until).is_(None), col(Basis.until) > at)


def covers(basis: Basis, family: Family, source: Origin) -> bool:
    """Whether a basis that is not for another person covers this human and origin."""
    if basis.person_id is None and basis.unit is not None and basis.unit != family.unit:
        return False
    return basis.platform in (None, source.platform) and basis.source in (None, source.source)


def _is_agreement(basis: Basis) -> bool:
    return basis.kind is BasisKind.WORKS_AGREEMENT and bool(basis.reference)

"""Legal bases, given and ended; and the texts of consents, each version kept.

A basis is never changed: who gave it, when, on which reference or text stands for good, and so does its end.
Withdrawing a consent is more than an end, for it takes back what rests on it: see withdrawing.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID, uuid4

from sqlmodel import Session, col, func, or_, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.people.persons import Family, ids_beginning
from gleanery.model.bases import Basis, BasisEnd, BasisKind, ConsentText, Purpose
from gleanery.model.posts import storable
from gleanery.model.types import derived_id


class Scope(NamedTuple):
    """Whom and what a basis covers; None everywhere: everyone, whatever the platform."""

    person: UUID | None = None
    unit: str | None = None
    platform: str | None = None
    source: str | None = None


def give(
    change: Change,
    purpose: Purpose,
    kind: BasisKind,
    scope: Scope,
    actor: str,
    *,
    reference: str = "",
    text: ConsentText | None = None,
    needs_consent: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Basis:
    """Enter a basis. The same once more, for a time that is covered, changes nothing. Raises: BadInput."""
    basis = Basis(
        id=uuid4(),
        person_id=scope.person,
        unit=scope.unit,
        platform=scope.platform,
        source=scope.source,
        purpose=purpose,
        kind=kind,
        reference=storable(reference.strip()),
        text_id=text.id if text else None,
        needs_consent=needs_consent,
        since=since or change.at,
        until=until,
        given_at=change.at,
        given_by=actor,
    )
    _check(basis, change.at, text)
    return _same_covering(change.session, basis) or _enter(change, basis)


def _enter(change: Change, basis: Basis) -> Basis:
    change.session.add(basis)
    change.session.flush()
    change.audit("basis.given", basis.given_by, f"basis:{basis.id}", **_told(basis))
    return basis


def _told(basis: Basis) -> dict[str, str]:
    """What the audit log keeps of a basis: ids and codes."""
    told = {"purpose": basis.purpose.value, "kind": basis.kind.value}
    told |= {"person": str(basis.person_id)} if basis.person_id else {}
    return told | ({"text": str(basis.text_id)} if basis.text_id else {})


def _check(basis: Basis, now: datetime, text: ConsentText | None) -> None:
    """Raises: BadInput for a basis that could carry nothing."""
    is_consent = basis.kind is BasisKind.CONSENT
    faults = _faults_of_consent(basis, now, text) if is_consent else _faults_of_others(basis)
    for wrong, message, remedy in (*faults, *_faults_of_any(basis)):
        if wrong:
            raise BadInput(message, remedy=remedy)


_Fault: TypeAlias = tuple[bool, str, str]
"""Whether it is one, what is wrong, and the remedy."""


def _faults_of_consent(basis: Basis, now: datetime, text: ConsentText | None) -> Iterator[_Fault]:
    yield basis.person_id is None, "A consent is one person's.", "Give --person."
    yield (
        basis.since < now,
        "A consent cannot begin before it is given.",
        "Leave --since out: what was stated before stays unstated.",
    )
    yield (
        text is None or text.purpose is not basis.purpose,
        "A consent is to a text for its purpose.",
        "Enter one with `gleanery basis text`, and give its version.",
    )


def _faults_of_others(basis: Basis) -> Iterator[_Fault]:
    yield (
        not basis.reference,
        f"A {basis.kind.value} has a reference by which it can be found.",
        "Give --reference, for instance the number of the agreement.",
    )


def _faults_of_any(basis: Basis) -> Iterator[_Fault]:
    yield (
        basis.needs_consent and basis.kind is not BasisKind.WORKS_AGREEMENT,
        "Only an agreement can ask for consent besides.",
        "Leave --needs-consent out.",
    )
    yield (
        basis.person_id is not None and basis.unit is not None,
        "A basis is for a person, for a unit or for everyone.",
        "Give --person or --unit, not both.",
    )
    yield (
        basis.until is not None and basis.until <= basis.since,
        "A basis cannot end before it begins.",
        "Give a later --until.",
    )


_SAME = (
    "person_id",
    "unit",
    "platform",
    "source",
    "purpose",
    "kind",
    "reference",
    "text_id",
    "needs_consent",
)


def _same_covering(session: Session, basis: Basis) -> Basis | None:
    """A basis that says the same, for all the time that this one is for or longer."""
    same = select(Basis).where(
        *(col(getattr(Basis, name)).is_not_distinct_from(getattr(basis, name)) for name in _SAME),
        col(Basis.ended_at).is_(None),
        col(Basis.since) <= basis.since,
        or_(col(Basis.until).is_(None), col(Basis.until) >= basis.until)
        if basis.until
        else col(Basis.until).is_(None),
    )
    return session.exec(same.order_by(col(Basis.since))).first()


# --------------------------------------------------------------------------- finding and ending


def find_basis(session: Session, text: str) -> Basis:
    """The basis whose id is, or begins with, `text`. Raises: BadInput (unknown, ambiguous)."""
    within = ids_beginning(text.strip())
    found = session.exec(select(Basis).where(col(Basis.id).between(*within)).limit(2)).all() if within else []
    if len(found) != 1:
        message = f"More than one basis begins with {text!r}." if found else f"There is no basis {text!r}."
        raise BadInput(message, remedy="`gleanery basis list` lists them with their ids.")
    return found[0]


def lock_basis(session: Session, basis_id: UUID, *, shared: bool = False) -> Basis:
    """The basis as it is now; nobody ends it until the transaction is over."""
    query = select(Basis).where(Basis.id == basis_id).with_for_update(read=shared)
    return session.exec(query.execution_options(populate_existing=True)).one()


def end(change: Change, basis: Basis, why: BasisEnd, actor: str, until: datetime | None = None) -> Basis:
    """End a basis now or at a given time; what rests on it stays. Raises: Denied where it has ended."""
    locked = lock_basis(change.session, basis.id)
    if locked.ended_at is not None:
        raise Denied(f"Basis {str(basis.id)[:8]} has ended already.", remedy="Nothing was changed.")
    locked.ended_at, locked.ended_by, locked.ended_why = change.at, actor, why
    locked.until = min(filter(None, [locked.until, until or change.at]))
    change.session.add(locked)
    change.session.flush()
    word = "basis.withdrawn" if why is BasisEnd.WITHDRAWN else "basis.ended"
    change.audit(word, actor, f"basis:{basis.id}", why=why.value, **_told(locked))
    return locked


def reopen(change: Change, basis: Basis, until: datetime | None, actor: str) -> None:
    """Take back the end that somebody's leaving brought, where they did not leave. Never done to a withdrawal."""
    basis.until, basis.ended_at, basis.ended_by, basis.ended_why = until, None, None, None
    change.session.add(basis)
    change.session.flush()
    change.audit("basis.reopened", actor, f"basis:{basis.id}", **_told(basis))


def consents_of(session: Session, family: Family, purpose: Purpose) -> Sequence[Basis]:
    """The consents of one human for a purpose that are not withdrawn, oldest first."""
    query = select(Basis).where(
        col(Basis.person_id).in_(family.ids),
        Basis.purpose == purpose,
        Basis.kind == BasisKind.CONSENT,
        col(Basis.ended_why).is_distinct_from(BasisEnd.WITHDRAWN),
    )
    return session.exec(query.order_by(col(Basis.since), col(Basis.id))).all()


# --------------------------------------------------------------------------- texts


def add_text(change: Change, purpose: Purpose, language: str, body: str, actor: str) -> ConsentText:
    """Keep a text that people consent to, as the next version; the newest one again changes nothing."""
    body = storable(body.strip())
    if not body:
        raise BadInput("The text is empty.", remedy="Write what the person consents to, in plain words.")
    newest = newest_text(change.session, purpose, language)
    if newest is not None and newest.body == body:
        return newest
    version = newest.version + 1 if newest else 1
    made = ConsentText(
        id=derived_id("consent-text", purpose.value, language, version),
        purpose=purpose,
        language=language,
        version=version,
        body=body,
        made_at=change.at,
        made_by=actor,
    )
    change.session.add(made)
    change.session.flush()
    change.audit(
        "consent.text", actor, f"text:{made.id}", purpose=purpose, version=version, language=language
    )
    return made


def newest_text(session: Session, purpose: Purpose, language: str) -> ConsentText | None:
    """The newest version of a purpose's text in a language."""
    newest = select(func.max(ConsentText.version)).where(
        ConsentText.purpose == purpose, ConsentText.language == language
    )
    return text_of(session, purpose, language, session.exec(newest).one() or 0)


def text_of(session: Session, purpose: Purpose, language: str, version: int) -> ConsentText | None:
    """One version of a purpose's text."""
    query = select(ConsentText).where(
        ConsentText.purpose == purpose, ConsentText.language == language, ConsentText.version == version
    )
    return session.exec(query).one_or_none()

"""What somebody sees and decides about themselves: what is known of them, their consents, their objections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.people import bases, objecting
from gleanery.flow.people.asking import in_force
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.handles import Account, standing_links
from gleanery.flow.people.persons import family_of
from gleanery.flow.people.withdrawing import Withdrawal, withdraw_purpose
from gleanery.model.bases import NEEDS_AGREEMENT, Basis, BasisKind, ConsentText, Objection, Purpose
from gleanery.model.people import Handle


@dataclass(frozen=True)
class Choice:
    """One purpose as it stands for somebody: bases of others, their consent, the text to consent to, their objection.

    `is_off`: nothing may be stated for it, whoever consents, for no agreement is entered.
    """

    purpose: Purpose
    others: tuple[Basis, ...]
    consent: Basis | None
    consented_to: ConsentText | None
    text: ConsentText | None
    objection: Objection | None
    is_off: bool


@dataclass(frozen=True)
class Own:
    """What the house knows of somebody who looks at themselves."""

    id: UUID
    known_since: datetime
    unit: str | None
    first_day: date | None
    last_day: date | None
    accounts: tuple[tuple[Account, bool], ...]
    choices: tuple[Choice, ...]


def own(house: House, person_id: UUID, language: str) -> Own:
    """What is known of a person, for that person."""
    now = house.now()
    with house.store.read() as session:
        family = family_of(session, person_id)
        links = {one.handle_id: one.verified for one in standing_links(session, family, now)}
        handles = session.exec(select(Handle).where(col(Handle.id).in_(links))).all()
        rows = session.exec(
            select(Basis).where(
                col(Basis.person_id).in_(family.ids) | col(Basis.person_id).is_(None), in_force(now)
            )
        ).all()
        covering = [one for one in rows if one.person_id or one.unit in (None, family.unit)]
        texts = session.exec(select(ConsentText)).all()
        standing = objecting.objections(session, family)
    first = family.members[0]
    return Own(
        family.id,
        min(one.made_at for one in family.members),
        family.unit,
        first.starts_on,
        first.ends_on,
        tuple((Account(h.platform, h.realm, h.external_id), links[h.id]) for h in handles),
        tuple(_choice(purpose, covering, texts, standing, language) for purpose in Purpose),
    )


def _choice(
    purpose: Purpose,
    covering: Sequence[Basis],
    texts: Sequence[ConsentText],
    standing: Sequence[Objection],
    language: str,
) -> Choice:
    mine = [one for one in covering if one.purpose is purpose]
    consent = next((one for one in mine if one.kind is BasisKind.CONSENT), None)
    agreed = any(one.kind is BasisKind.WORKS_AGREEMENT and one.reference for one in mine)
    return Choice(
        purpose,
        tuple(one for one in mine if one.kind is not BasisKind.CONSENT),
        consent,
        next((one for one in texts if consent is not None and one.id == consent.text_id), None),
        _newest(texts, purpose, language),
        next((one for one in standing if one.purpose is purpose), None),
        purpose in NEEDS_AGREEMENT and not agreed,
    )


def _newest(texts: Sequence[ConsentText], purpose: Purpose, language: str) -> ConsentText | None:
    """The newest text in the language, else in whichever there is."""
    mine = [one for one in texts if one.purpose is purpose]
    spoken = [one for one in mine if one.language == language] or mine
    return max(spoken, key=lambda one: (one.version, one.language == "en"), default=None)


def consent(house: House, person_id: UUID, purpose: Purpose, text_id: UUID) -> Basis:
    """Consent to a purpose in the words that were shown. Raises: Denied where there are newer ones by now."""
    with house.change() as change:
        text = change.session.get(ConsentText, text_id)
        if text is None or text.purpose is not purpose:
            raise Denied("There is no such text to consent to.", remedy="Read the page anew.")
        newest = bases.newest_text(change.session, purpose, text.language)
        if newest is None or newest.id != text.id:
            raise Denied(
                "The text has changed since you opened this page.",
                remedy="Read the new words, then decide.",
            )
        scope = Scope(family_of(change.session, person_id).id)
        return bases.give(change, purpose, BasisKind.CONSENT, scope, f"person:{person_id}", text=text)


def withdraw(house: House, person_id: UUID, purpose: Purpose, account: str) -> Withdrawal:
    """Withdraw one's consent: what rested on it is voided. Raises: Denied where none was given."""
    return withdraw_purpose(house, person_id, purpose, account)


def object_to(house: House, person_id: UUID, purpose: Purpose) -> Objection:
    """Object to a purpose."""
    with house.change() as change:
        return objecting.enter(change, person_id, purpose, f"person:{person_id}")


def take_objection_back(house: House, person_id: UUID, objection_id: UUID) -> Objection:
    """Take one's own objection back. Raises: BadInput, Denied."""
    with house.change() as change:
        return objecting.take_back(change, objection_id, f"person:{person_id}", of=person_id)

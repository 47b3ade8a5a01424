"""Persons as an administrator sees them: ids, accounts and bases, never what somebody did.

Each of these readings of personal records is entered in the audit log before anything is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.auditing import read_by
from gleanery.flow.house import House
from gleanery.flow.people.asking import in_force
from gleanery.flow.people.bases import find_basis
from gleanery.flow.people.handles import Account, current_link, known_handle, stands
from gleanery.flow.people.persons import Family, family_of, find_person, resolve
from gleanery.flow.people.withdrawing import resting
from gleanery.model.bases import Basis, ConsentText, Purpose
from gleanery.model.people import Handle, HandleLink, Person, PersonMerge

Row = dict[str, Any]


def people(house: House, account: str, *, unit: str | None = None) -> list[Row]:
    """Every person that is not merged into another; the number of queries does not grow with the rows."""
    now = house.now()
    with house.store.read() as session:
        every = session.exec(select(Person).order_by(col(Person.made_at), col(Person.id))).all()
        links = session.exec(select(HandleLink.person_id).where(stands(now))).all()
        bases = session.exec(
            select(Basis.person_id, Basis.purpose).where(col(Basis.person_id).is_not(None), in_force(now))
        ).all()
    families = _families(every)
    root_of = {one.id: family.id for family in families for one in family.members}
    accounts = Counter(root_of[person_id] for person_id in links)
    purposes: dict[UUID, set[str]] = {}
    for person_id, purpose in bases:
        if person_id is not None:
            purposes.setdefault(root_of[person_id], set()).add(str(purpose))
    shown = [family for family in families if unit in (None, family.unit)]
    read_by(house, account, "people", what="list", count=len(shown))
    return [
        {
            "id": one.id,
            "staff": _first(one, "account"),
            "unit": one.unit,
            "last_day": _first(one, "ends_on"),
            "accounts": accounts[one.id],
            "bases": sorted(purposes.get(one.id, ())),
        }
        for one in shown
    ]


def _families(every: Sequence[Person]) -> list[Family]:
    """Each human with all ids, of persons in the order they were made: who survives a merge comes first."""
    by_id = {one.id: one for one in every}
    members: dict[UUID, list[Person]] = {}
    for one in every:
        root = one
        while root.merged_into is not None:
            root = by_id[root.merged_into]
        members.setdefault(root.id, []).append(one)
    return [Family(tuple(some)) for some in members.values()]


def _first(family: Family, name: str) -> Any:
    """What the first id that has it says."""
    return next((value for one in family.members if (value := getattr(one, name)) is not None), None)


def person(house: House, text: str, account: str) -> Row:
    """Everything that joins a person to accounts and bases, with its history. Raises: BadInput."""
    with house.store.read() as session:
        family = family_of(session, find_person(session, text).id)
    read_by(house, account, f"person:{family.id}", what="profile")
    with house.store.read() as session:
        return {
            "id": family.id,
            "other_ids": list(family.ids[1:]),
            "staff": _first(family, "account"),
            "unit": family.unit,
            "hr_number": _number(house, family),
            "first_day": _first(family, "starts_on"),
            "last_day": _first(family, "ends_on"),
            "accounts": _accounts(session, family),
            "bases": bases_of(session, family),
            "merges": _merges(session, family),
        }


def _number(house: House, family: Family) -> str | None:
    for one in family.members:
        if one.directory_number is not None:
            return house.vault.open(one.id, one.directory_number).decode()
    return None


def _accounts(session: Session, family: Family) -> list[Row]:
    rows = session.exec(
        select(HandleLink, Handle)
        .join(Handle, col(Handle.id) == col(HandleLink.handle_id))
        .where(col(HandleLink.person_id).in_(family.ids))
        .order_by(col(HandleLink.since), col(HandleLink.id))
    ).all()
    return [
        {
            "account": str(Account(handle.platform, handle.realm, handle.external_id)),
            "how": link.how.value,
            "verified": link.verified,
            "since": link.since,
            "until": link.until,
            "why": link.ended_why.value if link.ended_why else "",
        }
        for link, handle in rows
    ]


def _merges(session: Session, family: Family) -> list[Row]:
    rows = session.exec(
        select(PersonMerge)
        .where(col(PersonMerge.person_id).in_(family.ids) | col(PersonMerge.into_id).in_(family.ids))
        .order_by(col(PersonMerge.at))
    ).all()
    return [
        {"person": row.person_id, "into": row.into_id, "at": row.at, "taken_back": row.undone_at}
        for row in rows
    ]


def find(house: House, text: str, account: str) -> list[Row]:
    """Who is behind an account, HR's number, a staff account or a person's id; empty where nobody is known.

    Of an account that is linked to nobody it tells that and nothing else.
    """
    with house.store.read() as session:
        found = list(_candidates(house, session, text))
    read_by(house, account, "people", what="find", count=len(found))
    return found


def _candidates(house: House, session: Session, text: str) -> list[Row]:
    ways = {"hr-number": Person.directory_mark == house.vault.mark(text), "staff": Person.account == text}
    rows = [
        _found(session, person.id, by)
        for by, condition in ways.items()
        for person in session.exec(select(Person).where(condition))
    ]
    return rows + _by_account(house, session, text) + _by_id(session, text)


def _by_account(house: House, session: Session, text: str) -> list[Row]:
    try:
        handle = known_handle(session, house.organisation.id, Account.parse(text))
    except BadInput:
        return []
    if handle is None:
        return []
    link = current_link(session, handle.id, house.now())
    if link is None:
        return [{"by": "account", "person": None, "verified": False}]
    return [{**_found(session, link.person_id, "account"), "verified": link.verified}]


def _by_id(session: Session, text: str) -> list[Row]:
    try:
        return [_found(session, find_person(session, text).id, "id")]
    except BadInput:
        return []


def _found(session: Session, person_id: UUID, by: str) -> Row:
    return {"by": by, "person": resolve(session, person_id).id, "verified": None}


# --------------------------------------------------------------------------- bases


def bases(
    house: House,
    account: str,
    *,
    text: str | None = None,
    purpose: Purpose | None = None,
    ended: bool = False,
) -> list[Row]:
    """The bases of one person, or all; those in force, or with `ended` the others too."""
    with house.store.read() as session:
        family = family_of(session, find_person(session, text).id) if text else None
        rows = bases_of(session, family, purpose)
    now = house.now()
    shown = [row for row in rows if ended or row["until"] is None or row["until"] > now]
    read_by(house, account, f"person:{family.id}" if family else "bases", what="bases", count=len(shown))
    return shown


def bases_of(session: Session, family: Family | None, purpose: Purpose | None = None) -> list[Row]:
    """The bases given for a human, or every one, oldest first, ended ones too."""
    query = select(Basis).order_by(col(Basis.since), col(Basis.id))
    if family is not None:
        query = query.where(col(Basis.person_id).in_(family.ids))
    if purpose is not None:
        query = query.where(Basis.purpose == purpose)
    return [_basis_row(basis) for basis in session.exec(query)]


def basis(house: House, text: str, account: str) -> Row:
    """One basis with its text and how much rests on it. Raises: BadInput."""
    with house.store.read() as session:
        found = find_basis(session, text)
        words = session.get(ConsentText, found.text_id) if found.text_id else None
        standing, voided = resting(session, [found.id]).get(found.id, (0, 0))
    read_by(house, account, f"basis:{found.id}", what="basis")
    return {
        **_basis_row(found),
        "given_at": found.given_at,
        "given_by": found.given_by,
        "ended_at": found.ended_at,
        "ended_by": found.ended_by,
        "text": _text_row(words) if words else None,
        "rests_on_it": standing,
        "voided": voided,
    }


def _basis_row(basis: Basis) -> Row:
    covers = [
        f"platform {basis.platform}" if basis.platform else "",
        f"source {basis.source}" if basis.source else "",
    ]
    return {
        "id": basis.id,
        "person": basis.person_id,
        "unit": basis.unit,
        "purpose": basis.purpose.value,
        "kind": basis.kind.value,
        "reference": basis.reference,
        "needs_consent": basis.needs_consent,
        "covers": ", ".join(filter(None, covers)) or "everything",
        "since": basis.since,
        "until": basis.until,
        "why": basis.ended_why.value if basis.ended_why else "",
    }


def texts(house: House) -> list[Row]:
    """Every version of every text of consent."""
    with house.store.read() as session:
        order = (col(ConsentText.purpose), col(ConsentText.language), col(ConsentText.version))
        return [_text_row(row) for row in session.exec(select(ConsentText).order_by(*order))]


def _text_row(text: ConsentText) -> Row:
    return {
        "purpose": text.purpose.value,
        "language": text.language,
        "version": text.version,
        "made_at": text.made_at,
        "body": text.body,
    }

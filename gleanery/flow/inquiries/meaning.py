"""Whom typed words mean: a person the house knows, an account nobody is linked to, or somebody in statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from gleanery.errors import BadInput
from gleanery.flow.erasing.subject import Asked, find_subject, identities_in
from gleanery.flow.house import House
from gleanery.flow.people import showing
from gleanery.flow.people.handles import Account
from gleanery.model.posts import storable


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant; `by` says how they were found: hr-number, staff, account, id or identity."""

    by: str
    asked: Asked
    person: UUID | None = None


def meant(
    house: House, text: str, account: str, identities: Sequence[str] = (), names: Sequence[str] = ()
) -> list[Candidate]:
    """Everybody the words may mean; `identities` and `names` are added to each. Raises: BadInput for nobody.

    That somebody was looked for is entered first, not whom.
    """
    text, identities, names = storable(text).strip(), _clean(identities), _clean(names)
    rows = showing.find(house, text, account) if text else []
    known = {row["person"]: row["by"] for row in reversed(rows) if row["person"] is not None}
    found = [Candidate(by, Asked(str(one), (), identities, names), one) for one, by in known.items()]
    found = found or _strangers(text, identities, names)
    if not found:
        raise BadInput(
            "Nobody is known by that.",
            remedy="Write an account as PLATFORM:REALM:ID, a number of the HR list, a sign-in name, a person's id, "
            "a mail address, or how a statement names them.",
        )
    with house.store.read() as session:
        for one in found:
            find_subject(house, session, one.asked)  # what cannot be meant is told now, not at the end
    return found


def _clean(several: Sequence[str]) -> tuple[str, ...]:
    return tuple(storable(one).strip() for one in several)


def _strangers(text: str, identities: tuple[str, ...], names: tuple[str, ...]) -> list[Candidate]:
    """Somebody no person stands for: an account, or an identity in statements."""
    if not text:
        return [Candidate("identity", Asked(None, (), identities, names))] if identities else []
    if _is_identity(text):
        return [Candidate("identity", Asked(None, (), (text, *identities), names))]
    try:
        Account.parse(text)
    except BadInput:
        return []
    return [Candidate("account", Asked(None, (text,), identities, names))]


def _is_identity(text: str) -> bool:
    try:
        return bool(identities_in(text))
    except BadInput:
        return False


def person_of(house: House, session: Session, asked: Asked) -> UUID | None:
    """The person an inquiry is about, None where no person stands for them (any more)."""
    try:
        persons = find_subject(house, session, Asked(asked.person)).persons if asked.person else ()
    except BadInput:
        return None
    return persons[0] if persons else None

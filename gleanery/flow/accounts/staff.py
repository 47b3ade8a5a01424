"""The accounts of the house: made, given roles and relieved of them, disabled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput, Denied, Gone
from gleanery.flow.accounts.sessions import end_all
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from gleanery.model.accounts import Account, AccountIdentity, AccountRole, WebSession
from gleanery.model.people import Person

_NAME = re.compile(r"[\w.@+-]{2,64}")

FIRST_ROLES = (Role.ADMINISTRATOR, Role.LEAD, Role.CURATOR)
"""What whoever has the machine's terminal gets at the first sign-in; other roles are given on the page of accounts."""


def ensure_account(house: House, change: Change, name: str, actor: str = "") -> Account:
    """The account of this name, made where absent: by `actor`, or by whoever comes in under it."""
    person_id = house.person(change.session, name)
    row = change.session.get(Account, person_id)
    if row is None:
        row = Account(person_id=person_id, made_at=change.at)
        change.session.add(row)
        change.session.flush()
        change.audit("account.made", actor or f"person:{person_id}", f"person:{person_id}")
    return row


def roles_of(session: Session, person_id: UUID) -> frozenset[Role]:
    """The roles somebody holds."""
    held = session.exec(select(AccountRole.role).where(AccountRole.person_id == person_id)).all()
    return frozenset(Role(one) for one in held if one in set(Role))


def give(change: Change, person_id: UUID, roles: Iterable[Role], actor: str) -> None:
    """Give somebody roles they do not hold yet."""
    held = roles_of(change.session, person_id)
    for role in dict.fromkeys(roles):
        if role not in held:
            change.session.add(AccountRole(person_id=person_id, role=role.value, since=change.at, by=actor))
            change.audit("account.role-given", actor, f"person:{person_id}", role=role.value)
    change.session.flush()


def take(change: Change, person_id: UUID, role: Role, actor: str) -> None:
    """Relieve somebody of a role. Raises: Denied for the last administrator."""
    row = change.session.get(AccountRole, (person_id, role.value))
    if row is None:
        return
    if role is Role.ADMINISTRATOR and is_last_administrator(change.session, person_id):
        raise Denied("This is the last administrator.", remedy="Make somebody else an administrator first.")
    change.session.delete(row)
    change.audit("account.role-taken", actor, f"person:{person_id}", role=role.value)
    change.session.flush()


def is_last_administrator(session: Session, person_id: UUID) -> bool:
    """Whether nobody else could administer any more."""
    return _administrators(session) == {person_id}


def _administrators(session: Session) -> set[UUID]:
    """Whoever can administer now: a role held by an account that is not disabled."""
    query = (
        select(AccountRole.person_id)
        .join(Account, col(Account.person_id) == col(AccountRole.person_id))
        .where(AccountRole.role == Role.ADMINISTRATOR.value, col(Account.disabled_at).is_(None))
    )
    return set(session.exec(query))


def set_roles(change: Change, person_id: UUID, roles: Iterable[Role], actor: str) -> None:
    """Have somebody hold exactly these roles. Raises: Gone, Denied for the last administrator."""
    account(change.session, person_id)
    wanted = frozenset(roles)
    for role in sorted(roles_of(change.session, person_id) - wanted):
        take(change, person_id, role, actor)
    give(change, person_id, sorted(wanted), actor)


def invite(house: House, change: Change, name: str, roles: Iterable[Role], actor: str) -> Account:
    """A new account with these roles. Raises: BadInput for a name that is taken or cannot be one."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            "This cannot be a sign-in name.", remedy="Use 2 to 64 letters, digits, dots, @, _, + or -."
        )
    known = change.session.exec(select(Person.id).where(func.lower(Person.account) == name.lower())).all()
    if any(change.session.get(Account, one) for one in known):
        raise BadInput("There is an account of this name.", remedy="Choose another name.")
    made = ensure_account(house, change, name, actor)
    give(change, made.person_id, roles, actor)
    return made


def account(session: Session, person_id: UUID) -> Account:
    """The account of a person. Raises: Gone."""
    row = session.get(Account, person_id)
    if row is None:
        raise Gone("There is no such account.", remedy="`gleanery accounts list` lists them.")
    return row


def disable(change: Change, person_id: UUID, actor: str) -> None:
    """Let somebody in no more: sessions end, tokens are worthless meanwhile. Raises: Gone, Denied."""
    row = account(change.session, person_id)
    if row.disabled_at is not None:
        return
    if is_last_administrator(change.session, person_id):
        raise Denied("This is the last administrator.", remedy="Make somebody else an administrator first.")
    row.disabled_at = change.at
    change.session.add(row)
    end_all(change.session, person_id)
    change.audit("account.disabled", actor, f"person:{person_id}")


def enable(change: Change, person_id: UUID, actor: str) -> None:
    """Let somebody in again. Raises: Gone."""
    row = account(change.session, person_id)
    if row.disabled_at is not None:
        row.disabled_at = None
        change.session.add(row)
        change.audit("account.enabled", actor, f"person:{person_id}")


def end_sessions(change: Change, person_id: UUID, actor: str, but: str | None = None) -> None:
    """End every session of somebody; `but` is the cookie of the one to keep."""
    account(change.session, person_id)
    end_all(change.session, person_id, but)
    change.audit("session.all-ended", actor, f"person:{person_id}")


@dataclass(frozen=True)
class Listed:
    """An account as the desk shows it; `password_set` says whether they can sign in by one."""

    person_id: UUID
    name: str
    roles: tuple[Role, ...]
    password_set: bool
    provider: bool
    made_at: datetime
    disabled_at: datetime | None
    seen_at: datetime | None


def accounts(house: House, *, after: str = "", limit: int = 50) -> Sequence[Listed]:
    """The accounts in the order of their names, those behind the name `after`."""
    with house.store.read() as session:
        query = (
            select(Account, Person.account)
            .join(Person, col(Person.id) == col(Account.person_id))
            .where(col(Person.account) > after)
            .order_by(col(Person.account))
            .limit(limit)
        )
        return _listed(session, [(row, name or "") for row, name in session.exec(query)])


def listed(house: House, person_id: UUID) -> Listed:
    """One account as the desk shows it. Raises: Gone."""
    with house.store.read() as session:
        row, person = account(session, person_id), session.get(Person, person_id)
        return _listed(session, [(row, (person.account if person else "") or "")])[0]


def person_of(session: Session, name: str) -> UUID | None:
    """The person of the account of this name, whatever the case of its letters."""
    query = (
        select(Person.id)
        .join(Account, col(Account.person_id) == col(Person.id))
        .where(func.lower(Person.account) == name.strip().lower())
    )
    return session.exec(query.order_by(col(Person.account) != name)).first()


def find(session: Session, name: str) -> UUID:
    """The same. Raises: Gone where there is none."""
    person_id = person_of(session, name)
    if person_id is None:
        raise Gone(f"There is no account {name!r}.", remedy="`gleanery accounts list` lists them.")
    return person_id


def _listed(session: Session, rows: Sequence[tuple[Account, str]]) -> Sequence[Listed]:
    """Four queries however many there are."""
    ids = [row.person_id for row, _ in rows]
    roles = session.exec(select(AccountRole).where(col(AccountRole.person_id).in_(ids))).all()
    linked = select(AccountIdentity.person_id).where(col(AccountIdentity.person_id).in_(ids))
    providers = set(session.exec(linked))
    seen = dict(
        session.exec(
            select(WebSession.person_id, func.max(WebSession.seen_at))
            .where(col(WebSession.person_id).in_(ids))
            .group_by(col(WebSession.person_id))
        ).all()
    )
    order = list(Role)
    return [
        Listed(
            person_id=row.person_id,
            name=name,
            roles=tuple(
                sorted(
                    (Role(one.role) for one in roles if one.person_id == row.person_id and one.role in order),
                    key=order.index,
                )
            ),
            password_set=row.password is not None,
            provider=row.person_id in providers,
            made_at=row.made_at,
            disabled_at=row.disabled_at,
            seen_at=seen.get(row.person_id),
        )
        for row, name in rows
    ]


def any_account(house: House) -> bool:
    """Whether anybody can sign in at all."""
    with house.store.read() as session:
        return bool(session.exec(select(func.count()).select_from(Account)).one())

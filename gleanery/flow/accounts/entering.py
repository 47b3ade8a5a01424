"""Signing in by name and password, and setting a password."""

from __future__ import annotations

from uuid import UUID

from gleanery.errors import BadInput, Denied
from gleanery.flow.accounts import passwords, sessions, staff, tries
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.accounts import Account, SignInWay
from gleanery.model.people import Person


class NotLetIn(Denied):
    """Name or password is wrong, or the account is disabled: which of them is not told."""


def by_password(house: House, name: str, password: str, address: str) -> str:
    """Begin a session: its cookie. Raises: NotLetIn, tries.TooMany.

    A name that nobody has, one without a password and a wrong password cost the same and are told the same.
    """
    tries.take(house, name, address)
    with house.store.read() as session:
        person_id = staff.person_of(session, name)
        account = session.get(Account, person_id) if person_id else None
    kept = account.password if account and account.disabled_at is None else None
    if not passwords.verify(password, kept) or account is None:
        raise NotLetIn("Name or password is wrong.", remedy="Try again, or ask an administrator for a link.")
    tries.forget(house, name, address)
    with house.change() as change:
        current = staff.account(change.session, account.person_id)
        if current.disabled_at is not None or current.password != kept:
            raise NotLetIn("Name or password is wrong.", remedy="It was changed just now.")
        if kept and passwords.is_outdated(kept):
            current.password = passwords.hashed(password)
            change.session.add(current)
        return sessions.begin(change, account.person_id, SignInWay.PASSWORD)


def set_password(
    house: House, change: Change, person_id: UUID, password: str, actor: str, but: str | None = None
) -> None:
    """Set somebody's password; all their sessions end, `but` is the cookie of the one to keep. Raises: BadInput."""
    account = staff.account(change.session, person_id)
    person = change.session.get(Person, person_id)
    passwords.refuse_weak(
        password, [person.account or "" if person else "", house.organisation.name, "gleanery"]
    )
    account.password, account.password_set_at = passwords.hashed(password), change.at
    change.session.add(account)
    sessions.end_all(change.session, person_id, but)
    change.audit("password.set", actor, f"person:{person_id}")


def change_password(
    house: House,
    person_id: UUID,
    former: str,
    password: str,
    address: str,
    but: str | None = None,
    *,
    by_token: bool = False,
) -> None:
    """Set one's own password anew. Raises: BadInput where the former one is wrong or the new one too weak.

    Denied for a first one `by_token`: whoever found a token of few rights would sign in with all.
    """
    with house.store.read() as session:
        account, person = staff.account(session, person_id), session.get(Person, person_id)
    if account.password is None and by_token:
        raise Denied("A token sets no first password.", remedy="Sign in and set it on your own page.")
    if account.password is not None:
        name = (person.account or "") if person else ""
        tries.take(house, name, address)
        if not passwords.verify(former, account.password):
            raise BadInput("This is not your password of now.", remedy="Nothing was changed.")
        tries.forget(house, name, address)
    with house.change() as change:
        set_password(house, change, person_id, password, f"person:{person_id}", but)

"""Whom a provider vouched for becomes somebody here: by an identity that is known, by admission, never by mail."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from gleanery.errors import Denied, Gone
from gleanery.flow.accounts import sessions, staff
from gleanery.flow.accounts.providers import Vouched, values_of
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from gleanery.model.accounts import Account, AccountIdentity, PendingSignIn, SignInWay
from gleanery.model.people import Person

KEPT = timedelta(days=30)
"""How long somebody who waits to be admitted is remembered."""

MOST_PENDING = 500

log = structlog.get_logger()


def enter(house: House, vouched: Vouched) -> str | None:
    """Begin a session: its cookie; None where an administrator must admit them first, which is noted."""
    with house.change() as change:
        known = change.session.get(AccountIdentity, (vouched.issuer, vouched.subject))
        if known is None and not vouched.provider.admit:
            _note(change, vouched)
            return None
        person_id = known.person_id if known else _made(house, change, vouched)
        account = change.session.get(Account, person_id)
        if account is None or account.disabled_at is not None:
            raise Denied("Your account here is disabled.", remedy="Ask an administrator.")
        _follow_roles(change, person_id, vouched)
        return sessions.begin(change, person_id, SignInWay.PROVIDER)


def pending(house: House, limit: int = 100) -> Sequence[PendingSignIn]:
    """Who waits to be admitted, the newest first."""
    with house.store.read() as session:
        query = select(PendingSignIn).where(col(PendingSignIn.at) > house.now() - KEPT)
        return session.exec(query.order_by(col(PendingSignIn.at).desc()).limit(limit)).all()


def admit(
    house: House, change: Change, pending_id: UUID, roles: Iterable[Role], actor: str, to: UUID | None = None
) -> UUID:
    """Let somebody in who waits: as a new account with these roles, or as the account `to`. Raises: Gone."""
    row = _waiting(change.session, pending_id)
    if to is None:
        to = staff.ensure_account(house, change, _free_name(change.session, row.name), actor).person_id
        staff.give(change, to, roles, actor)
    else:
        staff.account(change.session, to)
    _link(change, row.issuer, row.subject, to, actor)
    return to


def turn_away(change: Change, pending_id: UUID, actor: str) -> None:
    """Forget somebody who waits. Raises: Gone."""
    change.session.delete(_waiting(change.session, pending_id))
    change.audit("account.turned-away", actor, f"sign-in:{pending_id}")


def _waiting(session: Session, pending_id: UUID) -> PendingSignIn:
    row = session.get(PendingSignIn, pending_id)
    if row is None:
        raise Gone("Nobody waits there any more.", remedy="They may have been admitted already.")
    return row


def _note(change: Change, vouched: Vouched) -> None:
    """Remember who asked to come in; those of long ago are forgotten."""
    change.session.execute(delete(PendingSignIn).where(col(PendingSignIn.at) <= change.at - KEPT))
    row = change.session.exec(
        select(PendingSignIn).where(
            PendingSignIn.issuer == vouched.issuer, PendingSignIn.subject == vouched.subject
        )
    ).first()
    if row is None:
        if change.session.exec(select(func.count()).select_from(PendingSignIn)).one() >= MOST_PENDING:
            return
        row = PendingSignIn(id=uuid4(), issuer=vouched.issuer, subject=vouched.subject, name="", at=change.at)
        change.audit("account.asked-for", f"sign-in:{row.id}", f"sign-in:{row.id}")
    row.name, row.at = _suggested(vouched), change.at
    row.roles = sorted(_said_roles(vouched))
    change.session.add(row)


def _made(house: House, change: Change, vouched: Vouched) -> UUID:
    name = _free_name(change.session, _suggested(vouched))
    actor = f"provider:{vouched.provider.name}"
    made = staff.ensure_account(house, change, name, actor)
    staff.give(change, made.person_id, map(Role, vouched.provider.roles), actor)
    _link(change, vouched.issuer, vouched.subject, made.person_id, actor)
    return made.person_id


def _link(change: Change, issuer: str, subject: str, person_id: UUID, actor: str) -> None:
    """Have an identity mean this account; whoever waited under it waits no more."""
    waits = (col(PendingSignIn.issuer) == issuer, col(PendingSignIn.subject) == subject)
    change.session.execute(delete(PendingSignIn).where(*waits))
    change.session.add(AccountIdentity(issuer=issuer, subject=subject, person_id=person_id, since=change.at))
    change.session.flush()
    change.audit("account.linked", actor, f"person:{person_id}")


def _follow_roles(change: Change, person_id: UUID, vouched: Vouched) -> None:
    """Give the roles that the provider's groups give, and take those among them that it no longer says."""
    governed = frozenset(map(Role, vouched.provider.roles_from.values()))
    if not vouched.provider.roles_claim or not governed:
        return
    actor, wanted = f"provider:{vouched.provider.name}", _said_roles(vouched)
    staff.give(change, person_id, sorted(wanted), actor)
    for role in sorted((staff.roles_of(change.session, person_id) & governed) - wanted):
        if staff.is_last_administrator(change.session, person_id) and role is Role.ADMINISTRATOR:
            log.warning("account.last_administrator_kept", person=str(person_id))
        else:
            staff.take(change, person_id, role, actor)


def _said_roles(vouched: Vouched) -> frozenset[Role]:
    said = values_of(vouched.claims, vouched.provider.roles_claim) if vouched.provider.roles_claim else ()
    return frozenset(Role(role) for group, role in vouched.provider.roles_from.items() if group in said)


def _suggested(vouched: Vouched) -> str:
    """A sign-in name made of what the provider says, or of nothing where it says none that can be one."""
    told = next(iter(values_of(vouched.claims, vouched.provider.name_claim)), "")
    name = re.sub(r"[^\w.@+-]+", ".", told.strip())[:60]
    return name if len(name) >= 2 else f"{vouched.provider.name}-{secrets.token_hex(4)}"


def _free_name(session: Session, name: str) -> str:
    """The name, or one like it: a name that somebody has is nobody else's, whatever a provider says."""
    taken = session.exec(select(Person.id).where(func.lower(Person.account) == name.lower())).first()
    return name if taken is None else f"{name[:55]}-{secrets.token_hex(4)}"

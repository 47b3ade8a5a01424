"""Who a request is from: the holder of a session or of a token, with the rights that follow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.rights import Right, Role, rights_of
from gleanery.model.accounts import Account, AccountRole, ApiToken, WebSession
from gleanery.model.people import Person

IDLE = timedelta(hours=2)
"""A session that asked for nothing this long has ended."""

SEEN_EVERY = timedelta(minutes=5)
USED_EVERY = timedelta(hours=1)
"""How often it is noted that a session or a token is in use."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in: `account` is the name, `rights` all that this session or token may do."""

    person_id: UUID
    account: str
    roles: frozenset[Role]
    rights: frozenset[Right]
    settings: Mapping[str, Any] = field(default_factory=dict)
    by_token: bool = False
    until: datetime | None = None

    @property
    def actor(self) -> str:
        """How the audit log names them."""
        return f"person:{self.person_id}"

    def may(self, right: Right | str) -> bool:
        """Whether they hold a right."""
        return right in self.rights


def mark_of(token: str) -> bytes:
    """What is kept of a token or cookie: its hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def visitor_of_session(house: House, token: str | None, *, waking: bool = True) -> Visitor | None:
    """Who holds this session; None where there is none, it has ended, or the account is disabled.

    `waking` False: a page that asks again by itself does not keep a session alive.
    """
    if not token:
        return None
    now, mark = house.now(), mark_of(token)
    with house.store.read() as session:
        found = session.exec(
            select(Person, Account, WebSession)
            .join(WebSession, col(WebSession.person_id) == col(Person.id))
            .join(Account, col(Account.person_id) == col(Person.id))
            .where(
                WebSession.mark == mark,
                col(WebSession.expires_at) > now,
                col(WebSession.seen_at) > now - IDLE,
                col(Account.disabled_at).is_(None),
            )
        ).one_or_none()
        if found is None:
            return None
        person, account, held = found
        visitor = _visitor(session, person, account, until=held.expires_at)
    if waking and held.seen_at <= now - SEEN_EVERY:
        with house.store.note_if_free() as note:
            note.execute(update(WebSession).where(col(WebSession.mark) == mark).values(seen_at=now))
    return visitor


def visitor_of_token(house: House, token: str) -> Visitor | None:
    """Whom a token of the API speaks for, with no more rights than both it and its holder have."""
    now, mark = house.now(), mark_of(token)
    with house.store.read() as session:
        found = session.exec(
            select(Person, Account, ApiToken)
            .join(Account, col(Account.person_id) == col(Person.id))
            .join(ApiToken, col(ApiToken.person_id) == col(Person.id))
            .where(
                ApiToken.mark == mark,
                col(ApiToken.expires_at) > now,
                col(ApiToken.revoked_at).is_(None),
                col(Account.disabled_at).is_(None),
            )
        ).one_or_none()
        if found is None:
            return None
        person, account, held = found
        visitor = _visitor(session, person, account, only=held.rights, until=held.expires_at)
    if held.used_at is None or held.used_at <= now - USED_EVERY:
        with house.store.note_if_free() as note:
            note.execute(update(ApiToken).where(col(ApiToken.mark) == mark).values(used_at=now))
    return visitor


def _visitor(
    session: Session,
    person: Person,
    account: Account,
    *,
    only: Sequence[str] | None = None,
    until: datetime | None = None,
) -> Visitor:
    """The visitor with all rights of their roles, or those among them that a token was given."""
    held = session.exec(select(AccountRole.role).where(AccountRole.person_id == person.id)).all()
    roles = frozenset(Role(one) for one in held if one in set(Role))
    rights = rights_of(roles) | {Right.OWN}
    return Visitor(
        person_id=person.id,
        account=person.account or "",
        roles=roles,
        rights=rights if only is None else rights.intersection(map(Right, set(only) & set(Right))),
        settings=account.settings,
        by_token=only is not None,
        until=until,
    )

"""Tokens of the API: made for a program, shown once, never worth more than their holder, and revoked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Gone
from gleanery.flow.accounts.visitors import Visitor, mark_of
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.accounts import ApiToken

PREFIX = "gly_"
"""How every token begins, so that scanners of repositories know one."""

LONGEST = timedelta(days=365)
MOST = 50
"""Tokens that one account may hold at a time."""


def make(
    change: Change, visitor: Visitor, label: str, rights: Iterable[Right], lives: timedelta
) -> tuple[ApiToken, str]:
    """A new token of the visitor's, and its text, which is kept nowhere. Raises: BadInput."""
    wanted = sorted(set(rights))
    lacking = [right for right in wanted if not visitor.may(right)]
    if lacking:
        raise BadInput("A token cannot do what you may not do yourself.", remedy=f"Leave out {lacking[0]}.")
    if not label.strip() or not timedelta(0) < lives <= LONGEST:
        raise BadInput("A token needs a label and an end.", remedy="It may last 1 to 365 days.")
    if len(_usable(change.session, visitor.person_id, change.at)) >= MOST:
        raise BadInput(f"You hold {MOST} tokens already.", remedy="Revoke those you no longer need.")
    text = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        id=uuid4(),
        mark=mark_of(text),
        person_id=visitor.person_id,
        label=label.strip(),
        rights=[right.value for right in wanted],
        made_at=change.at,
        expires_at=change.at + lives,
    )
    change.session.add(row)
    change.audit("token.made", visitor.actor, f"token:{row.id}", rights=row.rights, days=lives.days)
    return row, text


def of(house: House, person_id: UUID) -> Sequence[ApiToken]:
    """Somebody's tokens that work, the newest first."""
    with house.store.read() as session:
        return _usable(session, person_id, house.now())


def revoke(change: Change, person_id: UUID, token_id: UUID, actor: str) -> None:
    """Make a token of this person worthless. Raises: Gone where there is none such."""
    row = change.session.get(ApiToken, token_id)
    if row is None or row.person_id != person_id or row.revoked_at is not None:
        raise Gone("There is no such token.", remedy="It may have been revoked already.")
    row.revoked_at = change.at
    change.session.add(row)
    change.audit("token.revoked", actor, f"token:{row.id}")


def _usable(session: Session, person_id: UUID, at: object) -> Sequence[ApiToken]:
    query = (
        select(ApiToken)
        .where(ApiToken.person_id == person_id, col(ApiToken.revoked_at).is_(None))
        .where(col(ApiToken.expires_at) > at)
    )
    return session.exec(query.order_by(col(ApiToken.made_at).desc())).all()

"""Sessions of browsers: begun, ended, and ended all at once for somebody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, or_, select

from gleanery.errors import Gone
from gleanery.flow.accounts.visitors import IDLE, mark_of
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.accounts import SignInWay, WebSession

LIVES = timedelta(hours=12)
"""How long a session lasts at most; one that nobody uses ends sooner."""


def begin(change: Change, person_id: UUID, way: SignInWay) -> str:
    """A new session: its cookie. Those that ran out are forgotten."""
    over = or_(col(WebSession.expires_at) <= change.at, col(WebSession.seen_at) <= change.at - IDLE)
    change.session.execute(delete(WebSession).where(over))
    token = secrets.token_urlsafe(32)
    row = WebSession(
        mark=mark_of(token),
        person_id=person_id,
        way=way,
        made_at=change.at,
        seen_at=change.at,
        expires_at=change.at + LIVES,
    )
    change.session.add(row)
    change.audit("session.begun", f"person:{person_id}", f"person:{person_id}", way=way.value)
    return token


def of(house: House, person_id: UUID) -> Sequence[WebSession]:
    """Somebody's sessions that are open, the newest first."""
    with house.store.read() as session:
        query = select(WebSession).where(
            WebSession.person_id == person_id,
            col(WebSession.expires_at) > house.now(),
            col(WebSession.seen_at) > house.now() - IDLE,
        )
        return session.exec(query.order_by(col(WebSession.made_at).desc())).all()


def end(house: House, token: str) -> None:
    """End a session on our side, whatever the browser keeps."""
    with house.change() as change:
        row = change.session.get(WebSession, mark_of(token))
        if row is not None:
            _end(change, row, f"person:{row.person_id}")


def end_one(change: Change, person_id: UUID, mark: str, actor: str) -> None:
    """End the session of this mark (hexadecimal). Raises: Gone where this person has none such."""
    try:
        row = change.session.get(WebSession, bytes.fromhex(mark))
    except ValueError:
        row = None
    if row is None or row.person_id != person_id:
        raise Gone("There is no such session.", remedy="It may have ended already.")
    _end(change, row, actor)


def _end(change: Change, row: WebSession, actor: str) -> None:
    change.session.delete(row)
    change.audit("session.ended", actor, f"person:{row.person_id}", way=row.way.value)


def end_all(session: Session, person_id: UUID, but: str | None = None) -> None:
    """End every session of somebody; `but` is the cookie of the one to keep."""
    wanted = [col(WebSession.person_id) == person_id]
    if but is not None:
        wanted.append(col(WebSession.mark) != mark_of(but))
    session.execute(delete(WebSession).where(*wanted))

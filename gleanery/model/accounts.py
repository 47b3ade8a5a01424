"""Accounts: who may sign in to the desks, in which roles, by which way, and the sessions and tokens they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class Account(SQLModel, table=True):
    """A person who may sign in; the name is `person.account`.

    `settings` holds what they chose for themselves: locale, theme, keys, rows on a page. `mail` is kept only for
    who asked to be written to.
    """

    __tablename__ = "account"

    person_id: UUID = Col(primary_key=True)
    password: str | None = None
    password_set_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    mail: str | None = None
    settings: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    made_at: datetime = Col(sa_type=UtcMicros)
    disabled_at: datetime | None = Col(default=None, sa_type=UtcMicros)


class AccountRole(SQLModel, table=True):
    """A role somebody holds, since when and by whom given."""

    __tablename__ = "account_role"

    person_id: UUID = Col(primary_key=True)
    role: str = Col(primary_key=True)
    since: datetime = Col(sa_type=UtcMicros)
    by: str


class AccountIdentity(SQLModel, table=True):
    """Who an identity provider says somebody is: its issuer and its name for them, which never changes."""

    __tablename__ = "account_identity"

    issuer: str = Col(primary_key=True)
    subject: str = Col(primary_key=True)
    person_id: UUID = Col(index=True)
    since: datetime = Col(sa_type=UtcMicros)


class PendingSignIn(SQLModel, table=True):
    """Somebody a provider vouched for who has no account here: kept for an administrator to admit or turn away.

    `name` is the sign-in name the provider suggests, `roles` those it says. Forgotten after thirty days.
    """

    __tablename__ = "pending_sign_in"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: UUID = Col(primary_key=True)
    issuer: str
    subject: str
    name: str
    roles: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    at: datetime = Col(sa_type=UtcMicros, index=True)


class SignInWay(StrEnum):
    """How a session began."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 a word, no secret
    PROVIDER = "provider"


class WebSession(SQLModel, table=True):
    """A browser that is signed in. `mark` is the hash of the cookie, which itself is kept nowhere.

    `seen_at`: when it last asked for something, to within five minutes.
    """

    __tablename__ = "web_session"

    mark: bytes = Col(sa_column=Column(LargeBinary(32), primary_key=True))
    person_id: UUID = Col(index=True)
    way: SignInWay = Col(sa_column=enum_column(SignInWay))
    made_at: datetime = Col(sa_type=UtcMicros)
    seen_at: datetime = Col(sa_type=UtcMicros)
    expires_at: datetime = Col(sa_type=UtcMicros, index=True)


class ApiToken(SQLModel, table=True):
    """A token that lets a program do what its holder may, or less. `mark` is its hash."""

    __tablename__ = "api_token"

    id: UUID = Col(primary_key=True)
    mark: bytes = Col(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    person_id: UUID = Col(index=True)
    label: str
    rights: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime = Col(sa_type=UtcMicros)
    expires_at: datetime = Col(sa_type=UtcMicros)
    used_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    revoked_at: datetime | None = Col(default=None, sa_type=UtcMicros)


class SignInTry(SQLModel, table=True):
    """A sign-in that failed; `mark` is a keyed hash of who was named and from where. Kept for fifteen minutes."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("sign_in_try_of", "mark", "at"),)

    id: UUID = Col(primary_key=True)
    mark: bytes = Col(sa_column=Column(LargeBinary(32), nullable=False))
    at: datetime = Col(sa_type=UtcMicros, index=True)

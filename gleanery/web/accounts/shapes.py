"""The shapes of the API about accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.flow.accounts.own import ROWS
from gleanery.flow.accounts.passwords import LONGEST
from gleanery.flow.accounts.staff import Listed
from gleanery.flow.rights import Right, Role
from gleanery.model.accounts import ApiToken, PendingSignIn, SignInWay, WebSession
from gleanery.web.given import Given

MOST_ROLES = len(Role)


Roles = Annotated[list[Role], Field(max_length=MOST_ROLES)]


class AccountShape(BaseModel):
    """Somebody who may sign in."""

    id: UUID
    name: str
    roles: list[Role]
    password_set: bool
    by_provider: bool
    made_at: datetime
    disabled_at: datetime | None
    seen_at: datetime | None

    @classmethod
    def of(cls, row: Listed) -> AccountShape:
        """The shape of an account."""
        return cls(
            id=row.person_id,
            name=row.name,
            roles=list(row.roles),
            password_set=row.password_set,
            by_provider=row.provider,
            made_at=row.made_at,
            disabled_at=row.disabled_at,
            seen_at=row.seen_at,
        )


class AccountList(BaseModel):
    """Accounts by name; `next` is what to send as `after` for those that follow."""

    items: list[AccountShape]
    next: str | None
    total: int | None = None


class Invitation(Given):
    """A new account."""

    name: str = Field(min_length=2, max_length=64)
    roles: Roles = Field(default_factory=list)


class RolesWanted(Given):
    """The roles an account shall hold, and no others."""

    roles: Roles


class Linked(BaseModel):
    """An account and the one-time link by which its holder sets a password; it is shown this once."""

    account: AccountShape
    link: str


class PendingShape(BaseModel):
    """Somebody whom a provider vouched for and who has no account yet."""

    id: UUID
    issuer: str
    name: str
    roles: list[str]
    at: datetime

    @classmethod
    def of(cls, row: PendingSignIn) -> PendingShape:
        """The shape of somebody who waits."""
        return cls(id=row.id, issuer=row.issuer, name=row.name, roles=row.roles, at=row.at)


class PendingList(BaseModel):
    """Who waits to be admitted."""

    items: list[PendingShape]
    next: str | None = None
    total: int | None = None


class Admission(Given):
    """How somebody is let in: as a new account with roles, or as an account there is."""

    roles: Roles = Field(default_factory=list)
    account: UUID | None = None


class OwnSettings(Given):
    """What one sets for oneself; null puts a setting back to its default."""

    locale: Literal["en", "de"] | None = None
    theme: Literal["light", "dark"] | None = None
    keys: bool | None = None
    rows: Literal[20, 50, 100, 200] | None = Field(default=None, description=f"One of {ROWS}")


class Me(BaseModel):
    """The account that a token or session speaks for."""

    id: UUID
    name: str
    roles: list[Role]
    rights: list[Right]
    by_token: bool
    until: datetime | None
    settings: dict[str, object]


class PasswordWanted(Given):
    """A new password, and the one of now where there is one."""

    former: str = Field(default="", max_length=1000)
    password: str = Field(min_length=1, max_length=LONGEST)


class TokenShape(BaseModel):
    """A token of the API; its text was shown once and is kept nowhere."""

    id: UUID
    label: str
    rights: list[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, row: ApiToken) -> TokenShape:
        """The shape of a token."""
        return cls(
            id=row.id,
            label=row.label,
            rights=row.rights,
            made_at=row.made_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )


class TokenList(BaseModel):
    """One's tokens that work."""

    items: list[TokenShape]
    next: str | None = None
    total: int | None = None


class TokenWanted(Given):
    """A token to be made: for what, with which rights, for how many days."""

    label: str = Field(min_length=1, max_length=100)
    rights: list[Right] = Field(max_length=len(Right))
    days: int = Field(ge=1, le=365)


class TokenMade(BaseModel):
    """A new token and its text, which is shown this once."""

    token: TokenShape
    text: str


class SessionShape(BaseModel):
    """A browser that is signed in."""

    id: str
    way: SignInWay
    made_at: datetime
    seen_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: WebSession) -> SessionShape:
        """The shape of a session."""
        return cls(
            id=row.mark.hex(),
            way=row.way,
            made_at=row.made_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
        )


class SessionList(BaseModel):
    """One's sessions that are open."""

    items: list[SessionShape]
    next: str | None = None
    total: int | None = None

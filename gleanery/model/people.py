"""People: the organisation, its persons under random names, their handles and the legal bases.

Handle and person are joined here and nowhere else; statements and the audit log hold the person's UUID.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros


class Organisation(SQLModel, table=True):
    """The one organisation of this database; its immutable id enters every derived id."""

    __tablename__ = "organisation"

    id: UUID = Col(primary_key=True)
    name: str
    people_home: str
    bridge_home: str
    made_at: datetime = Col(sa_type=UtcMicros)


class Person(SQLModel, table=True):
    """A person under a random UUID. `account` is the sign-in or operating-system name of staff."""

    __tablename__ = "person"

    id: UUID = Col(primary_key=True)
    account: str | None = Col(default=None, unique=True)
    made_at: datetime = Col(sa_type=UtcMicros)


class Handle(SQLModel, table=True):
    """Who a platform says posted something; linked to a person only with that person's yes."""

    __tablename__ = "handle"
    __table_args__ = (UniqueConstraint("platform", "realm", "external_id"),)

    id: UUID = Col(primary_key=True)
    platform: str
    realm: str
    external_id: str
    person_id: UUID | None = Col(default=None, index=True)


class Basis(SQLModel, table=True):
    """A legal basis for one purpose; `person_id` None stands for all staff (a works agreement)."""

    __tablename__ = "basis"

    id: UUID = Col(primary_key=True)
    person_id: UUID | None = Col(default=None, index=True)
    purpose: str
    kind: str
    reference: str
    since: datetime = Col(sa_type=UtcMicros)
    ended_at: datetime | None = Col(default=None, sa_type=UtcMicros)

"""People: the organisation, its persons under random names, and the handles that are linked to them.

Handle and person are joined here and nowhere else; statements and the audit log hold the person's UUID. No name,
no mailbox and no telephone number of anybody is kept; what each column holds and why stands in personal_fields.py.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class Organisation(SQLModel, table=True):
    """The one organisation of this database; its immutable id enters every derived id."""

    __tablename__ = "organisation"

    id: UUID = Col(primary_key=True)
    name: str
    people_home: str
    bridge_home: str
    made_at: datetime = Col(sa_type=UtcMicros)


class Person(SQLModel, table=True):
    """A person under a random UUID. `account` is the sign-in or operating-system name of staff.

    `merged_into` points at the older person that turned out to be the same human: nothing else moves, so that a
    split is the pointer taken back. From the HR list: `unit`, first and last day, and the number it gives to
    the person, as a keyed hash (`directory_mark`, to find the person again) and sealed (`directory_number`).
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("person_directory_mark", "directory_mark", unique=True),
        Index("person_by_time", "made_at", "id"),
    )

    id: UUID = Col(primary_key=True)
    account: str | None = Col(default=None, unique=True)
    made_at: datetime = Col(sa_type=UtcMicros)
    merged_into: UUID | None = Col(default=None, index=True)
    unit: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    directory_mark: bytes | None = Col(default=None, sa_type=LargeBinary)
    directory_number: bytes | None = Col(default=None, sa_type=LargeBinary)


class PersonMerge(SQLModel, table=True):
    """That `person_id` was merged into `into_id`, when and by whom, and when and by whom it was split off again."""

    __tablename__ = "person_merge"

    id: UUID = Col(primary_key=True)
    person_id: UUID = Col(index=True)
    into_id: UUID = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)
    by: str
    undone_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undone_by: str | None = None


class Handle(SQLModel, table=True):
    """Who a platform says posted something: an account there. Most belong to nobody we know and stay so.

    `person_id` is the person it is linked to now, None where nobody is; how and since when stands in HandleLink.
    """

    __tablename__ = "handle"
    __table_args__ = (UniqueConstraint("platform", "realm", "external_id"),)

    id: UUID = Col(primary_key=True)
    platform: str
    realm: str
    external_id: str
    person_id: UUID | None = Col(default=None, index=True)


class LinkedBy(StrEnum):
    """Who says that a handle is a person's: the person at the platform, the HR list, or an administrator."""

    OAUTH = "oauth"
    HR_LIST = "hr-list"
    ADMINISTRATOR = "administrator"


class LinkEnd(StrEnum):
    """Why a link ended. Only a `mistake` says that the handle never was this person's."""

    ASKED = "asked"
    MISTAKE = "mistake"
    MOVED = "moved"
    LEFT = "left"
    UNLISTED = "unlisted"
    VERIFIED = "verified"


class HandleLink(SQLModel, table=True):
    """One stretch of a handle's history: whose it was, from when to when, and who said so.

    `until` may lie ahead, for somebody whose last day is known. A link is never rewritten, only ended; an
    unverified one is a claim, on which no statement rests.
    """

    __tablename__ = "handle_link"
    __table_args__ = (Index("handle_link_of", "handle_id", "since"),)

    id: UUID = Col(primary_key=True)
    handle_id: UUID
    person_id: UUID = Col(index=True)
    how: LinkedBy = Col(sa_column=enum_column(LinkedBy))
    verified: bool
    since: datetime = Col(sa_type=UtcMicros)
    by: str
    until: datetime | None = Col(default=None, sa_type=UtcMicros)
    ended_by: str | None = None
    ended_why: LinkEnd | None = Col(default=None, sa_column=enum_column(LinkEnd, nullable=True))


class DirectoryImport(SQLModel, table=True):
    """One reading of an HR list: when, by whom, of which file (its hash), and whether it was taken back."""

    __tablename__ = "directory_import"

    id: UUID = Col(primary_key=True)
    at: datetime = Col(sa_type=UtcMicros, index=True)
    by: str
    file_hash: str
    undone_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undone_by: str | None = None


class DirectoryStep(StrEnum):
    """What one step of an import did."""

    JOINED = "joined"
    MOVED = "moved"
    DATED = "dated"
    LINKED = "linked"
    UNLINKED = "unlinked"
    BASIS_ENDED = "basis-ended"


class DirectoryChange(SQLModel, table=True):
    """One step of an import, with what stood there before, so that it can be taken back.

    `subject_id` is the link or the basis that was made or ended; `before` and `after` are units or days.
    """

    __tablename__ = "directory_change"

    import_id: UUID = Col(primary_key=True)
    number: int = Col(primary_key=True)
    step: DirectoryStep = Col(sa_column=enum_column(DirectoryStep))
    person_id: UUID = Col(index=True)
    subject_id: UUID | None = None
    before: str | None = None
    after: str | None = None

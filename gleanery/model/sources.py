"""Sources: configured places to read, how far each was read, and what went wrong."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column, only_where


class SourceStatus(StrEnum):
    """How a source is doing, in the words of its page."""

    NEW = "new"
    HEALTHY = "healthy"
    RETRYING = "retrying"
    ACTION_REQUIRED = "action_required"


class Source(SQLModel, table=True):
    """A configured place to read; the id derives from its name. `next_due_at` None: due now.

    Until its first reading is done (`first_read_done`), only `released` of its posts go to the curators.
    `failing_since`: when the first of the readings ended that have all failed since.
    """

    __tablename__ = "source"

    id: UUID = Col(primary_key=True)
    name: str = Col(unique=True)
    connector: str
    status: SourceStatus = Col(default=SourceStatus.NEW, sa_column=enum_column(SourceStatus))
    message: str = ""
    failures: int = 0
    last_success_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    next_due_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    released: int = 0
    first_read_done: bool = False
    paused_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    failing_since: datetime | None = Col(default=None, sa_type=UtcMicros)


class Partition(SQLModel, table=True):
    """A part of a source read on its own (a channel, a feed, a file), with the state to go on from."""

    __tablename__ = "partition"

    source_id: UUID = Col(primary_key=True)
    name: str = Col(primary_key=True)
    state: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    complete: bool = False
    message: str = ""
    read_at: datetime | None = Col(default=None, sa_type=UtcMicros)


class ReadFault(SQLModel, table=True):
    """A record that could not be read; `where` is a line, a file or an id. The same fault is kept once."""

    __tablename__ = "read_fault"

    source_id: UUID = Col(primary_key=True)
    partition: str = Col(primary_key=True)
    place: str = Col(primary_key=True)
    message: str
    seen_at: datetime = Col(sa_type=UtcMicros)


class Usage(SQLModel, table=True):
    """What a plugin spent of a bucket within an hour (its beginning): units, and millionths of a US dollar."""

    __tablename__ = "usage"

    plugin: str = Col(primary_key=True)
    bucket: str = Col(primary_key=True)
    hour: datetime = Col(primary_key=True, sa_type=UtcMicros)
    units: int = Col(default=0, sa_type=BigInteger)
    money_micros: int = Col(default=0, sa_type=BigInteger)


class InboxEvent(SQLModel, table=True):
    """An event that came in by itself; its body is encrypted, and emptied once the worker took it in.

    The id derives from the source and the event's own: it stays for a while, so that a repetition is known.
    """

    __tablename__ = "inbox_event"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("inbox_event_waiting", "source", "seq", **only_where("sealed IS NOT NULL")),
        Index("inbox_event_at", "at"),
    )

    seq: int | None = Col(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    id: UUID
    source: str
    at: datetime = Col(sa_type=UtcMicros)
    sealed: bytes | None = Col(default=None, sa_type=LargeBinary)


class SourceToken(SQLModel, table=True):
    """The token of a source, encrypted (MultiFernet). `number` rises with each renewal: who lost a race sees it."""

    __tablename__ = "source_token"

    source: str = Col(primary_key=True)
    sealed: bytes = Col(sa_type=LargeBinary)
    expires_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    number: int = 0
    got_at: datetime = Col(sa_type=UtcMicros)


class ReadingEnd(StrEnum):
    """How a reading ended."""

    DONE = "done"
    RETRYING = "retrying"
    ACTION_REQUIRED = "action_required"
    CANCELLED = "cancelled"


class ReadingLog(SQLModel, table=True):
    """What one reading of a source brought; `words` says what went wrong first, empty where nothing did."""

    __tablename__ = "reading_log"
    __table_args__ = (Index("reading_log_of_source", "source_id", "seq"), Index("reading_log_at", "ended_at"))

    seq: int | None = Col(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    source_id: UUID
    began_at: datetime = Col(sa_type=UtcMicros)
    ended_at: datetime = Col(sa_type=UtcMicros)
    end: ReadingEnd = Col(sa_column=enum_column(ReadingEnd))
    new: int = 0
    changed: int = 0
    gone: int = 0
    faults: int = 0
    words: str = ""


class SourceDraft(SQLModel, table=True):
    """A source that somebody sets up, or a sign-in for one; what was entered so far is sealed by the vault."""

    __tablename__ = "source_draft"

    id: UUID = Col(primary_key=True)
    person_id: UUID = Col(index=True)
    source: str
    sealed: bytes = Col(sa_type=LargeBinary)
    changed_at: datetime = Col(sa_type=UtcMicros)

"""Sources: configured places to read, how far each was read, and what went wrong."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class SourceStatus(StrEnum):
    """How a source is doing, in the words of its page."""

    NEW = "new"
    HEALTHY = "healthy"
    RETRYING = "retrying"
    ACTION_REQUIRED = "action_required"


class Source(SQLModel, table=True):
    """A configured place to read; the id derives from its name. `next_due_at` None: due now."""

    __tablename__ = "source"

    id: UUID = Col(primary_key=True)
    name: str = Col(unique=True)
    connector: str
    status: SourceStatus = Col(default=SourceStatus.NEW, sa_column=enum_column(SourceStatus))
    message: str = ""
    failures: int = 0
    last_success_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    next_due_at: datetime | None = Col(default=None, sa_type=UtcMicros)


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

"""The curators' desk: who looks at what, what they put off, the filters they keep, and verdicts on many items."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.items import DecisionVerdict
from gleanery.model.types import UtcMicros, enum_column


class Claim(SQLModel, table=True):
    """The item somebody has open in the reader, until when; each person has one at a time."""

    __tablename__ = "item_claim"

    person_id: UUID = Col(primary_key=True)
    item_id: UUID = Col(index=True)
    until: datetime = Col(sa_type=UtcMicros)


class Later(SQLModel, table=True):
    """An item that somebody has seen and left undecided: not in their list of waiting items until then."""

    __tablename__ = "item_later"

    person_id: UUID = Col(primary_key=True)
    item_id: UUID = Col(primary_key=True)
    until: datetime = Col(sa_type=UtcMicros)


class SavedView(SQLModel, table=True):
    """A filter that somebody keeps under a name; `query` is its query string. `shared`: everybody sees it."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("saved_view_of", "person_id", "name", unique=True),)

    id: UUID = Col(primary_key=True)
    person_id: UUID
    name: str
    query: str
    shared: bool = False
    made_at: datetime = Col(sa_type=UtcMicros)


class Bulk(SQLModel, table=True):
    """One verdict on many items: those that were chosen, or all that matched a filter when it was looked at.

    `query` is the filter, `chosen` the ids where items were chosen one by one. Items above `last_seq` or whose words
    changed after `seen_at` are left alone. `cursor` is the last item worked on, `undo_cursor` the last decision taken
    back; both are written with the work itself, so that each item is decided once.
    """

    __tablename__ = "bulk"

    id: UUID = Col(primary_key=True)
    by: str = Col(index=True)
    verdict: DecisionVerdict = Col(sa_column=enum_column(DecisionVerdict))
    reason: str = ""
    query: str = ""
    chosen: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    last_seq: int
    seen_at: datetime = Col(sa_type=UtcMicros)
    total: int
    cursor: int = 0
    decided: int = 0
    refused: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    changed: int = 0
    made_at: datetime = Col(sa_type=UtcMicros)
    ended_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undo_asked_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undo_by: str | None = None
    undo_cursor: UUID | None = None
    undone: int = 0
    kept: int = 0
    undo_ended_at: datetime | None = Col(default=None, sa_type=UtcMicros)

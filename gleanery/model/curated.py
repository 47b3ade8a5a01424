"""What curators add to an item: a title and summary of their own, notes, refused tags, and how posts were grouped."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column

MAX_TITLE, MAX_SUMMARY, MAX_NOTE, MAX_ADDRESS = 300, 4_000, 2_000, 4_000
"""Characters that a curator may write."""


class ItemEdit(SQLModel, table=True):
    """A title, a summary and an address a curator gave; None: as the source says. `number` counts the item's edits.

    One edit of an item is `current`, or none. The words may derive from the source's and are emptied with them.
    """

    __tablename__ = "item_edit"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        Index("item_edit_current", "item_id", "current"),
    )

    id: UUID = Col(primary_key=True)
    item_id: UUID
    number: int
    title: str | None = None
    summary: str | None = None
    address: str | None = None
    current: bool = True
    emptied: bool = False
    actor: str = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)
    undone_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undone_by: str | None = None


class ItemNote(SQLModel, table=True):
    """What a curator tells the others about an item; it never leaves the house."""

    __tablename__ = "item_note"

    id: UUID = Col(primary_key=True)
    item_id: UUID = Col(index=True)
    person_id: UUID = Col(index=True)
    body: str
    at: datetime = Col(sa_type=UtcMicros)


class RefusedTag(SQLModel, table=True):
    """A tag that a person took off an item: no rule puts it there again."""

    __tablename__ = "refused_tag"

    item_id: UUID = Col(primary_key=True)
    framework: str = Col(primary_key=True)
    concept: str = Col(primary_key=True)
    actor: str = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)


class Regrouped(StrEnum):
    """What a person said of posts."""

    MERGE = "merge"
    SPLIT = "split"


class Regrouping(SQLModel, table=True):
    """Posts that a person moved from one item to another, with what is needed to move them back.

    `moved`: for each post its id, role, link and whether a person had put it there, as it was at `from_item`.
    """

    __tablename__ = "regrouping"

    id: UUID = Col(primary_key=True)
    kind: Regrouped = Col(sa_column=enum_column(Regrouped))
    from_item: UUID = Col(index=True)
    to_item: UUID = Col(index=True)
    moved: list[dict[str, Any]] = Col(sa_column=Column(JSON, nullable=False))
    actor: str = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)
    undone_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undone_by: str | None = None

"""What a person let out of quarantine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Column
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros

MAX_REASON = 1_000
"""Characters of a reason."""


class Release(SQLModel, table=True):
    """What somebody said of one state of a post's words (`content_id`) that a guard had blocked.

    `masked`: the marked passages were taken out of the words for good. Else the words stand as they are, and guards
    that find nothing but these `kinds` in them block them no more. Other words of the post are judged anew.
    """

    __tablename__ = "release"

    content_id: UUID = Col(primary_key=True)
    item_id: UUID = Col(index=True)
    masked: bool
    kinds: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    reason: str = ""
    actor: str = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)

"""HR lists, looked at, brought in and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.web.given import Given
from gleanery.web.privacy.api.shapes.common import LookState


class HrList(Given):
    """An HR list as CSV text; `complete`: who is missing has left, even if they are `many`."""

    text: str = Field(max_length=900_000)
    complete: bool = False
    many: bool = False


class HrListSeen(BaseModel):
    """A list that is looked at; `plan` is there once the look is over, `done` once it was brought in."""

    id: UUID
    until: datetime
    looks: list[LookState]
    plan: dict[str, Any] | None
    done: dict[str, Any] | None


class Import(BaseModel):
    """A list that was brought in."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    by: str
    file_hash: str
    undone_at: datetime | None


class Imports(BaseModel):
    """The lists brought in, the newest first."""

    items: list[Import]
    next: None = None
    total: int


class Undone(BaseModel):
    """An import taken back; `left` are steps that somebody had gone beyond since."""

    model_config = ConfigDict(from_attributes=True)

    import_id: UUID
    undone: int
    left: int

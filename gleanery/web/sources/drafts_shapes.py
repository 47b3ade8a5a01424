"""What the API takes and gives of sources that are being set up."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from gleanery.web.given import Given
from gleanery.web.sources.shapes import SourceName


class NewDraft(Given):
    """What to set up."""

    connector: str = Field(max_length=100)


class DraftEdit(Given):
    """What is known of a draft so far; its name stays once it has one."""

    name: SourceName | None = None
    settings: dict[str, Any] | None = Field(default=None, max_length=200)
    chosen: list[Annotated[str, StringConstraints(max_length=500)]] | None = Field(
        default=None, max_length=10_000
    )
    every_minutes: int | None = Field(default=None, ge=1, le=525_600)
    first_items: int | None = Field(default=None, ge=0, le=1_000_000)


class DraftTold(BaseModel):
    """A source that is being set up."""

    id: UUID
    connector: str
    name: str
    every_minutes: int
    first_items: int | None
    is_signed_in: bool
    lacking: list[str]
    checks: list[dict[str, Any]]
    outlook: list[dict[str, Any]]


class DraftList(BaseModel):
    """What you are setting up."""

    items: list[DraftTold]
    next: None = None
    total: int


class ChoiceTold(BaseModel):
    """Something that may be read."""

    value: str
    label: str


class ChoiceList(BaseModel):
    """What there is to choose from."""

    items: list[ChoiceTold]
    next: None = None
    total: int

"""What the API of the queue takes and answers about one item."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.flow.queue.filters import Filter
from gleanery.model.items import DecisionVerdict
from gleanery.web.given import Given
from gleanery.web.queue.places import REASON


class ListAsked(Filter):
    """A filter, and which page of it: at most `limit` items after the cursor `next` of the page before."""

    limit: int = Field(default=50, ge=1, le=200)
    after: str = Field(default="", max_length=60)


class Tagged(BaseModel):
    """A competency an item is tagged with; `confidence` from 0 to 1."""

    framework: str
    concept: str
    label: str
    said_by: str
    confidence: float


class Scored(BaseModel):
    """A score and its parts, each from 0 to 1; a higher part is the better one."""

    model_config = ConfigDict(from_attributes=True)

    total: float
    parts: dict[str, float]


class ListedItem(BaseModel):
    """An item as the queue lists it; title, excerpt and url are empty while its words are withheld."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: str
    reason: str
    kind: str
    title: str
    excerpt: str
    url: str | None
    language: str | None
    made_at: datetime
    platforms: list[str]
    revision: int
    minutes: int | None
    level: str
    quality: Scored | None
    tags: list[Tagged]
    goals: list[str]
    looked_at_by: list[str]


class Items(BaseModel):
    """A page of items; `next` is the cursor of the page after. `total` is null where there are more than a thousand."""

    items: list[ListedItem]
    next: str | None
    total: int | None


class Verdict(Given):
    """A verdict. `seen` is the revision looked at, `known` how many decisions were known: either may be left out."""

    verdict: DecisionVerdict
    reason: str = Field(default="", max_length=REASON)
    seen: int | None = Field(default=None, ge=0, le=2**31)
    known: int | None = Field(default=None, ge=0, le=2**31)


class Known(Given):
    """How many decisions on the item were known; refused where there are more."""

    known: int | None = Field(default=None, ge=0, le=2**31)


class Decided(BaseModel):
    """A decision, as it was recorded or taken back."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    item_id: UUID
    number: int
    verdict: DecisionVerdict
    reason: str
    at: datetime
    undone_at: datetime | None


class Standing(BaseModel):
    """Where an item stands."""

    id: UUID
    state: str

"""The ledger: legal bases, how many they cover, and the texts of consents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.flow.people.ledger import Draft, Standing
from gleanery.model.bases import BasisKind, Purpose
from gleanery.web.given import Given
from gleanery.web.privacy.api.shapes.common import Language


class BasisGiven(Given):
    """A basis to enter; with neither person nor unit it covers everyone. Days are UTC, `until` is the last one."""

    purpose: Purpose
    kind: BasisKind
    person: str = Field(default="", max_length=80)
    unit: str = Field(default="", max_length=200)
    platform: str = Field(default="", max_length=80)
    source: str = Field(default="", max_length=80)
    reference: str = Field(default="", max_length=500)
    language: Language = "en"
    needs_consent: bool = False
    since: date | None = None
    until: date | None = None

    @property
    def draft(self) -> Draft:
        """The same as the flow takes it."""
        return Draft(**self.model_dump())


class Prolonged(Given):
    """The new last day; none: open."""

    until: date | None = None


class Basis(BaseModel):
    """A legal basis."""

    id: UUID
    purpose: Purpose
    kind: BasisKind
    person_id: UUID | None
    unit: str | None
    platform: str | None
    source: str | None
    reference: str
    needs_consent: bool
    since: datetime
    until: datetime | None
    standing: Standing
    rests_on_it: int | None = None


class Bases(BaseModel):
    """A page of bases, the newest first."""

    items: list[Basis]
    next: str | None
    total: int | None = None


class Coverage(BaseModel):
    """How many people have a basis for a purpose; null where a group would have fewer than five."""

    model_config = ConfigDict(from_attributes=True)

    purpose: Purpose
    is_open: bool
    people: int | None
    covered: int | None


class Text(Given):
    """A text that people consent to."""

    purpose: Purpose
    language: Language
    body: str = Field(min_length=1, max_length=50_000)


class TextKept(BaseModel):
    """A version of a text."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    purpose: Purpose
    language: str
    version: int
    body: str
    made_at: datetime


class Texts(BaseModel):
    """Every version of every text."""

    items: list[TextKept]
    next: None = None
    total: int

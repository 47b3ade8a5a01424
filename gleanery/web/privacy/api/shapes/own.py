"""One's own data: choices, consents and the file of everything held."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from gleanery.model.bases import Purpose
from gleanery.web.given import Given
from gleanery.web.privacy.api.shapes.ledger import TextKept


class OwnConsent(Given):
    """A consent to the text with this id."""

    purpose: Purpose
    text: UUID


class OwnChoice(BaseModel):
    """A purpose as it stands for whoever asks."""

    purpose: Purpose
    is_off: bool
    bases: list[str]
    consented_since: datetime | None
    text: TextKept | None
    objection: UUID | None


class Own(BaseModel):
    """What is known of whoever asks."""

    id: UUID
    known_since: datetime
    unit: str | None
    last_day: date | None
    accounts: list[str]
    choices: list[OwnChoice]


class OwnFile(BaseModel):
    """Where the file of everything held will lie."""

    id: UUID
    is_ready: bool

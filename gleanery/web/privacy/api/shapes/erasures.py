"""Erasures, from asked for to the certificate."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.model.erasures import ErasureState
from gleanery.web.given import Given
from gleanery.web.privacy.api.shapes.common import LookState


class ErasureWanted(Given):
    """An erasure of whom an inquiry is about; its preview must have been counted."""

    inquiry: UUID
    reason: str = Field(default="", max_length=2_000)


class Erasure(BaseModel):
    """An erasure; `changes` tells what counts otherwise than when it was asked for, as before and now."""

    id: UUID
    state: ErasureState
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None
    done_at: datetime | None
    counts: dict[str, int]
    plan: dict[str, Any] | None = None
    changes: dict[str, tuple[int, int]] | None = None
    looks: list[LookState] = []


class Erasures(BaseModel):
    """A page of erasures, the newest first."""

    items: list[Erasure]
    next: int | None
    total: int | None = None


class Certificate(Given):
    """A certificate as its JSON text."""

    text: str = Field(max_length=900_000)


class CertificateChecked(BaseModel):
    """Which erasure it certifies; `agree` of `statements` are erased as it says."""

    erasure: str
    statements: int
    agree: int

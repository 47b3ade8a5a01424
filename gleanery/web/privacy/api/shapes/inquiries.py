"""Inquiries: whom one looks up, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.web.given import Given
from gleanery.web.privacy.api.shapes.common import Line, LookState


class Sought(Given):
    """Whom to look up: an account, an HR number, a sign-in name, an id or an identity."""

    text: str = Field(default="", max_length=2_000)
    identities: list[Line] = Field(default_factory=list, max_length=20)
    names: list[Line] = Field(default_factory=list, max_length=20)


class Inquiry(BaseModel):
    """An inquiry; `held` and `plan` are there once their looks are over, `has_file` once there is a file to take."""

    id: UUID
    until: datetime
    person: str | None
    accounts: Sequence[str]
    identities: Sequence[str]
    names: Sequence[str]
    looks: list[LookState]
    held: list[dict[str, Any]] | None
    plan: dict[str, Any] | None
    has_file: bool

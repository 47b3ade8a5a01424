"""What the shapes of several parts share."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

Line = Annotated[str, Field(min_length=1, max_length=2_000)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class LookState(BaseModel):
    """How a longer look stands."""

    kind: str
    goes_on: bool
    failed: bool
    done: int
    total: int
    words: str


class Done(BaseModel):
    """That it was done; `voided` is how many statements a withdrawal took back."""

    id: UUID | None = None
    voided: int = 0

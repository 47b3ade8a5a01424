"""What a program may send: nothing that is not known, so that a misspelt name is told and not passed over."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Given(BaseModel):
    """The body of a request to the API."""

    model_config = ConfigDict(extra="forbid")

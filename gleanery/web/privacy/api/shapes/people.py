"""Persons with their accounts, merges and objections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.model.bases import Purpose
from gleanery.model.people import LinkEnd
from gleanery.web.given import Given


class PersonListed(BaseModel):
    """A person in the list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    staff: str | None
    unit: str | None
    last_day: date | None
    accounts: int
    purposes: Sequence[str]


class Persons(BaseModel):
    """A page of persons, in the order they became known."""

    items: list[PersonListed]
    next: str | None
    total: int | None = None


class ObjectionKept(BaseModel):
    """An objection that stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    purpose: Purpose
    since: datetime


class Person(BaseModel):
    """What joins a person to accounts and bases, with its history."""

    id: UUID
    other_ids: list[UUID]
    staff: str | None
    unit: str | None
    hr_number: str | None
    first_day: date | None
    last_day: date | None
    accounts: list[dict[str, Any]]
    bases: list[dict[str, Any]]
    merges: list[dict[str, Any]]
    objections: list[ObjectionKept] = []


class Linked(Given):
    """An account to link, PLATFORM:REALM:ID; `move` says that it was another's until now."""

    account: str = Field(max_length=500)
    verified: bool = False
    move: bool = False


class Unlinked(Given):
    """A link to end."""

    account: str = Field(max_length=500)
    why: LinkEnd = LinkEnd.ASKED


class Merged(Given):
    """The other person's id, or its beginning."""

    other: str = Field(max_length=80)


class Objected(Given):
    """A purpose that somebody objects to."""

    purpose: Purpose

"""Searches of the record and of the audit log that somebody keeps for another day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class SearchedLog(StrEnum):
    """What is searched."""

    STATEMENTS = "statements"
    AUDIT = "audit"


class SavedSearch(SQLModel, table=True):
    """A search under a name that its owner gave it. `asked` is the query part of its address, as the desk writes it.

    One that is shared is shown to everybody who may see that log.
    """

    __tablename__ = "saved_search"

    id: UUID = Col(primary_key=True)
    person_id: UUID = Col(index=True)
    log: SearchedLog = Col(sa_column=enum_column(SearchedLog))
    name: str
    asked: str
    shared: bool = False
    made_at: datetime = Col(sa_type=UtcMicros)

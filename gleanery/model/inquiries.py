"""Inquiries: what an officer of privacy asks about somebody, and what was found; sealed, and forgotten after hours."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class InquiryKind(StrEnum):
    """What an inquiry is about."""

    PERSON = "person"
    ERASURE = "erasure"
    HR_LIST = "hr-list"


class Inquiry(SQLModel, table=True):
    """A question about one person, or an HR list that is looked at before it is brought in.

    `asked` says whom or what it is about, `found` what came of it; both stand under the vault's key, so that an
    address of a page, a log or a copy of the database tells nobody who was looked for.
    """

    __tablename__ = "inquiry"

    id: UUID = Col(primary_key=True)
    kind: InquiryKind = Col(sa_column=enum_column(InquiryKind))
    asked: bytes = Col(sa_column=Column(LargeBinary, nullable=False))
    found: bytes | None = Col(default=None, sa_type=LargeBinary)
    opened_at: datetime = Col(sa_type=UtcMicros)
    opened_by: str
    until: datetime = Col(sa_type=UtcMicros, index=True)

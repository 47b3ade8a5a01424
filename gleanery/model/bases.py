"""Legal bases: for which purpose something may be stated about a person, on what ground, and what rests on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class Purpose(StrEnum):
    """What statements about a person are for. The list is fixed: a basis for one purpose carries no other."""

    LEARNING_RECORD = "learning-record"
    """What a person opened, watched, completed, was assigned and earned."""
    CURATION_CREDIT = "curation-credit"
    """That a person's post became a learning item."""
    SOCIAL_ACTIVITY = "social-activity"
    """What a person posts, answers, shares and likes."""
    INDIVIDUAL_REPORT = "individual-report"
    """Reports that show single persons."""


NEEDS_AGREEMENT = frozenset({Purpose.SOCIAL_ACTIVITY, Purpose.INDIVIDUAL_REPORT})
"""These stay off, whoever consents, until an agreement that covers the person is entered with its reference."""


class BasisKind(StrEnum):
    """The grounds, the firmest first: of several that cover a statement it rests on the first."""

    LEGAL_OBLIGATION = "legal-obligation"
    CONTRACT = "contract"
    WORKS_AGREEMENT = "works-agreement"
    CONSENT = "consent"


class BasisEnd(StrEnum):
    """Why a basis ended. `withdrawn` is said of consent only, and takes back what rests on it."""

    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    LEFT = "left"
    ERASED = "erased"


class ConsentText(SQLModel, table=True):
    """The words somebody consents to, by purpose, language and version; never changed, a new text is a version."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("purpose", "language", "version"),)

    id: UUID = Col(primary_key=True)
    purpose: Purpose = Col(sa_column=enum_column(Purpose))
    language: str
    version: int
    body: str = Col(sa_column=Column(Text, nullable=False))
    made_at: datetime = Col(sa_type=UtcMicros)
    made_by: str


class Basis(SQLModel, table=True):
    """A legal basis for one purpose, given and perhaps ended; a row is never rewritten, giving anew is a new row.

    For one person, for a unit, or with both None for everyone; for one platform, one source, or all. In force
    from `since` to `until` (None: open), which may lie ahead. `reference` names the agreement, contract or
    law. `needs_consent`: the agreement only opens its purpose, each person's consent must come to it.
    """

    __tablename__ = "basis"
    __table_args__ = (Index("basis_for", "purpose", "person_id"), Index("basis_by_time", "since", "id"))

    id: UUID = Col(primary_key=True)
    person_id: UUID | None = Col(default=None, index=True)
    unit: str | None = None
    platform: str | None = None
    source: str | None = None
    purpose: Purpose = Col(sa_column=enum_column(Purpose))
    kind: BasisKind = Col(sa_column=enum_column(BasisKind))
    reference: str = ""
    text_id: UUID | None = None
    needs_consent: bool = False
    since: datetime = Col(sa_type=UtcMicros)
    until: datetime | None = Col(default=None, sa_type=UtcMicros)
    given_at: datetime = Col(sa_type=UtcMicros)
    given_by: str
    ended_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    ended_by: str | None = None
    ended_why: BasisEnd | None = Col(default=None, sa_column=enum_column(BasisEnd, nullable=True))


class Objection(SQLModel, table=True):
    """That a person objects to a purpose (Art. 21 GDPR). While it stands, only a legal obligation carries statements.

    A row is never rewritten but for its end; objecting anew is a new row.
    """

    __tablename__ = "objection"

    id: UUID = Col(primary_key=True)
    person_id: UUID = Col(index=True)
    purpose: Purpose = Col(sa_column=enum_column(Purpose))
    since: datetime = Col(sa_type=UtcMicros)
    by: str
    ended_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    ended_by: str | None = None


class Stated(SQLModel, table=True):
    """That a statement is about a person, and the one basis it rests on: what a withdrawal has to find.

    `deed` is derived from what happened, whoever is thought to have done it, so that the same event is stated
    once also after a merge; `revision` rises when it is stated again after its statement was voided.
    """

    __tablename__ = "stated"
    __table_args__ = (UniqueConstraint("deed", "revision"), Index("stated_on_basis", "basis_id", "voided_at"))

    statement_id: UUID = Col(primary_key=True)
    deed: UUID
    revision: int = 0
    person_id: UUID = Col(index=True)
    handle_id: UUID | None = Col(default=None, index=True)
    basis_id: UUID
    purpose: Purpose = Col(sa_column=enum_column(Purpose))
    post_id: UUID | None = Col(default=None, index=True)
    event: str | None = None
    at: datetime = Col(sa_type=UtcMicros)
    voided_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    voided_by: UUID | None = None

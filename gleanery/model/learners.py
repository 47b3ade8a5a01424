"""Learners: who came through an LMS and for what, how far they got, what goes back there, what they say of items.

A learner is an account on a platform under its derived id (`handle_id`); no name and no mailbox of anybody is here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.destinations import DeliveryState
from gleanery.model.types import UtcMicros, enum_column


class Visit(SQLModel, table=True):
    """Somebody whom an LMS sent: what they may see, until they rest for too long.

    `account` is the LMS's own id of the user, `place` its id of the link they followed, `thing` the item or
    collection it stands for, None for somebody who chooses. `arrived` holds what the adapter gave along: `picks`,
    `scores_to`, `frames`, `cookies`, `return_url`, `language`. `ticket_mark` and `key_mark` are
    hashes: of the ticket that lets the browser in once, and of the key that it has from then on.
    """

    __tablename__ = "learner_visit"
    __table_args__ = (Index("learner_visit_seen", "seen_at"), Index("learner_visit_handle", "handle_id"))

    id: UUID = Col(primary_key=True)
    destination: str
    handle_id: UUID
    account: str
    place: str
    thing: UUID | None = None
    is_teacher: bool = False
    arrived: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    ticket_mark: bytes = Col(sa_type=LargeBinary, unique=True)
    ticket_until: datetime = Col(sa_type=UtcMicros)
    key_mark: bytes | None = Col(default=None, sa_type=LargeBinary)
    seen_at: datetime = Col(sa_type=UtcMicros)
    notes: int = 0
    reports: int = 0


class Reached(SQLModel, table=True):
    """How far a learner got in an item. `evidence`: the best grade so far, in the spelling of `xapi.grades`.

    `segments`: what was played of a recording, as the video profile spells it, `length` its seconds, and
    `heard_at` when its player was last heard of. `reports` counts what was told of it. `tries`: wrong answers to
    its question. `wrote`: whether the learner wrote a reflection, which itself is kept only where the house says so.
    """

    __tablename__ = "learner_item"
    __table_args__ = (Index("learner_item_by_item", "item_id", "rating"),)

    handle_id: UUID = Col(primary_key=True)
    item_id: UUID = Col(primary_key=True)
    opened_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    completed_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    evidence: str | None = None
    progress: float = 0.0
    segments: str = ""
    length: float | None = None
    heard_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    reports: int = 0
    tries: int = 0
    wrote: bool = False
    reflection: str = ""
    rating: int | None = None
    changed_at: datetime = Col(sa_type=UtcMicros)


class ScoreOwed(SQLModel, table=True):
    """What an LMS's gradebook is owed for one learner in one place, and how it went: one row, brought up to date.

    `turn` rises whenever something is owed anew, and `at`, which the LMS is told, strictly with it. `to` is the
    adapter's own; `account` the LMS's own id of the learner.
    """

    __tablename__ = "learner_score"
    __table_args__ = (
        Index("learner_score_due", "destination", "state", "next_try_at"),
        Index("learner_score_handle", "handle_id"),
    )

    id: UUID = Col(primary_key=True)
    destination: str
    place: str
    handle_id: UUID
    account: str
    thing: UUID
    to: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    progress: str
    share: float | None = None
    at: datetime = Col(sa_type=UtcMicros)
    state: DeliveryState = Col(default=DeliveryState.OWED, sa_column=enum_column(DeliveryState))
    turn: int = 0
    attempts: int = 0
    next_try_at: datetime = Col(sa_type=UtcMicros)
    reason: str = ""
    delivered_at: datetime | None = Col(default=None, sa_type=UtcMicros)


class NoteKind(StrEnum):
    """What a learner says to the curators."""

    REPORT = "report"
    LINK = "link"
    QUESTION = "question"


class LearnerNote(SQLModel, table=True):
    """What a learner says to the curators of an item, or of all: that something is wrong, a link, a question.

    `reason` is the code of a report. `words` are the learner's own. Open until a curator settles it.
    """

    __tablename__ = "learner_note"
    __table_args__ = (
        Index("learner_note_open", "settled_at", "at", "id"),
        Index("learner_note_item", "item_id"),
        Index("learner_note_handle", "handle_id"),
    )

    id: UUID = Col(primary_key=True)
    destination: str
    handle_id: UUID
    item_id: UUID | None = None
    kind: NoteKind = Col(sa_column=enum_column(NoteKind))
    reason: str = ""
    words: str = ""
    url: str | None = None
    at: datetime = Col(sa_type=UtcMicros)
    settled_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    settled_by: str | None = None


class QuestionKind(StrEnum):
    """What is asked at the end of an item."""

    CHOICE = "choice"
    REFLECTION = "reflection"


class ItemQuestion(SQLModel, table=True):
    """What a curator asks at the end of an item. `options` and `right`, places in them, are of a choice."""

    __tablename__ = "item_question"

    item_id: UUID = Col(primary_key=True)
    kind: QuestionKind = Col(sa_column=enum_column(QuestionKind))
    words: str
    options: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    right: list[int] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    changed_at: datetime = Col(sa_type=UtcMicros)
    changed_by: str

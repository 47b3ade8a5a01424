"""Runs: longer work under way, told to whoever waits for it, and stopped when somebody asks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class RunState(StrEnum):
    """How a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Run(SQLModel, table=True):
    """One piece of longer work: a reading, a delivery, many verdicts at once, an export.

    `kind` says what works on it, `subject` on what (a source's name, say), `task` what it needs to go on after a
    restart. `done` of `total` (None where nobody knows); `words` says what is being done, or how it ended.
    """

    __tablename__ = "run"
    __table_args__ = (Index("run_by_state", "state", "kind", "subject"), Index("run_by_time", "made_at"))

    id: UUID = Col(primary_key=True)
    kind: str
    subject: str
    by: str
    state: RunState = Col(default=RunState.WAITING, sa_column=enum_column(RunState))
    task: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    done: int = 0
    total: int | None = None
    words: str = ""
    made_at: datetime = Col(sa_type=UtcMicros)
    seen_at: datetime = Col(sa_type=UtcMicros)
    ended_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    cancel_asked_at: datetime | None = Col(default=None, sa_type=UtcMicros)

"""What was learned from decisions: a model for each goal with its versions, and from what each was learned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros


class LearnedModel(SQLModel, table=True):
    """A version of what was learned for a goal; its bytes hold words of what it was learned from.

    `why`: what it was fitted for (`first`, `decisions`, `gone`, `changed`, `asked`). `mark`: of the trainer and the
    goal it was fitted for. `decisions` and `undone`: how many there were in the house, to tell whether there are new
    ones. `measures`: how good it was at examples it did not learn from. `emptied_why` says why the bytes are gone:
    `gone` (a text it had learned from), `deleted`, `old`. The digest of the ids it was learned from stays.
    """

    __tablename__ = "learned_model"

    goal: str = Col(primary_key=True)
    number: int = Col(primary_key=True)
    trainer: str
    mark: str
    why: str
    wanted: int
    unwanted: int
    background: int
    decisions: int
    undone: int
    digest: str
    measures: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    data: bytes | None = Col(default=None, sa_type=LargeBinary)
    made_at: datetime = Col(sa_type=UtcMicros)
    emptied_why: str = ""


class LearnedFrom(SQLModel, table=True):
    """An item that a model was learned from: by which decision, as what, and how likely that was held without it.

    `label` is empty, and there is no decision, where the item only showed how words are used.
    """

    __tablename__ = "learned_from"

    goal: str = Col(primary_key=True)
    number: int = Col(primary_key=True)
    item_id: UUID = Col(primary_key=True, index=True)
    revision: int
    label: str = ""
    decision_id: UUID | None = None
    held_out: float | None = None


class LearningOff(SQLModel, table=True):
    """That nothing is learned for a goal, since when and by whose will."""

    __tablename__ = "learning_off"

    goal: str = Col(primary_key=True)
    since: datetime = Col(sa_type=UtcMicros)
    by: str

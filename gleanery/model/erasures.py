"""Erasures of persons: who asked and who agreed, how far each has come, and what is left to prove it by.

Whom an erasure is about stands sealed in its row while it is under way, and nowhere once it is done.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Column, LargeBinary, Text
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class ErasureState(StrEnum):
    """How far an erasure is. `running` can be gone on with at any time, `done` and `refused` are the end."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class ErasureCase(SQLModel, table=True):
    """One erasure; its id is the one on the receipt and in the list of erasures.

    `sealed` says whom it is about, under the vault's key, and is emptied at the end. `counts` are by place and
    grow in the transactions that erase. `receipt` is the signed JSON text.
    """

    __tablename__ = "erasure"

    id: UUID = Col(primary_key=True)
    state: ErasureState = Col(default=ErasureState.ASKED, sa_column=enum_column(ErasureState))
    sealed: bytes | None = Col(default=None, sa_type=LargeBinary)
    asked_at: datetime = Col(sa_type=UtcMicros)
    asked_by: str
    decided_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    decided_by: str | None = None
    begun_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    done_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    counts: dict[str, int] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    receipt: str | None = Col(default=None, sa_column=Column(Text))


class ErasedStatement(SQLModel, table=True):
    """A statement that an erasure emptied, or in which it took out a mention (`redacted`).

    `old_hash` is the digest that stands for the first content in the chain, `told_by` the statement that tells.
    `holders` are the names of targets that may hold a copy, `voided` says that they are told.
    """

    __tablename__ = "erased_statement"

    erasure_id: UUID = Col(primary_key=True)
    store: str = Col(primary_key=True)
    statement_id: UUID = Col(primary_key=True)
    seq: int
    redacted: bool
    roles: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    old_hash: bytes = Col(sa_type=LargeBinary)
    told_by: UUID
    holders: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    voided: bool = False


class ErasedHandle(SQLModel, table=True):
    """An account whose holder was erased: what a source shows of it is passed over until it is linked again."""

    __tablename__ = "erased_handle"

    handle_id: UUID = Col(primary_key=True)
    erasure_id: UUID

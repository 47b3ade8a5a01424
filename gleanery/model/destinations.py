"""Destinations: configured LMSs and files, and what is owed to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class Action(StrEnum):
    """What a destination is owed."""

    UPSERT = "upsert"
    RETRACT = "retract"


class DeliveryState(StrEnum):
    """How a delivery went. `dead` waits for a person, `cancelled` was undone in time."""

    OWED = "owed"
    DELIVERED = "delivered"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Delivery(SQLModel, table=True):
    """What is owed to a destination for one item, and how it went: one row for the pair, brought up to date.

    Of a collection that stands there as an entry of its own, `item_id` is the collection's id.

    `turn` rises whenever something is owed anew: an answer to an earlier turn settles nothing.
    `remote_id` is the destination's id while the entry stands there. `next_try_at` is the later of
    `not_before` (the undo window) and the back-off after a failure. `started_at`: when the destination was
    first told, before its answer: a call whose answer was lost may have arrived.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("item_id", "destination"),
        Index("delivery_due", "destination", "state", "next_try_at"),
        Index("delivery_listed", "state", "next_try_at", "id"),
        Index("delivery_last", "destination", "delivered_at"),
    )

    id: UUID = Col(primary_key=True)
    item_id: UUID
    destination: str
    action: Action = Col(sa_column=enum_column(Action))
    state: DeliveryState = Col(default=DeliveryState.OWED, sa_column=enum_column(DeliveryState))
    revision: int
    decision_id: UUID
    turn: int = 0
    not_before: datetime = Col(sa_type=UtcMicros)
    next_try_at: datetime = Col(sa_type=UtcMicros)
    attempts: int = 0
    reason: str = ""
    remote_id: str | None = None
    url: str | None = None
    note: str = ""
    started_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    delivered_at: datetime | None = Col(default=None, sa_type=UtcMicros)

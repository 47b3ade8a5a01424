"""What is known of the addresses that items lead to, and when an item is to be looked at again or ends."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class LinkState(StrEnum):
    """What the last look at an address said. `unknown`: nobody looked yet, or the answer tells nothing."""

    UNKNOWN = "unknown"
    OK = "ok"
    MOVED = "moved"
    FAILING = "failing"
    GONE = "gone"


class LinkLook(SQLModel, table=True):
    """The last look at one address, however many items lead there.

    `mark`: a keyed hash of the address, which itself stands with the words and goes with them. `since`: when the
    state began. `how`: by whom it was found out (`http`, `oembed`, `platform`). `status`: the HTTP status, if any.
    `definite_at`: when "not found" was first heard of a run of such answers. `moved_to`: sealed, where it leads now.
    """

    __tablename__ = "link_look"
    __table_args__ = (Index("link_look_due", "next_look_at"), Index("link_look_state", "state", "since"))

    mark: bytes = Col(sa_column=Column(LargeBinary(32), primary_key=True))
    state: LinkState = Col(default=LinkState.UNKNOWN, sa_column=enum_column(LinkState))
    since: datetime = Col(sa_type=UtcMicros)
    looked_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    next_look_at: datetime = Col(sa_type=UtcMicros)
    how: str = ""
    status: int | None = None
    reason: str = ""
    failures: int = 0
    definite_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    moved_to: bytes | None = Col(default=None, sa_type=LargeBinary)


class ItemLink(SQLModel, table=True):
    """Which address an item led to as of its `revision`; `mark` None where it has none that can be looked at."""

    __tablename__ = "item_link"

    item_id: UUID = Col(primary_key=True)
    revision: int
    mark: bytes | None = Col(default=None, sa_column=Column(LargeBinary(32), nullable=True, index=True))


class ItemTerm(SQLModel, table=True):
    """By when somebody is to look at an item again, and when it ends; None: as the configuration says of its kind.

    An item that was looked at and found good has its next day here; who said so stands in the audit log.
    """

    __tablename__ = "item_term"

    item_id: UUID = Col(primary_key=True)
    review_by: datetime | None = Col(default=None, sa_type=UtcMicros, index=True)
    expires_at: datetime | None = Col(default=None, sa_type=UtcMicros, index=True)
    at: datetime = Col(sa_type=UtcMicros)

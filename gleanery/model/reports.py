"""Reports: what is counted once a day, and who wants to be told of the desk by mail or Slack."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class ReportDay(SQLModel, table=True):
    """How much of a measure a day saw. It holds counts of things, never of a person, and can be made anew at any time.

    `source` is the source that brought the item first, empty where the measure has none; what `key` means is the
    measure's: a goal, a verdict, a length of time, a verb. What has no day stands under the first of 1970.
    """

    __tablename__ = "report_day"

    measure: str = Col(primary_key=True)
    day: date = Col(primary_key=True)
    source: str = Col(primary_key=True)
    key: str = Col(primary_key=True)
    number: int = Col(sa_type=BigInteger)


class Rhythm(StrEnum):
    """How often a digest comes."""

    DAY = "day"
    WEEK = "week"


class DigestWay(StrEnum):
    """How a digest comes."""

    MAIL = "mail"
    SLACK = "slack"


class Digest(SQLModel, table=True):
    """That somebody wants a digest: how often and by which way, for which period they had one, and how trying went.

    `address` is their mailbox or their member id at Slack. `sent_for` is the first day of the last period that was
    sent; `tries` counts those that failed since, `next_try_at` is when the next one is due. `reason` is the last
    failure in words.
    """

    __tablename__ = "digest"

    person_id: UUID = Col(primary_key=True)
    every: Rhythm = Col(sa_column=enum_column(Rhythm))
    way: DigestWay = Col(sa_column=enum_column(DigestWay))
    address: str
    made_at: datetime = Col(sa_type=UtcMicros)
    sent_for: date | None = None
    last_sent_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    tries: int = 0
    next_try_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    reason: str = ""

"""The log of readings: when each began and ended, what it brought, and what went wrong first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from gleanery.errors import ConfigError, Denied, GleaneryError
from gleanery.flow.house import House
from gleanery.flow.runs import Cancelled
from gleanery.model.posts import storable
from gleanery.model.sources import ReadingEnd, ReadingLog

if TYPE_CHECKING:
    from gleanery.flow.reading import ReadReport

MAX_WORDS = 1_000


def note(
    house: House, source_id: UUID, began: datetime, report: ReadReport, error: GleaneryError | None
) -> None:
    """Keep what a reading brought, and forget the lines that are too old."""
    words = str(error) if error else report.faults[0][1] if report.faults else ""
    old = house.now() - timedelta(days=house.config.reading.keep_log_days)
    with house.store.write() as session:
        session.add(
            ReadingLog(
                source_id=source_id,
                began_at=began,
                ended_at=house.now(),
                end=_end(error),
                new=report.new_posts,
                changed=report.changed_posts,
                gone=report.gone_posts,
                faults=len(report.faults),
                words=storable(words[:MAX_WORDS]),
            )
        )
        session.execute(delete(ReadingLog).where(col(ReadingLog.ended_at) < old))


def _end(error: GleaneryError | None) -> ReadingEnd:
    if error is None:
        return ReadingEnd.DONE
    if isinstance(error, Cancelled):
        return ReadingEnd.CANCELLED
    acts = isinstance(error, ConfigError | Denied)
    return ReadingEnd.ACTION_REQUIRED if acts else ReadingEnd.RETRYING


def readings(
    house: House, source_id: UUID, *, before: int | None = None, limit: int = 50
) -> Sequence[ReadingLog]:
    """The lines of a source, the newest first, those older than line `before`."""
    query = select(ReadingLog).where(ReadingLog.source_id == source_id)
    if before is not None:
        query = query.where(col(ReadingLog.seq) < before)
    with house.store.read() as session:
        return session.exec(query.order_by(col(ReadingLog.seq).desc()).limit(limit)).all()

"""How a source is doing after it was read, and what of it could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete
from sqlmodel import col

from gleanery.config import SourceSettings
from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.posts import storable
from gleanery.model.sources import Partition, ReadFault, Source, SourceStatus
from gleanery.ports import Fault

log = structlog.get_logger()


def forget_faults(change: Change, source_id: UUID, partition: str) -> None:
    """Remove what earlier readings of the partition could not read: it is read anew."""
    of_partition = (col(ReadFault.source_id) == source_id, col(ReadFault.partition) == partition)
    change.session.execute(delete(ReadFault).where(*of_partition))


def keep_faults(change: Change, source_id: UUID, partition: str, faults: Iterable[Fault]) -> None:
    """Keep what could not be read, each place once."""
    for fault in faults:
        row = ReadFault(
            source_id=source_id,
            partition=partition,
            place=storable(fault.where),
            message=storable(fault.message),
            seen_at=change.at,
        )
        change.session.merge(row)


def note_partition(house: House, source_id: UUID, partition: str, message: str) -> None:
    """Keep why a partition could not be read to its end."""
    with house.store.write() as session:
        row = session.get(Partition, (source_id, partition)) or Partition(source_id=source_id, name=partition)
        row.message, row.read_at = message, house.now()
        session.add(row)


def graver(one: GleaneryError | None, other: GleaneryError) -> GleaneryError:
    """Of two errors the one a person must act on."""
    return other if one is None or isinstance(other, ConfigError | Denied) else one


def settle(house: House, settings: SourceSettings, source_id: UUID, error: GleaneryError | None) -> None:
    """Say how the source is doing and when it is due again: retrying is not failed."""
    now = house.now()
    with house.store.write() as session:
        source = session.get(Source, source_id) or Source(
            id=source_id, name=settings.name, connector=settings.connector
        )
        source.next_due_at = now + timedelta(minutes=settings.every_minutes)
        if error is None:
            source.status, source.message, source.failures = SourceStatus.HEALTHY, "", 0
            source.last_success_at = now
        else:
            source.failures += 1
            source.message = str(error)
            acts = isinstance(error, ConfigError | Denied)
            source.status = SourceStatus.ACTION_REQUIRED if acts else SourceStatus.RETRYING
            source.next_due_at = _retry_at(error, now, source.next_due_at)
        session.add(source)
    if error is not None:
        log.warning("source.fault", source=settings.name, error=str(error))


def _retry_at(error: GleaneryError, now: datetime, regular: datetime) -> datetime:
    """When a source that failed is due again: when the other side says, else as usual."""
    if isinstance(error, QuotaExhausted):
        return error.until
    if isinstance(error, Unreachable) and error.retry_after is not None:
        return now + timedelta(seconds=error.retry_after)
    return regular

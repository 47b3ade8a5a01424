"""How a source is doing after it was read, what of it could not be read, and whether it rests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col, select

from gleanery.config import SourceSettings
from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow import runs
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.leases import Held
from gleanery.model.posts import storable
from gleanery.model.sources import Partition, ReadFault, Source, SourceStatus
from gleanery.model.types import derived_id
from gleanery.ports import Fault

log = structlog.get_logger()

READ = "read"
"""The kind of runs in which a source is read."""

DISCONNECTED = "Disconnected."
"""What is told of a source whose access was ended."""


def source_id_of(house: House, name: str) -> UUID:
    """The derived id of a source: the same as long as it keeps its name."""
    return derived_id("source", str(house.organisation.id), name)


def ensure_source(
    session: Session, settings: SourceSettings, source_id: UUID, *, locked: bool = False
) -> Source:
    """The row of a source, made where absent; `locked`: nobody else changes it meanwhile."""
    query = select(Source).where(Source.id == source_id)
    source = session.exec(query.with_for_update() if locked else query).one_or_none()
    if source is None:
        source = Source(id=source_id, name=settings.name, connector=settings.connector)
        session.add(source)
        session.flush()
    return source


# --------------------------------------------------------------------------- faults


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
    """Keep that a partition was read just now, and why not to its end where it was not."""
    with house.store.write() as session:
        row = session.get(Partition, (source_id, partition)) or Partition(source_id=source_id, name=partition)
        row.message, row.read_at = message, house.now()
        session.add(row)


# --------------------------------------------------------------------------- outcome


@dataclass(frozen=True)
class Outcome:
    """How a reading ended: what went wrong, whether any part came to its end, and whether by an answer."""

    errors: Sequence[GleaneryError] = ()
    ended: bool = False
    answered: bool = False

    @property
    def gravest(self) -> GleaneryError | None:
        """The first error that a person must act on, else the first."""
        acting = (error for error in self.errors if isinstance(error, ConfigError | Denied))
        return next(acting, next(iter(self.errors), None))

    def due_again(self, now: datetime, regular: datetime) -> datetime:
        """When the other side says, where it ended the reading; else as usual, or sooner where a part may be tried."""
        told = [
            (at, error.stops_source) for error in self.errors if (at := _retry_at(error, now)) is not None
        ]
        ended = [at for at, stops in told if stops]
        usual = [regular] if self.ended else []
        return ended[-1] if ended else min([*usual, *(at for at, _ in told)], default=regular)


def _retry_at(error: GleaneryError, now: datetime) -> datetime | None:
    if isinstance(error, QuotaExhausted):
        return error.until
    if isinstance(error, Unreachable) and error.retry_after is not None:
        return now + timedelta(seconds=error.retry_after)
    return None


def settle(house: House, settings: SourceSettings, lease: Held, outcome: Outcome) -> None:
    """Say how the source is doing and when it is due again: retrying is not failed. Raises: LeaseLost."""
    now, error = house.now(), outcome.gravest
    with house.store.write() as session:
        lease.confirm(session, now)
        source = ensure_source(session, settings, source_id_of(house, settings.name), locked=True)
        source.next_due_at = outcome.due_again(now, now + timedelta(minutes=settings.every_minutes))
        if outcome.answered or error is None:
            source.last_success_at, source.failing_since = now, None
        if error is None:
            source.status, source.message, source.failures = SourceStatus.HEALTHY, "", 0
            source.failing_since = None
        else:
            source.failures += 1
            failing = not isinstance(error, QuotaExhausted)  # what is used up comes back by itself
            source.failing_since = source.failing_since or (now if failing else None)
            source.message = str(error)
            acts = isinstance(error, ConfigError | Denied)
            source.status = SourceStatus.ACTION_REQUIRED if acts else SourceStatus.RETRYING
        session.add(source)
    if error is not None:
        log.warning("source.fault", source=settings.name, error=str(error))


def rest_until_next(house: House, settings: SourceSettings, lease: Held) -> None:
    """A reading that somebody stopped: the next one comes in its time. Raises: LeaseLost."""
    now = house.now()
    with house.store.write() as session:
        lease.confirm(session, now)
        source = ensure_source(session, settings, source_id_of(house, settings.name), locked=True)
        source.next_due_at = now + timedelta(minutes=settings.every_minutes)
        session.add(source)


# --------------------------------------------------------------------------- pausing


def disconnected(session: Session) -> set[str]:
    """The names of the sources that rest because their access was ended."""
    query = select(Source.name).where(col(Source.paused_at).is_not(None), Source.message == DISCONNECTED)
    return set(session.exec(query))


def is_disconnected(house: House, name: str) -> bool:
    """Whether the source rests because its access was ended."""
    with house.store.read() as session:
        return name in disconnected(session)


def faults_of(house: House, source_id: UUID, limit: int) -> Sequence[ReadFault]:
    """What could not be read of a source, the latest first."""
    query = select(ReadFault).where(ReadFault.source_id == source_id)
    with house.store.read() as session:
        return session.exec(query.order_by(col(ReadFault.seen_at).desc()).limit(limit)).all()


def is_paused(house: House, name: str) -> bool:
    """Whether the source rests until somebody resumes it."""
    return name in paused(house)


def paused(house: House) -> set[str]:
    """The names of the sources that rest."""
    with house.store.read() as session:
        return set(session.exec(select(Source.name).where(col(Source.paused_at).is_not(None))))


def pause(house: House, name: str, account: str) -> bool:
    """Have a source rest: it is not read and takes no events in; False where it does already."""
    return _set_paused(house, name, account, house.now())


def resume(house: House, name: str, account: str) -> bool:
    """Have a source read again, at once; False where it does not rest."""
    return _set_paused(house, name, account, None)


def stop_reading(change: Change, name: str) -> None:
    """Have the reading that is under way end after its page."""
    run = runs.open_run(change.session, READ, name)
    if run is not None:
        runs.stop(change.session, run, change.at)


def _set_paused(house: House, name: str, account: str, at: datetime | None) -> bool:
    settings = house.config.source(name)
    with house.change() as change:
        source = ensure_source(change.session, settings, source_id_of(house, name), locked=True)
        if (source.paused_at is None) == (at is None):
            return False
        source.paused_at = at
        source.failing_since = source.failing_since if at else None
        source.next_due_at = None if at is None else source.next_due_at
        change.session.add(source)
        if at is not None:
            stop_reading(change, name)
        actor = f"person:{house.person(change.session, account)}"
        change.audit("source.paused" if at else "source.resumed", actor, f"source:{name}")
    return True

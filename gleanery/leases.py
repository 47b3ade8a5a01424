"""Leases: who does a piece of work, until when, with a fencing number checked in the committing transaction.

A worker that was late (its lease ran out and another took it) finds the number changed and writes nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from gleanery.errors import Unreachable
from gleanery.model.record import Lease
from gleanery.store import Store

LENGTH = timedelta(minutes=2)
"""How long a holder that cannot be asked (on another machine, in another container) is waited for."""

_NEVER = datetime.fromtimestamp(0, UTC)


class LeaseLost(Unreachable):
    """Another worker took the work over; nothing of ours was written."""


@dataclass(frozen=True)
class Held:
    """A lease in our hands."""

    name: str
    holder: str
    fence: int

    def confirm(self, session: Session, now: datetime) -> None:
        """Prolong the lease in the transaction that commits the work. Raises: LeaseLost."""
        lease = session.exec(select(Lease).where(Lease.name == self.name).with_for_update()).one_or_none()
        if lease is None or lease.fence != self.fence or lease.holder != self.holder:
            raise LeaseLost(f"Another worker took over {self.name!r}.", stops_source=True)
        lease.until = now + LENGTH
        session.add(lease)


@contextmanager
def held(store: Store, name: str, now: Callable[[], datetime]) -> Iterator[Held | None]:
    """Hold `name` while the block runs; None where somebody else, still alive, holds it."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    with store.write() as session:
        lease = _taken(session, name, holder, now())
    try:
        yield lease
    finally:
        if lease is not None:
            with store.write() as session:
                _given_back(session, lease)


def is_held(store: Store, name: str, now: datetime) -> bool:
    """Whether somebody who is still alive holds `name`."""
    with store.read() as session:
        lease = session.exec(select(Lease).where(Lease.name == name)).one_or_none()
        return lease is not None and lease.until > now and not _is_dead(lease.holder)


def _taken(session: Session, name: str, holder: str, now: datetime) -> Held | None:
    _ensure(session, name)
    lease = session.exec(select(Lease).where(Lease.name == name).with_for_update()).one()
    if lease.until > now and not _is_dead(lease.holder):
        return None
    lease.holder, lease.fence, lease.until = holder, lease.fence + 1, now + LENGTH
    session.add(lease)
    return Held(name, holder, lease.fence)


def _ensure(session: Session, name: str) -> None:
    """Make the lease's row, held by nobody, unless there is one: of two that do so at once neither fails."""
    free = {"name": name, "holder": "", "fence": 0, "until": _NEVER}
    if session.connection().dialect.name == "postgresql":
        session.execute(postgresql.insert(Lease).values(free).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(Lease).values(free).on_conflict_do_nothing())


def _given_back(session: Session, held: Held) -> None:
    lease = session.exec(select(Lease).where(Lease.name == held.name).with_for_update()).one_or_none()
    if lease is not None and lease.fence == held.fence:
        lease.holder, lease.until = "", _NEVER
        session.add(lease)


def _is_dead(holder: str) -> bool:
    """A process of this machine that no longer runs need not be waited for."""
    host, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdigit():
        return not holder
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False

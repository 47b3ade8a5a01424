"""Events that come in by themselves: kept encrypted until the worker takes them in (ports.Inbox)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, or_, select

from gleanery.model.posts import storable
from gleanery.model.sources import InboxEvent, ReadFault
from gleanery.model.types import derived_id
from gleanery.ports import Received
from gleanery.store import Store
from gleanery.vault import Vault

KNOWN_FOR = timedelta(days=7)
"""How long an event is known again after it came, so that a repetition changes nothing."""

PLACE = "inbox"
"""The partition under which events that could not be taken in are told."""


class SourceInbox:
    """The inbox of one source. `put` returns once the event is on the disk: then it may be acknowledged."""

    def __init__(
        self, store: Store, source: str, vault: Callable[[], Vault], now: Callable[[], datetime]
    ) -> None:
        self._store, self._source, self._vault, self._now = store, source, vault, now

    def put(self, event_id: str, body: Mapping[str, Any]) -> bool:
        """Keep an event; False where this id came before."""
        event_id = storable(event_id)
        row_id = derived_id("event", self._source, event_id)
        clear = json.dumps({"id": event_id, "body": body}).encode()
        row = {
            "id": row_id,
            "source": self._source,
            "at": self._now(),
            "sealed": self._vault().seal(row_id, clear),
        }
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        with self._store.write() as session:
            kept = insert(InboxEvent).values(row).on_conflict_do_nothing(index_elements=["id"])
            return session.execute(kept.returning(col(InboxEvent.seq))).first() is not None


def opened(event: InboxEvent, vault: Vault) -> Received:
    """The event as it came. Raises: ConfigError where it does not open."""
    told = json.loads(vault.open(event.id, event.sealed or b""))
    return Received(told["id"], event.at, told["body"])


def waiting(store: Store) -> dict[str, int]:
    """By source: how many events wait to be taken in; absent where none."""
    query = select(InboxEvent.source, func.count()).where(col(InboxEvent.sealed).is_not(None))
    with store.read() as session:
        return dict(session.exec(query.group_by(col(InboxEvent.source))).all())


def forget_old(session: Session, reading: Collection[str], now: datetime) -> None:
    """Drop events that no repetition is expected of any more, and their faults; what waits for these sources stays."""
    over = or_(col(InboxEvent.sealed).is_(None), col(InboxEvent.source).not_in(reading))
    session.execute(delete(InboxEvent).where(col(InboxEvent.at) < now - KNOWN_FOR, over))
    old = col(ReadFault.seen_at) < now - KNOWN_FOR
    session.execute(delete(ReadFault).where(col(ReadFault.partition) == PLACE, old))

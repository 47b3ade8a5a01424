"""Up to when all statements are to be seen: the promise of the header X-Experience-API-Consistent-Through.

The time is taken first, and only then is it looked whether anybody is writing. Whoever begins to write later
reads the clock under the lock and so comes after the promise; whoever was writing already makes it a smaller
one, up to the last statement that is to be seen. A clock that is put back does not undo a promise: the writer
of this process goes on from it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from xapi.lrs import rows
from xapi.lrs.database import Database
from xapi.lrs.dialect import dialect_of

_STEP = timedelta(microseconds=1)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Promises:
    """What this process has promised of each store."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._given: dict[str, datetime] = {}
        self._floor: dict[str, datetime] = {}

    def consistent_through(self, store: str) -> datetime:
        """The time up to which all statements of the store are to be seen; never earlier than before."""
        now = self._now() - _STEP
        self._raise(self._floor, store, now)
        seen = now if self._database.is_quiet(store) else self._last(store)
        return self._raise(self._given, store, seen)

    def next_time(self, store: str) -> datetime:
        """The time for whoever writes now, later than any promise. Call it under the lock."""
        with self._lock:
            promised = self._floor.get(store, _NEVER)
        return max(self._now(), promised + _STEP)

    def _raise(self, times: dict[str, datetime], store: str, at: datetime) -> datetime:
        with self._lock:
            times[store] = max(times.get(store, _NEVER), at)
            return times[store]

    def _last(self, store: str) -> datetime:
        """When the last statement that is to be seen was stored."""
        with self._database.read() as connection:
            return rows.moment(rows.last_stored(dialect_of(connection), store))

"""Signs how far the record has come, again and again.

What lies after the last checkpoint is proven by nothing, so one follows soon whenever something was written.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from xapi import chain
from xapi.errors import XapiError
from xapi.lrs.database import Database
from xapi.lrs.dialect import dialect_of
from xapi.lrs.http.failures import frames
from xapi.lrs.store import StatementStore

ORGANISATION = "xapi-lrs"
"""What checkpoints of stores that stand alone are signed for; each has a key of its own."""

EVERY_SECONDS = 60.0

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time now, aware, UTC."""
    return datetime.now(UTC)


class StoreLog:
    """The committed statements of one store as something to be sealed and verified (xapi.chain.Log)."""

    def __init__(self, database: Database, store: str) -> None:
        self._database, self._store = database, store
        self.name = f"statements:{store}"

    def head(self) -> chain.Head:
        """The stored head."""
        with self._database.read() as connection:
            return StatementStore(connection, self._store).head()

    def entries(self) -> Iterator[chain.Entry]:
        """All entries in order."""
        with self._database.read() as connection:
            yield from StatementStore(connection, self._store).entries()


def seal(
    database: Database,
    signer: chain.Signer,
    files: Sequence[chain.CheckpointFile],
    now: Callable[[], datetime] = utc_now,
) -> None:
    """A checkpoint of each store that grew; a place that cannot be written is told in the log."""
    with database.read() as connection:
        names = dialect_of(connection).execute("SELECT name FROM lrs_head ORDER BY name")
    for (store,) in names:
        try:
            chain.seal(
                StoreLog(database, store), signer=signer, organisation=ORGANISATION, files=files, at=now()
            )
        except XapiError as error:
            log.warning("store %s was not sealed: %s", store, error)


class Regularly:
    """Does something every so many seconds while it is entered, in a thread, and once more at the end."""

    def __init__(self, act: Callable[[], None], seconds: float = EVERY_SECONDS) -> None:
        self._act, self._seconds = act, seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="xapi-regularly", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._act()

    def _work(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self._act()
            except Exception as error:  # the outermost loop of this thread: told in the log, tried again
                log.error("what is done every %s s failed\n%s", self._seconds, "".join(frames(error)))

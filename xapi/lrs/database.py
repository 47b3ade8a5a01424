"""The database of a record store that stands alone: its connections and their two openings.

Inside a host application the host owns the connections, and statements join its transactions; here they are
ours. Reading sees one snapshot, writing holds the writer's lock from the beginning.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from xapi.errors import Busy, XapiError
from xapi.lrs.drivers import Driver, PostgresDriver, SqliteDriver
from xapi.lrs.schema import migrate

T = TypeVar("T")

_IDLE = 8
_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")


class Database:
    """A SQLite file (a path, or `sqlite:///` and a path) or a PostgreSQL database (`postgresql://`).

    May be used by any number of threads. Nothing is opened before it is needed.
    """

    def __init__(self, address: str, patience: float = 10) -> None:
        """`patience`: seconds that a writer waits for another program that is writing."""
        if "://" in address and not address.startswith((*_POSTGRES, _SQLITE)):
            raise XapiError("a database is a path, sqlite:///PATH or postgresql://USER@HOST/NAME")
        self.address = address
        self.kind = "postgresql" if address.startswith(_POSTGRES) else "sqlite"
        self._driver: Driver
        if self.kind == "postgresql":
            self._driver = PostgresDriver("postgresql://" + address.partition("://")[2], patience)
        else:
            self._driver = SqliteDriver(address.removeprefix(_SQLITE), patience)
        self._idle: deque[Any] = deque()
        self._lock = threading.Lock()
        self._is_closed = False

    def migrate(self) -> int:
        """Brings the tables to this release's version and returns it. Raises XapiError if they are newer."""
        with self.write() as connection:
            return migrate(connection)

    @contextmanager
    def read(self) -> Iterator[Any]:
        """A connection that sees one state of the database; always rolled back.

        Raises:
            Busy: the database does not answer.
        """
        with self._lent(writing=False) as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A connection in one transaction that is committed at the end, or not at all.

        Raises:
            StoreFull: the disk is full.
            Busy: another program has held the lock for ten seconds, or the server does not answer.
            In both cases nothing was written, and the next call may succeed.
        """
        with self._lent(writing=True) as connection:
            yield connection
            connection.commit()

    def now(self) -> datetime:
        """The time by the clock that all writers of this database share."""
        return self._asked(self._driver.now)

    def is_quiet(self, store: str) -> bool:
        """Says whether at this moment nobody, in any process, is writing into the store."""
        return self._asked(lambda connection: self._driver.is_quiet(connection, store))

    def told(self, error: Exception) -> XapiError | None:
        """A driver's error in our words, where its catcher can act on it."""
        return self._driver.told(error)

    def close(self) -> None:
        """Closes every idle connection, and the others as soon as they are given back."""
        self._is_closed = True
        self._close_idle()

    def _asked(self, question: Callable[[Any], T]) -> T:
        """An answer outside any transaction; asked again where a connection turned out to be dead."""
        try:
            with self._lent() as connection:
                return question(connection)
        except Busy:
            with self._lent() as connection:
                return question(connection)

    @contextmanager
    def _lent(self, writing: bool | None = None) -> Iterator[Any]:
        """A connection, in a transaction where `writing` says which; kept for the next unless it broke."""
        connection = None
        try:
            connection = self._take(writing)
            yield connection
        except Exception as error:
            if connection is not None and not self._is_usable(connection):
                connection.close()
                connection = None
                self._close_idle()  # whatever broke this one broke them too
            told = self._driver.told(error)
            if told is None:
                raise
            raise told from error
        except BaseException:
            if connection is not None:
                connection.close()
                connection = None
            raise
        finally:
            self._give_back(connection)

    def _take(self, writing: bool | None) -> Any:
        """An idle connection that still works, or a new one."""
        while (connection := self._pop()) is not None:
            try:
                self._begin(connection, writing)
                return connection
            except Exception as error:
                connection.close()
                told = self._driver.told(error)
                if self.kind == "sqlite" or told is None:
                    raise
        connection = self._driver.open()
        try:
            self._begin(connection, writing)
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin(self, connection: Any, writing: bool | None) -> None:
        if writing is not None:
            self._driver.begin(connection, writing=writing)

    def _is_usable(self, connection: Any) -> bool:
        try:
            return self._driver.is_usable(connection)
        except Exception as error:
            if self._driver.told(error) is None:
                raise
            return False

    def _pop(self) -> Any:
        if self._is_closed:
            raise XapiError("the database was closed")
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, deque()
        for connection in idle:
            connection.close()

    def _give_back(self, connection: Any) -> None:
        if connection is None:
            return
        with self._lock:
            if len(self._idle) < _IDLE and not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()

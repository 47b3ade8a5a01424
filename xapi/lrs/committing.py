"""One writer for many senders: what waits is written in one transaction and committed once.

A commit waits for the disk, and a store has one writer anyway. So whoever has something to store puts it into
a queue and gets a future; the writer takes all that waits, and the longer a commit takes the more it takes next.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, TypeAlias, TypeVar

from xapi.errors import Busy, StoreFull
from xapi.lrs.database import Database
from xapi.lrs.intake import Inserted, Parcel
from xapi.lrs.prepared import Prepared
from xapi.lrs.promises import Promises
from xapi.lrs.store import StatementStore

T = TypeVar("T")

_GATHERING = 4
"""A commit's part of its own time that the next one waits for company."""

MAX_WAITING = 64 * 1024 * 1024
"""Bytes that may wait to be written; more are refused as Busy."""

_MAX_TOGETHER = 16 * 1024 * 1024
"""Bytes that one transaction takes, unless a single sender brings more."""


class _Submitted(NamedTuple):
    """Statements of one sender, and the promise to tell what became of them."""

    store: str
    parcel: Parcel
    size: int
    future: Future[Any]


class _Act(NamedTuple):
    """A write of another kind, and the promise of what it returns."""

    act: Callable[[Any, datetime], Any]
    size: int
    future: Future[Any]


_Task: TypeAlias = _Submitted | _Act


class Committer:
    """The writer of a database, in a thread of its own. Senders may be any number of threads."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime] | None = None,
        *,
        before_commit: Callable[[], None] = lambda: None,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        """`now`: the clock, by default the one all writers of the database share. `before_commit` is called
        in every transaction that wrote something."""
        self._database = database
        self._now = now or database.now
        self._before_commit = before_commit
        self._max_waiting = max_waiting
        self._promises = Promises(database, self._now)
        self._tasks: deque[_Task] = deque()
        self._waiting = 0
        self._changed = threading.Condition()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def submit(
        self, store: str, statements: Sequence[Prepared], authority: str, *, defines: bool = True
    ) -> Future[Inserted]:
        """Stores the statements, all or none, and tells which are new once they are committed.

        `authority`: the JSON of the agent that vouches for them. Where not `defines`, what they say of
        activities does not count for others.

        The future raises:
            Conflict: an id is taken by other content.
            StoreFull: the disk is full.
            Busy: too much is waiting, or another program holds the database.
        """
        size = sum(one.size for one in statements)
        parcel = Parcel(statements, authority, defines)
        return self._put(lambda future: _Submitted(store, parcel, size, future), size)

    def do(self, act: Callable[[Any, datetime], T]) -> Future[T]:
        """Calls `act` with the writing connection and the time, and tells what it returned once committed.

        It has its own savepoint: if it raises, nothing of it is kept and the future raises the same. It may
        be called again where the transaction failed for another's sake.
        """
        return self._put(lambda future: _Act(act, 0, future), 0)

    def consistent_through(self, store: str) -> datetime:
        """The time up to which every statement is to be seen by whoever begins to read after this call.

        No statement with an earlier or equal `stored` will appear later, whichever process writes it. Where
        nobody is writing it is now; otherwise the time of the last statement. It never goes back.
        """
        return self._promises.consistent_through(store)

    def close(self) -> None:
        """Writes what is waiting and ends the thread. Later calls of `submit` and `do` are refused."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()

    def _put(self, task: Callable[[Future[Any]], _Task], size: int) -> Future[Any]:
        future: Future[Any] = Future()
        with self._changed:
            if self._is_closing:
                future.set_exception(Busy("it is shutting down", retry_after=10))
            elif self._tasks and self._waiting + size > self._max_waiting:
                future.set_exception(Busy("more is waiting to be written than it may hold"))
            else:
                self._waiting += size
                self._tasks.append(task(future))
                self._changed.notify()
        return future

    def _run(self) -> None:
        while (tasks := self._take()) is not None:
            began = monotonic()
            self._carry_out(tasks)
            self._gather(len(tasks), (monotonic() - began) / _GATHERING)

    def _gather(self, answered: int, seconds: float) -> None:
        """Gives those just answered a moment to come back, so that they go with those who came meanwhile.

        Else two halves of the senders would take turns, each waiting for the commit of the other.
        """
        with self._changed:
            if self._tasks:
                expected = len(self._tasks) + answered
                self._changed.wait_for(lambda: len(self._tasks) >= expected or self._is_closing, seconds)

    def _take(self) -> list[_Task] | None:
        """All that waits, up to what one transaction takes; None when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._tasks or self._is_closing)
            if not self._tasks:
                return None
            taken = [self._tasks.popleft()]
            size = taken[0].size
            while self._tasks and size + self._tasks[0].size <= _MAX_TOGETHER:
                taken.append(self._tasks.popleft())
                size += taken[-1].size
            self._waiting -= size
        return [task for task in taken if task.future.set_running_or_notify_cancel()]

    def _carry_out(self, tasks: list[_Task]) -> None:
        """Writes the tasks together; if that fails for the sake of one, each by itself."""
        try:
            outcomes = self._write(tasks)
        except Exception as error:
            if len(tasks) > 1 and not isinstance(error, StoreFull | Busy):
                for task in tasks:
                    self._carry_out([task])
                return
            outcomes = [error] * len(tasks)
        for task, outcome in zip(tasks, outcomes, strict=True):
            if isinstance(outcome, Exception):
                task.future.set_exception(outcome)
            else:
                task.future.set_result(outcome)

    def _write(self, tasks: list[_Task]) -> list[Any]:
        """What becomes of each task, once all of them are committed."""
        if not tasks:
            return []
        outcomes: dict[int, Any] = {}
        with self._database.write() as connection:
            for name in sorted({task.store for task in tasks if isinstance(task, _Submitted)}):
                self._insert(connection, name, tasks, outcomes)
            for place, task in enumerate(tasks):
                if isinstance(task, _Act):
                    outcomes[place] = self._act(connection, task)
            self._before_commit()
        return [outcomes[place] for place in range(len(tasks))]

    def _insert(self, connection: Any, name: str, tasks: list[_Task], outcomes: dict[int, Any]) -> None:
        """Stores the statements of all senders that wrote to one store."""
        of_store = {
            place: task.parcel
            for place, task in enumerate(tasks)
            if isinstance(task, _Submitted) and task.store == name
        }
        clock = partial(self._promises.next_time, name)
        inserted = StatementStore(connection, name).insert_parcels(list(of_store.values()), clock)
        outcomes.update(zip(of_store, inserted, strict=True))

    def _act(self, connection: Any, task: _Act) -> Any:
        connection.execute("SAVEPOINT act")
        try:
            outcome = task.act(connection, self._now())
        except Exception as error:
            told = self._database.told(error)
            if isinstance(told, StoreFull | Busy):
                raise told from error
            connection.execute("ROLLBACK TO SAVEPOINT act")
            outcome = error
        connection.execute("RELEASE SAVEPOINT act")
        return outcome

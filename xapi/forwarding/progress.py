"""How one run over a target gets on: its place, what it may hold and what it refused, written as it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from xapi.forwarding.ledger import Dead, Ledger, Place
from xapi.forwarding.letters import Draft, Letter, Unfit, letter, statement_at
from xapi.forwarding.target import Target
from xapi.lrs.rows import micros, moment
from xapi.lrs.store import StatementStore


class Record(Protocol):
    """The database of the record, as `xapi.lrs.database.Database` or a host application opens it."""

    def read(self) -> AbstractContextManager[Any]:
        """A DBAPI connection to read by."""

    def write(self) -> AbstractContextManager[Any]:
        """A DBAPI connection in a transaction that is committed at the end, or rolled back."""


@dataclass
class Report:
    """What one run brought to one target. `fault` is why it ended early, `next_try` when it is tried again."""

    target: str
    forwarded: int = 0
    dead: int = 0
    fault: str = ""
    stopped: bool = False
    next_try: datetime | None = None


class Progress:
    """One run over one target. `place` is the target's place as it was last written.

    Each change is a transaction of its own. Raises: Overtaken where somebody else moved the place meanwhile.
    """

    def __init__(self, record: Record, store: str, target: Target, now: Callable[[], datetime]) -> None:
        self._record, self._store, self._target, self._now = record, store, target, now
        self.place = Place()
        self.report = Report(target.name)
        self._first_sent: set[int] = set()

    @contextmanager
    def reading(self) -> Iterator[tuple[StatementStore, Ledger]]:
        """The statements and what is kept about the target, to read from."""
        with self._record.read() as connection:
            yield StatementStore(connection, self._store), self._ledger(connection)

    @contextmanager
    def _writing(self) -> Iterator[Ledger]:
        with self._record.write() as connection:
            yield self._ledger(connection)

    def _ledger(self, connection: Any) -> Ledger:
        return Ledger(connection, self._store, self._target.name)

    # ------------------------------------------------------------------ the place

    def begin(self, *, urged: bool) -> bool:
        """Take up the place; False where nothing may be sent now. `urged`: pauses and stops are ended."""
        with self._writing() as ledger:
            if not ledger.store:
                return False
            self.place = ledger.open()
            if urged:
                fresh = self.place._replace(stopped=0, next_try=None, refused=0, probed=None, reason="")
                self.place = ledger.move(self.place, fresh)
        waits = self.place.stopped or (self.place.next_try or 0) > micros(self._now())
        if waits:
            self._tell_waiting()
        return not waits

    def move(self, **changes: Any) -> None:
        """Change the place."""
        with self._writing() as ledger:
            self.place = ledger.move(self.place, self.place._replace(**changes))

    def hold(self, reason: str, until: datetime, *, stops: bool) -> None:
        """Leave the target alone until then, or for good until a person has it tried again."""
        self.move(tries=self.place.tries + 1, next_try=micros(until), stopped=int(stops), reason=reason)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        self.report.fault, self.report.stopped = self.place.reason, bool(self.place.stopped)
        if self.place.next_try is not None and not self.place.stopped:
            self.report.next_try = moment(self.place.next_try)

    # ------------------------------------------------------------------ the letters

    def note(self, following: Draft) -> list[Letter]:
        """Note, before any call, what the target may hold from now on.

        What was erased meanwhile stays here, and what was redacted goes as it is now.
        """
        if not following.letters and not following.unfit:
            return []
        with self._record.write() as connection:
            ledger = self._ledger(connection)
            ledger.move(self.place, self.place)
            known = ledger.dead_among([one.seq for one in following.unfit])
            for one in following.unfit:
                if one.seq not in known:
                    self._put_aside(ledger, one.seq, 0, one.reason)
            kept = self._as_they_are(connection, following.letters)
            seqs = [one.seq for one in kept]
            self._first_sent = set(seqs) - ledger.held_among(seqs)
            ledger.mark(seqs)
        return kept

    def _as_they_are(self, connection: Any, letters: Sequence[Letter]) -> list[Letter]:
        """The letters, those whose content was erased or redacted as they are now, if they are still there."""
        store = StatementStore(connection, self._store)
        changed = self._ledger(connection).changed([one.seq for one in letters])
        found = [statement_at(store, one.seq) if one.seq in changed else one for one in letters]
        made = [one if isinstance(one, Letter | None) else letter(one, self.place.speaks) for one in found]
        return [one for one in made if isinstance(one, Letter)]

    def settle(self, letters: Sequence[Letter], *, moving: bool = True) -> None:
        """These are there; the place moves past them where `moving`."""
        settled = max(self.place.settled, letters[-1].seq) if moving else self.place.settled
        after = self.place._replace(
            settled=settled, tries=0, refused=0, next_try=None, reason="", answered=micros(self._now())
        )
        with self._writing() as ledger:
            ledger.unbury([letter.seq for letter in letters])
            self.place = ledger.move(self.place, after)
        self.report.forwarded += len(letters)

    def refuse(self, one: Letter | Unfit, status: int, reason: str, *, moving: bool = True) -> None:
        """This one is put aside. The target does not hold it, unless it was sent before: then it still may."""
        settled = max(self.place.settled, one.seq) if moving else self.place.settled
        after = self.place._replace(settled=settled, refused=self.place.refused + 1)
        with self._writing() as ledger:
            if one.seq in self._first_sent:
                ledger.unmark(one.seq)
            self._put_aside(ledger, one.seq, status, reason)
            self.place = ledger.move(self.place, after)

    def forget(self, seq: int) -> None:
        """What was put aside was taken back or erased here since."""
        with self._writing() as ledger:
            ledger.unbury([seq])

    def _put_aside(self, ledger: Ledger, seq: int, status: int, reason: str) -> None:
        ledger.bury(Dead(seq, status, reason, self.place.tries + 1, micros(self._now())))
        self.report.dead += 1

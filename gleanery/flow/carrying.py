"""Carrying what is owed to a destination, one after the other, and keeping the answers a few at a time.

Every call is noted as started before it is made. So the answers may be kept together: what a kill loses of them is
told to the destination again, where the adapter finds what stands there already. What the adapter remembers of its
calls is kept with their answers, never before them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeAlias
from uuid import UUID

from sqlmodel import Session

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.metering import CarriedMeter, MeteredHttp
from gleanery.flow.outbox import After, DeliverReport, Owed, Told, answer, delivered, rest, started
from gleanery.leases import Held
from gleanery.model.destinations import Delivery
from gleanery.ports import Adapter, Context, Receipt

AT_ONCE = 50
"""Answers that are kept together."""

LONGEST = timedelta(seconds=5)
"""How long an answer waits for the next ones."""

SILENT = 3
"""So many calls in a row without an answer, and the rest is not tried: nobody seems to be there."""

Progress = Callable[[str, int], None]


class Settled(NamedTuple, Generic[Told]):
    """A delivery as it stands now that this answer to it was taken in. `url_before`: where its entry was before."""

    row: Delivery
    owed: Owed[Told]
    receipt: Receipt
    url_before: str | None

    @property
    def is_removed(self) -> bool:
        """Whether it was taken away from the destination."""
        return self.owed.told is None

    @property
    def is_new(self) -> bool:
        """Whether it did not stand there before."""
        return self.owed.delivery.remote_id is None


Tell: TypeAlias = Callable[[Change, Sequence[Settled[Told]]], None]
"""States and enters what was brought and removed, in the transaction that keeps the answers."""


class Carried:
    """What an adapter is given for one trip: memory, a meter that counts with the answers, open connections."""

    def __init__(self, house: House, destination: str) -> None:
        name = f"destination:{destination}"
        self._memory = CarriedMemory(PluginStore(house.store, name, house.now))
        self._meter = CarriedMeter(house.store, name, house.now)
        self._http, self._store = house.http.kept_open(), house.store
        self._given = house.context("destination", destination)

    @property
    def context(self) -> Context:
        """What the adapter is given."""
        http = MeteredHttp(self._http, self._meter)
        return replace(self._given, store=self._memory, meter=self._meter, http=http)

    def expect(self, things: Sequence[UUID]) -> None:
        """What the adapter is told of next."""
        self._memory.expect(things)

    @property
    def is_waiting(self) -> bool:
        """Whether the adapter put something that is not kept yet."""
        return self._memory.is_waiting

    def keep(self, session: Session) -> None:
        """Write what the adapter put and how much was sent."""
        self._memory.keep(session)
        self._meter.keep(session)

    def close(self) -> None:
        """End the connections, and count what was sent after the last answer."""
        self._http.close()
        with self._store.note() as session:
            self._meter.keep(session)


class CarriedMemory:
    """The adapter's small store while it delivers (ports.Store): what it puts waits for the answers.

    Adapters keep what they know of a thing under keys that end in `/<its id>`: what is kept of all that comes next is
    read with the first of it.
    """

    def __init__(self, kept: PluginStore) -> None:
        self._kept = kept
        self._next: Sequence[str] = ()
        self._waiting: dict[str, tuple[Any, datetime | None]] = {}
        self._read: dict[str, Any] = {}

    def expect(self, things: Sequence[UUID]) -> None:
        """These come next."""
        self._next = [str(one) for one in things]

    def _beside(self, key: str) -> Collection[str]:
        """The key and those of its form for what comes next."""
        form, _, end = key.rpartition("/")
        return [f"{form}/{one}" for one in self._next] if end in self._next else [key]

    def get(self, key: str) -> Any:
        """The value kept or waiting under `key`, None if absent or expired; it is read once between two keepings."""
        if key not in self._waiting:
            if key not in self._read:
                self._read |= self._kept.get_all(self._beside(key))
            return self._read[key]
        value, until = self._waiting[key]
        return None if until is not None and until <= self._kept.now() else value

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep a JSON-able value with the next answers."""
        self._waiting[key] = (value, self._kept.now() + expires_in if expires_in is not None else None)

    def lease(self, key: str, seconds: float) -> bool:
        """Take `key` for some seconds, at once; False if another holds it."""
        return self._kept.lease(key, seconds)

    @property
    def is_waiting(self) -> bool:
        """Whether something was put that is not kept yet."""
        return bool(self._waiting)

    def keep(self, session: Session) -> None:
        """Write what waits."""
        self._kept.put_all(session, self._waiting)
        self._waiting.clear()
        self._read.clear()


@dataclass
class Trip(Generic[Told]):
    """One way to a destination with what is due there. `bring` has the adapter create or update an entry."""

    house: House
    adapter: Adapter
    carried: Carried
    lease: Held
    bring: Callable[[Told, str | None], Receipt]
    tell: Tell[Told]
    report: DeliverReport
    progress: Progress = lambda _name, _count: None
    _answers: list[tuple[Owed[Told], Receipt]] = field(default_factory=list)
    _silent: int = 0

    def bring_all(self, due: Callable[[], Sequence[Owed[Told]]]) -> bool:
        """Bring what is due until nothing is; False where the whole destination must wait."""
        while owed := due():
            if not self._bring_some(started(self.house, self.lease, owed)):
                return False
        return True

    def _bring_some(self, owed: Sequence[Owed[Told]]) -> bool:
        kept_at = self.house.now()
        self.carried.expect([one.delivery.item_id for one in owed])
        try:
            for one in owed:
                if not self._bring(one):
                    return False
                if self.house.now() - kept_at >= LONGEST:
                    self.keep()
                    kept_at = self.house.now()
        finally:
            self.keep()  # also what was answered before an error
        return True

    def _bring(self, owed: Owed[Told]) -> bool:
        row, told = owed
        receipt, after = answer(
            self.house,
            self.adapter,
            self.lease,
            row,
            lambda: (
                self.adapter.retract(row.item_id, row.remote_id)
                if told is None
                else self.bring(told, row.remote_id)
            ),
            self.report,
        )
        if receipt is not None:
            self._answers.append((owed, receipt))
        self._silent = self._silent + 1 if after is After.SILENCE else 0
        if self._silent >= SILENT:
            rest(
                self.house, row.destination, timedelta(seconds=self.house.config.delivery.first_retry_seconds)
            )
        return after is not After.STOP and self._silent < SILENT

    def keep(self) -> None:
        """Take the answers in that came so far."""
        answers, self._answers = self._answers, []
        settle(self.house, self.lease, self.tell, answers, self.report, self.carried)
        if answers:
            self.progress(self.report.destination, len(answers))


def settle(
    house: House,
    lease: Held,
    tell: Tell[Told],
    answers: Sequence[tuple[Owed[Told], Receipt]],
    report: DeliverReport,
    carried: Carried,
) -> None:
    """Keep answers with what they change and tell; what was owed anew meanwhile stays owed."""
    if not answers and not carried.is_waiting:
        return
    with house.change() as change:
        lease.confirm(change.session, house.now())
        carried.keep(change.session)
        rows = delivered(change, [owed for owed, _ in answers])
        settled = [_settled(rows[owed.delivery.id], owed, receipt) for owed, receipt in answers]
        tell(change, settled)
        for one in settled:
            if one.is_removed:
                one.row.remote_id = one.row.started_at = None
            change.session.add(one.row)
    report.new_statements += change.new_statements
    report.retracted += sum(one.is_removed for one in settled)
    report.delivered += sum(not one.is_removed for one in settled)
    _note(report, [receipt.note for _, receipt in answers])


def _settled(row: Delivery, owed: Owed[Told], receipt: Receipt) -> Settled[Told]:
    """The row with the answer in it; what was removed keeps its id there until that is told."""
    before, removed = row.url, owed.told is None
    row.remote_id = row.remote_id if removed else receipt.remote_id
    row.url, row.note = (None if removed else receipt.url), receipt.note
    return Settled(row, owed, receipt, before)


def _note(report: DeliverReport, notes: Sequence[str]) -> None:
    report.notes.extend(note for note in dict.fromkeys(notes) if note and note not in report.notes)

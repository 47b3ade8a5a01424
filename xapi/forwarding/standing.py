"""How far the targets are, and sending again from a place on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from xapi.forwarding.ledger import Ledger
from xapi.lrs.rows import micros, moment
from xapi.lrs.store import StatementStore


class Standing(NamedTuple):
    """How a target is doing.

    `behind` counts the statements after the last that is settled, those that the filter will pass over too;
    `seconds_behind` is the age of the oldest of them. Of the `dead`, `again` are to be sent anew. `speaks` is
    empty until the target was asked.
    """

    target: str
    settled: int
    behind: int
    seconds_behind: float
    dead: int
    again: int
    tries: int
    stopped: bool
    next_try: datetime | None
    answered: datetime | None
    speaks: str
    reason: str

    def is_due(self, now: datetime) -> bool:
        """Whether there is something to send that may be sent now."""
        waits = self.stopped or (self.next_try is not None and self.next_try > now)
        return not waits and (self.behind > 0 or self.again > 0)


def standing(connection: Any, target: str, now: datetime, *, store: str = "main") -> Standing:
    """How the target is doing; one that was never forwarded to is behind by the whole record."""
    ledger = Ledger(connection, store, target)
    place = ledger.place()
    behind = max(StatementStore(connection, store).count() - place.settled, 0)
    oldest = ledger.stored_at(place.settled + 1) if behind else None
    waited = 0.0 if oldest is None else (micros(now) - oldest) / 1_000_000
    return Standing(
        target,
        place.settled,
        behind,
        max(waited, 0.0),
        *ledger.count_dead(),
        place.tries,
        bool(place.stopped),
        None if place.next_try is None else moment(place.next_try),
        None if place.answered is None else moment(place.answered),
        place.speaks,
        place.reason,
    )


def replay(connection: Any, target: str, from_seq: int, *, store: str = "main") -> int:
    """Have everything sent again from a seq on; returns how many statements that are before the filter.

    Works in the caller's transaction. It only goes back: nothing is ever skipped.
    """
    ledger = Ledger(connection, store, target)
    place = ledger.open()
    settled = min(place.settled, max(from_seq - 1, 0))
    ledger.move(place, place._replace(settled=settled, next_try=None))
    return place.settled - settled

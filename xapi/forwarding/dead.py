"""What a target refused, with the reason, and sending it anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from xapi.forwarding.ledger import Ledger
from xapi.lrs.rows import moment


class DeadLetter(NamedTuple):
    """A statement that a target refused; `status` 0 where it was not its answer. `again`: it is sent anew."""

    seq: int
    id: UUID
    status: int
    reason: str
    tries: int
    at: datetime
    again: bool


def dead_letters(
    connection: Any, target: str, *, store: str = "main", after_seq: int = 0, limit: int = 100
) -> list[DeadLetter]:
    """What the target refused, in the order of the record; the last one's seq is the next page's `after_seq`."""
    ledger = Ledger(connection, store, target)
    dead = ledger.dead(after_seq, limit)
    ids = ledger.ids_of([one.seq for one in dead])
    return [
        DeadLetter(
            one.seq, ids[one.seq], one.status, one.reason, one.tries, moment(one.died), bool(one.again)
        )
        for one in dead
    ]


def replay_dead(
    connection: Any, target: str, seqs: Sequence[int] | None = None, *, store: str = "main"
) -> int:
    """Have what was refused sent anew, all of it or these; returns how many. Works in the caller's transaction."""
    return Ledger(connection, store, target).raise_dead(seqs)

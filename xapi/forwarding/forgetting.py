"""After an erasure: which targets may still hold what was erased, and taking it back there.

xAPI has no way to delete at another store; a `voided` statement hides the erased one there. So the operators
of every holder have to be told, and this says who they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from xapi import statements as say
from xapi.forwarding.ledger import Ledger
from xapi.lrs.store import StatementStore
from xapi.model import Actor
from xapi.statements import Bridge, Built


class Holder(NamedTuple):
    """A target that may hold statements which are erased here. It can hide them, and cannot delete them by xAPI."""

    target: str
    ids: tuple[UUID, ...]


def holders(connection: Any, ids: Sequence[UUID], *, store: str = "main") -> list[Holder]:
    """Which targets, those of the past too, may hold these statements; before or after the erasure."""
    ledger = Ledger(connection, store, "")
    seqs = ledger.seqs_of([one.bytes for one in ids])
    found = []
    for name in ledger.targets():
        held = Ledger(connection, store, name)
        mine = tuple(one for one in ids if one.bytes in seqs and held.holds(seqs[one.bytes]))
        if mine:
            found.append(Holder(name, mine))
    return found


def voidings(found: Sequence[Holder], *, bridge: Bridge, by: Actor, event: str, at: datetime) -> list[Built]:
    """A `voided` statement for each id that a target may hold; `event` is the id of the erasure.

    Once they are recorded, forwarding carries them wherever the statement went.
    """
    held = sorted({one for holder in found for one in holder.ids})
    return [say.voided(bridge, one, event=event, by=by, at=at) for one in held]


def forget(connection: Any, ids: Sequence[UUID], *, store: str = "main") -> None:
    """Drop what was kept because targets refused these statements. Works in the caller's transaction."""
    ledger = Ledger(connection, store, "")
    seqs = list(ledger.seqs_of([one.bytes for one in ids]).values())
    for name in ledger.targets():
        Ledger(connection, store, name).unbury(seqs)


def forget_reasons(connection: Any, ids: Sequence[UUID], *, store: str = "main") -> None:
    """Empty the reasons for which targets refused these statements: they may quote what was redacted since."""
    ledger = Ledger(connection, store, "")
    seqs = list(ledger.seqs_of([one.bytes for one in ids]).values())
    for name in ledger.targets():
        Ledger(connection, store, name).hush(seqs)


def take_back(
    connection: Any,
    ids: Sequence[UUID],
    *,
    bridge: Bridge,
    by: Actor,
    authority: Actor,
    event: str,
    at: datetime,
    store: str = "main",
) -> list[Holder]:
    """Record the voidings of these statements, and return who may hold them; doing it again changes nothing.

    Works in the caller's transaction, as its last act.
    """
    found = holders(connection, ids, store=store)
    forget(connection, ids, store=store)
    told = voidings(found, bridge=bridge, by=by, event=event, at=at)
    StatementStore(connection, store).insert(told, authority, at)
    return found

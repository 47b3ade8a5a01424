"""Takes statements in: what is there already is told from what is new, and the new is written at once.

Several parcels of different senders share one transaction; each is stored whole or not at all. Repeats and
conflicts are found before anything is written, so a refused parcel leaves nothing to be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from xapi import canonical
from xapi.errors import Conflict
from xapi.lrs import attachments, definitions, references, rows
from xapi.lrs.dialect import Dialect
from xapi.lrs.linking import LinkRows, numbers_of
from xapi.lrs.links import week_of
from xapi.lrs.prepared import Prepared
from xapi.lrs.render import completed
from xapi.lrs.rows import Fresh, Place, StatementRow
from xapi.lrs.terms import AUTHORITY, Terms


class Inserted(NamedTuple):
    """The ids that were written, and those that were there already with equal content; in order."""

    new: tuple[UUID, ...]
    known: tuple[UUID, ...]


class Parcel(NamedTuple):
    """Statements that are stored together or not at all.

    `authority` is the JSON of the agent that vouches for them. Where not `defines`, what they say of activities
    does not count for others.
    """

    statements: Sequence[Prepared]
    authority: str
    defines: bool = True


def take_in(
    dialect: Dialect, name: str, log: str, parcels: Sequence[Parcel], clock: Callable[[], datetime]
) -> list[Inserted | Conflict]:
    """Stores the parcels behind the head of the store's chain and tells of each what became of it.

    The clock is read under the lock, so that nobody who has seen the lock free is overtaken by an earlier time.
    """
    place = rows.lock(dialect, name, log)
    now = rows.micros(clock())
    sorting = _Sorting(dialect, place, [one.id for parcel in parcels for one in parcel.statements])
    outcomes = [sorting.sort_out(parcel) for parcel in parcels]
    if sorting.fresh:
        _write(dialect, place, sorting.fresh, now)
    return outcomes


class _Sorting:
    """What a transaction stores so far."""

    def __init__(self, dialect: Dialect, place: Place, ids: list[bytes]) -> None:
        self.fresh: list[Fresh] = []
        self._next = place.seq + 1
        self._held = rows.among(dialect, place.store, ids)
        self._arrived: dict[bytes, bytes] = {}

    def sort_out(self, parcel: Parcel) -> Inserted | Conflict:
        """Separates what is new from what is known, within the parcel too."""
        arrived: dict[bytes, bytes] = {}
        fresh: list[Fresh] = []
        known: list[UUID] = []
        for one in parcel.statements:
            before = arrived.get(one.id) or self._arrived.get(one.id)
            held = self._held.get(one.id)
            if before is None and held is None:
                arrived[one.id] = one.raw
                place = self._next + len(fresh)
                fresh.append(Fresh(place, one.id, one.links, one, parcel.authority, parcel.defines))
            elif _is_same(before, held, one.raw):
                known.append(one.uuid)
            else:
                return Conflict(one.uuid)
        self._arrived |= arrived
        self._next += len(fresh)
        self.fresh += fresh
        return Inserted(tuple(one.prepared.uuid for one in fresh), tuple(known))


def _is_same(before: bytes | None, held: StatementRow | None, raw: bytes) -> bool:
    """Says whether a repeated id comes with equal content. What was erased is known and stays erased."""
    if before is not None:
        return canonical.same(before, raw)
    if held is None or held.content_hash is not None:
        return held is not None
    there, key = held.unpacked(), bytes(held.id)
    return there == raw or canonical.same(
        completed(there, key, held.stored), completed(raw, key, held.stored)
    )


def _write(dialect: Dialect, place: Place, fresh: list[Fresh], now: int) -> None:
    terms = Terms(dialect, place.store, place.terms)
    authorities = terms.numbers_of(AUTHORITY, {one.authority for one in fresh})
    numbers = numbers_of(terms, [one.links for one in fresh])
    after = rows.write(dialect, place, fresh, numbers.verbs, authorities, now)
    links = LinkRows(place.store)
    for one in fresh:
        week = one.links.week
        if week is None:
            week = week_of(rows.moment(after.stored - (after.seq - one.seq)))
        links.add(one.seq, 0, one.links, numbers, week)
    links.write(dialect)
    defining = ((one.seq, one.links) for one in fresh if one.defines)
    definitions.write(dialect, place.store, defining, numbers.activities, place.terms)
    attachments.write(dialect, place.store, fresh)
    references.write(dialect, place.store, terms, fresh)
    rows.unlock(dialect, after._replace(terms=terms.last))

"""Entries of the audit log as an auditor looks for them, the newest first.

Each way to look is a walk down an index that ends in time and number, and several walks are one query: so a page
costs the same, however long the log is. The numbers alone tell the order of two entries of one moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from gleanery.audit import Line
from gleanery.errors import BadInput
from gleanery.flow.auditing import read_by
from gleanery.flow.exporting.selecting import Selection, actors_of, persons_of
from gleanery.flow.house import House
from gleanery.flow.recorded.names import Names, names_of, uuid_in
from gleanery.model.record import Entry
from xapi.bundles.model import moment

MOST_COUNTED = 10_000
_AT = sa.type_coerce(col(Entry.at), sa.BigInteger)
_COLUMNS = (
    col(Entry.seq), _AT.label("at"), col(Entry.action), col(Entry.actor), col(Entry.subject), col(Entry.detail),
    col(Entry.salt), col(Entry.hash),
)  # fmt: skip


class Place(NamedTuple):
    """Where a page goes on: before this moment (microseconds since 1970) and number."""

    at: int
    seq: int

    def __str__(self) -> str:
        return f"{self.at}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that an address names. Raises: BadInput."""
        at, _, seq = text.partition("-")
        if not (at.isdigit() and seq.isdigit() and len(text) < 40):
            raise BadInput("This is no place in the audit log.", remedy="Begin with the first page.")
        return cls(int(at), int(seq))


@dataclass(frozen=True)
class Told:
    """An entry with its detail parsed."""

    line: Line
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When it was entered."""
        return moment(self.line.at).astimezone(UTC)

    @property
    def item(self) -> UUID | None:
        """The item it is about, if it is about one."""
        kind, _, name = self.line.subject.partition(":")
        return uuid_in(name) if kind == "item" else None


@dataclass(frozen=True)
class Found:
    """A page of entries, the newest first. `next`: the place to go on at, None at the end."""

    rows: Sequence[Told]
    names: Names
    next: Place | None


def find(
    house: House, account: str, selection: Selection, *, before: Place | None = None, limit: int = 50
) -> Found:
    """The entries that a selection means, the newest first; that `account` looks for a person is entered.

    Raises: BadInput.
    """
    with house.store.read() as session:
        persons = persons_of(session, selection.person)
        query = _query(session, selection, persons, before, limit + 1)
        rows = [
            Told(line, json.loads(line.detail)) for line in (Line(*row) for row in session.execute(query))
        ]
        known = rows[:limit]
        names = names_of(house, session, _persons_in(known), {one.item for one in known if one.item})
    if persons:
        read_by(house, account, f"person:{persons[0]}", what="entries")
    last = known[-1].line if len(rows) > limit else None
    return Found(known, names, Place(last.at, last.seq) if last else None)


def count(house: House, selection: Selection, most: int = MOST_COUNTED) -> int:
    """How many entries a selection means, counted up to `most` + 1. Raises: BadInput."""
    with house.store.read() as session:
        persons = persons_of(session, selection.person)
        inner = _query(
            session, selection, persons, None, most + 1, (col(Entry.seq), _AT.label("at"))
        ).subquery()
        return int(session.execute(sa.select(sa.func.count()).select_from(inner)).scalar_one())


def actions(house: House) -> Sequence[str]:
    """Every action that the log knows, by a leap from one to the next in its index."""
    with house.store.read() as session:
        return _actions(session)


def _actions(session: Session) -> Sequence[str]:
    return session.execute(sa.text(_LEAPS)).scalars().all()


_LEAPS = """
WITH RECURSIVE leap (action) AS (
    SELECT min(action) FROM audit_entry
    UNION ALL
    SELECT (SELECT min(e.action) FROM audit_entry e WHERE e.action > leap.action) FROM leap
    WHERE leap.action IS NOT NULL
)
SELECT action FROM leap WHERE action IS NOT NULL
"""


# --------------------------------------------------------------------------- walks


def _query(
    session: Session,
    selection: Selection,
    persons: Sequence[UUID],
    before: Place | None,
    limit: int,
    columns: Sequence[Any] = _COLUMNS,
) -> Any:
    """One query over all walks, each of which gives no more rows than are wanted."""
    within = list(_within(selection, before))
    walks = [
        sa.select(*columns)
        .where(*conditions, *within)
        .order_by(_AT.desc(), col(Entry.seq).desc())
        .limit(limit)
        for conditions in _walks(session, selection, persons)
    ]
    if len(walks) == 1:
        return walks[0]
    together = sa.union(*(sa.select(walk.subquery()) for walk in walks)).subquery()
    return sa.select(together).order_by(together.c.at.desc(), together.c.seq.desc()).limit(limit)


def _walks(session: Session, selection: Selection, persons: Sequence[UUID]) -> Iterator[tuple[Any, ...]]:
    """The conditions of each walk: every actor or subject with every action that is meant."""
    names = [f"person:{one}" for one in persons]
    whom: list[Any] = [col(Entry.actor) == one for one in names] + [
        col(Entry.subject) == one for one in names
    ]
    yield from product(
        whom or [sa.true()],
        [col(Entry.actor) == one for one in actors_of(session, selection.actor)] or [sa.true()],
        [col(Entry.subject) == selection.subject] if selection.subject is not None else [sa.true()],
        _by_action(session, selection.action),
    )


def _by_action(session: Session, action: str | None) -> list[Any]:
    if action is None:
        return [sa.true()]
    if not action.endswith("*"):
        return [col(Entry.action) == action]
    start = action.removesuffix("*")
    meant = [one for one in _actions(session) if one.startswith(start)]
    return [col(Entry.action) == one for one in meant] or [sa.false()]


def _within(selection: Selection, before: Place | None) -> Iterator[Any]:
    if selection.since is not None:
        yield col(Entry.at) > selection.since
    if selection.until is not None:
        yield col(Entry.at) <= selection.until
    if before is not None:
        yield sa.tuple_(_AT, col(Entry.seq)) < sa.tuple_(before.at, before.seq)


def _persons_in(rows: Sequence[Told]) -> set[UUID]:
    named = [name for one in rows for name in (one.line.actor, one.line.subject)]
    found = (uuid_in(name.removeprefix("person:")) for name in named if name.startswith("person:"))
    return {one for one in found if one is not None}

"""Counts of the record for reports: never of a person, and of a unit only where enough of it took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from sqlmodel import select

from gleanery.flow.house import House
from gleanery.flow.record import STORE, driver
from gleanery.model.people import Person
from xapi.lrs.counting import Counts
from xapi.model import Actor

Row: TypeAlias = dict[str, Any]


def count(house: House, by: str, limit: int = 20) -> list[Row]:
    """The counts by `verb`, `week`, `activity` or `unit`, as rows of a table.

    Weeks are ISO weeks of the time of the event, in UTC; `limit` bounds the activities. A unit of which fewer
    than five persons did something is left out.
    """
    with house.store.read() as session:
        return _COUNTED[by](house, Counts(driver(session), STORE), limit)


def _by_verb(_: House, counts: Counts, limit: int) -> list[Row]:
    return [{"verb": verb, "statements": number} for verb, number in counts.by_verb().items()]


def _by_week(_: House, counts: Counts, limit: int) -> list[Row]:
    return [one._asdict() for one in counts.by_week()]


def _by_activity(_: House, counts: Counts, limit: int) -> list[Row]:
    return [{"activity": iri, "statements": number} for iri, number in counts.by_activity(limit).items()]


def _by_unit(house: House, counts: Counts, limit: int) -> list[Row]:
    shown = counts.by_group(_units(house))
    return [{"unit": unit, **found._asdict()} for unit, found in sorted(shown.items())]


def _units(house: House) -> dict[str, list[list[Actor]]]:
    """By unit: its humans, each by the actors of every id it ever had; the unit is that of the surviving id."""
    with house.store.read() as session:
        rows = session.exec(select(Person.id, Person.merged_into, Person.unit)).all()
    into = {one: merged for one, merged, _ in rows if merged is not None}
    actors: dict[UUID, list[Actor]] = defaultdict(list)
    for one, _, _ in rows:
        actors[_survivor(one, into)].append(house.bridge.person(one))
    units: dict[str, list[list[Actor]]] = defaultdict(list)
    for one, merged, unit in rows:
        if unit is not None and merged is None:
            units[unit].append(actors[one])
    return units


def _survivor(person: UUID, into: Mapping[UUID, UUID]) -> UUID:
    while person in into:
        person = into[person]
    return person


_COUNTED: Mapping[str, Callable[[House, Counts, int], list[Row]]] = {
    "verb": _by_verb,
    "week": _by_week,
    "activity": _by_activity,
    "unit": _by_unit,
}

"""All that was done to one thing, with the names that a page shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gleanery.flow.house import House
from gleanery.flow.recorded.names import Names, names_of, uuid_in
from gleanery.flow.recorded.telling import Telling, items_in, persons_in, read_telling
from gleanery.flow.trail import Event, trail


@dataclass(frozen=True)
class Step:
    """One thing that was done: an entry of the audit log, or a statement with its parts."""

    event: Event
    telling: Telling | None


@dataclass(frozen=True)
class Trail:
    """What a thing is called in the log, and what was done to it, in order."""

    name: str
    steps: Sequence[Step]
    names: Names


def trail_of(house: House, account: str, text: str) -> Trail:
    """All that was done to what `text` stands for; see `trail`. Raises: BadInput."""
    name, events = trail(house, account, text)
    steps = [Step(one, _telling(house, one)) for one in events]
    told = [one.telling for one in steps if one.telling]
    named = [text for one in events for text in (one.subject, one.actor)] + [name]
    with house.store.read() as session:
        names = names_of(
            house,
            session,
            persons_in(told) | set(_ids("person", named)),
            items_in(told) | set(_ids("item", named)),
        )
    return Trail(name, steps, names)


def _telling(house: House, event: Event) -> Telling | None:
    if event.log != "statements":
        return None
    key = UUID(event.subject.partition(":")[2])
    return read_telling(
        house,
        event.seq,
        key,
        event.at,
        json.dumps(event.detail["statement"]).encode(),
        event.detail["voided"],
    )


def _ids(kind: str, named: Sequence[str]) -> Sequence[UUID]:
    found = (uuid_in(one.partition(":")[2]) for one in named if one.startswith(f"{kind}:"))
    return [one for one in found if one is not None]

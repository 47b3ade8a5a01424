"""The counts by day the slow and plain way: every row and every statement is looked at, one after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from sqlmodel import select

from gleanery.flow.house import House
from gleanery.flow.record import record
from gleanery.flow.reports.lengths import step_of
from gleanery.flow.reports.measures import ALWAYS, COMPLETING, OPENING
from gleanery.model.destinations import Delivery
from gleanery.model.items import CompetencyRow, Decision, Item, ItemGoal, Tag
from gleanery.model.posts import Sighting
from gleanery.model.reports import ReportDay
from gleanery.model.sources import Source
from xapi.validate import read

Key = tuple[str, Any, str, str]


def kept(house: House) -> dict[Key, int]:
    """The counts as they are kept."""
    with house.store.read() as session:
        return {
            (row.measure, row.day, row.source, row.key): row.number for row in session.exec(select(ReportDay))
        }


def slow_counts(house: House) -> dict[Key, int]:
    """The counts as they should be."""
    found: Counter[Key] = Counter()
    with house.store.read() as session:
        tables = (Item, Decision, Delivery, ItemGoal, Tag, Sighting, Source, CompetencyRow)
        rows: dict[Any, list[Any]] = {table: list(session.exec(select(table))) for table in tables}
    learned = _learned(house, found)
    items = {item.id: item for item in rows[Item]}
    stands = {row.item_id for row in rows[Delivery] if row.action == "upsert" and row.remote_id}
    for item in items.values():
        if item.merged_into is not None:
            continue
        goals = ["", *(one.goal for one in rows[ItemGoal] if one.item_id == item.id)]
        for stage in _stages(item, item.id in stands, learned[item.id]):
            for goal in goals:
                found[stage, item.made_at.date(), _source(rows, item), goal] += 1
        for tag in rows[Tag] if item.state == "approved" else ():
            found["covers", ALWAYS, tag.framework, tag.concept] += tag.item_id == item.id
        for framework, concept in _borne(rows, item) if item.state == "approved" else ():
            found["covers_below", ALWAYS, framework, concept] += 1
    for one in rows[Decision]:
        if one.undone_at is None:
            source, item = _source(rows, items[one.item_id]), items[one.item_id]
            found["decided", one.at.date(), source, one.verdict.value] += 1
            found["judged", one.at.date(), source, one.verdict.value] += one.actor.startswith("person:")
            if one.verdict != "retract":
                found["waited", one.at.date(), source, str(step_of(one.at - item.made_at))] += 1
    return {key: number for key, number in found.items() if number}


def _borne(rows: dict[Any, list[Any]], item: Item) -> set[tuple[str, str]]:
    """The competencies of an item and all above them, a step up at a time until nothing is new."""
    known = {(one.framework, one.iri): one.parent for one in rows[CompetencyRow]}
    found = {(one.framework, one.concept) for one in rows[Tag] if one.item_id == item.id} & known.keys()
    while more := {(name, known[name, one]) for name, one in found} & known.keys() - found:
        found |= more
    return found


def _stages(item: Item, stands: bool, learned: dict[str, set[str]]) -> list[str]:
    if item.state in ("new", "dropped", "quarantined"):
        return ["imported"]
    if item.state != "approved":
        return ["imported", "kept", *(["rejected"] if item.state == "rejected" else [])]
    opened, completed = (
        set().union(*(learned.get(verb, set()) for verb in verbs)) for verbs in (OPENING, COMPLETING)
    )
    reached = [
        "delivered",
        *(["opened"] if len(opened) >= 5 else []),
        *(["completed"] if len(completed) >= 5 else []),
    ]
    return ["imported", "kept", "approved", *(reached if stands else [])]


def _source(rows: dict[Any, list[Any]], item: Item) -> str:
    names = {one.id: one.name for one in rows[Source]}
    seen = [
        (one.first_seen_at, names[one.source_id])
        for one in rows[Sighting]
        if one.post_id == item.founding_post_id
    ]
    return str(min(seen)[1]) if seen else ""


def _learned(house: House, found: Counter[Key]) -> dict[UUID, dict[str, set[str]]]:
    """Who did what with which item; the statements are counted on the way."""
    learned: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with record(house.store) as statements:
        stored = statements.query(limit=100_000, ascending=True)
    for one in stored:
        told = read(one.raw)
        found["statements", one.stored.date(), "", told.verb.id] += 1
        _, _, name = str(getattr(told.object, "id", "")).rpartition("/items/")
        if name and told.actor.account:
            learned[UUID(name)][told.verb.id].add(told.actor.account.name)
    return learned

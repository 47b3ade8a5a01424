"""What follows from findings that let an item stand: its import is told, its tags and goals are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

from sqlmodel import Session, col, select

from gleanery.flow import recording
from gleanery.flow.ahead import rows_of
from gleanery.flow.change import Change
from gleanery.flow.confirmed import SUREST_RULE, by_person, stands
from gleanery.flow.goals import goals_of
from gleanery.flow.house import House, Judge
from gleanery.flow.judging import Row
from gleanery.flow.rules.ruling import NAME as RULES
from gleanery.flow.rules.ruling import goals_given
from gleanery.flow.subjects import ItemWords
from gleanery.model.curated import RefusedTag
from gleanery.model.items import FindingRow, Item, ItemGoal, Tag
from gleanery.model.posts import Sighting
from gleanery.model.sources import Source
from gleanery.model.types import derived_id
from gleanery.ports import MEDIUM, Finding

Key: TypeAlias = tuple[str, str]
"""A framework and the IRI of a competency in it."""


class Found(NamedTuple):
    """A step's finding and its row."""

    judge: Judge
    finding: Finding
    row: Row


@contextmanager
def sources_at_hand(session: Session) -> Iterator[None]:
    """Has the session know every source meanwhile, so that none is asked for by itself."""
    held = session.exec(select(Source)).all()
    yield
    del held


def tell_import(change: Change, words: ItemWords) -> None:
    """One statement per item, told when it is first seen to hold nothing sensitive."""
    if words.item.imported:
        return
    seen = rows_of(change.session, Sighting.post_id, words.item.founding_post_id)
    sources = [(one.first_seen_at, change.session.get_one(Source, one.source_id)) for one in seen]
    words.item.imported = True
    first = min(sources, key=lambda one: (one[0], one[1].name), default=None)
    name = f"{first[1].connector}:{first[1].name}" if first else "unknown"
    change.state([recording.imported(change, words, name)])


def write_tags(house: House, change: Change, item: Item, words: ItemWords, findings: Sequence[Found]) -> None:
    """Replace what rules said; what persons said stays, and what they refused stays away."""
    old: dict[Key, Tag] = {
        (tag.framework, tag.concept): tag for tag in rows_of(change.session, Tag.item_id, item.id)
    }
    wanted: dict[Key, Tag] = {}
    refused = _refused(change, item)
    for judge, finding, _ in findings:
        tags = list(_proposed(item, judge, finding, refused))
        _tell_tags(
            house, change, item, words, [tag for tag in tags if (tag.framework, tag.concept) not in old]
        )
        wanted.update({(tag.framework, tag.concept): tag for tag in tags})
    for key, tag in old.items():
        if by_person(tag.said_by):
            wanted.pop(key, None)
        else:
            change.session.delete(tag)
    if old:
        change.session.flush()
    change.session.add_all(wanted.values())


def _refused(change: Change, item: Item) -> set[Key]:
    return {(one.framework, one.concept) for one in rows_of(change.session, RefusedTag.item_id, item.id)}


def _proposed(item: Item, judge: Judge, finding: Finding, refused: Collection[Key]) -> Iterator[Tag]:
    """The tags that a finding proposes; no rule is as sure as a person."""
    method = f"rule:{judge.plugin.name}@{judge.plugin.version}"
    for one in finding.labels:
        if (one.framework, one.concept) not in refused:
            yield Tag(
                item_id=item.id,
                framework=one.framework,
                concept=one.concept,
                said_by=method,
                confidence=min(one.confidence, SUREST_RULE),
            )


def _tell_tags(house: House, change: Change, item: Item, words: ItemWords, tags: Sequence[Tag]) -> None:
    """One statement of the tags that stand although no person said so; proposals are no statements."""
    told = [tag for tag in tags if stands(house, tag)]
    if told:
        item.taggings += 1
        tagging = derived_id("tagging", str(change.bridge.organisation), str(item.id), item.taggings)
        platform = words.chosen.post.platform
        change.state([recording.tagged(change, item, platform, tagging, told[0].said_by, told)])


def write_goals(house: House, change: Change, item: Item, words: ItemWords) -> None:
    """Replace the goals it serves: by its words, by its competencies, proposals of low band left out, and by rules."""
    old = rows_of(change.session, ItemGoal.item_id, item.id)
    if not (old or house.config.goals):
        return
    for row in old:
        change.session.delete(row)
    change.session.flush()
    likely = select(Tag.concept).where(Tag.item_id == item.id, col(Tag.confidence) >= MEDIUM)
    concepts = list(change.session.exec(likely))
    named = {one.name for one in house.config.goals}
    ruled = FindingRow.item_id == item.id, FindingRow.step == RULES, FindingRow.current
    rows = change.session.exec(select(FindingRow).where(*ruled)).all()
    given = ((goal, row) for row in rows for goal in goals_given(row.params) if goal in named)
    served = {goal: (goal, "rule", str(row.params.get("names", ""))) for goal, row in given}
    served |= {one[0]: one for one in goals_of(house.config.goals, concepts, words.subject())}
    for goal, why, evidence in served.values():
        change.session.add(ItemGoal(item_id=item.id, goal=goal, why=why, evidence=evidence))

"""What follows from findings that let an item stand: its import is told, its tags and goals are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import col, select

from gleanery.flow import recording
from gleanery.flow.change import Change
from gleanery.flow.goals import goals_of
from gleanery.flow.house import House, Judge
from gleanery.flow.rules.ruling import NAME as RULES
from gleanery.flow.rules.ruling import goals_given
from gleanery.flow.subjects import ItemWords
from gleanery.model.curated import RefusedTag
from gleanery.model.items import FindingRow, Item, ItemGoal, Tag
from gleanery.model.posts import Sighting
from gleanery.model.sources import Source
from gleanery.model.types import derived_id
from gleanery.ports import Finding


class Found(NamedTuple):
    """A step's finding and its row."""

    judge: Judge
    finding: Finding
    row: FindingRow


def tell_import(change: Change, words: ItemWords) -> None:
    """One statement per item, told when it is first seen to hold nothing sensitive."""
    if words.item.imported:
        return
    source = change.session.exec(
        select(Source.connector, Source.name)
        .join(Sighting, col(Sighting.source_id) == col(Source.id))
        .where(Sighting.post_id == words.item.founding_post_id)
        .order_by(col(Sighting.first_seen_at), col(Source.name))
    ).first()
    words.item.imported = True
    name = ":".join(source) if source else "unknown"
    change.state([recording.imported(change, words, name)])


def write_tags(change: Change, item: Item, words: ItemWords, findings: Sequence[Found]) -> None:
    """Replace what rules said; what persons said stays, and what they refused stays away."""
    refused = set(
        change.session.exec(
            select(RefusedTag.framework, RefusedTag.concept).where(RefusedTag.item_id == item.id)
        )
    )
    old = {
        (tag.framework, tag.concept): tag
        for tag in change.session.exec(select(Tag).where(Tag.item_id == item.id))
    }
    wanted: dict[tuple[str, str], Tag] = {}
    platform = words.chosen.post.platform
    for judge, finding, _ in findings:
        method = f"rule:{judge.plugin.name}@{judge.plugin.version}"
        tags = [
            Tag(
                item_id=item.id,
                framework=one.framework,
                concept=one.concept,
                said_by=method,
                confidence=one.confidence,
            )
            for one in finding.labels
            if (one.framework, one.concept) not in refused
        ]
        if any((tag.framework, tag.concept) not in old for tag in tags):
            item.taggings += 1
            tagging = derived_id("tagging", str(change.bridge.organisation), str(item.id), item.taggings)
            change.state([recording.tagged(change, item, platform, tagging, method, tags)])
        wanted.update({(tag.framework, tag.concept): tag for tag in tags})
    for key, tag in old.items():
        if tag.said_by.startswith("rule:") and key not in wanted:
            change.session.delete(tag)
    for key, tag in wanted.items():
        if key not in old:
            change.session.add(tag)
    change.session.flush()


def write_goals(house: House, change: Change, item: Item, words: ItemWords) -> None:
    """Replace the goals it serves: by its competencies, by its words, and those a rule gave it."""
    for row in change.session.exec(select(ItemGoal).where(ItemGoal.item_id == item.id)):
        change.session.delete(row)
    change.session.flush()
    concepts = list(change.session.exec(select(Tag.concept).where(Tag.item_id == item.id)))
    named = {one.name for one in house.config.goals}
    ruled = FindingRow.item_id == item.id, FindingRow.step == RULES, FindingRow.current
    rows = change.session.exec(select(FindingRow).where(*ruled)).all()
    given = ((goal, row) for row in rows for goal in goals_given(row.params) if goal in named)
    served = {goal: (goal, "rule", str(row.params.get("names", ""))) for goal, row in given}
    served |= {one[0]: one for one in goals_of(house.config.goals, concepts, words.subject())}
    for goal, why, evidence in served.values():
        change.session.add(ItemGoal(item_id=item.id, goal=goal, why=why, evidence=evidence))

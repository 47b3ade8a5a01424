"""A person tags an item or takes a tag off: that outweighs what rules propose, now and later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow import recording
from gleanery.flow.change import Change
from gleanery.flow.confirmed import by_person
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_locked, platform_of
from gleanery.flow.owing import owe
from gleanery.flow.subjects import item_words
from gleanery.flow.tagging import write_goals
from gleanery.model.curated import RefusedTag
from gleanery.model.destinations import Action
from gleanery.model.items import CompetencyRow, Item, ItemState, Tag
from gleanery.model.posts import storable
from gleanery.model.types import derived_id
from gleanery.ports import band_of

MOST_TAGS = 100
"""Tags that one item can have."""


class Concept(NamedTuple):
    """A competency by its framework and IRI."""

    framework: str
    iri: str

    @property
    def storable(self) -> Concept:
        """The same without what no database takes."""
        return Concept(storable(self.framework), storable(self.iri))


def add_tag(house: House, text: str, account: str, concept: Concept) -> bool:
    """Tag an item with a competency in use; False where a person had said so before. Raises: BadInput, Denied."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        concept = concept.storable
        known = change.session.get(CompetencyRow, concept)
        if known is None or known.retired:
            raise BadInput("There is no such competency in use.", remedy="Search for it by its name.")
        tags = _tags(change.session, item)
        if len(tags) >= MOST_TAGS:
            raise Denied(f"The item has {MOST_TAGS} tags.", remedy="Remove some first.")
        found = next((tag for tag in tags if (tag.framework, tag.concept) == concept), None)
        if found is not None and by_person(found.said_by):
            return False
        tag = found or Tag(
            item_id=item.id, framework=concept.framework, concept=concept.iri, said_by="", confidence=0
        )
        _say(house, change, item, [tag], actor)
        return True


def accept_tags(house: House, text: str, account: str) -> int:
    """Say the same as the rules about all that they propose with a high or medium band; how many tags that were."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        proposed = [tag for tag in _tags(change.session, item) if not by_person(tag.said_by)]
        likely = [tag for tag in proposed if band_of(tag.confidence) != "low"]
        if likely:
            _say(house, change, item, likely, actor)
        return len(likely)


def remove_tag(house: House, text: str, account: str, concept: Concept) -> bool:
    """Take a tag off an item; no rule puts it there again. False where it was not there."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        concept = concept.storable
        tag = change.session.get(Tag, (item.id, *concept))
        if tag is None:
            return False
        change.session.delete(tag)
        change.session.merge(
            RefusedTag(
                item_id=item.id, framework=concept.framework, concept=concept.iri, actor=actor, at=change.at
            )
        )
        change.session.flush()
        change.audit(
            "item.untagged", actor, f"item:{item.id}", framework=concept.framework, concept=concept.iri
        )
        _follow(house, change, item)
        return True


def _say(house: House, change: Change, item: Item, tags: Sequence[Tag], actor: str) -> None:
    """These tags are a person's from now on: one statement, one entry."""
    for tag in tags:
        tag.said_by, tag.confidence = actor, 1.0
        change.session.add(tag)
        refused = change.session.get(RefusedTag, (item.id, tag.framework, tag.concept))
        if refused is not None:
            change.session.delete(refused)
    item.taggings += 1
    change.session.add(item)
    change.session.flush()
    tagging = derived_id("tagging", str(house.organisation.id), str(item.id), item.taggings)
    platform = platform_of(change.session, item)
    change.state([recording.tagged(change, item, platform, tagging, "human", tags, actor)])
    concepts = [tag.concept for tag in tags]
    change.audit("item.tagged", actor, f"item:{item.id}", tagging=str(tagging), concepts=concepts)
    _follow(house, change, item)


def _follow(house: House, change: Change, item: Item) -> None:
    """The goals that follow from the tags, and what destinations show of them."""
    words = item_words(house, change.session, item)
    if words is not None:
        write_goals(house, change, item, words)
    change.session.flush()
    if item.state is ItemState.APPROVED:
        owe(house, change, item, Action.UPSERT, None)


def _tags(session: Session, item: Item) -> Sequence[Tag]:
    query = select(Tag).where(Tag.item_id == item.id).order_by(col(Tag.framework), col(Tag.concept))
    return session.exec(query).all()

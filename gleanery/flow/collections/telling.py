"""What a collection says outside the house: the content with the items of it that may leave, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.items.concepts import Key, preferred
from gleanery.flow.items.finding import living_of
from gleanery.flow.items.waiting import standing
from gleanery.flow.leaving import learning_items
from gleanery.model.collections import Collection, CollectionKind, CollectionState, Content
from gleanery.model.destinations import Action, Delivery
from gleanery.model.items import Item
from gleanery.ports import LearningCollection, LearningItem, LearningStep


class Offer(NamedTuple):
    """An item that may leave, and where it stands at the destination, else at its source."""

    item: LearningItem
    url: str | None


def offers(
    house: House, session: Session, items: Iterable[UUID], destination: str | None = None
) -> dict[UUID, Offer]:
    """By item, as a collection names it: what of it may leave. One that was merged is the item that took its posts."""
    wanted = set(items)
    living = {item.id: item for item in living_of(session, wanted)}
    content = learning_items(house, session, standing(session, list(living.values())))
    places = _places(session, content, destination) if destination else {}
    merged = _merged(session, wanted - living.keys()) if wanted - living.keys() else {}
    found = {}
    for item in wanted:
        told = content.get(_end(item, merged))
        if told is not None:
            found[item] = Offer(told, places.get(told.id) or told.url)
    return found


def _places(session: Session, items: Iterable[UUID], destination: str) -> dict[UUID, str | None]:
    """By item: its address at the destination where it stands."""
    rows = session.exec(
        select(Delivery.item_id, Delivery.url).where(
            col(Delivery.item_id).in_(list(items)),
            Delivery.destination == destination,
            Delivery.action == Action.UPSERT,
            col(Delivery.remote_id).is_not(None),
        )
    )
    return dict(rows.all())


def _merged(session: Session, items: Iterable[UUID]) -> dict[UUID, UUID]:
    """Which item took the posts of which, as far as these lead."""
    found: dict[UUID, UUID] = {}
    wanted = set(items)
    while wanted:
        query = select(Item.id, Item.merged_into).where(
            col(Item.id).in_(wanted), col(Item.merged_into).is_not(None)
        )
        step = {item: into for item, into in session.exec(query) if into is not None}
        found |= step
        wanted = set(step.values()) - found.keys()
    return found


def _end(item: UUID, merged: Mapping[UUID, UUID]) -> UUID:
    while item in merged:
        item = merged[item]
    return item


def told(
    collection: UUID,
    revision: int,
    content: Content,
    offered: Mapping[UUID, Offer],
    labels: Mapping[Key, str],
) -> LearningCollection:
    """A content as it leaves the house: each item once, those of which nothing may leave left out."""
    steps: dict[UUID, LearningStep] = {}
    for step in content.steps:
        if (offer := offered.get(step.item)) is not None and offer.item.id not in steps:
            first = offered.get(step.after) if step.after else None
            after = first.item.id if first and first.item.id in steps else None
            steps[offer.item.id] = LearningStep(
                offer.item, offer.url, step.required, step.note, step.due.on, step.due.days, after
            )
    return LearningCollection(
        id=collection,
        title=content.title,
        summary=content.summary,
        objectives=content.objectives,
        ordered=content.kind is CollectionKind.PATH,
        steps=tuple(steps.values()),
        competencies=tuple((*aim.key, labels.get(aim.key, aim.concept)) for aim in content.competencies),
        goals=(content.goal,) if content.goal else (),
        revision=revision,
        due_on=content.due.on,
        due_days=content.due.days,
    )


def published(
    house: House, session: Session, rows: Sequence[Collection], destination: str
) -> dict[UUID, LearningCollection]:
    """By id: the published ones among these as the destination gets them; one without any step is absent."""
    contents = {
        row.id: Content.model_validate(row.published)
        for row in rows
        if row.state is CollectionState.PUBLISHED and row.published
    }
    items = {item for content in contents.values() for item in content.items}
    offered = offers(house, session, items, destination)
    aims = {aim.concept for content in contents.values() for aim in content.competencies}
    labels = preferred(session, aims, "en")
    made = {
        row.id: told(row.id, row.published_revision or row.revision, contents[row.id], offered, labels)
        for row in rows
        if row.id in contents and destination in contents[row.id].destinations
    }
    return {key: one for key, one in made.items() if one.steps}

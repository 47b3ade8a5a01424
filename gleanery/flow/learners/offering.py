"""What a destination offers to learners: items that stand there, and collections that are published there."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.collections import telling
from gleanery.flow.house import House
from gleanery.model.collections import Collection, CollectionState
from gleanery.model.destinations import Action, Delivery
from gleanery.ports import LearningCollection, LearningItem


def offered(
    house: House, session: Session, destination: str, thing: UUID
) -> LearningItem | LearningCollection | None:
    """What stands there under an id of ours, None where it does not (any more); of a merged item, what took it in."""
    found = telling.offers(house, session, [thing], destination).get(thing)
    if found is not None:
        return found.item if _stands(session, destination, found.item.id, thing) else None
    row = session.get(Collection, thing)
    if row is None or row.state is not CollectionState.PUBLISHED:
        return None
    return telling.published(house, session, [row], destination).get(thing)


def _stands(session: Session, destination: str, *items: UUID) -> bool:
    query = select(Delivery.id).where(
        col(Delivery.item_id).in_(items),
        Delivery.destination == destination,
        Delivery.action == Action.UPSERT,
        col(Delivery.remote_id).is_not(None),
    )
    return session.exec(query.limit(1)).first() is not None

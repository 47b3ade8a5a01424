"""Publishing a collection: its content as it is now goes to its destinations; retiring takes it back.

A destination that takes only what collections bring gets the items with it, and loses those that none brings any more.
"""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import Denied
from gleanery.flow import owing
from gleanery.flow.change import Change
from gleanery.flow.collections.editing import content_of, find, index, unchanged_since
from gleanery.flow.house import House
from gleanery.model.collections import Collection, CollectionState, Content
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import Item, ItemState


def publish(house: House, account: str, collection: UUID, seen: int | None = None) -> Collection:
    """Have the destinations hold the content as it is now. Raises: Denied, where something is lacking; NoCollection."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = unchanged_since(find(change.session, collection, lock=True), seen)
        content = content_of(row)
        _require_ready(house, change.session, content)
        before = set(_published(row).destinations) if row.state is CollectionState.PUBLISHED else set()
        row.state, row.published = CollectionState.PUBLISHED, row.content
        row.published_at, row.published_revision = change.at, row.revision
        items = _put(change, row)
        change.audit("collection.published", actor, f"collection:{row.id}", revision=row.revision)
        for name in content.destinations:
            owing.owe_to(house, change, row, name, Action.UPSERT)
        for name in before.difference(content.destinations):
            owing.owe_to(house, change, row, name, Action.RETRACT)
        _settle_items(house, change, items)
        return row


def retire(house: House, account: str, collection: UUID, seen: int | None = None) -> Collection:
    """Take it back from its destinations, and the items that only it brought. Raises: Denied, NoCollection."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = unchanged_since(find(change.session, collection, lock=True), seen)
        if row.state is CollectionState.RETIRED:
            raise Denied("This collection is retired already.", remedy="Nothing was changed.")
        names = _published(row).destinations if row.published else ()
        row.state, row.published = CollectionState.RETIRED, None
        items = _put(change, row)
        change.audit("collection.retired", actor, f"collection:{row.id}")
        for name in names:
            owing.owe_to(house, change, row, name, Action.RETRACT)
        _settle_items(house, change, items)
        return row


def _published(row: Collection) -> Content:
    return Content.model_validate(row.published)


def _put(change: Change, row: Collection) -> set[UUID]:
    """Keep the row and its index; all items that it planned or published, before or now."""
    change.session.add(row)
    change.session.flush()
    return index(change.session, row)


def _require_ready(house: House, session: Session, content: Content) -> None:
    configured = {one.name for one in house.config.destinations}
    if not configured.intersection(content.destinations):
        raise Denied("This collection goes nowhere yet.", remedy="Choose a destination, then publish.")
    approved = select(Item.id).where(col(Item.id).in_(content.items), Item.state == ItemState.APPROVED)
    if session.exec(approved.limit(1)).first() is None:
        raise Denied("This collection holds no approved item.", remedy="Add an item, then publish.")


def _settle_items(house: House, change: Change, items: set[UUID]) -> None:
    """Owe the destinations that live on collections the items they are to have now, and removal of the others."""
    picky = {one.name for one in house.config.destinations if one.takes == "collections"}
    if not picky:
        return
    found = change.session.exec(select(Item).where(col(Item.id).in_(items))).all()
    standing = _standing(change.session, items, picky)
    for item in found:
        approved = item.state is ItemState.APPROVED and item.merged_into is None
        wanted = picky.intersection(owing.takers(house, change.session, item.id)) if approved else set()
        held = standing.get(item.id, set())
        for name in sorted(wanted - held):
            owing.owe_to(house, change, item, name, Action.UPSERT)
        for name in sorted(held - wanted):
            owing.owe_to(house, change, item, name, Action.RETRACT)


def _standing(session: Session, items: set[UUID], destinations: set[str]) -> dict[UUID, set[str]]:
    """By item: at which of these destinations it stands, or is to."""
    rows = session.exec(
        select(Delivery).where(
            col(Delivery.item_id).in_(items),
            col(Delivery.destination).in_(destinations),
            Delivery.action == Action.UPSERT,
            Delivery.state != DeliveryState.CANCELLED,
        )
    )
    found: dict[UUID, set[str]] = {}
    for row in rows:
        found.setdefault(row.item_id, set()).add(row.destination)
    return found

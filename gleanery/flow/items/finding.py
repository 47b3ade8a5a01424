"""An item as it is meant: found by its id or the beginning of one, past every merge, locked where it will change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.model.items import Item
from gleanery.model.posts import Post


def find_item(session: Session, text: str) -> Item:
    """The living item whose id is, or begins with, `text`. Raises: BadInput (unknown, ambiguous, no id)."""
    sign = text.strip().lower().replace("-", "")
    if not re.fullmatch(r"[0-9a-f]{4,32}", sign):
        raise BadInput(
            f"{text!r} is no item id.",
            remedy="Give at least its first four characters; see `gleanery queue`.",
        )
    first, last = UUID(sign.ljust(32, "0")), UUID(sign.ljust(32, "f"))
    found = session.exec(select(Item).where(col(Item.id) >= first, col(Item.id) <= last).limit(2)).all()
    if not found:
        raise BadInput(f"There is no item {text!r}.", remedy="`gleanery queue` lists the items that wait.")
    if len(found) > 1:
        raise BadInput(f"More than one item begins with {text!r}.", remedy="Give more characters of the id.")
    return living(session, found[0].id)


def find_locked(session: Session, text: str) -> Item:
    """The same, locked and as it is now, whatever this transaction had read of it before."""
    item = locked(session, find_item(session, text).id)
    return item if item.merged_into is None else find_locked(session, str(item.merged_into))


def locked(session: Session, item_id: UUID) -> Item:
    """An item, merged or not, locked and as it is now."""
    query = select(Item).where(Item.id == item_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def living(session: Session, item_id: UUID) -> Item:
    """The item of this id, or the one it was merged into."""
    item = session.exec(select(Item).where(Item.id == item_id)).one()
    return item if item.merged_into is None else living(session, item.merged_into)


def living_of(session: Session, item_ids: Iterable[UUID]) -> list[Item]:
    """The items of these ids, or those they were merged into, each once, oldest first."""
    found: dict[UUID, Item] = {}
    wanted = set(item_ids)
    while wanted:
        found.update({item.id: item for item in session.exec(select(Item).where(col(Item.id).in_(wanted)))})
        wanted = {item.merged_into for item in found.values() if item.merged_into is not None} - set(found)
    living = [item for item in found.values() if item.merged_into is None]
    return sorted(living, key=lambda item: item.seq or 0)


def platform_of(session: Session, item: Item) -> str:
    """The platform of the founding post."""
    return session.exec(select(Post.platform).where(Post.id == item.founding_post_id)).one()


def items_with_platforms(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[Item, str]]:
    """By id: items, each with the platform of its founding post."""
    rows = session.exec(
        select(Item, Post.platform)
        .join(Post, col(Post.id) == col(Item.founding_post_id))
        .where(col(Item.id).in_(ids))
    )
    return {item.id: (item, platform) for item, platform in rows}

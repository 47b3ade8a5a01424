"""Duplicates as the desk shows them: pairs that look alike, pairs kept apart, items that several posts are about.

The number of queries does not grow with the rows of a page; pages go on by keys.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from gleanery.errors import BadInput
from gleanery.flow.desk import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.items.comparing import Piece, pieces
from gleanery.flow.naming import account_of
from gleanery.flow.sighted import sources_of_items, sources_of_posts
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.model.curated import Regrouping
from gleanery.model.items import Alike, Item, ItemPost, ItemState, Role

PER_PAGE, MOST_DONE, MOST_POSTS = 10, 20, 50
"""Pairs or groups of a page, deeds that are shown, posts that are shown of one group."""

T = TypeVar("T")

_pair = re.compile(r"([0-9.e+-]{1,25})_([0-9a-f-]{36})_([0-9a-f-]{36})")


@dataclass(frozen=True)
class Half:
    """One of a pair, with what only it says marked."""

    row: Row
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two items that look alike; the older one is what would be left of a merge."""

    older: Half
    younger: Half
    likeness: float


@dataclass(frozen=True)
class Told:
    """A post of a group: what it adds, how it came to the item, and which sources saw it."""

    post: UUID
    platform: str
    role: str
    title: str
    url: str | None
    sources: tuple[str, ...]
    published_at: datetime | None
    can_leave: bool


@dataclass(frozen=True)
class Group:
    """An item that several posts are about; `more`: how many beyond those shown."""

    row: Row
    posts: tuple[Told, ...]
    more: int


@dataclass(frozen=True)
class Done:
    """A merge or split by a person, and whether it can be undone now."""

    kind: str
    item: UUID
    other: UUID
    title: str
    by: str
    at: datetime
    can_undo: bool


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list, and where it goes on; None at its end."""

    rows: tuple[T, ...]
    after: str | None


def pairs(house: House, *, apart: bool = False, after: str = "", limit: int = PER_PAGE) -> Page[Pair]:
    """Pairs that nobody spoke of yet, most alike first; or those that were kept apart. Raises: BadInput (cursor)."""
    with house.store.read() as session:
        found = _alike(session, apart, after, limit + 1)
        shown = found[:limit]
        items = {item.id: item for item in _items(session, {one for row in shown for one in _both(row)})}
        rows = {row.id: row for row in rows_listed(house, session, list(items.values()))}
        seen = sources_of_items(session, list(items))
        made = tuple(_pair_of(row, rows, seen) for row in shown)
    last = shown[-1] if len(found) > limit else None
    return Page(made, f"{last.likeness!r}_{last.item_id}_{last.other_id}" if last else None)


def groups(house: House, *, after: str = "", limit: int = PER_PAGE) -> Page[Group]:
    """Items that more than one post is about, the newest first. Raises: BadInput (cursor)."""
    if after and not after.isdecimal():
        raise BadInput("This page of the list is not known.", remedy="Go back to its beginning.")
    with house.store.read() as session:
        joined = select(ItemPost.item_id).where(col(ItemPost.role).in_((Role.SAME, Role.ALIKE)))
        wanted = select(Item).where(col(Item.id).in_(joined), col(Item.merged_into).is_(None))
        if after:
            wanted = wanted.where(col(Item.seq) < int(after[:15]))
        items = session.exec(wanted.order_by(col(Item.seq).desc()).limit(limit + 1)).all()
        shown = items[:limit]
        words = words_of_many(house, session, shown)
        posts = [told.post.id for one in words.values() for told in one.tellings[:MOST_POSTS]]
        seen = sources_of_posts(session, posts)
        rows = rows_listed(house, session, shown)
        made = tuple(_group(row, words.get(row.id), seen) for row in rows)
    return Page(made, str(shown[-1].seq) if len(items) > limit else None)


def done(house: House) -> Sequence[Done]:
    """The last merges and splits by persons, the newest first; each item's last one can be undone."""
    with house.store.read() as session:
        query = select(Regrouping).order_by(col(Regrouping.at).desc(), col(Regrouping.id)).limit(MOST_DONE)
        rows = session.exec(query).all()
        items = {item.id: item for item in _items(session, {row.to_item for row in rows})}
        named = {row.id: row.title for row in rows_listed(house, session, list(items.values()))}
        touched: set[UUID] = set()
        made = []
        for row in rows:
            is_last = row.undone_at is None and not {row.from_item, row.to_item} & touched
            touched |= {row.from_item, row.to_item} if row.undone_at is None else set()
            by = account_of(session, row.actor)
            title = named.get(row.to_item, "")
            made.append(Done(row.kind.value, row.from_item, row.to_item, title, by, row.at, is_last))
        return made


# --------------------------------------------------------------------------- pairs


def _alike(session: Session, apart: bool, after: str, limit: int) -> Sequence[Alike]:
    one, other = aliased(Item), aliased(Item)
    said = col(Alike.settled) == "different" if apart else col(Alike.settled).is_(None)
    query = (
        select(Alike)
        .join(one, col(one.id) == col(Alike.item_id))
        .join(other, col(other.id) == col(Alike.other_id))
        .where(said, *_stands(one), *_stands(other))
    )
    if after:
        query = query.where(_beyond(after))
    order = col(Alike.likeness).desc(), col(Alike.item_id), col(Alike.other_id)
    return session.exec(query.order_by(*order).limit(limit)).all()


def _stands(item: Any) -> tuple[Any, ...]:
    """An item that somebody may still want to see as one with another."""
    return col(item.merged_into).is_(None), col(item.state).in_((ItemState.WAITING, ItemState.APPROVED))


def _beyond(after: str) -> Any:
    found = _pair.fullmatch(after)
    try:
        if found is not None:
            likeness, item, other = float(found[1]), UUID(found[2]), UUID(found[3])
            further = tuple_(col(Alike.item_id), col(Alike.other_id)) > tuple_(item, other)
            return or_(col(Alike.likeness) < likeness, (col(Alike.likeness) == likeness) & further)
    except ValueError:
        found = None
    raise BadInput("This page of the list is not known.", remedy="Go back to its beginning.")


def _both(row: Alike) -> tuple[UUID, UUID]:
    return row.item_id, row.other_id


def _pair_of(row: Alike, rows: Mapping[UUID, Row], seen: Mapping[UUID, Sequence[str]]) -> Pair:
    older, younger = sorted((rows[one] for one in _both(row)), key=lambda one: one.seq)
    titles, texts = pieces(older.title, younger.title), pieces(older.excerpt, younger.excerpt)
    return Pair(
        Half(older, titles[0], texts[0], tuple(seen[older.id])),
        Half(younger, titles[1], texts[1], tuple(seen[younger.id])),
        row.likeness,
    )


def _items(session: Session, ids: Collection[UUID]) -> Sequence[Item]:
    return session.exec(select(Item).where(col(Item.id).in_(ids))).all()


# --------------------------------------------------------------------------- groups


def _group(row: Row, words: ItemWords | None, seen: Mapping[UUID, Sequence[str]]) -> Group:
    """A group as it may be shown: of withheld words nothing."""
    is_hidden = (
        row.state == ItemState.QUARANTINED or bool(row.hidden) or words is None or bool(words.withheld)
    )
    tellings = words.tellings if words is not None else ()
    told = tuple(
        Told(
            post=one.post.id,
            platform=one.post.platform,
            role=one.role.value,
            title="" if is_hidden or one.content.withheld else one.title or one.text[:120],
            url=None if is_hidden or one.content.withheld else one.url,
            sources=tuple(seen[one.post.id]),
            published_at=one.post.published_at,
            can_leave=words is not None and one.post.id != words.item.founding_post_id,
        )
        for one in tellings[:MOST_POSTS]
    )
    return Group(row, told, max(len(tellings) - MOST_POSTS, 0))

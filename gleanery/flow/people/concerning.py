"""Whom a page concerns: the linked accounts it names, and the posts of it on which statements about people rest.

One query answers that. For most pages the answer is nobody, and nothing else is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import union_all
from sqlmodel import Session, col, select

from gleanery.flow.naming import handle_id, post_id
from gleanery.model.bases import Purpose, Stated
from gleanery.model.items import Item, ItemPost, Role
from gleanery.model.people import Handle
from gleanery.model.posts import Post, PostDraft, PostVersion, Sighting
from gleanery.ports import Page

MANY = 5_000
"""Ids in one query, more than a page names."""


def concerned(session: Session, organisation: UUID, page: Page) -> set[UUID]:
    """The handles that are linked to somebody, and the posts with statements that stand, by their ids."""
    accounts = list({handle_id(organisation, *place) for place in _accounts(page)})
    posts = list({*shown(organisation, page), *gone(organisation, page)})
    found: set[UUID] = set()
    for start in range(0, max(len(accounts), len(posts)), MANY):
        some = slice(start, start + MANY)
        linked = select(col(Handle.id)).where(
            col(Handle.id).in_(accounts[some]), col(Handle.person_id).is_not(None)
        )
        resting = select(col(Stated.post_id)).where(col(Stated.post_id).in_(posts[some]), *_stands())
        found.update(session.execute(union_all(linked, resting)).scalars())
    return found


def _accounts(page: Page) -> set[tuple[str, str, str]]:
    """Everybody whom the page names, once: (platform, realm, account)."""
    places = {(one.platform, one.realm, account) for one in page.posts for account in _named(one)}
    return places | {(one.platform, one.realm, one.account) for one in page.deeds}


def _named(draft: PostDraft) -> Iterator[str]:
    if draft.author is not None:
        yield draft.author.external_id
    yield from (one.account for one in draft.reactions or ())


def shown(organisation: UUID, page: Page) -> dict[UUID, PostDraft]:
    """The posts that the page shows, by their ids; of one that it shows twice the later counts."""
    return {post_id(organisation, one.platform, one.realm, one.external_id): one for one in page.posts}


def gone(organisation: UUID, page: Page) -> set[UUID]:
    """The ids of the posts that are no longer there."""
    return {post_id(organisation, one.platform, one.realm, one.external_id) for one in page.gone}


# --------------------------------------------------------------------------- what is kept of them


def _stands() -> tuple[Any, ...]:
    return col(Stated.purpose) == Purpose.SOCIAL_ACTIVITY, col(Stated.voided_at).is_(None)


def standing(session: Session, posts: Collection[UUID]) -> list[Stated]:
    """The statements about social activity that rest on these posts and stand; nobody else voids them meanwhile."""
    query = select(Stated).where(col(Stated.post_id).in_(posts), *_stands())
    return list(session.exec(query.order_by(col(Stated.statement_id)).with_for_update()))


def stated(session: Session, events: Mapping[str, UUID]) -> set[str]:
    """Those of the events, given with the post each was done by or to, that are stated."""
    query = select(Stated.event, Stated.post_id).where(
        col(Stated.post_id).in_(set(events.values())),
        col(Stated.event).in_(events),
        col(Stated.voided_at).is_(None),
    )
    return {event for event, post in session.exec(query) if event and events[event] == post}


def handles(session: Session, ids: Collection[UUID]) -> dict[UUID, Handle]:
    """The handles, by their ids."""
    query = select(Handle).where(col(Handle.id).in_(ids))
    return {handle.id: handle for handle in session.exec(query)} if ids else {}


def posts_there(session: Session, posts: Collection[UUID]) -> dict[UUID, Post]:
    """Those of the posts that are kept and not gone."""
    query = select(Post).where(col(Post.id).in_(posts), col(Post.gone).is_(None))
    return {post.id: post for post in session.exec(query)}


def news(session: Session, since: datetime, source_id: UUID, posts: Collection[UUID]) -> set[UUID]:
    """Those of the posts that this source showed for the first time since then, or that got other words."""
    sighted = select(col(Sighting.post_id)).where(
        col(Sighting.post_id).in_(posts),
        Sighting.source_id == source_id,
        col(Sighting.first_seen_at) >= since,
    )
    changed = select(col(PostVersion.post_id)).where(
        col(PostVersion.post_id).in_(posts), col(PostVersion.seen_at) >= since
    )
    return set(session.execute(union_all(sighted, changed)).scalars())


def items_about(session: Session, posts: Collection[UUID]) -> dict[UUID, Item]:
    """By post: the item it is about, its own before those of links it shares."""
    query = (
        select(ItemPost, Item)
        .join(Item, col(Item.id) == col(ItemPost.item_id))
        .where(col(ItemPost.post_id).in_(posts), col(ItemPost.role) != Role.REPLY)
    )
    found: dict[UUID, Item] = {}
    for tie, item in sorted(session.exec(query), key=lambda row: -1 if row[0].link is None else row[0].link):
        found.setdefault(tie.post_id, item)
    return found

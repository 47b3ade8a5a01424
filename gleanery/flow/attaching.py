"""Which item a post is about: an equal key is one item, look-alikes are grouped or suggested, else a new one.

Posts are taken in the order in which they were read, so that the same reading always founds the same items.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, func, select

from gleanery.flow.change import Change
from gleanery.flow.contents import contents_of
from gleanery.flow.house import House
from gleanery.flow.items.finding import living_of
from gleanery.flow.replies import adopt_replies
from gleanery.flow.subjects import Telling, telling_of, words_of_many
from gleanery.model.items import Alike, Item, ItemPost, MatchKey, Role
from gleanery.model.posts import Content, Post, PostKind
from gleanery.model.types import derived_id
from gleanery.ports import Matcher, Subject

log = structlog.get_logger()

CANDIDATES = 20
"""Look-alikes compared in full for one post, those with most bands in common first."""


class Match(NamedTuple):
    """An existing item a telling belongs to, and as what."""

    item: Item
    role: Role


def attach(house: House, change: Change, post: Post) -> int:
    """Tie a new or changed post to its items, making those that are missing; returns how many were made."""
    session = change.session
    content = contents_of(session, [post.id]).get(post.id)
    ties = session.exec(select(ItemPost).where(ItemPost.post_id == post.id)).all()
    made = 0
    if content is not None and post.gone is None:
        parents = _items_of_parent(session, post)
        if parents and post.internal:
            _reply_to(change, post, parents)
        made = _tie_tellings(house, change, post, content, ties, bool(parents))
        if post.internal:
            adopt_replies(change, post)
    _touch(session, [tie.item_id for tie in ties])
    post.screened_version = post.version
    session.add(post)
    session.flush()
    return made


def _tie_tellings(
    house: House, change: Change, post: Post, content: Content, ties: Sequence[ItemPost], is_reply: bool
) -> int:
    """What the post was recognised by is forgotten, also that of links it shared before, and written anew."""
    change.session.execute(delete(MatchKey).where(col(MatchKey.post_id) == post.id))
    made = 0
    for told in _tellings(house, post, content, is_reply):
        marks = _marks(house, told)
        own = [tie for tie in ties if tie.role is not Role.REPLY and tie.link == told.link]
        kept = [tie for tie in own if not _is_astray(change.session, tie, marks)]
        for tie in own:
            if tie not in kept:
                change.session.delete(tie)
        change.session.flush()
        for tie in kept:
            _write_keys(change.session, marks, post.id, tie.item_id)
        if not kept:
            made += _tie_telling(house, change, told, marks)
    return made


def _is_astray(session: Session, tie: ItemPost, marks: Marks) -> bool:
    """Whether the other posts of the item are about something else than this one is now.

    A founding tie and one a person made stay; so does one that nothing is left to compare with.
    """
    if tie.role is Role.FOUNDING or tie.by_person:
        return False
    others = dict(
        session.exec(select(MatchKey.key, MatchKey.exact).where(MatchKey.item_id == tie.item_id)).all()
    )
    return bool(others) and not any(others.get(key) for _, keys in marks.keys for key in keys)


def _tie_telling(house: House, change: Change, told: Telling, marks: Marks) -> bool:
    """Tie a telling to the item it is about, an older one or a new one; True if it was made."""
    match = Match(same, Role.SAME) if (same := _same(change.session, marks)) else None
    resembling = [] if match else _resembling(house, change.session, marks)
    if match is None and resembling and resembling[0].is_one:
        match = Match(resembling[0].item, Role.ALIKE)
    is_new = match is None
    if match is None:
        match = Match(_found(house, change, told), Role.FOUNDING)
        _suggest(change.session, match.item, resembling)
    _tie(change, told, match)
    _write_keys(change.session, marks, told.post.id, match.item.id)
    return is_new


def _tellings(house: House, post: Post, content: Content, is_reply: bool) -> Iterable[Telling]:
    """What a post is about: a public post itself; an internal one the links it shares, else itself."""
    whole = telling_of(house, post, Role.FOUNDING, None, content)
    if whole is None:
        return
    links = range(len(whole.body.get("links", ()))) if post.internal and not content.withheld else ()
    for position in links:
        shared = telling_of(house, post, Role.FOUNDING, position, content)
        if shared is not None:
            yield shared
    if not links and not (is_reply and post.internal):
        yield whole


def _items_of_parent(session: Session, post: Post) -> list[Item]:
    """The items of the post this one replies to, if it has been read."""
    if post.parent_external_id is None:
        return []
    parent = session.exec(
        select(Post.id).where(
            Post.platform == post.platform,
            Post.realm == post.realm,
            Post.external_id == post.parent_external_id,
        )
    ).one_or_none()
    if parent is None:
        return []
    ids = session.exec(
        select(ItemPost.item_id).where(ItemPost.post_id == parent, ItemPost.role != Role.REPLY)
    ).all()
    return living_of(session, ids)


def _reply_to(change: Change, post: Post, items: Iterable[Item]) -> None:
    """A reply belongs to what it replies to: those items are judged again with it."""
    for item in items:
        if change.session.get(ItemPost, (item.id, post.id)) is None:
            change.session.add(ItemPost(item_id=item.id, post_id=post.id, role=Role.REPLY, since=change.at))
            _touch(change.session, [item.id])


def _touch(session: Session, item_ids: Iterable[UUID]) -> None:
    """Have these items judged again."""
    session.execute(update(Item).where(col(Item.id).in_(set(item_ids))).values(screened_as=""))


# --------------------------------------------------------------------------- matching


class Marks(NamedTuple):
    """What one telling can be recognised by: its subject, exact keys and bands, hashed, per matcher."""

    subject: Subject
    keys: tuple[tuple[Matcher, tuple[bytes, ...]], ...]
    bands: tuple[tuple[Matcher, tuple[bytes, ...]], ...]


def _marks(house: House, told: Telling) -> Marks:
    subject = Subject(
        item_id=told.post.id, kind=told.post.kind.value, title=told.title, text=told.text, url=told.url,
        language=None, platforms=(told.post.platform,), links=(), internal=told.is_internal,
    )  # fmt: skip
    keys, bands = [], []
    for matcher in () if told.content.withheld else house.matchers:
        try:
            found, sketch = tuple(matcher.keys(subject)), matcher.sketch(subject)
        except Exception as error:  # a plugin may raise anything; the post is then recognised by the others
            log.warning("matcher.failed", matcher=matcher.name, error=type(error).__name__)
            continue
        keys.append((matcher, tuple(_hashed(house, matcher, key) for key in found)))
        if sketch is not None:
            bands.append((matcher, tuple(_hashed(house, matcher, band) for band in sketch.bands)))
    return Marks(subject, tuple(keys), tuple(bands))


def _hashed(house: House, matcher: Matcher, key: str) -> bytes:
    """A key as it is kept: hashed under the house's key, so that the table tells nothing by itself."""
    return house.vault.mark(f"{matcher.name}:{key}")[:16]


def _same(session: Session, marks: Marks) -> Item | None:
    """The oldest item that any post gave one of these exact keys; the first matcher that finds one decides."""
    for _, keys in marks.keys:
        if keys and (item := _first_with(session, keys)) is not None:
            return item
    return None


def _first_with(session: Session, keys: Sequence[bytes]) -> Item | None:
    ids = session.exec(select(MatchKey.item_id).where(col(MatchKey.key).in_(keys), MatchKey.exact)).all()
    return next(iter(living_of(session, ids)), None)


class Resembling(NamedTuple):
    """An item whose words are alike, how much, and whether that is enough to be one item with it."""

    likeness: float
    item: Item
    is_one: bool


def _resembling(house: House, session: Session, marks: Marks) -> list[Resembling]:
    """Items at or above the threshold for asking; most alike first, then oldest."""
    found: dict[UUID, Resembling] = {}
    for matcher, bands in marks.bands:
        items = _sharing(session, bands)
        for item_id, words in words_of_many(house, session, items).items():
            likeness = max(_likeness(matcher, marks.subject, told) for told in words.tellings)
            if likeness >= matcher.suggest_at:
                found[item_id] = Resembling(likeness, words.item, likeness >= matcher.group_at)
    return sorted(found.values(), key=lambda one: (-one.likeness, one.item.seq or 0))


def _likeness(matcher: Matcher, subject: Subject, told: Telling) -> float:
    other = replace(subject, title=told.title, text=told.text, url=told.url)
    try:
        return matcher.likeness(subject, other)
    except Exception as error:  # as above: nothing is alike to a matcher that fails
        log.warning("matcher.failed", matcher=matcher.name, error=type(error).__name__)
        return 0.0


def _sharing(session: Session, bands: Sequence[bytes]) -> list[Item]:
    """The items with most bands in common with these."""
    shared = func.count()
    ids = session.exec(
        select(MatchKey.item_id)
        .where(col(MatchKey.key).in_(bands), col(MatchKey.exact).is_(False))
        .group_by(col(MatchKey.item_id))
        .order_by(shared.desc(), col(MatchKey.item_id))
        .limit(CANDIDATES)
    ).all()
    return living_of(session, ids)


def _suggest(session: Session, item: Item, resembling: Sequence[Resembling]) -> None:
    """Note the items that look alike, but not alike enough, for a person to say."""
    for one in resembling:
        if one.item.id != item.id and session.get(Alike, (item.id, one.item.id)) is None:
            session.add(Alike(item_id=item.id, other_id=one.item.id, likeness=round(one.likeness, 3)))


# --------------------------------------------------------------------------- writing


def _found(house: House, change: Change, told: Telling) -> Item:
    """A new item, or the one this telling founded before; its id derives from the post and the link's place."""
    post = told.post
    item_id = derived_id("item", str(house.organisation.id), str(post.id), told.link)
    item = change.session.exec(select(Item).where(Item.id == item_id)).one_or_none() or Item(
        id=item_id, founding_post_id=post.id, link=told.link, kind=_kind(told), made_at=change.at
    )
    item.merged_into, item.screened_as = None, ""
    change.session.add(item)
    change.session.flush()
    change.audit("item.made", "policy:screening", f"item:{item.id}", post=str(post.id))
    return item


def _kind(told: Telling) -> PostKind:
    if told.link is None:
        return told.post.kind
    address = told.url or ""
    is_video = any(host in address for host in ("youtube.com/", "youtu.be/", "vimeo.com/"))
    return PostKind.VIDEO if is_video else PostKind.LINK


def _tie(change: Change, told: Telling, match: Match) -> None:
    if change.session.get(ItemPost, (match.item.id, told.post.id)) is not None:
        return
    tie = ItemPost(
        item_id=match.item.id, post_id=told.post.id, role=match.role, link=told.link, since=change.at
    )
    change.session.add(tie)
    if match.role is not Role.FOUNDING:
        _touch(change.session, [match.item.id])


def _write_keys(session: Session, marks: Marks, post_id: UUID, item_id: UUID) -> None:
    """Write what this telling can be recognised by."""
    exact = {key: False for _, bands in marks.bands for key in bands}
    exact |= {key: True for _, keys in marks.keys for key in keys}
    known = set(
        session.exec(select(MatchKey.key).where(MatchKey.item_id == item_id, MatchKey.post_id == post_id))
    )
    rows = [
        {"item_id": item_id, "post_id": post_id, "key": key, "exact": is_exact}
        for key, is_exact in exact.items()
        if key not in known
    ]
    if rows:
        session.execute(insert(MatchKey), rows)

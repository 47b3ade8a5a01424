"""Which item a post is about: an equal key is one item, look-alikes are grouped or suggested, else a new one.

Posts are taken in the order in which they were read, so that the same reading always founds the same items.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from gleanery.flow.change import Change
from gleanery.flow.contents import contents_of
from gleanery.flow.house import House
from gleanery.flow.items.finding import living_of
from gleanery.flow.matching import Items, Keys, Marks, exact_by_key, marks_of
from gleanery.flow.replies import adopt_replies
from gleanery.flow.subjects import Telling, telling_of, words_of_many
from gleanery.model.items import Alike, Item, ItemPost, Role
from gleanery.model.posts import CHAPTERS, TRANSCRIPT, Content, Post, PostKind, is_beside
from gleanery.model.types import derived_id
from gleanery.ports import Matcher, Subject

log = structlog.get_logger()


class Match(NamedTuple):
    """An existing item a telling belongs to, and as what."""

    item: Item
    role: Role


@dataclass
class Batch:
    """Posts taken together: what all of them ask of the database is read at once, and written at the end."""

    house: House
    change: Change
    keys: Keys
    items: Items
    contents: dict[UUID, Content]
    ties: dict[UUID, list[ItemPost]]
    marks: dict[tuple[UUID, int | None], Marks]
    tied: set[tuple[UUID, UUID]] = field(default_factory=set)

    @property
    def session(self) -> Session:
        """The transaction's."""
        return self.change.session


def attach(house: House, change: Change, posts: Sequence[Post]) -> int:
    """Tie new or changed posts to their items, making those that are missing; returns how many were made."""
    batch = _foreseen(house, change, posts)
    made = 0
    for post in posts:
        made += _attach(batch, post)
    batch.keys.write()
    _bring_beside(batch, posts)
    return made


def _foreseen(house: House, change: Change, posts: Sequence[Post]) -> Batch:
    session, ids = change.session, [post.id for post in posts]
    ties: dict[UUID, list[ItemPost]] = {post_id: [] for post_id in ids}
    for tie in session.exec(select(ItemPost).where(col(ItemPost.post_id).in_(ids))):
        ties[tie.post_id].append(tie)
    batch = Batch(house, change, Keys(session), Items(session), contents_of(session, ids), ties, {})
    for post in posts:
        if (content := batch.contents.get(post.id)) is not None and post.gone is None:
            for told in _tellings(house, post, content, False):
                batch.marks[post.id, told.link] = marks_of(house, told)
    keys = [key for marks in batch.marks.values() for key in marks.every()]
    batch.keys.foresee(keys)
    founded = [_founded_by(house, post_id, link) for post_id, link in batch.marks]
    batch.items.foresee([*founded, *batch.keys.with_exact(keys)])
    return batch


def _attach(batch: Batch, post: Post) -> int:
    session, content, ties = batch.session, batch.contents.get(post.id), batch.ties[post.id]
    made = 0
    if content is not None and post.gone is None:
        parents = _items_of_parent(session, post)
        if parents and (post.internal or is_beside(post.external_id, post.parent_external_id)):
            _reply_to(batch.change, post, parents)
        made = _tie_tellings(batch, post, content, ties, bool(parents))
        if post.internal and adopt_replies(batch.change, post, batch.keys.write):
            batch.keys.look_again()
    _touch(session, [tie.item_id for tie in ties])
    post.screened_version = post.version
    session.add(post)
    return made


def _tie_tellings(
    batch: Batch, post: Post, content: Content, ties: Sequence[ItemPost], is_reply: bool
) -> int:
    """What the post was recognised by is forgotten, also that of links it shared before, and written anew."""
    if post.screened_version or ties:
        batch.keys.forget(post.id)
    made = 0
    for told in _tellings(batch.house, post, content, is_reply):
        marks = batch.marks[post.id, told.link]
        own = [tie for tie in ties if tie.role is not Role.REPLY and tie.link == told.link]
        kept = [tie for tie in own if not _is_astray(batch, tie, marks)]
        for tie in own:
            if tie not in kept:
                batch.session.delete(tie)
                batch.session.flush()
        for tie in kept:
            batch.keys.add(marks, post.id, tie.item_id)
        if not kept:
            made += _tie_telling(batch, told, marks)
    return made


def _is_astray(batch: Batch, tie: ItemPost, marks: Marks) -> bool:
    """Whether the other posts of the item are about something else than this one is now.

    A founding tie and one a person made stay; so does one that nothing is left to compare with.
    """
    if tie.role is Role.FOUNDING or tie.by_person:
        return False
    batch.keys.write()
    others = exact_by_key(batch.session, tie.item_id)
    return bool(others) and not any(others.get(key) for _, keys in marks.keys for key in keys)


def _tie_telling(batch: Batch, told: Telling, marks: Marks) -> bool:
    """Tie a telling to the item it is about, an older one or a new one; True if it was made."""
    match = Match(same, Role.SAME) if (same := _same(batch, marks)) else None
    resembling = [] if match else _resembling(batch, marks)
    if match is None and resembling and resembling[0].is_one:
        match = Match(resembling[0].item, Role.ALIKE)
    is_new = match is None
    if match is None:
        match = Match(_found(batch, told), Role.FOUNDING)
        _suggest(batch.session, match.item, resembling)
    _tie(batch, told, match)
    batch.keys.add(marks, told.post.id, match.item.id)
    return is_new


def _tellings(house: House, post: Post, content: Content, is_reply: bool) -> Iterable[Telling]:
    """What a post is about: a public post itself; an internal one the links it shares, else itself."""
    whole = telling_of(house, post, Role.FOUNDING, None, content)
    if whole is None or is_beside(post.external_id, post.parent_external_id):
        return
    links = range(len(whole.body.get("links", ()))) if post.internal and not content.withheld else ()
    for position in links:
        shared = telling_of(house, post, Role.FOUNDING, position, content)
        if shared is not None:
            yield shared
    if not links and not (is_reply and post.internal):
        yield whole


def _bring_beside(batch: Batch, posts: Sequence[Post]) -> None:
    """Tie what was read before its recording was: transcripts and chapters wait for it."""
    recordings = {post.external_id for post in posts if post.kind is not PostKind.MESSAGE}
    query = select(Post).where(
        col(Post.parent_external_id).in_(recordings),
        col(Post.gone).is_(None),
        or_(*(col(Post.external_id).startswith(sign) for sign in (TRANSCRIPT, CHAPTERS))),
    )
    for post in batch.session.exec(query).all() if recordings else ():
        _reply_to(batch.change, post, _items_of_parent(batch.session, post))


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
    if wanted := set(item_ids):
        session.execute(update(Item).where(col(Item.id).in_(wanted)).values(screened_as=""))


# --------------------------------------------------------------------------- matching


def _same(batch: Batch, marks: Marks) -> Item | None:
    """The oldest item that any post gave one of these exact keys; the first matcher that finds one decides."""
    for _, keys in marks.keys:
        if keys and (items := batch.items.living_of(batch.keys.with_exact(keys))):
            return items[0]
    return None


class Resembling(NamedTuple):
    """An item whose words are alike, how much, and whether that is enough to be one item with it."""

    likeness: float
    item: Item
    is_one: bool


def _resembling(batch: Batch, marks: Marks) -> list[Resembling]:
    """Items at or above the threshold for asking; most alike first, then oldest."""
    found: dict[UUID, Resembling] = {}
    for matcher, bands in marks.bands:
        items = batch.items.living_of(batch.keys.sharing(bands))
        if not items:
            continue
        batch.session.flush()
        for item_id, words in words_of_many(batch.house, batch.session, items).items():
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


def _suggest(session: Session, item: Item, resembling: Sequence[Resembling]) -> None:
    """Note the items that look alike, but not alike enough, for a person to say."""
    for one in resembling:
        if one.item.id != item.id and session.get(Alike, (item.id, one.item.id)) is None:
            session.add(Alike(item_id=item.id, other_id=one.item.id, likeness=round(one.likeness, 3)))


# --------------------------------------------------------------------------- writing


def _founded_by(house: House, post_id: UUID, link: int | None) -> UUID:
    return derived_id("item", str(house.organisation.id), str(post_id), link)


def _found(batch: Batch, told: Telling) -> Item:
    """A new item, or the one this telling founded before; its id derives from the post and the link's place."""
    post = told.post
    item_id = _founded_by(batch.house, post.id, told.link)
    item = batch.items.get(item_id)
    if item is None:
        item = Item(
            id=item_id, founding_post_id=post.id, link=told.link, kind=_kind(told), made_at=batch.change.at
        )
        batch.items.note(item)
    item.merged_into, item.screened_as = None, ""
    batch.session.add(item)
    batch.change.audit("item.made", "policy:screening", f"item:{item.id}", post=str(post.id))
    return item


def _kind(told: Telling) -> PostKind:
    if told.link is None:
        return told.post.kind
    address = told.url or ""
    is_video = any(host in address for host in ("youtube.com/", "youtu.be/", "vimeo.com/"))
    return PostKind.VIDEO if is_video else PostKind.LINK


def _tie(batch: Batch, told: Telling, match: Match) -> None:
    is_new = match.item.seq is None
    if not is_new and batch.session.get(ItemPost, (match.item.id, told.post.id)) is not None:
        return
    tie = ItemPost(
        item_id=match.item.id, post_id=told.post.id, role=match.role, link=told.link, since=batch.change.at
    )
    if is_new and (match.item.id, told.post.id) in batch.tied:
        return
    batch.tied.add((match.item.id, told.post.id))
    batch.session.add(tie)
    if match.role is not Role.FOUNDING:
        match.item.screened_as = ""
        batch.session.add(match.item)

"""Replies that were read before what they reply to: what they founded meanwhile is given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from gleanery.flow.change import Change
from gleanery.model.items import Alike, Decision, Item, ItemPost, ItemState, MatchKey, Role
from gleanery.model.posts import Post


def adopt_replies(change: Change, post: Post, write_keys: Callable[[], None] = lambda: None) -> bool:
    """Tie internal posts that reply to this one and stand alone to its items; those decided on stay alone.

    `write_keys` is called before an item is given up. Returns whether one was.
    """
    session = change.session
    session.flush()
    early = session.exec(
        select(Item, ItemPost)
        .join(ItemPost, col(ItemPost.item_id) == col(Item.id))
        .join(Post, col(Post.id) == col(ItemPost.post_id))
        .where(
            Post.parent_external_id == post.external_id,
            Post.platform == post.platform,
            Post.realm == post.realm,
            col(Post.internal),
            Post.id != post.id,
            ItemPost.role == Role.FOUNDING,
            col(ItemPost.link).is_(None),
            col(ItemPost.by_person).is_(False),
            col(Item.merged_into).is_(None),
        )
    ).all()
    if not early:
        return False
    write_keys()
    parents = _items_of(change, post)
    alone = [(item, tie) for item, tie in early if parents and _is_untouched(change, item, tie)]
    for item, tie in alone:
        _give_up(change, item, tie, parents)
    return bool(alone)


def _items_of(change: Change, post: Post) -> Sequence[Item]:
    query = select(Item).join(ItemPost, col(ItemPost.item_id) == col(Item.id))
    query = query.where(
        ItemPost.post_id == post.id, ItemPost.role != Role.REPLY, col(Item.merged_into).is_(None)
    )
    return change.session.exec(query.order_by(col(Item.seq))).all()


def _is_untouched(change: Change, item: Item, tie: ItemPost) -> bool:
    """Whether nobody decided on the item and no other post is about it."""
    decided = change.session.exec(select(Decision.id).where(Decision.item_id == item.id)).first()
    others = select(ItemPost.post_id).where(ItemPost.item_id == item.id, ItemPost.post_id != tie.post_id)
    return decided is None and change.session.exec(others).first() is None


def _give_up(change: Change, item: Item, tie: ItemPost, parents: Sequence[Item]) -> None:
    session, reply = change.session, tie.post_id
    session.delete(tie)
    _forget_marks(change, item, reply)
    item.state, item.reason, item.merged_into = ItemState.DROPPED, "merged", parents[0].id
    session.add(item)
    for parent in parents:
        if session.get(ItemPost, (parent.id, reply)) is None:
            session.add(ItemPost(item_id=parent.id, post_id=reply, role=Role.REPLY, since=change.at))
        parent.screened_as = ""
        session.add(parent)
    session.flush()
    change.audit("item.merged", "policy:screening", f"item:{item.id}", into=str(parents[0].id))


def _forget_marks(change: Change, item: Item, post: UUID) -> None:
    """Nothing is recognised by the item of this post any more, and nobody is asked whether it is like another."""
    given = col(MatchKey.post_seq).in_(select(Post.seq).where(Post.id == post))
    change.session.execute(delete(MatchKey).where(given, col(MatchKey.item_seq) == item.seq))
    pair = (col(Alike.item_id) == item.id) | (col(Alike.other_id) == item.id)
    change.session.execute(delete(Alike).where(pair, col(Alike.settled).is_(None)))

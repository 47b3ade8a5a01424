"""A person says that two items are one, or that a post is about something else; both are remembered."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.change import Change
from gleanery.flow.deciding import find_item, owe
from gleanery.flow.house import House
from gleanery.model.destinations import Action
from gleanery.model.items import Alike, Item, ItemPost, ItemState, MatchKey, Role
from gleanery.model.posts import Post
from gleanery.model.types import derived_id


def merge(house: House, one: str, other: str, account: str) -> Item:
    """Make two items one: the older survives, the younger points at it. Raises: BadInput."""
    with house.change() as change:
        session = change.session
        actor = f"person:{house.person(session, account)}"
        older, younger = sorted(
            (find_item(session, one), find_item(session, other)), key=lambda item: item.seq or 0
        )
        if older.id == younger.id:
            raise BadInput("Both names mean the same item.", remedy="Nothing was changed.")
        _move_posts(session, younger, older)
        younger.merged_into, younger.reason = older.id, "merged"
        older.screened_as = ""
        session.add_all([older, younger])
        _settle(session, older.id, younger.id, "same")
        # whatever its state: one that was reopened after its approval still stands at its destinations
        owe(house, change, younger, Action.RETRACT, None)
        change.audit("item.merged", actor, f"item:{younger.id}", into=str(older.id))
        return older


def split(house: House, item_text: str, post_text: str, account: str) -> Item:
    """Give a post an item of its own: the one it once founded, or a new one. Raises: BadInput."""
    with house.change() as change:
        session = change.session
        actor = f"person:{house.person(session, account)}"
        item = find_item(session, item_text)
        tie = _tie_of(session, item, post_text)
        post = session.exec(select(Post).where(Post.id == tie.post_id)).one()
        if post.id == item.founding_post_id:
            raise BadInput("The founding post cannot leave its item.", remedy="Split the other post instead.")
        own = _own_item(house, change, post, tie.link)
        session.delete(tie)
        session.flush()
        own_tie = ItemPost(
            item_id=own.id, post_id=post.id, role=Role.FOUNDING, link=tie.link, since=change.at
        )
        own_tie.by_person = True
        session.add(own_tie)
        for key in session.exec(
            select(MatchKey).where(MatchKey.item_id == item.id, MatchKey.post_id == post.id)
        ):
            session.delete(key)
            if not key.exact:
                session.add(MatchKey(item_id=own.id, post_id=post.id, key=key.key, exact=False))
        item.screened_as = own.screened_as = ""
        session.add_all([item, own])
        _settle(session, item.id, own.id, "different")
        change.audit("item.split", actor, f"item:{own.id}", out_of=str(item.id), post=str(post.id))
        return own


def _tie_of(session: Session, item: Item, text: str) -> ItemPost:
    ties = session.exec(select(ItemPost).where(ItemPost.item_id == item.id)).all()
    found = [tie for tie in ties if str(tie.post_id).startswith(text.strip().lower())]
    if len(found) != 1:
        raise BadInput(
            f"{len(found)} posts of this item begin with {text!r}.", remedy="`gleanery show ITEM` lists them."
        )
    return found[0]


def _own_item(house: House, change: Change, post: Post, link: int | None) -> Item:
    """The item this post founded before a merge, brought back; or a new one derived from it."""
    own_id: UUID = derived_id("item", str(house.organisation.id), str(post.id), link)
    own = change.session.exec(select(Item).where(Item.id == own_id)).one_or_none()
    if own is None:
        own = Item(id=own_id, founding_post_id=post.id, link=link, kind=post.kind, made_at=change.at)
    own.merged_into, own.reason = None, ""
    if own.state is ItemState.APPROVED:
        own.state = ItemState.WAITING
    change.session.add(own)
    change.session.flush()
    return own


def _move_posts(session: Session, source: Item, target: Item) -> None:
    there = set(session.exec(select(ItemPost.post_id).where(ItemPost.item_id == target.id)))
    for tie in session.exec(select(ItemPost).where(ItemPost.item_id == source.id)).all():
        session.delete(tie)
        session.flush()
        if tie.post_id not in there:
            role = Role.SAME if tie.role is Role.FOUNDING else tie.role
            session.add(
                ItemPost(
                    item_id=target.id,
                    post_id=tie.post_id,
                    role=role,
                    link=tie.link,
                    by_person=True,
                    since=tie.since,
                )
            )
    known = set(session.exec(select(MatchKey.post_id, MatchKey.key).where(MatchKey.item_id == target.id)))
    for key in session.exec(select(MatchKey).where(MatchKey.item_id == source.id)).all():
        session.delete(key)
        if (key.post_id, key.key) not in known:
            session.add(MatchKey(item_id=target.id, post_id=key.post_id, key=key.key, exact=key.exact))
    session.flush()


def _settle(session: Session, one: UUID, other: UUID, said: str) -> None:
    pair = (one, other)
    rows = session.exec(
        select(Alike).where(col(Alike.item_id).in_(pair), col(Alike.other_id).in_(pair))
    ).all()
    for row in rows:
        row.settled = said
        session.add(row)
    if not rows:
        session.add(Alike(item_id=other, other_id=one, likeness=1.0, settled=said))

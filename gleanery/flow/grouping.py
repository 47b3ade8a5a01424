"""A person says that two items are one, or that a post is about something else; both are remembered, and undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item, locked
from gleanery.flow.owing import owe
from gleanery.flow.queue import search
from gleanery.model.curated import Regrouped, Regrouping
from gleanery.model.destinations import Action
from gleanery.model.items import Alike, Item, ItemPost, ItemState, MatchKey, Role
from gleanery.model.posts import Post
from gleanery.model.types import derived_id

_BY_PERSON = 1.0
"""The likeness of items that no matcher compared, only a person."""


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
        ties = session.exec(select(ItemPost).where(ItemPost.item_id == younger.id)).all()
        _remember(change, Regrouped.MERGE, younger, older, ties, actor)
        for tie in ties:
            _move_tie(session, tie, older, Role.SAME if tie.role is Role.FOUNDING else tie.role)
        _move_keys(session, younger, older, [tie.post_id for tie in ties])
        younger.merged_into, younger.reason = older.id, "merged"
        search.drop(session, [younger.seq])
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
        _remember(change, Regrouped.SPLIT, item, own, [tie], actor)
        _move_tie(session, tie, own, Role.FOUNDING)
        for key in session.exec(_keys_of(item, [post.id])).all():
            session.delete(key)
            if not key.exact:
                session.add(MatchKey(item_seq=own.seq or 0, post_seq=key.post_seq, key=key.key, exact=False))
        item.screened_as = own.screened_as = ""
        session.add_all([item, own])
        _settle(session, item.id, own.id, "different")
        change.audit("item.split", actor, f"item:{own.id}", out_of=str(item.id), post=str(post.id))
        return own


def keep_apart(house: House, one: str, other: str, account: str) -> None:
    """Say that two items that look alike are different things; they are not suggested again. Raises: BadInput."""
    with house.change() as change:
        session = change.session
        actor = f"person:{house.person(session, account)}"
        first, second = find_item(session, one), find_item(session, other)
        if first.id == second.id:
            raise BadInput("Both names mean the same item.", remedy="Nothing was changed.")
        _settle(session, first.id, second.id, "different")
        change.audit("item.kept-apart", actor, f"item:{first.id}", other=str(second.id))


def ask_again(house: House, one: str, other: str, account: str) -> None:
    """Take back that two items were kept apart: where they look alike, somebody is asked anew. Raises: Denied."""
    with house.change() as change:
        session = change.session
        actor = f"person:{house.person(session, account)}"
        first, second = find_item(session, one), find_item(session, other)
        if not any(row.settled == "different" for row in _pair(session, first.id, second.id)):
            raise Denied("Nobody kept these items apart.", remedy="Nothing was changed.")
        _unsettle(session, first.id, second.id)
        change.audit("item.asked-again", actor, f"item:{first.id}", other=str(second.id))


# --------------------------------------------------------------------------- undo


def undo_regrouping(house: House, text: str, account: str) -> Regrouping:
    """Take back the last merge or split of an item: the posts stand again where they stood. Raises: Denied."""
    with house.change() as change:
        session = change.session
        actor = f"person:{house.person(session, account)}"
        row = last_regrouping(session, find_item(session, text).id)
        if row is None:
            raise Denied("This item has no merge or split to undo.", remedy="Nothing was changed.")
        source, target = locked(session, row.from_item), locked(session, row.to_item)
        if target.merged_into is not None or (row.kind is Regrouped.SPLIT and source.merged_into is not None):
            raise Denied("The items were merged further since.", remedy="Undo that first.")
        _move_back(session, row, source, target)
        row.undone_at, row.undone_by = change.at, actor
        source.screened_as = target.screened_as = ""
        session.add_all([row, source, target])
        session.flush()
        if row.kind is Regrouped.MERGE:
            _stand_again(house, change, source)
        else:
            _fold_again(house, change, target, source)
        _unsettle(session, source.id, target.id)
        change.audit(f"item.{row.kind.value}-undone", actor, f"item:{source.id}", other=str(target.id))
        return row


def last_regrouping(session: Session, item: UUID) -> Regrouping | None:
    """The newest merge or split that touched an item and was not undone."""
    touched = or_(col(Regrouping.from_item) == item, col(Regrouping.to_item) == item)
    query = select(Regrouping).where(touched, col(Regrouping.undone_at).is_(None))
    return session.exec(query.order_by(col(Regrouping.at).desc(), col(Regrouping.id)).limit(1)).one_or_none()


def _move_back(session: Session, row: Regrouping, source: Item, target: Item) -> None:
    """The posts that are still there go back, each as it was."""
    for one in row.moved:
        post = UUID(one["post"])
        tie = session.get(ItemPost, (target.id, post))
        if not one["was_there"] and tie is None:
            continue  # it went on to another item since
        if session.get(ItemPost, (source.id, post)) is None:
            session.add(
                ItemPost(
                    item_id=source.id,
                    post_id=post,
                    role=Role(one["role"]),
                    link=one["link"],
                    by_person=True,
                    since=tie.since if tie is not None else row.at,
                )
            )
        if tie is not None and not one["was_there"]:
            session.delete(tie)
            _move_keys(session, target, source, [post])
    session.flush()


def _stand_again(house: House, change: Change, item: Item) -> None:
    """An item that was merged away is one of its own again, with the verdict it had."""
    item.merged_into, item.reason = None, ""
    change.session.add(item)
    change.session.flush()
    if item.state is ItemState.APPROVED:
        owe(house, change, item, Action.UPSERT, None)


def _fold_again(house: House, change: Change, item: Item, into: Item) -> None:
    """An item that was split off goes back, unless other posts are about it by now."""
    left = change.session.exec(select(ItemPost).where(ItemPost.item_id == item.id).limit(1)).first()
    if left is None:
        item.merged_into, item.reason = into.id, "merged"
        search.drop(change.session, [item.seq])
        change.session.add(item)
        change.session.flush()
        owe(house, change, item, Action.RETRACT, None)


def _unsettle(session: Session, one: UUID, other: UUID) -> None:
    """What was said of the two is open again; where nobody had asked, nobody does."""
    for row in _pair(session, one, other):
        if row.likeness >= _BY_PERSON:
            session.delete(row)
        else:
            row.settled = None
            session.add(row)


def _remember(
    change: Change, kind: Regrouped, source: Item, target: Item, ties: Iterable[ItemPost], actor: str
) -> None:
    there = set(change.session.exec(select(ItemPost.post_id).where(ItemPost.item_id == target.id)))
    moved: list[dict[str, Any]] = [
        {
            "post": str(tie.post_id),
            "role": tie.role.value,
            "link": tie.link,
            "was_there": tie.post_id in there,
        }
        for tie in ties
    ]
    row = Regrouping(
        id=uuid4(), kind=kind, from_item=source.id, to_item=target.id, moved=moved, actor=actor, at=change.at
    )
    change.session.add(row)


# --------------------------------------------------------------------------- steps of it


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


def _move_tie(session: Session, tie: ItemPost, target: Item, role: Role) -> None:
    """Tie a post to another item, by a person's word; unless it is there already."""
    session.delete(tie)
    session.flush()
    if session.get(ItemPost, (target.id, tie.post_id)) is None:
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
        session.flush()


def _move_keys(session: Session, source: Item, target: Item, posts: Sequence[UUID]) -> None:
    """What these posts are recognised by leads to another item."""
    known = {(key.post_seq, key.key) for key in session.exec(_keys_of(target, posts))}
    for key in session.exec(_keys_of(source, posts)).all():
        session.delete(key)
        if (key.post_seq, key.key) not in known:
            session.add(
                MatchKey(item_seq=target.seq or 0, post_seq=key.post_seq, key=key.key, exact=key.exact)
            )
    session.flush()


def _keys_of(item: Item, posts: Sequence[UUID]) -> SelectOfScalar[MatchKey]:
    """What these posts gave the item to be recognised by."""
    numbers = select(Post.seq).where(col(Post.id).in_(posts))
    return select(MatchKey).where(col(MatchKey.post_seq).in_(numbers), MatchKey.item_seq == item.seq)


def _settle(session: Session, one: UUID, other: UUID, said: str) -> None:
    rows = _pair(session, one, other)
    for row in rows:
        row.settled = said
        session.add(row)
    if not rows:
        session.add(Alike(item_id=other, other_id=one, likeness=_BY_PERSON, settled=said))


def _pair(session: Session, one: UUID, other: UUID) -> Sequence[Alike]:
    pair = (one, other)
    return session.exec(
        select(Alike).where(col(Alike.item_id).in_(pair), col(Alike.other_id).in_(pair))
    ).all()

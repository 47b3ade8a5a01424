"""Posts are taken in: what a page shows is compared with what is kept and written, all of a page at once.

A page costs a few queries, however many posts it has. The rows are written without objects of their own in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, SQLModel, col, select

from gleanery.flow.change import Change
from gleanery.flow.comparing import Compared, by_id, compare
from gleanery.flow.contents import Fetching, Row, keep
from gleanery.flow.house import House
from gleanery.flow.item_standing import engagement
from gleanery.flow.learning.emptying import empty_learned
from gleanery.flow.naming import handle_row, post_id, stored_id
from gleanery.flow.queue import search
from gleanery.model.curated import ItemEdit
from gleanery.model.items import Item, ItemPost, MatchKey, Role
from gleanery.model.people import Handle
from gleanery.model.posts import (
    Content,
    GoneWhy,
    Post,
    PostDraft,
    PostVersion,
    Sighting,
    Vanished,
    is_beside,
)
from gleanery.ports import Policy

AT_ONCE = 500
"""Posts compared and written together."""

_UNLOADED = {"synchronize_session": False}
"""For changes of rows that the session holds no objects of."""


def take_posts(
    house: House,
    change: Change,
    source_id: UUID,
    drafts: Iterable[PostDraft],
    policy: Policy,
    *,
    holding: bool = False,
) -> tuple[int, int]:
    """Insert new posts, add versions to changed ones, note who saw them; (new, changed).

    `holding`: the new ones are held back from the curators (see holding.py).
    """
    new = changed = 0
    fetching = Fetching(policy, change.at)
    for some in _in_parts(by_id(house, drafts)):
        compared = compare(house, change.session, source_id, some)
        _insert(house, change, source_id, compared, fetching, holding)
        _change(house, change, compared, fetching)
        _show_again(change, compared, fetching)
        if policy.may_score:
            engagement.note(house, change.session, source_id, compared)
        new, changed = new + len(compared.new), changed + len(compared.changed)
    return new, changed


def _in_parts(drafts: Mapping[UUID, PostDraft]) -> Iterator[dict[UUID, PostDraft]]:
    rest = iter(drafts.items())
    while some := dict(islice(rest, AT_ONCE)):
        yield some


# --------------------------------------------------------------------------- writing


def _write(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows that name every column the table does not fill by itself, in their order."""
    if rows:
        session.connection().execute(SQLModel.metadata.tables[str(model.__tablename__)].insert(), rows)


def _insert(
    house: House, change: Change, source_id: UUID, compared: Compared, fetching: Fetching, holding: bool
) -> None:
    session, at = change.session, change.at
    new = {one: compared.drafts[one] for one in compared.new}
    _insert_handles(house, session, new, compared)
    held = dict.fromkeys(new, source_id) if holding else _held_with_parents(house, session, new)
    rows = [_post(one, draft, compared, held.get(one), at) for one, draft in new.items()]
    kept = [keep(house, one, 1, draft, fetching) for one, draft in new.items()]
    _write(session, Post, rows)
    _write(session, Content, [content for content, _ in kept])
    _write(session, PostVersion, [version for _, version in kept])
    sightings = [{"post_id": one, "source_id": source_id, "first_seen_at": at} for one in compared.unsighted]
    _write(session, Sighting, sightings)


def _insert_handles(
    house: House, session: Session, new: Mapping[UUID, PostDraft], compared: Compared
) -> None:
    """Write the accounts that are not there yet."""
    wanted = {compared.handles[one]: draft for one, draft in new.items() if one in compared.handles}
    if not wanted:
        return
    there = set(session.exec(select(Handle.id).where(col(Handle.id).in_(list(wanted)))))
    made = [
        handle_row(house.organisation.id, one.platform, one.realm, one.author.external_id)
        for key, one in wanted.items()
        if key not in there and one.author is not None
    ]
    _write(session, Handle, [one.model_dump() for one in made])


def _post(one: UUID, draft: PostDraft, compared: Compared, held_by: UUID | None, at: datetime) -> Row:
    return {
        "id": one,
        "platform": draft.platform,
        "realm": stored_id(draft.realm),
        "external_id": stored_id(draft.external_id),
        "kind": draft.kind,
        "internal": draft.internal,
        "by_bot": draft.author.is_bot if draft.author else False,
        "handle_id": compared.handles.get(one),
        "parent_external_id": _parent(draft),
        **_place(draft),
        "held_by": held_by,
        "published_at": draft.published_at,
        "edited_at": draft.edited_at,
        "first_seen_at": at,
        "version": 1,
        "screened_version": 0,
        "gone": None,
        "gone_at": None,
    }


def _parent(draft: PostDraft) -> str | None:
    return stored_id(draft.parent_external_id) if draft.parent_external_id else None


def _place(draft: PostDraft) -> Row:
    """Where a post stands and what its author did by it."""
    return {"channel": stored_id(draft.channel) if draft.channel else None, "act": draft.act}


def _held_with_parents(house: House, session: Session, new: Mapping[UUID, PostDraft]) -> dict[UUID, UUID]:
    """Internal replies without links to a post that is held back: by themselves they would become items."""
    organisation = house.organisation.id
    parents = {
        one: post_id(organisation, draft.platform, draft.realm, draft.parent_external_id)
        for one, draft in new.items()
        if draft.parent_external_id and _follows(draft)
    }
    if not parents:
        return {}
    query = select(Post.id, Post.held_by).where(
        col(Post.id).in_(set(parents.values())), col(Post.held_by).is_not(None)
    )
    held: dict[UUID, UUID] = {one: by for one, by in session.exec(query) if by is not None}
    for one, parent in parents.items():
        if parent in held:
            held[one] = held[parent]
    return held


def _follows(draft: PostDraft) -> bool:
    """Whether a post is nothing without its parent: an internal reply that shares nothing, a transcript."""
    return (draft.internal and not draft.links) or is_beside(draft.external_id, draft.parent_external_id)


def _change(house: House, change: Change, compared: Compared, fetching: Fetching) -> None:
    """Add a version to the posts with other words; what their authors said before is emptied."""
    session = change.session
    drafts = {one: compared.drafts[one] for one in compared.changed}
    if not drafts:
        return
    empty_words(session, list(drafts), change.at)
    _judge_again(session, list(drafts))
    kept = [
        keep(house, one, compared.kept[one].version + 1, draft, fetching) for one, draft in drafts.items()
    ]
    _write(session, Content, [content for content, _ in kept])
    _write(session, PostVersion, [version for _, version in kept])
    back = {"gone": None, "gone_at": None}
    rows = [
        {"of": one, "version": compared.kept[one].version + 1, "edited_at": draft.edited_at, **_place(draft)}
        for one, draft in drafts.items()
    ]
    _update_posts(session, [row | back for row in rows])


def _update_posts(session: Session, rows: Sequence[Row]) -> None:
    """Set the columns that the rows name, each of the post `of`."""
    if rows:
        posts = SQLModel.metadata.tables["post"]
        session.connection().execute(posts.update().where(posts.c.id == bindparam("of")), rows)


def _show_again(change: Change, compared: Compared, fetching: Fetching) -> None:
    """Where words may be kept for a time only, or must be looked at again, the time begins anew."""
    again = [compared.kept[one] for one in compared.again]
    places = [{"of": one.id, **_place(compared.drafts[one.id])} for one in again if one.gone is None]
    told = {one.id: {"of": one.id, "channel": one.channel, "act": one.act} for one in again}
    _update_posts(change.session, [place for place in places if place != told[place["of"]]])
    policy = fetching.policy
    if again and (policy.max_age is not None or policy.refresh_by is not None):
        contents = [one.content_id for one in again]
        due = update(Content).where(col(Content.id).in_(contents), col(Content.gone).is_(None))
        change.session.execute(due.values(**fetching.row), execution_options=_UNLOADED)


# --------------------------------------------------------------------------- what is gone


def take_gone(house: House, change: Change, vanished: Iterable[Vanished]) -> int:
    """Tombstone the posts that the source says are gone, with their words and what derives from them; how many."""
    organisation, session = house.organisation.id, change.session
    named = {post_id(organisation, one.platform, one.realm, one.external_id): None for one in vanished}
    told = list(named)
    total = 0
    for start in range(0, len(told), AT_ONCE):
        some = select(Post.id).where(
            col(Post.id).in_(told[start : start + AT_ONCE]), col(Post.gone).is_(None)
        )
        if not (there := list(session.exec(some))):
            continue
        dead = {"gone": GoneWhy.TOMBSTONED, "gone_at": change.at}
        session.execute(
            update(Post).where(col(Post.id).in_(there)).values(**dead), execution_options=_UNLOADED
        )
        empty_words(session, there, change.at)
        forget(session, *there)
        empty_edits(session, *there)
        for one in there:
            change.audit("post.tombstoned", "source", f"post:{one}")
        total += len(there)
    return total


def empty_words(session: Session, posts: Sequence[UUID], at: datetime) -> None:
    """Take back the words of every version of these posts that are still there."""
    of_them = select(PostVersion.content_id).where(col(PostVersion.post_id).in_(posts))
    nothing = {"body": None, "sealed": None, "hash_key": None, "gone": GoneWhy.TOMBSTONED, "gone_at": at}
    there = update(Content).where(col(Content.id).in_(of_them), col(Content.gone).is_(None))
    session.execute(there.values(**nothing), execution_options=_UNLOADED)


def forget(session: Session, *posts: UUID) -> None:
    """Empty what derives from the words of posts, and have their items judged again."""
    empty_learned(session, posts)
    session.execute(
        delete(MatchKey).where(col(MatchKey.post_seq).in_(select(Post.seq).where(col(Post.id).in_(posts))))
    )
    _judge_again(session, posts)


def _judge_again(session: Session, posts: Sequence[UUID]) -> None:
    """Have the items of these posts judged again; until then no word finds them."""
    items = select(ItemPost.item_id).where(col(ItemPost.post_id).in_(posts))
    # the items first: whoever indexes them just now has ended then, and what they wrote goes too
    session.execute(update(Item).where(col(Item.id).in_(items)).values(screened_as=""))
    search.drop_where(session, col(Item.id).in_(items))


def empty_edits(session: Session, *posts: UUID) -> None:
    """Empty what curators wrote after the words of these posts."""
    told = select(ItemPost.item_id).where(col(ItemPost.post_id).in_(posts), ItemPost.role != Role.REPLY)
    nothing = {"title": None, "summary": None, "address": None, "current": False, "emptied": True}
    session.execute(
        update(ItemEdit).where(col(ItemEdit.item_id).in_(told)).values(**nothing),
        execution_options=_UNLOADED,
    )

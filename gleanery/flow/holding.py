"""The first reading of a source lets only so much through to the curators; the rest is held back until it is asked for.

While the first reading lasts every new post of the source is held (`Post.held_by`). At the end of each of its
stretches - it may be cut by an allowance or a kill - the newest go through, at most `first_items` in all. What is
held is kept up to date and purged like everything else, but becomes no item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exists, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from gleanery.config import SourceSettings
from gleanery.errors import BadInput
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.sources import ensure_source, source_id_of
from gleanery.model.posts import Content, Post, PostVersion
from gleanery.model.sources import Source

BATCH = 200
"""Posts weighed together."""


def is_holding(settings: SourceSettings, source: Source) -> bool:
    """Whether new posts of the source are held back."""
    return bool(settings.first_items) and not source.first_read_done


class Progress(NamedTuple):
    """How far the first reading came: partitions that were begun, of all, and whether none is left to be read."""

    begun: int
    partitions: int
    done: bool


def let_first_through(change: Change, settings: SourceSettings, source: Source, progress: Progress) -> None:
    """Let the newest posts through, as many as the partitions read so far may claim; note where it is done."""
    if source.first_read_done:
        return
    limit = settings.first_items or 0
    share = limit if progress.done else limit * progress.begun // max(progress.partitions, 1)
    through = _let_newest_through(change.session, source.id, share - source.released)
    source.released += through
    source.first_read_done = progress.done
    change.session.add(source)
    left = held_back(change.session, [source.id]).get(source.id, 0)
    if left and (through or progress.done):
        actor = f"connector:{settings.connector}"
        change.audit(
            "source.held_back", actor, f"source:{settings.name}", let_through=through, held_back=left
        )


def release(house: House, name: str, account: str, count: int | None) -> int:
    """Let the newest `count` of a source's posts through (None: all); how many went. Raises: BadInput."""
    settings = house.config.source(name)
    with house.change() as change:
        ensure_source(change.session, settings, source_id_of(house, name), locked=True)
        left = held_back(change.session, [source_id_of(house, name)])
        if not left:
            raise BadInput(f"Nothing of {name!r} is held back.", remedy="See: gleanery sources status")
        if count is None:
            through = _let_all_through(change.session, source_id_of(house, name))
        else:
            through = _let_newest_through(change.session, source_id_of(house, name), count)
        actor = f"person:{house.person(change.session, account)}"
        change.audit("source.released", actor, f"source:{name}", count=through)
    return through


def held_back(session: Session, source_ids: Collection[UUID]) -> dict[UUID, int]:
    """By source: how many posts that still stand its first reading holds back; absent where none."""
    query = (
        select(Post.held_by, func.count())
        .where(col(Post.held_by).in_(source_ids), col(Post.gone).is_(None))
        .group_by(col(Post.held_by))
    )
    return {source: count for source, count in session.exec(query) if source is not None}


# --------------------------------------------------------------------------- choosing


class _Candidate(NamedTuple):
    """A held post with the held replies that go with it, and how many items they will make."""

    posts: tuple[UUID, ...]
    items: int


def _let_newest_through(session: Session, source_id: UUID, room: int) -> int:
    """Let the newest held posts through that make at most `room` items in all; how many items."""
    left, chosen = room, list[UUID]()
    for one in _newest_first(session, source_id) if room > 0 else ():
        if one.items <= left:
            left -= one.items
            chosen += one.posts
        if left <= 0:
            break
    _free(session, chosen)
    return max(room, 0) - max(left, 0)


def _let_all_through(session: Session, source_id: UUID) -> int:
    count = held_back(session, [source_id]).get(source_id, 0)
    session.execute(update(Post).where(col(Post.held_by) == source_id).values(held_by=None))
    return count


def _free(session: Session, posts: Sequence[UUID]) -> None:
    for start in range(0, len(posts), BATCH):
        some = col(Post.id).in_(posts[start : start + BATCH])
        session.execute(update(Post).where(some).values(held_by=None))


def _newest_first(session: Session, source_id: UUID) -> Iterator[_Candidate]:
    """Held posts, newest first, in order of reading where they tell no time; internal replies go with their post."""
    parent = aliased(Post)
    follows = exists().where(
        _is_parent(parent, Post), col(parent.held_by) == source_id, col(parent.gone).is_(None)
    )
    query = (
        select(*_COLUMNS)  # type: ignore[call-overload]
        .where(Post.held_by == source_id, col(Post.gone).is_(None), ~(col(Post.internal) & follows))
        .order_by(col(Post.published_at).desc().nulls_last(), col(Post.seq))
    )
    with session.execute(
        query, execution_options={"yield_per": BATCH}
    ) as found:  # mostly the first are enough
        for rows in found.partitions():
            yield from _weighed(session, source_id, rows)


_COLUMNS = (col(Post.id), col(Post.platform), col(Post.realm), col(Post.external_id), col(Post.internal))


def _is_parent(parent: Any, post: Any) -> Any:
    return (
        (parent.platform == post.platform)
        & (parent.realm == post.realm)
        & (parent.external_id == post.parent_external_id)
    )


def _weighed(session: Session, source_id: UUID, rows: Sequence[Any]) -> Iterator[_Candidate]:
    """Each post with its replies. A public post makes one item; an internal one an item for each link, else one."""
    internal = [row for row in rows if row.internal]
    replies = _replies(session, source_id, internal)
    links = _links(session, [row.id for row in internal] + [one for of in replies.values() for one in of])
    for row in rows:
        below = replies.get(row.id, [])
        items = max(links.get(row.id, 0), 1) + sum(links.get(one, 0) for one in below)
        yield _Candidate((row.id, *below), items)


def _replies(session: Session, source_id: UUID, rows: Iterable[Any]) -> dict[UUID, list[UUID]]:
    """By post: the held internal replies to it, and those to them."""
    found: dict[UUID, list[UUID]] = {}
    above = {row.id: row.id for row in rows}
    while above:
        parent = aliased(Post)
        query = select(parent.id, Post.id).where(
            col(parent.id).in_(list(above)),
            _is_parent(parent, Post),
            col(Post.internal),
            Post.held_by == source_id,
            col(Post.gone).is_(None),
        )
        below = {reply: above[one] for one, reply in session.exec(query)}
        for reply, root in below.items():
            found.setdefault(root, []).append(reply)
        above = {reply: root for reply, root in below.items() if reply != root}
    return found


def _links(session: Session, posts: Sequence[UUID]) -> dict[UUID, int]:
    """By post: how many links its newest words share; none where they are sealed."""
    counts: dict[UUID, int] = {}
    newest = (col(PostVersion.post_id) == col(Post.id)) & (col(PostVersion.number) == col(Post.version))
    for start in range(0, len(posts), BATCH):
        query = (
            select(Post.id, Content.body)
            .join(PostVersion, newest)
            .join(Content, col(Content.id) == col(PostVersion.content_id))
            .where(col(Post.id).in_(posts[start : start + BATCH]))
        )
        counts |= {one: len(body.get("links") or ()) for one, body in session.exec(query) if body}
    return counts

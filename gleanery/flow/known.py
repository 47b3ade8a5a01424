"""What a source saw so far and what of it still stands (ports.Known)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import col

from gleanery.flow.naming import stored_id
from gleanery.model.posts import Content, Post, PostVersion, Sighting
from gleanery.ports import KnownPost
from gleanery.store import Store


class SeenPosts:
    """The posts that one source saw."""

    def __init__(self, store: Store, source_id: UUID) -> None:
        self._store, self._source_id = store, source_id

    def posts(
        self,
        *,
        realm: str | None = None,
        prefix: str = "",
        parent: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        fetched_before: datetime | None = None,
    ) -> Iterator[KnownPost]:
        """The posts that still stand, those fetched longest ago first; see ports.Known."""
        wanted: list[Any] = [Sighting.source_id == self._source_id, col(Post.gone).is_(None)]
        if realm is not None:
            wanted.append(col(Post.realm) == stored_id(realm))
        if prefix:
            # by its letters: a range would go by the order of words in the database's language
            wanted.append(func.substr(col(Post.external_id), 1, len(prefix)) == prefix)
        if parent is not None:
            wanted.append(col(Post.parent_external_id) == stored_id(parent))
        if since is not None:
            wanted.append(col(Post.published_at) >= since)
        if until is not None:
            wanted.append(col(Post.published_at) < until)
        if fetched_before is not None:
            wanted.append(col(Content.fetched_at) < fetched_before)
        order = (col(Content.fetched_at), col(Post.seq))
        with self._store.read() as session:
            seen = _newest(col(Post.seq)).join(Sighting, col(Sighting.post_id) == col(Post.id))
            numbers = session.execute(seen.where(*wanted).order_by(*order)).scalars().all()
        return self._told(numbers)

    def _told(self, numbers: Sequence[int]) -> Iterator[KnownPost]:
        """The posts of these numbers, in their order; some at a time, for a reading may be long and they many.

        No reader is kept open in between: it would hold SQLite's log.
        """
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            with self._store.read() as session:
                there = col(Post.seq).in_(some), col(Post.gone).is_(None)
                rows = session.execute(_newest(*_COLUMNS).where(*there)).all()
            found = {row[0]: KnownPost(*row[1:]) for row in rows}
            yield from (found[number] for number in some if number in found)


BATCH = 500
"""Posts fetched together."""

_COLUMNS = (
    col(Post.seq),
    col(Post.platform),
    col(Post.realm),
    col(Post.external_id),
    col(Post.parent_external_id),
    col(Post.published_at),
    col(Content.fetched_at),
)


def _newest(*columns: Any) -> Select[Any]:
    """These columns of posts and of their newest words."""
    newest = (col(PostVersion.post_id) == col(Post.id)) & (col(PostVersion.number) == col(Post.version))
    return (
        select(*columns)
        .select_from(Post)
        .join(PostVersion, newest)
        .join(Content, col(Content.id) == col(PostVersion.content_id))
    )

"""Which sources saw what, by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.items import ItemPost
from gleanery.model.posts import Sighting
from gleanery.model.sources import Source


def sources_of_posts(session: Session, posts: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    """By post: the names of the sources that saw it, sorted; empty for any other."""
    query = (
        select(Sighting.post_id, Source.name)
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Sighting.post_id).in_(posts))
        .order_by(col(Source.name))
    )
    return _gathered(session.exec(query))


def sources_of_items(session: Session, items: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    """By item: the names of the sources that saw a post about it, sorted and each once; empty for any other."""
    query = (
        select(ItemPost.item_id, Source.name)
        .join(Sighting, col(Sighting.post_id) == col(ItemPost.post_id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(ItemPost.item_id).in_(items))
        .distinct()
        .order_by(col(Source.name))
    )
    return _gathered(session.exec(query))


def _gathered(rows: Iterable[tuple[UUID, str]]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for thing, name in rows:
        found[thing].append(name)
    return found

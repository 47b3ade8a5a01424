"""What a filter of the queue can be set to: what there is in this house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from gleanery.flow.house import House
from gleanery.model.items import Item
from gleanery.model.posts import Post, PostKind


@dataclass(frozen=True)
class Choices:
    """The values of a filter's fields; goals by name and title."""

    sources: Sequence[str]
    platforms: Sequence[str]
    languages: Sequence[str]
    kinds: Sequence[str]
    goals: Sequence[tuple[str, str]]


def choices(house: House) -> Choices:
    """What there is to choose from; reads whole indexes, so that it is worth remembering for a while."""
    with house.store.read() as session:
        platforms = session.exec(select(Post.platform).distinct().order_by(col(Post.platform))).all()
        languages = session.exec(select(Item.language).distinct().order_by(col(Item.language))).all()
    return Choices(
        sources=[source.name for source in house.config.sources],
        platforms=platforms,
        languages=[one for one in languages if one],
        kinds=[kind.value for kind in PostKind],
        goals=[(goal.name, goal.title) for goal in house.config.goals],
    )

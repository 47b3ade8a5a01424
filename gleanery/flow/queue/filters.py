"""What somebody looks for in the queue: checked values, written as a query string and as conditions on items.

The same filter lists a page, is kept under a name, and says on what a verdict on many items falls.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import ColumnElement, Select, exists
from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.queue import search
from gleanery.model.items import FindingRow, Item, ItemGoal, ItemPost, ItemState, Tag
from gleanery.model.posts import Post, PostKind, Sighting
from gleanery.model.queue import Claim, Later
from gleanery.model.types import derived_id

FEW = 5_000
"""Posts of a source or platform up to which its items are found from the posts; else each item is asked."""


class Order(StrEnum):
    """In what order items are listed."""

    OLDEST = "oldest"
    NEWEST = "newest"
    PROMISING = "promising"
    MIXED = "mixed"


class Claimed(StrEnum):
    """Whose eyes an item is under."""

    NONE = "none"
    MINE = "mine"


class Filter(BaseModel):
    """What to list. Every field that is left out lets everything pass; `since` and `until` are days, both included.

    `words` are searched in titles and texts; each may be the beginning of a word. `tag` is `framework:concept`,
    `found` the code of a finding or of the house's own reason. `later`: only what this person put off.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: ItemState = ItemState.WAITING
    words: str = Field(default="", max_length=200)
    source: str = Field(default="", max_length=100)
    platform: str = Field(default="", max_length=100)
    language: str = Field(default="", max_length=35)
    kind: PostKind | None = None
    tag: str = Field(default="", max_length=500)
    goal: str = Field(default="", max_length=100)
    found: str = Field(default="", max_length=100)
    since: date | None = None
    until: date | None = None
    claimed: Claimed | None = None
    later: bool = False
    order: Order = Order.OLDEST

    @classmethod
    def of_query(cls, query: str) -> Filter:
        """The filter that a query string holds. Raises: BadInput."""
        given = {name: value for name, value in parse_qsl(query) if name in cls.model_fields and value}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            places = ", ".join(str(one["loc"][0]) for one in error.errors())
            raise BadInput(
                f"This filter cannot be used: {places}.", remedy="Make it anew and save it."
            ) from error

    def values(self) -> dict[str, str]:
        """Its fields that are not at rest, as text; the state is always there."""
        told = self.model_dump(mode="json", include=set(Filter.model_fields), exclude_defaults=True)
        return {"state": self.state.value} | {
            name: "1" if value is True else str(value)
            for name, value in told.items()
            if value not in ("", None)
        }

    def query(self) -> str:
        """The filter as a query string."""
        return urlencode(self.values())

    @property
    def narrows(self) -> Iterator[str]:
        """The names of the fields that leave something out, beside the state."""
        return (name for name in self.values() if name not in ("state", "order"))


def conditions(
    house: House, session: Session, wanted: Filter, person_id: UUID | None
) -> list[ColumnElement[bool]]:
    """What an item must meet to be listed for this person; None asks for nobody in particular."""
    found = _beside_words(house, session, wanted, person_id)
    return [*found, search.matching(session, wanted.words)] if wanted.words.strip() else found


def numbers(house: House, session: Session, wanted: Filter, person_id: UUID | None) -> tuple[Any, Any]:
    """A statement that gives the numbers of those items, to be ordered by the column beside it for speed."""
    statement, number = search.numbers(session, wanted.words)
    return statement.where(*_beside_words(house, session, wanted, person_id)), number


def _beside_words(
    house: House, session: Session, wanted: Filter, person_id: UUID | None
) -> list[ColumnElement[bool]]:
    found = [*_of_the_item(wanted), *_of_its_posts(house, session, wanted), *_of_what_is_known(wanted)]
    return [*found, *_of_people(house, wanted, person_id)] if person_id is not None else found


def _of_the_item(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    yield col(Item.merged_into).is_(None)
    yield col(Item.state) == wanted.state
    if wanted.language:
        yield col(Item.language) == wanted.language
    if wanted.kind is not None:
        yield col(Item.kind) == wanted.kind
    if wanted.since is not None:
        yield col(Item.made_at) >= _morning(wanted.since)
    if wanted.until is not None:
        yield col(Item.made_at) <= datetime.combine(wanted.until, time.max, UTC)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _of_its_posts(house: House, session: Session, wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """Posts by source or platform: found from the posts where these are few, else asked item by item."""
    if wanted.source:
        source_id = derived_id("source", str(house.organisation.id), wanted.source)
        seen = select(Sighting.post_id).where(Sighting.source_id == source_id)
        yield _told_by(session, seen, Sighting.post_id)
    if wanted.platform:
        posted = select(Post.id).where(Post.platform == wanted.platform)
        yield _told_by(session, posted, Post.id)


def _told_by(session: Session, posts: Any, post_id: Any) -> ColumnElement[bool]:
    if _is_few(session, posts):
        return col(Item.id).in_(select(ItemPost.item_id).where(col(ItemPost.post_id).in_(posts)))
    tied = select(ItemPost.post_id).where(
        ItemPost.item_id == Item.id, posts.where(post_id == ItemPost.post_id).exists()
    )
    return exists(tied)


def _is_few(session: Session, posts: Select[Any]) -> bool:
    some = posts.limit(FEW + 1).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one()) <= FEW


def _of_what_is_known(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """Tags, goals and reasons."""
    if wanted.tag:
        framework, _, concept = wanted.tag.partition(":")
        tagged = select(Tag.item_id).where(Tag.framework == framework, Tag.concept == concept)
        yield col(Item.id).in_(tagged)
    if wanted.goal:
        yield col(Item.id).in_(select(ItemGoal.item_id).where(ItemGoal.goal == wanted.goal))
    if wanted.found:
        said = select(FindingRow.item_id).where(FindingRow.reason == wanted.found, FindingRow.current)
        yield (col(Item.reason) == wanted.found) | col(Item.id).in_(said)


def _of_people(house: House, wanted: Filter, person_id: UUID) -> Iterator[ColumnElement[bool]]:
    """What this person, or somebody else, does with it just now.

    What there is little of is found from its own rows, what is left out is asked for each item.
    """
    now = house.now()
    mine = col(Later.person_id) == person_id, col(Later.until) > now
    if wanted.later:
        yield col(Item.id).in_(select(Later.item_id).where(*mine))
    elif wanted.state is ItemState.WAITING:
        yield ~exists().where(*mine, col(Later.item_id) == col(Item.id))
    is_mine, holds = col(Claim.person_id) == person_id, col(Claim.until) > now
    if wanted.claimed is Claimed.MINE:
        yield col(Item.id).in_(select(Claim.item_id).where(is_mine, holds))
    elif wanted.claimed is Claimed.NONE:
        yield ~exists().where(~is_mine, holds, col(Claim.item_id) == col(Item.id))

"""The shapes of collections in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.flow.collections.showing import Place, Shown, Summary
from gleanery.model.collections import Aim, CollectionKind, CollectionState, Content, Due
from gleanery.web.given import Given


class CollectionLine(BaseModel):
    """A collection in the list. `missing`: how many of its items are no longer delivered."""

    id: UUID
    kind: CollectionKind
    title: str
    state: CollectionState
    size: int
    missing: int
    revision: int
    published_revision: int | None
    changed_at: datetime

    @classmethod
    def of(cls, row: Summary) -> CollectionLine:
        """The line of a row."""
        return cls.model_validate(row, from_attributes=True)


class CollectionList(BaseModel):
    """A page of collections, the last changed first; `next` goes into `after`."""

    items: list[CollectionLine]
    next: str | None
    total: int | None = None


class ChangesShape(BaseModel):
    """What publishing would change at a destination: items by id, and which words or aims."""

    added: list[UUID]
    removed: list[UUID]
    moved: list[UUID]
    edited: list[UUID]
    words: list[str]
    leaves: bool


class PlaceShape(BaseModel):
    """How a collection stands at a destination, and what changed since it was last brought there."""

    destination: str
    state: str | None
    action: str | None
    reason: str
    note: str
    url: str | None
    since: datetime | None
    changes: ChangesShape

    @classmethod
    def of(cls, place: Place) -> PlaceShape:
        """The shape of a place."""
        return cls(
            destination=place.destination,
            state=place.state.value if place.state else None,
            action=place.action.value if place.action else None,
            reason=place.reason,
            note=place.note,
            url=place.url,
            since=place.since,
            changes=ChangesShape.model_validate(place.changes, from_attributes=True),
        )


class CollectionShape(BaseModel):
    """One collection: its content as its editors see it, and how it stands at its destinations."""

    id: UUID
    state: CollectionState
    revision: int
    published_revision: int | None
    published_at: datetime | None
    changed_at: datetime
    content: Content
    missing: list[UUID]
    places: list[PlaceShape]

    @classmethod
    def of(cls, shown: Shown) -> CollectionShape:
        """The shape of what the builder shows."""
        return cls(
            id=shown.id,
            state=shown.state,
            revision=shown.revision,
            published_revision=shown.published_revision,
            published_at=shown.published_at,
            changed_at=shown.changed_at,
            content=shown.content,
            missing=[one.step.item for one in shown.steps if not one.can_leave],
            places=[PlaceShape.of(place) for place in shown.places],
        )


class AboutWanted(Given):
    """What of a collection is to be changed; what is left out stays. `seen`: the revision that was looked at."""

    kind: CollectionKind | None = None
    title: str | None = Field(default=None, max_length=200)
    summary: str | None = Field(default=None, max_length=4000)
    objectives: list[str] | None = Field(default=None, max_length=20)
    goal: str | None = Field(default=None, max_length=63)
    competencies: list[Aim] | None = Field(default=None, max_length=20)
    due: Due | None = None
    destinations: list[str] | None = Field(default=None, max_length=50)
    seen: int | None = None

    def values(self) -> dict[str, Any]:
        """The fields that were given; only a goal can be taken away by null."""
        given = self.model_dump(exclude_unset=True, exclude={"seen"})
        return {name: value for name, value in given.items() if value is not None or name == "goal"}


class Added(Given):
    """An approved item to put at the end."""

    item: UUID
    seen: int | None = None


class StepWanted(Given):
    """What is said of an item in a collection; what is left out stays. `after` is taken away by null."""

    required: bool | None = None
    note: str | None = Field(default=None, max_length=1000)
    due: Due | None = None
    after: UUID | None = None
    seen: int | None = None

    def values(self, item: UUID) -> dict[str, Any]:
        """The fields that were given, with the item."""
        given = self.model_dump(exclude_unset=True, exclude={"seen"})
        kept = {name: value for name, value in given.items() if value is not None or name == "after"}
        return {**kept, "item": item}


class PlaceWanted(Given):
    """The place to move an item to, counted from 1."""

    to: int = Field(ge=1, le=500)
    seen: int | None = None


class Seen(Given):
    """The revision that was looked at: where it is another by now, nothing is done (409)."""

    seen: int | None = None


class LessonShape(BaseModel):
    """A step as it leaves the house."""

    item: UUID
    title: str
    url: str | None
    required: bool
    note: str
    due: Due
    after: UUID | None
    attribution: str
    licence: str | None
    minutes: int | None


class PreviewShape(BaseModel):
    """A collection as a learner will see it: only what may leave the house, in its order."""

    title: str
    summary: str
    objectives: list[str]
    ordered: bool
    due: Due
    steps: list[LessonShape]

"""Collections and paths: items that are offered together, in an order, with what they are for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlalchemy import JSON, Column, Index
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column

MOST_STEPS = 500
"""Items that one collection can hold."""


class CollectionKind(StrEnum):
    """What it is: a shelf of items, or a way to go in order."""

    COLLECTION = "collection"
    PATH = "path"


class CollectionState(StrEnum):
    """How it stands. Only a published one is at the destinations."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


def _line(text: object) -> object:
    if not isinstance(text, str):
        return text
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _lines(text: object) -> object:
    if not isinstance(text, str):
        return text
    return "\n".join(str(_line(line)) for line in text.replace("\r\n", "\n").split("\n")).strip()


Line = Annotated[str, BeforeValidator(_line)]
Text = Annotated[str, BeforeValidator(_lines)]


class _Part(BaseModel):
    """A part of a collection's content: checked, and never changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Due(_Part):
    """Until when: on a day, or so many days after somebody began. Neither: it is not due."""

    on: date | None = None
    days: int | None = Field(default=None, ge=1, le=3650)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.on is not None and self.days is not None:
            raise ValueError("give a day, or a number of days after the start, not both")
        return self

    def __bool__(self) -> bool:
        return self.on is not None or self.days is not None


class Step(_Part):
    """An item in its place, with a note to the learner.

    `after`: the item of a step that must be done before; it counts while that one stands earlier.
    """

    item: UUID
    required: bool = True
    note: Text = Field(default="", max_length=1000)
    due: Due = Due()
    after: UUID | None = None


class Aim(_Part):
    """A competency of a framework, by its IRI."""

    framework: Line = Field(max_length=200)
    concept: Line = Field(max_length=500)

    @property
    def key(self) -> tuple[str, str]:
        """Framework and IRI."""
        return self.framework, self.concept


class Content(_Part):
    """What a collection is: its words, its aims, where it goes, and its steps in order."""

    kind: CollectionKind = CollectionKind.PATH
    title: Line = Field(min_length=1, max_length=200)
    summary: Text = Field(default="", max_length=4000)
    objectives: tuple[Annotated[Line, Field(min_length=1, max_length=300)], ...] = Field(
        default=(), max_length=20
    )
    goal: Line | None = Field(default=None, max_length=63)
    competencies: tuple[Aim, ...] = Field(default=(), max_length=20)
    due: Due = Due()
    destinations: tuple[Annotated[Line, Field(max_length=63)], ...] = Field(default=(), max_length=50)
    steps: tuple[Step, ...] = Field(default=(), max_length=MOST_STEPS)

    @property
    def items(self) -> tuple[UUID, ...]:
        """The items in their order."""
        return tuple(step.item for step in self.steps)

    @property
    def firsts(self) -> dict[UUID, int]:
        """By item that opens after another: the number, from 1, of that one, as far as it stands earlier."""
        numbers: dict[UUID, int] = {}
        found = {}
        for number, step in enumerate(self.steps, start=1):
            if step.after in numbers:
                found[step.item] = numbers[step.after]
            numbers[step.item] = number
        return found

    def with_item(self, item: UUID) -> Content:
        """The same with this item at the end, unless it is there."""
        return self if item in self.items else self.with_steps((*self.steps, Step(item=item)))

    def without(self, item: UUID) -> Content:
        """The same without this item."""
        return self.with_steps(step for step in self.steps if step.item != item)

    def moved(self, item: UUID, to: int) -> Content:
        """The same with this item in place `to`, counted from 0; beyond the ends is at the end."""
        others = [step for step in self.steps if step.item != item]
        place = max(0, min(to, len(others)))
        here = (step for step in self.steps if step.item == item)
        return self.with_steps((*others[:place], *here, *others[place:]))

    def with_step(self, changed: Step) -> Content:
        """The same with this step in the place of the one of its item."""
        return self.with_steps(changed if step.item == changed.item else step for step in self.steps)

    def with_steps(self, steps: Iterable[Step]) -> Content:
        """The same with other steps. Raises: ValueError where they are too many."""
        made = tuple(steps)
        if len(made) > MOST_STEPS:
            raise ValueError(f"a collection holds at most {MOST_STEPS} items")
        return self.model_copy(update={"steps": made})


class Collection(SQLModel, table=True):
    """A collection or path. `content` is what its editors see, `published` what the destinations get.

    `title`, `kind` and `size` repeat the content for lists. `revision` rises with every change, so that of two
    editors the second is told.
    """

    __tablename__ = "collection"
    __table_args__ = (Index("collection_by_change", "state", "changed_at"),)

    id: UUID = Col(primary_key=True)
    kind: CollectionKind = Col(sa_column=enum_column(CollectionKind))
    title: str
    size: int = 0
    state: CollectionState = Col(default=CollectionState.DRAFT, sa_column=enum_column(CollectionState))
    revision: int = 1
    content: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    published: dict[str, Any] | None = Col(default=None, sa_column=Column(JSON(none_as_null=True)))
    published_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    published_revision: int | None = None
    made_at: datetime = Col(sa_type=UtcMicros)
    changed_at: datetime = Col(sa_type=UtcMicros)
    changed_by: str


class CollectionItem(SQLModel, table=True):
    """That a collection holds an item: as its editors see it (`planned`), as it was published (`published`)."""

    __tablename__ = "collection_item"

    collection_id: UUID = Col(primary_key=True)
    item_id: UUID = Col(primary_key=True, index=True)
    planned: bool
    published: bool


class CollectionChange(SQLModel, table=True):
    """A change of the content, with the content before it, so that it can be taken back."""

    __tablename__ = "collection_change"

    collection_id: UUID = Col(primary_key=True)
    revision: int = Col(primary_key=True)
    did: str
    before: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    by: str
    at: datetime = Col(sa_type=UtcMicros)


class CollectionHeld(SQLModel, table=True):
    """What a destination holds of a collection since the last delivery: the content, and the items that came along."""

    __tablename__ = "collection_held"

    collection_id: UUID = Col(primary_key=True)
    destination: str = Col(primary_key=True)
    revision: int
    content: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    at: datetime = Col(sa_type=UtcMicros)

"""Items: the learning items that posts are about, what steps and people said of them, and the frameworks."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.posts import PostKind
from gleanery.model.types import UtcMicros, enum_column, only_where, sorted_by_bytes


class ItemState(StrEnum):
    """Where an item stands. Only `approved` items leave the house."""

    NEW = "new"
    WAITING = "waiting"
    DROPPED = "dropped"
    QUARANTINED = "quarantined"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETRACTED = "retracted"


class Item(SQLModel, table=True):
    """The thing that one or many posts are about. Its id derives from the founding post and never changes.

    `link` is the position of the shared address in the founding post, None for the post itself.
    `revision` rises with every change of the words, which `words_mark` (keyed, so that it tells nothing by
    itself) notices; `screened_as` is the hash of the steps that judged, empty when a judgement is due.
    `changed_at`: when the words last did; `score` is the highest that a finding gave, for the order of the queue.
    `rated_as` is the hash of the models that rated it; `place` (the highest first) is where the queue has it when the
    most promising and the most uncertain are mixed, and `teaches` says that it stands there because its verdict would.
    `imported`: its import was recorded; `taggings`: how often its tagging was. `merged_into` points at the
    older item that took its posts. `minutes` to read or watch it and its `level`, as a step found them.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("item_state_seq", "state", "seq"),
        Index("item_made", "made_at"),
        Index("item_merged", "merged_into", **only_where("merged_into IS NOT NULL")),
        Index("item_living", "state", "seq", **only_where("merged_into IS NULL")),
        Index("item_promising", "state", "score", "seq", **only_where("merged_into IS NULL")),
        Index("item_mixed", "state", "place", "seq", **only_where("merged_into IS NULL")),
        Index("item_rated", "state", "rated_as", **only_where("merged_into IS NULL")),
    )

    seq: int | None = Col(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    id: UUID = Col(sa_column_kwargs={"insert_sentinel": True})
    founding_post_id: UUID
    link: int | None = None
    kind: PostKind = Col(sa_column=enum_column(PostKind))
    state: ItemState = Col(default=ItemState.NEW, sa_column=enum_column(ItemState))
    revision: int = 0
    words_mark: bytes | None = Col(default=None, sa_type=LargeBinary)
    screened_as: str = Col(default="", index=True)
    imported: bool = False
    taggings: int = 0
    reason: str = ""
    language: str | None = None
    minutes: int | None = None
    level: str = ""
    made_at: datetime = Col(sa_type=UtcMicros)
    merged_into: UUID | None = None
    score: float = 0.0
    changed_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    rated_as: str = ""
    place: float = 0.0
    teaches: bool = False


class Role(StrEnum):
    """How a post stands to an item."""

    FOUNDING = "founding"
    SAME = "same"
    ALIKE = "alike"
    REPLY = "reply"


class ItemPost(SQLModel, table=True):
    """A post about an item: its provenance. `link` is the position of the address in the post, if shared."""

    __tablename__ = "item_post"
    __table_args__ = (Index("item_post_joined", "item_id", **only_where("role IN ('same', 'alike')")),)

    item_id: UUID = Col(primary_key=True)
    post_id: UUID = Col(primary_key=True, index=True)
    role: Role = Col(sa_column=enum_column(Role))
    link: int | None = None
    by_person: bool = False
    since: datetime = Col(sa_type=UtcMicros)


class MatchKey(SQLModel, table=True):
    """What a post can be recognised by: hashed keys (16 bytes) and bands of look-alikes (8); emptied with the text.

    `item_seq` is the item the post gave this key to, so that a shared address finds its own item. A post has some
    thirty of them, so items and posts are named by their numbers, and the table is its own index.
    """

    __tablename__ = "match_key"
    __table_args__ = (Index("match_key_post", "post_seq", "item_seq"), {"sqlite_with_rowid": False})

    key: bytes = Col(sa_column=Column(LargeBinary(16), primary_key=True))
    item_seq: int = Col(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    post_seq: int = Col(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    exact: bool


class Alike(SQLModel, table=True):
    """A suggestion that two items are one; `settled` once a person has said yes or no."""

    __tablename__ = "alike"
    __table_args__ = (
        Index("alike_open", "likeness", "item_id", "other_id", **only_where("settled IS NULL")),
    )

    item_id: UUID = Col(primary_key=True)
    other_id: UUID = Col(primary_key=True, index=True)
    likeness: float
    settled: str | None = None


class FindingRow(SQLModel, table=True):
    """A step's finding on one revision of an item; the id derives from what was judged and by what.

    `inputs`: what it rests on besides the words (ports.Standing, what of it was known), so that it can be had again.
    """

    __tablename__ = "finding"
    __table_args__ = (Index("finding_reason", "reason", "item_id"),)

    id: UUID = Col(primary_key=True)
    item_id: UUID = Col(index=True)
    revision: int
    step: str
    step_version: str
    settings_hash: str
    verdict: str
    reason: str
    params: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    flags: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    scores: dict[str, float] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    spans: list[list[Any]] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    language: str | None = None
    inputs: dict[str, Any] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    current: bool = True
    made_at: datetime = Col(sa_type=UtcMicros)


class DecisionVerdict(StrEnum):
    """What a person or a named policy can say of an item."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRACT = "retract"


class Decision(SQLModel, table=True):
    """A verdict on one revision of an item, with its reason; `number` counts the item's decisions.

    `bulk_id`: the verdict on many items that it is part of.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        Index("decision_of_bulk", "bulk_id", "id", **only_where("bulk_id IS NOT NULL")),
    )

    id: UUID = Col(primary_key=True)
    item_id: UUID
    number: int
    verdict: DecisionVerdict = Col(sa_column=enum_column(DecisionVerdict))
    reason: str = ""
    actor: str = Col(index=True)
    revision: int
    state_before: ItemState = Col(sa_column=enum_column(ItemState))
    at: datetime = Col(sa_type=UtcMicros, index=True)
    statement_id: UUID
    undone_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    undone_by: str | None = None
    bulk_id: UUID | None = None


class Framework(SQLModel, table=True):
    """A competency framework as imported; `source_hash` is that of the file, so that it is imported once."""

    __tablename__ = "framework"

    name: str = Col(primary_key=True)
    source_hash: str
    imported_at: datetime = Col(sa_type=UtcMicros)
    competencies: int


class CompetencyRow(SQLModel, table=True):
    """One competency of a framework. `code`: its notation there. `replaced_by`: the one to use once it is retired.

    `retires_on`: the day from which it is out of use.
    """

    __tablename__ = "competency"
    __table_args__ = (
        Index("competency_parent", "framework", "parent"),
        Index("competency_retires", "retires_on"),
    )

    framework: str = Col(primary_key=True)
    iri: str = Col(primary_key=True)
    parent: str | None = None
    retired: bool = False
    code: str = ""
    replaced_by: str | None = None
    retires_on: date | None = None


class CompetencyLabel(SQLModel, table=True):
    """A label in a language: preferred, alternative or hidden. By `number` the terms it is found by name it."""

    __tablename__ = "competency_label"

    framework: str = Col(primary_key=True)
    iri: str = Col(primary_key=True, index=True)
    language: str = Col(primary_key=True)
    kind: str = Col(primary_key=True)
    label: str = Col(primary_key=True)
    number: int = Col(default=0, index=True)


class CompetencyDescription(SQLModel, table=True):
    """What a competency means, in a language."""

    __tablename__ = "competency_description"

    framework: str = Col(primary_key=True)
    iri: str = Col(primary_key=True)
    language: str = Col(primary_key=True)
    text: str


class CompetencyTerm(SQLModel, table=True):
    """A label from one of its words on, folded, so that what somebody types is found as its beginning.

    `starts`: from the first word. Sorted by bytes in every database.
    """

    __tablename__ = "competency_term"

    starts: bool = Col(primary_key=True)
    term: str = Col(sa_column=Column(sorted_by_bytes(), primary_key=True))
    label: int = Col(sa_column=Column(Integer, primary_key=True, autoincrement=False, index=True))


class Tag(SQLModel, table=True):
    """Item -> competency: who said so (`rule:tags@1`, a person) and how sure (0..1)."""

    __tablename__ = "tag"

    item_id: UUID = Col(primary_key=True)
    framework: str = Col(primary_key=True)
    concept: str = Col(primary_key=True, index=True)
    said_by: str
    confidence: float


class ItemGoal(SQLModel, table=True):
    """Which goal an item serves and why: `why` is "competency" or "word", `evidence` the IRI or goal word."""

    __tablename__ = "item_goal"

    item_id: UUID = Col(primary_key=True)
    goal: str = Col(primary_key=True, index=True)
    why: str
    evidence: str

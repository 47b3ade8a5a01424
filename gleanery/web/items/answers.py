"""What the API says of an item, and what it takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.flow.desk import Detail
from gleanery.model.curated import MAX_NOTE, MAX_SUMMARY, MAX_TITLE
from gleanery.ports import Band
from gleanery.web.given import Given


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Finding(_Answer):
    """What a step found: `code` is stable, `words` are English. `scores` where the source lets them be kept."""

    step: str
    verdict: str
    code: str
    words: str
    flags: list[str]
    scores: dict[str, float]


class ScoredTold(_Answer):
    """A score and its parts, each from 0 to 1; a higher part is the better one."""

    total: float
    parts: dict[str, float]


class AidsTold(_Answer):
    """What is marked in `text`: [start, end, summary or term]; the terms in its own words. `offered`: a summary from
    its sentences, empty where its words may not leave the house."""

    marks: list[tuple[int, int, str]]
    terms: list[str]
    offered: str


class TagTold(_Answer):
    """A tag: who said so (`rule:...` or `person:...`) and how sure, 0 to 1, and as high, medium or low.

    What a rule says is a proposal; see `curation.tags_that_leave`.
    """

    framework: str
    concept: str
    label: str
    said_by: str
    confidence: float
    band: Band


class GoalTold(_Answer):
    """A goal the item serves, and why."""

    goal: str
    title: str
    why: str


class PostTold(_Answer):
    """A post about the item, and the sources that saw it. `withheld`: the kinds for which its words are not shown."""

    post_id: UUID
    platform: str
    role: str
    sources: list[str]
    published_at: datetime | None
    url: str | None
    author: str
    text: str
    withheld: list[str]


class NoteTold(_Answer):
    """A note that somebody of the desk left."""

    id: UUID
    by: str
    at: datetime
    body: str


class WordingTold(_Answer):
    """A title and a summary; null: as the source says."""

    title: str | None
    summary: str | None


class EditTold(_Answer):
    """An edit with what was before it. `is_emptied`: its words went with those of the source."""

    number: int
    at: datetime
    before: WordingTold
    after: WordingTold
    is_current: bool
    is_emptied: bool
    undone_at: datetime | None


class EventTold(_Answer):
    """One thing that happened to the item, as the audit log names it."""

    seq: int
    at: datetime
    action: str
    who: str
    why: str
    place: str


class Look(BaseModel):
    """An item that looks alike, and how much: 0 to 1."""

    item: UUID
    title: str
    likeness: float


class RefusedTold(_Answer):
    """A tag that a person took off."""

    framework: str
    concept: str
    label: str


class ItemTold(BaseModel):
    """Everything about one item. `hidden`: the kinds of passages behind bars, null where nothing is hidden."""

    id: UUID
    state: str
    reason: str
    kind: str
    title: str
    title_by_source: str
    summary: str
    text: str
    url: str | None
    language: str | None
    made_at: datetime
    revision: int
    platforms: list[str]
    hidden: list[str] | None
    minutes: int | None
    level: str
    quality: ScoredTold | None
    aids: AidsTold
    findings: list[Finding]
    tags: list[TagTold]
    refused_tags: list[RefusedTold]
    goals: list[GoalTold]
    provenance: list[PostTold]
    look_alikes: list[Look]
    notes: list[NoteTold]
    edits: list[EditTold]
    events: list[EventTold]

    @classmethod
    def of(cls, detail: Detail) -> ItemTold:
        """The answer for an item as it may be shown."""
        row, known = detail.row, detail.known
        values: dict[str, Any] = {
            name: getattr(row, name)
            for name in ("id", "state", "reason", "kind", "title", "url", "language", "made_at", "revision")
        }
        return cls(
            **values,
            title_by_source=detail.by_source or row.title,
            summary=detail.summary,
            text=detail.text,
            platforms=list(row.platforms),
            hidden=list(row.hidden) if row.hidden is not None else None,
            minutes=row.minutes,
            level=row.level,
            quality=ScoredTold.model_validate(row.quality) if row.quality else None,
            aids=AidsTold.model_validate(detail.aids),
            findings=[Finding.model_validate(one) for one in row.reasons],
            tags=[TagTold.model_validate(one) for one in row.tags],
            refused_tags=[RefusedTold.model_validate(one) for one in known.refused],
            goals=[GoalTold.model_validate(one) for one in row.goals],
            provenance=[PostTold.model_validate(one) for one in detail.provenance],
            look_alikes=[
                Look(item=one.id, title=one.title, likeness=much) for one, much in detail.lookalikes
            ],
            notes=[NoteTold.model_validate(one) for one in known.notes],
            edits=[EditTold.model_validate(one) for one in known.edits],
            events=[EventTold.model_validate(one) for one in known.events],
        )


class ConceptTold(_Answer):
    """A competency. `matched`: another label of it that was found; `above`: what it belongs to, from the top."""

    framework: str
    iri: str
    label: str
    matched: str
    language: str
    above: list[str]


class Concepts(BaseModel):
    """The competencies that are meant by what was typed, best first."""

    items: list[ConceptTold]
    next: str | None = None
    total: int | None = None


class WordingAsked(Given):
    """A title and a summary; empty: as the source says. `seen`: the number of the edit that was seen last."""

    title: str = Field(default="", max_length=MAX_TITLE)
    summary: str = Field(default="", max_length=MAX_SUMMARY)
    seen: int | None = Field(default=None, ge=0, le=2**31 - 1)


class NoteAsked(Given):
    """A note."""

    body: str = Field(min_length=1, max_length=MAX_NOTE)


class TagAsked(Given):
    """A competency by its framework and IRI."""

    framework: str = Field(min_length=1, max_length=200)
    concept: str = Field(min_length=1, max_length=2_000)


class OtherAsked(Given):
    """Another item."""

    other: UUID


class PostAsked(Given):
    """One of the item's posts."""

    post: UUID


class PieceTold(_Answer):
    """A stretch of a text, and whether the other item has it too."""

    text: str
    is_same: bool


class SideTold(BaseModel):
    """One of two items that are compared."""

    item: UUID
    title: list[PieceTold]
    text: list[PieceTold]


class ComparedTold(BaseModel):
    """Two items side by side; the older is what is left of a merge. `settled`: what a person said of them."""

    older: SideTold
    younger: SideTold
    likeness: float | None
    settled: str | None

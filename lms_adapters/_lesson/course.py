"""Which lessons a package holds, in which order: pure, and the same for the same items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gleanery.ports import LearningCollection, LearningItem, LearningStep
from lms_adapters._entries import Entry, entry_of, unique
from lms_adapters._lesson.settings import CourseSettings
from lms_adapters._lesson.words import Words, words_in
from lms_adapters._text import lines, plain

_LONG = 4_000


@dataclass(frozen=True, slots=True)
class Lesson:
    """One item in its place. `key` is unique in the package and part of an XML name."""

    key: str
    entry: Entry
    label: str
    """Its title in the table of contents."""
    required: bool = True
    place: str = ""
    note: tuple[str, ...] = ()
    after: str | None = None
    """The key of the lesson that must be completed before."""


@dataclass(frozen=True, slots=True)
class Part:
    """A collection with its lessons in order."""

    id: UUID
    title: str
    summary: tuple[str, ...]
    objectives: tuple[str, ...]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What a package holds. `left_out`: items with nothing to show; `empty`: collections without a lesson."""

    parts: tuple[Part, ...]
    others: tuple[Lesson, ...]
    left_out: tuple[UUID, ...]
    empty: tuple[str, ...]
    missing: tuple[str, ...]
    """Collections that the settings name and that are not published."""

    @property
    def lessons(self) -> list[Lesson]:
        """All lessons in order."""
        return [*(lesson for part in self.parts for lesson in part.lessons), *self.others]


def course_of(
    items: Sequence[LearningItem],
    collections: Sequence[LearningCollection],
    settings: CourseSettings,
    adapter: str,
) -> Course:
    """The course of these. Raises: Conflict where one id has two contents."""
    every = unique([*items, *(step.item for one in collections for step in one.steps)], adapter)
    words, entries = words_in(settings.language), _entries(every, settings)
    parts = [_part(one, entries, settings, words) for one in collections if settings.chooses(one)]
    known = {name for one in collections for name in (str(one.id), one.title)}
    return Course(
        parts=tuple(part for part in parts if part.lessons),
        others=_others(entries.values(), collections) if settings.others else (),
        left_out=tuple(sorted(entry.id for entry in entries.values() if not entry.has_something)),
        empty=tuple(part.title for part in parts if not part.lessons),
        missing=tuple(plain(one) for one in settings.collections if one not in known),
    )


def _others(entries: Iterable[Entry], collections: Sequence[LearningCollection]) -> tuple[Lesson, ...]:
    """The items that are in no collection, by title."""
    bound = {step.item.id for one in collections for step in one.steps}
    free = [entry for entry in entries if entry.has_something and entry.id not in bound]
    free.sort(key=lambda entry: (entry.title.casefold(), str(entry.id)))
    return tuple(Lesson(entry.id.hex, entry, entry.title) for entry in free)


def _entries(items: Sequence[LearningItem], settings: CourseSettings) -> dict[UUID, Entry]:
    words, language = words_in(settings.language), settings.language
    return {
        item.id: entry_of(item, words.untitled, language, include_text=settings.include_text)
        for item in items
    }


def _part(
    collection: LearningCollection, entries: dict[UUID, Entry], settings: CourseSettings, words: Words
) -> Part:
    title = plain(collection.title) or words.untitled
    steps = [step for step in collection.steps if entries[step.item.id].has_something]
    keys: dict[UUID | None, str] = {}  # of the steps so far: none may wait for itself or a later one
    lessons = []
    for number, step in enumerate(steps, 1):
        entry, before = entries[step.item.id], keys.get(step.after)
        said = [title, words.step.format(number, len(steps)), *_said(step, words)]
        said += [words.after.format(entries[step.after].title)] if before and step.after else []
        label = entry.title if step.required else f"{entry.title} ({words.optional})"
        key = keys[step.item.id] = f"{collection.id.hex}_{step.item.id.hex}"
        note = lines(step.note, _LONG)
        lessons.append(Lesson(key, entry, label, step.required, " · ".join(said), note, before))
    objectives = tuple(filter(None, map(plain, collection.objectives)))
    return Part(collection.id, title, lines(collection.summary, _LONG), objectives, tuple(lessons))


def _said(step: LearningStep, words: Words) -> list[str]:
    due = _due(step.due_on, step.due_days, words)
    return [part for part in ("" if step.required else words.optional, due) if part]


def _due(on: date | None, days: int | None, words: Words) -> str:
    if on is not None:
        return words.until.format(on.isoformat())
    return words.within.format(days) if days else ""

"""A package of lessons as one file: what the adapters that write such files have in common.

A package cannot be recalled once somebody has it, so it takes only text whose policy allows passing on (the house
leaves `LearningItem.html` empty otherwise).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from gleanery.ports import Check, Context, LearningCollection, LearningItem, Receipt
from lms_adapters._lesson.course import Course, Lesson, Part, course_of
from lms_adapters._lesson.page import NOTHING, SHARED, page_of, page_path, shared_file
from lms_adapters._lesson.settings import CourseSettings
from lms_adapters._lesson.telling import FOR_GOOD, note_of
from lms_adapters._lesson.words import words_in
from lms_adapters._packing import checks, pack
from lms_adapters._text import plain

Of = TypeVar("Of", bound=CourseSettings)
"""The settings of a format."""


class Package(ABC, Generic[Of]):
    """Writes a package: a file that describes it, a page for each lesson, and the scripts and styles they share."""

    name: ClassVar[str]
    api_version: ClassVar[int] = 1
    batch: ClassVar[bool] = True
    script: ClassVar[str]
    """The file beside the adapter with which its pages speak to the LMS."""

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Of = settings
        self._ctx = ctx
        self._words = words_in(settings.language)
        self.path = Path(ctx.folder).absolute() / settings.path

    def preflight(self) -> Sequence[Check]:
        """That the file can be written and there is some room; nothing is made."""
        return checks(self.path)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Make the file anew. Raises: ConfigError (folder, disk), Conflict (one id, two contents)."""
        return self.bind(items, ())

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the file anew with a part for each collection, in its order, and the other items after them.

        An item stands in each collection that holds it. Raises as `publish`.
        """
        course = course_of(items, collections, self._settings, self.name)
        digest = pack(self.path, self._files(course), self._ctx.now().timestamp(), self.name)
        self._ctx.log.info(f"{self.name}.written", lessons=len(course.lessons), sha256=digest)
        return Receipt(digest, self.path.as_uri(), note_of(self.path, course), recallable=False)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Nothing to undo: the next package leaves the item out, copies already imported stay."""
        note = f"The next package leaves this item out; copies already imported stay. {FOR_GOOD}"
        return Receipt(remote_id or "", self.path.as_uri(), note, recallable=False)

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Not offered: one item would replace the file of all."""
        raise NotImplementedError(f"{self.name} is a batch adapter: call publish with all approved items")

    # ------------------------------------------------------------------ what is in it

    @abstractmethod
    def _described(self, course: Course) -> tuple[str, bytes]:
        """The file by which an LMS knows the package: its name and its bytes."""

    @abstractmethod
    def _tells(self, lesson: Lesson | None) -> tuple[dict[str, str], str]:
        """What the script of a page is told, and where the page may send to, as a content policy names it."""

    def _files(self, course: Course) -> Iterator[tuple[str, bytes]]:
        yield self._described(course)
        yield from ((f"shared/{name}", shared_file(name)) for name in SHARED)
        beside = files(type(self).__module__.rpartition(".")[0])
        yield f"shared/{self.script}", beside.joinpath(self.script).read_bytes()
        if not course.lessons:
            yield page_path(NOTHING), self._page(None, None)
        for part in course.parts:
            yield from ((page_path(lesson.key), self._page(lesson, part)) for lesson in part.lessons)
        yield from ((page_path(lesson.key), self._page(lesson, None)) for lesson in course.others)

    def _page(self, lesson: Lesson | None, part: Part | None) -> bytes:
        told, connects = self._tells(lesson)
        return page_of(
            lesson, part, self._words, self.script, told,
            title=lesson.entry.title if lesson else plain(self._settings.title),
            language=self._settings.language, connects=connects,
        )  # fmt: skip

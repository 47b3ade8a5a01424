"""The adapter `cmi5`: one course package made anew from all approved items, an assignable unit for each.

A package cannot be recalled once somebody has it, so it takes only text whose policy allows passing on (the house
leaves `LearningItem.html` empty otherwise). It holds no question either: whoever has the package could read the
answer, so no unit has a mastery score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid5

from pydantic import Field

from gleanery import ports
from gleanery.ports import Check, Context, LearningCollection, LearningItem, Receipt
from lms_adapters._lesson.course import Course, Lesson, Part, course_of
from lms_adapters._lesson.page import SHARED, page_of, shared_file
from lms_adapters._lesson.settings import CourseSettings, ZipFile
from lms_adapters._lesson.telling import FOR_GOOD, note_of
from lms_adapters._lesson.words import words_in
from lms_adapters._packing import checks, pack
from lms_adapters._text import plain
from lms_adapters.cmi5.structure import NAME, NOTHING, Structure, page_path

_SCRIPT = "au.js"


class Settings(CourseSettings):
    """What every package of lessons has."""

    path: ZipFile = Field(Path("gleanery-cmi5.zip"), title="File")


class Cmi5:
    """Writes a cmi5 course package."""

    name: ClassVar[str] = "cmi5"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = True

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._words = words_in(self._settings.language)
        self.path = Path(ctx.folder).absolute() / self._settings.path

    def preflight(self) -> Sequence[Check]:
        """That the file can be written and there is some room; nothing is made."""
        return checks(self.path)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Make the file anew. Raises: ConfigError (folder, disk), Conflict (one id, two contents)."""
        return self.bind(items, ())

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the file anew with a block for each collection, in its order, and the other items after them.

        An item is a unit of each collection that holds it. Raises as `publish`.
        """
        course = course_of(items, collections, self._settings, self.name)
        digest = pack(self.path, self._files(course), self._ctx.now().timestamp(), self.name)
        self._ctx.log.info("cmi5.written", lessons=len(course.lessons), sha256=digest)
        return Receipt(digest, self.path.as_uri(), note_of(self.path, course), recallable=False)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Nothing to undo: the next package leaves the item out, copies already imported stay."""
        note = f"The next package leaves this item out; copies already imported stay. {FOR_GOOD}"
        return Receipt(remote_id or "", self.path.as_uri(), note, recallable=False)

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Not offered: one item would replace the file of all."""
        raise NotImplementedError("cmi5 is a batch adapter: call publish with all approved items")

    def _files(self, course: Course) -> Iterator[tuple[str, bytes]]:
        settings = self._settings
        # The folder is this destination's own and named after it, so two destinations are two courses.
        ours = uuid5(self._ctx.organisation, Path(self._ctx.folder).name)
        yield NAME, Structure(ours, settings.title, settings.language).made(course, self._words.nothing)
        yield from ((f"shared/{name}", shared_file(name)) for name in SHARED)
        yield f"shared/{_SCRIPT}", files("lms_adapters.cmi5").joinpath(_SCRIPT).read_bytes()
        if not course.lessons:
            yield page_path(NOTHING), self._page(None, None)
        for part in course.parts:
            yield from ((page_path(lesson.key), self._page(lesson, part)) for lesson in part.lessons)
        yield from ((page_path(lesson.key), self._page(lesson, None)) for lesson in course.others)

    def _page(self, lesson: Lesson | None, part: Part | None) -> bytes:
        """A page may send to any web address: where the LMS keeps its record is known only when it opens the page."""
        return page_of(
            lesson,
            part,
            self._words,
            _SCRIPT,
            {"completes": self._settings.completes},
            title=lesson.entry.title if lesson else plain(self._settings.title),
            language=self._settings.language,
            connects="http: https:",
        )

"""The adapter `cmi5`: one course package made anew from all approved items, an assignable unit for each.

A package cannot be recalled once somebody has it, so it takes only text whose policy allows passing on (the house
leaves `LearningItem.html` empty otherwise). It holds no question either: whoever has the package could read the
answer, so no unit has a mastery score.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from uuid import uuid5

from pydantic import Field

from gleanery import ports
from lms_adapters._lesson.course import Course, Lesson
from lms_adapters._lesson.package import Package
from lms_adapters._lesson.settings import CourseSettings, ZipFile
from lms_adapters.cmi5.structure import NAME, Structure


class Settings(CourseSettings):
    """What every package of lessons has."""

    path: ZipFile = Field(Path("gleanery-cmi5.zip"), title="File")


class Cmi5(Package[Settings]):
    """Writes a cmi5 course package: a block for each collection, an item a unit of each that holds it."""

    name: ClassVar[str] = "cmi5"
    Settings: ClassVar[type[ports.Settings]] = Settings
    script: ClassVar[str] = "au.js"

    def _described(self, course: Course) -> tuple[str, bytes]:
        """The folder is this destination's own and named after it, so two destinations are two courses."""
        ours = uuid5(self._ctx.organisation, Path(self._ctx.folder).name)
        made = Structure(ours, self._settings.title, self._settings.language)
        return NAME, made.made(course, self._words.nothing)

    def _tells(self, lesson: Lesson | None) -> tuple[dict[str, str], str]:
        """To any web address: where the LMS keeps its record is known only when it opens the page."""
        return {"completes": self._settings.completes}, "http: https:"

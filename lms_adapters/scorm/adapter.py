"""The adapter `scorm`: one SCORM package made anew from all approved items, a page of its own for each.

A package cannot be recalled once somebody has it, so it takes only text whose policy allows passing on (the house
leaves `LearningItem.html` empty otherwise).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from gleanery import ports
from gleanery.ports import Check, Context, Endpoint
from lms_adapters._lesson.course import Course, Lesson
from lms_adapters._lesson.package import Package
from lms_adapters._lesson.page import SHARED
from lms_adapters._lesson.settings import CourseSettings, ZipFile
from lms_adapters.scorm.manifest import NAME, Manifest, Version
from lms_adapters.scorm.reports import DONE, Reports


class Settings(CourseSettings):
    """Besides what every package of lessons has: the version, and whether pages tell us too."""

    path: ZipFile = Field(Path("gleanery-scorm.zip"), title="File")
    version: Version = Field("1.2", description="SCORM version: 1.2, or 2004 (4th Edition)")
    reports: bool = Field(
        False,
        title="Reports to us",
        description="pages tell gleanery too what was done, when they are online",
    )
    realm: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = Field(
        "",
        description="web address of the LMS, by which the learners it names are known here; needed for reports",
    )

    @model_validator(mode="after")
    def _reports_name_the_lms(self) -> Self:
        if self.reports and urlsplit(self.realm).scheme not in ("http", "https"):
            raise ValueError("reports need `realm`, the web address of the LMS whose learners they tell of")
        return self


class Scorm(Package[Settings]):
    """Writes a SCORM package: a folder for each collection, an item in each that holds it."""

    name: ClassVar[str] = "scorm"
    Settings: ClassVar[type[ports.Settings]] = Settings
    script: ClassVar[str] = "sco.js"

    def __init__(self, settings: Any, ctx: Context) -> None:
        super().__init__(settings, ctx)
        self._reports = Reports(ctx, self._settings.realm)

    def preflight(self) -> Sequence[Check]:
        """That the file can be written, and that pages can reach us where they are to; nothing is made."""
        made = [*super().preflight()]
        if self._settings.reports:
            made.append(self._reached())
        return made

    def _reached(self) -> Check:
        if self._ctx.address:
            return Check("reports", True, f"Pages report to {self._ctx.address}.")
        remedy = "Set serve.address to the address at which the house is reached, or `reports` to false."
        return Check("reports", False, "Pages would have no address to report to.", remedy)

    def endpoints(self) -> Sequence[Endpoint]:
        """Where pages tell what was done; none unless they are to."""
        return [Endpoint(DONE, ("POST",), self._reports.answer)] if self._settings.reports else []

    def _described(self, course: Course) -> tuple[str, bytes]:
        shared = [f"shared/{name}" for name in (*SHARED, self.script)]
        ours = f"gleanery-{self._ctx.organisation.hex}"
        made = Manifest(self._settings.version, ours, self._settings.title)
        return NAME, made.made(course, shared, self._words.nothing)

    def _tells(self, lesson: Lesson | None) -> tuple[dict[str, str], str]:
        told: dict[str, str] = {"version": self._settings.version, "completes": self._settings.completes}
        if lesson is None or not self._settings.reports or not self._ctx.address:
            return told, "'none'"
        told |= {
            "item": str(lesson.entry.id),
            "report": f"{self._ctx.address}/{DONE}",
            "tag": self._reports.tag(lesson.entry.id),
        }
        return told, _origin(self._ctx.address)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"

"""The adapter `scorm`: one SCORM package made anew from all approved items, a page of its own for each.

A package cannot be recalled once somebody has it, so it takes only text whose policy allows passing on (the house
leaves `LearningItem.html` empty otherwise).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from gleanery import ports
from gleanery.ports import Check, Context, Endpoint, LearningCollection, LearningItem, Receipt
from lms_adapters._lesson.course import Course, Lesson, Part, course_of
from lms_adapters._lesson.page import SHARED, page_of, shared_file
from lms_adapters._lesson.settings import CourseSettings, ZipFile
from lms_adapters._lesson.telling import FOR_GOOD, note_of
from lms_adapters._lesson.words import words_in
from lms_adapters._packing import checks, pack
from lms_adapters._text import plain
from lms_adapters.scorm.manifest import NAME, NOTHING, Manifest, Version, page_path
from lms_adapters.scorm.reports import DONE, Reports

_SCRIPT = "sco.js"


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


class Scorm:
    """Writes a SCORM package."""

    name: ClassVar[str] = "scorm"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = True

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._words = words_in(self._settings.language)
        self._reports = Reports(ctx, self._settings.realm)
        self.path = Path(ctx.folder).absolute() / self._settings.path

    def preflight(self) -> Sequence[Check]:
        """That the file can be written, and that pages can reach us where they are to; nothing is made."""
        made = checks(self.path)
        if self._settings.reports:
            reached = bool(self._ctx.address)
            remedy = (
                ""
                if reached
                else "Set serve.address to the address at which the house is reached, or `reports` to false."
            )
            says = (
                f"Pages report to {self._ctx.address}."
                if reached
                else "Pages would have no address to report to."
            )
            made.append(Check("reports", reached, says, remedy))
        return made

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Make the file anew. Raises: ConfigError (folder, disk), Conflict (one id, two contents)."""
        return self.bind(items, ())

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the file anew with a folder for each collection, in its order, and the other items after them.

        An item stands in each collection that holds it. Raises as `publish`.
        """
        course = course_of(items, collections, self._settings, self.name)
        digest = pack(self.path, self._files(course), self._ctx.now().timestamp(), self.name)
        self._ctx.log.info("scorm.written", lessons=len(course.lessons), sha256=digest)
        return Receipt(digest, self.path.as_uri(), note_of(self.path, course), recallable=False)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Nothing to undo: the next package leaves the item out, copies already imported stay."""
        note = f"The next package leaves this item out; copies already imported stay. {FOR_GOOD}"
        return Receipt(remote_id or "", self.path.as_uri(), note, recallable=False)

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Not offered: one item would replace the file of all."""
        raise NotImplementedError("scorm is a batch adapter: call publish with all approved items")

    def endpoints(self) -> Sequence[Endpoint]:
        """Where pages tell what was done; none unless they are to."""
        return [Endpoint(DONE, ("POST",), self._reports.answer)] if self._settings.reports else []

    def _files(self, course: Course) -> Iterator[tuple[str, bytes]]:
        shared = [f"shared/{name}" for name in (*SHARED, _SCRIPT)]
        manifest = Manifest(
            self._settings.version, f"gleanery-{self._ctx.organisation.hex}", self._settings.title
        )
        yield NAME, manifest.made(course, shared, self._words.nothing)
        yield from ((f"shared/{name}", shared_file(name)) for name in SHARED)
        yield f"shared/{_SCRIPT}", files("lms_adapters.scorm").joinpath(_SCRIPT).read_bytes()
        if not course.lessons:
            yield page_path(NOTHING), self._page(None, None)
        for part in course.parts:
            yield from ((page_path(lesson.key), self._page(lesson, part)) for lesson in part.lessons)
        yield from ((page_path(lesson.key), self._page(lesson, None)) for lesson in course.others)

    def _page(self, lesson: Lesson | None, part: Part | None) -> bytes:
        settings = self._settings
        told: dict[str, str] = {"version": settings.version, "completes": settings.completes}
        reports = lesson is not None and settings.reports and bool(self._ctx.address)
        if lesson is not None and reports:
            told |= {
                "item": str(lesson.entry.id),
                "report": f"{self._ctx.address}/{DONE}",
                "tag": self._reports.tag(lesson.entry.id),
            }
        return page_of(
            lesson,
            part,
            self._words,
            _SCRIPT,
            told,
            title=lesson.entry.title if lesson else plain(settings.title),
            language=settings.language,
            connects=_origin(self._ctx.address) if reports else "'none'",
        )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"

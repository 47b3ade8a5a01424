"""The course structure of a cmi5 package: `cmi5.xml`.

cmi5 Quartz, sections 13 and 14 (https://github.com/AICC/CMI-5_Spec_Current/blob/quartz/cmi5_spec.md). The ids of
assignable units are IRIs under the project's own base and made of ids of the house, so an LMS knows a unit again in the
next package; they say nothing of where the house is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lxml import etree

from lms_adapters._lesson.course import Course, Lesson, Part
from lms_adapters._lesson.page import NOTHING, page_path
from lms_adapters._text import plain
from xapi.vocabulary import own

NAME = "cmi5.xml"

_NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_N = f"{{{_NAMESPACE}}}"
_LONG = 2_000


@dataclass(frozen=True, slots=True)
class Structure:
    """Makes the structure. `course`: the id of the course for good; `language`: of titles of our own."""

    course: UUID
    title: str
    language: str

    def made(self, course: Course, nothing: str) -> bytes:
        """The structure of this course; `nothing` is what the only page of an empty one says."""
        root = etree.Element(_N + "courseStructure", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]  # the stubs forget None
        top = etree.SubElement(root, _N + "course", id=f"{own.PROFILE}/courses/{self.course}")
        self._named(top, plain(self.title), plain(self.title))
        objectives = dict.fromkeys(text for part in course.parts for text in part.objectives)
        self._objectives(root, list(objectives))
        for part in course.parts:
            self._block(root, part, list(objectives))
        for lesson in course.others:
            self._unit(root, lesson, f"{own.PROFILE}/items/{lesson.entry.id}")
        if not course.lessons:
            unit = etree.SubElement(root, _N + "au", id=f"{own.PROFILE}/courses/{self.course}/nothing")
            self._named(unit, nothing, nothing)
            etree.SubElement(unit, _N + "url").text = page_path(NOTHING)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _objectives(self, root: etree._Element, texts: Sequence[str]) -> None:
        if not texts:
            return
        holder = etree.SubElement(root, _N + "objectives")
        for number, text in enumerate(texts, 1):
            self._named(etree.SubElement(holder, _N + "objective", id=self._objective(number)), text, text)

    def _objective(self, number: int) -> str:
        return f"{own.PROFILE}/courses/{self.course}/objectives/{number}"

    def _block(self, root: etree._Element, part: Part, objectives: Sequence[str]) -> None:
        iri = f"{own.PROFILE}/collections/{part.id}"
        block = etree.SubElement(root, _N + "block", id=iri)
        self._named(block, part.title, plain(" ".join(part.summary), _LONG) or part.title)
        if part.objectives:
            holder = etree.SubElement(block, _N + "objectives")
            for text in part.objectives:
                etree.SubElement(holder, _N + "objective", idref=self._objective(objectives.index(text) + 1))
        for lesson in part.lessons:
            self._unit(block, lesson, f"{iri}/items/{lesson.entry.id}")

    def _unit(self, parent: etree._Element, lesson: Lesson, iri: str) -> None:
        """An optional step asks for nothing: the LMS takes it as fulfilled (13.1.4, moveOn)."""
        move_on = "Completed" if lesson.required else "NotApplicable"
        unit = etree.SubElement(parent, _N + "au", id=iri, moveOn=move_on, launchMethod="AnyWindow")
        about = plain(" ".join(lesson.note), _LONG) or lesson.place or lesson.label
        self._named(unit, lesson.label, about, lesson.entry.language)
        etree.SubElement(unit, _N + "url").text = page_path(lesson.key)

    def _named(self, element: etree._Element, title: str, description: str, language: str = "") -> None:
        for name, text, spoken in (("title", title, language), ("description", description, "")):
            holder = etree.SubElement(element, _N + name)
            etree.SubElement(holder, _N + "langstring", lang=spoken or self.language).text = text

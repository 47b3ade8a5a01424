"""The table of contents of a package: `imsmanifest.xml` of SCORM 1.2 and of SCORM 2004 4th Edition.

SCORM 1.2 Content Aggregation Model, chapter 2 (`adlcp:prerequisites` names the step that must be done before);
SCORM 2004 4th Edition Sequencing and Navigation (there a rule disables a step until the objective of the
other one is fulfilled).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from lms_adapters._lesson.course import Course, Lesson
from lms_adapters._lesson.page import NOTHING, page_path
from lms_adapters._text import plain

Version = Literal["1.2", "2004"]
NAME = "imsmanifest.xml"

_CP = {
    "1.2": "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}",
    "2004": "{http://www.imsglobal.org/xsd/imscp_v1p1}",
}
_ADL = {
    "1.2": "{http://www.adlnet.org/xsd/adlcp_rootv1p2}",
    "2004": "{http://www.adlnet.org/xsd/adlcp_v1p3}",
}
_SEQUENCING = "{http://www.imsglobal.org/xsd/imsss}"
_SCHEMA_VERSION = {"1.2": "1.2", "2004": "2004 4th Edition"}
_TITLE = 200
"""Characters of a title (imscp_rootv1p1p2.xsd, titleType)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Makes the manifest in one version; `identifier` names the package for good."""

    version: Version
    identifier: str
    title: str

    def made(self, course: Course, shared: Sequence[str], nothing: str) -> bytes:
        """The manifest of this course. `shared`: the files that every page needs; `nothing`: what an empty one says."""
        names: dict[str | None, str] = {None: _CP[self.version][1:-1], "adlcp": _ADL[self.version][1:-1]}
        if self.version == "2004":
            names["imsss"] = _SEQUENCING[1:-1]
        root = etree.Element(_CP[self.version] + "manifest", nsmap=names)  # type: ignore[arg-type]  # the stubs forget None
        root.set("identifier", self.identifier)
        root.set("version", "1.0")
        metadata = self._under(root, "metadata")
        self._under(metadata, "schema").text = "ADL SCORM"
        self._under(metadata, "schemaversion").text = _SCHEMA_VERSION[self.version]
        self._organization(self._under(root, "organizations", default="course"), course, nothing)
        keys = [lesson.key for lesson in course.lessons] or [NOTHING]
        self._resources(self._under(root, "resources"), keys, shared)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _organization(self, organizations: etree._Element, course: Course, nothing: str) -> None:
        top = self._under(organizations, "organization", identifier="course")
        self._under(top, "title").text = plain(self.title, _TITLE)
        waited_for = {lesson.after for lesson in course.lessons}
        for part in course.parts:
            folder = self._item(top, f"part_{part.id.hex}", part.title)
            for lesson in part.lessons:
                self._lesson(folder, lesson, lesson.key in waited_for)
            self._choosable(folder)
        for lesson in course.others:
            self._lesson(top, lesson, waited_for=False)
        if not course.lessons:
            self._item(top, f"item_{NOTHING}", nothing, NOTHING)
        self._choosable(top)

    def _lesson(self, parent: etree._Element, lesson: Lesson, waited_for: bool) -> None:
        item = self._item(parent, f"item_{lesson.key}", lesson.label, lesson.key)
        if self.version == "2004":
            item.append(_sequencing(lesson, waited_for))
        elif lesson.after is not None:
            before = etree.SubElement(item, _ADL["1.2"] + "prerequisites", type="aicc_script")
            before.text = f"item_{lesson.after}"

    def _choosable(self, parent: etree._Element) -> None:
        """Have a 2004 LMS show what is below as a list through which one may go."""
        if self.version == "2004":
            sequencing = etree.SubElement(parent, _SEQUENCING + "sequencing")
            etree.SubElement(sequencing, _SEQUENCING + "controlMode", choice="true", flow="true")

    def _item(self, parent: etree._Element, identifier: str, title: str, key: str = "") -> etree._Element:
        refers = {"identifierref": f"resource_{key}"} if key else {}
        item = self._under(parent, "item", identifier=identifier, **refers)
        self._under(item, "title").text = plain(title, _TITLE)
        return item

    def _resources(self, resources: etree._Element, keys: Sequence[str], shared: Sequence[str]) -> None:
        kind = _ADL[self.version] + ("scormtype" if self.version == "1.2" else "scormType")
        for key in keys:
            resource = self._under(
                resources, "resource", identifier=f"resource_{key}", type="webcontent", href=page_path(key)
            )
            resource.set(kind, "asset" if key == NOTHING else "sco")
            self._under(resource, "file", href=page_path(key))
            self._under(resource, "dependency", identifierref="shared")
        common = self._under(resources, "resource", identifier="shared", type="webcontent")
        common.set(kind, "asset")
        for path in shared:
            self._under(common, "file", href=path)

    def _under(self, parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, _CP[self.version] + name, attributes)


def _sequencing(lesson: Lesson, waited_for: bool) -> etree._Element:
    """That the page itself says when it is completed, that it opens once another one is, and that an optional one does
    not count for the whole. The order of the elements is the schema's."""
    sequencing = etree.Element(_SEQUENCING + "sequencing")
    if lesson.after is not None:
        _wait(etree.SubElement(sequencing, _SEQUENCING + "sequencingRules"))
    if not lesson.required:
        counts = {"rollupObjectiveSatisfied": "false", "rollupProgressCompletion": "false"}
        etree.SubElement(sequencing, _SEQUENCING + "rollupRules", counts, objectiveMeasureWeight="0")
    if lesson.after is not None or waited_for:
        _objectives(etree.SubElement(sequencing, _SEQUENCING + "objectives"), lesson, waited_for)
    by_content = {"completionSetByContent": "true", "objectiveSetByContent": "true"}
    etree.SubElement(sequencing, _SEQUENCING + "deliveryControls", by_content)
    return sequencing


def _wait(rules: etree._Element) -> None:
    rule = etree.SubElement(rules, _SEQUENCING + "preConditionRule")
    conditions = etree.SubElement(rule, _SEQUENCING + "ruleConditions", conditionCombination="any")
    for condition in ("satisfied", "objectiveStatusKnown"):
        which = {"referencedObjective": "before", "operator": "not", "condition": condition}
        etree.SubElement(conditions, _SEQUENCING + "ruleCondition", which)
    etree.SubElement(rule, _SEQUENCING + "ruleAction", action="disabled")


def _objectives(objectives: etree._Element, lesson: Lesson, waited_for: bool) -> None:
    """Its own objective, shared with those that wait for it, and that of the one it waits for."""
    own = etree.SubElement(objectives, _SEQUENCING + "primaryObjective", objectiveID="own")
    if waited_for:
        _share(own, lesson.key, writes=True)
    if lesson.after is not None:
        before = etree.SubElement(objectives, _SEQUENCING + "objective", objectiveID="before")
        _share(before, lesson.after, writes=False)


def _share(objective: etree._Element, key: str, *, writes: bool) -> None:
    ways = {"readSatisfiedStatus": str(not writes).lower(), "writeSatisfiedStatus": str(writes).lower()}
    etree.SubElement(objective, _SEQUENCING + "mapInfo", ways, targetObjectiveID=f"gleanery_{key}")

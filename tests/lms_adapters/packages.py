"""An independent reader of what our adapters write: it shares no code with them and believes nothing."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript", "css": "text/css", "xml": "text/xml"}


@dataclass
class Node:
    """An entry of a table of contents."""

    id: str
    title: str
    href: str | None
    kind: str | None = None
    before: str | None = None
    element: Any = None
    children: list[Node] = field(default_factory=list)

    def leaves(self) -> Iterator[Node]:
        """What can be opened, in order."""
        if self.href is not None:
            yield self
        for child in self.children:
            yield from child.leaves()


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a zip, whose names must be plain and of which none may come twice."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert len(names) == len(set(names))
        for name in names:
            assert name == posixpath.normpath(name), name
            assert not name.startswith(("/", "..")), name
            assert name.isascii(), name
        return {name: archive.read(name) for name in names}


def parsed(body: bytes) -> Any:
    """The root of an XML document."""
    return etree.fromstring(body, _PARSER)


def media_type(name: str) -> str:
    """What a web server says of a file."""
    return _TYPES[name.rsplit(".", 1)[-1]]


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _children(element: Any, name: str) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str) and _local(child) == name]


def _attribute(element: Any, name: str) -> str | None:
    found = [str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name]
    return found[0] if found else None


def content_package(files: dict[str, bytes]) -> Node:
    """The organization of an IMS content package (a cartridge, SCORM) with what each entry opens.

    Every reference must lead somewhere, every file be named, every identifier come once.
    """
    root = parsed(files["imsmanifest.xml"])
    identifiers = [str(node.get("identifier")) for node in root.iter() if node.get("identifier")]
    assert len(identifiers) == len(set(identifiers))
    (resources,) = _children(root, "resources")
    known = {str(one.get("identifier")): one for one in _children(resources, "resource")}
    named = {str(file.get("href")) for one in known.values() for file in _children(one, "file")}
    assert named == set(files) - {"imsmanifest.xml"}
    for one in known.values():
        for needed in _children(one, "dependency"):
            assert needed.get("identifierref") in known
    (organizations,) = _children(root, "organizations")
    (organization,) = _children(organizations, "organization")
    top = _node(organization, known)
    _sequence(top)
    return top


def _sequence(top: Node) -> None:
    """Fill `before` from the objectives that entries of SCORM 2004 share: one writes what another reads."""
    written: dict[str, str] = {}
    for entry in top.leaves():
        for shared in entry.element.iterfind("{*}sequencing/{*}objectives/{*}primaryObjective/{*}mapInfo"):
            assert shared.get("writeSatisfiedStatus") == "true"
            written[str(shared.get("targetObjectiveID"))] = entry.id
    for entry in top.leaves():
        for other in entry.element.iterfind("{*}sequencing/{*}objectives/{*}objective"):
            (shared,) = other
            assert shared.get("readSatisfiedStatus") == "true"
            entry.before = written[str(shared.get("targetObjectiveID"))]
            rule = entry.element.find("{*}sequencing/{*}sequencingRules/{*}preConditionRule")
            assert rule.find("{*}ruleAction").get("action") == "disabled"
            for condition in rule.iterfind("{*}ruleConditions/{*}ruleCondition"):
                assert (condition.get("referencedObjective"), condition.get("operator")) == (
                    other.get("objectiveID"),
                    "not",
                )


def _node(element: Any, known: dict[str, Any]) -> Node:
    titles = _children(element, "title")
    node = Node(str(element.get("identifier")), str(titles[0].text) if titles else "", None, element=element)
    if (refers := element.get("identifierref")) is not None:
        resource = known[str(refers)]
        first = _children(resource, "file")[0].get("href")
        node.href = str(resource.get("href") or first)
        node.kind = (
            _attribute(resource, "scormtype") or _attribute(resource, "scormType") or resource.get("type")
        )
        before = _children(element, "prerequisites")
        node.before = str(before[0].text) if before else None
    node.children = [_node(child, known) for child in _children(element, "item")]
    return node

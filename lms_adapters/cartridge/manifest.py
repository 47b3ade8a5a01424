"""The table of contents of a cartridge: `imsmanifest.xml` of IMS Common Cartridge 1.1.

Rules beyond the schema, learnt from Moodle's importer: it knows the version by the default namespace in
the first 1,024 bytes, makes a course section of each top-level folder and an activity of each entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lxml import etree

from lms_adapters.cartridge.resources import Kind, Resource, to_xml

NAME = "imsmanifest.xml"
_CP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
_LOM = "{http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest}"


@dataclass(frozen=True, slots=True)
class About:
    """What the cartridge says of itself."""

    organisation: UUID
    title: str
    description: str
    rights: str
    language: str


def manifest(about: About, folders: Sequence[tuple[str, Sequence[Resource]]]) -> bytes:
    """The manifest of these folders: (title, resources in order)."""
    names = {None: _CP[1:-1], "lom": _LOM[1:-1]}
    root = etree.Element(_CP + "manifest", nsmap=names)  # type: ignore[arg-type]  # the stubs forget None
    root.set("identifier", f"gleanery-{about.organisation.hex}")
    root.append(_metadata(about))
    root.append(_organizations(about, folders))
    root.append(_resources([resource for _, made in folders for resource in made]))
    return to_xml(root)


def _metadata(about: About) -> etree._Element:
    metadata = etree.Element(_CP + "metadata")
    etree.SubElement(metadata, _CP + "schema").text = "IMS Common Cartridge"
    etree.SubElement(metadata, _CP + "schemaversion").text = "1.1.0"
    lom = etree.SubElement(metadata, _LOM + "lom")
    general = etree.SubElement(lom, _LOM + "general")
    _say(general, "title", about.title, about.language)
    etree.SubElement(general, _LOM + "language").text = about.language
    _say(general, "description", about.description, about.language)
    rights = etree.SubElement(lom, _LOM + "rights")
    restricted = etree.SubElement(rights, _LOM + "copyrightAndOtherRestrictions")
    etree.SubElement(restricted, _LOM + "value").text = "yes"
    _say(rights, "description", about.rights, about.language)
    return metadata


def _say(parent: etree._Element, name: str, text: str, language: str) -> None:
    holder = etree.SubElement(parent, _LOM + name)
    etree.SubElement(holder, _LOM + "string", language=language).text = text


def _organizations(about: About, folders: Sequence[tuple[str, Sequence[Resource]]]) -> etree._Element:
    organizations = etree.Element(_CP + "organizations")
    organization = etree.SubElement(
        organizations, _CP + "organization", identifier="organization", structure="rooted-hierarchy"
    )
    etree.SubElement(organization, _CP + "title").text = about.title
    top = etree.SubElement(organization, _CP + "item", identifier="root")
    for number, (title, resources) in enumerate(folders, 1):
        folder = etree.SubElement(top, _CP + "item", identifier=f"folder-{number}")
        etree.SubElement(folder, _CP + "title").text = title
        for resource in resources:
            _entry(folder, resource)
    return organizations


def _entry(folder: etree._Element, resource: Resource) -> None:
    names = {"identifier": f"item-{resource.key}", "identifierref": f"resource-{resource.key}"}
    entry = etree.SubElement(folder, _CP + "item", names)
    etree.SubElement(entry, _CP + "title").text = resource.title


def _resources(made: Sequence[Resource]) -> etree._Element:
    resources = etree.Element(_CP + "resources")
    for resource in made:
        names = {"identifier": f"resource-{resource.key}", "type": resource.kind.value}
        if resource.kind is Kind.PAGE:  # links and topics must not have one
            names["href"] = resource.path
        element = etree.SubElement(resources, _CP + "resource", names)
        etree.SubElement(element, _CP + "file", href=resource.path)
    return resources

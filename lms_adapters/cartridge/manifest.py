"""The table of contents of a cartridge: `imsmanifest.xml`.

Rules beyond the schema, learnt from Moodle's importer: it knows the version by the default namespace in
the first 1,024 bytes, makes a course section of each top-level folder and an activity of each entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lxml import etree

from lms_adapters.cartridge.formats import Format, Kind
from lms_adapters.cartridge.resources import Resource, to_xml

NAME = "imsmanifest.xml"


@dataclass(frozen=True, slots=True)
class About:
    """What the cartridge says of itself."""

    organisation: UUID
    title: str
    description: str
    rights: str
    language: str


def manifest(how: Format, about: About, folders: Sequence[tuple[str, Sequence[Resource]]]) -> bytes:
    """The manifest of these folders: (title, resources in order)."""
    cp, lom = f"{{{how.manifest}}}", f"{{{how.metadata}}}"
    names = {None: how.manifest, "lom": how.metadata}
    root = etree.Element(cp + "manifest", nsmap=names)  # type: ignore[arg-type]  # the stubs forget None
    root.set("identifier", f"gleanery-{about.organisation.hex}")
    metadata = etree.SubElement(root, cp + "metadata")
    etree.SubElement(metadata, cp + "schema").text = how.schema
    etree.SubElement(metadata, cp + "schemaversion").text = how.version
    _describe(etree.SubElement(metadata, lom + "lom"), lom, about)
    _organize(etree.SubElement(root, cp + "organizations"), cp, about, folders)
    made = [resource for _, resources in folders for resource in resources]
    _name(etree.SubElement(root, cp + "resources"), cp, how, made)
    return to_xml(root)


def _describe(top: etree._Element, lom: str, about: About) -> None:
    general = etree.SubElement(top, lom + "general")
    _say(general, lom, "title", about.title, about.language)
    etree.SubElement(general, lom + "language").text = about.language
    _say(general, lom, "description", about.description, about.language)
    rights = etree.SubElement(top, lom + "rights")
    restricted = etree.SubElement(rights, lom + "copyrightAndOtherRestrictions")
    etree.SubElement(restricted, lom + "value").text = "yes"
    _say(rights, lom, "description", about.rights, about.language)


def _say(parent: etree._Element, lom: str, name: str, text: str, language: str) -> None:
    holder = etree.SubElement(parent, lom + name)
    etree.SubElement(holder, lom + "string", language=language).text = text


def _organize(
    organizations: etree._Element, cp: str, about: About, folders: Sequence[tuple[str, Sequence[Resource]]]
) -> None:
    names = {"identifier": "organization", "structure": "rooted-hierarchy"}
    organization = etree.SubElement(organizations, cp + "organization", names)
    etree.SubElement(organization, cp + "title").text = about.title
    top = etree.SubElement(organization, cp + "item", identifier="root")
    for number, (title, resources) in enumerate(folders, 1):
        folder = etree.SubElement(top, cp + "item", identifier=f"folder-{number}")
        etree.SubElement(folder, cp + "title").text = title
        for resource in resources:
            refers = {"identifier": f"item-{resource.key}", "identifierref": f"resource-{resource.key}"}
            entry = etree.SubElement(folder, cp + "item", refers)
            etree.SubElement(entry, cp + "title").text = resource.title


def _name(resources: etree._Element, cp: str, how: Format, made: Sequence[Resource]) -> None:
    for resource in made:
        kind, _ = how.kinds[resource.kind]
        names = {"identifier": f"resource-{resource.key}", "type": kind}
        if resource.kind is Kind.PAGE:  # links and topics must not have one
            names["href"] = resource.path
        element = etree.SubElement(resources, cp + "resource", names)
        etree.SubElement(element, cp + "file", href=resource.path)

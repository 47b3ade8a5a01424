"""CASE 1.0 and 1.1, 1EdTech's format of competencies and academic standards, as JSON.

A package is `{"CFDocument": {...}, "CFItems": [...], "CFAssociations": [...]}`; a file holds one, a list of them, or
`{"CFPackages": [...]}`, and a folder or zip several files. The tree stands in associations: `isChildOf` leads from an
item (`originNodeURI`) to the one above it (`destinationNodeURI`) or to the document itself; where an item has none,
`isPartOf` counts. `replacedBy` names a successor, `isTranslationOf` (1.1) another language of the same thing.
Source: https://www.imsglobal.org/spec/case/v1p1 (Competencies and Academic Standards Exchange, information model)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from curation.taxonomy.encoding import encoding_of, refused
from curation.taxonomy.files import Table, opened, tables
from curation.taxonomy.gathering import Gathered, competencies
from gleanery.errors import BadInput, GleaneryError
from gleanery.ports import Competency, Fault

_ENDINGS = (".json",)
_LOOKED_AT = 256 * 1024
_NAMES = (b"CFItems", b"CFDocument", b"CFPackage")
_ABOVE = ("isChildOf", "isPartOf")

Json = Mapping[str, Any]


class Case:
    """Reads CASE packages: a JSON file, a folder or a zip of them."""

    name: ClassVar[str] = "case"
    api_version: ClassVar[int] = 1

    def recognises(self, path: Path) -> bool:
        """A JSON file that names CASE's parts near its beginning or its end."""
        try:
            return any(map(_looks_like_case, tables(path, _ENDINGS)))
        except GleaneryError:
            return False

    def read(self, path: Path, framework: str, language: str) -> Iterator[Competency | Fault]:
        """The items of all packages, their tree, what retired and what replaced it.

        Raises: BadInput: no JSON, or JSON that breaks off; a list of documents without their items.
        """
        items: dict[str, Gathered] = {}
        addresses: dict[str, str] = {}
        associations: list[Json] = []
        for table in tables(path, _ENDINGS):
            for package in _packages(table):
                yield from _gather(table.name, package, language, items, addresses)
                associations += _objects(package.get("CFAssociations"))
        _associate(associations, items, addresses)
        yield from competencies(items)


def _looks_like_case(table: Table) -> bool:
    with opened(table) as raw:
        begins = raw.read(_LOOKED_AT).replace(b"\0", b"")
    return begins.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[") and any(
        name in begins for name in _NAMES
    )


# --------------------------------------------------------------------------- the file


def _packages(table: Table) -> Iterator[Json]:
    told = _parsed(table)
    if isinstance(told, dict) and "CFItems" not in told and "CFDocuments" in told:
        raise BadInput(
            f"{table.name} lists documents of CASE without their items.",
            remedy="Fetch a package: the address /CFPackages/ with the document's identifier.",
        )
    if isinstance(told, dict):
        told = told.get("CFPackages", told.get("CFPackage", told))
    packages = _objects(told if isinstance(told, list) else [told])
    if not any("CFItems" in one for one in packages):
        raise BadInput(f"{table.name} holds no CASE package.", remedy="Give the JSON of a CFPackage.")
    yield from packages


def _parsed(table: Table) -> Any:
    with opened(table) as raw:
        content = raw.read()
    try:
        return json.loads(content.decode(encoding_of(content)))
    except UnicodeDecodeError as fault:
        raise refused(table.name, fault) from fault
    except json.JSONDecodeError as fault:
        raise BadInput(
            f"{table.name} is no JSON, or breaks off, in line {fault.lineno}: {fault.msg}.",
            remedy="Fetch the file again.",
        ) from fault
    except RecursionError as fault:
        raise BadInput(
            f"{table.name} nests deeper than CASE does.", remedy="Give the JSON of a CFPackage."
        ) from fault


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Json, name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def _texts(value: Json, name: str) -> list[str]:
    found = value.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _day(value: Json, name: str) -> date | None:
    """A date, of which CASE wants the day."""
    try:
        return date.fromisoformat(_text(value, name)[:10])
    except ValueError:
        return None


# --------------------------------------------------------------------------- the items


def _gather(
    file: str, package: Json, language: str, items: dict[str, Gathered], addresses: dict[str, str]
) -> Iterator[Fault]:
    document = package.get("CFDocument")
    document = document if isinstance(document, dict) else {}
    spoken = _text(document, "language") or language
    withdrawn = _text(document, "adoptionStatus").lower() == "deprecated"
    ends = _day(document, "statusEndDate")
    for number, item in enumerate(_objects(package.get("CFItems")), 1):
        where = f"{file}, CFItems {number}"
        identifier, iri = _identifier(item), _iri(item)
        problem = _problem(item, iri, items)
        if problem:
            yield Fault(where, problem)
            continue
        addresses[identifier] = addresses[iri] = iri
        one = items.setdefault(iri, Gathered(where))
        one.retired, one.retires_on = withdrawn, _day(item, "statusEndDate") or ends
        _say(one, item, _text(item, "language") or spoken)


def _identifier(item: Json) -> str:
    return _text(item, "identifier").lower() or _text(item, "uri")


def _iri(item: Json) -> str:
    """Its address, or where it has none a URN of its identifier, which is a UUID."""
    uri, identifier = _text(item, "uri"), _text(item, "identifier").lower()
    return uri or (f"urn:uuid:{identifier}" if identifier else "")


def _problem(item: Json, iri: str, items: Mapping[str, Gathered]) -> str:
    if not iri:
        return "it has neither uri nor identifier"
    if not (_text(item, "fullStatement") or _text(item, "abbreviatedStatement")):
        return "fullStatement is empty"
    return "this identifier was there before; the first counts" if iri in items else ""


def _say(one: Gathered, item: Json, language: str) -> None:
    """The short statement is its name where there is one, and the full one then says what it means."""
    full, short = _text(item, "fullStatement"), _text(item, "abbreviatedStatement")
    one.add(language, "preferred", short or full)
    one.add(language, "alternative", _text(item, "alternativeLabel"))
    for word in _texts(item, "conceptKeywords"):
        one.add(language, "hidden", word)
    meaning = [full if short and full != short else "", _text(item, "notes")]
    one.describe(language, "\n".join(filter(None, meaning)))
    one.code = _text(item, "humanCodingScheme")


# --------------------------------------------------------------------------- the associations


def _associate(associations: list[Json], items: dict[str, Gathered], addresses: Mapping[str, str]) -> None:
    """Set parents and successors, and put translations together; what leads out of the packages is passed over."""
    ranked = sorted(associations, key=lambda one: _ABOVE.index(kind) if (kind := _kind(one)) in _ABOVE else 2)
    for association in ranked:
        kind = _kind(association)
        here = _node(association, "originNodeURI", addresses)
        origin = items.get(here)
        if origin is None or kind not in (*_ABOVE, "replacedBy", "isTranslationOf"):
            continue
        there = _node(association, "destinationNodeURI", addresses)
        if kind == "replacedBy":
            origin.replaced_by = origin.replaced_by or there or None
        elif kind == "isTranslationOf":
            if there in items and there != here:
                _translate(items.pop(here), items[there])
        elif there in items and origin.parent is None:
            origin.parent = there


def _kind(association: Json) -> str:
    return _text(association, "associationType")


def _node(association: Json, end: str, addresses: Mapping[str, str]) -> str:
    """The address of an association's end: known by its identifier, else by its address as it stands."""
    node = association.get(end)
    if isinstance(node, str):
        return addresses.get(node, node)
    if not isinstance(node, dict):
        return ""
    return addresses.get(
        _text(node, "identifier").lower(), addresses.get(_text(node, "uri"), _text(node, "uri"))
    )


def _translate(translation: Gathered, original: Gathered) -> None:
    """Have an item's words be words of the one it translates."""
    for (language, text), kind in translation.labels.items():
        original.add(language, kind, text)
    for language, text in translation.descriptions.items():
        original.describe(language, text)

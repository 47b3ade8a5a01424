"""ESCO, the European classification of skills, in the layout of its official CSV download.

One table for each concept type and language: `skills_en.csv` with the columns conceptType, conceptUri,
skillType, reuseLevel, preferredLabel, altLabels, hiddenLabels, status, modifiedDate, scopeNote, definition,
inScheme, description; several labels in one field stand on lines of their own. `skillGroups_en.csv` is alike, with
a code; `broaderRelationsSkillPillar_en.csv` (conceptUri, broaderUri) holds the hierarchy, that of the groups alone
`skillsHierarchy_en.csv`. A folder or a zip may hold several languages, a folder also several zips.
Source: https://esco.ec.europa.eu/en/use-esco/download
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from curation.taxonomy.files import Table, tables
from curation.taxonomy.tables import Row, header, near, rows
from gleanery.errors import BadInput, GleaneryError
from gleanery.ports import Competency, Fault

_concepts = re.compile(r"(skills|skillGroups)(?:_([a-z]{2,3}))?\.csv", re.IGNORECASE)
_relations = re.compile(r"broaderRelationsSkillPillar(?:_[a-z]{2,3})?\.csv", re.IGNORECASE)
_hierarchy = re.compile(r"skillsHierarchy(?:_[a-z]{2,3})?\.csv", re.IGNORECASE)
_NEEDED = ("conceptUri", "preferredLabel")
_LEVELS = tuple(f"Level {number} URI" for number in range(4))
_SUCCESSOR = ("replacedBy", "isReplacedBy", "replacedByUri")
_TELLING = (*_NEEDED, "altLabels", "hiddenLabels", "inScheme", "conceptType", "skillType", "reuseLevel")
_TELLING_ENOUGH = 3


class Esco:
    """Reads ESCO's CSV download: one table, a folder of tables or a zip of them."""

    name: ClassVar[str] = "esco"
    api_version: ClassVar[int] = 1

    def recognises(self, path: Path) -> bool:
        """A table with several of ESCO's columns, misspelled ones counted; those with its names come first."""
        try:
            found = tables(path)
            named = [table for table in found if _concepts.fullmatch(table.name)]
            return any(map(_looks_like_esco, named or found[:1]))
        except GleaneryError:
            return False

    def read(self, path: Path, framework: str, language: str) -> Iterator[Competency | Fault]:
        """Skills and skill groups row by row, each language a part of its own; then the hierarchy, where it is there.

        Raises: BadInput: no skills table, or one without `conceptUri` or `preferredLabel`, or that breaks off.
        """
        found = tables(path)
        concepts = [table for table in found if _concepts.fullmatch(table.name)] or found[:1]
        if not concepts:
            raise BadInput(
                f"{path.name} holds no ESCO table.", remedy="Give the folder or zip with skills_en.csv."
            )
        known: dict[str, str] = {}
        for spoken, some in _by_language(concepts, language).items():
            yield from _concepts_of(some, spoken, known)
        yield from _placed(found, known)


def _looks_like_esco(table: Table) -> bool:
    columns, _ = header(table)
    return sum(near(name, columns) is not None for name in _TELLING) >= _TELLING_ENOUGH and any(
        name in columns for name in _TELLING
    )


def _by_language(concepts: list[Table], language: str) -> dict[str, list[Table]]:
    found: dict[str, list[Table]] = {}
    for table in concepts:
        named = _concepts.fullmatch(table.name)
        found.setdefault((named.group(2) or "").lower() or language if named else language, []).append(table)
    return found


def _concepts_of(some: list[Table], language: str, known: dict[str, str]) -> Iterator[Competency | Fault]:
    """The rows of the tables in one language; a Fault for each that cannot be read."""
    told: set[str] = set()
    for table in some:
        for line, row in rows(table, _NEEDED):
            problem = _problem(row, told)
            if row is None or problem:
                yield Fault(f"{table.name}, line {line}", problem)
                continue
            iri = row["conceptUri"].strip()
            told.add(known.setdefault(iri, iri))
            yield _competency(iri, row, language)


def _competency(iri: str, row: Row, language: str) -> Competency:
    labels = [(language, "preferred", row["preferredLabel"])]
    labels += [(language, "alternative", text) for text in row.get("altLabels", "").splitlines()]
    labels += [(language, "hidden", text) for text in row.get("hiddenLabels", "").splitlines()]
    meaning = row.get("description", "").strip() or row.get("definition", "").strip()
    return Competency(
        iri,
        tuple((spoken, kind, " ".join(text.split())) for spoken, kind, text in labels if text.strip()),
        retired=row.get("status", "released").strip().lower() not in ("released", ""),
        descriptions=((language, meaning),) if meaning else (),
        code=row.get("code", "").strip(),
        replaced_by=next((uri for name in _SUCCESSOR if (uri := row.get(name, "").strip())), None),
    )


def _problem(row: Row | None, told: set[str]) -> str:
    """What is wrong with a row; empty where it can be read."""
    if row is None:
        return "more fields than columns; is a comma outside quotes?"
    iri = row["conceptUri"].strip()
    if not iri.startswith(("http://", "https://")):
        return "conceptUri is no address"
    if not row["preferredLabel"].strip():
        return "preferredLabel is empty"
    return "this conceptUri was there before; the first row counts" if iri in told else ""


def _placed(found: list[Table], known: dict[str, str]) -> Iterator[Competency]:
    """The parents; of several broader ones the first counts, one outside the tables is left out.

    They are the same in every language: the first table of each kind is read.
    """
    placed: set[str] = set()
    for pattern, pairs in ((_relations, _related), (_hierarchy, _levels)):
        table = next((one for one in found if pattern.fullmatch(one.name)), None)
        for child, parent in pairs(table) if table is not None else ():
            if child in known and parent in known and child not in placed:
                placed.add(child)
                yield Competency(known[child], (), known[parent])


def _related(table: Table) -> Iterator[tuple[str, str]]:
    for _, row in rows(table, ("conceptUri", "broaderUri")):
        if row:
            yield row["conceptUri"].strip(), row["broaderUri"].strip()


def _levels(table: Table) -> Iterator[tuple[str, str]]:
    """The deepest group of each row, below the one before it."""
    for _, row in rows(table, _LEVELS[:1]):
        way = [uri for name in _LEVELS if row and (uri := row.get(name, "").strip())]
        if len(way) > 1:
            yield way[-1], way[-2]

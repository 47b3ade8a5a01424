"""ESCO, the European classification of skills, in the layout of its official CSV download.

One table for each concept type and language: `skills_en.csv` with the columns conceptType, conceptUri,
skillType, reuseLevel, preferredLabel, altLabels, hiddenLabels, status, modifiedDate, scopeNote, definition,
inScheme, description; several labels in one field stand on lines of their own. `skillGroups_en.csv` is alike;
`broaderRelationsSkillPillar_en.csv` (conceptUri, broaderUri) holds the hierarchy. A folder or a zip may hold
several languages. Source: https://esco.ec.europa.eu/en/use-esco/download
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from curation.taxonomy.gathering import Gathered, competencies
from curation.taxonomy.tables import Row, Table, header, near, rows, tables
from gleanery.errors import BadInput, GleaneryError
from gleanery.ports import Competency, Fault

_concepts = re.compile(r"(skills|skillGroups)(?:_([a-z]{2,3}))?\.csv", re.IGNORECASE)
_relations = re.compile(r"broaderRelationsSkillPillar(?:_[a-z]{2,3})?\.csv", re.IGNORECASE)
_NEEDED = ("conceptUri", "preferredLabel")
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
        """Skills and skill groups with the labels of all languages found, the hierarchy where it is there.

        Raises: BadInput: no skills table, or one without `conceptUri` or `preferredLabel`.
        """
        found = tables(path)
        concepts = [table for table in found if _concepts.fullmatch(table.name)] or found[:1]
        if not concepts:
            raise BadInput(
                f"{path.name} holds no ESCO table.", remedy="Give the folder or zip with skills_en.csv."
            )
        gathered: dict[str, Gathered] = {}
        for table in concepts:
            yield from _gather(table, _language_of(table) or language, gathered)
        for table in found:
            if _relations.fullmatch(table.name):
                _relate(table, gathered)
        yield from competencies(gathered)


def _looks_like_esco(table: Table) -> bool:
    columns, _ = header(table)
    return sum(near(name, columns) is not None for name in _TELLING) >= _TELLING_ENOUGH and any(
        name in columns for name in _TELLING
    )


def _language_of(table: Table) -> str:
    found = _concepts.fullmatch(table.name)
    return (found.group(2) or "").lower() if found else ""


def _gather(table: Table, language: str, gathered: dict[str, Gathered]) -> Iterator[Fault]:
    """Fill in the rows of one table; a Fault for each that cannot be."""
    for line, row in rows(table, _NEEDED):
        where = f"{table.name}, line {line}"
        problem = _problem(row, language, gathered)
        if row is None or problem:
            yield Fault(where, problem)
            continue
        one = gathered.setdefault(row["conceptUri"].strip(), Gathered(where))
        one.add(language, "preferred", row["preferredLabel"])
        for text in row.get("altLabels", "").splitlines():
            one.add(language, "alternative", text)
        for text in row.get("hiddenLabels", "").splitlines():
            one.add(language, "hidden", text)
        one.retired = row.get("status", "released").strip().lower() not in ("released", "")
        one.describe(language, row.get("description", ""))


def _problem(row: Row | None, language: str, gathered: dict[str, Gathered]) -> str:
    """What is wrong with a row; empty where it can be read."""
    if row is None:
        return "more fields than columns; is a comma outside quotes?"
    iri = row["conceptUri"].strip()
    if not iri.startswith(("http://", "https://")):
        return "conceptUri is no address"
    if not row["preferredLabel"].strip():
        return "preferredLabel is empty"
    if iri in gathered and gathered[iri].has_name(language):
        return "this conceptUri was there before; the first row counts"
    return ""


def _relate(table: Table, gathered: dict[str, Gathered]) -> None:
    """Set the parents; of several broader ones the first counts, one outside the tables is left out."""
    for _, row in rows(table, ("conceptUri", "broaderUri")):
        one = gathered.get(row["conceptUri"].strip()) if row else None
        broader = row["broaderUri"].strip() if row else ""
        if one and one.parent is None and broader in gathered:
            one.parent = broader

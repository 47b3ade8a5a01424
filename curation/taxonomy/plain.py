"""A plain table of competencies, as anybody can write it in a spreadsheet: `id,label,alt_labels,parent`.

`alt_labels` are separated by `|` or `;`. Further columns are welcome: `language` (one row for each language of
an id), `description`, `status` (`retired`), `replaced_by`, `hidden_labels`, `code`. An id that is no address becomes
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from curation.taxonomy.files import tables
from curation.taxonomy.gathering import Gathered, competencies
from curation.taxonomy.tables import Row, header, near, rows
from gleanery.errors import BadInput, GleaneryError
from gleanery.ports import Competency, Fault

_ENDINGS = (".csv", ".tsv", ".txt")
_NEEDED = ("id", "label")
_COLUMNS = (*_NEEDED, "alt_labels", "parent")
_address = re.compile(r"(?:https?|urn|tag):\S+")
_language = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")


class Plain:
    """Reads a table with the columns id, label, alt_labels and parent."""

    name: ClassVar[str] = "plain"
    api_version: ClassVar[int] = 1

    def recognises(self, path: Path) -> bool:
        """One table with `id` or `label` among its columns, or two of ours misspelled."""
        try:
            found = tables(path, _ENDINGS)
            columns = header(found[0])[0] if len(found) == 1 else []
        except GleaneryError:
            return False
        alike = sum(near(name, columns) is not None for name in _COLUMNS)
        return any(name in columns for name in _NEEDED) or alike > 1

    def read(self, path: Path, framework: str, language: str) -> Iterator[Competency | Fault]:
        """The competencies of the table, parents resolved by id.

        Raises: BadInput: not exactly one table, or one without `id` or `label`.
        """
        found = tables(path, _ENDINGS)
        if len(found) != 1:
            raise BadInput(
                f"{path.name} holds {len(found)} tables.", remedy="Give the one table of the framework."
            )
        gathered: dict[str, Gathered] = {}
        for line, row in rows(found[0], _NEEDED):
            where = f"{found[0].name}, line {line}"
            if problem := _problem(row, language, framework, gathered):
                yield Fault(where, problem)
            elif row is not None:
                _gather(
                    row,
                    language,
                    framework,
                    gathered.setdefault(iri_of(row["id"], framework), Gathered(where)),
                )
        yield from competencies(gathered)


def iri_of(name: str, framework: str) -> str:
    """The id as an IRI: itself where it is one, else a URN within the framework."""
    name = name.strip()
    return (
        name
        if _address.fullmatch(name)
        else f"urn:gleanery:{quote(framework, safe='')}:{quote(name, safe='')}"
    )


def _gather(row: Row, language: str, framework: str, one: Gathered) -> None:
    spoken = row.get("language", "").strip() or language
    one.add(spoken, "preferred", row["label"])
    for text in re.split(r"[|;]", row.get("alt_labels", "")):
        one.add(spoken, "alternative", text)
    for text in re.split(r"[|;]", row.get("hidden_labels", "")):
        one.add(spoken, "hidden", text)
    if parent := row.get("parent", "").strip():
        one.parent = one.parent or iri_of(parent, framework)
    one.retired = one.retired or row.get("status", "").strip().lower() == "retired"
    one.describe(spoken, row.get("description", ""))
    one.code = one.code or row.get("code", "").strip()
    if successor := row.get("replaced_by", "").strip():
        one.replaced_by = one.replaced_by or iri_of(successor, framework)


def _problem(row: Row | None, language: str, framework: str, gathered: dict[str, Gathered]) -> str:
    """What is wrong with a row; empty where it can be read."""
    if row is None:
        return "more fields than columns; is a comma outside quotes?"
    if not row["id"].strip():
        return "id is empty"
    if not row["label"].strip():
        return "label is empty"
    spoken = row.get("language", "").strip() or language
    if not _language.fullmatch(spoken):
        return f"{spoken!r} is no language code such as en or de"
    known = gathered.get(iri_of(row["id"], framework))
    return (
        "this id was there before in this language; the first row counts"
        if known and known.has_name(spoken)
        else ""
    )

"""Chooses the importer that fits a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from curation.taxonomy.esco import Esco
from curation.taxonomy.plain import Plain
from curation.taxonomy.tables import tables
from gleanery.errors import BadInput
from gleanery.ports import Competency, Fault, FrameworkReader


def read_framework(
    path: Path, framework: str, language: str, readers: Sequence[FrameworkReader] = (Esco(), Plain())
) -> Iterator[Competency | Fault]:
    """The competencies of a file, folder or zip, by the first reader that recognises it.

    Raises: BadInput: nothing there, no reader recognises it, a column is missing.
    """
    for reader in readers:
        if reader.recognises(path):
            return reader.read(path, framework, language)
    tables(path)
    names = ", ".join(reader.name for reader in readers)
    raise BadInput(
        f"{path.name} is no competency framework that can be read ({names}).",
        remedy="Give ESCO's CSV download, or a table with the columns id,label,alt_labels,parent.",
    )

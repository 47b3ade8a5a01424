"""Parts of the record as files: chosen by filters, told in the audit log, written in one of four forms.

selecting.py   which entries a selection means, by number
bundling.py    a signed bundle, which proves itself on another machine
lines.py       each entry as one JSON text
tables.py      each entry as a row of typed columns: CSV and Parquet
cells.py       keeps a spreadsheet from taking a cell for a formula
places.py      a file that is there whole or not at all, for its owner alone
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from gleanery.errors import BadInput
from gleanery.flow.auditing import EXPORTED
from gleanery.flow.exporting import bundling, places, tables
from gleanery.flow.exporting.lines import lines_of
from gleanery.flow.exporting.selecting import Chosen, Selection, choose
from gleanery.flow.house import House

__all__ = ["Chosen", "Exported", "Form", "Selection", "export", "lines"]

Progress = Callable[[int, int], None]
"""Told how many of how many entries are done."""


class Form(StrEnum):
    """The forms of an export."""

    BUNDLE = "bundle"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_SUFFIXES = {".jsonl": Form.JSONL, ".ndjson": Form.JSONL, ".csv": Form.CSV, ".parquet": Form.PARQUET}


class Exported(NamedTuple):
    """What was written: how many entries, and of a bundle how many links and the fingerprint of its key."""

    form: Form
    entries: int
    links: int = 0
    fingerprint: str = ""


def form_of(path: Path) -> Form:
    """The form that a file's name asks for: a bundle where it asks for none."""
    return _SUFFIXES.get(path.suffix.lower(), Form.BUNDLE)


def export(
    house: House,
    account: str,
    selection: Selection,
    path: Path,
    form: Form | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Exported:
    """Write what is selected to `path`, whole or not at all, once the audit log knows of it.

    Raises: BadInput, ConfigError.
    """
    wanted = form or form_of(path)
    if wanted is Form.PARQUET:
        tables.require_parquet()
    chosen = _told(house, account, selection, wanted)
    if wanted is Form.BUNDLE:
        manifest, fingerprint = bundling.write(house, chosen, path, progress)
        return Exported(wanted, manifest.entries, manifest.links, fingerprint)
    with places.writing(path) as passing:
        if wanted is Form.JSONL:
            count = places.write_lines(passing, lines_of(house, chosen), len(chosen.seqs), progress)
        elif wanted is Form.CSV:
            count = tables.write_csv(house, chosen, passing, progress)
        else:
            count = tables.write_parquet(house, chosen, passing, progress)
    return Exported(wanted, count)


def lines(house: House, account: str, selection: Selection) -> Iterator[str]:
    """What is selected as JSON texts, one an entry; the audit log knows of it before the first. Raises: BadInput."""
    return lines_of(house, _told(house, account, selection, Form.JSONL))


def _told(house: House, account: str, selection: Selection, form: Form) -> Chosen:
    """Choose, and enter who takes what and how many; the entry is sealed before anything is given."""
    if selection.log not in ("audit", "statements"):
        raise BadInput(f"There is no log {selection.log!r}.", remedy="Choose audit or statements.")
    chosen = choose(house, selection)
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.audit(
            EXPORTED, actor, chosen.log, count=len(chosen.seqs), form=form.value, filter=dict(chosen.asked)
        )
    house.checkpoint()
    return chosen

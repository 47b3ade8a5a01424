"""CSV tables in a file, a folder or a zip: opened, their header checked, their rows with line numbers."""

from __future__ import annotations

import csv
import difflib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gleanery.errors import BadInput

_LARGEST = 300 * 1024 * 1024
_LONGEST_FIELD = 1_000_000
_ALIKE = 0.5

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV table that can be opened any number of times; `name` is its file name."""

    name: str
    open: Callable[[], IO[bytes]]


def tables(path: Path) -> list[Table]:
    """The CSV tables of a file, of a folder or of a zip, by name.

    Raises: BadInput: nothing there, or a zip that is broken or holds a table of more than 300 MB.
    """
    if path.is_dir():
        return [_of_file(file) for file in sorted(path.glob("*.csv"))]
    if not path.is_file():
        raise BadInput(f"There is no file or folder {path.name!r}.", remedy="Check the path.")
    return _of_zip(path) if zipfile.is_zipfile(path) else [_of_file(path)]


def _of_file(path: Path) -> Table:
    return Table(path.name, lambda: path.open("rb"))


def _of_zip(path: Path) -> list[Table]:
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
    for entry in entries:
        if entry.file_size > _LARGEST:
            raise BadInput(
                f"{path.name}: {entry.filename} is larger than 300 MB.", remedy="Import a smaller table."
            )
    return [Table(Path(entry.filename).name, _opener(path, entry)) for entry in entries]


def _opener(path: Path, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(path).open(entry)


@contextmanager
def _lines(table: Table) -> Iterator[Iterator[str]]:
    """The text of a table. Raises: BadInput: not UTF-8, or a broken zip."""
    try:
        with table.open() as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
            yield text
    except UnicodeDecodeError as fault:
        raise BadInput(f"{table.name} is not encoded as UTF-8.", remedy="Save it as CSV UTF-8.") from fault
    except (zipfile.BadZipFile, OSError) as fault:
        raise BadInput(f"{table.name} cannot be read.", remedy="Fetch the file again.") from fault


def header(table: Table) -> tuple[list[str], str]:
    """The column names of a table, and its delimiter (comma, semicolon or tab). Raises: BadInput."""
    with _lines(table) as lines:
        first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    try:
        return [_column(name) for name in next(csv.reader([first], delimiter=delimiter), [])], delimiter
    except csv.Error as fault:
        raise BadInput(f"{table.name}, line 1: {fault}.", remedy="Save it as CSV UTF-8.") from fault


def rows(table: Table, needed: Sequence[str]) -> Iterator[tuple[int, Row | None]]:
    """(line, row) of a table; None for a row with more fields than the header.

    Raises: BadInput: a needed column is missing, named with the nearest found; a field without end.
    """
    columns, delimiter = header(table)
    check_columns(table.name, columns, needed)
    csv.field_size_limit(_LONGEST_FIELD)
    with _lines(table) as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            next(reader)
            for fields in reader:
                if any(fields):
                    yield reader.line_num, _row(columns, fields)
        except csv.Error as fault:
            raise BadInput(
                f"{table.name}, line {reader.line_num}: {fault}.", remedy="Check the quotes there."
            ) from fault


def check_columns(name: str, columns: Sequence[str], needed: Sequence[str]) -> None:
    """Raises: BadInput: a needed column is missing; the message names the nearest one found."""
    for column in needed:
        if column not in columns:
            nearest = near(column, columns)
            hint = (
                f"the nearest found is {nearest!r}"
                if nearest
                else f"found are {', '.join(columns[:12]) or 'none'}"
            )
            raise BadInput(
                f"{name}: the column {column!r} is missing; {hint}.", remedy=f"Name the column {column!r}."
            )


def near(column: str, columns: Sequence[str]) -> str | None:
    """The column most like a name: misspelt, or longer or shorter than it; None if none is alike."""
    wanted = column.casefold()
    spelled = {found.casefold(): found for found in columns if found}
    found = difflib.get_close_matches(wanted, list(spelled), n=1, cutoff=_ALIKE)
    found = found or [name for name in spelled if name.startswith(wanted) or wanted.startswith(name)]
    return spelled[found[0]] if found else None


def _row(columns: Sequence[str], fields: Sequence[str]) -> Row | None:
    if len(fields) > len(columns) and any(fields[len(columns) :]):
        return None
    filled = [*fields, *[""] * (len(columns) - len(fields))]
    return dict(zip(columns, filled, strict=False))


def _column(name: str) -> str:
    return name.strip().strip('"')

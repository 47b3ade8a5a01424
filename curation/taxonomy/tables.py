"""Tables of text: their encoding and header checked, their rows with line numbers, whole or not at all."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from curation.taxonomy.encoding import encoding_of, refused
from curation.taxonomy.files import Table, opened
from gleanery.errors import BadInput

_LONGEST_FIELD = 1_000_000
_BEGINNING = 64 * 1024
_ALIKE = 0.5

Row = Mapping[str, str]


@contextmanager
def _lines(table: Table, errors: str = "strict") -> Iterator[Iterator[str]]:
    """The text of a table. Raises: BadInput: an unknown encoding, or a file that breaks off."""
    with opened(table) as raw:
        encoding = encoding_of(raw.read(_BEGINNING))
    try:
        with opened(table) as raw, io.TextIOWrapper(raw, encoding, errors, newline="") as text:
            yield text
    except UnicodeError as fault:
        if not isinstance(fault, UnicodeDecodeError):
            raise BadInput(f"{table.name} is no text.", remedy="Save it as CSV UTF-8.") from fault
        raise refused(table.name, fault) from fault


def header(table: Table) -> tuple[list[str], str]:
    """The column names of a table, and its delimiter (comma, semicolon or tab). Raises: BadInput."""
    with _lines(table, "replace") as lines:
        first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    try:
        return [_column(name) for name in next(csv.reader([first], delimiter=delimiter), [])], delimiter
    except csv.Error as fault:
        raise BadInput(f"{table.name}, line 1: {fault}.", remedy="Save it as CSV UTF-8.") from fault


def rows(table: Table, needed: Sequence[str]) -> Iterator[tuple[int, Row | None]]:
    """(line, row) of a table; None for a row with more fields than the header.

    Raises: BadInput: a needed column is missing, named with the nearest found; a field without end; a table that
    breaks off, which is known only at its end: what was told until then is to be forgotten.
    """
    columns, delimiter = header(table)
    check_columns(table.name, columns, needed)
    csv.field_size_limit(_LONGEST_FIELD)
    with _lines(table) as lines:
        last = _Last(lines)
        reader = csv.reader(last, delimiter=delimiter)
        try:
            next(reader, None)
            for fields in reader:
                last.take(fields)
                if any(fields):
                    yield reader.line_num, _row(columns, fields)
        except csv.Error as fault:
            raise BadInput(
                f"{table.name}, line {reader.line_num}: {fault}.", remedy="Check the quotes there."
            ) from fault
        if last.breaks_off(delimiter, len(columns)):
            raise BadInput(
                f"{table.name} breaks off in line {reader.line_num}.", remedy="Fetch the file again."
            )


class _Last:
    """Passes lines on and remembers the last record, by which a table that breaks off is known."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._read: list[str] = []
        self._text = ""
        self._fields, self._fewest, self._records = 0, 0, 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._read.append(line)
            yield line

    def take(self, fields: Sequence[str]) -> None:
        """A record was read: the lines since the one before are its own."""
        if self._records:
            self._fewest = min(self._fewest or self._fields, self._fields)
        self._text, self._fields = "".join(self._read), len(fields)
        self._records += 1
        self._read.clear()

    def breaks_off(self, delimiter: str, columns: int) -> bool:
        """Whether the last record ends inside of quotes, or without its line's end and as the only one too short."""
        try:
            list(csv.reader(io.StringIO(self._text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as fault:
            if "unexpected end of data" in str(fault):
                return True
        unfinished = bool(self._text) and not self._text.endswith(("\n", "\r"))
        return unfinished and self._fields < columns and self._fewest >= columns


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

"""The CSV files of a LinkedIn export, with their ways: words before the header, lines that were quoted one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gleanery.errors import BadInput
from gleanery.ports import Fault


@dataclass(frozen=True, slots=True)
class Row:
    """One row by its header, and where it begins (`Shares.csv:12`)."""

    where: str
    values: Mapping[str, str]


def rows_of(text: str, columns: Sequence[str], name: str) -> Iterator[Row | Fault]:
    """The rows below the header, which is the first line that names all `columns`; before it may stand "Notes:".

    Raises: BadInput where no line does.
    """
    before, table = _parted(text, columns)
    if not table:
        raise BadInput(
            f"{name} has no columns {', '.join(columns)}.",
            remedy="Give the export as LinkedIn made it, in English.",
        )
    reader = csv.reader(io.StringIO(table, newline=""), strict=True)
    header = [column.strip() for column in next(reader)]
    while True:
        where = f"{name}:{before + reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Fault(where, f"the row cannot be read: {error}")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(cells, header, where)


def _parted(text: str, columns: Sequence[str]) -> tuple[int, str]:
    """How many lines stand before the header, and the text from the header on."""
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        if set(columns) <= {cell.strip().strip('"') for cell in line.split(",")}:
            return number, text[at:]
        at += len(line)
    return 0, ""


def _row(cells: list[str], header: list[str], where: str) -> Row | Fault:
    if len(cells) != len(header):
        return Fault(where, f"the row has {len(cells)} values, the header {len(header)}")
    return Row(where, {column: _joined(cell) for column, cell in zip(header, cells, strict=True)})


def _joined(cell: str) -> str:
    """Without the quotes that some exports put at the breaks of a text, where its last line has one too many."""
    first, *others = cell.splitlines() or [""]
    if not others or not all(line.startswith('"') for line in others) or others[-1].count('"') % 2 == 0:
        return cell
    lines = [first, *(line[1:] for line in others)]
    return "\n".join([*(line.removesuffix('"') for line in lines[:-1]), lines[-1]])

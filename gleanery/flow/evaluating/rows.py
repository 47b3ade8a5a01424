"""Labelled data from a file: JSON Lines or a table, row by row; a broken row is a fault, not an end."""

from __future__ import annotations

import csv
import difflib
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from gleanery.errors import BadInput
from gleanery.ports import Fault

ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv")
_WIDEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled row: the line it stands in, and its values by our names of the columns."""

    line: int
    values: Mapping[str, Any]


def read_rows(path: Path, columns: Mapping[str, str]) -> Iterator[Row | Fault]:
    """The rows of a file, with `columns` (ours -> the file's) given their own names.

    Raises: BadInput for a file of another form, one that ends early, or a column that it does not have.
    """
    kind = _kind_of(path)
    made = 0
    try:
        with _opened(path) as file:
            read = (
                _lines(file)
                if kind in (".jsonl", ".ndjson")
                else _table(file, "," if kind == ".csv" else "\t")
            )
            for row in read:
                if isinstance(row, Row):
                    made += 1
                    if made == 1:
                        _check(path, columns, row.values)
                    row = Row(row.line, _renamed(row.values, columns))
                yield row
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(
            f"{path.name} ends in the middle or is no gzip file, after {made} rows.",
            remedy="Fetch or write the file again; nothing of it was measured.",
        ) from error
    except OSError as error:
        raise BadInput(
            f"{path.name} cannot be read: {error.strerror}.", remedy="Check the path and its rights."
        ) from error


def _kind_of(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    ending = next((one for one in ENDINGS if name.lower().endswith(one)), "")
    if not ending:
        raise BadInput(
            f"{path.name} is in no form that can be measured on.",
            remedy=f"Give JSON Lines or a table: {', '.join(ENDINGS)}, each also with .gz.",
        )
    return ending


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _lines(file: Iterable[bytes]) -> Iterator[Row | Fault]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            yield Fault(f"line {number}", "not UTF-8; write the file in UTF-8")
            continue
        except (ValueError, RecursionError):
            yield Fault(f"line {number}", "not JSON; every line must be one JSON object")
            continue
        if not isinstance(values, dict):
            yield Fault(f"line {number}", "no JSON object; write {...} on every line")
            continue
        yield Row(number, values)


def _table(file: Iterable[bytes], delimiter: str) -> Iterator[Row | Fault]:
    csv.field_size_limit(_WIDEST)
    text = (
        line.decode("utf-8-sig" if first else "utf-8", "surrogateescape") for first, line in _firsts(file)
    )
    rows = csv.reader(text, delimiter=delimiter)
    header = next(rows, [])
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield Fault(f"line {rows.line_num}", f"no row of a table: {error}")
            continue
        if cells is None:
            return
        if not cells:
            continue
        if len(cells) != len(header):
            told = f"{len(cells)} cells where the first line names {len(header)}; quote cells that hold a {delimiter!r}"
            yield Fault(f"line {rows.line_num}", told)
        elif any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
            yield Fault(f"line {rows.line_num}", "not UTF-8; write the file in UTF-8")
        else:
            yield Row(rows.line_num, dict(zip(header, cells, strict=True)))


def _firsts(lines: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    for number, line in enumerate(lines):
        yield number == 0, line


def _check(path: Path, columns: Mapping[str, str], values: Mapping[str, Any]) -> None:
    for ours, theirs in columns.items():
        if theirs not in values:
            near = difflib.get_close_matches(theirs, list(values), n=1)
            hint = f"Did you mean {ours}={near[0]}?" if near else f"It has: {', '.join(values)}."
            raise BadInput(f"{path.name} has no column {theirs!r}.", remedy=hint)


def _renamed(values: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    return {**values, **{ours: values.get(theirs) for ours, theirs in columns.items()}}

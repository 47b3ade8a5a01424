"""The records of a file one by one, whatever it is: CSV (RFC 4180), JSON, JSON Lines (https://jsonlines.org/),
or a zip archive of such files. Only a JSON document is held in memory whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, Any, TextIO

from pydantic_core import from_json

from connectors._archive import DAMAGED, Archive
from connectors._files import open_file
from connectors.file.settings import FILE, FileSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.ports import Fault

MAX_DOCUMENT = 256 * 1024 * 1024
MAX_LINE = 16 * 1024 * 1024
SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".zip": "zip",
}

csv.field_size_limit(1_000_000)  # the library's own limit is below the length of a post


@dataclass(frozen=True, slots=True)
class Record:
    """One record, where it stands (`courses.csv:12`), and the name of its file or of the archive's member."""

    where: str
    file: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is being read: its name in its archive or folder, and as it is shown."""

    name: str
    where: str
    settings: FileSettings


Outcome = Record | Fault


def records_of(path: Path, settings: FileSettings) -> Generator[Outcome]:
    """Every record of a file in its order, and a fault for each that cannot be read.

    Raises: BadInput (the file is not what it claims to be), ConfigError (a column or a path is not there).
    """
    if path.suffix.lower() == ".zip":
        yield from _records_of_archive(path, settings)
        return
    with open_file(path) as stream:
        yield from _records_of_stream(stream, Source(path.name, path.name, settings))


def _records_of_archive(path: Path, settings: FileSettings) -> Iterator[Outcome]:
    """A broken document inside an archive is a fault; the others are read."""
    with closing(Archive(path)) as archive:
        chosen = [name for name in sorted(archive.members) if _is_chosen(name, settings)]
        if not chosen:
            raise ConfigError(f"{path.name} holds no file that `members` means.", remedy="Correct `members`.")
        for name in chosen:
            source = Source(name, f"{path.name}/{name}", settings)
            try:
                with archive.open(name) as stream:
                    yield from _records_of_stream(stream, source)
            except BadInput as error:
                yield Fault(source.where, error.message)
            except DAMAGED as error:
                yield Fault(source.where, f"the rest cannot be unpacked ({type(error).__name__})")


def _is_chosen(name: str, settings: FileSettings) -> bool:
    known = settings.format != "auto" or SUFFIXES.get(Path(name).suffix.lower(), "zip") != "zip"
    return known and fnmatchcase(name, settings.members) and not name.startswith("__MACOSX/")


def _records_of_stream(stream: IO[bytes], source: Source) -> Iterator[Outcome]:
    by_name = SUFFIXES.get(Path(source.name).suffix.lower())
    kind = by_name if source.settings.format == "auto" else source.settings.format
    if kind == "csv":
        yield from _table(stream, source)
    elif kind == "jsonl":
        yield from _lines(stream, source)
    elif kind == "json":
        yield from _document(stream, source)
    else:
        raise ConfigError(f"{source.where}: the name does not tell the format.", remedy="Set `format`.")


def _table(stream: IO[bytes], source: Source) -> Iterator[Outcome]:
    """A byte that the encoding does not know spoils its row where the encoding allows to go on, else the file."""
    encoding = source.settings.encoding
    try:
        with io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="") as text:
            yield from _rows(text, source)
    except UnicodeError as error:
        raise BadInput(f"{source.where} is not {encoding}.", remedy="Set `encoding`.") from error


def _rows(text: TextIO, source: Source) -> Iterator[Outcome]:
    """Rows by the line they begin in; quotes that do not close spoil one row, not the rest."""
    settings = source.settings
    first = text.readline(MAX_LINE)
    delimiter = settings.delimiter or max(",;\t|", key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    _refuse_unknown_columns(header, source)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield Fault(f"{source.where}:{line}", f"the row cannot be read: {error}")
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _row(row, header, f"{source.where}:{line}", source)


def _row(row: list[str], header: list[str], where: str, source: Source) -> Outcome:
    if len(row) != len(header):
        return Fault(where, f"the row has {len(row)} values, the header {len(header)}")
    if not _encodes("".join(row)):
        return Fault(where, f"the row is not {source.settings.encoding}; set `encoding`")
    return Record(where, source.name, dict(zip(header, row, strict=True)))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_unknown_columns(header: list[str], source: Source) -> None:
    for field, places in source.settings.fields.places().items():
        if any(place in (FILE, *header) for place in places):
            continue
        near = get_close_matches(places[0], header, n=1, cutoff=0.4)
        remedy = f"The nearest is {near[0]!r}; correct `fields.{field}`." if near else _columns(header)
        raise ConfigError(f"{source.where} has no column {places[0]!r} for `{field}`.", remedy=remedy)


def _columns(header: list[str]) -> str:
    return f"Its columns are: {', '.join(header)[:500]}."


def _lines(stream: IO[bytes], source: Source) -> Iterator[Outcome]:
    """Lines of JSON; a broken or an overlong one is a fault."""
    number = 0
    while raw := stream.readline(MAX_LINE + 1):
        number += 1
        where = f"{source.where}:{number}"
        if len(raw) > MAX_LINE:
            yield Fault(where, f"the line is longer than {MAX_LINE:,} bytes")
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(MAX_LINE)
        elif raw.strip():
            yield _line(raw.strip(), where, source)


def _line(raw: bytes, where: str, source: Source) -> Outcome:
    try:
        return _item(from_json(_utf8(raw, source), allow_inf_nan=False), where, source)
    except ValueError as error:
        return Fault(where, f"the JSON is broken: {_reason(error)}")


def _document(stream: IO[bytes], source: Source) -> Iterator[Outcome]:
    """A document's records: the list at `records`, or the one object there. Raises: BadInput, ConfigError."""
    body = stream.read(MAX_DOCUMENT + 1)
    if len(body) > MAX_DOCUMENT:
        raise BadInput(f"{source.where} is larger than {MAX_DOCUMENT:,} bytes.", remedy="Make it JSON Lines.")
    try:
        document = from_json(_utf8(body, source), allow_inf_nan=False)
    except ValueError as error:
        raise BadInput(f"{source.where}: the JSON is broken: {_reason(error)}.") from error
    place = source.settings.records
    found = look_up(document, place) if place else document
    if isinstance(found, dict):
        yield Record(source.where, source.name, found)
    elif isinstance(found, list):
        for number, item in enumerate(found, 1):
            yield _item(item, f"{source.where} record {number}", source)
    else:
        raise ConfigError(f"{source.where} has no records at {place!r}.", remedy=_keys(document))


def _item(item: Any, where: str, source: Source) -> Outcome:
    return (
        Record(where, source.name, item)
        if isinstance(item, dict)
        else Fault(where, "the record is no object")
    )


def _keys(document: Any) -> str:
    if not isinstance(document, dict):
        return "Correct `records`."
    return f"Its keys are: {', '.join(document)[:500]}. Correct `records`."


def _utf8(raw: bytes, source: Source) -> bytes:
    encoding = source.settings.encoding
    if encoding in ("utf-8-sig", "utf-8"):
        return raw.removeprefix(b"\xef\xbb\xbf")
    return raw.decode(encoding).encode()


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not {error.encoding}; set `encoding`"
    return str(error)


def look_up(values: Any, place: str) -> Any:
    """What stands at a dotted path, None if nothing does; a key that holds dots itself is found first."""
    if isinstance(values, Mapping) and place in values:
        return values[place]
    head, _, rest = place.partition(".")
    if isinstance(values, Mapping):
        found = values.get(head)
    elif isinstance(values, list) and head == "*":
        return [look_up(item, rest) if rest else item for item in values]
    elif isinstance(values, list) and head.isdigit():
        found = values[int(head)] if int(head) < len(values) else None
    else:
        return None
    return look_up(found, rest) if rest else found

"""An HR list as it comes: a table of persons, read tolerantly and held to what can be used of it.

Columns, by their heading whatever its case and order; all but `id` may be missing:

    id                       the person's number in HR; the same in every list
    unit                     where the person works
    start, end               first and last day, 2026-01-31 or 31.01.2026; an empty end is open
    accounts                 PLATFORM:REALM:ID, several parted by spaces or commas
    account:PLATFORM:REALM   the person's ids on that platform, a column of its own for each

Every other column is passed over: names and mailboxes are not read. Of one number there may be several rows, for
several accounts. A row that cannot be used is named by its line, and costs no other row anything.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from gleanery.config.names import nearest
from gleanery.errors import BadInput
from gleanery.flow.people.handles import Account
from gleanery.model.posts import storable

COLUMNS = ("id", "unit", "start", "end", "accounts")
LONGEST = 200
"""Characters of a number, a unit or an account's id."""

_QUOTES = "Look for a quotation mark there that nothing answers."
_END = "\x1e"
"""A line of our own behind the last one: it is swallowed where a quote is not closed."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")


@dataclass(frozen=True)
class Listed:
    """One person of the list; `line` is where it stands, in the file."""

    line: int
    number: str
    unit: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True)
class LineFault:
    """A line that could not be used, or not wholly; the message quotes nothing of it."""

    line: int
    message: str
    nameless: bool = False


@dataclass(frozen=True)
class HrList:
    """What a file holds.

    `numbers` are those of all rows, unusable ones too: whoever has one is not missing. `disputed` are accounts
    that two persons claim: they are left as they are.
    """

    persons: tuple[Listed, ...]
    numbers: frozenset[str]
    faults: tuple[LineFault, ...]
    passed_over: tuple[str, ...]
    has_accounts: bool
    disputed: frozenset[Account]
    file_hash: str

    @property
    def is_whole(self) -> bool:
        """Whether everybody in the file could be told: only then does absence mean anything."""
        return not any(fault.nameless for fault in self.faults)


def read_list(path: Path, columns: Mapping[str, str] | None = None) -> HrList:
    """The list in a file; `columns` names the heading of a column where it is another. Raises: BadInput."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    return parse_list(path.name, raw, columns)


def parse_list(name: str, raw: bytes, columns: Mapping[str, str] | None = None) -> HrList:
    """The list in these bytes; `name` is what messages call it. Raises: BadInput."""
    rows = _rows(name, _text(name, raw))
    heading = rows[0][1] if rows else []
    places = _places(name, heading, columns or {})
    found: list[Listed] = []
    faults: list[LineFault] = []
    numbers: set[str] = set()
    for line, cells in rows[1:]:
        try:
            numbers.add(_number(cells, places))
            found.append(_listed(line, cells, places, len(heading)))
        except _Unusable as error:
            faults.append(LineFault(line, str(error), error.nameless))
    persons = _one_each(found, faults)
    disputed = _disputed(persons, faults)
    return HrList(
        tuple(replace(one, accounts=tuple(a for a in one.accounts if a not in disputed)) for one in persons),
        frozenset(numbers),
        tuple(sorted(faults, key=lambda fault: fault.line)),
        tuple(name for place, name in enumerate(heading) if place not in places.values() and name.strip()),
        any(_is_account(name) for name in places),
        disputed,
        hashlib.sha256(raw).hexdigest(),
    )


class _Unusable(Exception):
    def __init__(self, message: str, *, nameless: bool = False) -> None:
        super().__init__(message)
        self.nameless = nameless


# --------------------------------------------------------------------------- the table


def _text(name: str, raw: bytes) -> str:
    """The file as text: by its mark, else UTF-8, else as Windows writes it."""
    encodings = [name for mark, name in _BOMS if raw.startswith(mark)] or ["utf-8", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadInput(f"{name} is no text table.", remedy="Save the list as CSV (UTF-8), not as a workbook.")


_LONGEST_CELL = 10_000


def _rows(name: str, text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line it begins on. Raises: BadInput where they cannot be told."""
    lines = [*io.StringIO(text, newline=""), _END]
    told = re.fullmatch(r"sep=([;,\t|])\s*", lines[0])
    heading = next((line for line in lines[1 if told else 0 :] if line.strip()), "")
    reader = csv.reader(lines, delimiter=told[1] if told else max(";,\t|", key=heading.count))
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if max(map(len, cells), default=0) > _LONGEST_CELL:  # csv's own limit may be raised by others
                raise csv.Error(f"a cell has more than {_LONGEST_CELL:,} characters")
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{name} cannot be read from line {begins} on: {error}.", remedy=_QUOTES) from error
    line, last = rows.pop()
    if last != [_END]:
        raise BadInput(f"{name} has a quote in line {line} that is never closed.", remedy=_QUOTES)
    return [(line, cells) for line, cells in rows[1 if told else 0 :] if any(cell.strip() for cell in cells)]


def _places(file: str, heading: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where each column stands. Raises: BadInput naming the one that is missing."""
    known = {name.strip().casefold(): place for place, name in enumerate(heading)}
    for ours in columns:
        if ours not in COLUMNS and not _is_account(ours):
            raise BadInput(f"There is no column {ours!r} to map.", remedy=nearest(ours, list(COLUMNS)))
    wanted = {name: columns.get(name, name) for name in (*COLUMNS, *columns)}
    places = {ours: known[name.casefold()] for ours, name in wanted.items() if name.casefold() in known}
    places |= {name.strip(): place for place, name in enumerate(heading) if _is_account(name.strip())}
    absent = [name for name in ("id", *columns) if name not in places]
    if absent:
        raise BadInput(
            f"{file} has no column {wanted[absent[0]]!r}.",
            remedy="Say how it is headed: --column id=HEADING.",
        )
    return places


def _is_account(name: str) -> bool:
    return name.casefold() == "accounts" or name.casefold().startswith("account:")


# --------------------------------------------------------------------------- one row


def _cell(cells: Sequence[str], places: Mapping[str, int], name: str) -> str:
    place = places.get(name)
    return storable(cells[place].strip()) if place is not None and place < len(cells) else ""


def _number(cells: Sequence[str], places: Mapping[str, int]) -> str:
    number = _cell(cells, places, "id")
    if not number or len(number) > LONGEST:
        raise _Unusable("the id is missing or too long", nameless=True)
    return number


def _listed(line: int, cells: Sequence[str], places: Mapping[str, int], width: int) -> Listed:
    cell = partial(_cell, cells, places)
    if len(cells) > width and any(extra.strip() for extra in cells[width:]):
        raise _Unusable("there are more values than headings; put text with the separator in quotes")
    starts_on, ends_on = _day(cell("start"), "start"), _day(cell("end"), "end")
    if starts_on and ends_on and ends_on < starts_on:
        raise _Unusable("the end is before the start")
    if len(cell("unit")) > LONGEST:
        raise _Unusable("the unit is too long")
    accounts = [one for name in places if _is_account(name) for one in _accounts(name, cell(name))]
    return Listed(
        line, _number(cells, places), cell("unit") or None, starts_on, ends_on, tuple(dict.fromkeys(accounts))
    )


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DOTTED.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise _Unusable(f"the {name} is no day; write 2026-01-31 or 31.01.2026")
    try:
        return None if year == 9999 else date(year, month, day)
    except ValueError:
        raise _Unusable(f"the {name} is a day that no calendar has") from None


def _accounts(column: str, text: str) -> Iterator[Account]:
    """The accounts in a cell; a column of its own names platform and realm in its heading."""
    for word in re.split(r"[\s,]+", text):
        if not word:
            continue
        if len(word) > LONGEST:
            raise _Unusable("an account is too long")
        try:
            own_column = column.partition(":")[2]
            whole = f"{own_column}:{word}" if own_column else word
            yield Account.parse(whole)
        except BadInput as error:
            raise _Unusable("an account is not written PLATFORM:REALM:ID") from error


# --------------------------------------------------------------------------- the whole


def _one_each(found: Sequence[Listed], faults: list[LineFault]) -> list[Listed]:
    """One entry for each number; rows that differ in more than their accounts cannot both be right."""
    known: dict[str, Listed] = {}
    for one in found:
        before = known.setdefault(one.number, one)
        if before is one:
            continue
        if replace(before, line=0, accounts=()) != replace(one, line=0, accounts=()):
            words = f"the same id as in line {before.line}, with another unit or other days"
            faults.append(LineFault(one.line, words))
            continue
        accounts = tuple(dict.fromkeys((*before.accounts, *one.accounts)))
        known[one.number] = replace(before, accounts=accounts)
    return list(known.values())


def _disputed(persons: Sequence[Listed], faults: list[LineFault]) -> frozenset[Account]:
    counts = Counter(account for one in persons for account in one.accounts)
    disputed = frozenset(account for account, claims in counts.items() if claims > 1)
    for one in persons:
        if disputed.intersection(one.accounts):
            faults.append(LineFault(one.line, "an account that another line claims too; it is left as it is"))
    return disputed

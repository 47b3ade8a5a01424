"""What is measured, by the columns of the data; and each row as what a step is given and what is expected of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from gleanery.errors import BadInput
from gleanery.flow.evaluating.rows import Row
from gleanery.ports import Fault, Subject


class Task(StrEnum):
    """What can be measured; each is the column that says what is expected. Of several the first counts."""

    LABELS = "labels"
    SPANS = "spans"
    DUPLICATES = "duplicate_of"
    WANTED = "wanted"
    CLASS = "class"
    LANGUAGE = "language"


MEANING = {
    Task.SPANS: "marked places, each of a kind",
    Task.LABELS: "competencies proposed, the best first",
    Task.DUPLICATES: "rows that are about the same",
    Task.WANTED: "yes or no",
    Task.CLASS: "one class of several",
    Task.LANGUAGE: "the language",
}
NEEDED = ", ".join(MEANING)
_YES, _NO = (
    frozenset({"1", "true", "yes", "y", "wanted"}),
    frozenset({"0", "false", "no", "n", "unwanted", ""}),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A row: what is judged, what is expected of it, and the group it is reported or left out with."""

    line: int
    subject: Subject
    expected: Any
    group: str = ""
    id: str = ""


@dataclass
class Cases:
    """The rows that can be used, and the faults of those that cannot."""

    task: Task
    cases: list[Case] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Shape:
    """How rows are read: the values that mean yes, and the column whose groups are told apart."""

    yes: Collection[str] = ()
    group: str = ""


def recognised(columns: Iterable[str]) -> Task:
    """What these columns let be measured. Raises: BadInput where nothing is expected."""
    known = set(columns)
    for task in Task:
        if task.value in known:
            return task
    raise BadInput(
        "No column says what is expected of a step.",
        remedy=f"Name one of {NEEDED}, or say which column it is: --map wanted=spam.",
    )


def gathered(rows: Iterable[Row | Fault], shape: Shape, task: Task | None = None) -> Cases:
    """Every row as a case. Raises: BadInput where no row can be used."""
    cases: Cases | None = None if task is None else Cases(task)
    early: list[Fault] = []
    for row in rows:
        if isinstance(row, Fault):
            (cases.faults if cases else early).append(row)
            continue
        cases = cases or Cases(recognised(row.values))
        try:
            cases.cases.append(case_of(row, cases.task, shape))
        except ValueError as error:
            cases.faults.append(Fault(f"line {row.line}", str(error)))
    if cases is None or not cases.cases:
        faults = early + (cases.faults if cases else [])
        first = f" The first fault, in {faults[0].where}: {faults[0].message}." if faults else ""
        raise BadInput(
            f"No row can be used.{first}", remedy="See docs/how-to/evaluate.md for the shape of the data."
        )
    cases.faults[:0] = early
    return cases


def case_of(row: Row, task: Task, shape: Shape) -> Case:
    """One row as a case. Raises: ValueError with what is wrong with it."""
    values = row.values
    title, text = _text(values, "title"), _text(values, "text")
    if not title and not text:
        raise ValueError("neither title nor text; name the column with --map text=COLUMN")
    subject = Subject(
        item_id=UUID(int=row.line),
        kind=_text(values, "kind")
        if values.get("kind") in ("message", "link", "video", "audio")
        else "article",
        title=title,
        text=text,
        url=_text(values, "url") or None,
        language=_text(values, "language") or None if task is not Task.LANGUAGE else None,
        platforms=(),
        links=(),
        tags=tuple(map(str, _listed(values.get("tags")))),
    )
    expected = _EXPECTED[task](values.get(task.value), shape)
    return Case(
        row.line, subject, expected, str(values.get(shape.group, "")), str(values.get("id", row.line))
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value


def _listed(value: Any) -> list[Any]:
    """A list as it is, one written in JSON, or words parted by |."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            value = _json(value)
        else:
            return [part.strip() for part in value.split("|") if part.strip()]
    if not isinstance(value, list):
        raise ValueError("no list where one is needed")
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError("a list that is no JSON") from error


def _spans(value: Any, shape: Shape) -> tuple[tuple[int, int, str], ...]:
    return tuple(map(_span, _listed(value)))


def _span(told: Any) -> tuple[int, int, str]:
    if isinstance(told, Mapping):
        told = [told.get("start"), told.get("end"), told.get("kind")]
    match told:
        case [int(start), int(end), str(kind)] if 0 <= start < end:
            return start, end, kind
    raise ValueError("a span must be [start, end, kind] with start before end")


def _labels(value: Any, shape: Shape) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(label) for label in _listed(value)))


def _word(value: Any, shape: Shape) -> str:
    if value is None or str(value).strip() == "":
        raise ValueError("nothing is expected of it: the cell is empty")
    return str(value).strip()


def _wanted(value: Any, shape: Shape) -> bool:
    said = "" if value is None else str(value).strip()
    if shape.yes:
        return said in shape.yes
    if said.casefold() not in _YES | _NO:
        raise ValueError("neither yes nor no; say with --yes which values mean yes")
    return said.casefold() in _YES


def _same(value: Any, shape: Shape) -> str:
    return "" if value is None else str(value).strip()


_EXPECTED = {
    Task.SPANS: _spans,
    Task.LABELS: _labels,
    Task.DUPLICATES: _same,
    Task.WANTED: _wanted,
    Task.CLASS: _word,
    Task.LANGUAGE: _word,
}

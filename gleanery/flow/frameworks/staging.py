"""What a file tells of a framework, put together on disk before anything of it is kept.

A large framework in many languages is millions of labels: they pass through a small database of their own, so that
memory holds no more than one line for each competency. A file that breaks off anywhere leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gleanery.model.posts import storable
from gleanery.ports import Competency, Fault

_KINDS = ("preferred", "alternative", "hidden")
_BATCH = 2_000
_MANY = 500
"""IRIs asked for at once; a database allows only so many parameters."""

_LONGEST_LABEL, _LONGEST_TEXT = 1_000, 20_000
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
CREATE TABLE told_label (iri, language, text, kind INTEGER);
CREATE TABLE told_meaning (iri, language, text);
"""
_LABEL = "INSERT INTO told_label VALUES (?, ?, ?, ?)"
_MEANING = "INSERT INTO told_meaning VALUES (?, ?, ?)"
_SORTED = """
CREATE TABLE label AS SELECT iri, language, text, min(kind) AS kind FROM told_label GROUP BY 1, 2, 3;
CREATE TABLE meaning AS SELECT iri, language, text, min(rowid) FROM told_meaning GROUP BY 1, 2;
DROP TABLE told_label; DROP TABLE told_meaning;
CREATE INDEX label_iri ON label (iri); CREATE INDEX meaning_iri ON meaning (iri);
"""
"""What was told is sorted once at its end: kept in order all along, each row of many languages would seek its place.

Of a label told twice the weightier kind counts, of two descriptions in one language the first: SQLite takes the columns
without an aggregate from the row of the minimum (https://sqlite.org/lang_select.html#bareagg).
"""

LabelRow = tuple[str, str, str, str]
"""IRI, language, kind, text."""


@dataclass(slots=True)
class Place:
    """What there is of a competency besides its words."""

    parent: str | None
    retired: bool
    code: str
    replaced_by: str | None
    retires_on: date | None = None


class Staged:
    """A framework as its file tells it."""

    def __init__(self, database: sqlite3.Connection, languages: Sequence[str]) -> None:
        self._database, self._languages = database, frozenset(languages)
        self._labels: list[tuple[str, str, str, int]] = []
        self._meanings: list[tuple[str, str, str]] = []
        self.places: dict[str, Place] = {}
        self.faults: list[Fault] = []
        self.reader = ""

    def take(self, told: Iterable[Competency | Fault], today: date) -> Iterator[int]:
        """Take all that a reader tells, saying now and then how many parts were taken."""
        number = 0
        for number, one in enumerate(told, 1):
            if isinstance(one, Fault):
                self.faults.append(Fault(storable(one.where), storable(one.message)))
            else:
                self._add(one, today)
            if number % _BATCH == 0:
                self._flush()
                yield number
        self._flush()
        self._database.executescript(_SORTED)
        yield number

    def _add(self, one: Competency, today: date) -> None:
        iri = storable(one.iri)
        place = self.places.setdefault(iri, Place(None, False, "", None))
        place.parent = place.parent or (storable(one.parent) if one.parent else None)
        place.code = place.code or storable(one.code)
        place.replaced_by = place.replaced_by or (storable(one.replaced_by) if one.replaced_by else None)
        place.retires_on = place.retires_on or one.retires_on
        place.retired = (
            place.retired or one.retired or (one.retires_on is not None and one.retires_on <= today)
        )
        for language, kind, text in one.labels:
            if self._wants(language):
                self._labels.append((iri, language, storable(text)[:_LONGEST_LABEL], _KINDS.index(kind)))
        for language, text in one.descriptions:
            if self._wants(language):
                self._meanings.append((iri, language, storable(text)[:_LONGEST_TEXT]))

    def _wants(self, language: str) -> bool:
        return not self._languages or language in self._languages

    def _flush(self) -> None:
        self._database.executemany(_LABEL, self._labels)
        self._database.executemany(_MEANING, self._meanings)
        self._labels.clear()
        self._meanings.clear()

    def mend(self) -> None:
        """Leave out what has no label, and cut the tree where it leads nowhere or back to itself; faults tell."""
        named = {iri for (iri,) in self._database.execute("SELECT DISTINCT iri FROM label")}
        for iri in [iri for iri in self.places if iri not in named]:
            del self.places[iri]
            self.faults.append(Fault(iri, "it has no label in the languages wanted; left out"))
        for iri, place in self.places.items():
            if place.parent is not None and place.parent not in self.places:
                self.faults.append(
                    Fault(iri, f"the broader one {place.parent!r} is not in this framework; kept without it")
                )
                place.parent = None
        for iri, ring in rings({iri: place.parent for iri, place in self.places.items()}):
            parent, self.places[iri].parent = self.places[iri].parent, None
            self.faults.append(
                Fault(iri, f"stands below itself: {ring}; kept without its broader {parent!r}")
            )

    def marks(self) -> dict[str, int]:
        """By IRI a number that changes with any of its words."""
        found = dict.fromkeys(self.places, 0)
        rows = self._database.execute("SELECT iri, language, kind, text FROM label")
        add_marks(found, ((iri, language, _KINDS[kind], text) for iri, language, kind, text in rows))
        add_marks(found, self._database.execute("SELECT iri, language, 'meaning', text FROM meaning"))
        return found

    def labels(self, iris: Sequence[str]) -> list[LabelRow]:
        """The labels of some competencies, in a stable order."""
        rows = self._of(
            "SELECT iri, language, kind, text FROM label WHERE iri IN ({}) ORDER BY 1, 2, 3, 4", iris
        )
        return [(iri, language, _KINDS[int(kind)], text) for iri, language, kind, text in rows]

    def meanings(self, iris: Sequence[str]) -> list[tuple[str, ...]]:
        """The descriptions of some competencies: IRI, language, text."""
        return list(self._of("SELECT iri, language, text FROM meaning WHERE iri IN ({}) ORDER BY 1, 2", iris))

    def _of(self, query: str, iris: Sequence[str]) -> Iterator[tuple[str, ...]]:
        for some in slices(iris, _MANY):
            yield from self._database.execute(query.format(", ".join("?" * len(some))), tuple(some))


@contextmanager
def staged(folder: Path, languages: Sequence[str]) -> Iterator[Staged]:
    """An empty stage in a folder, gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="framework-", dir=folder) as place:
        database = sqlite3.connect(Path(place) / "stage.db", isolation_level=None)
        database.executescript(_SCHEMA)
        try:
            yield Staged(database, languages)
        finally:
            database.close()


def rings(parents: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    """(the one to cut from its parent, the ring in words) for every ring of a tree, in the order told."""
    settled: set[str] = set()
    for start in parents:
        way: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in settled and here not in way:
            way[here] = None
            here = parents.get(here)
        if here is not None and here in way:
            ring = list(way)[list(way).index(here) :]
            yield ring[-1], " > ".join((*ring, here))
        settled.update(way)


def add_marks(marks: dict[str, int], rows: Iterable[Sequence[str]]) -> None:
    """Add (IRI, language, kind, text) to the marks; their order does not count."""
    for iri, *words in rows:
        if iri in marks:
            told = hashlib.blake2b("\x1f".join(words).encode(), digest_size=8).digest()
            marks[iri] = (marks[iri] + int.from_bytes(told)) % 2**64


def slices(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The values in parts of a size."""
    return (values[start : start + size] for start in range(0, len(values), size))

"""What helps a curator before reading: the score with its parts, and the source's text with what the steps marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gleanery.flow.desk.labels import Reason
from gleanery.model.items import FindingRow

TOTAL = "quality"
"""The name of a score that is a whole; the others of its finding are its parts."""

SUMMARY, TERM = "summary", "term"

Mark = tuple[int, int, str]
"""A stretch [start, end) of a text, and what it is."""


@dataclass(frozen=True)
class Scored:
    """A score and its parts, from 0 to 1; a higher part is always the better one."""

    total: float
    parts: Mapping[str, float]


def scored(reasons: Iterable[Reason]) -> Scored | None:
    """The score that a step gave, with its parts; None where none did, or none may."""
    for reason in reasons:
        if TOTAL in reason.scores:
            parts = {name: value for name, value in reason.scores.items() if name != TOTAL}
            return Scored(reason.scores[TOTAL], parts)
    return None


@dataclass(frozen=True)
class Piece:
    """A stretch of a text and what it is marked as."""

    text: str
    kinds: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """Its characters."""
        return len(self.text)


@dataclass(frozen=True)
class Aids:
    """A text's marks. `offered`: a summary from its own sentences, where a summary of them may leave the house."""

    marks: tuple[Mark, ...] = ()
    terms: tuple[str, ...] = ()
    offered: str = ""


def aids_in(text: str, offset: int, findings: Iterable[FindingRow], *, may_quote: bool) -> Aids:
    """The aids in a text that begins at `offset` of what was judged."""
    marks = tuple(sorted(_marks(text, offset, findings)))
    terms = dict.fromkeys(text[start:end] for start, end, kind in marks if kind == TERM)
    sentences = [" ".join(text[start:end].split()) for start, end, kind in marks if kind == SUMMARY]
    return Aids(marks, tuple(terms), " ".join(sentences) if may_quote else "")


def _marks(text: str, offset: int, findings: Iterable[FindingRow]) -> Iterable[Mark]:
    for row in findings:
        for field, start, end, kind in row.spans:
            first, last = int(start) - offset, int(end) - offset
            if field == "text" and kind in (SUMMARY, TERM) and 0 <= first < last <= len(text):
                yield first, last, str(kind)


def pieces(text: str, marks: Sequence[Mark], start: int = 0, end: int | None = None) -> list[Piece]:
    """A text, or its stretch [start, end), cut wherever a mark begins or ends."""
    end = len(text) if end is None else min(end, len(text))
    edges = {
        start,
        end,
        *(place for first, last, _ in marks for place in (first, last) if start < place < end),
    }
    cuts = sorted(edges)
    found = []
    for first, last in pairwise(cuts):
        kinds = frozenset(kind for begin, stop, kind in marks if begin <= first and last <= stop)
        found.append(Piece(text[first:last], kinds))
    return found

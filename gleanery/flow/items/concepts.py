"""Competencies found while somebody types: by the beginning of any of their words, in every language, best first.

Each label stands in an index once for each of its words, folded (small letters, no accents), so that finding one is
looking up a range. What a word holds inside is looked for only where too little begins so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, insert
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from gleanery.flow.house import House
from gleanery.model.items import CompetencyLabel, CompetencyRow, CompetencyTerm
from gleanery.model.posts import storable
from gleanery.model.terms import MAX_TERM, folded, terms_of

MOST_TYPED, MOST_FOUND = 80, 20
"""Characters that are looked at of what was typed, and competencies in an answer."""

_AT_ONCE = 5_000
"""Terms written at once: those of a slice of a framework in many languages are many."""

_ENOUGH, _CANDIDATES, _INSIDE, _RETIRED = 5, 80, 4, 10
_LAST = "\U0010ffff"

Key = tuple[str, str]
"""A competency: its framework and IRI."""


class Label(NamedTuple):
    """A label of a competency; plain rows, for there are many of them at each key that is pressed."""

    framework: str
    iri: str
    language: str
    kind: str
    label: str


_LABEL = tuple(col(getattr(CompetencyLabel, name)) for name in Label._fields)
_WITH_TERMS = col(CompetencyTerm.label) == col(CompetencyLabel.number)


@dataclass(frozen=True)
class Found:
    """A competency with its preferred label; `matched` is another label that was found, with its language.

    `above` are the labels of what it belongs to, from the top.
    """

    framework: str
    iri: str
    label: str
    matched: str
    language: str
    above: tuple[str, ...]


def find_concepts(
    house: House, typed: str, language: str = "en", limit: int = MOST_FOUND, framework: str | None = None
) -> list[Found]:
    """The competencies in use, of one framework or of all, that are meant by what was typed, at most `limit`.

    None for nothing typed.
    """
    words = folded(storable(typed[:MOST_TYPED]))
    if not words:
        return []
    with house.store.read() as session:
        labels = _candidates(session, words, framework)
        best = _best(labels, words, language)
        return _told(session, best[: min(limit, MOST_FOUND) + _RETIRED], language)[: min(limit, MOST_FOUND)]


# --------------------------------------------------------------------------- candidates


def _candidates(session: Session, words: str, framework: str | None) -> list[Label]:
    """Labels that begin so, then those with a word that does, then those with all these words, or with them inside."""
    found = _begun(session, words, framework)
    if len(found) < _ENOUGH and " " in words:
        longest = max(words.split(), key=len)
        found += [label for label in _begun(session, longest, framework) if _has_all(label, words)]
    if len(found) < _ENOUGH and len(words) >= _INSIDE:
        found += _holding(session, words, framework)
    return found


def _begun(session: Session, words: str, framework: str | None) -> list[Label]:
    return [
        *_beginning(session, words, framework, starts=True),
        *_beginning(session, words, framework, starts=False),
    ]


def _beginning(session: Session, words: str, framework: str | None, *, starts: bool) -> list[Label]:
    term, begins = col(CompetencyTerm.term), words[:MAX_TERM]
    query = (
        sa_select(*_LABEL)
        .join(CompetencyTerm, _WITH_TERMS)
        .where(col(CompetencyTerm.starts) == starts, term >= begins, term < begins + _LAST, *_in(framework))
        .order_by(term)
        .limit(_CANDIDATES)
    )
    return [Label(*row) for row in session.execute(query)]


def _in(framework: str | None) -> list[ColumnElement[bool]]:
    return [] if framework is None else [col(CompetencyLabel.framework) == framework]


def _holding(session: Session, words: str, framework: str | None) -> list[Label]:
    """A look at every label, in one pass over the index."""
    query = (
        sa_select(*_LABEL)
        .join(CompetencyTerm, _WITH_TERMS)
        .where(
            col(CompetencyTerm.starts),
            col(CompetencyTerm.term).contains(words, autoescape=True),
            *_in(framework),
        )
        .limit(_CANDIDATES)
    )
    return [Label(*row) for row in session.execute(query)]


def _has_all(label: Label, words: str) -> bool:
    terms = [term for _, term in terms_of(label.label)]
    return all(any(term.startswith(word) for term in terms) for word in words.split())


# --------------------------------------------------------------------------- the best of them


def _best(labels: Iterable[Label], words: str, language: str) -> list[Label]:
    """The best label of each competency, best first: equal, beginning so, preferred, the reader's language, short."""

    def rank(label: Label) -> tuple[Any, ...]:
        text = folded(label.label)
        return (
            text != words,
            not text.startswith(words),
            label.language != language,
            label.kind != "preferred",
            len(text),
            text,
            label.framework,
            label.iri,
        )

    best: dict[Key, Label] = {}
    for label in sorted(labels, key=rank):
        best.setdefault((label.framework, label.iri), label)
    return list(best.values())


def _told(session: Session, labels: Sequence[Label], language: str) -> list[Found]:
    """With preferred labels, and what they belong to; without those that are in use no more."""
    rows = _rows(session, [(label.framework, label.iri) for label in labels])
    parents = _rows(session, _parents(rows.values()))
    grand = _rows(session, _parents(parents.values()))
    known = {**grand, **parents, **rows}
    names = preferred(session, {iri for _, iri in known}, language)
    return [
        Found(
            label.framework,
            label.iri,
            name := names.get((label.framework, label.iri), label.label),
            label.label if label.label != name else "",
            label.language,
            tuple(_above(known, names, label)),
        )
        for label in labels
        if not rows[label.framework, label.iri].retired
    ]


def _rows(session: Session, keys: Iterable[Key]) -> dict[Key, CompetencyRow]:
    wanted = set(keys)
    found = session.exec(
        select(CompetencyRow).where(
            col(CompetencyRow.framework).in_({framework for framework, _ in wanted}),
            col(CompetencyRow.iri).in_({iri for _, iri in wanted}),
        )
    )
    return {(row.framework, row.iri): row for row in found if (row.framework, row.iri) in wanted}


def _parents(rows: Iterable[CompetencyRow]) -> Iterator[Key]:
    return ((row.framework, row.parent) for row in rows if row.parent)


def _above(known: Mapping[Key, CompetencyRow], names: Mapping[Key, str], label: Label) -> list[str]:
    found: list[str] = []
    row = known.get((label.framework, label.iri))
    while row is not None and row.parent and len(found) < 2:
        found.insert(0, names.get((row.framework, row.parent), row.parent))
        row = known.get((row.framework, row.parent))
    return found


def preferred(session: Session, iris: Collection[str], language: str) -> dict[Key, str]:
    """The preferred labels of these, each in the reader's language, else in English, else in the first there is."""
    if not iris:
        return {}
    query = sa_select(*_LABEL).where(
        col(CompetencyLabel.iri).in_(iris), col(CompetencyLabel.kind) == "preferred"
    )
    rows = [Label(*row) for row in session.execute(query)]
    ordered = sorted(rows, key=lambda row: (row.language != language, row.language != "en", row.language))
    names: dict[Key, str] = {}
    for row in ordered:
        names.setdefault((row.framework, row.iri), row.label)
    return names


# --------------------------------------------------------------------------- the index


def number_from(session: Session) -> int:
    """The first number that no label has."""
    return (session.exec(select(func.max(CompetencyLabel.number))).one() or 0) + 1


def forget_terms_of(session: Session, framework: str, iris: Collection[str]) -> None:
    """Take what the labels of these are found by out of the index; before the labels themselves."""
    if not iris:
        return
    theirs = select(CompetencyLabel.number).where(
        CompetencyLabel.framework == framework, col(CompetencyLabel.iri).in_(iris)
    )
    session.execute(delete(CompetencyTerm).where(col(CompetencyTerm.label).in_(theirs)))


def index_terms(session: Session, labels: Iterable[Mapping[str, Any]]) -> None:
    """Enter what these labels, rows with number and words, are found by."""
    rows = (
        {"starts": starts, "term": term, "label": one["number"]}
        for one in labels
        for starts, term in terms_of(one["label"])
    )
    while some := list(islice(rows, _AT_ONCE)):
        session.execute(insert(CompetencyTerm), some)

"""What a new state of a framework changes of the one that is kept: told before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Executable
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from gleanery.flow.frameworks.staging import LabelRow, Place, Staged, add_marks, slices
from gleanery.model.frameworks import ChangeKind
from gleanery.model.items import CompetencyDescription, CompetencyLabel, CompetencyRow

SLICE = 500
"""Competencies looked at together."""

_TOLD = 600
"""Characters of what was and what is that are told of one change."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of one competency: what was and what is now, in the framework's own words."""

    iri: str
    kind: ChangeKind
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class Comparison:
    """All that would change. `reworded` are those whose words have to be written, `placed` all that must be.

    `lost`: how many of those in use are simply not told any more. `in_use`: how many were in use before.
    """

    changes: Sequence[Changed]
    reworded: Sequence[str]
    placed: Sequence[str]
    lost: int
    in_use: int

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind."""
        return dict(sorted(Counter(one.kind.value for one in self.changes).items()))


def compare(session: Session, framework: str, staged: Staged) -> Comparison:
    """What the staged state changes of the kept one."""
    kept = _kept_places(session, framework)
    now, was = staged.marks(), _kept_marks(session, framework, kept)
    reworded = [iri for iri in staged.places if iri not in kept or now[iri] != was[iri]]
    changes = [*_moves(kept, staged), *_rewordings(session, framework, staged, kept, reworded)]
    lost = [iri for iri, place in kept.items() if iri not in staged.places and not place.retired]
    changes += [Changed(iri, ChangeKind.RETIRED) for iri in lost]
    placed = [iri for iri, place in staged.places.items() if iri not in kept or kept[iri] != place]
    in_use = sum(not place.retired for place in kept.values())
    return Comparison(_in_order(changes, staged, kept), reworded, [*placed, *lost], len(lost), in_use)


def _in_order(changes: Sequence[Changed], staged: Staged, kept: Mapping[str, Place]) -> list[Changed]:
    place = {iri: number for number, iri in enumerate((*staged.places, *kept))}
    kinds = list(ChangeKind)
    return sorted(changes, key=lambda one: (kinds.index(one.kind), place[one.iri]))


# --------------------------------------------------------------------------- what is kept


def _kept_places(session: Session, framework: str) -> dict[str, Place]:
    rows = session.exec(select(CompetencyRow).where(CompetencyRow.framework == framework))
    found = {}
    for row in rows:
        found[row.iri] = Place(row.parent, row.retired, row.code, row.replaced_by, row.retires_on)
        session.expunge(row)
    return found


def _kept_marks(session: Session, framework: str, kept: Mapping[str, Place]) -> dict[str, int]:
    marks = dict.fromkeys(kept, 0)
    label, meaning = CompetencyLabel, CompetencyDescription
    labels = sa_select(col(label.iri), col(label.language), col(label.kind), col(label.label))
    add_marks(marks, _streamed(session, labels.where(col(label.framework) == framework)))
    meanings = sa_select(col(meaning.iri), col(meaning.language), col(meaning.text))
    rows = _streamed(session, meanings.where(col(meaning.framework) == framework))
    add_marks(marks, ((iri, language, "meaning", text) for iri, language, text in rows))
    return marks


def _streamed(session: Session, query: Executable) -> Iterator[Sequence[str]]:
    for row in session.execute(query, execution_options={"yield_per": 5_000}):
        yield tuple(row)


def kept_labels(session: Session, framework: str, iris: Sequence[str]) -> list[LabelRow]:
    """The kept labels of some competencies, in a stable order."""
    label = CompetencyLabel
    found: list[LabelRow] = []
    for some in slices(iris, SLICE):
        query = sa_select(col(label.iri), col(label.language), col(label.kind), col(label.label)).where(
            col(label.framework) == framework, col(label.iri).in_(some)
        )
        found += [(iri, language, kind, text) for iri, language, kind, text in session.execute(query)]
    return sorted(found)


# --------------------------------------------------------------------------- what changed


def _moves(kept: Mapping[str, Place], staged: Staged) -> Iterator[Changed]:
    """What retired by its status, came back, moved or got another notation."""
    for iri, place in staged.places.items():
        before = kept.get(iri)
        if before is None:
            continue
        if place.retired and not before.retired:
            yield Changed(iri, ChangeKind.RETIRED, now=place.replaced_by or "")
        if before.retired and not place.retired:
            yield Changed(iri, ChangeKind.BACK)
        if place.parent != before.parent:
            yield Changed(iri, ChangeKind.MOVED, before.parent or "", place.parent or "")


def _rewordings(
    session: Session, framework: str, staged: Staged, kept: Mapping[str, Place], iris: Sequence[str]
) -> Iterator[Changed]:
    for some in slices(iris, SLICE):
        now = _by_iri(staged.labels(some))
        was = _by_iri(kept_labels(session, framework, [iri for iri in some if iri in kept]))
        for iri in some:
            if iri not in kept:
                yield Changed(iri, ChangeKind.ADDED, now=_called(now.get(iri, ())))
            else:
                yield from _reworded(iri, was.get(iri, ()), now.get(iri, ()))


def _reworded(iri: str, was: Sequence[LabelRow], now: Sequence[LabelRow]) -> Iterator[Changed]:
    """Another preferred label, other labels, or else another description."""
    names, others = _parted(was, now)
    if names != ("", ""):
        yield Changed(iri, ChangeKind.RENAMED, *names)
    if others != ("", ""):
        yield Changed(iri, ChangeKind.LABELS, *others)
    if names == others == ("", ""):
        yield Changed(iri, ChangeKind.DESCRIBED)


def _parted(was: Sequence[LabelRow], now: Sequence[LabelRow]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Preferred labels that went and that came, and the same of the others."""
    gone, come = sorted(set(was) - set(now)), sorted(set(now) - set(was))

    def told(rows: Sequence[LabelRow], *, preferred: bool) -> str:
        words = [
            f"{text} ({language})" for _, language, kind, text in rows if (kind == "preferred") is preferred
        ]
        return "; ".join(words)[:_TOLD]

    return (
        (told(gone, preferred=True), told(come, preferred=True)),
        (told(gone, preferred=False), told(come, preferred=False)),
    )


def _by_iri(rows: Sequence[LabelRow]) -> dict[str, list[LabelRow]]:
    found: dict[str, list[LabelRow]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _called(rows: Sequence[LabelRow]) -> str:
    """What somebody would call it: the preferred label, in English where there is one."""
    ranked = sorted(rows, key=lambda row: (row[2] != "preferred", row[1] != "en", row[1]))
    return ranked[0][3][:_TOLD] if ranked else ""

"""A new state of a framework written: in slices, so that nobody else waits long, and as a version.

What is no longer told stays, as retired, with its words: what was decided and delivered with it still means what it
meant. One that was stopped half-way is begun again at the next run and goes on with what still differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, insert
from sqlmodel import Session, col, func, select

from gleanery.flow.change import Change
from gleanery.flow.frameworks.comparing import Comparison
from gleanery.flow.frameworks.staging import Place, Staged, slices
from gleanery.flow.house import House
from gleanery.flow.items.concepts import forget_terms_of, index_terms, number_from
from gleanery.leases import Held
from gleanery.model.frameworks import FrameworkChange, FrameworkVersion, VersionState
from gleanery.model.items import CompetencyDescription, CompetencyLabel, CompetencyRow, Framework

SLICE = 200
"""Competencies written in one transaction."""

_LISTED = 5_000
"""Changes that a version lists; of all of them it has the counts."""

Show = Callable[[str, int, int | None], None]


def apply(
    house: House, version: FrameworkVersion, staged: Staged, found: Comparison, lease: Held,
    actor: str, show: Show,
) -> None:  # fmt: skip
    """Write what differs, then close the version. Raises: LeaseLost where another worker took over."""
    name = version.framework
    with house.change() as change:
        lease.confirm(change.session, change.at)
        write_version(change.session, version, VersionState.BEGUN, found)
    reworded = set(found.reworded)
    touched = list(dict.fromkeys((*found.placed, *found.reworded)))
    done = 0
    for some in slices(touched, SLICE):
        with house.change() as change:
            lease.confirm(change.session, change.at)
            _write(change.session, name, staged, some, [iri for iri in some if iri in reworded])
        show(f"importing {name}", done := done + len(some), len(touched))
    with house.change() as change:
        lease.confirm(change.session, change.at)
        _close(change, version, actor)


def write_version(
    session: Session, version: FrameworkVersion, state: VersionState, found: Comparison
) -> None:
    """Keep a version and the list of what it changes, in the place of what was told of it before."""
    known = session.get(FrameworkVersion, (version.framework, version.number))
    if known is not None and known.digest == version.digest and known.state is VersionState.BEGUN:
        return  # stopped half-way: what it said it would change is still true
    table = FrameworkChange
    theirs = col(table.framework) == version.framework, col(table.number) == version.number
    session.execute(delete(FrameworkChange).where(*theirs))
    version.state, version.counts = state, found.counts
    session.merge(version)
    session.flush()
    listed = () if version.number == 1 else found.changes[:_LISTED]
    rows = [{"framework": version.framework, "number": version.number, **asdict(one)} for one in listed]
    if rows:
        session.execute(insert(FrameworkChange), rows)


def _write(session: Session, name: str, staged: Staged, iris: Sequence[str], reworded: Sequence[str]) -> None:
    """The rows of some competencies, and the words of those whose words changed."""
    known = {
        row.iri: row
        for row in session.exec(
            select(CompetencyRow).where(CompetencyRow.framework == name, col(CompetencyRow.iri).in_(iris))
        )
    }
    _place(session, name, staged.places, iris, known)
    if reworded:
        _forget_words(session, name, reworded)
        _write_words(session, name, staged, reworded)
    in_use = {iri for iri in iris if iri in staged.places and not staged.places[iri].retired}
    _index_again(session, name, [iri for iri in iris if iri in in_use and iri not in set(reworded)])
    forget_terms_of(session, name, [iri for iri in iris if iri not in in_use])


def _place(
    session: Session, name: str, places: Mapping[str, Place], iris: Sequence[str],
    known: Mapping[str, CompetencyRow],
) -> None:  # fmt: skip
    new = []
    for iri in iris:
        place, row = places.get(iri), known.get(iri)
        if row is None and place is not None:
            new.append({"framework": name, "iri": iri, **asdict(place)})
        elif row is not None and place is not None:
            row.parent, row.retired, row.code = place.parent, place.retired, place.code
            row.replaced_by, row.retires_on = place.replaced_by, place.retires_on
        elif row is not None:
            row.retired = True
    session.flush()
    if new:
        session.execute(insert(CompetencyRow), new)


def _forget_words(session: Session, name: str, iris: Sequence[str]) -> None:
    forget_terms_of(session, name, iris)
    for table in (CompetencyLabel, CompetencyDescription):
        session.execute(delete(table).where(col(table.framework) == name, col(table.iri).in_(iris)))


def _write_words(session: Session, name: str, staged: Staged, iris: Sequence[str]) -> None:
    labels = [
        {
            "framework": name,
            "iri": iri,
            "language": language,
            "kind": kind,
            "label": text,
            "number": number,
        }
        for number, (iri, language, kind, text) in enumerate(staged.labels(iris), number_from(session))
    ]
    if labels:
        session.execute(insert(CompetencyLabel), labels)
        index_terms(session, [one for one in labels if not staged.places[str(one["iri"])].retired])
    meanings = [
        {"framework": name, "iri": iri, "language": language, "text": text}
        for iri, language, text in staged.meanings(iris)
    ]
    if meanings:
        session.execute(insert(CompetencyDescription), meanings)


def _index_again(session: Session, name: str, iris: Sequence[str]) -> None:
    """Have those be found whose words stayed: one that came back was found by nothing."""
    if not iris:
        return
    forget_terms_of(session, name, iris)
    label = CompetencyLabel
    query = select(label).where(label.framework == name, col(label.iri).in_(iris))
    index_terms(session, [{"number": one.number, "label": one.label} for one in session.exec(query)])


def _close(change: Change, version: FrameworkVersion, actor: str) -> None:
    """The version is in use from now on."""
    session, name = change.session, version.framework
    in_use, retired = sizes(session, name)
    row = session.get_one(FrameworkVersion, (name, version.number))
    row.state, row.at, row.concepts, row.retired, row.held_for = (
        VersionState.APPLIED, change.at, in_use, retired, "",
    )  # fmt: skip
    session.merge(
        Framework(name=name, source_hash=version.digest, imported_at=change.at, competencies=in_use + retired)
    )
    change.audit(
        "framework.imported", actor, f"framework:{name}", competencies=in_use, version=version.number,
        **row.counts,
    )  # fmt: skip


def sizes(session: Session, name: str) -> tuple[int, int]:
    """How many competencies of a framework are in use, and how many are not."""
    query = (
        select(CompetencyRow.retired, func.count())
        .where(CompetencyRow.framework == name)
        .group_by(col(CompetencyRow.retired))
    )
    sizes = dict(session.exec(query).all())
    return sizes.get(False, 0), sizes.get(True, 0)

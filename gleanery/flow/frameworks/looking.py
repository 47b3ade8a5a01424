"""Frameworks looked at: which there are, their versions and what each changed, their tree, what retired and is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy import case as sa_case
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from gleanery.flow.frameworks.comparing import Changed
from gleanery.flow.house import House
from gleanery.flow.items.concepts import Key, preferred
from gleanery.model.frameworks import ChangeKind, FrameworkChange, FrameworkVersion, VersionState
from gleanery.model.items import (
    CompetencyDescription,
    CompetencyLabel,
    CompetencyRow,
    Framework,
    Item,
    Tag,
)

PER_PAGE = 100
"""Competencies, changes or versions shown at once."""

_DEEPEST = 50
_SHOWN_ITEMS = 20


@dataclass(frozen=True)
class Line:
    """A framework in the list. `waiting`: the version that waits for a person. `orphans`: items with retired tags."""

    name: str
    configured: bool
    imported_at: datetime | None
    newest: FrameworkVersion | None
    waiting: FrameworkVersion | None
    in_use: int
    retired: int
    languages: tuple[str, ...]
    orphans: int


@dataclass(frozen=True)
class Leaf:
    """A competency in its place: how many stand right below it, and how many items are tagged with it."""

    iri: str
    label: str
    code: str
    retired: bool
    below: int
    items: int


@dataclass(frozen=True)
class Told:
    """Everything about a competency. `way`: from the top to the one above it. `labels` by language and kind."""

    framework: str
    iri: str
    label: str
    code: str
    retired: bool
    successor: Leaf | None
    labels: Mapping[str, Mapping[str, Sequence[str]]]
    descriptions: Mapping[str, str]
    way: Sequence[Leaf]
    items: Sequence[tuple[str, str]]
    tagged: int


@dataclass(frozen=True)
class Orphan:
    """A retired competency that items are still tagged with, and what replaced it where the framework says so."""

    iri: str
    label: str
    items: int
    by_persons: int
    successor: str
    successor_label: str


@dataclass(frozen=True)
class Change:
    """A change of a version, with what the competency is called now."""

    kind: ChangeKind
    iri: str
    label: str
    was: str
    now: str


# --------------------------------------------------------------------------- the list


def listed(house: House) -> list[Line]:
    """Every framework that is configured or was once brought in, by name."""
    with house.store.read() as session:
        kept = {row.name: row for row in session.exec(select(Framework))}
        newest, waiting = _newest(session), _waiting(session)
        sizes, languages, orphans = _sizes(session), _languages(session), _orphan_counts(session)
        configured = {one.name for one in house.config.frameworks}
        return [
            Line(
                name,
                name in configured,
                kept[name].imported_at if name in kept else None,
                newest.get(name),
                waiting.get(name),
                sizes.get((name, False), 0),
                sizes.get((name, True), 0),
                languages.get(name, ()),
                orphans.get(name, 0),
            )
            for name in sorted(configured | kept.keys())
        ]


def _newest(session: Session) -> dict[str, FrameworkVersion]:
    query = select(FrameworkVersion).where(FrameworkVersion.state == VersionState.APPLIED)
    return {one.framework: one for one in session.exec(query.order_by(col(FrameworkVersion.number)))}


def _waiting(session: Session) -> dict[str, FrameworkVersion]:
    states = (VersionState.WAITING, VersionState.WANTED, VersionState.BEGUN, VersionState.UNREADABLE)
    query = select(FrameworkVersion).where(col(FrameworkVersion.state).in_(states))
    return {one.framework: one for one in session.exec(query.order_by(col(FrameworkVersion.number)))}


def _sizes(session: Session) -> dict[tuple[str, bool], int]:
    row = CompetencyRow
    query = select(row.framework, row.retired, func.count()).group_by(col(row.framework), col(row.retired))
    return {(name, retired): number for name, retired, number in session.exec(query)}


def _languages(session: Session) -> dict[str, tuple[str, ...]]:
    query = select(CompetencyLabel.framework, CompetencyLabel.language).distinct()
    found: dict[str, list[str]] = {}
    for name, language in session.exec(query):
        found.setdefault(name, []).append(language)
    return {name: tuple(sorted(some)) for name, some in found.items()}


def _orphan_counts(session: Session) -> dict[str, int]:
    query = select(Tag.framework, func.count()).join(CompetencyRow, _TAGGED).where(*_ORPHANED)
    return dict(session.exec(query.group_by(col(Tag.framework))).all())


_TAGGED = (col(CompetencyRow.framework) == col(Tag.framework)) & (col(CompetencyRow.iri) == col(Tag.concept))
_ORPHANED = (col(CompetencyRow.retired).is_(True),)


# --------------------------------------------------------------------------- versions


def versions(house: House, name: str) -> list[FrameworkVersion]:
    """The versions of a framework, the newest first."""
    with house.store.read() as session:
        query = select(FrameworkVersion).where(FrameworkVersion.framework == name)
        found = session.exec(query.order_by(col(FrameworkVersion.number).desc()).limit(PER_PAGE)).all()
        session.expunge_all()
        return list(found)


def version(house: House, name: str, number: int) -> FrameworkVersion | None:
    """One version."""
    with house.store.read() as session:
        found = session.get(FrameworkVersion, (name, number))
        session.expunge_all()
        return found


def changes(
    house: House, name: str, number: int, language: str = "en", *, kind: ChangeKind | None = None,
    limit: int = PER_PAGE, after: int = 0,
) -> list[Change]:  # fmt: skip
    """What a version changed, by kind and address, `after` so many of them."""
    table = FrameworkChange
    query = select(table).where(table.framework == name, table.number == number)
    if kind is not None:
        query = query.where(table.kind == kind)
    with house.store.read() as session:
        rows = session.exec(query.order_by(col(table.kind), col(table.iri)).offset(after).limit(limit)).all()
        iris = {iri for row in rows for iri in (row.iri, row.was, row.now) if iri}
        names = {iri: label for (_, iri), label in preferred(session, iris, language).items()}
        return [_told_change(row, names) for row in rows]


def _told_change(row: FrameworkChange | Changed, names: Mapping[str, str]) -> Change:
    was, now = row.was, row.now
    if row.kind in (ChangeKind.MOVED, ChangeKind.RETIRED):
        was, now = names.get(was, was), names.get(now, now)
    added = row.now if row.kind is ChangeKind.ADDED else row.iri
    return Change(row.kind, row.iri, names.get(row.iri, added), was, now)


def with_names(house: House, framework: str, found: Iterable[Changed], language: str) -> list[Change]:
    """Changes that nobody has written yet, with what the competencies are called."""
    rows = list(found)
    with house.store.read() as session:
        iris = {iri for row in rows for iri in (row.iri, row.was, row.now) if iri}
        named = preferred(session, iris, language)
    names = {iri: label for (name, iri), label in named.items() if name == framework}
    return [_told_change(row, names) for row in rows]


# --------------------------------------------------------------------------- the tree


def exists(house: House, name: str) -> bool:
    """Whether a framework is configured or was once brought in."""
    with house.store.read() as session:
        known = session.get(Framework, name) is not None
    return known or any(one.name == name for one in house.config.frameworks)


def level(
    house: House, name: str, below: str | None, language: str = "en", *, after: int = 0, limit: int = PER_PAGE
) -> list[Leaf]:
    """The competencies in use right below one, or at the top: those with others below first, then by name."""
    row = CompetencyRow
    with house.store.read() as session:
        above = col(row.parent) == below if below is not None else _at_the_top(name)
        query = select(row).where(row.framework == name, above, col(row.retired).is_(False))
        leaves = _leaves(session, name, session.exec(query).all(), language)
    return sorted(leaves, key=lambda one: (not one.below, one.code, one.label.casefold()))[
        after : after + limit
    ]


def _at_the_top(name: str) -> ColumnElement[bool]:
    """A competency without one above it, or whose one above is out of use."""
    above = sa_select(col(CompetencyRow.iri)).where(
        col(CompetencyRow.framework) == name, col(CompetencyRow.retired).is_(False)
    )
    return col(CompetencyRow.parent).is_(None) | col(CompetencyRow.parent).not_in(above)


def _leaves(session: Session, name: str, rows: Sequence[CompetencyRow], language: str) -> list[Leaf]:
    iris = [row.iri for row in rows]
    names = _labels(session, name, iris, language)
    below, items = _below(session, name, iris), _tagged(session, name, iris)
    return [
        Leaf(
            row.iri,
            names.get(row.iri, row.iri),
            row.code,
            row.retired,
            below.get(row.iri, 0),
            items.get(row.iri, 0),
        )
        for row in rows
    ]


_AT_ONCE = 500


def _parts(iris: Sequence[str]) -> Iterable[Sequence[str]]:
    return (iris[start : start + _AT_ONCE] for start in range(0, len(iris), _AT_ONCE))


def _labels(session: Session, name: str, iris: Sequence[str], language: str) -> dict[str, str]:
    found: dict[Key, str] = {}
    for some in _parts(iris):
        found |= preferred(session, some, language)
    return {iri: label for (framework, iri), label in found.items() if framework == name}


def _below(session: Session, name: str, iris: Sequence[str]) -> dict[str, int]:
    row, found = CompetencyRow, {}
    for some in _parts(iris):
        query = (
            select(row.parent, func.count())
            .where(row.framework == name, col(row.parent).in_(some), col(row.retired).is_(False))
            .group_by(col(row.parent))
        )
        found.update({parent: number for parent, number in session.exec(query) if parent is not None})
    return found


def _tagged(session: Session, name: str, iris: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _parts(iris):
        query = (
            select(Tag.concept, func.count())
            .where(Tag.framework == name, col(Tag.concept).in_(some))
            .group_by(col(Tag.concept))
        )
        found |= dict(session.exec(query).all())
    return found


def told(house: House, name: str, iri: str, language: str = "en") -> Told | None:
    """Everything about one competency, retired ones too; None where there is none."""
    with house.store.read() as session:
        row = session.get(CompetencyRow, (name, iri))
        if row is None:
            return None
        [leaf] = _leaves(session, name, [row], language)
        successor = session.get(CompetencyRow, (name, row.replaced_by)) if row.replaced_by else None
        return Told(
            name,
            iri,
            leaf.label,
            row.code,
            row.retired,
            _leaves(session, name, [successor], language)[0] if successor else None,
            _all_labels(session, name, iri),
            _descriptions(session, name, iri),
            _leaves(session, name, _way(session, row), language),
            _items(session, name, iri),
            leaf.items,
        )


def _way(session: Session, row: CompetencyRow) -> list[CompetencyRow]:
    """What it belongs to, from the top."""
    found: list[CompetencyRow] = []
    here: CompetencyRow | None = row
    while here is not None and here.parent and len(found) < _DEEPEST:
        here = session.get(CompetencyRow, (row.framework, here.parent))
        if here is not None:
            found.insert(0, here)
    return found


def _all_labels(session: Session, name: str, iri: str) -> dict[str, dict[str, list[str]]]:
    label = CompetencyLabel
    query = select(label).where(label.framework == name, label.iri == iri)
    found: dict[str, dict[str, list[str]]] = {}
    for one in session.exec(query.order_by(col(label.language), col(label.label))):
        found.setdefault(one.language, {}).setdefault(one.kind, []).append(one.label)
    return found


def _descriptions(session: Session, name: str, iri: str) -> dict[str, str]:
    table = CompetencyDescription
    query = select(table.language, table.text).where(table.framework == name, table.iri == iri)
    return dict(session.exec(query.order_by(col(table.language))).all())


def _items(session: Session, name: str, iri: str) -> list[tuple[str, str]]:
    """Ids of some items tagged with it, and who said so."""
    query = (
        select(Tag.item_id, Tag.said_by)
        .join(Item, col(Item.id) == col(Tag.item_id))
        .where(Tag.framework == name, Tag.concept == iri, col(Item.merged_into).is_(None))
        .order_by(col(Item.seq).desc())
        .limit(_SHOWN_ITEMS)
    )
    return [(str(item), said_by) for item, said_by in session.exec(query)]


# --------------------------------------------------------------------------- what retired and is used


def orphans(house: House, name: str, language: str = "en", limit: int = PER_PAGE) -> list[Orphan]:
    """Retired competencies that items are tagged with, those with most items first."""
    by_person = func.sum(sa_case((col(Tag.said_by).startswith("person:"), 1), else_=0))
    query = (
        sa_select(col(CompetencyRow.iri), col(CompetencyRow.replaced_by), func.count(), by_person)
        .join(Tag, _TAGGED)
        .where(col(CompetencyRow.framework) == name, *_ORPHANED)
        .group_by(col(CompetencyRow.iri), col(CompetencyRow.replaced_by))
        .order_by(func.count().desc(), col(CompetencyRow.iri))
        .limit(limit)
    )
    with house.store.read() as session:
        rows = [tuple(row) for row in session.execute(query)]
        names = _labels(session, name, _known(rows), language)
    return [
        Orphan(
            iri, names.get(iri, iri), items, persons, successor or "",
            names.get(successor, successor) if successor else "",
        )
        for iri, successor, items, persons in rows
    ]  # fmt: skip


def _known(rows: Collection[tuple[str, str | None, int, int]]) -> list[str]:
    return [iri for one, successor, _, _ in rows for iri in (one, successor) if iri]

"""The trees of the frameworks: what stands below a competency, and where one begins to look.

A competency may be named below several others, and data from outside may go in circles: each counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from gleanery.flow.confirmed import standing
from gleanery.flow.house import House
from gleanery.model.items import CompetencyRow, Item, ItemState, Tag

Edge = tuple[str, str]


@dataclass(frozen=True)
class Tree:
    """The competencies of one framework; `retired` ones lead to those below but are not counted."""

    concepts: frozenset[str]
    retired: frozenset[str]
    below: Mapping[str, tuple[str, ...]]
    above: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, concepts: Iterable[str], edges: Iterable[Edge], retired: Iterable[str] = ()) -> Tree:
        """From the competencies and pairs of one and the one above it; pairs with strangers are left out."""
        known = frozenset(concepts)
        below, above = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for one, over in sorted({(one, over) for one, over in edges if one != over}):
            if one in known and over in known:
                below[over].append(one)
                above[one].append(over)
        told = ({key: tuple(found) for key, found in some.items()} for some in (below, above))
        return cls(known, frozenset(retired), *told)

    def tops(self) -> tuple[str, ...]:
        """Those with none above; of a circle that hangs below nothing the first by its address."""
        tops = sorted(one for one in self.concepts if one not in self.above)
        reached = set(_reached(tops, self.below))
        for one in sorted(self.concepts - reached):
            if one not in reached:
                tops.append(one)
                reached.update(_reached([one], self.below))
        return tuple(tops)

    def within(self, concept: str) -> set[str]:
        """A competency and all below it that are in use."""
        return set(_reached([concept], self.below)) - self.retired

    def over(self, concept: str) -> set[str]:
        """A competency and all above it."""
        return set(_reached([concept], self.above))

    def way_to(self, concept: str) -> tuple[str, ...]:
        """One way from a top down to a competency, by the first above each."""
        way, up = {concept: None}, concept
        while (up := self.above.get(up, (up,))[0]) not in way:
            way[up] = None
        return tuple(reversed(way))


def _reached(starts: Iterable[str], steps: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What can be reached, the starts included, each once."""
    waiting = list(starts)
    seen = set(waiting)
    while waiting:
        one = waiting.pop()
        yield one
        fresh = [other for other in steps.get(one, ()) if other not in seen]
        seen.update(fresh)
        waiting.extend(fresh)


def trees(session: Session, framework: str | None = None) -> dict[str, Tree]:
    """The tree of each framework, in one query; of one framework where it is named."""
    row = CompetencyRow
    query = sa.select(*map(col, (row.framework, row.iri, row.parent, row.retired)))
    query = query.where(col(row.framework) == framework) if framework is not None else query
    found = defaultdict[str, list[tuple[str, str | None, bool]]](list)
    for name, iri, parent, retired in session.execute(query):
        found[name].append((iri, parent, retired))
    return {name: _tree(rows) for name, rows in sorted(found.items())}


def _tree(rows: Iterable[tuple[str, str | None, bool]]) -> Tree:
    rows = list(rows)
    return Tree.of(
        (iri for iri, _, _ in rows),
        ((iri, parent) for iri, parent, _ in rows if parent),
        (iri for iri, _, retired in rows if retired),
    )


def rolled_up(house: House, session: Session) -> dict[tuple[str, str], int]:
    """By framework and competency: how many different approved items bear it or one below it."""
    tags = session.execute(
        sa.select(*map(col, (Tag.framework, Tag.item_id, Tag.concept)))
        .join(Item, col(Item.id) == col(Tag.item_id))
        .where(col(Item.state) == ItemState.APPROVED, col(Item.merged_into).is_(None), standing(house))
    )
    borne = defaultdict[tuple[str, object], set[str]](set)
    for framework, item, concept in tags:
        borne[framework, item].add(concept)
    forest = trees(session) if borne else {}
    over: dict[tuple[str, str], set[str]] = {}
    sums = defaultdict[tuple[str, str], int](int)
    for (framework, _), concepts in borne.items():
        for one in _all_over(forest.get(framework), framework, concepts, over):
            sums[framework, one] += 1
    return dict(sums)


def _all_over(
    tree: Tree | None, framework: str, concepts: set[str], over: dict[tuple[str, str], set[str]]
) -> set[str]:
    """These and all above them, as far as the framework knows them; `over` remembers."""
    found: set[str] = set()
    for one in concepts & tree.concepts if tree else ():
        if (framework, one) not in over:
            over[framework, one] = tree.over(one) if tree else set()
        found |= over[framework, one]
    return found


def in_use(session: Session) -> dict[str, int]:
    """How many competencies of each framework are in use."""
    rows = session.exec(
        select(CompetencyRow.framework, sa.func.count())
        .where(col(CompetencyRow.retired).is_(False))
        .group_by(col(CompetencyRow.framework))
    )
    return dict(rows.all())


def out_of_use(session: Session) -> set[tuple[str, str]]:
    """Framework and address of each retired competency."""
    retired = select(CompetencyRow.framework, CompetencyRow.iri).where(col(CompetencyRow.retired).is_(True))
    return set(session.exec(retired).all())

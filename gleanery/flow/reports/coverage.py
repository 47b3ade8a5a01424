"""The report on competencies covered: by framework, down its tree, by goal, and one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlmodel import col, select

from gleanery.errors import BadInput
from gleanery.flow.reports import trees
from gleanery.flow.reports.measures import COVERS, COVERS_BELOW
from gleanery.flow.reports.reading import Counts
from gleanery.flow.reports.tables import Asked, Chart, Column, Figure, Kind, Report, Row, Table, share
from gleanery.flow.reports.trees import Tree
from gleanery.model.items import CompetencyLabel, Framework

_SHOWN = 100
_FRESH_TREES = timedelta(hours=1)
Covered = Mapping[tuple[str, str], int]
"""Approved items by framework and competency."""


def coverage(counts: Counts, asked: Asked) -> Report:
    """Which competencies approved items serve, by framework and by goal; it has no period. Raises: BadInput."""
    covered, rolled = counts.always(COVERS), counts.always(COVERS_BELOW)
    frameworks = _frameworks(counts, rolled)
    whole, part = (sum(int(str(row.cells[place])) for row in frameworks.rows) for place in (1, 2))
    figure = Figure("covered", Kind.SHARE, share(part, whole))
    if asked.in_short:
        return Report("coverage", asked, figure, (frameworks,))
    forest = _forest(counts)
    level = _level(forest, asked)
    shown = sorted(covered, key=lambda one: (-covered[one], one))[:_SHOWN]
    wanted = {iri for goal in counts.house.config.goals for iri in goal.competencies}
    rows = sorted(_looked_at(forest, level, rolled), key=lambda row: (-row[2], row[0], row[1]))
    way = forest[asked.framework].way_to(asked.below) if asked.framework and asked.below else ()
    named = {concept for _, concept in shown} | wanted | {one[1] for one in rows[:_SHOWN]} | {*way}
    labels = _labels(counts, named)
    tree = _down(rows, forest, rolled, labels)
    tables = (frameworks, tree, _goals(counts, asked, covered, labels), _single(covered, shown, labels))
    return Report("coverage", asked, figure, tables, _way(asked, way, labels))


def _tagged(framework: str, concept: str) -> dict[str, str]:
    return {"rows": "items", "state": "approved", "tag": f"{framework}:{concept}"}


def _frameworks(counts: Counts, rolled: Covered) -> Table:
    retired, in_use = trees.out_of_use(counts.session), trees.in_use(counts.session)
    has = Counter(framework for framework, concept in rolled if (framework, concept) not in retired)
    columns = (
        Column("framework", Kind.NAME),
        Column("competencies"),
        Column("covered"),
        Column("share", Kind.SHARE),
    )
    told = tuple(
        Row((name, number, has[name], share(has[name], number)), _place(name))
        for name, number in sorted(in_use.items())
    )
    return Table("frameworks", columns, told)


def _place(framework: str, below: str = "") -> dict[str, str]:
    """A place in the tree of a framework."""
    return {"rows": "competencies", "framework": framework, "below": below}


# --------------------------------------------------------------------------- down the tree


def _forest(counts: Counts) -> Mapping[str, Tree]:
    """The trees of all frameworks; read again once one was imported anew."""
    state = tuple(counts.session.exec(select(Framework.name, Framework.source_hash).order_by(Framework.name)))
    key = ("trees", *((name, mark) for name, mark in state))
    return counts.recent.get(key, lambda: trees.trees(counts.session), _FRESH_TREES)


def _level(forest: Mapping[str, Tree], asked: Asked) -> Sequence[tuple[str, str]]:
    """Framework and competency of what is shown: the tops, or what stands right below one."""
    if asked.framework is None:
        return [(name, one) for name, tree in forest.items() for one in tree.tops()]
    tree = forest.get(asked.framework)
    if tree is None or (asked.below is not None and asked.below not in tree.concepts):
        raise BadInput("There is no such competency.", remedy="Choose one from the report.")
    ones = tree.tops() if asked.below is None else tree.below.get(asked.below, ())
    return [(asked.framework, one) for one in ones]


Looked = tuple[str, str, int, int]
"""Framework, competency, how many it is with those below it, and how many of these are covered."""


def _looked_at(
    forest: Mapping[str, Tree], level: Sequence[tuple[str, str]], rolled: Covered
) -> Sequence[Looked]:
    found = []
    for framework, one in level:
        within = forest[framework].within(one)
        has = sum((framework, concept) in rolled for concept in within)
        found.append((framework, one, len(within), has))
    return [one for one in found if one[2]]


def _down(
    rows: Sequence[Looked], forest: Mapping[str, Tree], rolled: Covered, labels: Mapping[str, str]
) -> Table:
    """A level of the tree, those with most below them first."""
    columns = (
        Column("competency", Kind.NAME),
        Column("framework", Kind.NAME),
        Column("with_below"),
        Column("covered"),
        Column("share", Kind.SHARE),
        Column("items"),
    )
    told = tuple(
        Row(
            (labels.get(one, one), framework, many, has, share(has, many), rolled.get((framework, one), 0)),
            _place(framework, one) if one in forest[framework].below else _tagged(framework, one),
        )
        for framework, one, many, has in rows[:_SHOWN]
    )
    return Table("tree", columns, told, Chart.BARS, (2, 3), more=len(rows) - len(told))


def _way(asked: Asked, way: Sequence[str], labels: Mapping[str, str]) -> tuple[Row, ...]:
    """From the framework down to the competency that is looked below."""
    if asked.framework is None:
        return ()
    steps = (Row((labels.get(one, one),), _place(asked.framework, one)) for one in way)
    return (Row((asked.framework,), _place(asked.framework)), *steps)


# --------------------------------------------------------------------------- one by one


def _single(covered: Covered, shown: Sequence[tuple[str, str]], labels: Mapping[str, str]) -> Table:
    """The competencies with most items."""
    columns = (Column("framework", Kind.NAME), Column("competency", Kind.NAME), Column("items"))
    rows = tuple(
        Row(
            (framework, labels.get(concept, concept), covered[framework, concept]),
            _tagged(framework, concept),
        )
        for framework, concept in shown
    )
    return Table("competencies", columns, rows, more=len(covered) - len(shown))


def _goals(counts: Counts, asked: Asked, covered: Covered, labels: Mapping[str, str]) -> Table:
    """The competencies that the goals name, those without any item first."""
    known = {concept: (framework, number) for (framework, concept), number in covered.items()}
    rows = []
    for goal in (one for one in counts.house.config.goals if asked.goal in (None, one.name)):
        for iri in goal.competencies:
            framework, number = known.get(iri, ("", 0))
            about = _tagged(framework, iri) if number else {}
            rows.append(Row((goal.title, labels.get(iri, iri), number, not number), about))
    columns = (
        Column("goal", Kind.NAME),
        Column("competency", Kind.NAME),
        Column("items"),
        Column("gap", Kind.YES),
    )
    rows.sort(key=lambda row: (not row.cells[3], row.cells[:2]))
    return Table("goals", columns, tuple(rows))


def _labels(counts: Counts, concepts: Collection[str]) -> dict[str, str]:
    """The preferred label of each competency, English where there is one."""
    rows = counts.session.exec(
        select(CompetencyLabel.iri, CompetencyLabel.language, CompetencyLabel.label)
        .where(col(CompetencyLabel.iri).in_(concepts), CompetencyLabel.kind == "preferred")
        .order_by(col(CompetencyLabel.language).desc())
    ).all()
    return {iri: label for iri, _, label in sorted(rows, key=lambda row: row[1] == "en")}

"""Coverage rolls up a framework's tree as a slow walk over it does, whatever its shape, on either database."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import event, insert

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.reports import keeping
from gleanery.flow.reports.counting import day_of
from gleanery.flow.reports.making import make
from gleanery.flow.reports.periods import last_days
from gleanery.flow.reports.reading import Recent
from gleanery.flow.reports.tables import Asked, Cell, Report
from gleanery.flow.reports.trees import Edge, Tree
from gleanery.model.items import CompetencyLabel, CompetencyRow, Framework, Tag
from gleanery.testing import Clock
from tests.effort import calls_of
from tests.flow.reports.histories import History
from tests.flow.reports.slow import kept, slow_counts

_TREE = {
    "top": None, "left": "top", "right": "top", "leaf": "left", "other": "left", "far": "right", "lone": None,
    "round": "about", "about": "round", "old": "right",
}  # fmt: skip


def _import(house: House, name: str, parents: dict[str, str | None], retired: Iterable[str] = ()) -> None:
    rows = [
        {"framework": name, "iri": iri, "parent": parent, "retired": iri in retired}
        for iri, parent in parents.items()
    ]
    with house.change() as change:
        change.session.add(
            Framework(name=name, source_hash=name, imported_at=change.at, competencies=len(rows))
        )
        change.session.execute(insert(CompetencyRow), rows)
        label = CompetencyLabel(
            framework=name, iri="left", language="en", kind="preferred", label="The left one"
        )
        change.session.add(label)
        change.audit("framework.imported", "system", f"framework:{name}")


def _tag(house: House, item: UUID, *concepts: str) -> None:
    with house.change() as change:
        for concept in concepts:
            change.session.add(
                Tag(item_id=item, framework="ours", concept=concept, said_by="test", confidence=1)
            )
        change.audit("item.tagged", "system", f"item:{item}")


def _asked(house: House, framework: str | None = None, below: str | None = None) -> Report:
    period = last_days(day_of(house.now()), 30)
    return make(house, Recent(house), "coverage", Asked(period, framework=framework, below=below))


def _rows(report: Report) -> dict[Cell, Sequence[Cell]]:
    """By competency: how many, how many covered, items."""
    table = report.table("tree")
    assert table is not None
    return {row.cells[0]: (*row.cells[2:4], row.cells[5]) for row in table.rows}


@pytest.fixture
def covered(each_house: tuple[House, Clock]) -> House:
    house, clock = each_house
    _import(house, "ours", _TREE, retired=["old"])
    history = History(house, clock)
    one, two, three, four = history.items()[:4]
    for number in range(3):
        history.acts()["approve"](number)
    _tag(house, one, "leaf", "other")
    _tag(house, two, "leaf", "round", "stranger")
    _tag(house, three, "old")
    _tag(house, four, "lone")  # not approved
    keeping.bring_up_to_date(house)
    return house


def test_each_level_counts_what_is_below_and_every_item_once(covered: House) -> None:
    top = _asked(covered)
    assert _rows(top) == {"top": (6, 5, 3), "about": (2, 2, 1), "lone": (1, 0, 0)}
    assert _rows(_asked(covered, "ours", "top")) == {"The left one": (3, 3, 2), "right": (2, 1, 1)}
    assert _rows(_asked(covered, "ours", "left")) == {"leaf": (1, 1, 2), "other": (1, 1, 1)}
    assert _rows(_asked(covered, "ours", "leaf")) == {}
    assert _rows(_asked(covered, "ours", "about")) == {"round": (2, 2, 1)}
    assert top.figure.value == 7 / 9
    assert [row.cells[0] for row in _asked(covered, "ours", "left").way] == ["ours", "top", "The left one"]


def test_what_is_kept_is_what_a_slow_walk_finds(covered: House) -> None:
    assert kept(covered) == slow_counts(covered)
    assert any(key[0] == "covers_below" for key in kept(covered))


def test_a_place_that_is_not_there_is_refused(covered: House) -> None:
    for framework, below in (("ours", "nowhere"), ("others", None)):
        with pytest.raises(BadInput):
            _asked(covered, framework, below)


def test_the_number_of_queries_is_that_of_any_tree(covered: House) -> None:
    few = _queries(covered)
    _import(covered, "large", {f"c{n}": f"c{n // 7}" if n else None for n in range(700)})
    assert _queries(covered) == few


def _queries(house: House) -> int:
    seen: list[object] = []
    note = lambda *told: seen.append(told)  # noqa: E731
    event.listen(house.store.engine, "before_cursor_execute", note)
    _asked(house)
    event.remove(house.store.engine, "before_cursor_execute", note)
    return len(seen)


# --------------------------------------------------------------------------- any shape


def _slow_within(concepts: Sequence[str], edges: Sequence[Edge], start: str) -> set[str]:
    """Step by step until nothing is new."""
    found = {start}
    while more := {one for one, over in edges if over in found} - found:
        found |= more
    return found & set(concepts)


@pytest.mark.parametrize("seed", range(30))
def test_a_tree_with_several_parents_and_circles_is_walked_as_slowly_by_hand(seed: int) -> None:
    chance = random.Random(seed)
    concepts = [f"c{number}" for number in range(25)]
    edges = [(chance.choice(concepts), chance.choice(concepts)) for _ in range(chance.randrange(40))]
    tree = Tree.of(concepts, edges)
    for one in concepts:
        assert tree.within(one) == _slow_within(concepts, edges, one)
        assert tree.over(one) == {other for other in concepts if one in tree.within(other)}
        assert tree.way_to(one)[-1] == one
    assert set().union(*(tree.within(top) for top in tree.tops())) == set(concepts)


def test_fourteen_thousand_competencies_in_one_circle_or_one_line_are_walked_once() -> None:
    concepts = [f"c{number:05}" for number in range(14_000)]
    line = list(zip(concepts[1:], concepts, strict=False))
    for edges in (line, [*line, (concepts[0], concepts[-1])]):
        tree = Tree.of(concepts, edges)
        assert len(tree.tops()) == 1
        assert len(tree.within(concepts[0])) == len(tree.way_to(concepts[-1])) == 14_000
        for walk in (tree.tops, partial(tree.within, concepts[0]), partial(tree.way_to, concepts[-1])):
            assert calls_of(walk).total() < 20 * len(concepts)  # one that begins again at each makes millions

"""A house with items that rules are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.flow import run
from gleanery.flow.house import House
from gleanery.flow.rules.writing import Written, checked
from gleanery.model.items import CompetencyLabel, CompetencyRow, Framework
from tests.house import article, file_source, make_house, records

NUMBER = "+49 30 23125 987"
"""A telephone number, which `sensitive` blocks."""

STEPS = [{"step": "sensitive"}, {"step": "substance"}, {"step": "language"}]
GOALS = [
    {"name": "tables", "title": "Better tables", "words": ["spreadsheets"]},
    {"name": "sales", "title": "Sales"},
]


def written(when: Any, do: str = "ask", name: str = "A rule", **effect: Any) -> Written:
    """A rule; `ask` and `drop` have a reason."""
    why = {"why": "Somebody should look."} if do in ("ask", "drop") else {}
    return checked({"name": name, "when": when, "effect": {"do": do, **why, **effect}})


def has(value: str, field: str = "words") -> dict[str, Any]:
    """A condition on words."""
    return {"field": field, "op": "has", "value": value}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Five items wait, a greeting is dropped, and one item is blocked for a telephone number."""
    rows = [article(number) for number in range(5)]
    rows.append(article(5, title="", url=None, text="Good morning everyone!"))
    rows.append(article(6, text=f"The room for sales is free, ring {NUMBER} to have it opened for you."))
    source = file_source(records(tmp_path, rows))
    made = make_house(tmp_path, sources=[source], goals=GOALS, curation={"steps": STEPS})
    run(made)
    yield made
    made.close()


@pytest.fixture
def framework(house: House) -> tuple[str, str]:
    """A framework of one competency that is in use there."""
    with house.store.write() as session:
        session.add(Framework(name="own", source_hash="", imported_at=house.now(), competencies=1))
        session.add(CompetencyRow(framework="own", iri="https://example.org/tables"))
        session.add(
            CompetencyLabel(
                framework="own",
                iri="https://example.org/tables",
                language="en",
                kind="preferred",
                label="Tables",
            )
        )
    return "own", "https://example.org/tables"

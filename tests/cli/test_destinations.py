"""The commands about destinations: what would be delivered, what became of it, what learners did."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from typer.testing import CliRunner

from gleanery.cli import app
from gleanery.testing import Clock
from tests.flow.destinations.conftest import approve, open_house
from tests.shelf import Shelf, shelves

__all__ = ["shelves"]
Run = Callable[..., Result]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def items(shelves: None, tmp_path: Path, shelf: Shelf) -> list[str]:
    """Two items that are approved and not delivered yet."""
    house = open_house(tmp_path, shelf, Clock())
    made = approve(house, 2)
    house.close()
    return made


@pytest.fixture
def run(items: list[str], tmp_path: Path) -> Run:
    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(tmp_path / "config.yaml")])

    return invoke


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_dry_run_says_what_would_be_delivered_and_delivers_nothing(
    run: Run, items: list[str], shelf: Shelf
) -> None:
    [plan] = told(run("deliver", "--dry-run", "--json"))
    assert [(one["thing"], one["does"], one["waits"]) for one in plan["steps"]] == [
        (item, "create", None) for item in items
    ]
    shown = run("deliver", "--dry-run")
    assert shown.exit_code == 0
    assert "2 create" in shown.stdout
    assert shelf.entries == {}


def test_what_a_teacher_took_away_is_shown_and_brought_again_on_demand(
    run: Run, items: list[str], shelf: Shelf
) -> None:
    assert run("deliver").exit_code == 0
    del shelf.entries[f"e{shelf.of(UUID(items[0]))[0].number}"]
    looked = run("destinations", "check", "shelf", "--compare", "--json")
    assert (looked.exit_code, told(looked)["counts"]) == (1, {"gone": 1, "as-left": 1})
    assert told(run("destinations", "check", "shelf", "--redeliver", "--json"))["owed_again"] == 1
    assert run("deliver").exit_code == 0
    again = run("destinations", "check", "shelf", "--compare")
    assert (again.exit_code, len(shelf.entries)) == (0, 2)
    assert "2 as-left" in again.stdout


def test_reading_back_says_what_was_told_and_stated(run: Run) -> None:
    answer = told(run("destinations", "read-back", "shelf", "--json"))
    assert (answer["told"], answer["stated"], answer["error"]) == (0, 0, "")


def test_the_report_on_persons_shows_nobody_without_an_agreement(run: Run) -> None:
    answer = told(run("reports", "evidence", "--json"))
    assert (answer["rows"], answer["is_off"]) == ([], True)
    assert run("reports", "evidence", "--csv").stdout.startswith("person,unit,competency")
    assert "Nobody is shown" in run("reports", "evidence").stdout

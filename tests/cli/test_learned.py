"""`gleanery learned`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from gleanery.cli import app
from tests.flow.learning.decided import (
    APPROVE,
    OTHER_WORDS,
    REJECT,
    WANTED_WORDS,
    bees,
    decide,
    house_of,
    trains,
)


def _run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["learned", *words, "--config", str(folder / "config.yaml")])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_was_learned_is_shown_refitted_and_deleted(tmp_path: Path) -> None:
    house = house_of(tmp_path, [*(bees(n) for n in range(4)), *(trains(100 + n) for n in range(4))])
    decide(house, WANTED_WORDS, APPROVE, 3)
    decide(house, OTHER_WORDS, REJECT, 3)
    house.close()
    assert json.loads(_run(tmp_path, "refit", "bees", "--by", "lead", "--json")) == {
        "fitted": True,
        "rated": 2,
    }
    [goal] = json.loads(_run(tmp_path, "list", "--json"))["items"]
    assert (goal["version"]["number"], goal["version"]["wanted"]) == (2, 3)
    assert "hive" in _run(tmp_path, "show", "bees")
    decisions = json.loads(_run(tmp_path, "show", "bees", "--json"))["decisions"]
    assert sum(one["wanted"] for one in decisions) == 3
    assert "bees" in _run(tmp_path, "list")
    assert "learns again" in _run(tmp_path, "delete", "bees", "--by", "lead")
    assert json.loads(_run(tmp_path, "list", "--json"))["items"][0]["is_off"]
    assert _run(tmp_path, "on", "bees", "--by", "lead") == "Learning for bees is on.\n"
    assert _run(tmp_path, "off", "bees", "--by", "lead") == "Learning for bees is off.\n"

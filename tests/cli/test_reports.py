"""`gleanery reports` and `gleanery digest`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from gleanery.cli import app
from gleanery.flow.accounts import staff
from gleanery.flow.rights import Role
from tests.house import make_house


def _run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--config", str(folder / "config.yaml")])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_counts_are_made_anew(tmp_path: Path) -> None:
    make_house(tmp_path).close()
    assert _run(tmp_path, "reports", "rebuild") == "1 days counted\n"
    assert json.loads(_run(tmp_path, "reports", "rebuild", "--json")) == {"days": 1}


def test_a_digest_is_shown_and_those_due_are_sent(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    with house.change() as change:
        staff.give(change, staff.ensure_account(house, change, "lead").person_id, [Role.LEAD], "system")
    house.close()
    told = json.loads(_run(tmp_path, "digest", "preview", "--by", "lead", "--json"))
    assert told["subject"] == "Test: nothing waits"
    assert "Nothing waits for a decision" in _run(tmp_path, "digest", "preview", "--by", "lead")
    assert _run(tmp_path, "digest", "send") == "0 sent\n"

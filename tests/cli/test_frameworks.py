"""gleanery frameworks: compared, brought in, listed and shown on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house import make_house
from tests.test_cli import Done, gleanery

Run = Callable[..., Done]

TABLE = "id,label,parent,description\nsafety,Safety,,To come home whole.\nropes,Ropes,safety,\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "skills.csv").write_text(TABLE)
    make_house(
        tmp_path, frameworks=[{"name": "ours", "path": "skills.csv", "review": True}], sources=[]
    ).close()
    return lambda *arguments: gleanery("frameworks", *arguments, cwd=tmp_path)


def _json(done: Done) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_framework_is_compared_brought_in_and_shown(run: Run, tmp_path: Path) -> None:
    assert "2 added" in run("diff", "ours").stdout
    assert _json(run("list", "--json"))[0]["version"] is None
    assert _json(run("import", "--json"))[0]["counts"] == {"added": 2}
    (tmp_path / "skills.csv").write_text(TABLE.replace("Ropes", "Ropes and [nets]"))
    seen = run("diff", "ours").stdout
    assert ("renamed" in seen, "Ropes and [nets] (en)" in seen, "would wait" in seen) == (True, True, True)
    assert "It waits" in run("import").stdout
    [line] = _json(run("list", "--json"))
    assert (line["version"], line["waiting"]["held_for"]) == (1, "review")
    [told] = _json(run("import", "ours", "--by", "curator", "--json"))
    assert (told["version"], told["counts"]) == (2, {"renamed": 1})
    shown = _json(run("show", "ours", "--below", "urn:gleanery:ours:safety", "--json"))
    assert [one["label"] for one in shown["competencies"]] == ["Ropes and [nets]"]
    assert [one["number"] for one in shown["versions"]] == [2, 1]
    [change] = _json(run("show", "ours", "--version", "2", "--json"))
    assert (change["was"], change["now"]) == ("Ropes (en)", "Ropes and [nets] (en)")


def test_what_is_wrong_is_said_with_what_to_do(run: Run, tmp_path: Path) -> None:
    done = run("diff", "theirs")
    assert (done.returncode, "Configured are: ours." in done.stderr) == (5, True)
    (tmp_path / "skills.csv").write_bytes("id,label\na,Käse\n".encode("cp1252"))
    done = run("import", "ours")
    assert (done.returncode, "Save it as CSV UTF-8." in done.stderr) == (5, True)


def test_steps_prepare_themselves_or_say_that_there_is_nothing_to_do(run: Run) -> None:
    run("import")
    assert _json(run("prepare", "--json")) == {"prepared": []}
    assert "No step has anything to prepare." in run("prepare").stdout

"""A stranger's package, installed into an environment beside the wheel: found, configured, run; a broken one named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.venvs import Done, Venv, build_wheel, own_requirements

PACKAGES = Path(__file__).parent / "plugin_example"
CONFIG = """\
record: {key_folder: keys}
sources:
  - name: our-notes
    connector: notes
    settings: {folder: notes}
curation:
  steps: [{step: questions}]
  auto_approve: keep
destinations:
  - name: our-shelf
    adapter: shelf
    settings: {folder: shelf}
delivery: {undo_seconds: 0}
"""

Command = Callable[..., Done]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """An environment with gleanery's wheel, the example package and the broken one."""
    folder = tmp_path_factory.mktemp("plugins")
    sources = folder / "sources"
    shutil.copytree(PACKAGES, sources, ignore=shutil.ignore_patterns("__pycache__"))
    made = Venv.make(folder / "venv", *own_requirements(), "hatchling", "pip", "pytest")
    made.install(build_wheel(folder), sources / "gleanery-example", sources / "gleanery-broken")
    return made


@pytest.fixture
def gleanery(installed: Venv, tmp_path: Path) -> Command:
    """Runs `gleanery` in a folder with a configuration that uses the example's plugins."""
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "backup.txt").write_text(
        "Test your backups\nA backup that was never read back is a hope.", "utf-8"
    )
    (notes / "printer.txt").write_text("The printer\nWhy does it jam on Mondays?", "utf-8")
    return lambda *arguments: installed.run("gleanery", *arguments, cwd=tmp_path)


def answer(done: Done) -> Any:
    """The JSON that a command printed."""
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_third_partys_plugins_are_found_beside_ours(gleanery: Command) -> None:
    rows = {(row["kind"], row["name"]): row for row in answer(gleanery("plugins", "--json"))}
    for kind, name in (("connector", "notes"), ("step", "questions"), ("adapter", "shelf")):
        assert rows[kind, name]["from"] == "gleanery-example"
        assert rows[kind, name]["ok"], rows[kind, name]["error"]
    assert rows["adapter", "cartridge"]["from"] == "gleanery"


def test_a_broken_plugin_is_named_with_its_error_and_stops_nothing(gleanery: Command) -> None:
    rows = answer(gleanery("plugins", "--json"))
    broken = [row for row in rows if not row["ok"]]
    assert [(row["name"], row["from"]) for row in broken] == [("broken", "gleanery-broken")]
    assert "the library this plugin stands on is not installed" in broken[0]["error"]
    assert answer(gleanery("init", "--json"))
    assert answer(gleanery("run", "--json"))["new_posts"] == 2


def test_a_note_goes_from_their_connector_through_their_step_to_their_adapter(
    gleanery: Command, tmp_path: Path
) -> None:
    assert gleanery("init").code == 0
    first = answer(gleanery("run", "--json"))
    assert (first["new_posts"], first["new_items"], first["new_deliveries"]) == (2, 2, 1)
    assert (first["faults"], first["audit"]) == (0, "verified")
    delivered = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "shelf").iterdir()]
    assert [one["title"] for one in delivered] == ["Test your backups"]
    waiting = answer(gleanery("queue", "--json"))
    assert [item["title"] for item in waiting["items"]] == ["The printer"]
    assert "Ends with a question; is there an answer to add?" in json.dumps(waiting)


def test_a_note_that_is_gone_leaves_their_destination(gleanery: Command, tmp_path: Path) -> None:
    assert gleanery("init").code == 0
    answer(gleanery("run", "--json"))
    (tmp_path / "notes" / "backup.txt").unlink()
    assert answer(gleanery("run", "--json"))["gone_posts"] == 1
    assert not list((tmp_path / "shelf").iterdir())


def test_an_unknown_setting_of_theirs_is_refused_with_the_nearest_name(
    gleanery: Command, tmp_path: Path
) -> None:
    assert gleanery("init").code == 0
    (tmp_path / "config.yaml").write_text(CONFIG.replace("{folder: notes}", "{fodler: notes}"), "utf-8")
    told = gleanery("sources", "check", "our-notes", "--json")
    assert told.code == 3
    assert "Unknown key 'fodler'" in told.out
    assert "Did you mean 'folder'?" in told.out


def test_the_example_passes_the_shipped_contract_checks(installed: Venv, tmp_path: Path) -> None:
    shutil.copy(PACKAGES / "gleanery-example" / "checks.py", tmp_path)
    done = installed.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "checks.py", cwd=tmp_path)
    assert done.code == 0, done.out + done.err
    assert "3 passed" in done.out

"""The template of a connector: copied, found by its entry point, and its own checks run; the how-to shows real code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATE = ROOT / "templates" / "connector"
HOW_TO = ROOT / "docs" / "how-to" / "write-a-connector.md"
SHOWN = re.findall(r"^```(?:python|toml)\n(.*?)^```$", HOW_TO.read_text("utf-8"), re.M | re.S)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The template as somebody copies it, declared as an installer declares it."""
    folder = tmp_path / "gleanery-board"
    shutil.copytree(TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    made = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    made.mkdir()
    (made / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = project["entry-points"]["gleanery.connectors"]
    lines = ["[gleanery.connectors]", *(f"{name} = {target}" for name, target in points.items())]
    (made / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def ran(copy: Path, *words: str) -> str:
    env = {**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *words], cwd=copy, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_template_passes_the_checks_it_brings(copy: Path) -> None:
    told = ran(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "checks.py")
    assert "6 passed" in told


def test_the_template_is_found_by_its_entry_point_beside_ours(copy: Path) -> None:
    program = "from gleanery.plugins import plugin; print(plugin('connector', 'board').__module__)"
    assert ran(copy, "-c", program).strip() == "gleanery_board"


@pytest.mark.parametrize("shown", SHOWN)
def test_what_the_how_to_shows_is_code_that_runs(shown: str) -> None:
    tests = ROOT / "tests"
    folders = (TEMPLATE, ROOT / "connectors", tests / "connectors" / "discourse", tests / "fakes")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".toml")]
    files.append(tests / "connectors" / "test_kit.py")
    assert any(shown.rstrip() in path.read_text("utf-8") for path in files)

"""The built wheel in clean environments: the whole program with its assets, and `xapi` as a library on its own."""

from __future__ import annotations

import fnmatch
import json
import resource
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.venvs import ROOT, Venv, build_wheel, own_requirements

QUICK = ("lrs", "http/test_serve.py", "http/test_storing.py", "http/test_finding.py", "test_statements.py")
"""Of the library's tests, those that show in short that it stands alone; make proof runs them all."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return build_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """An environment with the wheel and what pyproject.toml says it needs, nothing else."""
    made = Venv.make(tmp_path_factory.mktemp("clean") / "venv", *own_requirements())
    made.install(wheel)
    return made


@pytest.mark.parametrize(
    "pattern",
    [
        "gleanery/cli/__init__.py",
        "gleanery/demo/samples/*.yaml",
        "gleanery/migrations/versions/m0001_*.py",
        "gleanery/web/static/*",
        "gleanery/web/templates/*.html",
        "lms_adapters/_lesson/lesson.css",
        "lms_adapters/_lesson/lesson.js",
        "lms_adapters/cmi5/au.js",
        "lms_adapters/moodle/plugin/LICENSE",
        "lms_adapters/moodle/plugin/classes/external/upsert_item.php",
        "lms_adapters/moodle/plugin/version.php",
        "lms_adapters/scorm/sco.js",
        "xapi/lrs/dictionaries/*.zdict",
        "xapi/profile.jsonld",
        "gleanery-*.dist-info/licenses/LICENSE",
        "gleanery-*.dist-info/licenses/lms_adapters/moodle/plugin/LICENSE",
    ],
)
def test_the_wheel_holds_what_the_program_needs(wheel: Path, pattern: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert fnmatch.filter(archive.namelist(), pattern), f"nothing like {pattern} in {wheel.name}"


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    ours = {"gleanery", "connectors", "curation", "xapi", "lms_adapters"}
    assert {top for top in tops if not top.endswith(".dist-info")} == ours


def test_the_program_comes_from_the_wheel_and_not_from_the_checkout(installed: Venv, tmp_path: Path) -> None:
    names = ("gleanery", "connectors", "curation", "xapi", "lms_adapters")
    script = "".join(f"import {name}; print({name}.__file__);" for name in names)
    done = installed.run("python", "-c", script, cwd=tmp_path)
    assert done.code == 0, done.err
    assert len(done.out.split()) == len(names)
    for path in done.out.split():
        assert Path(path).is_relative_to(installed.site)


def test_help_comes_within_half_a_second_of_processor_time(installed: Venv, tmp_path: Path) -> None:
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = installed.run("gleanery", "--help", cwd=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.code == 0, done.err
        assert "approved into your LMS" in done.out
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) < 0.5


def test_an_empty_start_works_lets_nothing_leave_and_names_the_next_step(
    installed: Venv, tmp_path: Path
) -> None:
    told = json.loads(installed.run("gleanery", "init", "--json", cwd=tmp_path).out)
    assert told["config_written"]
    assert "gleanery sources add" in told["next"]
    checked = installed.run("gleanery", "doctor", "--json", cwd=tmp_path)
    assert checked.code == 0, checked.out
    ran = json.loads(installed.run("gleanery", "run", "--json", cwd=tmp_path).out)
    assert (ran["new_posts"], ran["new_deliveries"], ran["faults"], ran["audit"]) == (0, 0, 0, "verified")


def test_the_demo_works_and_a_second_one_adds_nothing(installed: Venv, tmp_path: Path) -> None:
    first = _demo(installed, tmp_path)
    assert first["new_posts"] > 10
    assert first["new_items"] > 10
    assert first["new_deliveries"] == 2
    assert (first["faults"], first["audit"]) == (0, "verified")
    assert zipfile.is_zipfile(str(first["cartridge"]))
    second = _demo(installed, tmp_path)
    counts = ("new_posts", "new_items", "new_statements", "new_deliveries", "faults")
    assert {name: second[name] for name in counts} == dict.fromkeys(counts, 0)
    assert second["audit"] == "verified"


def _demo(installed: Venv, folder: Path) -> dict[str, Any]:
    done = installed.run("gleanery", "demo", "--json", cwd=folder)
    assert done.code == 0, done.err
    told: dict[str, Any] = json.loads(done.out)
    return told


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """An environment with the record library's own distribution and what that needs, nothing else of the house."""
    folder = tmp_path_factory.mktemp("library")
    needs = own_requirements(ROOT / "xapi")
    made = Venv.make(folder / "venv", *needs, "hypothesis", "pytest")
    made.install(build_wheel(folder, ROOT / "xapi"))
    return made


def test_the_record_library_alone_is_a_server(library: Venv, tmp_path: Path) -> None:
    done = library.run("xapi-lrs", "serve", "--help", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "--default-version" in done.out
    refused = library.run("python", "-c", "import gleanery", cwd=tmp_path)
    assert "ModuleNotFoundError" in refused.err


@pytest.mark.parametrize(
    ("tests", "chosen"),
    [
        (QUICK, "not proof and not postgresql"),
        pytest.param(("",), "not proof", marks=pytest.mark.proof),
    ],
)
def test_the_record_library_alone_passes_its_tests(
    library: Venv, tmp_path: Path, tests: tuple[str, ...], chosen: str
) -> None:
    copied = tmp_path / "tests"
    ignored = shutil.ignore_patterns("__pycache__", "test_tincan_edge.py")
    shutil.copytree(ROOT / "tests" / "xapi", copied / "xapi", ignore=ignored)
    for name in ("__init__.py", "conftest.py", "effort.py", "servers.py"):
        shutil.copy(ROOT / "tests" / name, copied)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  proof: full size\n", "utf-8")
    options = ("-q", "-W", "error", "-k", chosen, "-m", "not proof", "-p", "no:cacheprovider")
    where = (str(copied / "xapi" / one) for one in tests)
    done = library.run("python", "-m", "pytest", *options, *where, cwd=tmp_path)
    assert done.code == 0, done.out + done.err

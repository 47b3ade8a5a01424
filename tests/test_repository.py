"""The repository itself: names, locks, words of the Makefile, what runs where, and what must stand nowhere."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["gleanery", "connectors", "curation", "xapi", "lms_adapters"]
WORDS = ["help", "demo", "serve", "check", "test", "proof", "bench"]
RUN_WHEN_IMPORTED = {"gleanery.__main__", "gleanery.migrations.env"}
OPEN_TO_WINGS = {"errors", "model", "ports"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def text_of(relative: str) -> str:
    """A file of the repository."""
    return (ROOT / relative).read_text("utf-8")


def files_of_the_repository() -> Iterator[Path]:
    """Every file but those that tools make here."""
    made = {"__pycache__", ".git", ".hypothesis", "dist", "build", "htmlcov"}
    made_at_the_top = {"data", "demo", "config.yaml"}
    for folder, folders, names in os.walk(ROOT):
        at_top = Path(folder) == ROOT
        left_out = made | made_at_the_top if at_top else made
        folders[:] = [
            name
            for name in folders
            if name not in left_out and not name.startswith(".venv") and "_cache" not in name
        ]
        yield from (
            Path(folder, name) for name in names if name not in left_out and not name.startswith(".coverage")
        )


# --------------------------------------------------------------------------- names


def test_the_wheel_installs_the_five_packages_and_each_says_what_it_is_for(project: dict[str, Any]) -> None:
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == PACKAGES
    for name in PACKAGES:
        assert importlib.import_module(name).__doc__, f"{name} has no docstring"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_can_be_imported(package: str) -> None:
    top = importlib.import_module(package)
    names = [one.name for one in pkgutil.walk_packages(top.__path__, f"{package}.")]
    for name in set(names) - RUN_WHEN_IMPORTED:
        importlib.import_module(name)


def test_the_licence_is_apache_2_but_for_what_moodle_loads(project: dict[str, Any]) -> None:
    assert project["project"]["license"] == "Apache-2.0 AND GPL-3.0-or-later"
    assert project["project"]["license-files"] == ["LICENSE", "lms_adapters/moodle/plugin/LICENSE"]
    assert "GNU GENERAL PUBLIC LICENSE" in text_of("lms_adapters/moodle/plugin/LICENSE")
    assert "Apache License\n" in text_of("LICENSE")
    assert "Version 2.0, January 2004" in text_of("LICENSE")


def test_the_wings_are_kept_from_every_part_of_the_house_but_three(project: dict[str, Any]) -> None:
    contracts = {one["id"]: one for one in project["tool"]["importlinter"]["contracts"]}
    house = {one.name for one in pkgutil.iter_modules([str(ROOT / "gleanery")])}
    forbidden = {name.removeprefix("gleanery.") for name in contracts["wings"]["forbidden_modules"]}
    assert forbidden == house - OPEN_TO_WINGS


# --------------------------------------------------------------------------- what must stand nowhere


def test_no_file_names_a_path_of_this_machine_or_a_registry() -> None:
    unwanted = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    unwanted += [f"{folder}/" for folder in (ROOT, Path.home()) if len(folder.parts) > 1]
    unwanted += [f"{ROOT.parent}/"] if len(ROOT.parts) > 2 else []
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files_of_the_repository()
        for word in unwanted
        if word.encode() in path.read_bytes()
    ]
    assert not found


# --------------------------------------------------------------------------- locks


def locked(name: str) -> dict[str, list[str]]:
    """The locked versions by normal name; more than one where Pythons or platforms differ."""
    versions: dict[str, list[str]] = {}
    for found in re.finditer(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text_of(name), re.MULTILINE):
        versions.setdefault(canonicalize_name(found[1]), []).append(found[2])
    return versions


def wanted(project: dict[str, Any], *groups: str) -> Iterator[Requirement]:
    """The requirements of the project and of its dependency groups."""
    yield from map(Requirement, project["project"]["dependencies"])
    for group in groups:
        for one in project["dependency-groups"][group]:
            if isinstance(one, str):
                yield Requirement(one)
            else:
                yield from wanted(project, one["include-group"])


@pytest.mark.parametrize(
    ("name", "group"), [("requirements.lock", "build"), ("requirements-dev.lock", "dev")]
)
def test_the_locks_cover_what_the_project_wants(project: dict[str, Any], name: str, group: str) -> None:
    versions = locked(name)
    for one in wanted(project, group):
        found = versions.get(canonicalize_name(one.name), [])
        assert found, f"{name} lacks {one.name}: run scripts/lock"
        assert all(one.specifier.contains(version) for version in found), f"{name} is older than {one}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_version_has_its_hashes_and_no_address(name: str) -> None:
    lock = text_of(name)
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_development_runs_on_the_versions_that_are_shipped() -> None:
    development = locked("requirements-dev.lock")
    assert {name: development.get(name) for name in locked("requirements.lock")} == locked(
        "requirements.lock"
    )


def test_dependencies_are_sorted_and_none_takes_the_name_of_our_xapi(project: dict[str, Any]) -> None:
    names = [Requirement(one).name.lower() for one in project["project"]["dependencies"]]
    assert names == sorted(names)
    assert "xapi-python" not in locked("requirements-dev.lock")


# --------------------------------------------------------------------------- what runs where


def make(*arguments: str) -> str:
    """What make prints."""
    done = subprocess.run(
        ["make", "-C", str(ROOT), "-s", *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_make_alone_explains_every_word() -> None:
    explained = re.findall(r"^make ([a-z]+) +\w", make(), re.MULTILINE)
    assert explained == WORDS
    assert make("help") == make()


def test_a_commit_and_make_check_run_the_same_commands() -> None:
    hooks = YAML(typ="safe").load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    lines = make("-n", "-o", "dev", "check").splitlines()
    assert [hook["entry"] for hook in hooks] == [line for line in lines if line.startswith(".venv/bin/")]
    assert len(hooks) == 5


def test_continuous_integration_says_make_test_and_nothing_else() -> None:
    jobs = YAML(typ="safe").load(text_of(".github/workflows/ci.yml"))["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert runs == ["make test"]
    script = text_of(".ci/run")
    assert script.startswith("#!/usr/bin/env bash")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("\nmake test")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script of scripts/, run by sh in this environment with some changes."""
    command = ["/bin/sh", str(ROOT / "scripts" / name), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def test_make_finds_a_python_that_serves_and_a_second_one_of_another_version() -> None:
    first = script("find-python", "first").stdout.strip()
    other = script("find-python", "other", first).stdout.strip()
    versions = [version_of(path) for path in (first, other) if path]
    assert all(version >= (3, 11) for version in versions)
    assert len(set(versions)) == len(versions)


def version_of(python: str) -> tuple[int, int]:
    """The minor version of a Python."""
    told = subprocess.run([python, "-V"], capture_output=True, text=True, check=True).stdout
    major, minor = told.split()[1].split(".")[:2]
    return int(major), int(minor)


def test_a_python_that_does_not_serve_is_refused_with_the_remedy() -> None:
    done = script("find-python", "first", PYTHON="/usr/bin/false")
    assert done.returncode == 1
    assert "/usr/bin/false is not" in done.stderr
    assert "make PYTHON=" in done.stderr


def test_a_missing_browser_that_cannot_be_installed_is_named(tmp_path: Path) -> None:
    id_program = shutil.which("id")
    assert id_program
    (tmp_path / "id").symlink_to(id_program)
    done = script("system-packages", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "The tests need: chromium" in done.stderr

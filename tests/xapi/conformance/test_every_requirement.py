"""No requirement is forgotten: each is carried by a test here in both families, and no test names one that is none."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import xapi
from tests.xapi import conformance
from tests.xapi.conformance.requirements import REQUIREMENTS, VERSIONS, carried
from xapi.model import Version

_FOLDER = Path(__file__).parent
_ID = re.compile(r"XAPI-\d{3,6}")
_WORDED = {"wording_data.py", "wording_requests.py", "wording_documents.py"}


@pytest.fixture(scope="module", autouse=True)
def _every_test_is_imported() -> None:
    for module in pkgutil.iter_modules(conformance.__path__):
        importlib.import_module(f"{conformance.__name__}.{module.name}")


def test_the_list_is_the_one_of_the_public_requirements() -> None:
    assert list(REQUIREMENTS) == [f"XAPI-{number:05}" for number in range(1, 337)]
    assert len(set(REQUIREMENTS.values())) > 330


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", REQUIREMENTS)
def test_the_requirement_is_carried_by_a_test(key: str, version: Version) -> None:
    assert (key, version) in carried, f"no test holds: {REQUIREMENTS[key]}"


def test_the_requirement_stands_in_the_source_of_a_test() -> None:
    sources = [path for path in _FOLDER.glob("*.py") if path.name not in _WORDED]
    named = {key for path in sources for key in _ID.findall(path.read_text("utf-8"))}
    assert sorted(REQUIREMENTS.keys() - named) == []


def test_no_test_names_a_requirement_that_is_none() -> None:
    paths = [*_FOLDER.parent.rglob("*.py"), *Path(xapi.__file__).parent.rglob("*.py")]
    named = {key for path in paths for key in _ID.findall(path.read_text("utf-8"))}
    assert sorted(named - REQUIREMENTS.keys()) == []

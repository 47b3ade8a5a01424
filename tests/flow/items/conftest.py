"""Houses with a few items, a framework and a destination, on SQLite; one on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.config import load
from gleanery.flow import run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from tests.house import article, file_source, make_house, records

SKILLS = """id,label,alt_labels,parent
urn:c:1,Project management,Managing projects,
urn:c:2,Risk management,,urn:c:1
urn:c:3,Spreadsheets,Spreadsheet software,
urn:c:4,Écriture créative,Creative writing,
urn:c:5,Lichtbogenschweißen,Arc welding,
"""
STEPS: list[dict[str, Any]] = [
    {"step": "sensitive", "settings": {"kinds": {"phone": "ask"}}},
    {"step": "language"},
    {"step": "tags"},
]


def with_items(folder: Path, *extra: dict[str, Any], **changes: Any) -> House:
    """A house that has read and screened three articles and those in `extra`."""
    folder.mkdir(parents=True, exist_ok=True)
    skills = folder / "skills.csv"
    skills.write_text(SKILLS, "utf-8")
    file = records(folder, [*map(article, range(3)), *extra])
    house = make_house(
        folder,
        **{
            "sources": [file_source(file, pass_text_on=True)],
            "destinations": [{"name": "cartridge", "adapter": "cartridge"}],
            "frameworks": [{"name": "skills", "path": str(skills)}],
            "goals": [{"name": "risk", "title": "Fewer surprises", "competencies": ["urn:c:2"]}],
            "curation": {"steps": STEPS},
            **changes,
        },
    )
    run(house)
    return house


@pytest.fixture(scope="package")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of such a house, closed."""
    folder = tmp_path_factory.mktemp("items") / "house"
    with_items(folder).close()
    return folder


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of that house for one test."""
    made = open_house(load(shutil.copytree(template, tmp_path / "house") / "config.yaml"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Iterator[House]:
    """Such a house on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("house")
        return
    yield request.getfixturevalue("on_postgres")


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Such a house on PostgreSQL, where writers do not wait for each other."""
    monkeypatch.setenv("DATABASE", postgres_url)
    made = with_items(tmp_path, database={"env": "DATABASE"})
    yield made
    made.close()

"""A served house for tests of one item: look-alikes, proposed tags, a passage behind bars, a withheld item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.flow.house import House
from gleanery.model.posts import Author
from tests.flow.items.conftest import SKILLS
from tests.web.houses import Site, copied, house_with, moved_in, post

NUMBER = "+49 170 5550123"
STEPS: list[dict[str, Any]] = [
    {"step": "canonical"},
    {"step": "sensitive", "settings": {"kinds": {"phone": "ask"}}},
    {"step": "language"},
    {"step": "tags"},
]


def item_house(folder: Path) -> House:
    """The house: two posts about spreadsheets, one that shares an address with the first, one with a number."""
    folder.mkdir(parents=True)
    skills = folder / "skills.csv"
    skills.write_text(SKILLS, "utf-8")
    first = post(0)
    posts = [
        first,
        post(8, text=first.text),
        post(
            30,
            url=first.url,
            text="Worth ten minutes.",
            author=Author(external_id="u3", name="the sales team"),
        ),
        post(
            31, title=f"Ring {NUMBER}", text=f"To have the room opened ring {NUMBER} before Friday morning."
        ),
        post(32, text="Write to somebody@example.com and they will send you the key of the training room."),
    ]
    return house_with(
        folder, posts, curation={"steps": STEPS}, frameworks=[{"name": "skills", "path": str(skills)}]
    )


@pytest.fixture(scope="package")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that house, closed."""
    folder = tmp_path_factory.mktemp("items") / "house"
    item_house(folder).close()
    return folder


@pytest.fixture
def site(stage: Site, template: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house, for one test."""
    with moved_in(stage, copied(template, tmp_path / "house")) as made:
        yield made

"""What this package runs in its own tests: the contract checks that gleanery ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import requests
from gleanery_example.notes import NOTES_A_PAGE, Notes, NotesSettings
from gleanery_example.questions import Questions, QuestionsSettings
from gleanery_example.shelf import Shelf, ShelfSettings

from gleanery.ports import Context, LearningItem
from gleanery.testing import check_adapter, check_connector, check_settings_refused, check_step, make_context


class NoWeb:
    """These plugins ask nothing of the web."""

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> requests.Response:
        raise AssertionError(f"asked for {url}")

    def post(
        self, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        raise AssertionError(f"sent to {url}")


def context(folder: Path) -> Context:
    return make_context(folder / "own", NoWeb())


def test_the_connector_keeps_its_contract(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(2 * NOTES_A_PAGE + 3):
        (notes / f"{number:02}.txt").write_text(f"Note {number}\nWhat stands in it.", "utf-8")
    (notes / "broken.txt").write_bytes(b"\xff\xfe\xfa")
    check_connector(lambda: Notes(NotesSettings(folder=notes), context(tmp_path)))
    check_settings_refused(Notes, {"folder": notes, "fodler": notes})


def test_the_step_keeps_its_contract() -> None:
    check_step(Questions(QuestionsSettings()), ["", "Nothing asked.", "Who knows?", "?\n" * 5_000])


def test_the_adapter_keeps_its_contract(tmp_path: Path) -> None:
    item = LearningItem(
        id=uuid4(),
        title="A note",
        url=None,
        html="<p>Words</p>",
        kind="article",
        language="en",
        competencies=(),
        goals=(),
        attribution="Our notes",
        licence=None,
        platforms=("notes",),
        published_at=None,
        revision=1,
    )
    check_adapter(lambda: Shelf(ShelfSettings(folder=tmp_path / "shelf"), context(tmp_path)), item)

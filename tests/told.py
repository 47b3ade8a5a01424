"""A connector that tells the pages of a file: for tests of what the house makes of them.

It comes in through the door of every plugin.
The file holds one page a line, `{"posts": [...], "gone": [...], "deeds": [...]}`. A reading tells the pages that
no reading told yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gleanery.model.posts import DeedDraft, PostDraft, Vanished
from gleanery.ports import Check, Context, Page, Policy, Settings


class ToldSettings(Settings):
    """Where the pages are."""

    path: Path


class Told:
    """Tells what a file says."""

    name: ClassVar[str] = "told"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[Settings]] = ToldSettings
    policy = Policy(may_store_text=True)

    def __init__(self, settings: ToldSettings, ctx: Context) -> None:
        self._path = settings.path

    def check(self) -> Sequence[Check]:
        """The file is there."""
        return [Check("file", self._path.exists(), "the file of pages")]

    def partitions(self) -> Sequence[str]:
        """One."""
        return ["all"]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The pages not told yet."""
        lines = self._path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines[int(state.get("told", 0)) :], int(state.get("told", 0)) + 1):
            page = json.loads(line)
            yield Page(
                [PostDraft.model_validate(one) for one in page.get("posts", ())],
                {"told": number},
                complete=number == len(lines),
                gone=[Vanished.model_validate(one) for one in page.get("gone", ())],
                deeds=[DeedDraft.model_validate(one) for one in page.get("deeds", ())],
            )


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the connector known as an installed package would, for the length of a test."""
    info = folder / "told-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: told\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[gleanery.connectors]\ntold = tests.told:Told\n", "utf-8")
    monkeypatch.syspath_prepend(str(folder))


class Teller:
    """Writes the pages, one after the other, and knows how a source over them is configured."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def source(self, name: str = "workspace") -> dict[str, Any]:
        """The configuration of a source over these pages."""
        return {"name": name, "connector": "told", "settings": {"path": str(self._path)}}

    def tell(
        self,
        *posts: PostDraft,
        gone: Sequence[Vanished] = (),
        deeds: Sequence[DeedDraft] = (),
    ) -> None:
        """Add a page."""
        page = {"posts": posts, "gone": gone, "deeds": deeds}
        tree = {name: [one.model_dump(mode="json") for one in drafts] for name, drafts in page.items()}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(tree) + "\n")

"""Writes one JSON file for each item into a folder that another program reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from gleanery import ports
from gleanery.ports import Check, Context, LearningItem, Receipt


class ShelfSettings(ports.Settings):
    """Where the files go."""

    folder: Path


class Shelf:
    """The item's id is the file's name, so that a repeated delivery writes the same file again."""

    name: ClassVar[str] = "shelf"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = ShelfSettings
    batch: ClassVar[bool] = False

    def __init__(self, settings: ShelfSettings, ctx: Context) -> None:
        self._folder = settings.folder

    def preflight(self) -> Sequence[Check]:
        """Whether the folder is there; it is made on the first delivery where its parent is."""
        if self._folder.parent.is_dir():
            return [Check("folder", True, "can be written")]
        return [Check("folder", False, f"{self._folder.parent} is no folder", "Make it, or set `folder`.")]

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Write the item's file whole."""
        self._folder.mkdir(exist_ok=True)
        path = self._path(item.id)
        passing = path.with_suffix(".part")
        passing.write_text(json.dumps({"title": item.title, "url": item.url, "html": item.html}), "utf-8")
        passing.replace(path)
        return Receipt(path.name)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Remove the item's file; an absent one counts as removed."""
        path = self._path(item_id)
        path.unlink(missing_ok=True)
        return Receipt(path.name)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Write every item's file."""
        for item in items:
            self.upsert(item, None)
        return Receipt(self._folder.name)

    def _path(self, item_id: UUID) -> Path:
        return self._folder / f"{item_id}.json"

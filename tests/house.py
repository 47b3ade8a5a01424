"""A house for tests: a real configuration file, a real database, real plugins."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from gleanery.config import load
from gleanery.flow.house import House, found_house, utc_now


def write_config(folder: Path, **changes: Any) -> Path:
    """A config.yaml in `folder`: keys beside the data, checkpoints copied elsewhere, no undo window."""
    tree: dict[str, Any] = {
        "organisation": {"name": "Test"},
        "record": {"key_folder": "keys", "second_place": "elsewhere"},
        "delivery": {"undo_seconds": 0},
        **changes,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(tree, file)
    return path


def make_house(folder: Path, now: Callable[[], datetime] = utc_now, **changes: Any) -> House:
    """A founded house over that configuration."""
    return found_house(load(write_config(folder, **changes)), now)


def records(folder: Path, rows: Iterable[Mapping[str, Any]], name: str = "records.jsonl") -> Path:
    """A JSON Lines file of catalogue records."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


FIELDS = {"external_id": "id", "title": "title", "url": "url", "text": "text"}


def file_source(path: Path, name: str = "catalogue", **settings: Any) -> dict[str, Any]:
    """The configuration of a `file` source over such records."""
    return {
        "name": name,
        "connector": "file",
        "settings": {"path": str(path), "realm": "test", "fields": FIELDS, "kind": "article", **settings},
    }


def article(number: int, **changes: Any) -> dict[str, Any]:
    """A harmless record about a workplace topic, unlike every other one."""
    topics = (
        "spreadsheets",
        "ladders",
        "feedback",
        "negotiation",
        "charts",
        "passwords",
        "budgets",
        "first aid",
    )
    topic = topics[number % len(topics)]
    words = " ".join(f"{topic[:3]}{number}{chr(97 + place)}" for place in range(12))
    record = {
        "id": f"a{number}",
        "title": f"Working with {topic}, part {number}",
        "url": f"https://learning.example.org/{number}",
        "text": f"What a beginner should know about {topic} before the first day: {words}.",
    }
    return {**record, **changes}

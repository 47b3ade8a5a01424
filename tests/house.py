"""A house for tests: a real configuration file, a real database, real plugins."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlmodel import col, select

from gleanery.config import load
from gleanery.flow import desk
from gleanery.flow.founding import found_house
from gleanery.flow.house import House, utc_now
from gleanery.model.items import Item, ItemState
from tests.prepared import put_database


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
    """A founded house over that configuration; in the data folder, over a database that was prepared."""
    config = load(write_config(folder, **changes))
    if config.database is None:
        put_database(config.data / "gleanery.db")
    return found_house(config, now)


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


TOPICS = (
    "spreadsheets",
    "ladders",
    "feedback",
    "negotiation",
    "charts",
    "passwords",
    "budgets",
    "first aid",
)


def article(number: int, **changes: Any) -> dict[str, Any]:
    """A harmless record about a workplace topic, unlike every other one."""
    topic = TOPICS[number % len(TOPICS)]
    words = " ".join(f"{topic[:3]}{number}{chr(97 + place)}" for place in range(12))
    record = {
        "id": f"a{number}",
        "title": f"Working with {topic}, part {number}",
        "url": f"https://learning.example.org/{number}",
        "text": f"What a beginner should know about {topic} before the first day: {words}.",
    }
    return {**record, **changes}


def slack_export(path: Path, days: Mapping[str, list[dict[str, Any]]], **members: Any) -> Path:
    """A workspace export with one channel; `days` are "channel/2026-01-15.json" -> messages."""
    names = sorted({name.partition("/")[0] for name in days})
    channels = [{"id": f"C{number:08}", "name": name, "members": ["U1"]} for number, name in enumerate(names)]
    users = [{"id": "U1", "team_id": "T1", "name": "first", "profile": {"display_name": "First"}}]
    content = {"channels.json": channels, "users.json": users, **members, **days}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in content.items():
            archive.writestr(name, json.dumps(value))
    return path


def message(ts: str, text: str, **changes: Any) -> dict[str, Any]:
    """A Slack message as an export holds it."""
    return {"type": "message", "user": "U1", "ts": ts, "text": text, **changes}


def slack_source(path: Path, name: str = "slack", **settings: Any) -> dict[str, Any]:
    """The configuration of a `slack` source over an export."""
    return {"name": name, "connector": "slack", "settings": {"export": str(path), **settings}}


def items_of(house: House) -> dict[str, Item]:
    """Every living item by the title of its queue row, or by its state where its words are withheld."""
    with house.store.read() as session:
        found = {item.id: item for item in session.exec(select(Item).where(col(Item.merged_into).is_(None)))}
    rows = desk.queue(house, tuple(ItemState), limit=10_000).rows
    return {row.title or row.state: found[row.id] for row in rows}


TALKS = {
    "external_id": "@file",
    "url": "videos.0.url",
    "title": "title",
    "text": ["description", "summary"],
    "author": "speakers",
    "published_at": "recorded",
    "tags": "tags",
    "language": "language",
    "seconds": "duration",
    "licence": "copyright_text",
}
"""Where the file connector finds what of a talk in the archives of pyvideo.org."""

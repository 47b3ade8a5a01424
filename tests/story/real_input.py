"""One configuration over real input: a Slack export, conference talks, recorded feeds, and a Moodle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlmodel import col, select

from gleanery.config import load
from gleanery.flow import record
from gleanery.flow.founding import open_house
from gleanery.model.destinations import Delivery
from gleanery.model.items import Item
from gleanery.model.posts import Post
from tests.conftest import shared_data
from tests.house import write_config
from tests.moodle_server import MoodleServer

TALKS = {
    "external_id": "@file", "title": "title", "url": "videos.0.url", "text": "description",
    "published_at": "recorded", "author": "speakers", "tags": "tags", "seconds": "duration", "language": "language",
}  # fmt: skip


def sources(talks: int | None = None) -> list[dict[str, Any]]:
    """The sources; `talks` bounds how many of the talks' archives are read."""
    archives = sorted(shared_data("corpora/pyvideo-talks").glob("*.zip"))[:talks]
    talk_sources = [
        {
            "name": f"talks-{number}",
            "connector": "file",
            "settings": {
                "path": str(archive), "members": "*/videos/*.json", "format": "json", "realm": archive.stem,
                "fields": TALKS, "kind": "video", "pass_text_on": True, "licence": "CC0-1.0",
            },
        }
        for number, archive in enumerate(archives)
    ]  # fmt: skip
    export = shared_data("recordings/slack-export-zip-a") / "testarchive.zip"
    feeds = shared_data("recordings/feeds-gofeed")
    feed_files = [str(path) for path in sorted(feeds.rglob("*.xml"))]
    feed_files += [str(path) for path in sorted((feeds / "universal").glob("*.json"))]
    made = [
        {"name": "slack", "connector": "slack", "settings": {"export": str(export)}},
        *talk_sources,
        {"name": "feeds", "connector": "feeds", "settings": {"files": feed_files}},
    ]
    return [{**source, "first_items": 0} for source in made]


def configure(folder: Path, moodle: MoodleServer, talks: int | None = None) -> Path:
    """The configuration: automatic approval on, a cartridge and the replayed Moodle as destinations."""
    settings = {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id}
    return write_config(
        folder,
        sources=sources(talks),
        frameworks=[{"name": "starter", "path": str(starter())}],
        curation={"auto_approve": "keep", "policy_name": "all"},
        destinations=[
            {"name": "cartridge", "adapter": "cartridge"},
            {"name": "moodle", "adapter": "moodle", "settings": settings},
        ],
    )


def starter() -> Path:
    """The project's own small framework."""
    import gleanery.demo

    return Path(gleanery.demo.__file__).with_name("framework.csv")


def outcome(folder: Path) -> dict[str, Any]:
    """Ids and final states of everything: equal after an undisturbed run and after any number of kills."""
    house = open_house(load(folder / "config.yaml"))
    with house.store.read() as session:
        told = {
            "posts": {str(one.id): one.version for one in session.exec(select(Post))},
            "items": {
                str(one.id): [one.state.value, one.revision, str(one.founding_post_id)]
                for one in session.exec(select(Item).order_by(col(Item.seq)))
            },
            "deliveries": {
                str(one.id): [one.destination, one.action.value, one.state.value]
                for one in session.exec(select(Delivery))
            },
        }
    with record.record(house.store) as statements:
        told["statements"] = sorted(
            f"{one.id} {one.voided}" for one in statements.query(limit=1_000_000, voided=True)
        )
    told["verified"] = [verdict.ok for _, verdict in house.verify()]
    house.store.close()
    return told


def ids_in(moodle: MoodleServer) -> list[str]:
    """Our ids in the Database activity's entries, as often as they stand there."""
    return sorted(str(moodle.activity.row(entry, "gleanery_id")["content"]) for entry in moodle.entries)

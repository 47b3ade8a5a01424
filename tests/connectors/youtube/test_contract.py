"""Every request that is sent is one that YouTube's own description of its API allows."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.youtube import YouTube
from gleanery.testing import Asked, Reply, check_connector
from tests.conftest import shared_data
from tests.connectors.youtube.reading import DAY, Reading, reading

Json = Mapping[str, Any]


class Contract:
    """The discovery document: which method a request is, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self._document = json.loads(path.read_text("utf-8"))
        self._common = self._document["parameters"]
        self.methods = {
            f"{resource}.{name}": method
            for resource, about in self._document["resources"].items()
            for name, method in about.get("methods", {}).items()
        }

    def name_of(self, asked: Asked) -> str | None:
        """The method that a request calls."""
        for name, method in self.methods.items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape("/" + method["path"]))
            if method["httpMethod"] == asked.method and re.fullmatch(pattern, asked.path):
                return name
        return None

    def faults(self, asked: Asked) -> list[str]:
        """What the document does not allow of a request."""
        name = self.name_of(asked)
        if name is None:
            return [f"{asked.method} {asked.path} is no method"]
        known = {**self._common, **self.methods[name]["parameters"]}
        found = [f"{name}: no parameter {one}" for one in asked.query if one not in known]
        for key, parameter in self.methods[name]["parameters"].items():
            if parameter.get("required") and parameter["location"] == "query" and key not in asked.query:
                found.append(f"{name}: {key} is required")
        for key, value in asked.query.items():
            found += [f"{name}: {key}={value} {why}" for why in _wrong(known.get(key, {}), value)]
        return found + self._wrong_parts(name, asked)

    def _wrong_parts(self, name: str, asked: Asked) -> list[str]:
        """A part is a property of the record that is listed."""
        if "part" not in asked.query:
            return []
        schemas = self._document["schemas"]
        listed = schemas[self.methods[name]["response"]["$ref"]]["properties"]["items"]["items"]["$ref"]
        parts = asked.query["part"].split(",")
        return [f"{name}: no part {part}" for part in parts if part not in schemas[listed]["properties"]]


def _wrong(parameter: Json, value: str) -> list[str]:
    found = []
    if "enum" in parameter and value not in parameter["enum"]:
        found.append("is not one of its values")
    if parameter.get("type") == "integer":
        low, high = int(parameter.get("minimum", 0)), int(parameter.get("maximum", 10**9))
        if not (value.isdigit() and low <= int(value) <= high):
            found.append("is out of its bounds")
    if parameter.get("type") == "boolean" and value not in ("true", "false"):
        found.append("is neither true nor false")
    if parameter.get("format") == "google-datetime" and not re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value
    ):
        found.append("is no time")
    return found


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(shared_data("contracts/youtube/youtube.v3.json"))


def _use_everything(source: Reading) -> None:
    world = source.world
    for _ in range(60):
        world.playlists[world.playlist].append((world.add_video(world.guest).id, world.clock()))
    first = world.add_comment(world.shared.uploads[-1])
    for _ in range(101):
        world.add_comment(first.video, parent=first.id)
        world.add_comment(first.video)
    world.captions[f"{first.video}t"] = "1\n00:00:01,000 --> 00:00:02,000\nTen tons.\n"
    source.change_settings(
        channels=[world.shared.id, "@guests", "user/none"],
        playlists=[world.playlist],
        videos=[world.shared.uploads[0]],
        searches=["lift"],
        comments=True,
        captions=True,
        comments_days=1,
    )
    source.connector().check()
    for _ in range(2):
        source.read_in_spite_of_errors()
        world.delete_comment(next(iter(world.comments)))
        source.clock.move(5 * DAY)


def test_all_requests_are_as_the_discovery_document_says(tmp_path: Path, contract: Contract) -> None:
    token = secrets.token_hex(8)
    with reading(tmp_path, videos=60, key=None, client_id="app") as source:
        source.world.tokens, source.tokens.token = {token}, token
        _use_everything(source)
        faults = {fault for asked in source.world.asked for fault in contract.faults(asked)}
        assert not faults
        assert {contract.name_of(asked) for asked in source.world.asked} == {
            "channels.list",
            "playlists.list",
            "playlistItems.list",
            "videos.list",
            "search.list",
            "commentThreads.list",
            "comments.list",
            "captions.list",
            "captions.download",
        }


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/youtube/v3/video", {"part": "snippet"}),
        ("/youtube/v3/videos", {"id": "a"}),
        ("/youtube/v3/videos", {"part": "snippet", "maxResults": "51"}),
        ("/youtube/v3/videos", {"part": "snippets"}),
        ("/youtube/v3/search", {"part": "snippet", "order": "newest"}),
        ("/youtube/v3/search", {"part": "snippet", "publishedAfter": "2026-01-01"}),
        ("/youtube/v3/search", {"part": "snippet", "words": "lift"}),
    ],
)
def test_the_contract_notices_a_wrong_request(contract: Contract, path: str, query: dict[str, str]) -> None:
    assert contract.faults(Asked("GET", path, query, {}, b""))


def test_the_connector_keeps_the_contract_of_the_ports(tmp_path: Path) -> None:
    with reading(tmp_path, videos=130, comments=True) as source:
        source.world.add_comment(source.world.shared.uploads[3])
        assert source.settings.key is not None

        def make() -> YouTube:
            return YouTube(source.settings, source.ctx)

        check_connector(make, secrets=[source.settings.key.get_secret_value()])


def test_unknown_fields_everywhere_change_nothing(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3) as source:
        plain = source.world.answer

        def strange(asked: Asked) -> Reply:
            reply = plain(asked)
            items = [{**one, "newPart": {"a": [None]}} for one in reply.body.get("items", ())]
            return Reply(reply.status, {**reply.body, "newField": 1, "items": items})

        source.world.answer = strange  # type: ignore[method-assign]
        source.read()
        assert source.words() == source.world.truth()

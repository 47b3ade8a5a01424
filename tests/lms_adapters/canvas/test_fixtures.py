"""The bodies that the API's best-known client is tested with are read as they are, every one that concerns us."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gleanery.errors import GleaneryError
from gleanery.http import GuardedHttp
from gleanery.testing import Asked, Fake, Reply, make_context
from lms_adapters.canvas.client import Client
from lms_adapters.canvas.records import Entry, Module, Page
from lms_adapters.canvas.settings import Settings
from tests.conftest import shared_data

FOLDER = "recordings/canvas-canvasapi-fixtures"


def exchanges(name: str) -> dict[str, Any]:
    found = json.loads((shared_data(FOLDER) / f"{name}.json").read_text("utf-8"))
    return {key: one for key, one in found.items() if isinstance(one, Mapping)}


class Replayed(Fake):
    """Answers each recorded endpoint with its recorded body; links lead back here."""

    def __init__(self, name: str) -> None:
        super().__init__()
        found = [one for one in exchanges(name).values() if one.get("method") in ("GET", "ANY")]
        self.recorded = {f"/api/v1/{one['endpoint']}": one for one in found}

    def answer(self, asked: Asked) -> Reply:
        """The recording of an address with its query, else of its path."""
        one = self.recorded.get(f"{asked.path}?{asked.search}") or self.recorded[asked.path]
        headers = {
            key: value.replace("https://example.com", self.url)
            for key, value in one.get("headers", {}).items()
        }
        body = one["data"].encode() if isinstance(one["data"], str) else one["data"]
        return Reply(one.get("status_code", 200), body, headers)


def client(fake: Fake, folder: Path) -> Client:
    settings = Settings.model_validate({"url": fake.url, "token": secrets.token_hex(16), "course": 1})
    return Client(make_context(folder, GuardedHttp(entered=["127.0.0.1"])), settings)


def bodies(name: str, *words: str) -> Iterator[tuple[str, Any]]:
    """Each record under a key that begins with one of these words."""
    for key, one in exchanges(name).items():
        if key.startswith(words) and "data" in one:
            yield from (
                (key, body) for body in (one["data"] if isinstance(one["data"], list) else [one["data"]])
            )


def test_every_recorded_module_and_item_is_read() -> None:
    modules = [
        Module.read(body) for _, body in bodies("module", "delete", "edit", "relock") if "type" not in body
    ]
    modules += [
        Module.read(body) for _, body in bodies("course", "list_modules", "get_module", "create_module")
    ]
    assert len(modules) >= 8
    assert all(module.id and module.name for module in modules)
    keys = (
        "list_module_items",
        "get_module_item",
        "create_module_item",
        "edit_module_item",
        "delete_module_item",
    )
    entries = [Entry.read(body, "1") for _, body in bodies("module", *keys, "complete", "uncomplete")]
    assert len(entries) == 10
    assert all(entry.id and entry.title and entry.type and entry.module == "1" for entry in entries)
    assert {entry.required for entry in entries} == {"", "min_score"}


def test_every_recorded_page_is_read() -> None:
    pages = [
        Page.read(body)
        for name in ("page", "course")
        for _, body in bodies(name, "get_page", "edit", "create_page", "show_front", "latest_revision")
        if "title" in body and "url" in body
    ]
    assert len(pages) >= 6
    assert all(page.slug and page.title for page in pages)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("empty_list", 0),
        ("single_item", 1),
        ("two_objects_one_page", 2),
        ("four_objects_two_pages", 4),
        ("six_objects_three_pages", 6),
    ],
)
def test_recorded_lists_are_followed_over_all_their_pages(tmp_path: Path, path: str, count: int) -> None:
    with Replayed("paginated_list") as fake:
        found = list(client(fake, tmp_path).every(path, "list things"))
    assert [one["id"] for one in found] == [str(number + 1) for number in range(count)]


def test_recorded_lists_of_modules_and_items_are_followed(tmp_path: Path) -> None:
    with Replayed("module") as fake:
        found = list(client(fake, tmp_path).every("courses/1/modules/1/items", "list items"))
    assert [Entry.read(one, "1").id for one in found] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("400", "BadInput"), ("401_invalid_access_token", "ConfigError"), ("401_unauthorized", "Denied"),
        ("403", "Denied"), ("403_rate_limit", "QuotaExhausted"),
        ("403_rate_limit_no_remaining_header", "QuotaExhausted"),
        ("404", "Gone"), ("409", "Unreachable"), ("422", "BadInput"), ("500", "Unreachable"), ("502", "Unreachable"),
        ("503", "Unreachable"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_each_recorded_refusal_becomes_its_kind_of_error(
    tmp_path: Path, case: str, kind: str, method: str
) -> None:
    with Replayed("requests") as fake:
        caller = client(fake, tmp_path)
        with pytest.raises(GleaneryError) as refused:
            caller.get(case, "read") if method == "GET" else caller.send(method, case, "write")
    assert type(refused.value).__name__ == kind
    assert refused.value.message.startswith("canvas: ")

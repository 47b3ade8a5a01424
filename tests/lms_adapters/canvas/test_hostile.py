"""Hostile texts through Canvas: plain titles, web addresses that still name their item, pages of harmless markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest

from gleanery.errors import BadInput
from gleanery.ports import LearningItem
from lms_adapters.canvas.marker import Marker, marker_of
from tests.canvas_server import CanvasServer
from tests.lms_adapters.canvas.conftest import MakeAdapter
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import HOSTILE, hostile_items, item_id, payloads
from tests.lms_adapters.markup import elements

TAGS = {
    "div",
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "a",
    "em",
    "strong",
    "b",
    "i",
    "code",
    "pre",
    "blockquote",
    "h2",
    "h3",
    "h4",
}


@pytest.fixture
def canvas() -> Iterator[CanvasServer]:
    with CanvasServer(page_size=100) as server:
        yield server


def deliver(make: MakeAdapter, items: Sequence[LearningItem]) -> list[LearningItem]:
    """The items that were taken; each of the others has neither a web address nor a text."""
    adapter, taken = make(), []
    for one in items:
        with suppress(BadInput):
            adapter.upsert(one, None)
            taken.append(one)
    return taken


def is_harmless(canvas: CanvasServer) -> None:
    """What was sent, before Canvas's own cleaner."""
    for made in canvas.course.items:
        assert elements(made["title"]) == []
        assert 0 < len(made["title"]) <= 255
        assert re.match("https?://", made.get("external_url", "https://"))
    for asked in canvas.called("POST", "pages") + canvas.called("PUT", "pages/[^/]+"):
        body = asked.form["wiki_page[body]"]
        for tag, attributes in elements(body):
            assert tag in TAGS
            assert set(attributes) <= {"href", "rel", "class", "id"}
            assert re.match("https?://", attributes.get("href") or "https://")
            assert re.match("gleanery-", attributes.get("id") or "gleanery-")


def everything_is_harmless_and_found_again(
    make: MakeAdapter, canvas: CanvasServer, items: list[LearningItem]
) -> None:
    taken = deliver(make, items)
    assert len(taken) > len(items) / 3
    is_harmless(canvas)
    links = [made for made in canvas.course.items if made["type"] == "ExternalUrl"]
    by_id = {one.id: one for one in taken}
    for made in links:
        marker = marker_of(made["external_url"])
        assert marker == Marker(marker.thing if marker else items[0].id)
        assert marker.thing in by_id
    before = len(canvas.course.items)
    deliver(make, taken)
    assert len(canvas.course.items) == before == len(taken)


def test_no_hostile_text_gets_through(make: MakeAdapter, canvas: CanvasServer) -> None:
    everything_is_harmless_and_found_again(make, canvas, hostile_items(HOSTILE, 60))


def test_no_hostile_text_of_a_path_gets_through(make: MakeAdapter, canvas: CanvasServer) -> None:
    adapter = make()
    for number, one in enumerate(hostile_items(HOSTILE, 12)):
        words = HOSTILE[number]
        path = collection(
            step(1, item=one, note=words),
            id=item_id(1_000 + number),
            title=words,
            summary=words,
            objectives=(words,),
        )
        adapter.upsert_collection(path, None)
    is_harmless(canvas)
    assert all(0 < len(module["name"]) <= 255 for module in canvas.course.modules)


def test_no_payload_of_the_shared_list_gets_through(make: MakeAdapter, canvas: CanvasServer) -> None:
    everything_is_harmless_and_found_again(make, canvas, hostile_items(payloads()[::23], 60))


@pytest.mark.proof
def test_no_payload_of_the_whole_list_gets_through(make: MakeAdapter, canvas: CanvasServer) -> None:
    everything_is_harmless_and_found_again(make, canvas, hostile_items(payloads(), 1_200))

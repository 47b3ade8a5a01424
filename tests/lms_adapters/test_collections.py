"""A collection as a page, as an entry of Moodle, and as a folder of a cartridge."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from gleanery.errors import ConfigError
from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters._collections import page_of
from lms_adapters._text import clean
from lms_adapters.cartridge import Cartridge, Settings
from lms_adapters.moodle import Moodle
from lms_adapters.moodle import Settings as MoodleSettings
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import HOSTILE, item
from tests.moodle_server import MoodleServer


def titles(manifest: str) -> list[str]:
    return re.findall(r"<title>([^<]*)</title>", manifest)


def test_the_page_names_what_it_is_for_and_each_step_in_order_with_its_source() -> None:
    page = page_of(
        collection(step(2, note="Twice", required=False, due_days=3), step(1), summary="One.\nTwo."), "en"
    )
    assert page.index("Item 2") < page.index("Item 1")
    for told in (
        "<p>One.</p>",
        "<p>Two.</p>",
        "Climb safely",
        "by 2026-06-01",
        "optional, within 3 days",
        "Twice",
    ):
        assert told in page
    assert "<ol>" in page
    assert "<em>Example Channel · CC-BY-4.0</em>" in page
    assert "freiwillig" in page_of(collection(step(1, required=False)), "de-AT")
    assert "<ul>\n<li>" in page_of(collection(step(1), ordered=False), "en")
    first = step(1)
    assert "(after: Item 1)" in page_of(collection(first, step(2, after=first.item.id)), "en")
    assert "(after:" not in page_of(collection(step(2, after=step(3).item.id)), "en")


def test_nothing_hostile_in_a_title_a_note_or_an_address_gets_through_as_markup() -> None:
    for text in HOSTILE:
        hostile = step(1, note=text, url=text, item=item(1, title=text, attribution=text))
        page = page_of(collection(hostile, title=text, summary=text, objectives=(text,)), "en")
        assert set(re.findall(r"<(\w+)", page)) <= {"p", "h3", "ul", "ol", "li", "a", "br", "em", "strong"}
        assert not re.search(r'href="(?!https?://)', page)
        assert clean(page).count("<li>") == page.count("<li>")


def test_a_cartridge_has_a_folder_for_each_collection_in_its_order_and_each_item_once(tmp_path: Path) -> None:
    context = make_context(tmp_path, GuardedHttp())
    adapter = Cartridge(Settings(path=tmp_path / "all.imscc", group_by="none"), context)
    one = collection(step(3), step(1))
    other = collection(step(1), step(4), title="Second", id=item(99).id)
    receipt = adapter.bind([item(number) for number in range(1, 6)], [one, other])
    with zipfile.ZipFile(tmp_path / "all.imscc") as archive:
        manifest = archive.read("imsmanifest.xml").decode()
        pages = [archive.read(name).decode() for name in archive.namelist() if name.startswith("pages/")]
    order = [
        title
        for title in titles(manifest)
        if title in ("First week", "Second", "Learning items") or title.startswith("Item ")
    ]
    links = [title for title in order if not title.endswith("(text)")]
    assert links == [
        "Learning items", "First week", "First week", "Item 3", "Item 1", "Second", "Second", "Item 4",
        "Learning items", "Item 2", "Item 5",
    ]  # fmt: skip
    assert any("Take one a day." in page for page in pages)
    assert "5 items in 3 folders" in receipt.note
    assert adapter.bind([item(number) for number in range(1, 6)], [one, other]).remote_id == receipt.remote_id


def test_a_moodle_without_a_field_for_text_says_what_to_add(tmp_path: Path) -> None:
    with MoodleServer() as server:
        settings = MoodleSettings.model_validate(
            {
                "url": server.url,
                "token": server.token,
                "database": server.activity.id,
                "fields": {"text": None},
            }
        )
        adapter = Moodle(settings, make_context(tmp_path, GuardedHttp(entered=[server.host])))
        with pytest.raises(ConfigError) as refused:
            adapter.upsert_collection(collection(step(1)), None)
        assert "text area" in refused.value.remedy
        assert server.entries == []

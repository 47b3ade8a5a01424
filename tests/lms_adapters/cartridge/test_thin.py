"""The thin cartridge, 1.3: links only, read by a reader of our own and held against schemas."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pydantic import ValidationError

from gleanery.http import GuardedHttp
from gleanery.ports import LearningCollection, LearningItem
from gleanery.testing import check_adapter, make_context
from lms_adapters.cartridge import Cartridge, Settings
from tests.conftest import shared_data
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import HOSTILE, hostile_items, item, item_id
from tests.lms_adapters.packages import Node, content_package, parsed, unpacked

LAUNCH = "https://gleanery.example.org/in/destination-lti/launch"
LTI = "{http://www.imsglobal.org/xsd/imsbasiclti_v1p0}"


def cartridge(folder: Path, **settings: Any) -> Cartridge:
    return Cartridge(Settings(**{"version": "1.3", **settings}), make_context(folder, GuardedHttp()))


def made(
    folder: Path,
    items: Sequence[LearningItem],
    collections: Sequence[LearningCollection] = (),
    **settings: Any,
) -> dict[str, bytes]:
    cartridge(folder, **settings).bind(items, collections)
    return unpacked(folder / "gleanery.imscc")


def folders(files: dict[str, bytes]) -> list[Node]:
    (top,) = content_package(files).children
    return top.children


def carried_over(folder: Path) -> Path:
    """The public schemas of 1.1 under the names of 1.3, whose own are not at hand; what 1.3 added we do not use."""
    shutil.copytree(shared_data("schemas/cc-1.1"), folder, dirs_exist_ok=True)
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        for old, new in (
            ("xsd/imsccv1p1", "xsd/imsccv1p3"),
            ("imsccv1p3/imswl_v1p1", "imsccv1p3/imswl_v1p3"),
            ("xsd/imslticc_v1p0", "xsd/imslticc_v1p3"),
            ('"IMS Common Cartridge"', '"IMS Thin Common Cartridge"'),
            ('"1.1.0"', '"1.3.0"'),
            ("imswl_xmlv1p1", "imswl_xmlv1p3"),
            ("imsbasiclti_xmlv1p0", "imsbasiclti_xmlv1p3"),
        ):
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return folder


def validates(files: dict[str, bytes], schemas: Path) -> int:
    """How many documents were held against their schema and fulfil it."""
    checked = 0
    for start, schema in (
        ("imsmanifest.xml", "cc11libxml2validator.xsd"),
        ("links/", "ccv1p1_imswl_v1p1.xsd"),
        ("launches/", "imslticc_v1p0p1.xsd"),
    ):
        validator = etree.XMLSchema(etree.parse(schemas / schema))
        for name, body in files.items():
            if name.startswith(start):
                assert validator.validate(parsed(body)), f"{name}: {validator.error_log}"
                checked += 1
    return checked


def test_it_keeps_the_contract_of_adapters(tmp_path: Path) -> None:
    check_adapter(lambda: cartridge(tmp_path), item())


def test_items_are_web_links_that_say_whom_they_are_from(tmp_path: Path) -> None:
    files = made(tmp_path, [item(1), item(2, attribution="", licence=None), item(3, url=None)])
    (folder,) = folders(files)
    assert [(entry.title, entry.kind) for entry in folder.children] == [
        ("Item 1 · Example Channel · CC-BY-4.0", "imswl_xmlv1p3"),
        ("Item 2", "imswl_xmlv1p3"),
    ]
    assert b'href="https://example.org/watch?v=1&amp;t=5"' in files[folder.children[0].href or ""]
    assert b"<schema>IMS Thin Common Cartridge</schema>" in files["imsmanifest.xml"]
    assert not any(b"Text of item" in body for body in files.values())


def test_items_without_an_address_are_named_in_the_receipt(tmp_path: Path) -> None:
    receipt = cartridge(tmp_path).publish([item(3, url=None)])
    assert f"having no web address, and a thin cartridge has no pages: {item_id(3)}." in receipt.note


def test_where_there_is_an_lti_tool_items_are_its_links(tmp_path: Path) -> None:
    files = made(tmp_path, [item(1), item(3, url=None)], launch=LAUNCH)
    (folder,) = folders(files)
    assert [entry.kind for entry in folder.children] == ["imsbasiclti_xmlv1p3"] * 2
    link = parsed(files[folder.children[0].href or ""])
    assert link.findtext(f"{LTI}title") == "Item 1"
    assert link.findtext(f"{LTI}secure_launch_url") == f"{LAUNCH}?item={item_id(1)}"
    assert link.findtext(f"{LTI}description") == "Source: Example Channel\nLicence: CC-BY-4.0"
    (custom,) = link.find(f"{LTI}custom")
    assert (custom.get("name"), custom.text) == ("gleanery", str(item_id(1)))


def test_a_path_is_a_folder_in_its_order_and_says_what_is_optional(tmp_path: Path) -> None:
    path = collection(step(2), step(1, required=False), step(3, after=item_id(2)))
    files = made(tmp_path, [item(n) for n in range(1, 5)], [path])
    first, rest = folders(files)
    assert first.title == "First week"
    assert [entry.title.split(" · ")[0] for entry in first.children] == [
        "1. Item 2",
        "2. Item 1 (optional)",
        "3. Item 3 (after: Item 2)",
    ]
    assert [entry.title.split(" · ")[0] for entry in rest.children] == ["Item 4"]
    full = made(tmp_path / "full", [item(n) for n in range(1, 5)], [path], version="1.1")
    titles = [entry.title for entry in folders(full)[0].children]
    assert titles == [
        "First week", "Item 2", "Item 2 (text)", "Item 1 (optional)", "Item 1 (optional) (text)",
        "Item 3", "Item 3 (text)",
    ]  # fmt: skip
    page = next(body for name, body in full.items() if name.startswith(f"pages/{path.id.hex}"))
    assert b"(after: Item 2)" in page


def hostile_path(number: int, items: Sequence[LearningItem]) -> LearningCollection:
    """A path whose every word is hostile."""
    words = HOSTILE[number * 3]
    steps = [step(0, item=one, url=None, note=words, required=bool(n % 2)) for n, one in enumerate(items)]
    return collection(*steps, id=item_id(9_000 + number), title=words, summary=words, objectives=(words,))


@pytest.mark.parametrize(("version", "launch"), [("1.3", ""), ("1.3", LAUNCH), ("1.1", LAUNCH), ("1.1", "")])
def test_three_hundred_hostile_items_and_three_paths_are_valid(
    tmp_path: Path, version: str, launch: str
) -> None:
    items = hostile_items(HOSTILE)
    paths = [hostile_path(n, items[n * 20 : n * 20 + 20]) for n in range(3)]
    files = made(tmp_path, items, paths, version=version, launch=launch)
    read = [list(folder.leaves()) for folder in folders(files)]
    assert sum(map(len, read)) >= 60
    assert len(read) >= 4
    schemas = carried_over(tmp_path / "schemas") if version == "1.3" else shared_data("schemas/cc-1.1")
    assert validates(files, schemas) >= 60


@pytest.mark.parametrize(
    "settings",
    [
        {"discussion": True},
        {"launch": "javascript:alert(1)"},
        {"launch": f"{LAUNCH}?x=1"},
        {"version": "1.2"},
    ],
)
def test_settings_that_fit_no_cartridge_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**{"version": "1.3", **settings})


def test_an_empty_one_is_still_one(tmp_path: Path) -> None:
    files = made(tmp_path, [], [collection(step(1, item=item(1, url=None)))])
    assert folders(files) == []
    assert validates(files, carried_over(tmp_path / "schemas")) == 1

"""What packages of lessons have in common, SCORM of both versions and cmi5: what is in them, and what is said."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from pydantic import ValidationError

from gleanery.errors import ConfigError, Conflict
from gleanery.http import GuardedHttp
from gleanery.ports import Binds, LearningCollection, LearningItem, Receipt
from gleanery.testing import check_adapter, check_settings_refused, make_context
from lms_adapters import cmi5, scorm
from tests.conftest import shared_data
from tests.lms_adapters.cmi5.lms import units_of
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import HOSTILE, hostile_items, item, item_id
from tests.lms_adapters.packages import content_package, parsed, unpacked

Files = dict[str, bytes]
KINDS = ("1.2", "2004", "cmi5")


def adapter(kind: str, folder: Path, **settings: Any) -> Any:
    ctx = make_context(folder, GuardedHttp())
    if kind == "cmi5":
        return cmi5.Cmi5(cmi5.Settings(**settings), ctx)
    return scorm.Scorm(scorm.Settings(**{"version": kind, **settings}), ctx)


def made(
    kind: str,
    folder: Path,
    items: Sequence[LearningItem],
    bound: Sequence[LearningCollection] = (),
    **settings: Any,
) -> tuple[Receipt, Files]:
    one = adapter(kind, folder, **settings)
    receipt: Receipt = one.bind(items, bound)
    return receipt, unpacked(one.path)


def titles(files: Files) -> list[str]:
    """What can be opened, in order, by an independent reader of the format."""
    if "cmi5.xml" in files:
        return [unit.title for unit in units_of(files)]
    return [leaf.title for leaf in content_package(files).leaves()]


def pages(files: Files) -> list[Any]:
    return [html.document_fromstring(body) for name, body in files.items() if name.startswith("pages/")]


_PARTS = {
    "1.2": {
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "imscp_rootv1p1p2",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2": "adlcp_rootv1p2",
    },
    "2004": {
        "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp_v1p1",
        "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp_v1p3",
        "http://www.imsglobal.org/xsd/imsss": "imsss_v1p0",
    },
}


def schema(kind: str) -> etree.XMLSchema:
    if kind == "cmi5":
        return etree.XMLSchema(etree.parse(shared_data("schemas/cmi5/CourseStructure.xsd")))
    folder = shared_data(f"schemas/scorm-{kind}")
    imported = "".join(
        f'<import namespace="{namespace}" schemaLocation="{folder}/{file}.xsd"/>'
        for namespace, file in _PARTS[kind].items()
    )
    both = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imported}</schema>'
    return etree.XMLSchema(etree.fromstring(both))


def structure(files: Files) -> Any:
    return parsed(files["cmi5.xml"] if "cmi5.xml" in files else files["imsmanifest.xml"])


@pytest.mark.parametrize("kind", KINDS)
def test_they_keep_the_contract_of_adapters(tmp_path: Path, kind: str) -> None:
    check_adapter(lambda: adapter(kind, tmp_path), item())
    one = adapter(kind, tmp_path)
    check_settings_refused(type(one), {"paht": "x.zip"})
    check_settings_refused(type(one), {"path": "x.imscc"})
    assert isinstance(one, Binds)


@pytest.mark.parametrize("kind", KINDS)
def test_a_path_comes_in_its_order_and_the_other_items_after_it(tmp_path: Path, kind: str) -> None:
    path = collection(step(3), step(1, required=False), step(2, after=item_id(3)))
    _, files = made(kind, tmp_path, [item(n) for n in range(1, 6)], [path])
    assert titles(files) == ["Item 3", "Item 1 (optional)", "Item 2", "Item 4", "Item 5"]
    moves = [unit.move_on for unit in units_of(files)] if kind == "cmi5" else []
    assert moves == (["Completed", "NotApplicable"] + ["Completed"] * 3 if moves else [])


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_stands_in_each_collection_that_holds_it(tmp_path: Path, kind: str) -> None:
    other = collection(step(1), id=item_id(99), title="Second week")
    _, files = made(kind, tmp_path, [item(1)], [collection(step(1)), other])
    assert titles(files) == ["Item 1", "Item 1"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_path_may_be_the_whole_package(tmp_path: Path, kind: str) -> None:
    other = collection(step(2), id=item_id(99), title="Second week")
    settings = {"collections": ["Second week", "No such path"], "others": False}
    receipt, files = made(
        kind, tmp_path, [item(1), item(2), item(3)], [collection(step(1)), other], **settings
    )
    assert titles(files) == ["Item 2"]
    assert "Not published here: No such path." in receipt.note


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_what_the_item_is_and_whose(tmp_path: Path, kind: str) -> None:
    one = step(1, item=item(1, language="fr"), note="Mind the gap.\nTwice.", due_on=date(2026, 5, 1))
    _, files = made(kind, tmp_path, [one.item], [collection(one)], language="de")
    (page,) = pages(files)
    shown = " ".join("".join(page.itertext()).split())
    for words in (
        "Item 1", "First week · Schritt 1 von 1 · bis 2026-05-01", "Mind the gap.", "Text of item 1.",
        "Quelle: Example Channel", "Lizenz: CC-BY-4.0", "Climb safely", "öffnet sich in einem neuen Tab",
    ):  # fmt: skip
        assert words in shown
    assert page.get("lang") == "de"
    assert page.find(".//div[@class='text']").get("lang") == "fr"
    link = page.get_element_by_id("source")
    assert (link.get("href"), link.get("target"), link.get("rel")) == (
        "https://example.org/watch?v=1&t=5", "_blank", "noopener noreferrer",
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_leaves_that_may_not(tmp_path: Path, kind: str) -> None:
    _, without = made(kind, tmp_path / "a", [item(1)], include_text=False)
    _, kept = made(kind, tmp_path / "b", [item(1, html="")])
    for files in (without, kept):
        assert not any(b"Text of item" in body for body in files.values())


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_without_an_address_is_read_and_one_without_anything_is_named(
    tmp_path: Path, kind: str
) -> None:
    bare = item(3, url="javascript:alert(1)", html="")
    receipt, files = made(kind, tmp_path, [item(1, url=None), bare])
    assert titles(files) == ["Item 1"]
    assert (
        f"Left out, having neither a web address nor a text that may be passed on: {item_id(3)}."
        in receipt.note
    )
    (page,) = pages(files)
    assert not page.xpath("//*[@id='source']")
    assert page.xpath("//button[@id='done']")


@pytest.mark.parametrize("kind", KINDS)
def test_without_any_item_there_is_one_page_that_says_so(tmp_path: Path, kind: str) -> None:
    empty = collection(step(1, item=item(1, url=None, html="")))
    receipt, files = made(kind, tmp_path, [], [empty], language="de")
    assert titles(files) == ["Zurzeit gibt es hier nichts."]
    assert "one page that says that there is nothing" in receipt.note
    assert "Left out, having no step that may leave: First week." in receipt.note
    if kind != "2004":
        schema(kind).assertValid(structure(files))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_items_in_any_order_give_the_same_bytes(tmp_path: Path, kind: str) -> None:
    items = [item(number) for number in range(1, 30)]
    path = collection(step(2), step(1))
    first, _ = made(kind, tmp_path / "course", items, [path])
    one = Path(str(first.url).removeprefix("file://")).read_bytes()
    second, _ = made(kind, tmp_path / "again" / "course", random.Random(1).sample(items, len(items)), [path])
    assert first.remote_id == second.remote_id == hashlib.sha256(one).hexdigest()
    third, _ = made(kind, tmp_path / "course", [*items[1:], item(1, title="Other")])
    assert third.remote_id != first.remote_id


@pytest.mark.parametrize("kind", KINDS)
def test_three_hundred_items_of_hostile_words_and_names_are_valid(tmp_path: Path, kind: str) -> None:
    items = hostile_items(HOSTILE)
    steps = [
        step(0, item=one, url=None, note=HOSTILE[n], after=items[n // 2].id)
        for n, one in enumerate(items[:29])
    ]
    path = collection(*steps, title=HOSTILE[0], summary="\n".join(HOSTILE), objectives=HOSTILE, ordered=True)
    _, files = made(kind, tmp_path, items, [path], title="Läden & <b>Leitern</b> \u202e" + "x" * 170)
    assert len(titles(files)) == 270
    assert all(len(title) <= 255 and title == " ".join(title.split()) for title in titles(files))
    if kind != "2004":
        schema(kind).assertValid(structure(files))
    for page in pages(files):
        scripts = [script.get("src") for script in page.iter("script")]
        assert scripts == ["../shared/lesson.js", f"../shared/{'au' if kind == 'cmi5' else 'sco'}.js"]
        assert not [script for script in page.iter("script") if script.text]
        assert not page.xpath("//@*[starts-with(name(), 'on')] | //iframe | //form | //style | //img")
        for link in page.iter("a"):
            assert link.get("href") is None or re.match("https?://[!-~]+$", link.get("href"))


def test_the_manifest_of_2004_fulfils_its_schema(tmp_path: Path) -> None:
    fulfilled = schema("2004")
    path = collection(step(1), step(2, required=False, after=item_id(1)), step(3, after=item_id(2)))
    for items, bound in (([item(4)], [path]), ([], []), (hostile_items(HOSTILE), [])):
        fulfilled.assertValid(structure(made("2004", tmp_path, items, bound)[1]))


@pytest.mark.parametrize("kind", KINDS)
def test_one_id_with_two_contents_is_an_alarm(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Conflict, match=str(item_id(1))):
        adapter(kind, tmp_path).publish([item(1), item(1, title="Other")])


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_handed_out_cannot_be_recalled_and_the_receipts_say_so(tmp_path: Path, kind: str) -> None:
    receipt, _ = made(kind, tmp_path, [item(1)])
    retracted = adapter(kind, tmp_path).retract(item_id(1), receipt.remote_id)
    for one in (receipt, retracted):
        assert "cannot be recalled" in one.note
        assert not one.recallable
    with pytest.raises(NotImplementedError, match="publish"):
        adapter(kind, tmp_path).upsert(item(1), None)


@pytest.mark.parametrize("kind", ["1.2", "cmi5"])
def test_a_place_that_cannot_be_written_is_said_with_its_remedy(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a-file").write_text("")
    one = adapter(kind, tmp_path, path="a-file/x.zip")
    assert not one.preflight()[0].ok
    with pytest.raises(ConfigError, match=r"(scorm|cmi5): .* cannot be written"):
        one.publish([item(1)])


def test_units_keep_their_ids_from_package_to_package(tmp_path: Path) -> None:
    path = collection(step(1))
    _, files = made("cmi5", tmp_path / "a" / "cmi5", [item(1), item(2)], [path])
    _, later = made(
        "cmi5", tmp_path / "b" / "cmi5", [item(2, title="Renamed"), item(3)], [path], title="Other"
    )
    known = {unit.title: unit.id for unit in units_of(files)}
    after = {unit.title: unit.id for unit in units_of(later)}
    assert known["Item 1"] == after["Item 1"]
    assert known["Item 2"] == after["Renamed"]
    assert str(item_id(1)) in known["Item 1"]
    assert str(path.id) in known["Item 1"]
    assert structure(files)[0].get("id") == structure(later)[0].get("id")


def test_reports_need_the_lms_that_names_the_learners(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="realm"):
        scorm.Settings(reports=True)
    (*_, told) = adapter("1.2", tmp_path, reports=True, realm="https://lms.example.org").preflight()
    assert (told.name, told.ok) == ("reports", True)

"""The cartridge as a destination: what is in it, where, and what its receipts say."""

from __future__ import annotations

import hashlib
import random
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from pydantic import ValidationError

from gleanery.errors import ConfigError, Conflict
from gleanery.http import GuardedHttp
from gleanery.ports import LearningItem, Receipt
from gleanery.testing import check_adapter, check_settings_refused, make_context
from lms_adapters.cartridge import Cartridge, Settings
from tests.lms_adapters.items import EXCEL, LADDER, item, item_id

CP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"


def cartridge(folder: Path, **settings: Any) -> Cartridge:
    return Cartridge(Settings(**settings), make_context(folder, GuardedHttp()))


def publish(folder: Path, items: Sequence[LearningItem], **settings: Any) -> tuple[Receipt, dict[str, str]]:
    """The receipt, and the files of the cartridge by name."""
    receipt = cartridge(folder, **settings).publish(items)
    with zipfile.ZipFile(folder / "gleanery.imscc") as archive:
        return receipt, {name: archive.read(name).decode() for name in archive.namelist()}


def outline(files: dict[str, str]) -> list[tuple[str, list[str]]]:
    """The folders' titles with the titles of their entries."""
    root = etree.fromstring(files["imsmanifest.xml"].encode())
    folders = root.findall(f"{CP}organizations/{CP}organization/{CP}item/{CP}item")
    return [
        (
            str(folder.findtext(f"{CP}title")),
            [str(e.findtext(f"{CP}title")) for e in folder.findall(f"{CP}item")],
        )
        for folder in folders
    ]


def test_it_keeps_the_contract_of_adapters(tmp_path: Path) -> None:
    check_adapter(lambda: cartridge(tmp_path), item())
    check_settings_refused(Cartridge, {"paht": "x.imscc"})


def test_an_item_is_a_link_and_a_page_in_the_folder_of_its_competency(tmp_path: Path) -> None:
    _, files = publish(
        tmp_path, [item(1), item(2, competencies=(EXCEL,), html="", attribution="", licence=None)]
    )
    assert outline(files) == [
        ("Ladder safety", ["Item 1", "Item 1 (text)"]),
        ("Spreadsheets", ["Item 2"]),
    ]
    assert 'href="https://example.org/watch?v=1&amp;t=5"' in files[f"links/{item_id(1).hex}.xml"]
    page = files[f"pages/{item_id(1).hex}-text.html"]
    for shown in (
        "<h1>Item 1</h1>",
        "<p>Text of item 1.</p>",
        "Source: Example Channel",
        "Licence: CC-BY-4.0",
    ):
        assert shown in page
    assert "Competencies: Ladder safety" in page
    link = '<a href="https://example.org/watch?v=1&amp;t=5" class="nomediaplugin" rel="noopener noreferrer">'
    assert link in page


def test_a_page_shows_signs_as_they_are(tmp_path: Path) -> None:
    words = 'R&D "<" 5 > 3 &lt;b&gt; ok'
    _, files = publish(tmp_path, [item(1, title=words, attribution=words, licence=words)])
    page = html.document_fromstring(files[f"pages/{item_id(1).hex}-text.html"])
    assert page.findtext(".//h1") == page.findtext(".//title") == words
    shown = ["".join(str(text) for text in paragraph.itertext()) for paragraph in page.findall(".//p")]
    assert f"Source: {words}" in shown
    assert f"Licence: {words}" in shown


def test_an_item_of_several_competencies_stands_once_under_its_first(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1, competencies=(EXCEL, LADDER))])
    assert [folder for folder, _ in outline(files)] == ["Spreadsheets"]
    assert "Competencies: Spreadsheets, Ladder safety" in files[f"pages/{item_id(1).hex}-text.html"]


def test_items_without_a_competency_come_last_under_other(tmp_path: Path) -> None:
    items = [item(1, competencies=()), item(2, competencies=(("f", "i", "Zebra crossings"),))]
    _, files = publish(tmp_path, items, include_text=False)
    assert [folder for folder, _ in outline(files)] == ["Zebra crossings", "Other"]


@pytest.mark.parametrize(
    ("group_by", "folders"),
    [("goal", ["fewer-accidents", "Other"]), ("platform", ["slack", "youtube"]), ("none", ["Spring"])],
)
def test_folders_may_follow_goals_or_platforms_or_nothing(
    tmp_path: Path, group_by: str, folders: list[str]
) -> None:
    items = [item(1), item(2, goals=(), platforms=("slack",))]
    _, files = publish(tmp_path, items, group_by=group_by, title="Spring")
    assert [folder for folder, _ in outline(files)] == folders


def test_a_source_is_named_even_where_no_text_may_be_passed_on(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1, html=""), item(2, html="")])
    assert outline(files) == [("Ladder safety", ["Item 1", "Item 2", "Sources and licences"])]
    page = files["pages/sources-1.html"]
    assert page.count("Source: Example Channel") == 2
    assert "Text of item" not in page


def test_without_text_no_word_of_an_item_is_in_the_file(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1)], include_text=False)
    assert not any("Text of item" in body for body in files.values())


def test_an_item_without_an_address_is_a_page_and_one_without_anything_is_named(tmp_path: Path) -> None:
    bare = item(3, url="javascript:alert(1)", html="<script>x</script>")
    receipt, files = publish(tmp_path, [item(2, url=None), bare])
    assert outline(files) == [("Ladder safety", ["Item 2"])]
    assert str(bare.id) in receipt.note
    assert str(item_id(2)) not in receipt.note


def test_many_left_out_items_are_counted(tmp_path: Path) -> None:
    receipt, _ = publish(tmp_path, [item(number, url=None, html="") for number in range(25)])
    assert receipt.note.endswith("and 5 more.")


def test_a_folder_may_get_a_discussion_topic(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1, html="", attribution="", licence=None)], discussion=True)
    assert outline(files) == [("Ladder safety", ["Item 1", "Discussion: Ladder safety"])]
    assert "<title>Discussion: Ladder safety</title>" in files["topics/topic-1.xml"]


def test_the_words_around_the_items_follow_the_language(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1, competencies=(), language=None)], language="de-AT", discussion=True)
    assert outline(files) == [("Weitere", ["Item 1", "Item 1 (Text)", "Diskussion: Weitere"])]
    page = files[f"pages/{item_id(1).hex}-text.html"]
    assert '<html lang="de-AT">' in page
    assert "Quelle: Example Channel" in page


def test_the_same_items_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    items = [item(number, competencies=(LADDER, EXCEL)[number % 3 : number % 3 + 1]) for number in range(40)]
    shuffled = random.Random(1).sample(items, len(items))
    first, _ = publish(tmp_path / "a", items)
    second, _ = publish(tmp_path / "b", shuffled)
    one, other = ((tmp_path / folder / "gleanery.imscc").read_bytes() for folder in "ab")
    assert one == other
    assert first.remote_id == second.remote_id == hashlib.sha256(one).hexdigest()


def test_a_changed_item_gives_another_file(tmp_path: Path) -> None:
    first, _ = publish(tmp_path, [item(1)])
    second, _ = publish(tmp_path, [item(1, title="Another title")])
    assert first.remote_id != second.remote_id


def test_the_manifest_names_the_version_where_moodle_looks_for_it(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1)], title="T" * 255)
    start = files["imsmanifest.xml"].encode()[:1024].decode()
    assert 'xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"' in start
    assert next(iter(files)) == "imsmanifest.xml"


def test_the_manifest_tells_title_description_and_rights(tmp_path: Path) -> None:
    items = [item(1), item(2, licence="CC0-1.0"), item(3, url=None, html="", licence="Secret licence")]
    _, files = publish(tmp_path, items, title="Spring picks")
    manifest = files["imsmanifest.xml"]
    assert '<lom:string language="en">Spring picks</lom:string>' in manifest
    assert "Learning items: 2." in manifest
    assert "Licence: CC-BY-4.0. Licence: CC0-1.0." in manifest
    assert "Secret" not in manifest


def test_one_id_with_two_contents_is_an_alarm_and_a_repetition_is_not(tmp_path: Path) -> None:
    _, files = publish(tmp_path, [item(1), item(1)], include_text=False)
    assert [entries for _, entries in outline(files)] == [["Item 1", "Sources and licences"]]
    with pytest.raises(Conflict, match=str(item_id(1))):
        cartridge(tmp_path).publish([item(1), item(1, title="Other")])


def test_an_empty_cartridge_is_still_one(tmp_path: Path) -> None:
    receipt, files = publish(tmp_path, [])
    assert outline(files) == []
    assert "0 items in 0 folders" in receipt.note


def test_the_receipt_says_where_the_file_is_and_that_it_cannot_be_recalled(tmp_path: Path) -> None:
    receipt, _ = publish(tmp_path, [item(1)])
    assert receipt.url == (tmp_path / "gleanery.imscc").as_uri()
    assert "1 item in 1 folder." in receipt.note
    assert "cannot be recalled" in receipt.note
    assert not receipt.recallable


def test_retracting_says_that_imported_copies_stay_and_leaves_the_file(tmp_path: Path) -> None:
    receipt, _ = publish(tmp_path, [item(1)])
    before = (tmp_path / "gleanery.imscc").read_bytes()
    retracted = cartridge(tmp_path).retract(item_id(1), receipt.remote_id)
    assert "copies already imported stay" in retracted.note
    assert not retracted.recallable
    assert (tmp_path / "gleanery.imscc").read_bytes() == before


def test_one_item_alone_is_not_delivered(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="publish"):
        cartridge(tmp_path).upsert(item(1), None)


def test_preflight_holds_for_a_folder_yet_to_be_made_and_makes_nothing(tmp_path: Path) -> None:
    checks = cartridge(tmp_path, path=tmp_path / "new" / "deep" / "x.imscc").preflight()
    assert all(check.ok for check in checks)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("blocked", ["a folder in its place", "a file in its folder's place"])
def test_a_place_that_cannot_be_written_is_named_before_and_when_writing(
    tmp_path: Path, blocked: str
) -> None:
    path = tmp_path / "place" / "x.imscc"
    if blocked == "a folder in its place":
        path.mkdir(parents=True)
    else:
        path.parent.write_text("a file")
    adapter = cartridge(tmp_path, path=path)
    failed = [check for check in adapter.preflight() if not check.ok]
    assert [check.name for check in failed] == ["folder"]
    assert failed[0].remedy
    with pytest.raises(ConfigError, match="cannot be written") as caught:
        adapter.publish([item(1)])
    assert str(path) in str(caught.value)
    assert "set `path`" in str(caught.value)


@pytest.mark.parametrize(
    "wrong", [{"path": "cartridge.pdf"}, {"title": " "}, {"group_by": "colour"}, {"language": "a b"}]
)
def test_wrong_settings_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


EMBEDDING = re.compile(r"<(iframe|object|embed|video|audio)\b", re.I)
FRAMED = '<p>Watch</p><iframe src="https://example.org/p"></iframe><a href="https://example.org/v.mp4">it</a>'


@pytest.mark.parametrize("may_embed", [False, True])
def test_nothing_is_framed_and_only_what_may_be_embedded_may_become_a_player(
    tmp_path: Path, may_embed: bool
) -> None:
    _, files = publish(tmp_path, [item(1, html=FRAMED, may_embed=may_embed), item(2, html="")])
    pages = [body for name, body in files.items() if name.endswith(".html")]
    assert len(pages) == 2
    for page in pages:
        assert not EMBEDDING.search(page)
    of_first = next(page for page in pages if "Watch" in page)
    marked = [link for link in re.findall(r"<a [^>]*>", of_first) if 'class="nomediaplugin"' in link]
    assert len(marked) == (0 if may_embed else len(re.findall(r"<a [^>]*>", of_first)))

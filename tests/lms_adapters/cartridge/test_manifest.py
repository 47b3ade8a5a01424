"""Three hundred items of hostile text are still a valid Common Cartridge 1.1."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from gleanery.http import GuardedHttp
from gleanery.ports import LearningItem
from gleanery.testing import make_context
from lms_adapters.cartridge import Cartridge, Settings
from tests.conftest import shared_data
from tests.lms_adapters.items import HOSTILE, hostile_items, payloads

CP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
LINK = "{http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1}"
STRICT = etree.XMLParser(resolve_entities=False, no_network=True)
ACTING = {
    "script",
    "style",
    "iframe",
    "form",
    "input",
    "object",
    "embed",
    "svg",
    "math",
    "base",
    "img",
    "button",
}

Files = dict[str, bytes]


def made(folder: Path, items: Sequence[LearningItem], **settings: Any) -> Files:
    """The files of the cartridge of these items."""
    adapter = Cartridge(Settings(discussion=True, **settings), make_context(folder, GuardedHttp()))
    adapter.publish(items)
    with zipfile.ZipFile(folder / "gleanery.imscc") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module", params=["our own list", "the shared payloads"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    lines = list(HOSTILE) if request.param == "our own list" else [*HOSTILE, *payloads()]
    return made(tmp_path_factory.mktemp("cartridge"), hostile_items(lines))


def documents(files: Files, folder: str) -> dict[str, etree._Element]:
    return {name: etree.fromstring(body, STRICT) for name, body in files.items() if name.startswith(folder)}


@pytest.mark.parametrize(
    ("folder", "schema", "least"),
    [
        ("imsmanifest.xml", "cc11libxml2validator.xsd", 1),
        ("links/", "ccv1p1_imswl_v1p1.xsd", 50),
        ("topics/", "ccv1p1_imsdt_v1p1.xsd", 5),
    ],
)
def test_every_document_fulfils_its_schema(files: Files, folder: str, schema: str, least: int) -> None:
    validator = etree.XMLSchema(etree.parse(shared_data(f"schemas/cc-1.1/{schema}")))
    checked = documents(files, folder)
    assert len(checked) >= least
    for name, document in checked.items():
        assert validator.validate(document), f"{name}: {validator.error_log}"


@pytest.mark.parametrize("group_by", ["competency", "goal", "platform", "none"])
def test_the_manifest_fulfils_its_schema_however_it_is_grouped(tmp_path: Path, group_by: str) -> None:
    validator = etree.XMLSchema(etree.parse(shared_data("schemas/cc-1.1/cc11libxml2validator.xsd")))
    made_files = made(tmp_path, hostile_items(HOSTILE, 60), group_by=group_by)
    validator.assertValid(etree.fromstring(made_files["imsmanifest.xml"], STRICT))


def test_an_empty_cartridge_fulfils_its_schema(tmp_path: Path) -> None:
    validator = etree.XMLSchema(etree.parse(shared_data("schemas/cc-1.1/cc11libxml2validator.xsd")))
    validator.assertValid(etree.fromstring(made(tmp_path, [])["imsmanifest.xml"], STRICT))


def test_a_broken_manifest_does_not_pass_the_schema(tmp_path: Path) -> None:
    validator = etree.XMLSchema(etree.parse(shared_data("schemas/cc-1.1/cc11libxml2validator.xsd")))
    manifest = made(tmp_path, hostile_items(HOSTILE, 3))["imsmanifest.xml"]
    assert not validator.validate(etree.fromstring(manifest.replace(b"1.1.0", b"1.3.0"), STRICT))


def test_every_file_is_in_the_manifest_and_every_entry_has_its_file(files: Files) -> None:
    manifest = documents(files, "imsmanifest.xml")["imsmanifest.xml"]
    named = [str(file.get("href")) for file in manifest.iter(f"{CP}file")]
    assert Counter(named) == Counter(name for name in files if name != "imsmanifest.xml")
    resources = {str(resource.get("identifier")) for resource in manifest.iter(f"{CP}resource")}
    referred = [
        str(entry.get("identifierref")) for entry in manifest.iter(f"{CP}item") if entry.get("identifierref")
    ]
    assert Counter(referred) == Counter(resources)


def test_the_rules_beyond_the_schema_hold(files: Files) -> None:
    manifest = documents(files, "imsmanifest.xml")["imsmanifest.xml"]
    for resource in manifest.iter(f"{CP}resource"):
        hrefs = [file.get("href") for file in resource.findall(f"{CP}file")]
        assert len(hrefs) == 1
        assert resource.get("href") == (hrefs[0] if resource.get("type") == "webcontent" else None)
    for entry in manifest.iter(f"{CP}item"):
        assert not (entry.get("identifierref") and entry.findall(f"{CP}item"))
        assert (entry.get("identifier") == "root") is (entry.find(f"{CP}title") is None)
    identifiers = [str(node.get("identifier")) for node in manifest.iter() if node.get("identifier")]
    assert len(identifiers) == len(set(identifiers))
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9-]*", identifier) for identifier in identifiers)


def test_titles_are_short_plain_lines(files: Files) -> None:
    checked = {**documents(files, "imsmanifest"), **documents(files, "links/"), **documents(files, "topics/")}
    nodes = [node for document in checked.values() for node in document.iter("{*}title")]
    titles = [str(node.text) for node in nodes if not len(node)]
    assert len(titles) > 300
    for title in titles:
        assert len(title) <= 255
        assert title == " ".join(title.split())
        assert not re.search("<[a-zA-Z/!?]", title)


def test_links_lead_to_web_addresses_only(files: Files) -> None:
    links = [link for document in documents(files, "links/").values() for link in document.iter(f"{LINK}url")]
    pages = [html.document_fromstring(body) for name, body in files.items() if name.startswith("pages/")]
    anchors = [anchor for page in pages for anchor in page.iter("a") if anchor.get("href") is not None]
    assert len(anchors) > 50
    addresses = [str(element.get("href")) for element in [*links, *anchors]]
    assert len(addresses) > 100
    for address in addresses:
        assert address.isascii()
        assert urlsplit(address).scheme in ("http", "https")
        assert urlsplit(address).hostname


def test_pages_hold_nothing_that_acts_and_forbid_it_besides(files: Files) -> None:
    pages = {
        name: html.document_fromstring(body) for name, body in files.items() if name.startswith("pages/")
    }
    assert len(pages) > 200
    for name, page in pages.items():
        elements = [element for element in page.iter() if isinstance(element.tag, str)]
        assert not ACTING & {str(element.tag) for element in elements}, name
        attributes = {attribute for element in elements for attribute in element.attrib}
        assert attributes <= {
            "href",
            "rel",
            "class",
            "lang",
            "dir",
            "charset",
            "content",
            "http-equiv",
            "name",
        }, name
        policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert str(policy).startswith("default-src 'none'"), name


def test_no_character_is_left_that_xml_forbids(files: Files) -> None:
    for name, body in files.items():
        assert not re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", body.decode()), name

"""The single files of a cartridge: web links, pages and discussion topics.

Shapes: 1EdTech Common Cartridge 1.1, `imswl_xmlv1p1`, `webcontent` and `imsdt_xmlv1p1`
(https://www.imsglobal.org/cc/index.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape

from lxml import etree

from lms_adapters._entries import Entry
from lms_adapters._text import LINK_ONLY
from lms_adapters.cartridge.layout import Folder
from lms_adapters.cartridge.words import Words, around

_NAMESPACE = "http://www.imsglobal.org/xsd/imsccv1p1/"
# Nothing is loaded, run, sent or framed by a page of ours, even where the cleaning above failed.
_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'"


class Kind(StrEnum):
    """The resource types of the format that we write."""

    WEB_LINK = "imswl_xmlv1p1"
    PAGE = "webcontent"
    TOPIC = "imsdt_xmlv1p1"


_PLACES = {Kind.WEB_LINK: "links/{}.xml", Kind.PAGE: "pages/{}.html", Kind.TOPIC: "topics/{}.xml"}


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of the cartridge and its entry in the folder. `key` is unique and part of an XML name."""

    key: str
    kind: Kind
    title: str
    body: bytes

    @property
    def path(self) -> str:
        """Where the file lies in the cartridge."""
        return _PLACES[self.kind].format(self.key)


def resources_of(
    folder: Folder, number: int, words: Words, language: str, *, discussion: bool
) -> list[Resource]:
    """The files of one folder in their order: links and pages, then sources, then the topic."""
    made = [resource for entry in folder.entries for resource in _of_entry(entry, words)]
    credited = [entry for entry in folder.entries if entry.credited_apart]
    if credited:
        body = _page(words.sources, "\n".join(_credit(entry, words) for entry in credited), language)
        made.append(Resource(f"sources-{number}", Kind.PAGE, words.sources, body))
    if discussion:
        title = around(words.topic, folder.title)
        made.append(Resource(f"topic-{number}", Kind.TOPIC, title, _topic(title, words.question)))
    return made


def _of_entry(entry: Entry, words: Words) -> list[Resource]:
    made = []
    if entry.address:
        made.append(Resource(entry.id.hex, Kind.WEB_LINK, entry.title, _web_link(entry.title, entry.address)))
    if entry.html:
        title = around(words.text_title, entry.title) if entry.address else entry.title
        made.append(Resource(f"{entry.id.hex}-text", Kind.PAGE, title, _text_page(entry, words)))
    return made


def _web_link(title: str, address: str) -> bytes:
    link, name = _document("imswl_v1p1", "webLink", title)
    etree.SubElement(link, name + "url", href=address, target="_blank")
    return to_xml(link)


def _topic(title: str, question: str) -> bytes:
    topic, name = _document("imsdt_v1p1", "topic", title)
    etree.SubElement(topic, name + "text", texttype="text/plain").text = question
    return to_xml(topic)


def _document(schema: str, root: str, title: str) -> tuple[etree._Element, str]:
    """A document with its title, and the prefix that names elements of its schema."""
    namespace = _NAMESPACE + schema
    name = f"{{{namespace}}}"
    element = etree.Element(name + root, nsmap={None: namespace})  # type: ignore[dict-item]  # the stubs forget the default
    etree.SubElement(element, name + "title").text = title
    return element, name


def to_xml(root: etree._Element) -> bytes:
    """The document as UTF-8 bytes with its declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _text_page(entry: Entry, words: Words) -> bytes:
    labels = ", ".join(label for label in entry.competencies if label)
    parts = [entry.html, _credit_lines(entry, words)]
    if labels:
        parts.append(f"<p>{words.competencies}: {escape(labels)}</p>")
    if entry.address:
        parts.append(f"<p>{_link(entry, entry.address)}</p>")
    return _page(entry.title, "\n".join(part for part in parts if part), entry.language)


def _credit(entry: Entry, words: Words) -> str:
    title = _link(entry, entry.title) if entry.address else escape(entry.title)
    return f"<h2>{title}</h2>\n{_credit_lines(entry, words)}"


def _credit_lines(entry: Entry, words: Words) -> str:
    named = ((words.source, entry.attribution), (words.licence, entry.licence))
    return "\n".join(f"<p>{name}: {escape(value)}</p>" for name, value in named if value)


def _link(entry: Entry, text: str) -> str:
    """A link to the item; one that must not be embedded tells the LMS to make no player of it."""
    kind = "" if entry.may_embed else f' class="{LINK_ONLY}"'
    return f'<a href="{escape(entry.address or "")}"{kind} rel="noopener noreferrer">{escape(text)}</a>'


def _page(title: str, body: str, language: str) -> bytes:
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_CSP}">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
</head>
<body dir="auto">
<h1>{escape(title)}</h1>
{body}
</body>
</html>
""".encode()

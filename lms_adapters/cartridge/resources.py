"""The single files of a cartridge: web links, LTI links, pages and discussion topics.

Shapes: 1EdTech Common Cartridge (https://www.imsglobal.org/cc/index.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from lxml import etree

from lms_adapters._entries import Entry
from lms_adapters._text import LINK_ONLY, TITLE_LENGTH, plain
from lms_adapters.cartridge.formats import Format, Kind
from lms_adapters.cartridge.layout import Folder
from lms_adapters.cartridge.words import Words, around

# Nothing is loaded, run, sent or framed by a page of ours, even where the cleaning above failed.
_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'"


_ENDINGS = {Kind.PAGE: "html"}
_LTI = "http://www.imsglobal.org/xsd/imsbasiclti_v1p0"
_PROPERTIES = "http://www.imsglobal.org/xsd/imslticm_v1p0"
_VENDOR = "http://www.imsglobal.org/xsd/imslticp_v1p0"
LINKED = "gleanery"
"""The custom parameter by which our LTI tool finds the item of a link."""


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
        return f"{self.kind.value}/{self.key}.{_ENDINGS.get(self.kind, 'xml')}"


@dataclass(frozen=True, slots=True)
class Style:
    """How the files are made. `launch`: the address of our LTI tool, empty for web links."""

    how: Format
    words: Words
    language: str
    launch: str = ""
    discussion: bool = False


def resources_of(folder: Folder, number: int, style: Style) -> list[Resource]:
    """The files of one folder in their order: links and pages, then sources, then the topic."""
    words, language = style.words, style.language
    made = [resource for entry in folder.entries for resource in _of_entry(entry, style)]
    if style.how.is_thin:
        return made
    credited = [] if style.launch else [entry for entry in folder.entries if entry.credited_apart]
    if credited:
        body = _page(words.sources, "\n".join(_credit(entry, words) for entry in credited), language)
        made.append(Resource(f"sources-{number}", Kind.PAGE, words.sources, body))
    if style.discussion:
        title = around(words.topic, folder.title)
        made.append(Resource(f"topic-{number}", Kind.TOPIC, title, _topic(style.how, title, words.question)))
    return made


def _of_entry(entry: Entry, style: Style) -> list[Resource]:
    if style.launch and not entry.ours:
        body = _launch_link(entry, style)
        return [Resource(entry.id.hex, Kind.LAUNCH, entry.title, body)]
    if style.how.is_thin:
        title = _with_source(entry)
        body = _web_link(style.how, title, entry.address or "")
        return [Resource(entry.id.hex, Kind.WEB_LINK, title, body)] if entry.address else []
    made = []
    if entry.address:
        link = _web_link(style.how, entry.title, entry.address)
        made.append(Resource(entry.id.hex, Kind.WEB_LINK, entry.title, link))
    if entry.html:
        title = around(style.words.text_title, entry.title) if entry.address else entry.title
        made.append(Resource(f"{entry.id.hex}-text", Kind.PAGE, title, _text_page(entry, style.words)))
    return made


def _with_source(entry: Entry) -> str:
    """The title with whom it is from: a thin cartridge has no page that could say so."""
    source = " · ".join(plain(part, 80) for part in (entry.attribution, entry.licence) if part)
    return f"{plain(entry.title, TITLE_LENGTH - len(source) - 3)} · {source}" if source else entry.title


def _web_link(how: Format, title: str, address: str) -> bytes:
    link, name = _document(how, Kind.WEB_LINK, "webLink", title)
    etree.SubElement(link, name + "url", href=address, target="_blank")
    return to_xml(link)


def _topic(how: Format, title: str, question: str) -> bytes:
    topic, name = _document(how, Kind.TOPIC, "topic", title)
    etree.SubElement(topic, name + "text", texttype="text/plain").text = question
    return to_xml(topic)


def _document(how: Format, kind: Kind, root: str, title: str) -> tuple[etree._Element, str]:
    """A document with its title, and the prefix that names elements of its schema."""
    _, namespace = how.kinds[kind]
    name = f"{{{namespace}}}"
    element = etree.Element(name + root, nsmap={None: namespace})  # type: ignore[dict-item]  # the stubs forget the default
    etree.SubElement(element, name + "title").text = title
    return element, name


def _launch_link(entry: Entry, style: Style) -> bytes:
    """An LTI link to our tool (`cartridge_basiclti_link`): the tool shows the item with its source and reports on it.

    The item is named twice: an LMS may drop the custom parameter or the query of the address.
    """
    _, namespace = style.how.kinds[Kind.LAUNCH]
    names = {None: namespace, "blti": _LTI, "lticm": _PROPERTIES, "lticp": _VENDOR}
    link = etree.Element(f"{{{namespace}}}cartridge_basiclti_link", nsmap=names)  # type: ignore[arg-type]  # as above
    etree.SubElement(link, f"{{{_LTI}}}title").text = entry.title
    named = ((style.words.source, entry.attribution), (style.words.licence, entry.licence))
    said = "\n".join(f"{name}: {value}" for name, value in named if value)
    if said:
        etree.SubElement(link, f"{{{_LTI}}}description").text = said
    custom = etree.SubElement(link, f"{{{_LTI}}}custom")
    etree.SubElement(custom, f"{{{_PROPERTIES}}}property", name=LINKED).text = str(entry.id)
    secure = "secure_launch_url" if style.launch.startswith("https:") else "launch_url"
    etree.SubElement(link, f"{{{_LTI}}}{secure}").text = f"{style.launch}?item={entry.id}"
    vendor = etree.SubElement(link, f"{{{_LTI}}}vendor")
    etree.SubElement(vendor, f"{{{_VENDOR}}}code").text = LINKED
    etree.SubElement(vendor, f"{{{_VENDOR}}}name").text = LINKED
    return to_xml(link)


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

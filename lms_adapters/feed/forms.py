"""A page of a feed in each of its forms, the same bytes for the same contents.

RSS 2.0 (https://www.rssboard.org/rss-specification), Atom (RFC 4287), JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)
with the paging of RFC 5005, and the list of all in OPML 2.0 (http://opml.org/spec2.opml). Titles are plain text in all
of them: Moodle's block shows markup there as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from lms_adapters.feed.entries import Channel, Entry

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a feed; `links`: the addresses of itself, its neighbours and the house, by their relation."""

    channel: Channel
    entries: Sequence[Entry]
    links: Mapping[str, str]


def rss(page: Page) -> bytes:
    """The page as RSS 2.0."""
    root = etree.Element("rss", nsmap={"atom": _ATOM[1:-1], "dc": _DC[1:-1]}, version="2.0")
    channel = etree.SubElement(root, "channel")
    told = page.channel
    facts = {
        "title": told.title,
        "link": page.links.get("alternate", page.links["self"]),
        "description": told.about,
        "language": told.language,
    }
    for name, text in facts.items():
        etree.SubElement(channel, name).text = text
    etree.SubElement(channel, "lastBuildDate").text = format_datetime(told.changed)
    for name, address in page.links.items():
        if name == "alternate":
            continue
        etree.SubElement(channel, _ATOM + "link", rel=name, href=address, type=TYPES["rss"].split(";")[0])
    for entry in page.entries:
        _rss_item(etree.SubElement(channel, "item"), entry)
    return _xml(root)


def _rss_item(item: etree._Element, entry: Entry) -> None:
    etree.SubElement(item, "title").text = entry.title
    if entry.address:
        etree.SubElement(item, "link").text = entry.address
    etree.SubElement(item, "guid", isPermaLink="false").text = entry.urn
    etree.SubElement(item, "pubDate").text = format_datetime(entry.changed)
    etree.SubElement(item, "description").text = entry.html
    for tag in entry.tags:
        etree.SubElement(item, "category").text = tag
    for name, text in (("creator", entry.author), ("rights", entry.licence), ("language", entry.language)):
        if text:
            etree.SubElement(item, _DC + name).text = text


def atom(page: Page) -> bytes:
    """The page as Atom."""
    told = page.channel
    names = {None: _ATOM[1:-1]}
    root = etree.Element(_ATOM + "feed", nsmap=names)  # type: ignore[arg-type]  # the stubs forget None
    root.set(_LANG, told.language)
    _texts(root, id=told.id.urn, title=told.title, subtitle=told.about, updated=_day(told.changed))
    _texts(etree.SubElement(root, _ATOM + "author"), name=told.title)
    for name, address in page.links.items():
        etree.SubElement(root, _ATOM + "link", rel=name, href=address)
    for entry in page.entries:
        _atom_entry(etree.SubElement(root, _ATOM + "entry"), entry)
    return _xml(root)


def _atom_entry(element: etree._Element, entry: Entry) -> None:
    element.set(_LANG, entry.language)
    _texts(element, id=entry.urn, title=entry.title, updated=_day(entry.changed))
    if entry.published:
        _texts(element, published=_day(entry.published))
    if entry.address:
        etree.SubElement(element, _ATOM + "link", rel="alternate", href=entry.address)
    if entry.author:
        _texts(etree.SubElement(element, _ATOM + "author"), name=entry.author)
    for tag in entry.tags:
        etree.SubElement(element, _ATOM + "category", term=tag)
    if entry.licence:
        _texts(element, rights=entry.licence)
    etree.SubElement(element, _ATOM + "content", type="html").text = entry.html


def _texts(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, _ATOM + name).text = text


def json_feed(page: Page) -> bytes:
    """The page as JSON Feed."""
    told = page.channel
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": told.title,
        "description": told.about,
        "language": told.language,
        "items": [_json_item(entry) for entry in page.entries],
    }
    for name, link in (("feed_url", "self"), ("next_url", "next"), ("home_page_url", "alternate")):
        if page.links.get(link, "").startswith("http"):
            feed[name] = page.links[link]
    return json.dumps(feed, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _json_item(entry: Entry) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": entry.urn,
        "url": entry.address,
        "title": entry.title,
        "content_html": entry.html,
        "language": entry.language,
        "date_published": _day(entry.published) if entry.published else None,
        "date_modified": _day(entry.changed),
        "authors": [{"name": entry.author}] if entry.author else None,
        "tags": list(entry.tags) or None,
        "_rights": {"about": "http://purl.org/dc/elements/1.1/rights", "licence": entry.licence}
        if entry.licence
        else None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def opml(title: str, feeds: Sequence[tuple[Channel, str]]) -> bytes:
    """The list of feeds with the addresses of their RSS."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for channel, address in feeds:
        facts = {"text": channel.title, "title": channel.title, "type": "rss", "xmlUrl": address}
        etree.SubElement(
            body, "outline", {**facts, "language": channel.language, "description": channel.about}
        )
    return _xml(root)


FORMS: Mapping[str, Callable[[Page], bytes]] = {"rss": rss, "atom": atom, "json": json_feed}
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
    "opml": "text/x-opml; charset=utf-8",
}


def pages(
    channel: Channel, size: int, address: Callable[[int], str], home: str
) -> Iterator[tuple[int, Page]]:
    """The pages of a feed by number; one, where it is empty. `home`: the house's own page, empty where unknown."""
    last = max(1, -(-len(channel.entries) // size))
    for number in range(1, last + 1):
        links = {"self": address(number), **({"alternate": home} if home else {})}
        if last > 1:
            links |= {"first": address(1), "last": address(last)}
        if number > 1:
            links["previous"] = address(number - 1)
        if number < last:
            links["next"] = address(number + 1)
        yield number, Page(channel, channel.entries[(number - 1) * size : number * size], links)


def _day(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _xml(root: etree._Element) -> bytes:
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

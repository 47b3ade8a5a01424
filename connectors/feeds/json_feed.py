"""JSON Feed, versions 1 and 1.1: https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from connectors._text import hrefs, one_line, plain_text, tidy
from connectors._values import labels, language_code, moment, seconds_long, web_address
from connectors.feeds.model import Enclosure, Entry, Feed
from gleanery.errors import BadInput


def read_json_feed(body: bytes) -> Feed:
    """The feed in `body`. Raises: BadInput if it is cut off or no JSON Feed."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    try:
        document = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise BadInput(f"the JSON is broken: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise BadInput("it is JSON, but no JSON Feed: it has no list of `items`.")
    entries, faults = [], []
    for number, item in enumerate(document["items"], 1):
        if isinstance(item, dict):
            entries.append(_entry(item, document))
        else:
            faults.append((f"item {number}", "is no object"))
    return Feed(
        format="JSON Feed",
        title=one_line(_text(document, "title")),
        link=web_address(document.get("home_page_url")),
        language=language_code(_text(document, "language")),
        entries=tuple(entries),
        faults=tuple(faults),
    )


def _entry(item: dict[str, Any], document: dict[str, Any]) -> Entry:
    html = _text(item, "content_html")
    author = _author(item) or _author(document)
    external = web_address(item.get("external_url"))
    found = ([external] if external else []) + list(filter(None, map(web_address, hrefs(html))))
    return Entry(
        id=_text(item, "id"),
        link=web_address(item.get("url")) or external,
        title=" ".join(_text(item, "title").split()),
        summary=tidy(_text(item, "summary")),
        content=tidy(_text(item, "content_text")) or plain_text(html),
        links=tuple(found),
        author=_text(author, "name"),
        author_url=web_address(author.get("url")) or "",
        published=_time(item, "date_published"),
        updated=_time(item, "date_modified"),
        tags=labels(item["tags"]) if isinstance(item.get("tags"), list) else (),
        language=language_code(_text(item, "language")),
        enclosures=tuple(_enclosures(item)),
        thumbnail=web_address(item.get("image")) or web_address(item.get("banner_image")),
    )


def _text(record: dict[str, Any], key: str) -> str:
    """A string as it is, a number as its digits (ids often are), anything else empty."""
    value = record.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _author(record: dict[str, Any]) -> dict[str, Any]:
    """The first author: `authors` since version 1.1, `author` before."""
    many = record.get("authors")
    found = many[0] if isinstance(many, list) and many else record.get("author")
    return found if isinstance(found, dict) else {}


def _time(item: dict[str, Any], key: str) -> Any:
    try:
        return moment(_text(item, key))
    except (ValueError, OverflowError):
        return None


def _enclosures(item: dict[str, Any]) -> list[Enclosure]:
    listed = item.get("attachments")
    found = []
    for record in listed if isinstance(listed, list) else ():
        url = web_address(record.get("url")) if isinstance(record, dict) else None
        if url:
            length = _text(record, "duration_in_seconds")
            seconds = seconds_long(length) if length.replace(".", "", 1).isdigit() else None
            found.append(
                Enclosure(url, _text(record, "mime_type"), one_line(_text(record, "title")), seconds)
            )
    return found

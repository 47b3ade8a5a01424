"""RSS, RDF, Atom and CDF, read by feedparser: https://feedparser.readthedocs.io/

It is only ever given a stream: handed bytes or a string, it would open a file or an address of that name. Its
sanitising is off: only plain words are taken out of markup here, and hostile markup kept it busy for minutes.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser

from connectors._text import hrefs, one_line, plain_text, tidy
from connectors._values import labels, language_code, seconds_long, web_address
from connectors.feeds.model import Enclosure, Entry, Feed
from gleanery.errors import BadInput

_FLASH = "application/x-shockwave-flash"
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


_CRASHES = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, RecursionError)
"""What the library lets through, for instance for an encoding whose name is itself damaged."""


def read_xml_feed(body: bytes, content_type: str = "", address: str = "") -> Feed:
    """The feed in `body`; relative addresses are completed by `address`. Raises: BadInput if it is no feed."""
    headers = {"content-location": address} if address else {}
    if content_type:
        headers["content-type"] = content_type
    try:
        parsed = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _CRASHES as error:
        raise BadInput(f"it is so damaged that it cannot be read ({type(error).__name__}).") from error
    if not parsed.get("version") and not parsed.entries:
        raise BadInput("it is no feed" + _what_html_says(body) + ".", remedy=_suggestion(body))
    about = parsed.feed
    base = web_address(about.get("link")) or ""
    return Feed(
        format=feedparser.api.SUPPORTED_VERSIONS.get(parsed.version, "a feed"),
        title=_line(about, "title"),
        link=web_address(about.get("link")),
        id=str(about.get("id", "")),
        language=language_code(str(about.get("language") or "")),
        licence=_licence(about),
        encoding=str(parsed.get("encoding", "")),
        problem=_problem(parsed),
        entries=tuple(_entry(entry, base) for entry in parsed.entries),
    )


def _entry(entry: Any, base: str) -> Entry:
    contents = entry.get("content", [])
    summary = entry.get("summary_detail") or {}
    html = "".join(str(part.value) for part in contents if _is_html(part))
    author = entry.get("author_detail") or {}
    return Entry(
        id=str(entry.get("id") or "").strip(),
        link=_joined(base, entry.get("link")),
        title=_line(entry, "title"),
        summary=_plain(summary),
        content="\n\n".join(filter(None, map(_plain, contents))),
        links=tuple(
            filter(None, (_joined(base, href) for href in hrefs(html or str(summary.get("value", "")))))
        ),
        author=_name(str(entry.get("author") or "")),
        author_url=web_address(author.get("href")) or "",
        published=_time(entry, "published_parsed") or _time(entry, "created_parsed"),
        updated=_time(entry, "updated_parsed"),
        tags=labels(tag.get("label") or tag.get("term") or "" for tag in entry.get("tags", [])),
        language=language_code(str((contents[0] if contents else summary).get("language") or "")),
        licence=_licence(entry),
        enclosures=tuple(_enclosures(entry)),
        video=_video(entry),
        thumbnail=_thumbnail(entry),
        transcripts=tuple(_transcripts(entry)),
        chapters=_attribute(entry, "podcast_chapters", "url"),
    )


def _joined(base: str, address: Any) -> str | None:
    """A relative address that nothing has completed yet counts from the feed's site."""
    try:
        return web_address(urljoin(base, str(address or "").strip())) if address else None
    except ValueError:
        return None


def _name(author: str) -> str:
    """Who it is without an e-mail address: `jo@example.org (Jo)` and `Jo <jo@example.org>` are Jo."""
    without = re.sub(r"(mailto:)?[^\s<>()]*@[^\s<>()]*", " ", author)
    return " ".join((re.sub(r"[<>()\"]", " ", without) if without != author else author).split())


def _is_html(part: Any) -> bool:
    return part.get("type") in ("text/html", "application/xhtml+xml")


def _plain(part: Any) -> str:
    value = str(part.get("value") or "")
    return plain_text(value) if _is_html(part) else tidy(value)


def _line(record: Any, key: str) -> str:
    part = record.get(f"{key}_detail") or {}
    value = str(part.get("value") or "")
    return one_line(value) if _is_html(part) else " ".join(value.split())


def _time(entry: Any, key: str) -> datetime | None:
    found = dict.get(entry, key)  # the entry's own `get` gives another time for a missing one, with a warning
    if not found:
        return None
    try:
        return datetime.fromtimestamp(timegm(found), UTC)
    except (ValueError, OverflowError):
        return None


def _licence(record: Any) -> str | None:
    """The address of a licence (rel=license, Creative Commons, Dublin Core) or the notice of rights."""
    for link in record.get("links", []):
        if link.get("rel") == "license" and link.get("href"):
            return str(link["href"])[:500]
    return one_line(str(record.get("license") or record.get("rights") or ""))[:500] or None


def _enclosures(entry: Any) -> list[Enclosure]:
    seconds = _seconds(str(entry.get("itunes_duration") or ""))
    carried = [(link.get("href"), link) for link in entry.get("links", []) if link.get("rel") == "enclosure"]
    carried += [(part.get("src"), part) for part in entry.get("content", [])]
    carried += [(media.get("url"), media) for media in entry.get("media_content", [])]
    found: dict[str, Enclosure] = {}
    for address, about in carried:
        url = web_address(address)
        if url and url not in found and about.get("type") != _FLASH:
            length = _seconds(str(about.get("duration") or ""))
            found[url] = Enclosure(url, str(about.get("type") or ""), seconds=length if length else seconds)
    return list(found.values())


def _seconds(text: str) -> int | None:
    try:
        return seconds_long(text)
    except ValueError:
        return None


def _video(entry: Any) -> tuple[str, str] | None:
    channel, video = entry.get("yt_channelid"), entry.get("yt_videoid")
    return (str(channel), str(video)) if channel and video else None


def _thumbnail(entry: Any) -> str | None:
    """The picture of an entry: that of Media RSS, or of iTunes."""
    media = [one.get("url") for one in entry.get("media_thumbnail") or () if isinstance(one, dict)]
    podcast = _attribute(entry, "image", "href")
    return next(filter(None, map(web_address, [*media, podcast])), None)


def _transcripts(entry: Any) -> list[Enclosure]:
    """Its transcript; the library keeps the last one of several."""
    address = _attribute(entry, "podcast_transcript", "url")
    return [Enclosure(address, _attribute(entry, "podcast_transcript", "type") or "")] if address else []


def _attribute(entry: Any, element: str, name: str) -> str | None:
    found = dict.get(entry, element)
    value = found.get(name) if isinstance(found, dict) else None
    return (web_address(value) if name != "type" else str(value)) if value else None


def _problem(parsed: Any) -> str:
    reason = parsed.get("bozo_exception")
    if not parsed.bozo or isinstance(reason, _HARMLESS):
        return ""
    return " ".join(str(reason).split())[:200] or "not well-formed"


def _what_html_says(body: bytes) -> str:
    start = body[:100_000]
    if not re.search(rb"<!doctype html|<html|<body|<head", start, re.IGNORECASE):
        return ""
    title = re.search(rb"<title[^>]*>(.{0,300}?)</title", start, re.IGNORECASE | re.DOTALL)
    words = one_line(title[1].decode("utf-8", "replace")) if title else ""
    return f" but a web page titled {words!r}" if words else " but a web page"


def _suggestion(body: bytes) -> str:
    """The feed that a web page itself points to, as a remedy."""
    for tag in re.findall(rb"<link\b[^>]{0,1000}>", body[:100_000], re.IGNORECASE):
        if re.search(rb"application/(rss|atom|feed)\+(xml|json)", tag, re.IGNORECASE):
            href = re.search(rb"href\s*=\s*[\"']?([^\"'\s>]+)", tag, re.IGNORECASE)
            if href:
                return f"The page names this feed: {href[1].decode('utf-8', 'replace')}"
    return "Check the address in a browser."

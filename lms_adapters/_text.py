"""Foreign words made fit to be handed to another system: the second wall, behind the house's own.

Every adapter writes titles through `plain`, markup through `clean` and addresses through `web_address`,
whatever it was given. The three never raise for any text.
"""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

import nh3
import requests

TITLE_LENGTH = 255
"""Characters an activity's name or a link's text may have in Moodle (a VARCHAR(255))."""

LINK_ONLY = "nomediaplugin"
"""The class by which Moodle's media filter leaves a link a link (filter/mediaplugin)."""

# What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets), the C1 controls, and the bidirectional
# embeddings and overrides: one that is not closed turns the rest of a foreign page around.
_UNWANTED = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_TAG = re.compile(r"<(/?[a-zA-Z!?][^<>]*)>")
_TAG_START = re.compile(r"<(?=[a-zA-Z/!?])")
# What `requests` leaves as it is, told without taking it apart: small letters in the host, a path without dot segments.
_PLAIN_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9][a-z0-9-]{0,61}\.)+[a-z]{2,20}/(?!\.)(?:[\w~-]|[./](?!\.))*(?:\?[\w.~=&+-]+)?",
    re.ASCII,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def plain(text: str, limit: int = TITLE_LENGTH) -> str:
    """One line of text without markup, control characters or surrogates, at most `limit` characters.

    What looks like a tag keeps its words in single angle quotes (`List<String>` becomes
    `List‹String›`): Moodle would cut it out, and a careless reader would obey it.
    """
    line = " ".join(_fit(text).split())
    line = _TAG_START.sub("‹", _TAG.sub(r"‹\1›", line))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def lines(text: str, limit: int) -> tuple[str, ...]:
    """The lines of the first `limit` characters of a text, each as `plain` makes it; empty ones left out."""
    return tuple(filter(None, (plain(line, limit) for line in text[:limit].split("\n"))))


def clean(markup: str, *, may_embed: bool = False) -> str:
    """HTML reduced to paragraphs, lists, emphasis, quotations, code and links to web addresses.

    It never frames or plays anything; unless it `may_embed`, an LMS is told to make no player of a link either.
    """
    cleaner = _CLEANER if may_embed else _LINKING_CLEANER
    return cleaner.clean(_fit(markup)).strip()


def words_of(markup: str, limit: int) -> str:
    """The text of some HTML as one plain line."""
    apart = _fit(markup).replace("<", " <")
    return plain(html.unescape(nh3.clean(apart, tags=set())), limit)


def _fit(text: str) -> str:
    """The text without what no page may hold; all of that is unprintable, so most texts are not searched for it."""
    return text if text.isprintable() else _UNWANTED.sub("", text)


def web_address(address: str | None) -> str | None:
    """The http or https address in ASCII, None for anything else or one that holds a user name."""
    address = (address or "").strip()
    if _PLAIN_ADDRESS.fullmatch(address):
        return address
    request = requests.PreparedRequest()
    try:
        request.prepare_url(address, None)
        parts = urlsplit(request.url or "")
    except ValueError:  # requests' own errors for addresses are ValueErrors too
        return None
    known = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return request.url if known and re.fullmatch("[!-~]+", request.url or "") else None


def language_tag(language: str | None, default: str) -> str:
    """The language if it is written as a tag (`de`, `pt-BR`), else the default."""
    return language if language and _LANGUAGE.fullmatch(language) else default


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value, None to drop it. A `rel` seen here is the cleaner's own."""
    if attribute == "rel" or (attribute, value) == ("class", LINK_ONLY):
        return value
    return web_address(value) if (tag, attribute) == ("a", "href") else None


_BLOCKS = {"p", "br", "ul", "ol", "li", "blockquote", "pre", "h2", "h3", "h4"}
_RULES: dict[str, Any] = {
    "tags": _BLOCKS | {"a", "b", "code", "em", "i", "strong"},
    "clean_content_tags": {
        "script",
        "style",
        "iframe",
        "object",
        "template",
        "noscript",
        "title",
        "textarea",
    },
    "attributes": {"a": {"href"}},
    "attribute_filter": _keep,
    "url_schemes": {"http", "https"},
    "link_rel": "noopener noreferrer",
}
_CLEANER = nh3.Cleaner(**_RULES)
_LINKING_CLEANER = nh3.Cleaner(**_RULES, set_tag_attribute_values={"a": {"class": LINK_ONLY}})

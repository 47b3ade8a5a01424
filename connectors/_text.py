"""Plain text out of what platforms send: HTML, entities, overlong words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

_BLOCK_NAMES = (
    "address article aside blockquote body caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr main nav ol p pre section table tr ul"
)
_SILENT_NAMES = "script style template noscript iframe object svg math head title select textarea"
_BLOCKS, _SILENT = frozenset(_BLOCK_NAMES.split()), frozenset(_SILENT_NAMES.split())


def plain_text(html: str) -> str:
    """The words of a piece of HTML: paragraphs apart by an empty line, list items by a dash."""
    if not re.search(r"<[a-zA-Z/!?]", html):
        return tidy(unescape(html))
    return tidy("".join(_pieces(html)))


def one_line(html: str) -> str:
    """The words of a piece of HTML in one line."""
    return " ".join(plain_text(html).split())


def tidy(text: str) -> str:
    """No blanks at the ends of lines, at most one empty line between two."""
    text = re.sub(r"[ \t\f\v\u00a0]*\n[ \t\f\v]*", "\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where one ends nearby, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at = head.rfind(" ", max(0, limit - 60))
    return (head[:at] if at > 0 else head).rstrip() + "…"


def hrefs(html: str) -> Iterator[str]:
    """The addresses that a piece of HTML links to, in its order."""
    for element in _tree(html).iter("a"):
        href = element.get("href")
        if href:
            yield href.strip()


def _tree(html: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(b"<div>" + html.encode("utf-8", "replace").replace(b"\0", b"?"), parser)


def _pieces(html: str) -> Iterator[str]:
    walk = etree.iterwalk(_tree(html), events=("start", "end"))
    verbatim = 0
    for event, element in walk:
        tag = element.tag
        if event == "start":
            verbatim += tag == "pre"
            yield _before(tag)
            if tag in _SILENT:
                walk.skip_subtree()
            elif element.text:
                yield element.text if verbatim else re.sub(r"\s+", " ", element.text)
        else:
            verbatim -= tag == "pre"
            yield "\n\n" if tag in _BLOCKS else ""
            if element.tail:
                yield element.tail if verbatim else re.sub(r"\s+", " ", element.tail)


def _before(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    return {"br": "\n", "li": "\n- ", "td": " ", "th": " "}.get(tag, "")

"""The test feeds of feedparser and gofeed: what they expect of each is what we read of it, as far as we keep it.

A feed of feedparser states its expectation as a Python condition in its first comment; it is taken apart here, never
run. What our model has no place for is named in NOT_KEPT; where we differ, EXCEPTIONS says why.
"""

from __future__ import annotations

import ast
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any, NamedTuple

from connectors.feeds.json_feed import read_json_feed
from connectors.feeds.model import Entry, Feed
from connectors.feeds.xml_feed import read_xml_feed
from gleanery.errors import BadInput
from tests.conftest import shared_data

FEEDPARSER, GOFEED = "recordings/feeds-feedparser/feedparser-tests.zip", "recordings/feeds-gofeed"


class _Words(HTMLParser):
    """The text of a piece of HTML, by the standard library."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.words.append(" ")
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.words.append(" ")
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def letters(value: str) -> str:
    """The letters of a text or of a piece of HTML, without blanks: how we lay a text out is our own."""
    reader = _Words()
    reader.feed(value)
    reader.close()
    return "".join("".join(reader.words).split())


def bare(value: str) -> str:
    return "".join(value.split())


class Claim(NamedTuple):
    """One equation of an expectation: the feed, what is claimed to be equal (`entry.title`) and the value."""

    feed: str
    what: str
    number: int
    value: Any


_EQUATION = re.compile(
    r"(?:feed|entries\[(\d+)\])(?:\['(\w+)'\]|\.(\w+))((?:\[\d+\])?(?:\['\w+'\])?)\s*==\s*(.+)$", re.S
)


@cache
def feedparsers() -> dict[str, bytes]:
    """The feeds by name."""
    with zipfile.ZipFile(shared_data(FEEDPARSER)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}


def header(body: bytes, name: str) -> str:
    """A line of the feed's own comment, whatever it is encoded in."""
    found = re.search(rf"{name}:\s*(.*)", body.replace(b"\0", b"").decode("latin-1"))
    return found[1].strip() if found else ""


def claims() -> Iterator[Claim]:
    """Every equation that a feed claims, and every part of an expectation that is none (`?`)."""
    for name, body in feedparsers().items():
        expected = header(body, "Expect")
        for part in re.split(
            r"\s+and\s+(?=\(?(?:not |feed|entries|encoding|version|len|bozo|isinstance|headers))", expected
        ):
            part = part.strip()[1:-1] if part.startswith("(") else part.strip()
            found = _EQUATION.match(part.replace("' + '", ""))
            try:
                value = ast.literal_eval(found[5].strip()) if found else None
            except (ValueError, SyntaxError):
                found = None
            if found is None:
                encoding = re.fullmatch(r"encoding == '(.+)'", part)
                what = "encoding" if encoding else "well-formed" if part == "not bozo" else part
                yield Claim(name, what, 0, encoding[1] if encoding else None)
                continue
            of = "entry" if found[1] else "feed"
            yield Claim(
                name,
                f"{of}.{found[2] or found[3]}{re.sub('[0-9]+', '0', found[4])}",
                int(found[1] or 0),
                value,
            )


def read(name: str) -> Feed:
    """The feed as read from the address at which feedparser's own tests serve it, with the headers it asks for."""
    body = feedparsers()[name]
    key, _, value = header(body, "Header").partition(":")
    sent = {key.strip().lower(): value.strip()}
    address = sent.get("content-location", f"http://127.0.0.1:8097/{name}")
    return read_xml_feed(body, sent.get("content-type", ""), address)


def _moment(parts: tuple[int, ...]) -> datetime:
    return datetime(*parts[:6], tzinfo=UTC)


def _name(value: str) -> str:
    """Without the address of a mailbox, which we do not keep."""
    return " ".join(re.sub(r"[^\s<>()]*@[^\s<>()]*|[<>()]", " ", value).split())


Same = Callable[[Entry, Feed, Any], bool]


def _says(ours: str, value: str) -> bool:
    """Whether our plain text is the expected one, which is HTML as a rule and plain where the feed says so."""
    return bare(ours) in (letters(value), bare(value))


KEPT: dict[str, Same] = {
    "entry.title": lambda entry, _, value: _says(entry.title, value),
    "entry.title_detail['value']": lambda entry, _, value: _says(entry.title, value),
    "entry.summary": lambda entry, _, value: _says(entry.summary or entry.content, value),
    "entry.summary_detail['value']": lambda entry, _, value: _says(entry.summary, value),
    "entry.description": lambda entry, _, value: _says(entry.summary, value) or _says(entry.content, value),
    "entry.content[0]['value']": lambda entry, _, value: (
        _says(entry.content.partition("\n\n")[0], value) or _says(entry.content, value)
    ),
    "entry.content[0]['language']": lambda entry, _, value: entry.language == value,
    "entry.summary_detail['language']": lambda entry, _, value: entry.language == value,
    "entry.id": lambda entry, _, value: entry.id == value,
    "entry.guid": lambda entry, _, value: entry.id == value,
    "entry.link": lambda entry, _, value: entry.link == value,
    "entry.links[0]['href']": lambda entry, _, value: (
        value in {entry.link, *(one.url for one in entry.enclosures)}
    ),
    "entry.author": lambda entry, _, value: entry.author == _name(value),
    "entry.author_detail['name']": lambda entry, _, value: entry.author == value,
    "entry.author_detail['url']": lambda entry, _, value: entry.author_url == value,
    "entry.published_parsed": lambda entry, _, value: entry.published == _moment(value),
    "entry.created_parsed": lambda entry, _, value: entry.published == _moment(value),
    "entry.updated_parsed": lambda entry, _, value: entry.updated == _moment(value),
    "entry.category": lambda entry, _, value: value in entry.tags,
    "entry.tags[0]['term']": lambda entry, _, value: value in entry.tags,
    "entry.tags[0]['label']": lambda entry, _, value: value in entry.tags,
    "entry.rights": lambda entry, _, value: _says(entry.licence or "", value),
    "entry.copyright": lambda entry, _, value: _says(entry.licence or "", value),
    "entry.license": lambda entry, _, value: entry.licence == value,
    "entry.enclosures[0]['url']": lambda entry, _, value: entry.enclosures[0].url == value,
    "entry.enclosures[0]['type']": lambda entry, _, value: entry.enclosures[0].type == value,
    "feed.title": lambda _, feed, value: _says(feed.title, value),
    "feed.title_detail['value']": lambda _, feed, value: _says(feed.title, value),
    "feed.link": lambda _, feed, value: feed.link == value,
    "feed.links[0]['href']": lambda _, feed, value: feed.link == value,
    "feed.id": lambda _, feed, value: feed.id == value,
    "feed.language": lambda _, feed, value: feed.language == value,
    "feed.rights": lambda _, feed, value: _says(feed.licence or "", value),
    "feed.copyright": lambda _, feed, value: _says(feed.licence or "", value),
    "feed.copyright_detail['value']": lambda _, feed, value: _says(feed.licence or "", value),
    "encoding": lambda _, feed, value: feed.encoding.lower() == value.lower(),
    "well-formed": lambda _, feed, value: not feed.problem,
}
"""What our model has a place for, and when it says the same."""

NOT_KEPT = {
    "people besides the author, and their mailboxes": r"author_detail\['email'\]|authors\[|contributors|publisher",
    "who the feed itself is by: each entry names its own author": r"feed.author",
    "where an entry was taken from": r"source",
    "how the feed describes itself": r"feed.(description|subtitle|tagline|info|image|docs|generator|cloud|textinput"
    r"|category|tags|created|updated|validity|newlocation)",
    "types and bases of texts: ours are plain": r"(base|type|hreflang|rel|length|scheme)'\]|psc_|\.(scheme|chapters)",
    "languages of anything but the entry's words": r"(title_detail|copyright_detail|feed.links.*)\['(language|title)'",
    "dates as text: we keep the moments they mean": r"entry.(updated|created|expired)$|expired_parsed",
    "pages about an entry that are not what it is": r"comments|wfw_comment|media_(player|thumbnail)|image",
    "marks of shops and players": r"itunes_(block|explicit|duration)|entry.subtitle|where",
    "links beyond the first and the files": r"links\[0\]$|links\[0\]\['title'\]|len\(|\[1\]|enclosures\[0\]$",
    "what is no field but how the library behaves": r"^1$|bozo|version ==|guidislink|has_key|locals|^not |modified"
    r"|headers|ord\(|!= None|madeup|abcdefg|tags\[[01]\].term|feed.links\[0\]",
}
"""What we have no place for, by the reason."""

SILENT = "the words of scripts, drawings, formulas and embedded objects are dropped with them"
CDF = "a format of 1997 without a version of its own: it is refused as no feed"
GUESSED = "guessed by the library chardet, which is not used here"
DOCTYPE = "what looks like a declaration is none of the words"
EXCEPTIONS = {
    "encoding/no_content_type_default.xml encoding": "feedparser names its default where nothing was declared",
    "illformed/chardet/euckr.xml encoding": GUESSED,
    "illformed/chardet/shiftjis.xml encoding": GUESSED,
    "illformed/chardet/windows1255.xml encoding": GUESSED,
    "wellformed/atom10/entry_id_with_attributes.xml entry.id": "a relative id is completed by the feed's address",
    "wellformed/atom10/entry_link_rel_license.xml entry.links[0]['href']": "kept as the licence, not as a link",
    "wellformed/base/feed_link_xml_base_iri.xml feed.links[0]['href']": "a feed's link to itself is not its site",
    "wellformed/cdf/channel_abstract_map_description.xml well-formed": CDF,
    "wellformed/cdf/channel_href_map_link.xml feed.link": CDF,
    "wellformed/cdf/channel_href_map_link.xml well-formed": CDF,
    "wellformed/cdf/channel_href_map_links.xml feed.links[0]['href']": CDF,
    "wellformed/cdf/channel_href_map_links.xml well-formed": CDF,
    "wellformed/cdf/channel_lastmod.xml well-formed": CDF,
    "wellformed/cdf/channel_title.xml feed.title": CDF,
    "wellformed/cdf/channel_title.xml well-formed": CDF,
    "wellformed/http/headers_content_location-unsafe.xml feed.link": "it counts from where the feed was found, which"
    " is here the address that feedparser refuses to count from",
    "wellformed/namespace/atommathml.xml entry.description": SILENT,
    "wellformed/namespace/atomsvgdesc.xml entry.description": SILENT,
    "wellformed/namespace/rss2.0svgtitle.xml entry.description": SILENT,
    "wellformed/rss/item_description_not_a_doctype2.xml entry.description": DOCTYPE,
    "wellformed/sanitize/entry_content_crazy.xml entry.content[0]['value']": SILENT,
    "wellformed/sanitize/entry_content_object.xml entry.content[0]['value']": SILENT,
    "wellformed/sanitize/entry_summary_crazy.xml entry.summary": SILENT,
    "wellformed/sanitize/entry_summary_object.xml entry.summary": SILENT,
    "wellformed/sanitize/feed_copyright_crazy.xml feed.copyright": SILENT,
    "wellformed/sanitize/feed_title_object.xml feed.title": SILENT,
    "wellformed/sanitize/item_content_encoded_crazy.xml entry.description": SILENT,
    "wellformed/sanitize/item_description_object.xml entry.description": SILENT,
    "wellformed/sanitize/item_fullitem_crazy.xml entry.description": SILENT,
    "wellformed/sanitize/item_fullitem_object.xml entry.description": SILENT,
    "wellformed/sanitize/xml_declaration_unexpected_character.xml feed.title": DOCTYPE,
}
"""Where we differ, by feed and claim, and why."""


def differing() -> tuple[int, set[str]]:
    """How many claims were compared, and those of which our model says something else."""
    compared, different = 0, set()
    for claim in claims():
        if claim.what not in KEPT:
            continue
        compared += 1
        try:
            feed = read(claim.feed)
            entry = feed.entries[claim.number] if feed.entries else Entry("", None, "")
            agrees = KEPT[claim.what](entry, feed, claim.value)
        except BadInput:
            agrees = False
        if not agrees:
            different.add(f"{claim.feed.partition('/')[2]} {claim.what}")
    return compared, different


def test_feedparsers_feeds_say_what_it_expects_of_them() -> None:
    compared, different = differing()
    assert compared > 1_450
    assert different == set(EXCEPTIONS)


def test_what_feedparser_expects_and_we_do_not_keep_is_left_out_for_a_reason() -> None:
    others = {claim.what for claim in claims()} - set(KEPT)
    reasons = {
        what: [why for why, pattern in NOT_KEPT.items() if re.search(pattern, what)] for what in others
    }
    assert [what for what, why in reasons.items() if not why] == []
    used = {why for some in reasons.values() for why in some}
    assert used == set(NOT_KEPT)


# ------------------------------------------------------------------ gofeed

GOFEED_LEFT = {
    "people besides the author": "contributors",
    "who the feed itself is by": "authors",
    "where an entry was taken from": "source",
    "dates as text: we keep the moments they mean": "updated",
    "how the feed describes itself, and relics of RSS 0.9": "version image textInput skipDays",
}
"""What gofeed expects and we have no place for, by the reason."""


def gofeed(entry: Entry, name: str, value: Any) -> bool:
    """Whether an entry says what gofeed expects of it."""
    if name == "content" and value.get("type") == "application/octet-stream":
        return bare(entry.content) == bare(value["value"])
    if name == "content":
        src = not value.get("src") or entry.enclosures[0].url == value["src"]
        return src and _says(entry.content, value.get("value", ""))
    same: dict[str, Callable[[], bool]] = {
        "id": lambda: entry.id == value,
        "guid": lambda: entry.id == value["value"],
        "authors": lambda: entry.author == value[0]["name"],
        "summary": lambda: _says(entry.summary, value),
        "updatedParsed": lambda: entry.updated == datetime.fromisoformat(value),
    }
    return same[name]()


def test_gofeeds_feeds_say_what_it_expects_of_them() -> None:
    left = set(" ".join(GOFEED_LEFT.values()).split())
    compared, seen = 0, set()
    for path in sorted(shared_data(GOFEED).glob("[ar]*/*.json")):
        expected = json.loads(path.read_text())
        feed = read_xml_feed(path.with_suffix(".xml").read_bytes())
        about = {"id": feed.id, "title": feed.title}
        entries = expected.pop("entries", None) or expected.pop("items", None) or []
        seen |= set(expected) & left
        assert {name: about[name] for name in expected if name not in {*left, "items"}} == {
            name: value for name, value in expected.items() if name not in {*left, "items"}
        }, path.name
        assert len(feed.entries) == len(entries), path.name
        for entry, record in zip(feed.entries, entries, strict=True):
            names = set(record) - (left - {"authors"})
            seen |= set(record) & left
            compared += len(names)
            assert not [name for name in names if not gofeed(entry, name, record[name])], path.name
    assert compared > 15
    assert seen == left


def test_gofeeds_formats_are_all_recognised() -> None:
    for path in sorted(shared_data(f"{GOFEED}/universal").iterdir()):
        body = path.read_bytes()
        feed = read_json_feed(body) if path.suffix == ".json" else read_xml_feed(body)
        assert feed.title, path.name

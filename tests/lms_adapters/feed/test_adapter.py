"""Feeds as a reader of another make sees them, their files, their private addresses."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from lxml import etree

from gleanery.errors import ConfigError, Conflict, Unreachable
from gleanery.http import GuardedHttp
from gleanery.ports import Binds, Context, LearningCollection, LearningItem
from gleanery.testing import Clock, check_adapter, check_settings_refused, make_context
from lms_adapters.feed import Feed, Settings
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import EXCEL, HOSTILE, LADDER, hostile_items, item, item_id, payloads
from tests.lms_adapters.markup import elements

TAGS = {
    "p",
    "br",
    "a",
    "b",
    "i",
    "em",
    "strong",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "h4",
}
FORMS = ("rss", "atom", "json")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    return make_context(tmp_path / "destination-feeds", GuardedHttp(), clock)


def feed(context: Context, **settings: Any) -> Feed:
    return Feed(Settings(**settings), context)


def current(adapter: Feed) -> Path:
    return adapter.folder / "current"


def parsed(adapter: Feed, name: str = "all.rss") -> Any:
    found = feedparser.parse((current(adapter) / name).read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    return found


def ask(adapter: Feed, address: str, **headers: str) -> tuple[int, Mapping[str, Any], bytes]:
    (endpoint,) = adapter.endpoints()
    parts = urlsplit(address)
    assert parts.path.endswith(f"/{endpoint.name}")
    return endpoint.answer(
        "GET", parts.query, {name.replace("_", "-"): value for name, value in headers.items()}, b""
    )


def addresses(adapter: Feed) -> list[str]:
    """The lines of the list that are addresses: of the OPML first."""
    return [
        line
        for line in (current(adapter) / "addresses.txt").read_text().split("\n")
        if line.startswith("http")
    ]


def test_it_keeps_the_contract_of_adapters(context: Context) -> None:
    check_adapter(lambda: feed(context), item())
    check_settings_refused(Feed, {"titel": "x"})
    assert isinstance(feed(context), Binds)
    assert all(check.ok for check in feed(context).preflight())


@pytest.mark.parametrize("name", ["all.rss", "all.atom"])
def test_a_reader_of_another_make_finds_what_the_items_say(context: Context, name: str) -> None:
    adapter = feed(context, title="R&D <Picks>")
    adapter.publish(
        [item(1, title="Leitern & <b>Tritte</b>", competencies=(LADDER, EXCEL)), item(2, url=None)]
    )
    found = parsed(adapter, name)
    assert found.version == {"all.rss": "rss20", "all.atom": "atom10"}[name]
    assert found.feed.title == "R&D ‹Picks›"
    by_id = {entry.id: entry for entry in found.entries}
    assert set(by_id) == {item_id(1).urn, item_id(2).urn}
    one, other = by_id[item_id(1).urn], by_id[item_id(2).urn]
    assert one.title == "Leitern & ‹b›Tritte‹/b›"
    assert one.link == "https://example.org/watch?v=1&t=5"
    assert other.get("link", other.id) == other.id
    assert [tag.term for tag in one.tags] == ["Ladder safety", "Spreadsheets"]
    text = one.content[0].value if "content" in one else one.summary
    assert "<p>Text of item 1.</p>" in text
    assert "Source: Example Channel<br />Licence: CC-BY-4.0" in text
    assert (one.author, one.rights) == ("Example Channel", "CC-BY-4.0")


def test_a_json_feed_holds_the_same(context: Context) -> None:
    adapter = feed(context, language="de-DE")
    adapter.publish([item(1), item(2, url=None, attribution="", licence=None)])
    told = json.loads((current(adapter) / "all.json").read_bytes())
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["home_page_url"] == "https://gleanery.example.org/"
    assert "Kuratoren" in told["description"]
    one = next(entry for entry in told["items"] if entry["id"] == item_id(1).urn)
    assert one == {
        "id": item_id(1).urn,
        "url": "https://example.org/watch?v=1&t=5",
        "title": "Item 1",
        "content_html": "<p>Text of item 1.</p>\n<p>Quelle: Example Channel<br>Lizenz: CC-BY-4.0</p>",
        "language": "en",
        "date_published": "2026-01-02T00:00:00Z",
        "date_modified": "2026-01-15T12:00:00Z",
        "authors": [{"name": "Example Channel"}],
        "tags": ["Ladder safety"],
        "_rights": {"about": "http://purl.org/dc/elements/1.1/rights", "licence": "CC-BY-4.0"},
    }


def test_each_collection_has_a_feed_of_its_own_a_path_in_its_order(context: Context) -> None:
    adapter = feed(context)
    other = collection(step(4), title="Second", id=item_id(50), ordered=False)
    adapter.bind([item(9)], [collection(step(3), step(1)), other])
    assert [entry.title for entry in parsed(adapter, f"{collection().id}.rss").entries] == [
        "Item 3",
        "Item 1",
    ]
    assert parsed(adapter, f"{item_id(50)}.atom").feed.subtitle == "Take one a day."
    assert len(parsed(adapter).entries) == 4
    outline = etree.fromstring((current(adapter) / "feeds.opml").read_bytes()).findall("body/outline")
    assert [one.get("text") for one in outline] == ["Learning items", "First week", "Second"]
    assert all(ask(adapter, str(one.get("xmlUrl")))[0] == 200 for one in outline)


def test_the_newest_come_first_and_pages_lead_to_one_another(context: Context, clock: Clock) -> None:
    items: list[LearningItem] = []
    for number in range(5):
        items.append(item(number))
        feed(context, newest=2).publish(items)
        clock.move(timedelta(days=1))
    adapter = feed(context, newest=2)
    for form in FORMS:
        titles: list[str] = []
        address: str | None = next(one for one in addresses(adapter) if f"c=all&f={form}" in one)
        while address:
            status, _, body = ask(adapter, address)
            assert status == 200
            if form == "json":
                told = json.loads(body)
                titles += [entry["title"] for entry in told["items"]]
                address = told.get("next_url")
            else:
                found = feedparser.parse(body)
                titles += [entry.title for entry in found.entries]
                links = {link.rel: link.href for link in found.feed.links}
                assert {"self", "first", "last"} <= set(links)
                address = links.get("next")
        assert titles == ["Item 4", "Item 3", "Item 2", "Item 1", "Item 0"]


def test_the_same_items_write_nothing_and_a_retracted_one_vanishes_everywhere(
    context: Context, clock: Clock
) -> None:
    first = feed(context).bind([item(1), item(2)], [collection(step(1))])
    touched = current(feed(context)).resolve()
    clock.move(timedelta(days=3))
    assert feed(context).bind([item(2), item(1)], [collection(step(1))]).remote_id == first.remote_id
    assert current(feed(context)).resolve() == touched
    feed(context).bind([item(2)], [])
    left = [path for path in feed(context).folder.rglob("*") if path.is_file()]
    assert {path.parent for path in left if not path.parent.is_symlink()} == {
        current(feed(context)).resolve()
    }
    assert not [path for path in left if str(item_id(1)) in path.read_text()]


def test_ids_and_days_stay_when_a_title_changes_only_the_day_of_that_one_moves(
    context: Context, clock: Clock
) -> None:
    feed(context).publish([item(1), item(2)])
    before = {entry.id: entry.updated for entry in parsed(feed(context), "all.atom").entries}
    clock.move(timedelta(days=1))
    feed(context).publish([item(1), item(2, title="New", revision=2)])
    after = {entry.id: entry.updated for entry in parsed(feed(context), "all.atom").entries}
    assert set(before) == set(after)
    assert {key for key in after if before[key] != after[key]} == {item_id(2).urn}


def test_a_readers_second_question_is_answered_with_304(context: Context) -> None:
    adapter = feed(context)
    adapter.publish([item(1)])
    for path in current(adapter).iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    address = addresses(adapter)[1]
    status, headers, body = ask(adapter, address)
    assert (status, bool(body)) == (200, True)
    assert headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    for question in (
        {"if_none_match": headers["ETag"]},
        {"if_none_match": f'"x", W/{headers["ETag"]}'},
        {"if_none_match": "*"},
        {"if_modified_since": headers["Last-Modified"]},
        {"if_none_match": headers["ETag"], "if_modified_since": "Tue, 14 Nov 2000 22:13:20 GMT"},
    ):
        assert ask(adapter, address, **question)[::2] == (304, b"")
    for question in (
        {"if_none_match": '"x"', "if_modified_since": headers["Last-Modified"]},
        {"if_modified_since": "Tue, 14 Nov 2000 22:13:20 GMT"},
        {"if_modified_since": "yesterday"},
    ):
        assert ask(adapter, address, **question)[0] == 200
    adapter.publish([item(2)])
    assert ask(adapter, address, if_none_match=headers["ETag"])[0] == 200


def test_each_form_says_its_type_and_nothing_of_it_is_run_or_kept_by_others(context: Context) -> None:
    adapter = feed(context)
    adapter.publish([item(1)])
    types = [ask(adapter, address)[1]["Content-Type"] for address in addresses(adapter)]
    assert types == [
        "text/x-opml; charset=utf-8",
        "application/rss+xml; charset=utf-8",
        "application/atom+xml; charset=utf-8",
        "application/feed+json",
    ]
    headers = ask(adapter, addresses(adapter)[0])[1]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"].startswith("private")


def test_without_its_own_key_a_feed_is_as_if_it_were_not_there(context: Context) -> None:
    adapter = feed(context)
    adapter.bind([item(1)], [collection(step(1))])
    opml, one, *_ = addresses(adapter)
    key = parse_qs(urlsplit(one).query)["key"][0]
    path = next(address for address in addresses(adapter) if str(collection().id) in address)
    wrong = [
        one.replace(key, key[:-1] + ("A" if key[-1] != "A" else "B")),
        one.replace(key, ""),
        one.replace("key=", "k="),
        path.replace(parse_qs(urlsplit(path).query)["key"][0], key),
        one.replace("c=all", f"c={item_id(7)}"),
        one.replace("c=all", "c=opml").replace("f=rss", "f=opml"),
        one.replace("f=rss", "f=opml"),
        one.replace("f=rss", "f=txt"),
        one.replace("c=all", "c=addresses"),
        one.replace("c=all", "c=..%2F..%2Fetc"),
        one + "&page=2",
        one + "&page=0",
        one + "&page=-1",
        one + "&page=../all",
        opml.replace("f=opml", "f=rss"),
        one.split("?")[0],
    ]
    assert {ask(adapter, address)[::2] for address in wrong} == {(404, b"There is no such feed.\n")}
    assert ask(adapter, one)[0] == 200


def test_a_question_before_there_are_feeds_is_answered_and_makes_no_key(context: Context) -> None:
    assert ask(feed(context), "https://gleanery.example.org/feed?c=all&f=rss&key=x")[0] == 404
    assert context.secrets.get("feed-key") is None


def test_another_number_of_keys_closes_every_former_address(context: Context) -> None:
    feed(context).publish([item(1)])
    former = addresses(feed(context))
    feed(context, keys=2).publish([item(1)])
    assert {ask(feed(context, keys=2), address)[0] for address in former} == {404}
    assert {ask(feed(context, keys=2), address)[0] for address in addresses(feed(context))} == {200}


def test_the_secret_is_made_once_and_two_who_come_at_once_never_make_two(context: Context) -> None:
    assert context.store.lease("making-the-key", 60)
    with pytest.raises(Unreachable):
        feed(context).publish([item(1)])
    other = make_context(Path(context.folder), GuardedHttp(), context.now)
    feed(other).publish([item(1)])
    key = other.secrets.get("feed-key")
    assert key is not None
    assert len(key) == 32
    assert key.hex() not in (current(feed(other)) / "addresses.txt").read_text()


def test_as_files_only_there_are_no_addresses(context: Context) -> None:
    adapter = feed(context, addresses=False)
    receipt = adapter.bind([item(1)], [collection(step(1))])
    assert adapter.endpoints() == []
    assert not (current(adapter) / "addresses.txt").exists()
    outline = etree.fromstring((current(adapter) / "feeds.opml").read_bytes()).findall("body/outline")
    assert [one.get("xmlUrl") for one in outline] == ["all.rss", f"{collection().id}.rss"]
    assert "feeds.opml" in receipt.note
    assert "https://gleanery.example.org" not in (current(adapter) / "all.atom").read_text()


def test_preflight_says_what_lacks(context: Context, tmp_path: Path) -> None:
    nowhere = Feed(Settings(), replace(context, address=""))
    (failed,) = [check for check in nowhere.preflight() if not check.ok]
    assert "serve.address" in failed.remedy
    (tmp_path / "file").write_text("")
    locked = Feed(Settings(addresses=False), replace(context, folder=str(tmp_path / "file" / "x")))
    (failed,) = [check for check in locked.preflight() if not check.ok]
    assert failed.remedy
    with pytest.raises(ConfigError):
        locked.publish([item(1)])


def test_a_run_that_was_cut_off_leaves_the_former_feeds_and_is_finished_by_the_next(context: Context) -> None:
    adapter = feed(context)
    first = adapter.publish([item(1)])
    second = feed(context).publish([item(1), item(2)])
    name = current(adapter).resolve().name
    feed(context).publish([item(1)])
    half = adapter.folder / name
    half.mkdir()
    (half / "all.rss").write_text("half")
    assert "Item 1" in parsed(adapter).entries[0].title
    assert feed(context).publish([item(1), item(2)]).remote_id == second.remote_id != first.remote_id
    assert len(parsed(adapter).entries) == 2


def test_an_empty_collection_is_a_feed_without_entries_and_nothing_to_show_is_named(context: Context) -> None:
    adapter = feed(context)
    receipt = adapter.bind([item(1, url=None, html="")], [collection()])
    assert str(item_id(1)) in receipt.note
    assert "0 items in 2 feeds" in receipt.note
    for name in ("all", str(collection().id)):
        assert parsed(adapter, f"{name}.rss").entries == parsed(adapter, f"{name}.atom").entries == []
        assert json.loads((current(adapter) / f"{name}.json").read_bytes())["items"] == []
    assert not receipt.recallable
    assert "cannot be recalled" in adapter.retract(item_id(1), receipt.remote_id).note


def test_one_id_with_two_contents_is_an_alarm_and_writes_nothing(context: Context) -> None:
    adapter = feed(context)
    with pytest.raises(Conflict):
        adapter.publish([item(1), item(1, title="Other")])
    assert not current(adapter).exists()


def test_a_long_text_is_cut_to_its_words_and_left_out_where_the_settings_say_so(context: Context) -> None:
    long = item(1, html="<p>" + "<b>word</b> " * 20_000 + "</p>")
    feed(context).publish([long])
    assert (current(feed(context)) / "all.rss").stat().st_size < 10_000
    feed(context, include_text=False).publish([item(1)])
    assert "Text of item" not in (current(feed(context)) / "all.json").read_text()


# --------------------------------------------------------------------------- hostile texts


def are_harmless(context: Context, items: Sequence[LearningItem]) -> None:
    """Every form parses, and nothing in it is markup where words belong, nor leads elsewhere than to the web."""
    adapter = feed(context, newest=1_000)
    adapter.bind(items, [_hostile_path(items)])
    for path in sorted(current(adapter).iterdir()):
        if path.suffix == ".json":
            _json_is_harmless(path.read_bytes())
        elif path.suffix in (".rss", ".atom", ".opml"):
            _xml_is_harmless(path.read_bytes())
    shown = feedparser.parse((current(adapter) / "all.atom").read_bytes())
    assert not shown.bozo
    assert len(shown.entries) == len({entry.id for entry in shown.entries})


def _hostile_path(items: Sequence[LearningItem]) -> LearningCollection:
    text = items[0].title
    return collection(*(step(1, item=one, note=text) for one in items[:10]), title=text, summary=text)


def _xml_is_harmless(body: bytes) -> None:
    strict = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, strict)
    assert b"<!" not in body.replace(b"<?xml", b"")
    for element in root.iter():
        name = etree.QName(element).localname
        for key in ("href", "xmlUrl"):
            assert (element.get(key) or "https://x").startswith(("http://", "https://"))
        if name == "title":
            assert not elements(element.text or "-")
        if name == "link" and element.text:
            assert element.text.startswith(("http://", "https://"))
        if name in ("description", "content") and element.getparent() is not None:
            _markup_is_harmless(element.text or "")


def _json_is_harmless(body: bytes) -> None:
    for entry in json.loads(body.decode("utf-8"))["items"]:
        assert entry.get("url", "https://x").startswith(("http://", "https://"))
        assert not elements(entry["title"])
        _markup_is_harmless(entry["content_html"])


def _markup_is_harmless(markup: str) -> None:
    for tag, attributes in elements(markup):
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel", "class"}
        assert (attributes.get("href") or "https://x").startswith(("http://", "https://"))


def test_no_hostile_text_gets_through_a_feed(context: Context) -> None:
    are_harmless(context, hostile_items(HOSTILE, 60))


def test_no_payload_of_the_shared_list_gets_through_a_feed(context: Context) -> None:
    are_harmless(context, hostile_items(payloads()[::23], 150))


@pytest.mark.proof
def test_no_payload_of_the_whole_list_gets_through_a_feed(context: Context) -> None:
    are_harmless(context, hostile_items(payloads(), 6_613))


def test_a_day_is_told_in_utc_to_the_second(context: Context) -> None:
    feed(context).publish([item(1, published_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))])
    (entry,) = parsed(feed(context), "all.atom").entries
    assert (entry.published, entry.updated) == ("2026-01-02T03:04:05Z", "2026-01-15T12:00:00Z")

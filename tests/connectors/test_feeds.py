"""The feeds connector: formats, ids, conditional requests, moves and goodbyes, against real servers."""

from __future__ import annotations

import ast
import gzip
import html
import json
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.feeds import Feeds
from connectors.feeds.json_feed import read_json_feed
from connectors.feeds.model import Entry
from connectors.feeds.settings import FeedsSettings
from connectors.feeds.xml_feed import read_xml_feed
from gleanery.errors import (
    BadInput,
    ConfigError,
    Denied,
    GleaneryError,
    Gone,
    QuotaExhausted,
    Unreachable,
)
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.ports import Page
from gleanery.testing import NOON, Clock, check_connector, make_context, read_all
from tests.conftest import shared_data
from tests.servers import Received, Reply, WebServer

FIXTURES = Path(__file__).parent.parent / "fixtures" / "feeds"
CASES = sorted(path.name for path in FIXTURES.iterdir() if path.suffix in (".xml", ".json", ".html"))
INPUTS = [name for name in CASES if not name.endswith(".expected.json") and not name.endswith(".html")]
State = Mapping[str, Any]
Make = Callable[..., Feeds]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A connector over the given settings, allowed to reach servers on loopback."""

    def made(clock: Clock | None = None, **settings: Any) -> Feeds:
        http = GuardedHttp(entered=["127.0.0.1"])
        return Feeds(FeedsSettings(**settings), make_context(tmp_path / "own", http, clock))

    return made


def rss(*items: str, link: str = "https://site.example/") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>T</title><link>{link}</link>{body}</channel></rss>'


def item(number: int, title: str = "", date: str = "") -> str:
    when = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<guid>https://site.example/{number}</guid><title>{title or f'Title {number}'}</title>{when}"


def posts_of(pages: list[Page]) -> list[PostDraft]:
    return [post for page in pages for post in page.posts]


def read(connector: Feeds, state: State | None = None) -> tuple[list[Page], State]:
    """All pages of the connector's one feed, and the state after."""
    (partition,) = connector.partitions()
    pages, states = read_all(connector, {partition: state or {}})
    return pages, states[partition]


@pytest.mark.parametrize("name", INPUTS)
def test_a_recorded_feed_gives_the_posts_expected_of_it(make: Make, name: str) -> None:
    pages, _ = read(make(files=[str(FIXTURES / name)]))
    expected = json.loads((FIXTURES / f"{name}.expected.json").read_text())
    assert [post.model_dump(mode="json", exclude_defaults=True) for post in posts_of(pages)] == expected[
        "posts"
    ]
    faults = [[Path(fault.where).name, fault.message] for page in pages for fault in page.faults]
    assert faults == expected["faults"]


def test_every_golden_file_has_its_feed() -> None:
    golden = {name for name in CASES if name.endswith(".expected.json")}
    assert golden == {f"{name}.expected.json" for name in INPUTS}


@pytest.mark.parametrize("name", INPUTS)
def test_the_contract_of_connectors_is_kept_for_addresses_and_files(
    make: Make, web_server: WebServer, name: str
) -> None:
    url = web_server.reply(f"/{name}", (FIXTURES / name).read_bytes(), headers={"ETag": '"1"'})
    key = secrets.token_urlsafe()
    check_connector(
        lambda: make(urls=[f"{url}?key={key}"], files=[str(FIXTURES / name)], first_days=0), secrets=[key]
    )


def test_a_long_feed_comes_in_pages_and_goes_on_where_it_stopped(make: Make, web_server: WebServer) -> None:
    url = web_server.reply("/", rss(*(item(number) for number in range(250))))
    check_connector(lambda: make(urls=[url]))
    pages, state = read(make(urls=[url]))
    assert [len(page.posts) for page in pages] == [100, 100, 50]
    assert [page.complete for page in pages] == [False, False, True]
    assert pages[0].posts[0].external_id.endswith("/249"), "oldest first"
    assert len(json.dumps(state)) < 20_000


def test_an_unchanged_feed_is_asked_for_conditionally_and_gives_nothing(
    make: Make, web_server: WebServer
) -> None:
    when = "Fri, 09 Jan 2026 06:00:00 GMT"

    def answer(received: Received) -> Reply:
        if received.headers.get("if-none-match") == 'W/"a"' and received.headers["if-modified-since"] == when:
            return Reply(304)
        return Reply(200, rss(item(1)).encode(), {"ETag": 'W/"a"', "Last-Modified": when})

    connector = make(urls=[web_server.answer("/", answer)])
    pages, state = read(connector)
    assert len(posts_of(pages)) == 1
    again, after = read(connector, state)
    assert (posts_of(again), again[-1].complete, after) == ([], True, state)


def test_an_edit_is_given_as_a_new_draft_of_the_same_id_and_the_rest_is_not_repeated(
    make: Make, web_server: WebServer
) -> None:
    url = web_server.reply("/", rss(item(1), item(2)))
    _, state = read(make(urls=[url]))
    web_server.reply("/", rss(item(1, "Corrected"), item(2), item(3)))
    pages, state = read(make(urls=[url]), state)
    assert [(post.external_id[-1], post.title) for post in posts_of(pages)] == [
        ("3", "Title 3"),
        ("1", "Corrected"),
    ]


def test_a_permanent_move_is_remembered_and_a_passing_one_is_not(make: Make, web_server: WebServer) -> None:
    web_server.reply("/old", status=301, headers={"Location": "/moved"})
    web_server.reply("/moved", status=308, headers={"Location": "/new"})
    web_server.reply("/new", status=302, headers={"Location": "/today"})
    web_server.reply("/today", rss(item(1)))
    connector = make(urls=[web_server.url + "/old"])
    _, state = read(connector)
    assert state["address"] == web_server.url + "/new"
    web_server.requests.clear()
    _, state = read(connector, state)
    assert [received.path for received in web_server.requests] == ["/new", "/today"]
    assert state["address"] == web_server.url + "/new", "still known after a reading without a move"


def test_moving_a_feed_to_another_host_doubles_no_post(make: Make, web_server: WebServer) -> None:
    local = "<guid isPermaLink='false'>1</guid><title>Local id</title>"
    web_server.reply("/old", rss(item(1), local, link=""))
    connector = make(urls=[web_server.url + "/old"])
    pages, state = read(connector)
    web_server.reply("/old", status=301, headers={"Location": f"http://127.0.0.1:{web_server.port}/new"})
    web_server.reply("/new", rss(item(1), local, link="https://elsewhere.example/"))
    again, _ = read(connector, state)
    assert posts_of(again) == []
    assert {post.realm for post in posts_of(pages)} == {"127.0.0.1", f"127.0.0.1:{web_server.port}/old"}


def test_a_feed_that_is_gone_for_good_is_named_once_and_never_asked_for_again(
    make: Make, web_server: WebServer
) -> None:
    url = web_server.reply("/", status=410)
    connector = make(urls=[url])
    (check,) = connector.check()
    assert (check.ok, check.remedy) == (False, "Remove it from `urls`.")
    pages, state = read(connector)
    assert [fault.where for fault in pages[0].faults] == [url]
    assert "Remove it from `urls`" in pages[0].faults[0].message
    web_server.requests.clear()
    again, _ = read(connector, state)
    assert (again[0].faults, again[0].complete, web_server.requests) == ((), True, [])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("Thu, 15 Jan 2026 12:05:00 GMT", 300), ("", 3600), ("soon", 3600), ("9" * 30, 604_800)],
)
def test_too_many_requests_means_waiting_as_long_as_asked(
    make: Make, web_server: WebServer, header: str, seconds: int
) -> None:
    url = web_server.reply("/", status=429, headers={"Retry-After": header})
    with pytest.raises(QuotaExhausted) as caught:
        read(make(urls=[url]))
    assert caught.value.until == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "header", "wait"), [(503, "90", 90.0), (500, "", None), (408, "", None), (502, "0", None)]
)
def test_a_passing_fault_of_the_server_is_tried_again(
    make: Make, web_server: WebServer, status: int, header: str, wait: float | None
) -> None:
    url = web_server.reply("/", status=status, headers={"Retry-After": header})
    with pytest.raises(Unreachable, match=f"answers {status}") as caught:
        read(make(urls=[url]))
    assert caught.value.retry_after == wait


@pytest.mark.parametrize(
    ("status", "error"), [(401, Denied), (403, Denied), (404, Gone), (400, BadInput), (418, BadInput)]
)
def test_other_refusals_are_told_apart_by_who_can_put_them_right(
    make: Make, web_server: WebServer, status: int, error: type[GleaneryError]
) -> None:
    key = secrets.token_urlsafe()
    url = web_server.reply("/", status=status)
    with pytest.raises(error, match=re.escape(f"{url}?")) as caught:
        read(make(urls=[f"{url}?key={key}"]))
    assert key not in str(caught.value)
    assert caught.value.remedy


def test_one_broken_feed_does_not_stop_the_others(make: Make, web_server: WebServer) -> None:
    good, bad = web_server.reply("/good", rss(item(1))), web_server.url + "/absent"
    connector = make(urls=[bad, good])
    assert [line.ok for line in connector.check()] == [False, True]
    assert connector.check()[1].message == "RSS 2.0 with 1 entries."
    assert len(next(iter(connector.pages(good, {}))).posts) == 1


def test_a_web_page_instead_of_a_feed_is_named_with_the_feed_it_points_to(
    make: Make, web_server: WebServer
) -> None:
    url = web_server.reply(
        "/blog", (FIXTURES / "page.html").read_bytes(), headers={"Content-Type": "text/html"}
    )
    with pytest.raises(BadInput) as caught:
        read(make(urls=[url]))
    assert caught.value.message == f"{url}: it is no feed but a web page titled 'Our blog & more'."
    assert caught.value.remedy == "The page names this feed: /feed.xml"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "ti', "the JSON is broken"),
        (b'{"items": {"a": 1}}', "no list of `items`"),
        (b"[1, 2]", "no list of `items`"),
        (b"\xef\xbb\xbf {} ", "no list of `items`"),
        (b"just words", "it is no feed"),
        (b"", "it is no feed"),
        (b"[" * 5_000, "the JSON is broken"),
        (b'<?xml version="1.0" encoding="\x80"?><rss/>', "so damaged that it cannot be read"),
    ],
)
def test_what_is_no_feed_is_said_so(make: Make, web_server: WebServer, body: bytes, said: str) -> None:
    url = web_server.reply("/", body)
    with pytest.raises(BadInput, match=re.escape(url) + ".*" + re.escape(said)):
        read(make(urls=[url]))


def test_a_body_that_names_a_file_or_an_address_does_not_make_it_read(
    make: Make, web_server: WebServer, tmp_path: Path
) -> None:
    (tmp_path / "private.xml").write_text(rss(item(1)))
    private = web_server.reply("/private", rss(item(1)))
    for body in (str(tmp_path / "private.xml"), private):
        with pytest.raises(BadInput, match="it is no feed"):
            read(make(urls=[web_server.reply("/", body)]))
    assert {received.path for received in web_server.requests} == {"/"}


def test_a_feed_cut_off_in_the_middle_gives_what_was_readable_and_a_fault(
    make: Make, web_server: WebServer
) -> None:
    url = web_server.reply("/", rss(item(1), item(2))[:-60])
    pages, _ = read(make(urls=[url]))
    assert "https://site.example/1" in {post.external_id for post in posts_of(pages)}
    assert "is not well-formed" in pages[0].faults[0].message


def test_the_first_reading_goes_back_ninety_days_and_later_ones_no_further(
    make: Make, web_server: WebServer
) -> None:
    recent, old = "Fri, 09 Jan 2026 06:00:00 GMT", "Wed, 01 Oct 2025 06:00:00 GMT"
    url = web_server.reply("/", rss(item(1, date=recent), item(2, date=old), item(3)))
    clock = Clock()
    pages, state = read(make(clock, urls=[url]))
    assert {post.external_id[-1] for post in posts_of(pages)} == {"1", "3"}, "one without a date is read"
    web_server.reply("/", rss(item(4, date=recent), item(2, "Changed", date=old), item(3)))
    clock.move(timedelta(days=60))
    pages, _ = read(make(clock, urls=[url]), state)
    assert [post.external_id[-1] for post in posts_of(pages)] == ["4"]
    pages, _ = read(make(urls=[url], first_days=0))
    assert {post.external_id[-1] for post in posts_of(pages)} == {"2", "3", "4"}


def test_only_so_many_entries_are_read_and_remembered(make: Make, web_server: WebServer) -> None:
    url = web_server.reply("/", rss(*(item(number) for number in range(30))))
    pages, state = read(make(urls=[url], max_entries=10))
    assert [post.external_id.rsplit("/")[-1] for post in posts_of(pages)] == [
        str(n) for n in range(9, -1, -1)
    ]
    assert len(state["seen"]) == 10


def test_an_id_that_comes_twice_is_given_once_and_named(make: Make, web_server: WebServer) -> None:
    url = web_server.reply("/", rss(item(1, "Newest"), item(1, "Older")))
    pages, _ = read(make(urls=[url]))
    assert [post.title for post in posts_of(pages)] == ["Newest"]
    assert [fault.message for fault in pages[0].faults] == ["the id https://site.example/1 comes twice"]


def test_an_excerpt_is_kept_unless_the_whole_text_is_wanted(make: Make, web_server: WebServer) -> None:
    words = "word " * 1_000
    url = web_server.reply("/", rss(f"{item(1)}<description>{words}</description>"))
    (short,), _ = read(make(urls=[url]))
    (whole,), _ = read(make(urls=[url], keep_text="full"))
    assert 1_900 < len(short.posts[0].text) <= 2_000
    assert short.posts[0].text.endswith(" word…")
    assert whole.posts[0].text == words.strip()


def test_a_packed_feed_of_any_encoding_is_decoded(make: Make, web_server: WebServer) -> None:
    feed = '<?xml version="1.0" encoding="{}"?>' + rss(item(1, "Grüße 学ぶ"))
    for encoding in ("utf-8", "utf-16", "utf-16be", "utf-32", "shift_jis", "gb18030"):
        if encoding == "shift_jis":
            feed = feed.replace("ü", "u").replace("ß", "s")
        body = gzip.compress(feed.replace("{}", encoding).encode(encoding))
        url = web_server.reply(f"/{encoding}", body, headers={"Content-Encoding": "gzip"})
        pages, _ = read(make(urls=[url]))
        assert posts_of(pages)[0].title in ("Grüße 学ぶ", "Gruse 学ぶ"), encoding
        feed = '<?xml version="1.0" encoding="{}"?>' + rss(item(1, "Grüße 学ぶ"))


def test_an_archived_feed_is_read_once_until_it_changes(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(rss(item(1, date="Mon, 01 Jan 2001 00:00:00 GMT")))
    connector = make(files=[str(tmp_path)])
    pages, state = read(connector)
    assert len(posts_of(pages)) == 1, "files are read whole, however old"
    assert posts_of(read(connector, state)[0]) == []
    path.write_text(rss(item(1, date="Mon, 01 Jan 2001 00:00:00 GMT"), item(2)))
    assert [post.external_id[-1] for post in posts_of(read(connector, state)[0])] == ["2"]


def test_files_are_found_by_name_by_folder_and_by_pattern(make: Make, tmp_path: Path) -> None:
    for name in ("b.xml", "a.rss", "sub/c.atom", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(rss())
    folder, pattern = str(tmp_path), str(tmp_path / "**" / "*.atom")
    assert make(files=[folder, pattern, str(tmp_path / "b.xml")]).partitions() == ["a.rss", "b.xml", "c.atom"]
    (tmp_path / "sub" / "b.xml").write_text(rss())
    both = make(files=[str(tmp_path / "b.xml"), pattern, str(tmp_path / "sub" / "b.xml")]).partitions()
    assert both == [str(tmp_path / "b.xml"), "c.atom", str(tmp_path / "sub" / "b.xml")]


def test_a_missing_file_is_named_and_the_others_are_read(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(rss(item(1)))
    missing = str(tmp_path / "*.absent")
    connector = make(files=[missing, str(tmp_path / "a.xml")])
    with pytest.raises(
        ConfigError, match=r"\*\.absent cannot be read: No such file or directory.*Correct the path"
    ):
        list(connector.pages("*.absent", {}))
    assert [line.ok for line in connector.check()] == [False, True]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"urls": ["file:///etc/passwd"]},
        {"urls": ["ftp://site.example/feed"]},
        {"urls": ["https://me:word@site.example/feed"]},
        {"urls": ["https://site.example/"], "adress": "x"},
        {"urls": ["https://site.example/"], "first_days": -1},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FeedsSettings(**settings)


def test_every_setting_is_described() -> None:
    properties = FeedsSettings.model_json_schema()["properties"]
    assert [name for name, about in properties.items() if not about.get("description")] == []


def test_the_policy_follows_what_the_administrator_declares(make: Make) -> None:
    urls = ["https://site.example/"]
    assert not make(urls=urls).policy.may_pass_text_on
    policy = make(urls=urls, pass_text_on=True, attribution="Site").policy
    assert (policy.may_pass_text_on, policy.may_embed, policy.attribution) == (True, False, "Site")


# ------------------------------------------------------------------ recorded feeds of other projects


@pytest.mark.parametrize(("folder", "least"), [("atom", 18), ("rss", 1)])
def test_feeds_of_gofeed_give_the_ids_and_words_expected(make: Make, folder: str, least: int) -> None:
    where = shared_data(f"recordings/feeds-gofeed/{folder}")
    compared = 0
    for path in sorted(where.glob("*.xml")):
        document = json.loads(path.with_suffix(".json").read_text())
        expected = document.get("entries") or document.get("items") or []
        entries = read_xml_feed(path.read_bytes()).entries
        compared += sum(_compare(*pair) for pair in zip(entries, expected, strict=True))
        pages, _ = read(make(files=[str(path)]))
        faults = [fault for page in pages for fault in page.faults]
        assert len(posts_of(pages)) + len(faults) == len(expected), path.name
    assert compared >= least


def _compare(entry: Entry, expected: dict[str, Any]) -> bool:
    guid = expected.get("id") or expected.get("guid", {}).get("value")
    content = expected.get("content") or {}
    if guid:
        assert entry.id == guid
    if content.get("value"):
        words = content["value"]
        if content.get("type") != "application/octet-stream":
            words = html.unescape(re.sub(r"<[^>]*>", "", words))
        assert entry.content.split() == words.split()
    if content.get("src"):
        assert entry.enclosures[0].url == content["src"]
    for author in expected.get("authors", [])[:1]:
        assert entry.author == author["name"]
    if expected.get("updatedParsed"):
        assert entry.updated == datetime.fromisoformat(expected["updatedParsed"])
    return bool(guid or content or expected.get("authors") or expected.get("updated"))


def test_every_universal_feed_of_gofeed_is_read(make: Make) -> None:
    where = shared_data("recordings/feeds-gofeed/universal")
    connector = make(files=[str(where / "*")])
    pages, _ = read_all(connector)
    assert len(connector.partitions()) == 7
    assert [(post.external_id, post.title, post.seconds) for post in posts_of(pages)] == [
        ("id", "title", 100)
    ] * 2
    assert all(line.ok for line in connector.check())


def _feedparser_feeds() -> Iterator[tuple[str, bytes]]:
    path = shared_data("recordings/feeds-feedparser/feedparser-tests.zip")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                yield name, archive.read(name)


def _header(body: bytes, field: str) -> str:
    """The line of a feed's own header comment, whatever it is encoded in."""
    text = body.replace(b"\0", b"").decode("latin-1")
    found = re.search(rf"{field}:\s*(.*)", text)
    return found[1].strip() if found else ""


def test_encodings_are_recognised_as_feedparser_expects() -> None:
    compared = 0
    for name, body in _feedparser_feeds():
        expected = re.search(r"encoding == '([^']+)'", _header(body, "Expect"))
        if "/encoding/" not in name or not expected:
            continue
        sent = _header(body, "Header").partition(":")[2].strip()
        feed = read_xml_feed(body, sent)
        assert feed.encoding.lower() == expected[1], name
        compared += 1
    assert compared >= 20


def test_titles_and_descriptions_decode_as_feedparser_expects() -> None:
    compared = 0
    for name, body in _feedparser_feeds():
        wanted = re.search(
            r"entries\[0\]\['(title|description)'\] == (u?'(?:[^'\\]|\\.)*')$", _header(body, "Expect")
        )
        if not wanted or "<" in wanted[2]:
            continue
        words = html.unescape(str(ast.literal_eval(wanted[2].removeprefix("u"))))
        entry = read_xml_feed(body).entries[0]
        given = entry.title if wanted[1] == "title" else entry.summary or entry.content
        if "/sanitize/" in name:  # there it keeps the words inside of what it removes, and we do not
            assert set(given.split()) <= set(words.split()), name
        else:
            assert given.split() == words.split(), name
        compared += 1
    assert compared >= 50


def test_no_recorded_feed_breaks_the_reader_and_what_is_none_is_said_so() -> None:
    refused = []
    for name, body in _feedparser_feeds():
        try:
            read_xml_feed(body, address="https://site.example/")
        except BadInput:
            refused.append(name)
    assert all("/cdf/" in name for name in refused), "only a format of 1997 without a version of its own"


@pytest.mark.parametrize(
    "markup",
    ["&lt;!--", "&lt;div&gt;", "&lt;a href='", "&lt;", "&lt;table&gt;&lt;td&gt;", "<![CDATA[<!--]]>"],
)
def test_hostile_markup_does_not_keep_the_reader_busy(markup: str) -> None:
    body = rss(f"{item(1)}<description>{markup * 60_000}</description>").encode()
    began = process_time()
    assert read_xml_feed(body).entries[0].title == "Title 1"
    assert process_time() - began < 2


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x SYSTEM "http://127.0.0.1:1/">',
        "".join(
            f'<!ENTITY {"x" if n == 9 else f"e{n}"} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10)
        ),
    ],
)
def test_entities_that_a_feed_declares_are_neither_fetched_nor_multiplied(declared: str) -> None:
    body = f"<!DOCTYPE rss [{declared}]>" + rss("<guid>https://site.example/1</guid><title>a &x; b</title>")
    began = process_time()
    titles = [entry.title for entry in read_xml_feed(body.encode()).entries]
    assert titles in ([], ["a &x; b"], ["a b"])
    assert process_time() - began < 0.5


def test_json_feed_keeps_ids_as_strings_and_times_with_their_zone() -> None:
    feed = read_json_feed(
        b'{"items": [{"id": 12345678901234567890, "date_published": "2026-01-01T00:00:00+02:00"}]}'
    )
    assert feed.entries[0].id == "12345678901234567890"
    assert feed.entries[0].published == datetime(2025, 12, 31, 22, tzinfo=UTC)

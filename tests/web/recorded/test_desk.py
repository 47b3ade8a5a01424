"""The desk of record: sentences beside what was received, filters in the address, nothing that runs."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from gleanery.flow.record import driver
from gleanery.flow.rights import Role
from gleanery.testing import NOON
from gleanery.web import words
from tests.flow.recorded.conftest import OTHERS, record_foreign, statement
from tests.house import make_house
from tests.web.houses import served
from tests.web.recorded.conftest import LivedSite
from xapi.lrs.store import StatementStore, prepare

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


@pytest.fixture(scope="module")
def auditor(desk: LivedSite) -> requests.Session:
    return desk.site.browser("auditor", roles=[Role.AUDITOR])


def page(desk: LivedSite, auditor: requests.Session, path: str, status: int = 200) -> str:
    answer = auditor.get(desk.url + path)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def told(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_statements_are_told_as_sentences(desk: LivedSite, auditor: requests.Session) -> None:
    said = told(page(desk, auditor, "/record"))
    assert "curator approved “Working with spreadsheets, part 0” on 15 Jan 2026, 12:00 UTC" in said
    assert "connector file:catalogue imported “Working with ladders, part 1”" in said
    assert "learner0@example.org completed “Course 0” on 3 May 2026, 14:05 UTC" in said
    assert "took back" not in said


def test_they_are_told_in_german(desk: LivedSite, auditor: requests.Session) -> None:
    said = told(auditor.get(f"{desk.url}/record", headers={"Accept-Language": "de"}).text)
    with words.speaking("de"):
        at = words.moment(NOON)
    assert f"curator hat „Working with spreadsheets, part 0“ am {at} freigegeben" in said


def test_a_verb_that_nobody_knows_is_told_by_its_name(own_desk: LivedSite) -> None:
    verb = {"id": "https://verbs.example.org/pondered", "display": {"de": "grübelte über", "en": "pondered"}}
    record_foreign(own_desk.house, [statement(8, verb=verb)])
    client = own_desk.site.browser("auditor", roles=[Role.AUDITOR])
    said = told(page(own_desk, client, "/record"))
    assert "learner8@example.org: pondered, “Course 8”, on 3 May 2026, 14:05 UTC" in said


def test_what_was_taken_back_and_what_was_erased_are_told_apart(
    desk: LivedSite, auditor: requests.Session
) -> None:
    said = told(page(desk, auditor, "/record?voided=1&about=1"))
    assert "lead took back statement" in said
    assert "policy retention erased the content of statement" in said
    assert said.count("taken back") == 2  # the badge, and the filter's label
    erased = told(page(desk, auditor, f"/record/statements/{desk.day.erased}"))
    assert "erased: its content is gone for good" in erased
    assert "Nothing is left of it." in erased
    assert "erases it" in erased
    assert "taken back" not in erased


def test_an_address_can_be_shared_and_brings_the_filters_back(
    desk: LivedSite, auditor: requests.Session
) -> None:
    html = page(desk, auditor, "/record?verb=completed&since=2026-01-01&voided=1")
    assert 'name="verb" type="text" value="completed"' in html
    assert 'value="2026-01-01"' in html
    assert re.search(r'name="voided" value="1" checked', html)
    assert told(html).count("completed “Course") == 3
    other = desk.site.browser("second", roles=[Role.AUDITOR])
    assert told(page(desk, other, "/record?verb=completed")).count("completed “Course") == 3


def test_a_list_that_goes_on_has_a_way_on_and_back(own_desk: LivedSite) -> None:
    record_foreign(own_desk.house, [statement(number) for number in range(10, 75)])
    client = own_desk.site.browser("auditor", roles=[Role.AUDITOR])
    first = page(own_desk, client, "/record?verb=completed")
    way = re.search(r'rel="next" href="([^"]+)"', first)
    assert way is not None
    second = page(own_desk, client, unescape(way[1]))
    assert told(first).count("completed “") == 50
    assert told(second).count("completed “") == 18
    assert 'rel="next"' not in second
    assert "68 found" in told(page(own_desk, client, "/record/count?verb=completed"))


@pytest.mark.parametrize(
    "query",
    [
        "since=never", "until=9999-99-99", "since=0001-01-01", "person=nobody", "agent=%7B", "registration=x",
        "store=elsewhere", "agent=%7B%22mbox%22%3A1%7D", "person=%00", "verb=%00", "activity=a%0Ab",
        "person=curator&agent=%7B%22mbox%22%3A%22mailto%3Aa%40example.org%22%7D", "until=-1",
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_told_and_what_was_typed_is_kept(
    desk: LivedSite, auditor: requests.Session, query: str
) -> None:
    html = page(
        desk, auditor, f"/record?{query}&verb=completed" if "verb" not in query else f"/record?{query}", 422
    )
    assert 'role="alert"' in html
    if "verb" not in query:
        assert 'value="completed"' in html


@pytest.mark.parametrize(
    "query", ["before=0", "before=-1", "before=99999999999999999999", f"verb={'x' * 3000}"]
)
def test_an_address_that_is_none_of_ours_is_refused(
    desk: LivedSite, auditor: requests.Session, query: str
) -> None:
    page(desk, auditor, f"/record?{query}", 422)


@pytest.mark.parametrize(
    "query", ["verb=%27%20OR%201=1--", f"activity={HOSTILE}", "verb=none", "until=1999-01-01"]
)
def test_a_search_that_finds_nothing_says_the_next_step(
    desk: LivedSite, auditor: requests.Session, query: str
) -> None:
    html = page(desk, auditor, f"/record?{query}")
    assert "No statement matches" in html
    assert "<img src=x" not in html


def test_a_statement_stands_beside_what_was_received_to_the_byte(
    desk: LivedSite, auditor: requests.Session
) -> None:
    key = desk.day.foreign[0]
    html = page(desk, auditor, f"/record/statements/{key}")
    said = told(html)
    assert "learner0@example.org completed “Course 0”" in said
    assert "Its hash follows from the statement before it" in said
    assert "The second place holds that checkpoint too." in said
    with desk.house.store.read() as session:
        stored = StatementStore(driver(session)).get(key)
    assert stored is not None
    copied = re.search(r'data-copy="([^"]*)"', html)
    assert copied is not None
    assert unescape(copied[1]).encode() == stored.raw
    assert "<li><code>  &#34;id&#34;" in html
    answer = auditor.get(f"{desk.url}/record/statements/{key}/received")
    assert answer.content == stored.raw
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_an_unknown_statement_is_404(desk: LivedSite, auditor: requests.Session) -> None:
    page(desk, auditor, f"/record/statements/{uuid4()}", 404)
    page(desk, auditor, f"/record/statements/{uuid4()}/received", 404)
    page(desk, auditor, f"/record/statements/{desk.day.erased}/received", 410)
    page(desk, auditor, f"/record/statements/{desk.day.foreign[0]}/files/{'0' * 64}", 404)


def test_hostile_words_in_every_place_of_a_statement_stay_words(own_desk: LivedSite) -> None:
    key = hostile_statement(own_desk)
    client = own_desk.site.browser("auditor", roles=[Role.AUDITOR])
    for path in (
        "/record",
        "/record?voided=1&about=1",
        f"/record/statements/{key}",
        f"/audit/trail/statement:{key}",
    ):
        html = page(own_desk, client, path)
        assert "onerror=alert" in html
        assert "<img src=x" not in html
        assert "<script>alert" not in html


def hostile_statement(desk: LivedSite) -> str:
    """A statement with hostile words wherever a sender may put words, and a file that is a page."""
    content = b"<script>alert(1)</script>"
    attachment = {
        "usageType": "https://example.org/usage",
        "display": {"en": HOSTILE},
        "contentType": "text/html",
        "length": len(content),
        "sha2": sha256(content).hexdigest(),
    }
    raw = statement(
        5,
        actor={"name": HOSTILE, "account": {"homePage": "https://lms.example.org", "name": HOSTILE}},
        verb={"id": "https://verbs.example.org/x", "display": {"en": HOSTILE}},
        object={"id": "https://lms.example.org/x", "definition": {"name": {"en": HOSTILE}}},
        result={"response": HOSTILE, "extensions": {"https://example.org/x": HOSTILE}},
        context={"platform": HOSTILE, "registration": str(uuid4())},
        attachments=[attachment],
    )  # fmt: skip
    with desk.house.store.write() as session:
        ready = prepare(raw, attachments={sha256(content).hexdigest(): ("text/html", content)})
        StatementStore(driver(session)).insert([ready], OTHERS, desk.house.now())
    return str(json.loads(raw)["id"])


def test_a_statement_of_a_megabyte_is_listed_and_can_be_saved(own_desk: LivedSite) -> None:
    (key,) = record_foreign(own_desk.house, [statement(7, result={"response": "x" * 1_000_000})])
    client = own_desk.site.browser("auditor", roles=[Role.AUDITOR])
    assert len(page(own_desk, client, "/record")) < 100_000
    html = page(own_desk, client, f"/record/statements/{key}")
    assert len(html) < 100_000
    assert "too many to show here" in html
    saved = client.get(f"{own_desk.url}/record/statements/{key}/received").content
    assert len(saved) > 1_000_000


def test_a_file_that_came_along_is_saved_and_never_shown(own_desk: LivedSite) -> None:
    key = hostile_statement(own_desk)
    client = own_desk.site.browser("auditor", roles=[Role.AUDITOR])
    html = page(own_desk, client, f"/record/statements/{key}")
    way = re.search(r'href="([^"]*/files/[^"]*)"', html)
    assert way is not None
    answer = client.get(own_desk.url + unescape(way[1]))
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_without_anything_recorded_the_page_says_what_will_be(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    with served(house) as site:
        client = site.browser("auditor", roles=[Role.AUDITOR])
        assert "Nothing is recorded yet" in client.get(f"{site.url}/record").text
    house.close()

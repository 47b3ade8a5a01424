"""The desk of audit: entries as sentences, trails, a verification that names what is wrong, retention by who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from gleanery.flow import run
from gleanery.flow.desk import queue
from gleanery.flow.record import driver
from gleanery.flow.rights import Role
from gleanery.model.items import ItemState
from gleanery.testing import Clock
from tests.flow.recorded.conftest import Lived, lived, made
from tests.web.houses import Site, moved_in, served
from tests.web.recorded.conftest import LivedSite, settle
from tests.web.recorded.test_desk import told

AUDITOR, OFFICER = [Role.AUDITOR], [Role.PRIVACY_OFFICER]


@pytest.fixture(scope="module")
def auditor(desk: LivedSite) -> requests.Session:
    return desk.site.browser("auditor", roles=AUDITOR)


def test_entries_are_told_as_sentences_and_kinds_are_offered(
    desk: LivedSite, auditor: requests.Session
) -> None:
    html = auditor.get(f"{desk.url}/audit").text
    assert "curator approved “Working with spreadsheets, part 0”" in told(html)
    assert "lead undid the verdict on “Working with feedback, part 2”" in told(html)
    assert 'href="/audit?action=item.%2A"' in html
    only = told(auditor.get(f"{desk.url}/audit?action=decision.*").text)
    assert "undid the verdict" in only
    assert "curator approved" not in only


@pytest.mark.parametrize("query", ["since=x", "until=2026-13-01", "before=x", "person=nobody", "actor=%00"])
def test_a_filter_that_means_nothing_is_told(desk: LivedSite, auditor: requests.Session, query: str) -> None:
    answer = auditor.get(f"{desk.url}/audit?{query}&action=item.made")
    assert answer.status_code == 422
    assert 'value="item.made"' in answer.text


def test_the_trail_of_an_item_is_its_life_in_order(desk: LivedSite, auditor: requests.Session) -> None:
    item = str(desk.day.items[2])
    answer = auditor.get(f"{desk.url}/audit/trail?thing={item[:8]}")
    said = told(answer.text)
    assert answer.url == f"{desk.url}/audit/trail/{item[:8]}"
    steps = [
        "made “",
        "into the queue",
        "approved “",
        "clear and short",
        "undid the verdict",
        "took back statement",
    ]
    places = [said.index(one) for one in steps]
    assert places == sorted(places)
    assert "lead took back statement" in said


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "policy default approved “"), ("de", "Regel default hat „")]
)
def test_what_a_policy_approved_is_told_as_its_deed_without_a_code_in_quotes(
    stage: Site, tmp_path: Path, language: str, sentence: str
) -> None:
    house = made(tmp_path, Clock(), curation={"auto_approve": "keep"})
    run(house)
    [row, *_] = queue(house, (ItemState.APPROVED,)).rows
    with moved_in(stage, house) as site:
        client = site.browser("auditor", roles=AUDITOR)
        client.headers["accept-language"] = language
        html = client.get(f"{site.url}/audit/trail/item:{row.id}").text
    assert sentence in told(html)
    assert "policy.keep" not in html


@pytest.mark.parametrize(
    "thing", ["nothing:here", "ffffffff", "<script>alert(1)</script>", "a b", "%00", "x" * 300]
)
def test_a_thing_that_nobody_knows_is_told_beside_what_was_typed(
    desk: LivedSite, auditor: requests.Session, thing: str
) -> None:
    answer = auditor.get(f"{desk.url}/audit/trail/{thing}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert 'aria-invalid="true"' in answer.text


# --------------------------------------------------------------------------- verification


def verified(desk: LivedSite) -> str:
    client = desk.site.browser("auditor", roles=AUDITOR)
    client.post(f"{desk.url}/audit/verification").raise_for_status()
    settle()
    return client.get(f"{desk.url}/audit/verification").text


def test_a_whole_record_shows_its_key_and_both_places(own_desk: LivedSite) -> None:
    html = verified(own_desk)
    assert "Nothing was changed" in html
    assert "outcome good" in html
    key = re.search(r'data-copy="([0-9a-f]{64})"', html)
    assert key is not None
    assert "BEGIN PUBLIC KEY" in html
    assert "local only" not in html
    found = own_desk.site.browser("auditor", roles=AUDITOR).get(f"{own_desk.url}/api/verification").json()
    assert found["fingerprint"] == key[1]
    assert found["found"]["ok"]
    assert {one["name"]: one["checkpoint"] == one["elsewhere"] for one in found["logs"]} == {
        "audit": True,
        "statements:main": True,
    }


def test_a_changed_record_shows_what_where_and_what_to_do(own_desk: LivedSite) -> None:
    with own_desk.house.store.write() as session:
        driver(session).execute("UPDATE lrs_statement SET stored = stored - 1 WHERE seq = 3")
    html = verified(own_desk)
    said = told(html)
    assert "outcome bad" in html
    assert "Something was changed" in said
    assert "Statements of main: entry 3 is the first that is not as it was recorded" in said
    assert "What to do" in said
    assert "accept-restore" in said


@pytest.fixture
def local_only(tmp_path: Path) -> Iterator[LivedSite]:
    house = made(tmp_path, Clock(), record={"key_folder": "keys"})
    with served(house) as site:
        yield LivedSite(site, Lived(house, (), (), house.organisation.id))
    settle()
    house.close()


def test_without_a_second_place_it_says_local_only(local_only: LivedSite) -> None:
    said = told(verified(local_only))
    assert "local only" in said
    assert "Set record.second_place" in said
    assert "nothing outside of this machine vouches for it" in said


def test_verifying_changes_nothing_but_the_audit_log(own_desk: LivedSite) -> None:
    def rows() -> dict[str, int]:
        with own_desk.house.store.read() as session:
            names = [
                row[0]
                for row in driver(session).execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            return {
                one: driver(session).execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in names
            }

    own_desk.site.browser("auditor", roles=AUDITOR)
    before = rows()
    verified(own_desk)
    changed = {name for name, count in rows().items() if count != before[name]}
    assert changed <= {"audit_entry", "run", "kept", "lease", "web_session"}


# --------------------------------------------------------------------------- retention


@pytest.fixture
def ruled(tmp_path: Path) -> Iterator[LivedSite]:
    rules = {"statements": [{"name": "all", "days": 1}]}
    clock = Clock()
    day = lived(made(tmp_path, clock, retention=rules))
    clock.move(timedelta(days=3))
    with served(day.house) as site:
        yield LivedSite(site, day)
    settle()
    day.house.close()


def test_retention_is_counted_confirmed_and_applied_by_who_may(ruled: LivedSite) -> None:
    client, path = ruled.site.browser("privacy", roles=OFFICER), f"{ruled.url}/audit/retention"
    assert "Statements: all" in told(client.get(path).text)
    client.post(f"{path}/count").raise_for_status()
    settle()
    counted = told(client.get(path).text)
    due = re.search(r"Let (\d+) go", counted)
    assert due is not None
    assert int(due[1]) > 5
    refused = client.post(f"{path}/apply")
    assert refused.status_code == 422
    assert "not confirmed" in refused.text
    client.post(f"{path}/apply", data={"confirmed": "1"}).raise_for_status()
    settle()
    assert "Let 0 go" in told(client.get(path).text)
    auditor = ruled.site.browser("auditor", roles=AUDITOR)
    assert "privacy applied retention rule all" in told(auditor.get(f"{ruled.url}/audit").text)


def test_an_auditor_sees_the_rules_and_changes_none(ruled: LivedSite) -> None:
    client = ruled.site.browser("auditor", roles=AUDITOR)
    html = client.get(f"{ruled.url}/audit/retention").text
    assert "Apply them now" not in html
    for path in ("count", "apply", "cancel"):
        assert client.post(f"{ruled.url}/audit/retention/{path}").status_code == 403
    for method, path in (("POST", "count"), ("POST", "apply"), ("DELETE", "run")):
        answer = client.request(method, f"{ruled.url}/api/retention/{path}", json={"confirmed": True})
        assert answer.status_code == 403


def test_what_does_not_go_on_cannot_be_stopped(desk: LivedSite, auditor: requests.Session) -> None:
    assert auditor.post(f"{desk.url}/audit/verification/cancel").status_code == 409
    assert auditor.delete(f"{desk.url}/api/verification").status_code == 409

"""Feeds from approval to a reader over HTTP, and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import feedparser
import pytest
import requests

from gleanery.flow import deciding, deliver, desk, run
from gleanery.flow.collections import editing, publishing
from gleanery.flow.house import House
from gleanery.flow.settings import change_settings
from gleanery.model.items import DecisionVerdict, ItemState
from tests.flow.collections.test_editing import path
from tests.house import article, file_source, make_house, records
from tests.web.houses import Site, copied, moved_in


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house with four approved items whose feeds are not made yet."""
    folder = tmp_path_factory.mktemp("approved") / "house"
    made = make_house(
        folder,
        sources=[file_source(records(folder, map(article, range(4))))],
        destinations=[
            {"name": "feeds", "adapter": "feed", "settings": {"title": "Picks"}},
            {"name": "list", "adapter": "table"},
        ],
        serve={"address": "https://gleanery.example.org"},
    )
    run(made)
    for row in desk.queue(made).rows:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    made.close()
    return folder


@pytest.fixture
def site(stage: Site, approved: Path, tmp_path: Path) -> Iterator[Site]:
    """That house, its pages served."""
    with moved_in(stage, copied(approved, tmp_path / "house")) as made:
        yield made


def folder(house: House) -> Path:
    return Path(house.context("destination", "feeds").folder) / "current"


def private(site: Site) -> list[str]:
    """Every private address, at the place where the pages are served here."""
    told = (folder(site.house) / "addresses.txt").read_text()
    found = re.findall(r"https://gleanery\.example\.org(/\S+)", told)
    return [site.url + one for one in found]


def items(house: House) -> list[UUID]:
    return [row.id for row in desk.queue(house, (ItemState.APPROVED,)).rows]


def test_a_reader_follows_what_is_approved_and_retracted(site: Site) -> None:
    assert deliver(site.house, "feeds").faults == []
    opml, rss, atom, _ = private(site)
    answer = requests.get(rss, timeout=5)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert {entry.id for entry in feedparser.parse(answer.content).entries} == {
        one.urn for one in items(site.house)
    }
    again = requests.get(rss, headers={"If-None-Match": answer.headers["etag"]}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    gone = items(site.house)[0]
    deciding.decide(site.house, str(gone), DecisionVerdict.RETRACT, "curator")
    assert deliver(site.house, "feeds").retracted == 1
    for address in (opml, rss, atom):
        answer = requests.get(address, headers={"If-None-Match": answer.headers["etag"]}, timeout=5)
        assert answer.status_code == 200
        assert str(gone) not in answer.text
    assert not [one for one in folder(site.house).parent.rglob("*.*") if str(gone) in one.read_text()]


def test_a_published_path_gets_a_feed_of_its_own_in_its_order(site: Site) -> None:
    held = items(site.house)
    made = path(site.house, [held[2], held[0]])
    editing.edit(site.house, "curator", made.id, {"destinations": ["feeds", "list"]})
    publishing.publish(site.house, "lead", made.id)
    assert deliver(site.house, "feeds").faults == []
    address = next(one for one in private(site) if f"c={made.id}&f=atom" in one)
    found = feedparser.parse(requests.get(address, timeout=5).content)
    assert [entry.id for entry in found.entries] == [held[2].urn, held[0].urn]
    assert deliver(site.house, "list").faults == []
    written = Path(site.house.context("destination", "list").folder) / "catalogue.csv"
    assert len(written.read_text().splitlines()) == 5


def test_a_closed_address_is_closed_at_once_and_nobody_gets_in_without_a_key(site: Site) -> None:
    deliver(site.house, "feeds")
    former = private(site)
    plain = site.url + urlsplit(former[1]).path
    for address in (plain, f"{plain}?c=all&f=rss", f"{former[1][:-3]}AAA", f"{plain}/../addresses.txt"):
        assert requests.get(address, timeout=5).status_code == 404
    assert requests.post(former[1], timeout=5).status_code == 405

    def close(document: Any) -> None:
        document["destinations"][0]["settings"]["keys"] = 2

    change_settings(site.house, "system", close)
    assert [requests.get(address, timeout=5).status_code for address in former] == [404] * 4

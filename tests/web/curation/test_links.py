"""The page of links and reviews, and the API that does the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import event

from gleanery.flow.house import House, utc_now
from gleanery.flow.links import showing, terms
from gleanery.flow.links.looking import look
from gleanery.flow.rights import Role
from gleanery.model.items import ItemState
from gleanery.model.links import LinkState
from tests.clocks import RealClock
from tests.flow.links.houses import DAY, a_house, looked, the_item
from tests.house import items_of
from tests.servers import WebServer
from tests.web.houses import Site, moved_in

PAGE = "/curation/links"


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
def lost(stage: Site, tmp_path: Path, web_server: WebServer, clock: RealClock) -> Iterator[Site]:
    """A house with one item that leads nowhere."""
    house = a_house(tmp_path / "house", clock, f"{web_server.url}/lost")
    looked(house, clock)
    looked(house, clock)
    with moved_in(stage, house) as made:
        yield made


def said(answer: requests.Response) -> str:
    found = re.search(r'<p id="said"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None, answer.text
    return found[1]


def act(site: Site, client: requests.Session, what: str, **form: str) -> requests.Response:
    return client.post(f"{site.url}{PAGE}/{the_item(site.house).id}/{what}", data=form)


def test_the_page_shows_what_is_broken_and_who_is_hit(lost: Site, web_server: WebServer) -> None:
    shown = lost.browser().get(lost.url + PAGE).text
    for words in (
        f"{web_server.url}/lost",
        "no such page",
        "cartridge",
        "Working with",
        "Look again now",
        "Keep",
    ):
        assert words in shown
    assert "No address" in lost.browser().get(f"{lost.url}{PAGE}?state=moved").text


def test_an_item_is_kept_or_retracted_or_given_another_address(
    lost: Site, web_server: WebServer, clock: RealClock
) -> None:
    client = lost.browser()
    assert "Kept" in said(act(lost, client, "keep"))
    assert the_item(lost.house).state is ItemState.APPROVED
    assert "Retract" in client.get(lost.url + PAGE).text
    assert "Taken back" in said(act(lost, client, "retract"))
    assert (the_item(lost.house).state, the_item(lost.house).reason) == (ItemState.RETRACTED, "link.gone")
    assert "no web address" in said(act(lost, client, "address", address="ftp://example.org"))
    assert "leads there" in said(act(lost, client, "address", address=web_server.reply("/new", "here")))
    assert "Looked at" in said(act(lost, client, "look", state="ok"))
    assert the_item(lost.house).state is ItemState.WAITING
    assert "unchanged" not in client.get(f"{lost.url}{PAGE}?state=ok").text
    assert f"{web_server.url}/new" in client.get(f"{lost.url}{PAGE}?state=ok").text


def test_days_are_set_on_the_page_and_shown_where_they_come_soon(lost: Site) -> None:
    client = lost.browser()
    act(lost, client, "keep")
    day = (lost.house.now() + 9 * DAY).date().isoformat()
    assert "day is set" in said(act(lost, client, "term", state="reviews", review_by=day, expires_at=""))
    assert f'value="{day}"' in client.get(f"{lost.url}{PAGE}?state=reviews").text
    assert "is over" in said(act(lost, client, "term", state="reviews", review_by="2020-01-01"))


def test_who_may_not_decide_sees_the_page_without_its_forms(lost: Site) -> None:
    client = lost.browser("office", [Role.ADMINISTRATOR])
    shown = client.get(lost.url + PAGE).text
    assert "Look again now" not in shown
    assert "Other address" not in shown
    assert act(lost, client, "retract").status_code == 403


def test_programs_can_do_what_the_page_does(lost: Site, web_server: WebServer) -> None:
    api, item = lost.program(), f"{lost.url}/api/items/{the_item(lost.house).id}"
    [link] = api.get(f"{lost.url}/api/links").json()["items"]
    assert (link["state"], link["reason"], link["items"][0]["destinations"]) == (
        "gone", "link.not_found", ["cartridge"],
    )  # fmt: skip
    assert api.get(f"{lost.url}/api/links", params={"state": "ok"}).json()["items"] == []
    assert api.get(f"{lost.url}/api/links", params={"after": "nonsense"}).status_code == 422
    assert api.post(f"{item}/link/look").json()["state"] == "gone"
    told = api.put(f"{item}/link", json={"address": web_server.reply("/new", "here")}).json()
    assert (told["url"], told["state"]) == (f"{web_server.url}/new", "unknown")
    assert api.post(f"{item}/link/look").json()["state"] == "ok"
    day = (utc_now() + timedelta(days=400)).date().isoformat()
    term = api.put(f"{item}/term", json={"review_by": day, "expires_at": None}).json()
    assert term["review_is_set"]
    assert api.get(f"{item}/term").json() == term
    assert api.get(f"{lost.url}/api/reviews").json()["items"] == []


def test_the_number_of_queries_does_not_grow_with_the_links(tmp_path: Path, web_server: WebServer) -> None:
    def asked(house: House, act: Callable[[House], Any]) -> int:
        queries: list[str] = []

        def hear(*told: Any) -> None:
            queries.append(told[2])

        event.listen(house.store.engine, "before_cursor_execute", hear)
        act(house)
        event.remove(house.store.engine, "before_cursor_execute", hear)
        return len(queries)

    numbers = []
    for count in (1, 9):
        house = a_house(tmp_path / str(count), utc_now, *(f"{web_server.url}/{one}" for one in range(count)))
        look(house)
        for item in items_of(house).values():
            terms.set_review(house, str(item.id), "curator", house.now() + DAY)
        shown = showing.listed(house, [LinkState.UNKNOWN])
        assert len(shown.lines) == count
        assert len(showing.reviews(house)) == count
        numbers.append(
            (
                asked(house, lambda one: showing.listed(one, [LinkState.UNKNOWN])),
                asked(house, showing.reviews),
            )
        )
        house.close()
    assert numbers[0] == numbers[1]


def test_the_list_goes_on_where_it_ended(tmp_path: Path, web_server: WebServer) -> None:
    house = a_house(tmp_path, utc_now, *(f"{web_server.url}/{one}" for one in range(5)))
    look(house)
    seen, after = [], ""
    while True:
        page = showing.listed(house, [LinkState.UNKNOWN], after=after, limit=2)
        seen += [line.url for line in page.lines]
        if not (after := page.next):
            break
    assert sorted(filter(None, seen)) == [f"{web_server.url}/{one}" for one in range(5)]

"""gleanery.web.queue: the list, the reader and the verdicts, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import event

from gleanery.flow import desk, screen
from gleanery.flow.house import House
from gleanery.model.items import ItemState
from gleanery.model.posts import Author, PostKind
from tests.house import make_house
from tests.web.houses import Site, house_with, moved_in, not_read_since, post


@pytest.fixture
def site(own_site: Site) -> Site:
    """Every test here has a house of its own."""
    return own_site


def _ids(site: Site, state: ItemState = ItemState.WAITING) -> list[str]:
    return [str(row.id) for row in desk.queue(site.house, (state,)).rows]


def _post(site: Site, client: requests.Session, path: str, **form: str) -> requests.Response:
    return client.post(site.url + path, data=form, allow_redirects=False)


def test_the_queue_shows_what_waits_and_how_much_there_is_elsewhere(site: Site) -> None:
    page = site.browser().get(f"{site.url}/").text
    assert len(re.findall(r'class="row"', page)) == 4
    assert "Working with spreadsheets, part 0" in page
    assert 'Waiting <span class="count">4</span>' in page
    assert 'Quarantined <span class="count">1</span>' in page


def test_sources_that_bring_nothing_new_are_told_above_the_queue(site: Site) -> None:
    client = site.browser()
    assert "brings nothing new" not in client.get(f"{site.url}/").text
    not_read_since(site.house, datetime(2026, 1, 1, tzinfo=UTC))
    page = client.get(f"{site.url}/?state=approved").text
    assert "1 source brings nothing new" in page
    assert "Not read since 2026-01-01 00:00 UTC; it is to be read every hour. The token is refused." in page


def test_an_approval_is_recorded_under_the_account_of_the_session(site: Site) -> None:
    first, second = _ids(site)[:2]
    answer = _post(
        site, site.browser("curator"), f"/items/{first}/approve", next=second, reason="for the new ones"
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/?state=waiting&item={second}&done={first}"
    decision = desk.show(site.house, first).decisions[0]
    assert (decision["verdict"], decision["by"], decision["reason"]) == (
        "approve",
        "curator",
        "for the new ones",
    )


def test_after_a_verdict_the_page_offers_to_undo_it(site: Site) -> None:
    client, item = site.browser(), _ids(site)[0]
    page = client.post(f"{site.url}/items/{item}/reject", data={"reason": "old"}).text
    assert re.search(r'id="notice".*Rejected:.*spreadsheets', page, re.DOTALL)
    assert f'action="/items/{item}/undo"' in page
    page = client.post(f"{site.url}/items/{item}/undo").text
    assert "Undone." in page
    assert desk.show(site.house, item).row.state == "waiting"


def test_undo_leads_to_where_the_item_stands_again(site: Site) -> None:
    client, item = site.browser(), _ids(site)[0]
    _post(site, client, f"/items/{item}/approve")
    answer = _post(site, client, f"/items/{item}/undo", state="approved", after="3")
    assert answer.headers["location"] == f"/?state=waiting&item={item}&done={item}"


def test_an_approved_item_can_be_retracted_with_a_reason(site: Site) -> None:
    client, item = site.browser(), _ids(site)[0]
    _post(site, client, f"/items/{item}/approve")
    assert "Retract" in client.get(f"{site.url}/?state=approved").text
    _post(site, client, f"/items/{item}/retract", state="approved", reason="out of date")
    assert _ids(site, ItemState.RETRACTED) == [item]


def test_a_verdict_that_cannot_follow_is_told_at_the_item(site: Site) -> None:
    client, item = site.browser(), _ids(site)[0]
    _post(site, client, f"/items/{item}/approve")
    answer = _post(site, client, f"/items/{item}/approve")
    assert answer.status_code == 409
    assert re.search(r'id="refusal"[^>]*>Item \w+ is already approved', answer.text)
    assert f'id="item-{item}"' in answer.text
    assert len(desk.show(site.house, item).decisions) == 1


def test_a_quarantined_item_cannot_be_approved(site: Site) -> None:
    item = _ids(site, ItemState.QUARANTINED)[0]
    client = site.browser()
    page = client.get(f"{site.url}/?state=quarantined").text
    assert 'data-act="approve"' not in page
    answer = _post(site, client, f"/items/{item}/approve", state="quarantined")
    assert answer.status_code == 409
    assert "sensitive data" in answer.text


def test_undo_without_a_verdict_is_told_at_the_item(site: Site) -> None:
    item = _ids(site)[0]
    answer = _post(site, site.browser(), f"/items/{item}/undo")
    assert answer.status_code == 409
    assert "no verdict to undo" in answer.text


@pytest.mark.parametrize("path", ["/?item={0}", "/items/{0}"])
def test_an_unknown_item_is_told_in_words(site: Site, path: str) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    answer = site.browser().get(site.url + path.format(unknown))
    assert answer.status_code == 404
    assert "There is no item" in answer.text
    assert _post(site, site.browser(), f"/items/{unknown}/approve").status_code == 404
    assert _post(site, site.browser(), f"/items/{unknown}/undo").status_code == 404


def test_a_reason_is_one_line_of_limited_length(site: Site) -> None:
    client, (first, second) = site.browser(), _ids(site)[:2]
    _post(site, client, f"/items/{first}/reject", reason="  two\r\nlines\x00 \x1b[31m ")
    assert desk.show(site.house, first).decisions[0]["reason"] == "two lines [31m"
    assert _post(site, client, f"/items/{second}/reject", reason="a" * 501).status_code == 422


def test_the_reader_tells_everything_that_is_known(stage: Site, tmp_path: Path) -> None:
    address = "https://learning.example.org/same"
    author = Author(external_id="u1", name="the purchasing team")
    posts = [
        post(1, url=address, kind=PostKind.VIDEO, platform="youtube", title="Talking <em>numbers</em>"),
        post(2, url=address, author=author, text="Worth ten minutes for everyone who counts things."),
    ]
    goals = [{"name": "numbers", "title": "Numbers that people read", "words": ["spreadsheets", "ladders"]}]
    steps = [{"step": "canonical"}, {"step": "language"}]
    house = house_with(tmp_path, posts, goals=goals, curation={"steps": steps})
    with moved_in(stage, house) as site:
        page = site.browser().get(f"{site.url}/").text
    for part in (
        "Talking &lt;em&gt;numbers&lt;/em&gt;",
        "YouTube, Forum",
        "2 posts",
        "Numbers that people read",
        "by the word “ladders”",
        "first seen",
        "same address",
        "the purchasing team",
        "read by forum",
        "Worth ten minutes",
        "4 May 2026, 09:30 UTC",
        f'href="{address}" rel="noopener noreferrer nofollow"',
        "Written in en.",
    ):
        assert part in page, part


def test_deliveries_and_decisions_are_told(stage: Site, tmp_path: Path) -> None:
    folder = {"output": str(tmp_path / "out.imscc")}
    place = [{"name": "academy", "adapter": "cartridge", "settings": folder}]
    house = house_with(
        tmp_path, [post(1)], destinations=place, delivery={"undo_seconds": 30}, curation={"steps": []}
    )
    with moved_in(stage, house) as site:
        client, item = site.browser("curator"), _ids(site)[0]
        page = client.post(f"{site.url}/items/{item}/approve").text
        assert "It leaves the house after 30 seconds" in page
        page = client.get(f"{site.url}/items/{item}").text
    assert re.search(r"<b>academy</b>\s+to be delivered, next try", page)
    assert re.search(r"<b>Approved</b>.*?curator", page, re.DOTALL)


def test_an_empty_house_names_the_next_step(stage: Site, tmp_path: Path) -> None:
    with moved_in(stage, make_house(tmp_path / "new")) as site:
        assert "gleanery sources add" in site.browser().get(f"{site.url}/").text
    with moved_in(stage, house_with(tmp_path / "quiet", [])) as site:
        assert "gleanery sources check" in site.browser().get(f"{site.url}/").text


def test_when_all_is_judged_the_page_says_so(stage: Site, tmp_path: Path) -> None:
    house = house_with(tmp_path, [post(1)], curation={"steps": []})
    with moved_in(stage, house) as site:
        client, item = site.browser(), _ids(site)[0]
        page = client.post(f"{site.url}/items/{item}/approve").text
        assert "Nothing waits for you" in page
        assert 'id="notice"' in page
        assert "Nothing is rejected" in client.get(f"{site.url}/?state=rejected").text


def test_the_list_has_pages_of_fifty(stage: Site, tmp_path: Path) -> None:
    house = house_with(tmp_path, [post(number) for number in range(51)], curation={"steps": []})
    with moved_in(stage, house) as site:
        client = site.browser()
        first = client.get(f"{site.url}/").text
        assert "51 items" in first
        [after] = re.findall(r'rel="next" href="([^"]+)"', first)
        second = client.get(site.url + after.replace("&amp;", "&")).text
        assert len(re.findall(r'class="row"', second)) == 1
        [before] = re.findall(r'rel="prev" href="([^"]+)"', second)
        assert len(re.findall(r'class="row"', client.get(site.url + before.replace("&amp;", "&")).text)) == 50
        assert "This page is empty" in client.get(f"{site.url}/?after=51").text
        assert client.get(f"{site.url}/?after=none").status_code == 422


@contextmanager
def _counted(house: House) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(house.store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(house.store.engine, "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow_with_the_rows(stage: Site, tmp_path: Path) -> None:
    found = {}
    for rows in (5, 50):
        goals = [{"name": "all", "title": "All", "words": ["beginner"]}]
        steps = [{"step": "sensitive"}, {"step": "language"}]
        posts = [post(number) for number in range(rows)]
        house = house_with(tmp_path / str(rows), posts, goals=goals, curation={"steps": steps})
        with moved_in(stage, house) as site:
            client = site.browser()
            with _counted(house) as statements:
                page = client.get(f"{site.url}/").text
        assert len(re.findall(r'class="row"', page)) == rows
        found[rows] = len([one for one in statements if one.lstrip().upper().startswith("SELECT")])
    assert found[5] == found[50]
    assert found[50] <= 58


def test_text_of_any_length_and_script_is_shown_escaped(stage: Site, tmp_path: Path) -> None:
    long = "word " * 3_000
    posts = [
        post(1, title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>" + long),
        post(2, title="‮gpj.exe", text="مرحبا بالعالم", url="javascript:alert(1)"),
    ]
    house = house_with(tmp_path, posts, curation={"steps": []})
    screen(house)
    with moved_in(stage, house) as site:
        client = site.browser()
        page = client.get(f"{site.url}/").text + client.get(f"{site.url}/items/{_ids(site)[1]}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Show the rest (" in page
    assert 'href="javascript' not in page
    assert 'dir="auto"' in page


def test_a_time_is_told_in_one_zone(site: Site) -> None:
    page = site.browser().get(f"{site.url}/").text
    assert re.search(rf'<time datetime="{datetime.now(UTC).year}-\d\d-\d\dT[\d:]+\+00:00">', page)

"""The list by filter: what is searched, put off, saved, looked at by somebody else, and told when it comes in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from gleanery.flow import desk
from gleanery.flow.rights import Role
from tests.web.houses import Site, house_with, moved_in, post


@pytest.fixture
def site(own_site: Site) -> Site:
    """Every test here has a house of its own."""
    return own_site


def _titles(page: str) -> list[str]:
    return re.findall(r'class="open".*?<span dir="auto"[^>]*>([^<]+)</span>', page, re.DOTALL)


def _get(site: Site, path: str, client: requests.Session | None = None) -> str:
    answer = (client or site.browser()).get(site.url + path)
    assert answer.status_code == 200
    return answer.text


def test_a_search_lists_what_holds_the_words_and_can_be_taken_away(site: Site) -> None:
    page = _get(site, "/?words=ladd&order=newest&source=")
    assert _titles(page) == ["Working with ladders, part 1"]
    assert 'value="ladd"' in page
    assert 'href="/?state=waiting&amp;order=newest"' in page
    assert "Nothing matches this filter" in _get(site, "/?words=walrus")


@pytest.mark.parametrize(
    "query", ["state=none", "kind=none", "since=soon", "order=worst", "item=1", "words=" + "a" * 201]
)
def test_a_filter_that_is_none_of_ours_is_told(site: Site, query: str) -> None:
    assert site.browser().get(f"{site.url}/?{query}").status_code == 422


def test_what_is_put_off_leaves_the_list_and_can_be_taken_up_again(site: Site) -> None:
    client, [first, second] = site.browser(), desk.queue(site.house).rows[:2]
    page = client.post(f"{site.url}/items/{first.id}/later", data={"next": str(second.id)}).text
    assert re.search(r"Put off until tomorrow:.*?spreadsheets, part 0", page, re.DOTALL)
    assert first.title not in _titles(page)
    assert _titles(_get(site, "/?later=1", client)) == [first.title]
    page = client.post(f"{site.url}/items/{first.id}/now").text
    assert first.title in _titles(page)


def test_others_see_that_somebody_looks_at_an_item(site: Site) -> None:
    item, lead = desk.queue(site.house).rows[0].id, site.browser("lead")
    answer = lead.post(f"{site.url}/items/{item}/claim")
    assert (answer.status_code, answer.text) == (204, "")
    assert _get(site, "/").count("lead is looking at this") == 2  # in the list and in the reader
    assert "is looking at this" not in _get(site, "/", lead)
    lead.post(f"{site.url}/items/{item}/reject")
    assert "is looking at this" not in _get(site, "/?state=rejected")


def test_a_filter_is_saved_under_a_name_and_shared_by_a_lead_alone(site: Site) -> None:
    curator = site.browser("learning", roles=[Role.CURATOR])
    form = {"name": "Ladders", "query": "state=waiting&words=ladders"}
    answer = curator.post(f"{site.url}/queue/views", data=form)
    assert answer.url.endswith("/?state=waiting&words=ladders")
    assert re.search(
        r"Ladders</a></th>\s*<td>Waiting</td>\s*<td class=\"figure\">1</td>",
        _get(site, "/queue/views", curator),
    )
    answer = curator.post(f"{site.url}/queue/views", data=form | {"shared": "1"})
    assert answer.status_code == 409
    assert 'value="Ladders"' in answer.text
    site.browser().post(
        f"{site.url}/queue/views", data={"name": "All", "query": "state=waiting", "shared": "1"}
    )
    assert ">All</a>" in _get(site, "/", curator)
    [view] = re.findall(r"/queue/views/([0-9a-f-]+)/remove", _get(site, "/queue/views", curator))
    assert ">Ladders<" not in curator.post(f"{site.url}/queue/views/{view}/remove").text
    answer = curator.post(f"{site.url}/queue/views", data={"name": "  ", "query": "words=ladders"})
    assert (answer.status_code, "Give it a name." in answer.text) == (422, True)


def test_items_that_came_in_are_told_and_the_list_stays_as_it_is(site: Site) -> None:
    nothing = _get(site, "/queue/news?than=4&words=ladders").split('id="news"')[1]
    assert ("new item" in nothing, "></div>" in nothing, "Nothing new." in nothing) == (False, True, True)
    assert "4 new items</a>" in _get(site, "/queue/news?than=0")


def test_two_curators_are_told_of_each_other_at_the_item(site: Site) -> None:
    row = desk.queue(site.house).rows[0]
    lead, curator = site.browser("lead"), site.browser()
    form = {"seen": str(row.revision), "known": "0"}
    lead.post(f"{site.url}/items/{row.id}/approve", data=form).raise_for_status()
    answer = curator.post(f"{site.url}/items/{row.id}/reject", data=form | {"reason": "my long thoughts"})
    assert answer.status_code == 409
    assert re.search(r'id="refusal"[^>]*>Item \w+ was decided meanwhile: lead chose approve, \d', answer.text)


def test_a_refused_verdict_keeps_the_words_that_were_typed(site: Site) -> None:
    item, client = desk.queue(site.house).rows[0].id, site.browser()
    answer = client.post(f"{site.url}/items/{item}/reject", data={"reason": "my long thoughts", "seen": "99"})
    assert answer.status_code == 409
    assert 'value="my long thoughts"' in answer.text


def test_a_reason_can_be_picked_and_added_to(site: Site) -> None:
    item, client = str(desk.queue(site.house).rows[0].id), site.browser()
    client.post(f"{site.url}/items/{item}/reject", data={"chip": "Off topic", "reason": "for sales only"})
    assert desk.show(site.house, item).decisions[0]["reason"] == "Off topic: for sales only"


def test_whoever_may_not_decide_sees_the_queue_without_buttons(site: Site) -> None:
    page = _get(site, "/", site.browser("office", roles=[Role.ADMINISTRATOR]))
    assert len(_titles(page)) == 4
    for part in ('data-act="approve"', 'id="several"', "Everything that matches"):
        assert part not in page, part


def test_the_pages_speak_german(site: Site) -> None:
    page = site.browser().get(f"{site.url}/", headers={"Accept-Language": "de"}).text
    for words in ("Wartend", "Freigeben", "Ablehnen", "Gespeicherte Filter", "Passt nicht zum Thema"):
        assert words in page, words


def test_the_page_weighs_no_more_than_200_kib_with_all_it_needs(stage: Site, tmp_path: Path) -> None:
    goals = [{"name": "safe", "title": "No accidents", "words": ["ladders", "beginner"]}]
    posts = [post(number, text="What a beginner should know. " * 40 + str(number)) for number in range(50)]
    house = house_with(tmp_path, posts, goals=goals, curation={"steps": [{"step": "language"}]})
    with moved_in(stage, house) as site:
        client = site.browser()
        page = client.get(f"{site.url}/")
        assert len(_titles(page.text)) == 50
        files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
        weight = len(page.content) + sum(len(client.get(site.url + file).content) for file in files)
    assert len(files) >= 4
    assert weight <= 200 * 1024

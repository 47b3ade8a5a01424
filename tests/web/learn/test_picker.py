"""gleanery.web.learn.picker: a teacher looks for items and takes them to the course."""

from __future__ import annotations

import html
import json
import re
from uuid import UUID, uuid4

import requests

from gleanery.flow import deciding
from gleanery.model.items import DecisionVerdict
from tests.courses import offered_items, path_of
from tests.gradebook import Gradebook
from tests.web.houses import Site
from tests.web.learn.guests import Guest

_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def teacher(site: Site, **changes: object) -> Guest:
    return Guest(site, None, **{"is_teacher": True, "picks": {"data": "d-1"}, **changes})


def titles(page: requests.Response) -> list[str]:
    return re.findall(r'class="name" dir="auto">([^<]+)<', page.text)


def chosen(gradebook: Gradebook, page: requests.Response) -> list[UUID]:
    """Send the form that a browser sends by itself; what the course was told."""
    fields = {name: html.unescape(value) for name, value in _FIELD.findall(page.text)}
    requests.post(f"{gradebook.url}/placed", data=fields, timeout=10).raise_for_status()
    assert gradebook.placed[-1]["data"] == "d-1"
    return [UUID(one["id"]) for one in json.loads(gradebook.placed[-1]["chosen"])]


def test_a_teacher_takes_several_items_and_a_path_in_the_order_of_the_choice(
    site: Site, gradebook: Gradebook
) -> None:
    first, second, _ = offered_items(site.house)
    path = path_of(site.house, [first, second])
    guest = teacher(site)
    assert titles(guest.first) == [
        "First days",
        *(
            f"Working with {topic}"
            for topic in ("feedback, part 2", "ladders, part 1", "spreadsheets, part 0")
        ),
    ]
    answer = guest.post("/picked", chosen=[str(second), str(path)])
    assert f"form-action 'self' {gradebook.url};" in answer.headers["content-security-policy"]
    assert chosen(gradebook, answer) == [second, path]


def test_words_and_filters_narrow_the_list_and_what_is_ticked_stays(site: Site, gradebook: Gradebook) -> None:
    first, second, _ = offered_items(site.house)
    guest = teacher(site)
    page = guest.post("/pick", words="ladd", chosen=[str(first)])
    assert titles(page) == ["Working with ladders, part 1"]
    assert "1 more is ticked on other pages." in page.text
    for told in ({"kind": "video"}, {"platform": "slack"}, {"minutes": "5"}, {"competency": "urn:none"}):
        assert titles(guest.post("/pick", **told)) == []
    assert len(titles(guest.post("/pick", kind="article", platform="forum"))) == 3
    assert len(titles(guest.post("/pick", minutes="x", before="-4"))) == 3
    ticked = [value for name, value in _FIELD.findall(page.text) if name == "chosen"]
    assert chosen(gradebook, guest.post("/picked", chosen=[*ticked, str(second)])) == [first, second]


def test_the_list_is_paged_by_keys(site: Site) -> None:
    page = teacher(site).post("/pick", before="3")
    assert titles(page) == ["Working with ladders, part 1", "Working with spreadsheets, part 0"]


def test_nothing_or_what_is_no_longer_offered_is_told_and_keeps_the_ticks(site: Site) -> None:
    first, second, _ = offered_items(site.house)
    guest = teacher(site)
    assert "Choose something" in guest.post("/picked").text
    deciding.decide(site.house, str(first), DecisionVerdict.RETRACT, "curator")
    page = guest.post("/picked", chosen=[str(first), str(second), str(uuid4()), "odd"])
    assert page.status_code == 422
    assert "Some of it is no longer offered." in page.text
    assert f'value="{second}" checked' in page.text


def test_only_a_teacher_who_was_asked_to_choose_may(site: Site) -> None:
    item, *_ = offered_items(site.house)
    for guest in (
        teacher(site, is_teacher=False),
        Guest(site, None, is_teacher=True),
    ):
        assert guest.first.status_code == 404
    learner = Guest(site, item)
    assert learner.get("/pick").status_code == 404
    assert learner.post("/picked", chosen=[str(item)]).status_code == 404


def test_without_cookies_the_choice_works_too(site: Site, gradebook: Gradebook) -> None:
    first, *_ = offered_items(site.house)
    guest = teacher(site, cookies=False)
    assert len(titles(guest.first)) == 3
    page = guest.post("/pick", words="spreadsheets")
    assert titles(page) == ["Working with spreadsheets, part 0"]
    assert chosen(gradebook, guest.post("/picked", page, chosen=[str(first)])) == [first]

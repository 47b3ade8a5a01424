"""The page of duplicates by its forms, without scripts, and the API that does the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import event

from gleanery.flow import desk
from gleanery.flow.rights import Role
from tests.web.houses import Site, copied, house_with, moved_in, post

CURATOR = [Role.CURATOR]
WORDS = (
    "A cut axis, a missing baseline, two scales in one picture: five habits of careful people who draw charts, "
    "each of them shown before and after, with the numbers behind the picture and a note on colours for print."
)
HALF = WORDS[: int(len(WORDS) * 0.62)]
NUMBER = "+49 170 5550123"


@pytest.fixture(scope="module")
def alike(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with pairs that look alike, a group of three posts, and a pair of which one is quarantined."""
    folder = tmp_path_factory.mktemp("alike") / "house"
    others = [
        post(number, title="Charts", text=f"{HALF} {end}")
        for number, end in enumerate(
            (
                "Then we cook a soup for twenty guests at once.",
                "Music belongs to quite another evening, friends.",
                "Ships at sea report their weather by radio.",
            )
        )
    ]
    group = [post(10 + number, url=f"https://youtu.be/gLnTest0001?si={number}") for number in range(3)]
    hidden = [post(20, title="Charts", text=f"{HALF} Ring {NUMBER} before you come.")]
    steps = [{"step": name} for name in ("canonical", "duplicates", "sensitive")]
    house_with(folder, [*others, *group, *hidden], curation={"steps": steps}).close()
    return folder


@pytest.fixture
def alike_site(stage: Site, alike: Path, tmp_path: Path) -> Iterator[Site]:
    with moved_in(stage, copied(alike, tmp_path / "house")) as made:
        yield made


def first_pair(page: str) -> dict[str, str]:
    """The two items that the first form of the page is about."""
    found = re.search(
        r'name="item" value="([^"]+)">\s*<input type="hidden" name="other" value="([^"]+)"', page
    )
    assert found is not None
    return {"item": found[1], "other": found[2]}


def test_pairs_are_shown_side_by_side_merged_kept_apart_and_undone_by_forms_alone(alike_site: Site) -> None:
    browser, url = alike_site.browser("curator", CURATOR), f"{alike_site.url}/curation/duplicates"
    page = browser.get(url).text
    assert page.count("One thing: merge") >= 2
    assert "<mark>" in page
    assert NUMBER not in page
    before = len(desk.queue(alike_site.house).rows)
    merged = browser.post(f"{url}/merge", data=first_pair(page))
    assert "The items are one now." in merged.text
    undo = re.search(r'action="/curation/duplicates/undo".*?name="item" value="([^"]+)"', merged.text, re.S)
    assert undo is not None
    assert "The merge or split is undone." in browser.post(f"{url}/undo", data={"item": undo[1]}).text
    assert len(desk.queue(alike_site.house).rows) == before
    pair = first_pair(browser.get(url).text)
    assert "different things" in browser.post(f"{url}/apart", data=pair).text
    apart = browser.get(url, params={"show": "apart"}).text
    assert first_pair(apart) in (pair, {"item": pair["other"], "other": pair["item"]})
    assert "asked about them again" in browser.post(f"{url}/again", data={**pair, "show": "apart"}).text
    assert "Nothing is kept apart" in browser.get(url, params={"show": "apart"}).text


def test_a_post_is_split_off_its_group_on_the_page_and_comes_back(alike_site: Site) -> None:
    browser, url = alike_site.browser("curator", CURATOR), f"{alike_site.url}/curation/duplicates"
    page = browser.get(url, params={"show": "groups"}).text
    assert page.count('action="/curation/duplicates/split"') == 2
    found = re.search(
        r'name="item" value="([^"]+)">\s*<input type="hidden" name="post" value="([^"]+)"', page
    )
    assert found is not None
    form = {"show": "groups", "item": found[1], "post": found[2]}
    split = browser.post(f"{url}/split", data=form).text
    assert "an item of its own now" in split
    assert split.count('action="/curation/duplicates/split"') == 1
    assert browser.post(f"{url}/split", data=form).status_code == 409
    undone = browser.post(f"{url}/undo", data={"show": "groups", "item": found[1]}).text
    assert undone.count('action="/curation/duplicates/split"') == 2


def test_programs_page_through_pairs_and_groups(alike_site: Site) -> None:
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {alike_site.token('curator', roles=CURATOR)}"
    url = f"{alike_site.url}/api/duplicates"
    every = api.get(url).json()["pairs"]
    assert len(every) >= 2
    assert [one["likeness"] for one in every] == sorted((one["likeness"] for one in every), reverse=True)
    seen, after = [], ""
    while after is not None:
        told = api.get(url, params={"limit": 1, "after": after}).json()
        seen += told["pairs"]
        after = told["next"]
    assert seen == every
    [group] = api.get(f"{url}/groups").json()["groups"]
    assert [one["can_leave"] for one in group["posts"]] == [False, True, True]
    pair = {"item": every[0]["older"]["id"], "other": every[0]["younger"]["id"]}
    place = f"{alike_site.url}/api/items/{pair['item']}"
    assert api.post(f"{place}/ask-again", json={"other": pair["other"]}).status_code == 409
    assert api.post(f"{place}/apart", json={"other": pair["other"]}).status_code == 200
    assert len(api.get(url).json()["pairs"]) == len(every) - 1
    assert len(api.get(url, params={"apart": True}).json()["pairs"]) == 1
    assert len(api.post(f"{place}/ask-again", json={"other": pair["other"]}).json()["pairs"]) == len(every)
    assert api.get(url, params={"after": "nonsense"}).status_code == 422
    assert api.get(f"{url}/groups", params={"after": "-1"}).status_code == 422


def test_the_queries_of_the_page_do_not_grow_with_its_rows(alike_site: Site) -> None:
    from gleanery.flow.items.duplicates import groups, pairs

    seen: list[str] = []
    event.listen(alike_site.house.store.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    counts = []
    for limit in (1, 3):
        seen.clear()
        assert len(pairs(alike_site.house, limit=limit).rows) == limit
        groups(alike_site.house, limit=limit)
        counts.append(len(seen))
    assert counts[0] == counts[1]

"""What was learned, as its pages and its API show it, and what they let people do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gleanery.flow import desk
from gleanery.flow.learning.fitting import fit_due
from gleanery.flow.learning.rating import rate_due
from gleanery.flow.rights import Role
from tests.flow.learning.decided import (
    APPROVE,
    OTHER_WORDS,
    REJECT,
    WANTED_WORDS,
    bees,
    decide,
    house_of,
    trains,
)
from tests.web.houses import Site, moved_in

LEAD, CURATOR = [Role.LEAD], [Role.CURATOR]
PATH = "/curation/learned"


@pytest.fixture
def site(stage: Site, tmp_path: Path) -> Iterator[Site]:
    """The pages of a house with five decisions of each kind and six items that wait."""
    rows = [*(bees(n) for n in range(8)), *(trains(100 + n) for n in range(8))]
    house = house_of(tmp_path / "trades", rows)
    decide(house, WANTED_WORDS, APPROVE, 5)
    decide(house, OTHER_WORDS, REJECT, 5)
    fit_due(house)
    rate_due(house)
    with moved_in(stage, house) as made:
        yield made


def act(site: Site, browser: requests.Session, path: str) -> requests.Response:
    """The answer to a form of a page, followed to where it leads."""
    return browser.post(site.url + path, timeout=20)


def test_a_goal_shows_its_words_its_decisions_and_how_good_it_is(site: Site) -> None:
    browser = site.browser("lead", roles=LEAD)
    listed = browser.get(f"{site.url}{PATH}", timeout=20).text
    assert "Learned from 5 approved and 5 rejected items." in listed
    page = browser.get(f"{site.url}{PATH}/bees", timeout=20).text
    assert "Measured on decisions that were left out in learning." in page
    assert page.count("/items/") == 10
    assert "<svg" in page
    assert ">hive</bdi>" in page
    told = browser.get(f"{site.url}/api/learned/bees", timeout=20).json()
    assert (told["version"]["wanted"], told["version"]["unwanted"]) == (5, 5)
    assert [one["wanted"] for one in told["decisions"]].count(True) == 5


def test_an_item_shows_the_words_that_spoke(site: Site) -> None:
    [row, *_] = [row for row in desk.queue(site.house).rows if "near" in row.title]
    page = site.browser("curator", roles=CURATOR).get(f"{site.url}/items/{row.id}", timeout=20).text
    assert "What was learned says" in page


def test_the_queue_mixes_and_says_why_an_item_is_where_it_is(site: Site) -> None:
    page = site.browser("curator", roles=CURATOR).get(f"{site.url}/?order=mixed", timeout=20).text
    assert page.count("Uncertain: your verdict teaches most") == 1
    assert (
        "Uncertain: your verdict teaches most"
        not in site.browser("curator", roles=CURATOR).get(site.url).text
    )


def test_a_lead_deletes_what_was_learned_and_has_it_learned_again(site: Site) -> None:
    browser = site.browser("lead", roles=LEAD)
    gone = act(site, browser, f"{PATH}/bees/delete")
    assert "Nothing is learned for this goal" in gone.text
    assert ">hive</bdi>" not in gone.text
    assert "Learn nothing for this goal" in act(site, browser, f"{PATH}/bees/on").text
    assert (
        "Version 3, learned from 5 approved and 5 rejected items."
        in act(site, browser, f"{PATH}/bees/refit").text
    )
    assert browser.post(f"{site.url}/api/learned/none/refit", timeout=20).status_code in (403, 404)


def test_a_curator_sees_and_changes_nothing(site: Site) -> None:
    browser = site.browser("curator", roles=CURATOR)
    assert "Delete what was learned" not in browser.get(f"{site.url}{PATH}/bees", timeout=20).text
    assert act(site, browser, f"{PATH}/bees/delete").status_code == 403

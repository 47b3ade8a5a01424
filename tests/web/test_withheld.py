"""Blocked words reach no page (gleanery.flow.withheld)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gleanery.config import load
from gleanery.flow import desk, screen
from gleanery.flow.founding import found_house
from gleanery.flow.withheld import detail_shown
from gleanery.model.items import ItemState
from tests.house import write_config
from tests.web.conftest import NUMBER
from tests.web.houses import Site, house_with, post, served

EVERYWHERE = [f"/?state={state}" for state in ("waiting", "quarantined", "approved", "rejected", "dropped")]


@pytest.fixture
def site(own_site: Site) -> Site:
    """Every test here has a house of its own."""
    return own_site


def _seen(site: Site, item: str) -> str:
    client = site.browser()
    return "".join(client.get(site.url + path).text for path in [*EVERYWHERE, f"/items/{item}"])


def test_a_quarantined_item_names_the_kind_and_never_the_words(site: Site) -> None:
    item = str(desk.queue(site.house, (ItemState.QUARANTINED,)).rows[0].id)
    page = _seen(site, item)
    assert "withheld: telephone number" in page
    assert "Withheld: Article" in page
    for part in (NUMBER, "5550123", "room is free", "https://learning.example.org/9"):
        assert part not in page


def test_the_words_stay_withheld_once_the_item_is_rejected(site: Site) -> None:
    item = str(desk.queue(site.house, (ItemState.QUARANTINED,)).rows[0].id)
    page = site.browser().post(f"{site.url}/items/{item}/reject", data={"state": "quarantined"}).text
    page += _seen(site, item)
    assert "the withheld item" in page
    assert "room is free" not in page


def test_nothing_of_the_words_is_even_handed_to_a_template(site: Site) -> None:
    row = desk.queue(site.house).rows[0]
    detail = desk.show(site.house, str(row.id))
    blocked = replace(
        row, reasons=(desk.Reason("guard", "block", "guard.found", "Holds a token.", ("token",)),)
    )
    told = repr(detail_shown(replace(detail, row=blocked)))
    assert "spreadsheets" in repr(detail)
    assert "spreadsheets" not in told
    assert "learning.example.org" not in told
    assert "'token'" in told


@pytest.mark.parametrize("word", ["ladders", "Working with ladders"])
def test_words_that_a_later_rule_blocks_vanish_although_they_were_kept(tmp_path: Path, word: str) -> None:
    before = house_with(tmp_path, [post(1)], curation={"steps": [{"step": "sensitive"}]})
    sources = [{"name": "forum", "connector": "drafts", "settings": {"posts": "posts.jsonl"}}]
    before.close()
    steps = [{"step": "sensitive", "settings": {"confidential": [word]}}]
    house = found_house(load(write_config(tmp_path, sources=sources, curation={"steps": steps})))
    screen(house)
    item = str(desk.queue(house, (ItemState.QUARANTINED,)).rows[0].id)
    with served(house) as site:
        page = _seen(site, item)
    assert "withheld: confidential" in page
    assert "ladders" not in page

"""The score with its parts and the marked text, on the page of an item, in the list, and to programs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.flow import desk
from gleanery.flow.house import House
from gleanery.model.items import ItemState
from tests.web.houses import Site, copied, house_with, moved_in, post

STEPS = [{"step": name} for name in ("canonical", "sensitive", "language", "quality", "aids")]
TEXT = (
    "Slow queries usually have a plan that reads too many rows. An index lets the database find the rows at once. "
    "The planner decides by statistics whether an index is worth <b>using</b>. Lunch was served in the yard. "
    "When statistics are stale, the planner reads the whole table although an index would be faster."
)
NUMBER = "+49 170 5550123"


def aids_house(folder: Path) -> House:
    """A house with a text worth marking, advertising, and words that are withheld."""
    posts = [
        post(0, title="Why queries are slow", text=TEXT, licence="CC BY 4.0"),
        post(
            1, title="BUY NOW!!! Limited offer", text="Claim your prize, make money, click here, 100% free!!!"
        ),
        post(2, title="Ring the room", text=f"{TEXT} Ring {NUMBER} before Friday."),
    ]
    settings = {"posts": "posts.jsonl", "may_score": True}
    source = {"name": "forum", "connector": "drafts", "first_items": 10_000, "settings": settings}
    return house_with(folder, posts, curation={"steps": STEPS}, sources=[source])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that house, closed."""
    folder = tmp_path_factory.mktemp("aids") / "house"
    aids_house(folder).close()
    return folder


@pytest.fixture
def site(stage: Site, template: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house."""
    with moved_in(stage, copied(template, tmp_path / "house")) as made:
        yield made


def item_of(site: Site, word: str) -> str:
    rows = desk.queue(site.house, tuple(ItemState)).rows
    return str(next(row.id for row in rows if word in (row.title or row.state)))


def page(site: Site, path: str, language: str = "en") -> str:
    client = site.browser()
    client.headers["Accept-Language"] = language
    return client.get(site.url + path).text


def marked(told: str) -> list[str]:
    return [
        html.unescape(re.sub("<.*?>", "", one))
        for one in re.findall(r'<mark class="telling">(.*?)</mark>', told)
    ]


def test_the_page_shows_the_score_with_its_parts_and_the_sentences_that_say_most(site: Site) -> None:
    told = page(site, f"/items/{item_of(site, 'slow')}")
    for part in (
        "Quality: ",
        "How much it says",
        "How new it is",
        "Licence and rights",
        "The sentences that say most",
    ):
        assert part in told, part
    assert 'aria-label="Key terms in its own words"' in told
    assert "".join(marked(told)) in TEXT
    assert len("".join(marked(told))) > 40
    assert "<b>using" not in told
    assert "&lt;b&gt;using" in told


def test_the_whole_text_stands_there_whatever_is_marked_in_it(site: Site) -> None:
    told = page(site, f"/items/{item_of(site, 'slow')}")
    shown = re.search(r'<div class="words".*?<p>(.*?)</p>', told, re.DOTALL)
    assert shown is not None
    assert html.unescape(re.sub("<.*?>", "", shown[1])) == TEXT


def test_the_page_speaks_german(site: Site) -> None:
    told = page(site, f"/items/{item_of(site, 'slow')}", "de")
    for part in (
        "Qualität: ",
        "Wie viel darin steht",
        "Schlüsselbegriffe in seinen eigenen Worten",
        "Bewertet mit",
    ):
        assert part in told, part


def test_advertising_is_flagged_and_stays_in_the_queue(site: Site) -> None:
    told = page(site, f"/items/{item_of(site, 'BUY')}")
    assert "reads like advertising" in told
    assert "Free of advertising" in told
    assert "quality " in page(site, "/")


def test_nothing_of_withheld_words_is_marked_named_or_offered(site: Site) -> None:
    item = item_of(site, "quarantined")
    told = page(site, f"/items/{item}?fill=summary")
    assert "planner" not in told
    assert not marked(told)
    api = site.browser().get(f"{site.url}/api/items/{item}").json()
    assert api["aids"] == {"marks": [], "terms": [], "offered": ""}


def test_programs_get_score_parts_marks_and_minutes(site: Site) -> None:
    client = site.browser()
    [row] = [one for one in client.get(f"{site.url}/api/items").json()["items"] if "slow" in one["title"]]
    assert 0 < row["quality"]["total"] <= 1
    assert {"substance", "freshness", "rights"} <= row["quality"]["parts"].keys()
    told = client.get(f"{site.url}/api/items/{row['id']}").json()
    assert told["quality"] == row["quality"]
    sentences = [told["text"][start:end] for start, end, kind in told["aids"]["marks"] if kind == "summary"]
    assert sentences
    assert all(sentence in TEXT for sentence in sentences)
    assert all(term in TEXT for term in told["aids"]["terms"])


def test_a_summary_begins_with_the_marked_sentences_where_they_may_leave(site: Site) -> None:
    item = item_of(site, "slow")
    offered = desk.show(site.house, item).aids.offered
    told = page(site, f"/items/{item}?fill=summary")
    [area] = re.findall(r'name="summary".*?>(.*?)</textarea>', told, re.DOTALL)
    assert html.unescape(area) == offered
    assert bool(offered) == ("These are the sentences marked in the text." in told)

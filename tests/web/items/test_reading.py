"""The page of one item: reading, wording, notes, hidden passages, tags, comparing; without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import requests
from sqlalchemy import event

from gleanery.flow import desk
from gleanery.flow.rights import Role
from gleanery.model.items import ItemState, Tag
from tests.web.houses import Site
from tests.web.items.conftest import NUMBER


def item_of(site: Site, word: str = "part 0") -> str:
    rows = desk.queue(site.house, tuple(ItemState)).rows
    return str(next(row.id for row in rows if word in (row.title or row.state)))


def send(site: Site, client: requests.Session, path: str, **form: str) -> requests.Response:
    return client.post(site.url + path, data=form, allow_redirects=False)


def page(site: Site, client: requests.Session, item: str) -> str:
    return client.get(f"{site.url}/items/{item}").text


def test_the_page_says_why_the_item_is_here_and_what_became_of_it(site: Site) -> None:
    item = item_of(site)
    told = page(site, site.browser(), item)
    for part in (
        "Why is this here",
        "Holds no personal, payment or secret data that we can recognise.",
        "same address",
        "the sales team",
        "read by forum",
        "Worth ten minutes.",
        "Spreadsheets",
        "proposed, ",
        "Came in",
        "by the rules",
        "Nothing is loaded from there until you open it.",
        'rel="noopener noreferrer nofollow" target="_blank"',
    ):
        assert part in told, part


def test_the_page_speaks_german_findings_included(site: Site) -> None:
    client = site.browser()
    client.headers["Accept-Language"] = "de"
    told = page(site, client, item_of(site))
    for part in (
        "Warum ist das hier",
        "Geschrieben in en.",
        "Eingegangen",
        "vorgeschlagen",
        "zuerst gesehen",
    ):
        assert part in told, part
    assert "Why is this here" not in told


def test_an_edit_comes_back_to_the_same_place_and_says_so(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    form = {"title": "Sums without tears", "summary": "For beginners.", "seen": "0"}
    answer = send(site, client, f"/items/{item}/wording", back="?state=approved&platform=forum", **form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/items/{item}?state=approved&platform=forum&said=edited"
    told = client.get(site.url + answer.headers["location"]).text
    assert "Saved. Pages and destinations show these words now." in told
    assert "Sums without tears" in told
    assert "Its source calls it:" in told
    assert re.search(r'name="back" value="\?[^"]*state=approved', told)


@pytest.mark.parametrize(
    "back", ["//elsewhere.example.org", "https://elsewhere.example.org/", "?state=nonsense", "\x00%"]
)
def test_nobody_is_led_elsewhere(site: Site, back: str) -> None:
    answer = send(site, site.browser(), f"/items/{item_of(site)}/notes", body="A note.", back=back)
    assert answer.status_code == 303
    assert re.match(r"/items/[0-9a-f-]{36}\?", answer.headers["location"])


def test_a_refused_edit_keeps_everything_that_was_typed(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    send(site, site.browser("lead"), f"/items/{item}/wording", title="Theirs", seen="0")
    answer = send(
        site, client, f"/items/{item}/wording", title='Mine "quoted"', summary="And <this>", seen="0"
    )
    assert answer.status_code == 409
    assert "edited by somebody else" in answer.text
    assert 'value="Mine &#34;quoted&#34;"' in answer.text
    assert "And &lt;this&gt;</textarea>" in answer.text
    answer = send(site, client, f"/items/{item}/wording", title="x" * 400, summary="Kept.")
    assert answer.status_code == 422
    assert "Kept.</textarea>" in answer.text


def test_notes_are_left_shown_and_removed_by_their_writer_only(site: Site) -> None:
    client, other, item = site.browser(), site.browser("lead"), item_of(site)
    send(site, client, f"/items/{item}/notes", body="Ask the safety team.")
    [note] = set(re.findall(r"/notes/([0-9a-f-]{36})/remove", page(site, client, item)))
    assert "Ask the safety team." in page(site, other, item)
    assert "/remove" not in page(site, other, item).partition('id="notes"')[2]
    assert send(site, other, f"/items/{item}/notes/{note}/remove").status_code == 409
    assert send(site, client, f"/items/{item}/notes/{note}/remove").status_code == 303
    assert "Ask the safety team." not in page(site, client, item)
    assert send(site, client, f"/items/{item}/notes", body=" ").status_code == 422


def test_hidden_passages_are_shown_to_whoever_asks_and_to_nobody_else(site: Site) -> None:
    client, item = site.browser(), item_of(site, "Ring")
    assert "Hidden here: telephone number." in page(site, client, item)
    assert NUMBER not in page(site, client, item)
    answer = client.post(f"{site.url}/items/{item}/reveal")
    assert NUMBER in answer.text
    assert NUMBER in page(site, client, item)
    assert NUMBER not in page(site, site.browser("lead"), item)
    assert NUMBER not in client.get(f"{site.url}/").text.partition('id="reader"')[0]


def test_without_scripts_a_tag_is_found_on_a_page_of_its_own(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    found = client.get(
        f"{site.url}/items/{item}/tags", params={"q": "managing", "back": "?state=approved"}
    ).text
    assert "Project management" in found
    assert "Managing projects" in found
    answer = send(
        site, client, f"/items/{item}/tags", framework="skills", concept="urn:c:1", back="?state=approved"
    )
    assert answer.headers["location"].endswith("state=approved&said=tagged")
    assert "by a person" in page(site, client, item)
    send(site, client, f"/items/{item}/tags/remove", framework="skills", concept="urn:c:1")
    assert "1 tag was taken off" in page(site, client, item)
    send(site, client, f"/items/{item}/tags/accept")
    assert "proposed," not in page(site, client, item)
    assert "Nothing begins so" in client.get(f"{site.url}/items/{item}/tags?q=xyzzy").text


def test_two_items_are_compared_merged_and_parted_again(site: Site) -> None:
    client, one, other = site.browser(), item_of(site), item_of(site, "part 8")
    told = client.get(f"{site.url}/items/{one}/alike/{other}").text
    assert "<mark>0</mark>" in told
    assert "<mark>8</mark>" in told
    answer = send(site, client, f"/items/{other}/merge", other=one, back="?state=waiting")
    assert answer.headers["location"].startswith(f"/items/{one}?")
    assert "Undo the merge" in page(site, client, one)
    assert (
        client.get(f"{site.url}/items/{one}/alike/{other}").url.partition("?")[0] == f"{site.url}/items/{one}"
    )
    send(site, client, f"/items/{one}/regrouping/undo")
    assert "part 8" in page(site, client, other)
    assert send(site, client, f"/items/{one}/apart", other=other).status_code == 303
    assert (
        "Somebody said that these are different." in client.get(f"{site.url}/items/{one}/alike/{other}").text
    )


def test_a_post_is_split_off(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    post = str(desk.show(site.house, item).provenance[-1].post_id)
    assert f'name="post" value="{post}"' in page(site, client, item)
    assert send(site, client, f"/items/{item}/split", post=post).status_code == 303
    assert "Undo the split" in page(site, client, item)
    founding = desk.show(site.house, item).provenance[0].post_id
    assert send(site, client, f"/items/{item}/split", post=str(founding)).status_code == 422


def test_withheld_words_offer_no_edit_and_nothing_is_said_of_them(site: Site) -> None:
    client = site.browser()
    rows = desk.queue(site.house, (ItemState.QUARANTINED,)).rows
    told = page(site, client, str(rows[0].id))
    assert "withheld: e-mail address" in told
    for part in ("somebody@", "training room", "/wording", "/reveal"):
        assert part not in told
    assert send(site, client, f"/items/{rows[0].id}/wording", title="Anything").status_code == 409


def test_who_may_only_read_is_offered_nothing_to_write(site: Site) -> None:
    client, item = site.browser("office", roles=[Role.ADMINISTRATOR]), item_of(site)
    told = page(site, client, item)
    assert "Why is this here" in told
    for part in ("/wording", "/tags", "/notes", "/split", "Add a tag"):
        assert part not in told
    for path in (
        "wording",
        "notes",
        "tags",
        "tags/remove",
        "tags/accept",
        "reveal",
        "merge",
        "split",
        "apart",
    ):
        assert send(site, client, f"/items/{item}/{path}").status_code == 403, path


@pytest.mark.parametrize("path", ["", "/tags", "/alike/00000000-0000-4000-8000-000000000001"])
def test_an_unknown_item_is_told_in_words(site: Site, path: str) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    assert site.browser().get(f"{site.url}/items/{unknown}{path}").status_code == 404
    for act in ("notes", "wording", "reveal", "tags", "regrouping/undo"):
        assert send(site, site.browser(), f"/items/{unknown}/{act}", body="x").status_code == 404


def counted(site: Site, act: Callable[[], Any]) -> int:
    """How many questions to the database something takes."""
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(site.house.store.engine, "before_cursor_execute", note)
    act()
    event.remove(site.house.store.engine, "before_cursor_execute", note)
    return len(asked)


def test_the_number_of_queries_does_not_grow_with_what_is_known_of_the_item(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    for kind, form in (("notes", {"body": "A note."}), ("wording", {"title": "Title 0"})):
        send(site, client, f"/items/{item}/{kind}", **form)
    before = counted(site, lambda: page(site, client, item))
    for number in range(8):
        send(site, client, f"/items/{item}/notes", body=f"Note {number}")
        send(site, client, f"/items/{item}/wording", title=f"Title {number + 1}")
    assert counted(site, lambda: page(site, client, item)) == before
    assert before <= 52


def test_a_proposal_shows_its_band_and_words_and_is_confirmed_or_refused_by_one_button(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    told = page(site, client, item).partition('id="tags"')[2].partition("</section>")[0]
    assert "proposed, likely" in told
    assert re.search(r"<q[^>]*>[Ss]preadsheets?</q>", told)
    assert told.count('data-act="confirm"') == told.count('data-act="refuse"') == 1
    named = {"framework": "skills", "concept": "urn:c:3"}
    assert send(site, client, f"/items/{item}/tags", **named).headers["location"].endswith("said=tagged")
    told = page(site, client, item).partition('id="tags"')[2].partition("</section>")[0]
    assert "by a person" in told
    assert "<q" not in told.partition("by a person")[0]
    assert 'aria-label="Confirm the tag Spreadsheets"' not in told
    send(site, client, f"/items/{item}/tags/remove", **named)
    assert "1 tag was taken off" in page(site, client, item)


def test_an_unsure_proposal_stands_behind_the_others_and_not_in_the_queue(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    with site.house.store.write() as session:
        session.add(
            Tag(
                item_id=UUID(item),
                framework="skills",
                concept="urn:c:2",
                said_by="rule:tags@2",
                confidence=0.1,
            )
        )
    told = page(site, client, item).partition('id="tags"')[2].partition("</section>")[0]
    likely, _, unsure = told.partition("1 unsure proposal<")
    assert "proposed, likely" in likely
    assert "proposed, unsure" in unsure
    assert "proposed, unsure" not in likely
    shown = desk.show(site.house, str(item)).row
    assert [tag.concept for tag in shown.unsure_tags] == ["urn:c:2"]
    assert "urn:c:2" not in {tag.concept for tag in shown.likely_tags}

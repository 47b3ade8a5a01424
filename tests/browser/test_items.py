"""One item in a real browser: by keyboard alone, accessible, and with hostile words in every field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery.flow import desk, grouping
from gleanery.flow.items import editing, noting, tagging
from gleanery.flow.items.editing import Wording
from gleanery.model.items import ItemState
from gleanery.model.posts import Author
from tests.browser.pages import opened
from tests.browser.test_accessible import violations
from tests.browser.test_hostile import OWN
from tests.web.houses import Site, copied, house_with, moved_in, post, served
from tests.web.items.conftest import NUMBER, item_house

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house with an item of each sort."""
    folder = tmp_path_factory.mktemp("items") / "house"
    item_house(folder).close()
    return folder


@pytest.fixture
def items(stage: Site, template: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house."""
    with moved_in(stage, copied(template, tmp_path / "house")) as made:
        yield made


def item_of(site: Site, word: str = "part 0") -> str:
    rows = desk.queue(site.house, tuple(ItemState)).rows
    return str(next(row.id for row in rows if word in (row.title or row.state)))


def said(page: Page) -> str:
    expect(page.locator("#said")).to_be_focused()
    return page.locator("#said").inner_text()


@pytest.mark.parametrize(
    ("key", "told", "confirmed"),
    [("y", "Tagged.", 1), ("o", "The tag is removed. No rule puts it there again.", 0)],
)
def test_a_proposed_tag_is_confirmed_or_refused_by_one_key(
    chromium: Browser, items: Site, key: str, told: str, confirmed: int
) -> None:
    with opened(chromium, items) as page:
        page.goto(f"{items.url}/?item={item_of(items)}")
        chips = page.locator("#tags .tags .chip")
        proposed = chips.filter(has_text="proposed, likely")
        expect(proposed.locator("q")).to_have_text("spreadsheets")
        page.keyboard.press(key)
        assert said(page) == told
        expect(proposed).to_have_count(0)
        expect(chips.filter(has_text="by a person")).to_have_count(confirmed)


def test_an_item_is_tagged_edited_and_noted_by_keyboard_alone(chromium: Browser, items: Site) -> None:
    item = item_of(items)
    with opened(chromium, items) as page:
        page.goto(f"{items.url}/?item={item}")
        page.keyboard.press("t")
        field = page.get_by_role("combobox", name="Add a tag")
        expect(field).to_be_focused()
        page.keyboard.type("managing")
        expect(page.locator("[role=option]")).to_contain_text(["Project management Managing projects"])
        assert field.get_attribute("aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
        page.keyboard.press("Enter")
        assert said(page) == "Tagged."
        page.keyboard.press("e")
        expect(page.get_by_label("Title", exact=True)).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type("Sums without tears")
        page.keyboard.press("Tab")
        page.keyboard.type("For beginners.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert said(page).startswith("Saved.")
        expect(page.locator("#reader-title")).to_have_text("Sums without tears")
        page.keyboard.press("n")
        page.keyboard.type("Ask the safety team.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert said(page) == "The note is saved."
        page.get_by_role("button", name="Undo the last edit").focus()
        page.keyboard.press("Enter")
        assert said(page) == "The edit is undone."
    shown = desk.show(items.house, item)
    assert [tag.label for tag in shown.row.tags if tag.by_person] == ["Project management"]
    assert [note.body for note in shown.known.notes] == ["Ask the safety team."]


def test_one_word_is_looked_up_once_however_many_tags_were_added_before(
    chromium: Browser, items: Site
) -> None:
    asked: list[str] = []
    with opened(chromium, items) as page:
        page.goto(f"{items.url}/items/{item_of(items)}")
        page.on("request", lambda request: asked.append(request.url))
        field = page.get_by_role("combobox", name="Add a tag")
        for word, label in (("managing", "Project management"), ("risk", "Risk management")):
            field.fill(word)
            expect(page.locator("[role=option]")).to_contain_text([label])
            field.press("Enter")
            assert said(page) == "Tagged."
    assert len([url for url in asked if "/api/concepts" in url]) == 2


def full(site: Site) -> str:
    """An item with everything there can be on its page."""
    item = item_of(site)
    editing.edit(site.house, item, "curator", Wording("Sums without tears", "For beginners."))
    editing.edit(site.house, item, "curator", Wording("Sums", "For all."))
    noting.add_note(site.house, item, "curator", "Ask the safety team.")
    tagging.add_tag(site.house, item, "curator", tagging.Concept("skills", "urn:c:1"))
    tagging.remove_tag(site.house, item, "curator", tagging.Concept("skills", "urn:c:3"))
    return item


@pytest.mark.proof
def test_every_page_of_an_item_is_accessible_and_fits(chromium: Browser, items: Site) -> None:
    item, other = full(items), item_of(items, "part 8")
    grouping.keep_apart(items.house, item, other, "curator")
    with opened(chromium, items) as page:
        for path in (
            f"/items/{item}",
            f"/items/{item_of(items, 'Ring')}",
            f"/items/{item_of(items, 'quarantined')}",
            f"/items/{item}/tags?q=management",
            f"/items/{item}/tags?q=xyzzy",
            f"/items/{item}/alike/{other}",
        ):
            page.goto(items.url + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            assert violations(page) == [], path
            page.set_viewport_size({"width": 320, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            small = page.evaluate(_SMALL)
            assert small == [], path
            page.set_viewport_size({"width": 1280, "height": 860})
        page.goto(f"{items.url}/items/{item}")
        page.get_by_role("combobox", name="Add a tag").fill("mana")
        page.wait_for_selector("[role=option]")
        assert violations(page) == []
        page.evaluate("document.querySelector('#edit').open = true")
        page.get_by_label("Title", exact=True).fill("Write to somebody@example.com")
        page.get_by_role("button", name="Save", exact=True).click()
        assert "were not saved" in said(page)
        assert page.get_by_label("Title", exact=True).input_value() == "Write to somebody@example.com"
        assert violations(page) == []


_SMALL = """[...document.querySelectorAll("#reader button, #main button, #reader summary, input, textarea")]
  .filter(one => one.offsetParent && (one.offsetHeight < 24 || one.offsetWidth < 24)).map(one => one.outerHTML)"""


def test_hidden_words_come_at_a_press_and_everything_works_without_scripts(
    chromium: Browser, items: Site
) -> None:
    with opened(chromium, items, java_script_enabled=False) as page:
        page.goto(f"{items.url}/items/{item_of(items, 'Ring')}")
        assert NUMBER not in page.content()
        page.get_by_role("button", name="Show it to me").click()
        assert NUMBER in page.content()
        page.goto(f"{items.url}/items/{item_of(items)}")
        page.get_by_label("Add a tag").fill("risk")
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_role("button", name="Add Risk management").click()
        assert "Tagged." in page.locator("#said").inner_text()
        page.locator("#edit summary").click()
        page.get_by_label("Title", exact=True).fill("Without scripts")
        page.get_by_role("button", name="Save", exact=True).click()
        assert page.locator("#reader-title").inner_text() == "Without scripts"


_WATCH = """
window.ran = 0;
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => { window.ran += 1; };
"""
_FOREIGN = """document.querySelectorAll(
  "main :is(script, iframe, object, embed, form:not([action^='/']), img:not([src^='/static/'])), " +
  "main :is([onerror], [onload], [onfocus], [ontoggle], [srcdoc])"
).length"""


@pytest.mark.parametrize("without_policy", [False, True])
def test_hostile_words_in_every_field_of_an_item_run_nothing(
    chromium: Browser, tmp_path: Path, without_policy: bool
) -> None:
    """Titles, texts, authors, notes, edits, labels of competencies, in the reader, the search and the comparison."""
    skills = tmp_path / "skills.csv"
    rows = "".join(
        'urn:c:{},"{}"\n'.format(number, f"tag {text}".replace('"', '""')) for number, text in enumerate(OWN)
    )
    skills.write_text(f"id,label\n{rows}", "utf-8")
    text = "\n".join(OWN)
    posts = [
        post(
            number,
            title=OWN[number],
            text=text,
            author=Author(external_id=f"u{number}", name=OWN[number + 2]),
        )
        for number in range(2)
    ]
    house = house_with(
        tmp_path / "house",
        posts,
        curation={"steps": [{"step": "language"}]},
        frameworks=[{"name": "skills", "path": str(skills)}],
    )
    one, other = (str(row.id) for row in desk.queue(house).rows)
    for place, payload in enumerate(OWN):
        noting.add_note(house, one, OWN[2], payload)
        editing.edit(house, one, OWN[2], Wording(payload[:300].splitlines()[0], payload))
        tagging.add_tag(house, one, OWN[2], tagging.Concept("skills", f"urn:c:{place}"))
    tagging.remove_tag(house, one, OWN[2], tagging.Concept("skills", "urn:c:1"))
    with served(house) as site, opened(chromium, site, OWN[2], bypass_csp=without_policy) as page:
        page.context.add_init_script(_WATCH)
        for path in (f"/items/{one}", f"/items/{one}/tags?q=tag", f"/items/{one}/alike/{other}"):
            page.goto(site.url + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            page.mouse.move(700, 300)
            assert page.evaluate("window.ran") == 0, path
            assert page.evaluate(_FOREIGN) == 0, path
        page.goto(f"{site.url}/items/{one}")
        page.get_by_role("combobox", name="Add a tag").fill("tag")
        page.wait_for_selector("[role=option]")
        page.locator("[role=option]").nth(3).click()
        expect(page.locator("#said")).to_be_visible()
        assert page.evaluate("window.ran") == 0
    house.close()

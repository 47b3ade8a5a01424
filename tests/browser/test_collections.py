"""The desks of collections and destinations in a real browser: by keyboard, by pointer, and as axe sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery.flow import deciding, deliver, desk
from gleanery.flow.collections import editing, publishing, showing
from gleanery.model.items import DecisionVerdict, ItemState
from tests.browser.pages import opened
from tests.browser.test_accessible import violations
from tests.web.houses import Site, copied, house_with, moved_in, post

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, _told: None) -> Path:
    """The folder of a closed house with four approved items and a file to bring them to."""
    folder = tmp_path_factory.mktemp("houses") / "shelf"
    made = house_with(
        folder,
        [post(number) for number in range(4)],
        curation={"steps": [{"step": "language"}]},
        destinations=[{"name": "file", "adapter": "cartridge"}],
    )
    for row in desk.queue(made).rows:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    made.close()
    return folder


@pytest.fixture
def shelf_site(stage: Site, shelf: Path, tmp_path: Path) -> Iterator[Site]:
    with moved_in(stage, copied(shelf, tmp_path / "shelf")) as made:
        yield made


def items_of(site: Site) -> list[UUID]:
    return [row.id for row in desk.queue(site.house, (ItemState.APPROVED,)).rows]


def path(site: Site, items: list[UUID]) -> UUID:
    steps = [{"item": item} for item in items]
    content = {"title": "First week", "steps": steps, "destinations": ["file"]}
    return editing.make(site.house, "curator", editing.checked_content(content)).id


def order(site: Site, collection: UUID) -> list[UUID]:
    return [one.step.item for one in showing.show(site.house, collection).steps]


def is_narrow(page: Page) -> bool:
    """Whether the page fits into 320 pixels."""
    page.set_viewport_size({"width": 320, "height": 700})
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= 320")
    page.set_viewport_size({"width": 1280, "height": 860})
    return fits


def test_a_path_is_built_by_keyboard_alone_and_the_focus_stays_where_it_was(
    chromium: Browser, shelf_site: Site
) -> None:
    items = items_of(shelf_site)
    with opened(chromium, shelf_site) as page:
        page.goto(f"{shelf_site.url}/collections/new")
        page.locator("#about-title").focus()
        page.keyboard.type("Built by keyboard")
        page.keyboard.press("Enter")
        page.wait_for_url("**/collections/*did=made*")
        for item in items[:3]:
            page.locator(f"#add-{item}").focus()
            page.keyboard.press("Enter")
            page.wait_for_selector(f"#step-{item}")
        page.locator(f"#up-{items[2]}").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#announced")).to_have_text("Moved to place 2 of 3")
        expect(page.locator(f"#up-{items[2]}")).to_be_focused()
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator("#announced")).to_have_text("Moved to place 1 of 3")
        expect(page.locator(f"#up-{items[2]}")).to_be_focused()
        collection = UUID(page.url.partition("?")[0].rpartition("/")[2])
    assert order(shelf_site, collection) == [items[2], items[0], items[1]]


def test_a_step_is_dragged_to_its_place(chromium: Browser, shelf_site: Site) -> None:
    items = items_of(shelf_site)
    collection = path(shelf_site, items[:3])
    with opened(chromium, shelf_site) as page:
        page.goto(f"{shelf_site.url}/collections/{collection}")
        handle = page.locator(f"#step-{items[0]} .handle").bounding_box()
        last = page.locator(f"#step-{items[2]}").bounding_box()
        assert handle is not None
        assert last is not None
        page.mouse.move(handle["x"] + 5, handle["y"] + 5)
        page.mouse.down()
        page.mouse.move(handle["x"] + 5, last["y"] + last["height"] - 2, steps=6)
        page.mouse.up()
        expect(page.locator("#announced")).to_have_text("Moved to place 3 of 3")
    assert order(shelf_site, collection) == [items[1], items[2], items[0]]


def test_the_builder_and_a_destination_are_accessible(chromium: Browser, shelf_site: Site) -> None:
    one = path(shelf_site, items_of(shelf_site)[:2])
    with opened(chromium, shelf_site) as page:
        for place in (f"/collections/{one}?looks=true", "/destinations/file"):
            page.goto(shelf_site.url + place)
            assert violations(page) == [], place
            assert is_narrow(page), place


@pytest.mark.proof
def test_every_page_of_collections_is_accessible(chromium: Browser, shelf_site: Site) -> None:
    items = items_of(shelf_site)
    with opened(chromium, shelf_site) as page:
        page.goto(f"{shelf_site.url}/collections")
        expect(page.get_by_role("heading", name="No collection yet")).to_be_visible()
        assert violations(page) == []
        one = path(shelf_site, items[:3])
        publishing.publish(shelf_site.house, "curator", one)
        deliver(shelf_site.house, "file")
        editing.move(shelf_site.house, "curator", one, items[2], 0)
        deciding.decide(shelf_site.house, str(items[1]), DecisionVerdict.RETRACT, "curator")
        for place in ("", "/new", f"/{one}?looks=true&did=saved", f"/{one}/preview", f"/choose/{items[0]}"):
            page.goto(f"{shelf_site.url}/collections{place}")
            for closed in page.locator("summary").all():
                closed.click()
            assert violations(page) == [], place
            assert is_narrow(page), place
        page.goto(f"{shelf_site.url}/collections/{one}")
        editing.edit(shelf_site.house, "lead", one, {"title": "By somebody else"})
        page.get_by_role("button", name="Publish the changes").click()
        expect(page.locator("#said")).to_contain_text("Somebody changed this collection")
        assert violations(page) == []


@pytest.mark.proof
def test_every_page_of_destinations_is_accessible(chromium: Browser, shelf_site: Site) -> None:
    with opened(chromium, shelf_site) as page:
        for place in ("", "?state=dead", "/file?said=asked", "/new/moodle", "/new/cartridge"):
            page.goto(f"{shelf_site.url}/destinations{place}")
            for closed in page.locator("summary").all():
                closed.click()
            assert violations(page) == [], place
            assert is_narrow(page), place
        page.goto(f"{shelf_site.url}/destinations/new/cartridge")
        page.get_by_label("Your name for it").fill("new")
        page.get_by_role("button", name="Test and save").click()
        expect(page.locator("#said")).to_contain_text("taken")
        assert violations(page) == []
        page.goto(f"{shelf_site.url}/destinations/file")
        page.get_by_role("button", name="Test the connection").click()
        expect(page.get_by_text("every check is fine")).to_be_visible()
        page.get_by_role("button", name="Deliver now").click()
        expect(page.locator("#said")).to_have_text("It is delivered now.")

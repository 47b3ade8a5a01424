"""The queue in a real browser: by mouse, by keyboard, on a small screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery.flow import desk
from gleanery.model.items import ItemState
from tests.browser.pages import opened
from tests.web.houses import Site, house_with, post, served

pytestmark = pytest.mark.browser


def titles(page: Page) -> list[str]:
    """The titles in the list."""
    return [text.strip() for text in page.locator("#rows .open").all_inner_texts()]


def shown(page: Page) -> str:
    """The title in the reader, once it is there."""
    page.wait_for_selector("#reader:not([aria-busy]) #reader-title")
    return page.locator("#reader-title").inner_text()


def focused(page: Page) -> str:
    """The text of the element that has the focus."""
    return str(page.evaluate("document.activeElement.innerText")).strip()


def test_the_first_approval_by_mouse_is_recorded_under_my_name(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, "curator") as page:
        first, second = titles(page)[:2]
        assert shown(page) == first
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#notice")).to_contain_text(f"Approved: {first}")
        assert titles(page)[0] == second
        assert shown(page) == second
        expect(page.get_by_role("link", name="Approved")).to_contain_text("1")
        expect(page.locator("#announcement")).to_contain_text(f"Approved: {first}. 5 items left here.")
        assert "done=" not in page.url
    (row,) = desk.queue(site.house, (ItemState.APPROVED,)).rows
    assert (row.title, desk.show(site.house, str(row.id)).decisions[0]["by"]) == (first, "curator")


def test_the_whole_flow_by_keyboard_alone(chromium: Browser, site: Site) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.link())
    while focused(page) != "Sign in":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#rows")
    page.wait_for_load_state("load")
    all_titles = titles(page)

    page.keyboard.press("j")
    expect(page.locator("#reader-title")).to_have_text(all_titles[1])
    assert focused(page) == all_titles[1]
    page.keyboard.press("k")
    expect(page.locator("#reader-title")).to_have_text(all_titles[0])
    expect(page.locator(":focus")).to_contain_text(all_titles[0])
    page.keyboard.press("j")
    expect(page.locator("#reader-title")).to_have_text(all_titles[1])

    shown(page)
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_contain_text(f"Approved: {all_titles[1]}")
    expect(page.locator("#rows .open:focus")).to_have_text(all_titles[2])
    page.wait_for_selector("#reader:not([aria-busy])")
    page.keyboard.press("r")
    expect(page.locator("#announcement")).to_have_text("Reject because")
    page.keyboard.press("2")
    expect(page.locator("#notice")).to_contain_text(f"Rejected: {all_titles[2]}")
    expect(page.locator("#rows .open:focus")).to_have_text(all_titles[3])
    page.keyboard.press("u")
    expect(page.locator("#notice")).to_contain_text("Undone.")
    expect(page.locator("#rows .open:focus")).to_have_text(all_titles[2])
    context.close()
    states = {row.title: row.state for row in desk.queue(site.house, tuple(ItemState)).rows}
    assert states[all_titles[1]] == "approved"
    assert list(states.values()).count("waiting") == 5


def test_without_single_keys_the_keyboard_reaches_reading_reason_and_verdict(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site) as page:
        title = titles(page)[2]
        page.locator("#rows .open").nth(2).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#reader-title")).to_be_focused()
        assert shown(page) == title
        for name in (None, "Approve", "Reject"):  # first the link to the source
            page.keyboard.press("Tab")
            if name:
                assert focused(page).startswith(name)
        page.keyboard.press("Tab")
        page.keyboard.type("a joke about jars")  # letters in a field are no shortcuts
        page.keyboard.press("Enter")
        expect(page.locator("#notice")).to_contain_text(f"Rejected: {title}")
    (row,) = desk.queue(site.house, (ItemState.REJECTED,)).rows
    assert desk.show(site.house, str(row.id)).decisions[0]["reason"] == "a joke about jars"


def test_items_are_put_off_chosen_and_searched_by_keyboard(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        first, second, third = titles(page)[:3]
        page.keyboard.press("s")
        expect(page.locator("#notice")).to_contain_text(f"Put off until tomorrow: {first}")
        expect(page.locator("#rows .open:focus")).to_have_text(second)
        page.keyboard.press("u")
        expect(page.locator("#rows .open").first).to_have_text(first)
        expect(page.locator("#rows .open:focus")).to_have_text(first)
        page.keyboard.press("x")
        for _ in range(2):
            page.keyboard.press("j")
        page.keyboard.press("Shift+x")
        expect(page.locator("#chosen")).to_have_text("3")
        page.locator("#several").get_by_role("button", name="Reject").click()
        assert page.locator("h1").inner_text() == "Reject: 3 items"
        assert [first, second, third] == page.locator("#first ~ ul li").all_inner_texts()
        page.get_by_label("Reason").fill("an old series")
        page.get_by_role("button", name="Reject 3 items").click()
        expect(page.locator("#course")).to_contain_text("3 items decided.")
        page.get_by_role("link", name="Back to the list").click()
        page.wait_for_load_state("load")  # keys are heard once the page's scripts are there
        assert len(titles(page)) == 3
        page.keyboard.press("/")
        page.keyboard.type("charts")
        page.keyboard.press("Enter")
        page.wait_for_url("**words=charts*")
        assert len(titles(page)) == 1


def test_a_key_can_be_changed_and_a_taken_one_is_refused(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.keyboard.press("?")
        field = page.get_by_label("Key for: approve")
        field.fill("j")
        expect(page.locator("#key-said")).to_have_text("j is taken: choose another key.")
        field.fill("q")
        expect(page.locator("#key-said")).to_have_text("Kept.")
        page.get_by_role("button", name="Close").click()
        page.reload()
        first = titles(page)[0]
        expect(page.locator('#reader kbd[data-key="approve"]')).to_have_text("q")
        page.keyboard.press("a")
        page.keyboard.press("q")
        expect(page.locator("#notice")).to_contain_text(f"Approved: {first}")
        page.keyboard.press("?")
        page.get_by_role("button", name="As delivered").click()
        expect(field).to_have_value("a")


def test_a_verdict_is_seen_before_the_answer_comes_and_taken_back_where_none_does(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site, goes_offline=True) as page:
        first = titles(page)[0]
        held: list[Any] = []

        def hold(route: Any) -> None:
            held.append(route)

        page.route("**/approve", hold)
        page.keyboard.press("a")
        expect(page.locator("#rows .open").first).to_be_hidden()
        page.keyboard.press("a")  # nothing is judged that is not on the page yet
        assert len(held) == 1
        held[0].abort("internetdisconnected")
        expect(page.locator("#problem")).to_contain_text("does not answer")
        expect(page.locator("#rows .open").first).to_be_visible()
        assert shown(page) == first
    assert len(desk.queue(site.house).rows) == 6


def test_words_typed_before_the_session_ended_are_there_after_it(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.get_by_label("Reason to reject").fill("my long thoughts")
        page.context.clear_cookies()
        page.locator('#reader [data-act="reject"]').click()
        expect(page.locator("#problem")).to_contain_text("Sign in in a new tab")
        expect(page.get_by_label("Reason to reject")).to_have_value("my long thoughts")
        page.goto(site.link("curator"))  # in the same tab: the page itself is lost, the words are not
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_label("Reason to reject")).to_have_value("my long thoughts")
    assert len(desk.queue(site.house).rows) == 6


def test_a_typed_reason_does_not_stay_for_the_next_item(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.get_by_label("Reason to reject").fill("only for this one")
        page.get_by_role("button", name="Reject").click()
        expect(page.locator("#notice")).to_be_visible()
        expect(page.get_by_label("Reason to reject")).to_have_value("")


def test_single_keys_can_be_turned_off_and_stay_off(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_label("Use single-key shortcuts").uncheck()
        page.keyboard.press("Escape")
        page.reload()
        first = shown(page)
        for key in "ajr?":
            page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert shown(page) == first
        assert len(titles(page)) == 6
        page.get_by_role("button", name="Shortcuts").click()
        page.get_by_label("Use single-key shortcuts").check()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("j")
        expect(page.locator("#reader-title")).not_to_have_text(first)


def test_keys_with_a_modifier_are_left_to_the_browser(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        second = titles(page)[1]
        for key in ("Control+a", "Alt+r", "Meta+a"):
            page.keyboard.press(key)
        page.keyboard.press("j")
        expect(page.locator("#reader-title")).to_have_text(second)
        assert len(titles(page)) == 6


def test_a_verdict_is_undone_by_one_click(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        first = titles(page)[0]
        page.get_by_role("button", name="Approve").click()
        page.locator("#notice").get_by_role("button", name="Undo").click()
        expect(page.locator("#notice")).to_contain_text("Undone.")
        assert shown(page) == first
        assert titles(page)[0] == first


def test_my_verdicts_are_undone_one_after_the_other_by_the_same_key(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        first, second = titles(page)[:2]
        for title in (first, second):
            page.keyboard.press("a")
            expect(page.locator("#notice")).to_contain_text(f"Approved: {title}")
            page.wait_for_selector("#reader:not([aria-busy])")
        for title in (second, first):
            page.keyboard.press("u")
            expect(page.locator("#notice")).to_contain_text(f"Undone. Waiting again: {title}")
        expect(page.locator("#notice button")).to_have_count(0)
        assert titles(page)[:2] == [first, second]


def test_the_list_keeps_its_place_after_a_verdict(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, viewport={"width": 1280, "height": 500}) as page:
        page.locator("#rows .open").nth(4).click()
        shown(page)
        before = page.evaluate("document.querySelector('.list').scrollTop")
        assert before > 0
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#notice")).to_be_visible()
        assert page.evaluate("document.querySelector('.list').scrollTop") > 0


def test_another_curators_verdict_is_told_at_the_item(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        item = page.locator("#rows .open").first.get_attribute("data-item")
        site.browser("bea").post(f"{site.url}/items/{item}/approve").raise_for_status()
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#refusal")).to_contain_text("was decided meanwhile: bea chose approve")
        expect(page.locator("#refusal")).to_be_focused()
        page.reload()
        expect(page.locator("#refusal")).to_have_count(0)


def test_a_session_that_ended_leads_to_the_way_in(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.context.clear_cookies()
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#problem")).to_contain_text("Sign in in a new tab")
        expect(page.locator("#rows .open").first).to_be_visible()


def test_a_house_that_does_not_answer_is_told(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, goes_offline=True) as page:
        page.context.set_offline(True)
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#problem")).to_contain_text("does not answer")
        page.context.set_offline(False)
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#notice")).to_be_visible()
        expect(page.locator("#problem")).to_be_hidden()


def test_everything_works_without_scripts(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, java_script_enabled=False) as page:
        second = titles(page)[1]
        page.locator("#rows .open").nth(1).click()
        assert page.locator("#reader-title").inner_text() == second
        page.get_by_label("Reason to reject").fill("too long")
        page.locator("#reader").get_by_role("button", name="Reject").click()
        assert f"Rejected: {second}" in page.locator("#notice").inner_text()
        page.locator("#notice").get_by_role("button", name="Undo").click()
        assert page.locator("#reader-title").inner_text() == second
        page.get_by_role("button", name="Sign out").click()
        assert "ign in" in page.locator("h1").inner_text()


def test_on_a_telephone_a_tap_leads_to_the_item_and_back(chromium: Browser, site: Site) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with opened(chromium, site, **phone) as page:
        third, fourth = titles(page)[2:4]
        page.locator("#rows .open").nth(2).tap()
        expect(page.locator("#reader-title")).to_have_text(third)
        expect(page.locator("#reader-title")).to_be_in_viewport()
        page.get_by_role("button", name="Approve").tap()
        expect(page.locator("#reader-title")).to_have_text(fourth)
        expect(page.locator("#reader-title")).to_be_in_viewport()
        expect(page.locator("#notice")).to_be_in_viewport()
        page.get_by_role("link", name="Back to the list").tap()
        expect(page.locator("#rows .open").first).to_be_in_viewport()


def test_no_page_scrolls_sideways(chromium: Browser, tmp_path: Path) -> None:
    long = "https://learning.example.org/" + "a" * 300
    posts = [post(1), post(7, title="W" * 200, text=long + " " + "x" * 500, url=long)]
    house = house_with(
        tmp_path, posts, organisation={"name": "An organisation with quite a long name indeed"}
    )
    items = [f"/items/{row.id}" for row in desk.queue(house, tuple(ItemState)).rows]
    with served(house) as site, opened(chromium, site) as page:
        for path in ("/", f"/?item={items[-1].rpartition('/')[2]}", "/?state=dropped", "/signin", items[-1]):
            page.goto(site.url + path)
            for width in (320, 390, 640, 960):
                page.set_viewport_size({"width": width, "height": 700})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_every_target_is_large_enough(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#notice")).to_be_visible()
        for target in page.locator("button:visible, .tabs a, summary, input:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, target.inner_text()


def test_the_focus_is_always_visible(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        seen = set()
        for _ in range(24):
            page.keyboard.press("Tab")
            seen.add(page.evaluate(_OUTLINE))
        assert seen <= {"visible"}, seen


_OUTLINE = """() => {
  const one = document.activeElement;
  if (one === document.body) return "visible";
  const outlined = [getComputedStyle(one), getComputedStyle(one, "::after")]
    .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return outlined ? "visible" : one.outerHTML.slice(0, 120);
}"""


def test_nothing_moves_for_those_who_want_no_motion(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, reduced_motion="reduce") as page:
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].map(one => getComputedStyle(one).transitionDuration)"
            ".filter(taken => /[1-9]/.test(taken)).length"
        )
        assert moving == 0


def test_the_address_line_names_the_item_that_is_read(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.locator("#rows .open").nth(3).click()
        title = shown(page)
        expect(page).to_have_url(re.compile(r"/\?state=waiting&item="))
        page.reload()
        assert shown(page) == title

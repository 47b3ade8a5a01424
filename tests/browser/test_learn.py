"""Learners and teachers in a real browser: by keyboard, in a narrow frame, with a player, against hostile words."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery import worker
from gleanery.flow.house import House
from gleanery.flow.learners import asking, noting
from gleanery.flow.learners.asking import Wanted
from gleanery.model.learners import NoteKind, QuestionKind, Reached
from gleanery.model.posts import Author, PostDraft, PostKind
from gleanery.testing import Clock
from tests.browser.pages import opened
from tests.browser.seen import faults
from tests.browser.test_accessible import violations
from tests.browser.test_hostile import _FOREIGN, _WATCH, OWN
from tests.conftest import shared_data
from tests.courses import course_house, offered_items, path_of, sent
from tests.flow.learners.steps import came
from tests.gradebook import Gradebook
from tests.web.houses import Site, copied, moved_in, post

pytestmark = pytest.mark.browser

VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"
_PLAYER = """<!doctype html><title>A player</title><script>
addEventListener("message", (event) => { window.asked = event.source; });
function tell(info) {
  asked.postMessage(JSON.stringify({event: "infoDelivery", id: 1, info}), "*");
}
</script>"""
"""A page that speaks as YouTube's player does, where the test tells it to."""


@pytest.fixture(scope="module")
def gradebook() -> Iterator[Gradebook]:
    with Gradebook() as made:
        yield made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, gradebook: Gradebook, _told: None) -> Path:
    folder = tmp_path_factory.mktemp("learners") / "house"
    posts = [post(0), post(1), post(2, kind=PostKind.VIDEO, url=VIDEO, seconds=100)]
    course_house(folder, gradebook, posts=posts).close()
    return folder


@pytest.fixture
def course(stage: Site, template: Path, tmp_path: Path) -> Iterator[Site]:
    with moved_in(stage, copied(template, tmp_path / "house")) as made:
        yield made


@contextmanager
def learner(chromium: Browser, narrow: bool = False) -> Iterator[Page]:
    """A page in which nothing but our own is loaded, unless the test lets it; a fault in the console fails it."""
    size = {"width": 390, "height": 844} if narrow else {"width": 900, "height": 800}
    context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda told: wrong.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert not wrong


def test_an_item_is_read_opened_and_rated_by_keyboard_at_390_pixels(
    chromium: Browser, course: Site, gradebook: Gradebook
) -> None:
    item, *_ = offered_items(course.house)
    asking.put(
        course.house, "curator", str(item), Wanted(QuestionKind.CHOICE, "Which holds?", ("Rope", "Air"), (0,))
    )
    with learner(chromium, narrow=True) as page:
        page.goto(course.url + sent(course.house, item, account="keys"))
        assert [*violations(page), *faults(page)] == []
        for _ in range(4):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "chosen":
                break
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("That is right.")
        assert [*violations(page), *faults(page)] == []
    worker.work(course.house)
    assert gradebook.scores["c1", "keys"]["progress"] == "completed"


def test_a_video_plays_after_a_click_and_what_was_played_completes_it(
    chromium: Browser, course: Site, gradebook: Gradebook
) -> None:
    clock = course.house.now = Clock(datetime.now(UTC))
    video = offered_items(course.house)[2]
    with learner(chromium) as page:
        loaded: list[str] = []
        page.context.on("request", lambda asked: loaded.append(asked.url))
        page.route(
            "https://www.youtube-nocookie.com/**",
            lambda route: route.fulfill(status=200, content_type="text/html", body=_PLAYER),
        )
        page.goto(course.url + sent(course.house, video, account="watcher"))
        assert all(one.startswith(course.url) for one in loaded), "nothing of a third party before the click"
        page.get_by_role("button", name="Play it here").click()
        frame = page.locator("iframe").element_handle().content_frame()
        assert frame is not None
        frame.wait_for_url("https://www.youtube-nocookie.com/**")
        frame.wait_for_function("window.asked")
        with page.expect_response("**/played/*"):
            frame.evaluate("tell({duration: 100, currentTime: 0, playerState: -1})")
        with page.expect_response("**/played/*"):
            frame.evaluate("tell({currentTime: 0, playerState: 1})")
        clock.move(timedelta(seconds=95))
        frame.evaluate("for (let at = 0; at <= 95; at += 1) tell({currentTime: at})")
        with page.expect_response("**/played/*"):
            frame.evaluate("tell({currentTime: 95, playerState: 2})")
        expect(page.locator("[data-told]")).to_contain_text("You watched enough of it")
        expect(page.locator("[data-progress]")).to_have_text("95%")
    worker.work(course.house)
    assert gradebook.scores["c1", "watcher"]["share"] == 1.0
    with course.house.store.read() as session:
        row = session.get_one(Reached, (came(course.house, video, "watcher").visit.handle_id, video))
        assert (row.evidence, row.segments) == ("video-threshold", "0[.]95")


def test_a_teacher_chooses_in_a_narrow_frame_and_is_back_in_the_course(
    chromium: Browser, course: Site, gradebook: Gradebook
) -> None:
    first, second, _ = offered_items(course.house)
    path_of(course.house, [first, second])
    with learner(chromium, narrow=True) as page:
        address = sent(course.house, None, is_teacher=True, picks={"data": "d"}, language="de")
        page.goto(course.url + address)
        assert [*violations(page), *faults(page)] == []
        page.get_by_role("searchbox").fill("ladders")
        page.keyboard.press("Enter")
        page.get_by_label("Working with ladders").check()
        page.get_by_role("button", name="Angekreuztes übernehmen").click()
        page.wait_for_url(f"{gradebook.url}/placed")
    assert str(second) in gradebook.placed[-1]["chosen"]


def test_a_frame_of_the_course_without_cookies_works_and_one_of_another_site_shows_nothing(
    chromium: Browser, course: Site, gradebook: Gradebook
) -> None:
    """The course is at another site than the page in its frame."""
    items = offered_items(course.house)
    path, there = path_of(course.house, items[:2]), gradebook.url.replace("127.0.0.1", "course.test")
    context = chromium.new_context()
    page = context.new_page()
    for frames, is_shown in (((there,), True), (("https://other.example.org",), False)):
        address = course.url + sent(course.house, path, account="framed", cookies=False, frames=frames)
        with page.expect_response("**/learn/enter?*"):
            page.goto(f"{there}/course?{urlencode({'shows': address})}", wait_until="load")
        inside = page.frame_locator("iframe")
        if not is_shown:
            expect(inside.get_by_role("heading", name="First days")).to_have_count(0)
            continue
        inside.get_by_role("button", name="Working with spreadsheets, part 0").click()
        inside.get_by_label("5 stars").check()
        inside.get_by_role("button", name="Rate it").click()
        expect(inside.get_by_role("status").first).to_contain_text("Thank you.")
        inside.get_by_role("button", name="Next step").click()
        expect(inside.get_by_role("heading", name="Working with ladders, part 1")).to_be_visible()
    assert context.cookies() == []
    context.close()


# --------------------------------------------------------------------------- hostile words


def _posts(payloads: Sequence[str], at_once: int) -> Iterator[PostDraft]:
    rest = iter(payloads)
    for number, title in enumerate(payloads[:: at_once + 1]):
        author = Author(external_id=f"u{number}", name=title[:500])
        yield post(
            number, title=title, text="\n".join(islice(rest, at_once + 1)), author=author, tags=(title,),
            platform=title[:900], realm=title[:900], licence=title[:500], url=title,
        )  # fmt: skip


def _attacked(
    chromium: Browser, folder: Path, gradebook: Gradebook, stage: Site, payloads: Sequence[str], at_once: int
) -> int:
    """Every page that shows foreign words; how many there were."""
    made = course_house(folder / "house", gradebook, posts=list(_posts(payloads, at_once)))
    seen = 0
    with moved_in(stage, made) as site:
        path = _said(site.house, payloads)
        for without_policy in (False, True):
            context = chromium.new_context(bypass_csp=without_policy)
            context.add_init_script(_WATCH)
            page = context.new_page()
            things = [path, *offered_items(site.house)]
            for thing in [None, *things]:
                picks = {"picks": {"data": "x"}, "is_teacher": True} if thing is None else {}
                page.goto(site.url + sent(site.house, thing, **picks), wait_until="domcontentloaded")
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
                page.mouse.move(400, 300)
                assert page.evaluate("window.ran || 0") == 0, thing
                assert page.evaluate(_FOREIGN) == 0, thing
                seen += 1
            context.close()
            with opened(chromium, site, bypass_csp=without_policy) as desk:
                desk.context.add_init_script(_WATCH)
                for address in ("/learners", f"/learners/items/{things[1]}"):
                    desk.goto(site.url + address)
                    assert desk.evaluate("window.ran || 0") == 0
                    assert desk.evaluate(_FOREIGN) == 0
    return seen


def _said(house: House, payloads: Sequence[str]) -> object:
    """Have the words stand wherever learners and curators type some; a path of hostile items."""
    items = offered_items(house)
    question = Wanted(QuestionKind.CHOICE, payloads[0][:900], (payloads[1][:900], payloads[2][:900]), (0,))
    asking.put(house, "curator", str(items[0]), question)
    for number, words in enumerate(payloads[:40]):
        visit = came(house, items[0], f"u{number // 8}").visit
        noting.write(house, visit, NoteKind.QUESTION, item=items[0], words=words)
        noting.write(
            house, visit, NoteKind.LINK, item=items[0], words=words, url=f"https://x.example.org/{words}"
        )
    return path_of(house, items[:20], title=payloads[0][:200], summary="\n".join(payloads[:10])[:4000])


def test_hostile_words_run_nothing_before_learners_and_teachers(
    chromium: Browser, stage: Site, tmp_path: Path, gradebook: Gradebook
) -> None:
    assert _attacked(chromium, tmp_path, gradebook, stage, OWN, at_once=4) == 10


@pytest.mark.proof
def test_the_whole_collection_of_known_attacks_runs_nothing_before_learners(
    chromium: Browser, stage: Site, tmp_path: Path, gradebook: Gradebook
) -> None:
    file = shared_data("security/xss-payloads.txt.gz")
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as lines:
        payloads = [line.strip()[:1_900] for line in lines if line.strip()]
    assert _attacked(chromium, tmp_path, gradebook, stage, payloads, at_once=25) > 400

"""Hostile words in every field run nothing in a real browser, with the content policy and without it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gleanery.flow import desk
from gleanery.flow.rights import Role
from gleanery.model.items import ItemState
from gleanery.model.posts import Author, PostDraft
from gleanery.web.app import create_app
from gleanery.web.routes import declared
from tests.browser.pages import opened
from tests.conftest import shared_data
from tests.web.houses import Site, house_with, post, served

pytestmark = pytest.mark.browser

OWN = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onfocus=alert(1) autofocus tabindex=0 x='",
    '" hx-on:click="alert(1)" hx-get="/" hx-trigger="load',
    "<div hx-on::load='alert(1)' data-hx-get='/'>x</div>",
    "<hx-partial hx-target='body'><img src=x onerror=alert(1)></hx-partial>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</title></textarea></p><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "{{ 7 * 7 }}{% raw %}",
    "<details open ontoggle=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "\u202e<b onmouseover=alert(1)>",
)

_WATCH = """
window.ran = 0;
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => { window.ran += 1; };
"""
_FOREIGN = """document.querySelectorAll(
  "main :is(script, iframe, object, embed, form:not([action^='/']), img:not([src^='/static/'])), " +
  "main :is([onerror], [onload], [onfocus], [ontoggle], [srcdoc])"
).length"""


def _posts(payloads: Sequence[str], at_once: int) -> Iterator[PostDraft]:
    """Posts that hold the payloads in every field, many in the text."""
    rest = iter(payloads)
    for number, title in enumerate(payloads[:: at_once + 1]):
        text = "\n".join(islice(rest, at_once + 1))
        author = Author(external_id=f"u{number}", name=title[:500])
        yield post(
            number, title=title, text=text, url=title, author=author, tags=(title,), platform=title[:900],
            realm=title[:900], licence=title[:500],
        )  # fmt: skip


@contextmanager
def _site(folder: Path, payloads: Sequence[str], at_once: int = 4) -> Iterator[Site]:
    goals = [{"name": "all", "title": payloads[0], "words": ["a"]}]
    house = house_with(
        folder,
        _posts(payloads, at_once),
        curation={"steps": []},
        goals=goals,
        organisation={"name": payloads[1]},
    )
    with served(house) as site:
        yield site
    house.close()


def _read_everything(page: Page, site: Site, limit: int) -> int:
    """Open the lists and the items; how many pages ran something or hold an element that is not ours."""
    rows = desk.queue(site.house, tuple(ItemState), limit=limit).rows
    paths = [f"/?page={number + 1}" for number in range(-(-len(rows) // 50))]
    bad = 0
    for path in [*paths, "/?state=rejected", *(f"/items/{row.id}" for row in rows)]:
        page.goto(site.url + path)
        page.mouse.move(700, 300)
        bad += page.evaluate("window.ran") > 0 or page.evaluate(_FOREIGN) > 0
    return bad


@pytest.mark.parametrize("without_policy", [False, True])
def test_hostile_words_run_nothing(chromium: Browser, tmp_path: Path, without_policy: bool) -> None:
    with (
        _site(tmp_path, OWN, at_once=1) as site,
        opened(chromium, site, OWN[2], bypass_csp=without_policy) as page,
    ):
        page.context.add_init_script(_WATCH)
        page.goto(f"{site.url}/")
        page.get_by_label("Reason to reject").fill(OWN[1])
        page.get_by_role("button", name="Reject").click()
        page.wait_for_selector("#notice")
        assert page.evaluate("window.ran") == 0
        assert _read_everything(page, site, limit=50) == 0


def test_a_collection_of_known_attacks_runs_nothing(chromium: Browser, tmp_path: Path) -> None:
    _attacked(chromium, tmp_path, every=30, limit=8, policies=[False])


@pytest.mark.proof
def test_the_whole_collection_of_known_attacks_runs_nothing(chromium: Browser, tmp_path: Path) -> None:
    _attacked(chromium, tmp_path, every=1, limit=1_000, policies=[False, True])


def _attacked(chromium: Browser, folder: Path, every: int, limit: int, policies: Sequence[bool]) -> None:
    with gzip.open(
        shared_data("security/xss-payloads.txt.gz"), "rt", encoding="utf-8", errors="replace"
    ) as file:
        payloads = [line.strip()[:1_900] for line in file if line.strip()][::every]
    with _site(folder, payloads, at_once=25) as site:
        for with_policy in policies:
            with opened(chromium, site, bypass_csp=not with_policy) as page:
                page.context.add_init_script(_WATCH)
                assert _read_everything(page, site, limit) == 0


def _typed(site: Site, payloads: Sequence[str]) -> None:
    """Have the payloads kept wherever people type words that a page shows later."""
    program, item = site.program(OWN[2], roles=list(Role)), desk.queue(site.house).rows[0].id
    for place, words in enumerate(payloads):
        for path, told in (
            ("collections", {"title": words[:200], "summary": words, "objectives": [words[:200]]}),
            ("views", {"name": words[:80], "query": "state=waiting"}),
            ("searches/statements", {"name": words[:80]}),
            ("searches/audit", {"name": words[:80]}),
            ("tokens", {"label": words[:100], "rights": ["own"], "days": 1}),
            (f"items/{item}/notes", {"body": words}),
            ("privacy/texts", {"purpose": "learning-record", "language": "en", "body": words}),
            (
                "privacy/bases",
                {"purpose": "learning-record", "kind": "contract", "unit": words[:200], "reference": words},
            ),
        ):
            answer = program.post(f"{site.url}/api/{path}", json=told)
            assert answer.status_code < 500, (path, words)
            assert place or answer.status_code in (201, 200, 204), (path, answer.text)


def _every_page(site: Site) -> list[str]:
    """The pages that need no id, and one that holds what the item's page shows."""
    every = declared(create_app(site.house).routes)
    pages = {one.path for one in every if one.method == "GET" and "{" not in one.path and one.policy}
    shown = {
        path
        for path in pages
        if not path.startswith(("/api/", "/signin", "/password", "/me/data", "/learn/"))
    }
    return [*sorted(shown), f"/items/{desk.queue(site.house).rows[0].id}"]


_SHOW_WHAT_IS_TYPED = ("/collections", "/me", "/privacy/bases", "/privacy/texts", "/queue/views", "/record")


def _walk(chromium: Browser, folder: Path, payloads: Sequence[str], paths: Sequence[str] = ()) -> None:
    with _site(folder, payloads[:8], at_once=1) as site:
        _typed(site, payloads)
        with opened(chromium, site, OWN[2], bypass_csp=True) as page:
            page.context.add_init_script(_WATCH)
            for path in paths or _every_page(site):
                page.goto(site.url + path, wait_until="domcontentloaded")
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
                page.mouse.move(700, 300)
                assert page.evaluate("window.ran || 0") == 0, path
                assert page.evaluate(_FOREIGN) == 0, path


def test_words_that_people_type_run_nothing_where_they_are_shown(chromium: Browser, tmp_path: Path) -> None:
    _walk(chromium, tmp_path, OWN[1:3], _SHOW_WHAT_IS_TYPED)


@pytest.mark.proof
def test_known_attacks_that_people_type_run_nothing_on_any_page(chromium: Browser, tmp_path: Path) -> None:
    file = shared_data("security/xss-payloads.txt.gz")
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as lines:
        known = [line.strip()[:1_900] for line in lines if line.strip()][::250]
    _walk(chromium, tmp_path, [*OWN, *known])


def test_the_same_words_unescaped_are_noticed(chromium: Browser) -> None:
    """The control: without our templates the watch does see them run."""
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto("about:blank")
    seen = 0
    for payload in OWN:
        page.set_content(f"<main>{payload}</main>", wait_until="load")
        seen += page.evaluate("window.ran") > 0 or page.evaluate(_FOREIGN) > 0
    context.close()
    assert seen >= 5

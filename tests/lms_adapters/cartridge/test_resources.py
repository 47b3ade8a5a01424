"""No script of three hundred hostile items survives in the cartridge's pages: tried in a real Chromium."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page, Route

from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters.cartridge import Cartridge, Settings
from tests.conftest import SHARED
from tests.lms_adapters.items import HOSTILE, hostile_items, payloads

pytestmark = pytest.mark.browser

# Everything a payload of the list does to show that it ran sets a flag instead of opening a dialogue.
WATCH = """
window.fired = 0;
for (const name of ['alert', 'prompt', 'confirm', 'print', 'open'])
  window[name] = () => { window.fired += 1; };
"""
SITE = "http://cartridge.invalid/"


def lines() -> list[str]:
    present = (SHARED / "security" / "xss-payloads.txt.gz").exists()
    return [*HOSTILE, *payloads()] if present else list(HOSTILE)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that loads nothing."""
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    yield page
    context.close()


def fired(page: Page, bodies: Mapping[str, str]) -> list[str]:
    """The names of the documents in which a script ran, each in a frame. Nothing but them is loaded."""
    frames = "".join(f"<iframe name='{name}' src='{SITE}{name}'></iframe>" for name in bodies)
    known = {**bodies, "": f"<!DOCTYPE html><title>frames</title>{frames}"}

    def serve(route: Route) -> None:
        body = known.get(route.request.url.removeprefix(SITE))
        if body is None:
            route.abort()
        else:
            route.fulfill(body=body.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")

    page.route("**/*", serve)
    page.goto(SITE, wait_until="load")
    loaded = {frame.name: frame for frame in page.frames if frame.name in bodies}
    assert set(loaded) == set(bodies)
    counts = {name: frame.evaluate("window.fired") for name, frame in loaded.items()}
    assert all(isinstance(count, int) for count in counts.values())
    page.unroute("**/*")
    return [name for name, count in counts.items() if count]


def in_heaps(bodies: Mapping[str, str], size: int = 60) -> Iterator[dict[str, str]]:
    """The documents in heaps that a browser can hold side by side."""
    names = list(bodies)
    for start in range(0, len(names), size):
        yield {name: bodies[name] for name in names[start : start + size]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The cartridge's pages, all lines of the list in them."""
    folder = tmp_path_factory.mktemp("cartridge")
    Cartridge(Settings(), make_context(folder, GuardedHttp())).publish(hostile_items(lines()))
    with zipfile.ZipFile(folder / "gleanery.imscc") as archive:
        names = [name for name in archive.namelist() if name.startswith("pages/")]
        return {name: archive.read(name).decode() for name in names}


def test_no_script_survives_even_without_the_pages_policy(page: Page, pages: dict[str, str]) -> None:
    bare = {name: re.sub("<meta http-equiv.*", "", body) for name, body in pages.items()}
    assert len(bare) > 200
    assert not any("Content-Security-Policy" in body for body in bare.values())
    assert [name for heap in in_heaps(bare) for name in fired(page, heap)] == []


def test_no_script_survives_in_the_pages_as_they_are(page: Page, pages: dict[str, str]) -> None:
    assert fired(page, next(in_heaps(pages))) == []


def test_the_same_text_uncleaned_does_run(page: Page) -> None:
    raw = {
        f"raw-{number}": f"<!DOCTYPE html><title>raw</title>{line}"
        for number, line in enumerate(lines()[:90])
    }
    assert {"raw-0", "raw-1", "raw-2", "raw-3"} <= set(fired(page, raw))


def test_the_policy_alone_stops_the_same_text(page: Page, pages: dict[str, str]) -> None:
    policy = re.search("<meta http-equiv.*", next(iter(pages.values())))
    assert policy
    raw = {f"raw-{number}": f"{policy[0]}<title>raw</title>{line}" for number, line in enumerate(HOSTILE)}
    assert fired(page, raw) == []

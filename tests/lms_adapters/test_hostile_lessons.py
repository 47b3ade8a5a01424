"""No script of three hundred hostile items runs in the pages of packages, with their content policy and without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters.cmi5 import Cmi5
from lms_adapters.cmi5 import Settings as Cmi5Settings
from lms_adapters.scorm import Scorm
from lms_adapters.scorm import Settings as ScormSettings
from tests.conftest import SHARED
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import HOSTILE, hostile_items, payloads
from tests.lms_adapters.packages import media_type, unpacked

pytestmark = pytest.mark.browser

SITE = "http://lms.invalid/"
WATCH = """
window.fired = 0;
for (const name of ['alert', 'prompt', 'confirm', 'print', 'open']) window[name] = () => { window.fired += 1; };
"""
_API = """window.API = new Proxy({}, { get: (_, name) => (...given) => name === 'LMSGetValue' ? '' : 'true' });"""
_FOREIGN = """document.querySelectorAll(
  "iframe, object, embed, form, img, style, svg, math, :is([onerror], [onload], [onfocus], [ontoggle], [srcdoc])"
).length + [...document.scripts].filter((one) => !one.src.startsWith(location.origin)).length"""


def attacked(folder: Path, lines: Sequence[str], count: int, kind: str) -> dict[str, bytes]:
    """A package in which every word of items, of a path and of its notes is hostile."""
    items = hostile_items(lines, count)
    steps = [step(0, item=one, url=None, note="\n".join(lines[n::count])) for n, one in enumerate(items[::2])]
    path = collection(*steps, title=lines[3], summary="\n".join(lines[:50]), objectives=tuple(lines[:50]))
    ctx = make_context(folder, GuardedHttp())
    made = Scorm(ScormSettings(), ctx) if kind == "scorm" else Cmi5(Cmi5Settings(), ctx)
    made.bind(items, [path])
    return unpacked(made.path)


@pytest.fixture
def watched(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that notes what runs; the param says whether the content policy is off."""
    context = chromium.new_context(bypass_csp=request.param)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.add_init_script(_API)
    yield page
    context.close()


def fired(page: Page, files: Mapping[str, bytes], names: Sequence[str]) -> list[str]:
    """Open these pages side by side in frames; the names of those in which something ran or stands that is not ours."""

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(SITE).partition("?")[0]
        if name in files:
            route.fulfill(body=files[name], content_type=media_type(name))
        elif name == "":
            frames = "".join(f'<iframe name="{one}" src="{SITE}{one}"></iframe>' for one in names)
            route.fulfill(body=f"<!DOCTYPE html><title>frames</title>{frames}", content_type="text/html")
        else:
            route.abort()

    page.route("**/*", serve)
    page.goto(SITE, wait_until="load")
    loaded = {frame.name: frame for frame in page.frames if frame.name in names}
    assert set(loaded) == set(names)
    bad = []
    for name, frame in loaded.items():
        assert frame.evaluate("typeof lesson.start") == "function", "our own script does not run"
        if frame.evaluate("window.fired") or frame.evaluate(_FOREIGN):
            bad.append(name)
    page.unroute("**/*")
    return bad


def heaps(files: Mapping[str, bytes], size: int = 50) -> Iterator[list[str]]:
    names = [name for name in files if name.startswith("pages/")]
    yield from (names[start : start + size] for start in range(0, len(names), size))


@pytest.mark.parametrize(
    ("watched", "kind"),
    [(False, "scorm"), (True, "cmi5")],
    ids=["with policy", "without"],
    indirect=["watched"],
)
def test_hostile_words_run_nothing(watched: Page, tmp_path: Path, kind: str) -> None:
    files = attacked(tmp_path, HOSTILE, 30, kind)
    assert [name for heap in heaps(files) for name in fired(watched, files, heap)] == []


@pytest.mark.proof
@pytest.mark.parametrize("watched", [False, True], ids=["with policy", "without"], indirect=True)
@pytest.mark.parametrize("kind", ["scorm", "cmi5"])
def test_the_whole_collection_of_known_attacks_runs_nothing(watched: Page, tmp_path: Path, kind: str) -> None:
    known = payloads() if (SHARED / "security" / "xss-payloads.txt.gz").exists() else []
    files = attacked(tmp_path, [*HOSTILE, *known], 300, kind)
    assert sum(name.startswith("pages/") for name in files) >= 250
    assert [name for heap in heaps(files) for name in fired(watched, files, heap)] == []


@pytest.mark.parametrize("watched", [True], ids=["without"], indirect=True)
def test_the_same_words_unescaped_are_noticed(watched: Page, tmp_path: Path) -> None:
    """The control: without our cleaning the watch does see them run."""
    files = attacked(tmp_path, HOSTILE, 10, "scorm")
    name = next(iter(next(heaps(files))))
    spoiled = {
        f"pages/{number}.html": files[name].replace(b"<h1", f"{line}<h1".encode())
        for number, line in enumerate(HOSTILE[:4])
    }
    assert len(fired(watched, {**files, **spoiled}, list(spoiled))) >= 3

"""Every page as a picture, for people to look at: in the folder that GLEANERY_PICTURES names, and then in `make test`
too; continuous integration keeps them.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.walk import Walk
from tests.browser.worlds import EVERYBODY, MAKERS, World

PICTURES = os.environ.get("GLEANERY_PICTURES")
pytestmark = [pytest.mark.browser, *([] if PICTURES else [pytest.mark.proof])]

Maker = Callable[[Path], AbstractContextManager[World]]

WIDTHS = (1280, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("en", "de")


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_page_is_photographed(make: Maker, chromium: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES or tmp_path / "pictures") / make.__name__
    with make(tmp_path / "house") as world:
        pages = named(world)
        for scheme, language in product(SCHEMES, LANGUAGES):
            with looking(chromium, world, scheme, language) as page:
                for name, address in pages.items():
                    page.goto(world.site.url + address)
                    for width in WIDTHS:
                        photograph(page, folder / f"{name}-{width}-{scheme}-{language}.png", width)
    taken = list(folder.glob("*.png"))
    assert len(taken) == len(pages) * len(WIDTHS) * len(SCHEMES) * len(LANGUAGES)


def named(world: World) -> dict[str, str]:
    """The pages by a name for their file: the route, with a number where it has several states."""
    seen: Counter[str] = Counter()
    pages = {}
    for found in Walk(world).pages():
        name = re.sub(r"\W+", "-", found.route).strip("-") or "queue"
        seen[name] += 1
        pages[f"{name}-{seen[name]}"] = found.address
    return pages


@contextmanager
def looking(
    chromium: Browser, world: World, scheme: Literal["light", "dark"], language: str
) -> Iterator[Page]:
    """A browser of somebody with every role."""
    locale = {"en": "en-GB", "de": "de-DE"}[language]
    context = chromium.new_context(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    cookies = world.site.browser("everybody", EVERYBODY).cookies.get_dict()
    context.add_cookies(
        [{"name": name, "value": value, "url": world.site.url} for name, value in cookies.items()]
    )
    yield context.new_page()
    context.close()


def photograph(page: Page, file: Path, width: int) -> None:
    """The whole page at this width; it may not be wider."""
    page.set_viewport_size({"width": width, "height": 860})
    page.screenshot(path=file, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, file.name

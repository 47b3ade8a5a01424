"""A launch in a frame of an LMS, in a real Chromium that blocks what browsers block: over https, on two sites."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from gleanery.flow.house import utc_now
from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from gleanery.testing.context import MemoryLearners
from gleanery.testing.fakes import Asked
from lms_adapters.lti import Settings
from tests.chromium import arguments, program
from tests.lms_adapters.items import item_id
from tests.lti_platforms.course import Course, certified
from tests.lti_platforms.tool import Tool

pytestmark = pytest.mark.browser
_ONE_PROCESS = "--disable-site-isolation-trials"
"""Frames of other sites stay in one process: the driver loses sight of those that move between processes."""

BLOCKED = {"setting": 2}
Browsing = Callable[[dict[str, Any]], AbstractContextManager[BrowserContext]]


@dataclass
class Sites:
    """The LMS and our tool, each under its own name."""

    course: Course
    tool: Tool
    learners: MemoryLearners


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    authority, tls = certified(tmp_path, "lms.test", "tool.test")
    http = GuardedHttp(
        entered=["lms.test", "tool.test"], ca_file=str(authority), resolver=lambda _name, _port: ["127.0.0.1"]
    )
    context = make_context(tmp_path / "context", http, utc_now)
    assert isinstance(context.learners, MemoryLearners)
    with Tool(context, "tool.test", tls) as tool, _course(tool, tls) as course:
        course.item = str(item_id(1))
        tool.registered(
            Settings(
                issuer=course.url, client_id=course.client_id, auth_url=f"{course.url}/mod/lti/auth.php",
                token_url=f"{course.url}/mod/lti/token.php", jwks_url=f"{course.url}/mod/lti/certs.php",
                deployments=("3",),
            )
        )  # fmt: skip
        yield Sites(course, tool, context.learners)


def _course(tool: Tool, tls: Any) -> Course:
    return Course(utc_now, tool.address, dict, tls)


@pytest.fixture
def browsing(chromium: Browser, tmp_path: Path) -> Browsing:
    """Opens a browser of its own with these exceptions for cookies in its profile; third-party ones are blocked."""

    @contextmanager
    def opened(exceptions: dict[str, Any]) -> Iterator[BrowserContext]:
        folder = tmp_path / "profile"
        (folder / "Default").mkdir(parents=True)
        profile = {
            "block_third_party_cookies": True,
            "cookie_controls_mode": 1,
            "content_settings": {"exceptions": {"cookies": exceptions}},
        }
        (folder / "Default" / "Preferences").write_text(json.dumps({"profile": profile}), "utf-8")
        context = chromium.browser_type.launch_persistent_context(
            folder,
            executable_path=program(),
            headless=True,
            args=[*arguments(), _ONE_PROCESS],
            ignore_https_errors=True,
        )
        yield context
        context.close()

    return opened


def _course_page(context: BrowserContext, sites: Sites) -> Page:
    page = context.new_page()
    page.goto(f"{sites.course.url}/course")
    return page


def _arrived(sites: Sites) -> Asked:
    """Wait until the page for learners is shown; the request that opened it."""
    assert sites.tool.shown.wait(30), "the page for learners was never shown"
    return next(asked for asked in sites.tool.asked if asked.path == "/learn/enter")


def _framed(context: BrowserContext, origin: str, url: str) -> str:
    """What a page of this origin shows of a page of ours in a frame; nothing where the browser refuses it."""
    page = context.new_page()
    page.goto(f"{origin}/storage")
    page.evaluate(
        "url => new Promise(done => { const made = document.createElement('iframe'); made.onload = done;"
        " made.src = url; document.body.append(made) })",
        url,
    )
    frame = page.frames[-1]
    return frame.locator("body").inner_text() if frame.url == url else ""


def test_a_partitioned_cookie_carries_the_launch_in_a_frame(sites: Sites, browsing: Browsing) -> None:
    with browsing({}) as context:
        _course_page(context, sites)
        assert _arrived(sites).headers["sec-fetch-dest"] == "iframe"
        assert [cookie for cookie in context.cookies() if "lti" in cookie["name"]] == []
        refused = f"{sites.tool.address}/go?state=x"
        assert "does not belong to a sign-in" in _framed(context, sites.course.url, refused)
        assert _framed(context, sites.course.url.replace("lms.test", "other.test"), refused) == ""
    (arrival,) = sites.learners.arrivals
    assert (arrival.cookies, arrival.wants) == (True, item_id(1))


@pytest.mark.parametrize("place", ["_parent", pytest.param("lti_storage", marks=pytest.mark.proof)])
def test_without_cookies_the_lmss_storage_carries_it(sites: Sites, browsing: Browsing, place: str) -> None:
    sites.course.stores = place
    with browsing({"[*.]tool.test,*": BLOCKED}) as context:
        _course_page(context, sites)
        assert _arrived(sites).headers["sec-fetch-dest"] == "iframe"
    (arrival,) = sites.learners.arrivals
    assert arrival.cookies is False


def test_without_either_a_tab_of_its_own_carries_it(sites: Sites, browsing: Browsing) -> None:
    with browsing({"[*.]tool.test,[*.]lms.test": BLOCKED}) as context:
        page = _course_page(context, sites)
        button = page.frame_locator("#tool").locator("#new-tab")
        button.wait_for(timeout=30_000)
        assert sites.learners.arrivals == []
        with context.expect_page():
            button.click()
        assert _arrived(sites).headers["sec-fetch-dest"] == "document"
    (arrival,) = sites.learners.arrivals
    assert arrival.cookies is True

"""The package plays in a real browser, with scorm-again as the API of an LMS, and its completion arrives there."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import FrameLocator, Page, expect

from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from gleanery.testing.context import MemoryLearners
from lms_adapters.scorm import Scorm, Settings
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import item, item_id
from tests.lms_adapters.scorm.lms import LEARNER, Lms, playing
from tests.servers import Received, Reply, WebServer

pytestmark = pytest.mark.browser
VERSIONS = ("1.2", "2004")
ONE_OF_THEM = ("1.2", pytest.param("2004", marks=pytest.mark.proof))
"""The other one with the proofs: what differs between the two is played in both above."""


def package(folder: Path, version: str, **settings: Any) -> Path:
    """A path of three steps, the second optional, the third after the first, and an item in none."""
    adapter = Scorm(Settings(version=version, **settings), make_context(folder, GuardedHttp()))
    items = [item(number, url=f"http://127.0.0.1:9/{number}") for number in range(1, 5)]
    path = collection(
        step(1, item=items[0]),
        step(2, item=items[1], required=False),
        step(3, item=items[2], after=item_id(1)),
    )
    adapter.bind(items, [path])
    return folder / "gleanery-scorm.zip"


def opened(page: Page, address: str) -> FrameLocator:
    page.goto(address)
    return page.frame_locator("iframe[name=middle]").frame_locator("iframe[name=sco]")


def said(lms: Lms) -> dict[str, Any]:
    """What was last committed of the first SCO, without the group that 1.2 puts it in."""
    latest = lms.latest(lms.scos[0].id)
    core: dict[str, Any] = latest.get("core", latest)
    return core


def left(page: Page) -> None:
    page.goto("about:blank")


@pytest.mark.parametrize("version", VERSIONS)
def test_opening_the_source_completes_the_sco_in_the_lms(page: Page, tmp_path: Path, version: str) -> None:
    with playing(package(tmp_path, version), version) as lms:
        first, second, third, other = lms.scos
        assert [one.title for one in lms.scos] == ["Item 1", "Item 2 (optional)", "Item 3", "Item 4"]
        shown = opened(page, lms.address(first))
        shown.get_by_text("this counts as completed").wait_for()
        shown.get_by_role("link", name="Open").click(button="right")
        assert lms.status(first.id) == "incomplete"
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        shown.get_by_text("your LMS has taken note").wait_for()
        assert lms.status(first.id) == "completed"
        left(page)
        again = opened(page, lms.address(first))
        again.get_by_text("your LMS has taken note").wait_for()
        assert lms.status(first.id) == "completed"
        assert [one.before for one in (first, second, third, other)] == [None, None, first.id, None]
        opened(page, lms.address(third)).get_by_text("after: Item 1").wait_for()


@pytest.mark.parametrize("version", ONE_OF_THEM)
def test_an_item_that_was_left_is_suspended_with_its_time(page: Page, tmp_path: Path, version: str) -> None:
    with playing(package(tmp_path, version, completes="declared"), version) as lms:
        shown = opened(page, lms.address(lms.scos[0]))
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        page.evaluate("frames.middle.location = 'about:blank'")
        lms.until(lambda: said(lms).get("exit") == "suspend")
        last = lms.latest(lms.scos[0].id)
        assert lms.status(lms.scos[0].id) == "incomplete"
        assert re.fullmatch(
            r"\d{2,4}:\d\d:\d\d(\.\d+)?" if version == "1.2" else r"PT[\d.]+S", said(lms)["session_time"]
        )
        assert set(json.loads(last["suspend_data"])["acts"]) == {"opened"}
        again = opened(page, lms.address(lms.scos[0]))
        again.get_by_role("button", name="I have completed this").click()
        again.get_by_text("your LMS has taken note").wait_for()
        acts = json.loads(lms.latest(lms.scos[0].id)["suspend_data"])["acts"]
        assert acts["completed"]["evidence"] == "opened"
        assert lms.status(lms.scos[0].id) == "completed"


def test_what_only_the_learner_says_is_called_so(page: Page, tmp_path: Path) -> None:
    with playing(package(tmp_path, "1.2", completes="declared"), "1.2") as lms:
        shown = opened(page, lms.address(lms.scos[0]))
        shown.get_by_role("button", name="I have completed this").click()
        shown.get_by_text("your LMS has taken note").wait_for()
        acts = json.loads(lms.latest(lms.scos[0].id)["suspend_data"])["acts"]
        assert acts["completed"]["evidence"] == "self-declared"


@pytest.mark.parametrize("version", ONE_OF_THEM)
def test_who_only_looks_around_leaves_nothing(page: Page, tmp_path: Path, version: str) -> None:
    with playing(package(tmp_path, version), version, mode="browse") as lms:
        shown = opened(page, lms.address(lms.scos[0]))
        shown.get_by_text("nothing is recorded").filter(visible=True).wait_for()
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        left(page)
        assert lms.status(lms.scos[0].id) != "completed"


def test_a_window_of_its_own_finds_the_lms_that_opened_it(page: Page, tmp_path: Path) -> None:
    with playing(package(tmp_path, "1.2"), "1.2") as lms:
        page.goto(lms.address(lms.scos[0]).replace("/launch", "/opener"))
        with page.expect_popup() as popup:
            page.evaluate(f"window.open('/content/{lms.scos[0].href}')")
        popup.value.get_by_text("counts as completed").wait_for()
        popup.value.close()
        lms.until(lambda: said(lms).get("exit") == "suspend")


def test_the_lms_is_found_beyond_a_frame_of_another_origin(
    page: Page, tmp_path: Path, web_server: WebServer
) -> None:
    with playing(package(tmp_path, "1.2"), "1.2") as lms:
        sco = f"{lms.origin}/content/{lms.scos[0].href}"
        inner = f'<iframe name="API"></iframe><iframe name="sco" src="{sco}"></iframe>'
        between = web_server.reply("/between", inner, headers={"content-type": "text/html"})
        page.goto(lms.address(lms.scos[0]).replace("/launch", "/opener"))
        page.evaluate(
            "address => document.body.append(Object.assign(document.createElement('iframe'), {src: address}))",
            between,
        )
        shown = page.frame_locator("iframe").frame_locator("iframe[name=sco]")
        shown.get_by_text("counts as completed").wait_for()


def test_without_an_lms_the_page_says_so_its_link_works_and_everybody_can_read_it(
    page: Page, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package(tmp_path, "1.2")) as archive:
        archive.extractall(tmp_path / "läden & 1%")
        name = next(name for name in archive.namelist() if name.startswith("pages/"))
    page.goto((tmp_path / "läden & 1%" / name).as_uri())
    assert page.get_by_text("No LMS was found").is_visible()
    assert not page.get_by_role("button").filter(visible=True).count()
    assert page.evaluate("typeof lesson.start") == "function", "the script does not run from a disk"
    with page.expect_popup():
        page.get_by_role("link", name="Open").click()
    page.evaluate("document.querySelectorAll('[hidden]').forEach((one) => { one.hidden = false; })")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert not Axe().run(page, options={"preload": False}).response["violations"]


def test_an_lms_that_does_not_take_it_is_not_said_to_have(page: Page, tmp_path: Path) -> None:
    with playing(package(tmp_path, "1.2"), "1.2") as lms:
        shown = opened(page, lms.address(lms.scos[0]))
        shown.get_by_text("counts as completed").wait_for()
        lms.refuses = True
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        shown.get_by_text("Your LMS did not take note").wait_for()


def reporting(folder: Path, server: WebServer) -> tuple[Path, MemoryLearners]:
    """A package that reports to this server, and what it is told of learners."""
    ctx = replace(make_context(folder, GuardedHttp()), address=f"{server.url}/in/destination-x")
    adapter = Scorm(Settings(reports=True, realm="https://lms.example.org"), ctx)
    adapter.publish([item(1, url="http://127.0.0.1:9/1")])
    (endpoint,) = adapter.endpoints()

    def answer(asked: Received) -> Reply:
        status, headers, body = endpoint.answer(asked.method, asked.query, asked.headers, asked.body)
        return Reply(status, body, {name: str(value) for name, value in headers.items()})

    server.answer("/in/destination-x/done", answer)
    assert isinstance(ctx.learners, MemoryLearners)
    return folder / "gleanery-scorm.zip", ctx.learners


def test_a_page_that_is_online_tells_us_too_and_once(
    page: Page, tmp_path: Path, web_server: WebServer
) -> None:
    path, learners = reporting(tmp_path, web_server)
    with playing(path, "1.2") as lms:
        shown = opened(page, lms.address(lms.scos[0]))
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        for _ in range(2):
            expect(page.locator("iframe[name=middle]")).to_be_attached()
            page.wait_for_function("api.cmi.suspend_data.split('\"told\":true').length === 3")
            opened(page, lms.address(lms.scos[0])).get_by_text("taken note").wait_for()
    assert [(deed.did, deed.evidence, deed.account, deed.item_id) for deed in learners.deeds] == [
        ("opened", "opened", LEARNER, item_id(1)),
        ("completed", "opened", LEARNER, item_id(1)),
    ]
    assert {asked.headers.get("origin") for asked in web_server.requests} == {lms.origin}
    assert {asked.method for asked in web_server.requests} == {"POST"}
    assert len(web_server.requests) == 2


def test_what_could_not_be_told_is_told_at_the_next_opening(page: Page, tmp_path: Path) -> None:
    with WebServer() as gone:
        path, _ = reporting(tmp_path, gone)
        port = gone.port
    with playing(path, "1.2") as lms:
        shown = opened(page, lms.address(lms.scos[0]))
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        shown.get_by_text("your LMS has taken note").wait_for()
        assert lms.status(lms.scos[0].id) == "completed"
        left(page)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        opened(page, lms.address(lms.scos[0])).get_by_text("taken note").wait_for()
        page.wait_for_function("api.cmi.suspend_data.includes('told')")
        assert asked.count(f"http://127.0.0.1:{port}/in/destination-x/done") == 2

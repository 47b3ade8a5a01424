"""The course plays in a real browser: its units say in our own record store what cmi5 asks them to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters.cmi5 import Cmi5, Settings
from tests.lms_adapters.cmi5.lms import CMI5, MOVE_ON, SESSION, Lms, Session, playing, record_store
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import item
from tests.xapi.http.running import Running
from xapi.vocabulary import own

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One record store for all: each test is a registration of its own."""
    with record_store(tmp_path_factory.mktemp("cmi5") / "store") as made:
        yield made


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a path of two steps, the second optional, and an item in none."""
    folder = tmp_path_factory.mktemp("course")
    adapter = Cmi5(Settings(), make_context(folder, GuardedHttp()))
    items = [item(number, url=f"http://127.0.0.1:9/{number}") for number in range(1, 4)]
    path = collection(step(1, item=items[0]), step(2, item=items[1], required=False))
    adapter.bind(items, [path])
    return Path(adapter.path)


@pytest.fixture
def lms(course: Path, store: Running) -> Iterator[Lms]:
    with playing(course, store, "lms") as made:
        yield made


def opened(page: Page, session: Session) -> None:
    page.goto(session.address)
    page.get_by_text("counts as completed").wait_for()


def completed(page: Page) -> None:
    with page.expect_popup():
        page.get_by_role("link", name="Open").click()
    page.get_by_text("your LMS has taken note").wait_for()


def fulfils_cmi5(one: dict[str, Any], session: Session, lms: Lms) -> bool:
    """What sections 9.2 to 9.7 ask of every cmi5 defined statement."""
    context = one["context"]
    categories = [activity["id"] for activity in context["contextActivities"]["category"]]
    result = one.get("result", {})
    judged = "completion" in result or "success" in result
    return (
        one["actor"] == lms.actor
        and one["object"]["id"] == session.activity
        and context["registration"] == session.registration
        and context["extensions"][SESSION] == session.id
        and [activity["id"] for activity in context["contextActivities"]["grouping"]] == [session.unit.id]
        and categories == ([CMI5, MOVE_ON] if judged else [CMI5])
        and one["timestamp"].endswith("Z")
        and (
            one["verb"]["id"].endswith("initialized") or bool(re.fullmatch(r"PT[\d.]+S", result["duration"]))
        )
    )


def test_a_unit_says_initialized_completed_and_terminated_in_our_store(page: Page, lms: Lms) -> None:
    session = lms.launch(lms.units[0])
    opened(page, session)
    completed(page)
    page.get_by_role("button", name="Back to the course").click()
    page.wait_for_url("**/back")
    said = lms.said(session)
    assert lms.verbs(session) == ["initialized", "completed", "terminated"]
    assert all(fulfils_cmi5(one, session, lms) for one in said), said
    assert said[1]["result"]["completion"] is True
    assert said[1]["result"]["extensions"] == {own.EVIDENCE: "opened"}
    again = lms.launch(lms.units[0])
    page.goto(again.address)
    page.get_by_text("your LMS has taken note").wait_for()
    page.goto("about:blank")
    lms.until(again, "terminated")
    assert lms.verbs(again) == ["initialized", "terminated"]


def test_an_lms_that_lets_on_only_who_passed_is_told_of_it(page: Page, lms: Lms) -> None:
    session = lms.launch(lms.units[2], moveOn="CompletedAndPassed")
    opened(page, session)
    completed(page)
    page.goto("about:blank")
    lms.until(session, "terminated")
    assert lms.verbs(session) == ["initialized", "completed", "passed", "terminated"]
    assert all(fulfils_cmi5(one, session, lms) for one in lms.said(session))


@pytest.mark.parametrize("mode", ["Browse", pytest.param("Review", marks=pytest.mark.proof)])
def test_who_looks_around_completes_nothing(page: Page, lms: Lms, mode: str) -> None:
    session = lms.launch(lms.units[0], launchMode=mode, returnURL="javascript:alert(1)")
    page.goto(session.address)
    page.get_by_text("nothing is recorded").filter(visible=True).wait_for()
    assert not page.get_by_role("button", name="Back to the course").is_visible(), (
        "it leads to no web address"
    )
    with page.expect_popup():
        page.get_by_role("link", name="Open").click()
    page.goto("about:blank")
    lms.until(session, "terminated")
    assert lms.verbs(session) == ["initialized", "terminated"]


def test_a_launch_is_good_once(page: Page, lms: Lms) -> None:
    session = lms.launch(lms.units[0])
    opened(page, session)
    page.reload()
    page.get_by_text("Close this page and open it again").wait_for()
    assert lms.verbs(session).count("initialized") == 1


def test_what_the_store_refuses_is_not_said_to_be_recorded(page: Page, course: Path, store: Running) -> None:
    with playing(course, store, "closed") as lms:
        session = lms.launch(lms.units[0])
        opened(page, session)
        store.revoke("closed")
        with page.expect_popup():
            page.get_by_role("link", name="Open").click()
        page.get_by_text("Your LMS did not take note").wait_for()


def test_a_unit_of_somebody_elses_client_plays_in_the_same_lms(page: Page, lms: Lms) -> None:
    """The LMS is not made to fit our script: the library @xapi/cmi5 finds in it all that the specification promises."""
    session = lms.launch(lms.units[0], page="other.html")
    page.goto(session.address)
    page.wait_for_function("document.title !== 'a unit of somebody else'")
    assert page.title() == "over"
    assert lms.verbs(session) == ["initialized", "completed", "terminated"]
    for one in lms.said(session):
        categories = [activity["id"] for activity in one["context"]["contextActivities"]["category"]]
        assert CMI5 in categories

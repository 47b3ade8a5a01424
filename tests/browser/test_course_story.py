"""A course from its registration to the audit, in a real browser: over https, the LMS on another site than ours.

An administrator has the LMS register, a curator approves, a teacher chooses and a learner completes within frames of
the LMS, the grade arrives there, and an auditor finds it all in the record. Cookies of third parties are blocked, as
this browser does by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, FrameLocator, Page, expect

from gleanery.flow import desk
from gleanery.flow.house import House, utc_now
from gleanery.flow.people import handles, persons
from gleanery.flow.people.handles import Account
from gleanery.flow.rights import Role
from gleanery.http import GuardedHttp
from gleanery.model.items import ItemState
from gleanery.model.people import LinkedBy
from gleanery.schedule import Clock
from gleanery.worker import work
from tests.flow.people.deeds import consent
from tests.lti_platforms.classroom import LEARNER, Classroom
from tests.lti_platforms.course import certified
from tests.web.houses import Site, house_with, post, served

pytestmark = pytest.mark.browser

PATIENCE = 20_000
ITEMS = 3


@dataclass
class School:
    """The LMS, our pages, and a browser."""

    lms: Classroom
    site: Site
    chromium: Browser

    @property
    def house(self) -> House:
        """The house behind the pages."""
        return self.site.house

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A fresh browser of somebody."""
        context = self.chromium.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 860})
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()

    @contextmanager
    def at(self, account: str, role: Role) -> Iterator[Page]:
        """The desks, signed in."""
        with self.page() as page:
            page.goto(self.site.link(account, [role]))
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/signin" not in url, wait_until="load")
            yield page


@pytest.fixture
def school(chromium: Browser, tmp_path: Path, _told: None) -> Iterator[School]:
    expect.set_options(timeout=PATIENCE)
    authority, tls = certified(tmp_path, "lms.test", "tool.test")
    with create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        address = f"https://tool.test:{port}"
        place = "/in/destination-academy"

        def tool_keys() -> Any:
            return requests.get(f"https://127.0.0.1:{port}{place}/jwks", verify=authority, timeout=5).json()

        with Classroom(utc_now, address + place, tool_keys, tls) as lms:
            house = _house(tmp_path, address, lms)
            house.http = GuardedHttp(
                entered=["lms.test"], ca_file=str(authority), resolver=lambda _name, _port: ["127.0.0.1"]
            )
            with served(house, listening) as site, Clock(lambda: work(house), 1) as clock:
                house.wake = clock.wake
                yield School(lms, site, chromium)
            house.close()
    expect.set_options(timeout=5_000)


def _house(folder: Path, address: str, lms: Classroom) -> House:
    chain = str(folder / "server.pem")
    serve = {"address": address, "tls_certificate": chain, "tls_key": chain}
    place = {"name": "academy", "adapter": "lti", "settings": {"url": lms.url}}
    return house_with(
        folder / "house", [post(number) for number in range(ITEMS)], serve=serve, destinations=[place],
        curation={"steps": [{"step": "language"}]}, delivery={"undo_seconds": 0},
    )  # fmt: skip


def the_administrator_has_the_lms_register(school: School) -> None:
    with school.at("administrator", Role.ADMINISTRATOR) as page:
        page.goto(f"{school.site.url}/destinations/academy/lms")
        page.get_by_role("button", name="Make the address for the LMS").click()
        address = page.get_by_label("The one address for the LMS").input_value()
        with school.page() as theirs:
            theirs.goto(school.lms.registration(address))
            expect(theirs.frame_locator("#tool").locator("h1")).to_contain_text("registered")
        page.goto(f"{school.site.url}/destinations/academy/lms")
        expect(page.locator("#main")).to_contain_text(school.lms.url)
        expect(page.locator("#main")).to_contain_text("approved")


def the_curator_approves(school: School) -> None:
    """By keyboard; the items are offered to teachers soon after."""
    with school.at("curator", Role.CURATOR) as page:
        for left in reversed(range(ITEMS)):
            page.wait_for_selector("#reader:not([aria-busy]) #reader-title")
            page.keyboard.press("a")
            expect(page.locator("#announcement")).to_contain_text(f"{left} item")
    assert len(desk.queue(school.house, (ItemState.APPROVED,)).rows) == ITEMS


def the_teacher_chooses(school: School) -> None:
    """In a frame of the LMS, as soon as there is something to choose: all three at once."""
    with school.page() as page:
        tool = _course_until(
            page, f"{school.lms.url}/choose", lambda tool: tool.get_by_role("checkbox").count() == ITEMS
        )
        for box in tool.get_by_role("checkbox").all():
            box.check()
        tool.get_by_role("button", name="Take what is ticked").click()
        expect(tool.locator("#placed")).to_have_text(f"{ITEMS} placed")


def _course_until(page: Page, address: str, ready: Any) -> FrameLocator:
    """The tool's frame on a page of the course, which is opened anew until there is what is waited for."""
    for _ in range(100):
        page.goto(address)
        tool = page.frame_locator("#tool")
        tool.locator("#main").wait_for()
        if ready(tool):
            return tool
    raise AssertionError("nothing to choose came")


def the_learner_completes(school: School) -> str:
    """Opens the second link in its frame, and its source in a tab from there; the id of its item."""
    with school.page() as page:
        page.goto(f"{school.lms.url}/link/1")
        tool = page.frame_locator("#tool")
        expect(tool.locator("h1")).to_have_text(school.lms.placed[1]["title"])
        with page.context.expect_page() as source:
            tool.get_by_role("link", name="Open at the source").click()
        source.value.close()
        page.reload()
        expect(tool.locator(".said.good")).to_contain_text("You completed this.")
        ours = page.context.cookies(school.site.url)
        assert ours
        assert all(one.get("partitionKey") for one in ours), "none of ours serves another site"
    return str(school.lms.placed[1]["custom"]["gleanery"])


def the_grade_arrives(school: School) -> None:
    column = school.lms.placed[1]["column"]
    for _ in range(100):
        work(school.house)
        if told := [
            one for line, one in school.lms.scores if column.partition("/lineitem?")[0].endswith(line)
        ]:
            break
    assert (told[-1]["userId"], told[-1]["activityProgress"]) == (LEARNER, "Completed")
    assert told[-1]["scoreGiven"] == told[-1]["scoreMaximum"]


def the_auditor_finds_it(school: School, item: str) -> None:
    """That the learner completed it, under a pseudonym; who registered the LMS; the record whole."""
    with school.at("auditor", Role.AUDITOR) as page:
        page.goto(f"{school.site.url}/record")
        page.get_by_label("Item or activity").fill(item)
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**activity=**")
        said = page.locator(".statements").inner_text()
        assert "completed" in said
        assert "approved" in said
        page.goto(f"{school.site.url}/audit?action=destination.*")
        expect(page.locator(".entries")).to_contain_text("destination.invited")
    assert all(verdict.ok for _, verdict in school.house.verify())


def _linked(school: School) -> None:
    """The learner's account belongs to somebody who agreed to the record of learning."""
    with school.house.change() as change:
        person = persons.new_person(change, "person:lead")
        account = Account("lms", school.lms.url, LEARNER)
        handle = handles.ensure_handle(change.session, school.house.organisation.id, account)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, "person:lead", verified=True)
    consent(school.house, person)


def test_from_the_registration_of_an_lms_to_the_audit_of_a_completion(school: School) -> None:
    the_administrator_has_the_lms_register(school)
    _linked(school)
    the_curator_approves(school)
    the_teacher_chooses(school)
    item = the_learner_completes(school)
    the_grade_arrives(school)
    the_auditor_finds_it(school, item)

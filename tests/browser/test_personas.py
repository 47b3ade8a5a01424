"""A working day of four people in a real browser, from an empty house to a certificate of erasure.

The clock ticks as it does under `gleanery serve`; Slack and Moodle are real servers on loopback.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from gleanery.flow import desk
from gleanery.flow.accounts.links import first_link
from gleanery.flow.house import House
from gleanery.flow.settings import change_settings
from gleanery.model.items import ItemState
from gleanery.schedule import Clock
from gleanery.worker import work
from tests.browser.pages import until
from tests.clocks import RealClock
from tests.fakes.slack import ANALYST, LEARNER, TEAM, SlackWorld
from tests.house import article, make_house
from tests.moodle_server import MoodleServer
from tests.web.accounts.test_passwords import a_password
from tests.web.houses import Site, served
from xapi.signer import fingerprint_of

pytestmark = pytest.mark.browser

TICK = 1
"""Seconds; whoever asks for work wakes the clock besides."""
PATIENCE = 20_000


@dataclass
class Office:
    """The house as people see it, and the platforms around it."""

    site: Site
    slack: SlackWorld
    moodle: MoodleServer
    chromium: Browser
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """The house behind the pages."""
        return self.site.house

    @contextmanager
    def at(self, name: str) -> Iterator[Page]:
        """A browser of their own, in which they sign in by name and password."""
        context = self.chromium.new_context(viewport={"width": 1280, "height": 860})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{self.site.url}/signin")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(self.passwords[name])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/signin" not in url)
        yield page
        context.close()


@pytest.fixture
def office(chromium: Browser, tmp_path: Path) -> Iterator[Office]:
    expect.set_options(timeout=PATIENCE)
    house = make_house(tmp_path / "house", people={"erasure_needs_two": True})
    with (
        served(house) as site,
        SlackWorld(RealClock()) as slack,
        MoodleServer() as moodle,
        Clock(lambda: work(house), TICK) as clock,
    ):
        house.wake = clock.wake
        change_settings(house, "system", lambda document: document.update(serve={"address": site.url}))
        yield Office(site, slack, moodle, chromium)
    house.close()
    expect.set_options(timeout=5_000)


def everybody_writes(slack: SlackWorld, posts: int) -> None:
    """So many posts with a link each, by two people in turn."""
    for number in range(posts):
        one = article(number)
        slack.post(f"{one['title']}\n{one['text']} {one['url']}", user=(ANALYST, LEARNER)[number % 2])


# ------------------------------------------------------------------ the administrator


def the_administrator_opens_the_house(office: Office) -> None:
    """By the link that `gleanery init` prints: invites the others, connects Slack, sets up Moodle."""
    link = first_link(office.house)
    assert link is not None
    context = office.chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/signin" not in url)
    for name, role in (
        ("curator", "curator"),
        ("auditor", "auditor"),
        ("officer", "privacy officer"),
        ("second", "privacy officer"),
    ):
        invite(office, page, name, role)
    connect_slack(office, page)
    add_moodle(office, page)
    context.close()


def invite(office: Office, page: Page, name: str, role: str) -> None:
    """Make an account; its owner opens the link elsewhere and chooses a password."""
    page.goto(f"{office.site.url}/accounts")
    form = page.get_by_role("region", name="Invite somebody")
    form.get_by_label("Sign-in name").fill(name)
    form.get_by_label(re.compile(f"^{role}", re.IGNORECASE)).check()
    form.get_by_role("button", name="Invite").click()
    link = page.locator("main pre").inner_text()
    theirs = office.chromium.new_context().new_page()
    theirs.goto(link)
    office.passwords[name] = password = a_password()
    theirs.get_by_label("New password").fill(password)
    theirs.get_by_label("The same once more").fill(password)
    theirs.get_by_role("button", name="Set it and sign in").click()
    theirs.wait_for_url(lambda url: "/password" not in url)
    theirs.context.close()


def connect_slack(office: Office, page: Page) -> None:
    """Through the wizard, with a sign-in at Slack itself."""
    page.goto(f"{office.site.url}/sources")
    page.get_by_role("link", name="Connect a source").first.click()
    page.get_by_role("button", name="Set up Slack", exact=True).click()
    page.locator("#field-source-name").fill("team")
    page.locator("#field-client_id").fill(office.slack.client_id)
    page.locator("#field-client_secret").fill(office.slack.client_secret)
    page.get_by_text("More settings: each has a value that serves").click()
    page.locator("#field-base_url").fill(f"{office.slack.url}/api/")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sign in at 127.0.0.1").click()
    page.get_by_role("link", name="Allow").click()
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Test it now").click()
    page.wait_for_selector("#trial table")
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Connect it and begin to read").click()
    expect(page.locator("#said")).to_contain_text("It is connected.")


def add_moodle(office: Office, page: Page) -> None:
    """As a destination that takes only what paths bring."""
    page.goto(f"{office.site.url}/destinations")
    page.get_by_role("link", name="Moodle").click()
    page.get_by_label("Your name for it").fill("moodle")
    page.locator("#set-url").fill(office.moodle.url)
    page.locator("#set-token").fill(office.moodle.token)
    page.locator("#set-database").fill(str(office.moodle.activity.id))
    page.get_by_label("Only what published paths and collections bring").check()
    page.get_by_role("button", name="Test and save").click()
    page.wait_for_url("**/destinations/moodle*")
    expect(page.locator("#checks")).to_contain_text("every check is fine")


# ------------------------------------------------------------------ the curator


def the_curator_clears_the_queue(office: Office, page: Page, items: int) -> None:
    """By keyboard alone: four of five approved, the fifth rejected; the last three taken back and decided again."""
    expect_rows(office, page, items)
    page.evaluate("document.activeElement.blur()")
    for number in range(items):
        decide(page, number)
    assert waiting(office) == 0
    for undone in range(1, 4):
        page.keyboard.press("u")
        expect(page.locator("#notice")).to_contain_text("Undone.")
        expect(page.locator("#rows .open")).to_have_count(undone)
    assert waiting(office) == 3
    for number in range(3):
        decide(page, number)
    assert waiting(office) == 0


def expect_rows(office: Office, page: Page, items: int) -> None:
    """Load the queue anew until everything that was read is shown as waiting."""
    for _ in range(500):
        page.goto(f"{office.site.url}/")
        if waiting(office) == items:
            break
    assert waiting(office) == items
    page.wait_for_selector("#reader:not([aria-busy]) #reader-title")


def decide(page: Page, number: int) -> None:
    """One key, or two with the reason; the next item is there before the next key."""
    title = page.locator("#reader-title").inner_text()
    is_kept = number % 5 != 4
    page.keyboard.press("a" if is_kept else "r")
    if not is_kept:
        expect(page.locator("#announcement")).to_have_text("Reject because")
        page.keyboard.press("2")
    expect(page.locator("#notice")).to_contain_text(f"{'Approved' if is_kept else 'Rejected'}: {title}")
    until(
        page,
        "title => !document.querySelector('#reader[aria-busy]')"
        " && document.querySelector('#reader-title')?.innerText !== title",
        title,
    )


def waiting(office: Office) -> int:
    return len(desk.queue(office.house, (ItemState.WAITING,), limit=1000).rows)


def the_curator_builds_a_path(office: Office, page: Page) -> list[str]:
    """Of three items, the last of them moved to the front, with a due date, and published: their ids in order."""
    page.goto(f"{office.site.url}/collections/new")
    page.locator("#about-title").focus()
    page.keyboard.type("First week on the yard")
    press(page, page.get_by_label("moodle"), "Space")
    press(page, page.get_by_role("button", name="Make the draft"))
    page.wait_for_selector("#found button[id^=add-]")
    found = page.locator("#found button[id^=add-]")
    chosen = [str(found.nth(number).get_attribute("id")).removeprefix("add-") for number in range(3)]
    for item in chosen:
        press(page, page.locator(f"#add-{item}"))
        page.wait_for_selector(f"#step-{item}")
    for place in (2, 1):
        page.locator(f"#link-{chosen[2]}").focus()
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator("#announced")).to_have_text(f"Moved to place {place} of 3")
    press(page, page.locator("#publish"))
    page.wait_for_selector("#main >> text=Published")
    return [chosen[2], *chosen[:2]]


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    target.focus()
    page.keyboard.press(key)


def it_arrives_in_moodle(office: Office, page: Page, items: list[str]) -> None:
    """The path as an entry that names its items in order, each of them an entry too; the page says so."""
    page.reload()
    for _ in range(200):
        if not page.get_by_text("on its way").count():
            break
        page.reload()
    expect(page.locator(".places")).to_contain_text("there")
    moodle = office.moodle
    addresses = [str(desk.show(office.house, item).row.url) for item in items]
    (path,) = [one for one in moodle.entries if moodle.content(one, "Title") == "First week on the yard"]
    entries = {moodle.content(one, "Link"): one for one in moodle.entries if one != path}
    assert sorted(entries) == sorted(addresses)
    led_to = re.findall(r"rid=(\d+)", moodle.content(path, "Why"))
    assert led_to == [str(entries[address]["id"]) for address in addresses]


# ------------------------------------------------------------------ the auditor


def the_auditor_follows_one_item(office: Office, page: Page, item: str) -> None:
    """Each step in the audit log, the same in its trail, and what the record states of it."""
    page.goto(f"{office.site.url}/audit")
    page.get_by_label("To what").fill(f"item:{item}")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**subject=item**")
    actions = page.locator(".entries .detail code").all_inner_texts()
    assert {"item.made", "item.waiting", "item.approved"} <= set(actions), actions
    page.get_by_role("link", name="Trail of one thing").click()
    page.locator("main input[name=thing]").fill(item)
    page.get_by_role("button", name="Show its trail").click()
    told = page.locator(".trail").inner_text()
    assert "approved" in told
    page.goto(f"{office.site.url}/record")
    page.get_by_label("Item or activity").fill(item)
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**activity=**")
    said = page.locator(".statements").inner_text()
    assert "approved" in said


def the_auditor_takes_a_bundle_away(office: Office, page: Page, folder: Path) -> None:
    """All entries about items, signed; verified where neither the house nor its configuration is."""
    page.goto(f"{office.site.url}/audit?action=item.*")
    page.get_by_text("Export exactly this").click()
    page.get_by_label("Signed bundle").check()
    with page.expect_download() as taken:  # so few come at once
        page.get_by_role("button", name="Export", exact=True).click()
    bundle = folder / "bundle.zip"
    taken.value.save_as(bundle)
    key = fingerprint_of(office.house.signer.public_bytes())
    told = checked(bundle, key)
    assert told["ok"], told
    assert told["log"] == "audit"


def checked(bundle: Path, key: str) -> dict[str, Any]:
    """What `gleanery audit check` says in a folder where nothing else is."""
    command = [sys.executable, "-m", "gleanery", "audit", "check", bundle.name, "--key", key, "--json"]
    done = subprocess.run(command, cwd=bundle.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


# ------------------------------------------------------------------ the officers of privacy


def an_officer_asks_for_an_erasure(office: Office, page: Page, posts: int) -> None:
    """Of a member of the workspace, found by the account, after a look at what would go."""
    page.goto(f"{office.site.url}/privacy")
    find_learner(page)
    assert held(page, "Posts") == posts
    assert held(page, "Accounts") == 1
    page.get_by_role("link", name="Preview an erasure").click()
    page.get_by_role("button", name="Count what would go").click()
    page.get_by_label("Why").fill("They wrote to us.")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Ask for the erasure").click()
    page.wait_for_url("**/privacy/erasures/*")


def find_learner(page: Page) -> None:
    page.get_by_label("Account, HR number").fill(f"slack:{TEAM}:{LEARNER}")
    page.get_by_role("button", name="Find").click()


def held(page: Page, place: str) -> int:
    """How much the house holds about them in one place."""
    row = page.locator("#held tr", has=page.get_by_text(place, exact=True))
    return int(row.locator("td.figure").inner_text())


def another_approves_it(office: Office, page: Page) -> None:
    """Having counted again; the person is then unknown, and there is a certificate."""
    page.goto(f"{office.site.url}/privacy/erasures")
    page.locator("main table a, main .rows a").first.click()
    page.get_by_role("button", name="Count what would go").click()
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Approve and erase").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Certificate of erasure")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the certificate").click()
    assert "signature" in Path(taken.value.path()).read_text("utf-8")
    page.goto(f"{office.site.url}/privacy")
    find_learner(page)
    assert held(page, "Posts") == held(page, "Accounts") == 0


def test_four_people_and_their_day(office: Office, tmp_path: Path) -> None:
    _live(office, tmp_path, 6)


@pytest.mark.proof
def test_four_people_and_their_day_with_fifty_items(office: Office, tmp_path: Path) -> None:
    _live(office, tmp_path, 50)


def _live(office: Office, folder: Path, posts: int) -> None:
    everybody_writes(office.slack, posts)
    the_administrator_opens_the_house(office)
    with office.at("curator") as page:
        the_curator_clears_the_queue(office, page, posts)
        items = the_curator_builds_a_path(office, page)
        it_arrives_in_moodle(office, page, items)
    with office.at("auditor") as page:
        the_auditor_follows_one_item(office, page, items[0])
        the_auditor_takes_a_bundle_away(office, page, folder)
    with office.at("officer") as page:
        an_officer_asks_for_an_erasure(office, page, posts // 2)
    with office.at("second") as page:
        another_approves_it(office, page)

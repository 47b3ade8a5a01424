"""Pages of others cannot act in a curator's name, and the pages work where browsers trust the connection less."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gleanery.flow import desk
from gleanery.model.items import ItemState
from tests.browser.pages import opened
from tests.servers import WebServer
from tests.web.houses import Site, house_with, post, served

pytestmark = pytest.mark.browser

_ATTACK = """<!doctype html><form method="post" action="{0}"></form>
<script>document.forms[0].submit()</script>"""


@pytest.mark.parametrize("host", ["127.0.0.1", "attacker.test"])
def test_a_page_of_another_site_or_port_gives_no_verdict(
    chromium: Browser, site: Site, web_server: WebServer, host: str
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.link())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("#rows")
    for row in desk.queue(site.house).rows[:1]:
        action = f"{site.url}/items/{row.id}/approve"
        web_server.reply("/", _ATTACK.format(action), headers={"content-type": "text/html"})
        page.goto(f"http://{host}:{web_server.port}/")
        page.wait_for_url(action)
        expect(page.locator("#message")).to_contain_text("does not come from a page of gleanery")
    context.close()
    assert desk.queue(site.house, (ItemState.APPROVED,)).total == 0


def test_a_page_of_another_site_cannot_show_ours_in_a_frame(
    chromium: Browser, site: Site, web_server: WebServer
) -> None:
    frame = f'<!doctype html><iframe src="{site.url}/signin"></iframe>'
    web_server.reply("/", frame, headers={"content-type": "text/html"})
    context = chromium.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"http://attacker.test:{web_server.port}/")
    context.close()
    assert [text for text in told if "frame-ancestors" in text]


def test_a_name_that_leads_here_but_is_not_ours_shows_nothing(chromium: Browser, site: Site) -> None:
    context = chromium.new_context()
    page = context.new_page()
    answer = page.goto(site.link().replace("127.0.0.1", "rebound.test"))
    assert answer is not None
    assert answer.status == 421
    context.close()


def test_the_queue_works_over_plain_http_in_a_network(chromium: Browser, tmp_path: Path) -> None:
    """There browsers send no Sec-Fetch-Site, so that the Origin alone must do."""
    front = {"host": "gleanery.test", "allow_plain_http": True}
    house = house_with(tmp_path, [post(1), post(2)], serve=front, curation={"steps": []})
    with served(house) as local:
        site = Site(house, local.url.replace("127.0.0.1", "gleanery.test"))
        with opened(chromium, site) as page:
            page.get_by_role("button", name="Approve").click()
            expect(page.locator("#notice")).to_contain_text("Approved")
        with opened(chromium, site, java_script_enabled=False) as page:
            page.locator("#reader").get_by_role("button", name="Reject").click()
            expect(page.locator("#notice")).to_contain_text("Rejected")

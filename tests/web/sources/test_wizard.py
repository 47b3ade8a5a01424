"""The wizard: from the catalogue to the first reading, with the sign-in at the platform, without scripts."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from gleanery.flow import standing
from gleanery.flow.catalogue import catalogue
from gleanery.flow.rights import Role
from gleanery.web.words import SETTING
from gleanery.worker import work
from tests.fakes.slack import GENERAL, SlackWorld
from tests.web.houses import Site
from tests.web.sources.conftest import ADMINISTRATOR
from tests.web.test_words import catalog


def begun(browser: requests.Session, site: Site) -> str:
    """The address of a new draft for Slack."""
    page = browser.post(f"{site.url}/sources/new", data={"connector": "slack"})
    assert page.status_code == 200
    return page.url.rpartition("/")[0]


def app(world: SlackWorld, **more: str) -> dict[str, str]:
    """The form of the first step."""
    secret = {"client_id": world.client_id, "client_secret": world.client_secret}
    return {"source-name": "team", "base_url": f"{world.url}/api/", **secret, **more}


def allowed(page: requests.Response, which: str = "Allow") -> dict[str, str]:
    """What the platform sends back once somebody there pressed a link, and where."""
    found = re.search(r'id="to-platform" href="([^"]+)"', page.text)
    assert found is not None
    shown = requests.get(html.unescape(found[1]), timeout=10).text
    back = re.search(rf'href="([^"]+)">{which}', shown)
    assert back is not None
    parts = urlsplit(html.unescape(back[1]))
    assert parts.path == "/sources/oauth"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def words(page: requests.Response) -> str:
    """The page's words alone."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


def test_slack_is_connected_from_the_catalogue_to_the_first_reading(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    draft = begun(browser, site)
    page = browser.post(f"{draft}/settings", data=app(world))
    assert page.url == f"{draft}/sign-in"
    page = browser.post(f"{site.url}/sources/oauth", data=allowed(page))
    assert "You are signed in." in words(page)
    assert "#general" in browser.get(f"{draft}/choose").text
    browser.post(f"{draft}/choose", data={"chosen": [GENERAL]})
    page = browser.post(f"{draft}/test")
    assert "Finding out what would come" in page.text
    work(site.house)
    assert "A first reading would bring" in browser.get(f"{draft}/test").text
    page = browser.post(f"{draft}/schedule", data={"every_minutes": "15", "first_items": "50"})
    assert page.url == f"{site.url}/sources/team?said=added"
    work(site.house)
    source = site.house.config.source("team")
    assert (source.every_minutes, source.first_items, source.settings["channels"]) == (15, 50, [GENERAL])
    assert standing.status(site.house, "team")["posts"] == 1


def test_a_refused_form_comes_back_with_all_that_was_typed_but_the_secret(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    draft = begun(browser, site)
    page = browser.post(f"{draft}/settings", data=app(world, look_back_days="900", domain="plant"))
    assert page.status_code == 422
    assert "look_back_days" in words(page)
    for typed in ("plant", "900", world.client_id, "team"):
        assert f'value="{typed}"' in page.text
    assert world.client_secret not in page.text


def test_a_kept_secret_is_never_shown(browser: requests.Session, site: Site, world: SlackWorld) -> None:
    draft = begun(browser, site)
    browser.post(f"{draft}/settings", data=app(world))
    page = browser.get(f"{draft}/settings")
    assert "enter another to replace it" in page.text
    assert world.client_secret not in page.text


def test_the_redirect_address_is_the_configured_one_whatever_the_request_says(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    draft = begun(browser, site)
    named = {"Host": f"localhost:{urlsplit(site.url).port}", "X-Forwarded-Host": "evil.example.org"}
    page = browser.get(f"{draft}/settings", headers=named)
    assert page.status_code in (200, 401)
    page = browser.post(
        f"{draft}/settings", data=app(world), headers={"X-Forwarded-Host": "evil.example.org"}
    )
    found = re.search(r'id="to-platform" href="([^"]+)"', page.text)
    assert found is not None
    asked = parse_qs(urlsplit(html.unescape(found[1])).query)
    assert asked["redirect_uri"] == [f"{site.url}/sources/oauth"]


def test_looking_at_the_answer_uses_nothing_up(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    told = allowed(browser.post(f"{begun(browser, site)}/settings", data=app(world)))
    stranger = requests.get(f"{site.url}/sources/oauth", params=told, timeout=10)
    assert (stranger.status_code, "Finish the sign-in" in stranger.text) == (200, True)
    assert "You are signed in." in words(browser.post(f"{site.url}/sources/oauth", data=told))


@pytest.mark.parametrize("wrong", ["twice", "another account", "state", "code", "cancelled", "nothing"])
def test_a_wrong_answer_is_told_in_words_and_changes_nothing(
    browser: requests.Session, site: Site, world: SlackWorld, wrong: str
) -> None:
    page = browser.post(f"{begun(browser, site)}/settings", data=app(world))
    told = allowed(page, "Cancel" if wrong == "cancelled" else "Allow")
    who = browser
    if wrong == "twice":
        browser.post(f"{site.url}/sources/oauth", data=told).raise_for_status()
    elif wrong == "another account":
        who = site.browser("second-administrator", ADMINISTRATOR)
    elif wrong == "nothing":
        told = {}
    elif wrong in told:
        told[wrong] = "x" * 20
    before = site.house.tokens("team").expires_at(), site.house.tokens("team").kept()
    answer = who.post(f"{site.url}/sources/oauth", data=told)
    assert (answer.status_code, "The sign-in did not work" in answer.text) == (409, True)
    assert (site.house.tokens("team").expires_at(), site.house.tokens("team").kept()) == before


def test_a_curator_neither_sees_the_wizard_nor_finishes_a_sign_in(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    draft = begun(browser, site)
    curator = site.browser("somebody", (Role.CURATOR,))
    told = allowed(browser.post(f"{draft}/settings", data=app(world)))
    asked = [curator.get(f"{site.url}/sources/new"), curator.post(f"{site.url}/sources/oauth", data=told)]
    assert [one.status_code for one in asked] == [403, 403]


def test_a_draft_of_somebody_else_is_not_there(browser: requests.Session, site: Site) -> None:
    draft = begun(browser, site)
    other = site.browser("second-administrator", ADMINISTRATOR)
    assert other.get(f"{draft}/settings").status_code == 404
    assert other.post(f"{draft}/discard").status_code == 404


def test_a_step_that_is_not_open_leads_to_the_one_that_is(browser: requests.Session, site: Site) -> None:
    draft = begun(browser, site)
    for step in ("sign-in", "choose", "test", "schedule", "nonsense"):
        assert browser.get(f"{draft}/{step}").url == f"{draft}/settings"


def test_the_manifest_holds_the_redirect_address(browser: requests.Session, site: Site) -> None:
    text = browser.get(f"{begun(browser, site)}/manifest.yaml").text
    assert f"redirect_urls:\n    - {site.url}/sources/oauth" in text


@pytest.mark.parametrize("name", ["new", "oauth"])
def test_a_source_has_no_name_of_a_page(
    browser: requests.Session, site: Site, world: SlackWorld, name: str
) -> None:
    page = browser.post(f"{begun(browser, site)}/settings", data={**app(world), "source-name": name})
    assert page.status_code == 422


def test_two_who_save_the_same_draft_make_one_source(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    draft = begun(browser, site)
    token = {"token": world.token, "client_id": "", "client_secret": ""}
    browser.post(f"{draft}/settings", data=app(world, **token))
    answers = [browser.post(f"{draft}/schedule", data={}).status_code for _ in range(2)]
    assert answers == [200, 404]
    assert [one.name for one in site.house.config.sources] == ["team"]


def test_every_connector_of_the_catalogue_can_be_begun(browser: requests.Session, site: Site) -> None:
    page = browser.get(f"{site.url}/sources/new")
    names = re.findall(r'name="connector" value="([a-z_]+)"', page.text)
    assert len(names) >= 11
    for name in names:
        assert browser.post(f"{site.url}/sources/new", data={"connector": name}).status_code == 200


def test_the_settings_of_every_connector_are_asked_for_in_german(
    browser: requests.Session, site: Site
) -> None:
    browser.headers["Accept-Language"] = "de"
    known = catalog("de", SETTING)
    left = {text for text, message in known.items() if message.string != text and len(text) > 12}
    offers = [one.name for one in catalogue() if one.distribution == "gleanery"]
    assert len(offers) > 10
    for connector in offers:
        shown = words(browser.post(f"{site.url}/sources/new", data={"connector": connector}))
        assert "Einstellungen" in shown, connector
        assert [text for text in left if isinstance(text, str) and text in shown] == [], connector
        assert "`" not in shown, connector


def test_what_a_platform_says_is_marked_as_english_on_a_german_page(
    browser: requests.Session, site: Site, world: SlackWorld
) -> None:
    browser.headers["Accept-Language"] = "de"
    draft = begun(browser, site)
    page = browser.post(f"{draft}/settings", data=app(world, look_back_days="900"))
    assert re.search(r'role="alert"[^>]*><p><span lang="en">[^<]*(?:<code>)?look_back_days', page.text)
    page = browser.post(f"{draft}/settings", data=app(world, **{"source-name": "new"}))
    assert "<p>Diesen Namen hat schon eine Seite dieses Bereichs" in page.text
    page = browser.post(f"{draft}/settings", data=app(world))
    browser.post(f"{site.url}/sources/oauth", data=allowed(page))
    page = browser.post(f"{draft}/test")
    assert re.search(r'<span class="badge good">[^<]+</span>\s*<div><p><strong><span lang="en">', page.text)

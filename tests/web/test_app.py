"""gleanery.web.app: what holds for every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from sqlalchemy import text
from starlette.routing import Mount, Route

from gleanery.flow.rights import Role
from gleanery.web.app import create_app
from gleanery.web.routes import declared
from tests.house import make_house
from tests.web.houses import Site, filled

OPEN = {
    "/healthz",
    "/signin",
    "/signin/with/{provider}",
    "/signin/from/{provider}",
    "/password",
    "/sources/oauth",
    "/digest/leave",
    "/in/{place}/{name:path}",
    "/thumb/{item:uuid}/{sign}",
}
"""The routes that need no session; a new one must be named here."""

VISITS = "/learn/"
"""Below it the key of a visit is needed instead; see tests/web/learn."""


def _routes(site: Site) -> list[tuple[str, str]]:
    return [(one.method, one.path) for one in declared(create_app(site.house).routes)]


def test_every_route_declares_who_may_use_it(site: Site) -> None:
    routes = create_app(site.house).routes
    assert not [one for one in declared(routes) if one.policy is None]
    assert {type(one).__name__ for one in routes} <= {"APIRoute", "Mount", "Route"}
    assert {one.path for one in routes if type(one) is Route} == {"/api/openapi.json"}
    assert {one.path for one in routes if isinstance(one, Mount)} == {"/static"}


def _ask(site: Site, method: str, path: str, client: requests.Session) -> requests.Response:
    return client.request(method, site.url + filled(path), data={"x": "y"}, allow_redirects=False, timeout=5)


def test_every_answer_of_every_route_carries_the_headers(site: Site) -> None:
    routes = _routes(site)
    assert len(routes) >= 8
    others = [("GET", "/static/gleanery.css"), ("GET", "/static/none.css"), ("GET", "/none"), ("PUT", "/")]
    opened = [one for one in routes if one[0] == "GET" and "{" not in one[1]]
    for client, asked in (
        (site.browser(), opened),
        (site.browser(None), routes),
        (requests.Session(), others),
    ):
        for method, path in asked + others:
            headers = _ask(site, method, path, client).headers
            policy = headers["content-security-policy"]
            rest = "none" if path.startswith(VISITS) and "default-src 'none'" in policy else "self"
            assert f"default-src '{rest}'; script-src 'self'; style-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


def test_every_route_but_the_named_ones_needs_a_session(site: Site) -> None:
    closed = [one for one in _routes(site) if one[1] not in OPEN and not one[1].startswith(VISITS)]
    assert len(closed) >= 5
    for method, path in closed:
        answer = _ask(site, method, path, site.browser(None))
        assert answer.status_code == 401, path
        if path.startswith("/api/"):
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert "gleanery signin" in answer.text


def test_every_route_of_a_visit_needs_its_key(site: Site) -> None:
    visits = [one for one in _routes(site) if one[1].startswith(VISITS)]
    assert len(visits) >= 10
    for method, path in visits:
        assert _ask(site, method, path, site.browser()).status_code in (404, 422), path


def test_pages_are_not_kept_by_browsers_and_files_are_asked_for_anew(site: Site) -> None:
    client = site.browser()
    assert client.get(f"{site.url}/").headers["cache-control"] == "no-store"
    assert client.get(f"{site.url}/static/gleanery.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/redoc", "/none", "/static/../app.py", "/static/"]
)
def test_there_is_nothing_else(site: Site, path: str) -> None:
    assert site.browser().get(site.url + path).status_code == 404


@pytest.mark.parametrize("query", ["state=none", "item=42", "done=%00"])
def test_addresses_that_are_not_ours_are_told_in_words(site: Site, query: str) -> None:
    answer = site.browser().get(f"{site.url}/?{query}")
    assert answer.status_code == 422
    assert "not one of ours" in answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/bulk", ("Go back and choose a verdict.", "Gehen Sie zurück und wählen Sie eine Entscheidung.")),
        ("/?state=none", ("Go back to where you were", "Gehen Sie dorthin zurück")),
        ("/privacy/hr-lists/none", ("Go back to where you were", "Gehen Sie dorthin zurück")),
    ],
)
def test_an_address_that_cannot_be_says_what_to_do_and_names_no_field(
    site: Site, path: str, words: tuple[str, str]
) -> None:
    client = site.browser("everything", roles=list(Role))
    for language, told in zip(("en", "de"), words, strict=True):
        answer = client.get(site.url + path, headers={"accept-language": language})
        assert answer.status_code == 422
        assert told in answer.text
        assert not re.search("Look at: |Prüfen Sie: ", answer.text)


def test_a_program_is_told_the_fields_of_an_address_that_cannot_be(site: Site) -> None:
    answer = site.program("program", roles=list(Role)).get(f"{site.url}/api/bulk/preview")
    assert answer.status_code == 422
    assert answer.json()["remedy"] == "Look at: filter, verdict."


def test_an_unforeseen_fault_shows_no_trace_and_keeps_the_headers(own_site: Site) -> None:
    client = own_site.browser()
    with own_site.house.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE item RENAME TO lost"))
    answer = client.get(f"{own_site.url}/")
    assert answer.status_code in (500, 503)
    assert "Traceback" not in answer.text
    assert "lost" not in answer.text
    assert "SELECT" not in answer.text
    assert "content-security-policy" in answer.headers


def test_a_fault_in_finding_out_who_asks_is_told_on_a_whole_page(own_site: Site) -> None:
    client = own_site.browser()
    with own_site.house.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE web_session RENAME TO lost"))
    for path in ("/", "/api/me"):
        answer = client.get(own_site.url + path)
        assert answer.status_code in (500, 503)
        assert "content-security-policy" in answer.headers
        assert "lost" not in answer.text
    assert "That did not work" in client.get(f"{own_site.url}/").text


def test_words_between_backticks_are_code(site: Site) -> None:
    page = site.browser(None).get(f"{site.url}/signin?link=x").text
    assert "<code>gleanery signin</code>" in page
    assert "`" not in page


def test_one_who_lost_the_session_in_mid_work_is_told_and_the_page_is_left_as_it_is(site: Site) -> None:
    answer = requests.get(f"{site.url}/", headers={"HX-Request": "true"}, timeout=5)
    assert answer.status_code == 401
    assert answer.headers["hx-retarget"] == "#problem"
    assert 'href="/signin" target="_blank"' in answer.text
    assert "hx-refresh" not in answer.headers


def test_two_houses_on_one_machine_have_cookies_of_their_own(tmp_path: Path) -> None:
    names = {create_app(make_house(tmp_path / name)).state.entrance.cookie for name in ("one", "two")}
    assert len(names) == 2


def test_pages_are_whole_html_in_english(site: Site) -> None:
    for client, path in ((site.browser(), "/"), (site.browser(None), "/"), (site.browser(), "/none")):
        page = client.get(site.url + path).text
        assert page.startswith('<!doctype html>\n<html lang="en">')
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))

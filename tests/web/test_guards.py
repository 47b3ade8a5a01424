"""gleanery.web.guards: who may speak to the pages."""

from __future__ import annotations

import socket

import pytest
import requests
from starlette.datastructures import Headers

from gleanery.config import ServeSettings
from gleanery.web.guards import MAX_BODY, Front, refusal
from tests.web.houses import Site

HOST = "127.0.0.1:8327"


def _refused(
    headers: dict[str, str], settings: ServeSettings | None = None, path: str = "/signout"
) -> int | None:
    front = Front.of(settings or ServeSettings())
    told = refusal(front, "POST", path, Headers({"host": HOST, "content-length": "0"} | headers))
    return told[0] if told else None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8327", "LOCALHOST", "[::1]:8327"])
def test_our_own_names_are_answered(host: str) -> None:
    assert Front.of(ServeSettings()).knows(host)


def test_the_address_from_outside_is_ours_too() -> None:
    assert Front.of(ServeSettings(address="https://Gleanery.example.org:8443")).knows("gleanery.example.org")


@pytest.mark.parametrize(
    "host", [None, "", "attacker.example", "127.0.0.1.attacker.example", "[::1", "10.0.0.7"]
)
def test_any_other_name_may_be_a_rebound_one(host: str | None) -> None:
    assert not Front.of(ServeSettings()).knows(host)


@pytest.mark.parametrize(
    "host", ["127.0.0.1/api/?", "127.0.0.1/x", "127.0.0.1?", "127.0.0.1#", "a@127.0.0.1", "127.0.0.1:80:90",
             "127.0.0.1:x", "[::1]x", "127.0.0.1\\x"]
)  # fmt: skip
def test_a_host_that_holds_more_than_a_name_and_a_port_is_not_ours(host: str) -> None:
    """What follows the name would be taken for the path that was asked for, on which the API's rules depend."""
    assert not Front.of(ServeSettings()).knows(host)


def test_bound_to_every_address_any_bare_address_and_the_machines_name_are_ours() -> None:
    front = Front.of(ServeSettings(host="0.0.0.0", allow_plain_http=True))
    assert front.knows("10.0.0.7:8327")
    assert front.knows(socket.gethostname())
    assert not front.knows("attacker.example")


def test_a_rebound_name_gets_no_page_and_no_health(site: Site) -> None:
    for path in ("/", "/healthz", "/signin", "/static/gleanery.css"):
        answer = requests.get(site.url + path, headers={"Host": "attacker.example"}, timeout=5)
        assert answer.status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, None),
        ({"sec-fetch-site": "none"}, None),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": f"http://{HOST}"}, 403),
        ({"origin": f"http://{HOST}"}, None),
        ({"origin": f"https://{HOST}"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "http://attacker.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_change_must_come_from_our_own_page(headers: dict[str, str], status: int | None) -> None:
    assert _refused(headers) == status


def test_other_programs_may_speak_to_plugins_without_a_page() -> None:
    assert _refused({}, path="/in/source-forum/bell") is None


def test_a_change_of_unknown_or_great_length_is_refused() -> None:
    own = {"sec-fetch-site": "same-origin"}
    assert _refused(own | {"transfer-encoding": "chunked"}) == 411
    assert _refused(own | {"content-length": "many"}) == 411
    assert _refused(own | {"content-length": "²"}) == 411
    assert _refused(own | {"content-length": str(MAX_BODY + 1)}) == 413
    assert _refused(own | {"content-length": str(MAX_BODY)}) is None


def test_a_forged_verdict_changes_nothing(site: Site) -> None:
    client = site.browser()
    page = client.get(f"{site.url}/").text
    action = page.partition('action="/items/')[2].partition('"')[0]
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": None, "Origin": "http://attacker.example"},
    ):
        answer = client.post(f"{site.url}/items/{action}", headers=headers)
        assert answer.status_code == 403
    assert 'Approved <span class="count">0</span>' in client.get(f"{site.url}/").text


def test_browsers_send_an_origin_over_plain_http_in_a_network() -> None:
    network = Front.of(ServeSettings(host="10.0.0.7", allow_plain_http=True))
    assert network.headers["referrer-policy"] == "same-origin"
    assert Front.of(ServeSettings()).headers["referrer-policy"] == "no-referrer"


def test_the_access_log_holds_routes_and_no_tokens(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    link = site.link()
    requests.get(link, timeout=5)
    requests.get(f"{site.url}/nowhere/{link.partition('=')[2]}", timeout=5)
    logged = "".join(capsys.readouterr())
    assert "/signin" in logged
    assert link.partition("=")[2] not in logged

"""What all resources have in common: methods, HEAD, other sites' pages, the alternate syntax, errors."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.xapi.http.running import ACTIVITY, MBOX, Client, Reply, alone, statement
from xapi.lrs.http.lrs import Settings
from xapi.lrs.http.routes import ROUTES

AGENT = json.dumps({"mbox": MBOX})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "place"}


@pytest.mark.parametrize("path", [path for path in ROUTES if "GET" in ROUTES[path].actions])
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    """XAPI-00125, XAPI-00126."""
    asked = {
        "statements": {"limit": "1"},
        "agents": {"agent": AGENT},
        "activities": {"activityId": ACTIVITY},
        "activities/state": {"activityId": ACTIVITY, "agent": AGENT},
        "activities/profile": {"activityId": ACTIVITY},
        "agents/profile": {"agent": AGENT},
    }.get(path, {})
    got, head = client.get(path, **asked), client.ask("HEAD", path, **asked)
    assert (got.status, head.status, head.body) == (200, 200, b"")
    passing = {"date", "x-experience-api-consistent-through"}
    assert {k: v for k, v in got.headers.items() if k not in passing} == {
        k: v for k, v in head.headers.items() if k not in passing
    }


@pytest.mark.parametrize(
    "path", ["", "statement", "Statements", "statements/", "statements/more", "../about"]
)
def test_what_is_no_resource_is_not_found(client: Client, path: str) -> None:
    reply = client.ask("GET", path)
    assert (reply.status, reply.headers["content-type"]) == (404, "application/json")


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["PATCH", "TRACE", "LINK", "DELETE"])
def test_a_method_that_a_resource_does_not_know_is_refused_with_those_it_knows(
    client: Client, path: str, method: str
) -> None:
    if method in ROUTES[path].actions:
        return
    reply = client.ask(method, path)
    assert reply.status == 405
    assert set(ROUTES[path].actions) <= set(reply.headers["allow"].split(", "))


def test_an_error_says_what_is_wrong_where_and_by_which_rule(client: Client) -> None:
    reply = client.post(statement(actor={"mbox": "nobody"}))
    assert reply.status == 400
    assert reply.json.keys() == {"error", "path", "rule"}
    assert reply.json["path"] == "$.actor.mbox"
    assert "nobody" not in reply.json["error"]


# ------------------------------------------------------------------ pages of other sites


@pytest.mark.parametrize("path", ROUTES)
def test_a_browser_is_told_what_a_page_elsewhere_may_do_without_a_key(client: Client, path: str) -> None:
    reply = client.ask(
        "OPTIONS",
        path,
        headers={
            "Authorization": None,
            "X-Experience-API-Version": None,
            "Origin": "https://course.example.org",
            "Access-Control-Request-Method": "PUT",
        },
    )
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    allowed = reply.headers["access-control-allow-headers"].lower()
    assert all(
        one in allowed for one in ("authorization", "content-type", "x-experience-api-version", "if-match")
    )
    assert set(ROUTES[path].actions) <= set(reply.headers["access-control-allow-methods"].split(", "))


def test_a_page_elsewhere_may_read_the_headers_that_xapi_speaks_by(client: Client) -> None:
    for reply in (client.get(), client.get(foo="bar"), client.client_without_key().get()):
        exposed = reply.headers["access-control-expose-headers"].lower()
        assert reply.headers["access-control-allow-origin"] == "*"
        assert all(
            one in exposed
            for one in (
                "etag",
                "last-modified",
                "x-experience-api-version",
                "x-experience-api-consistent-through",
            )
        )


def test_where_origins_are_named_only_those_may_read(tmp_path: Path) -> None:
    with alone(tmp_path, Settings(origins=("https://course.example.org",))) as server:
        client = server.client(None)
        replies = [
            client.ask("GET", "about", headers={"Origin": origin})
            for origin in ("https://course.example.org", "https://other.example.org", None)
        ]
    assert not [reply for reply in replies if "access-control-allow-credentials" in reply.headers]
    allowed = [reply.headers.get("access-control-allow-origin") for reply in replies]
    assert allowed == ["https://course.example.org", None, None]


def test_no_answer_can_run_as_a_page_of_ours(client: Client) -> None:
    """Whoever may write documents must not put scripts beside the pages of a host."""
    page = b"<script>alert(1)</script>"
    kind = {"Content-Type": "text/html"}
    assert client.ask("PUT", "activities/state", page, kind, **STATE).status == 204
    reply = client.get("activities/state", **STATE)
    assert (reply.body, reply.headers["content-type"]) == (page, "text/html")
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reply.headers["x-content-type-options"] == "nosniff"


# ------------------------------------------------------------------ the alternate request syntax


def alternate(client: Client, method: str, path: str = "statements", **form: str) -> Reply:
    """A request of 1.0.3 within the form of a POST."""
    target = f"/xapi/{path}?{urlencode({'method': method})}"
    return client.ask("POST", target, urlencode(form).encode(), FORM)


def test_every_method_can_be_asked_for_by_a_form(client: Client) -> None:
    """XAPI-00148, XAPI-00336."""
    key = str(uuid4())
    put = alternate(client, "PUT", statementId=key, content=json.dumps(statement(id=None)))
    assert put.status == 204
    assert alternate(client, "GET", statementId=key).json["id"] == key
    assert alternate(client, "POST", content=json.dumps(statement())).status == 200
    kind = {"Content-Type": "text/plain"}
    assert alternate(client, "PUT", "activities/state", **STATE, **kind, content="größer").status == 204
    state = alternate(client, "GET", "activities/state", **STATE)
    assert (state.body.decode(), state.headers["content-type"]) == ("größer", "text/plain")
    assert alternate(client, "DELETE", "activities/state", **STATE).status == 204


def test_key_and_version_may_stand_in_the_form(client: Client) -> None:
    assert client.authorization is not None
    told = {"Authorization": client.authorization, "X-Experience-API-Version": "1.0.3"}
    nobody = client.client_without_key().speaking(None)
    assert alternate(nobody, "GET", limit="1", **told).status == 200
    assert alternate(nobody, "GET", limit="1", **{"X-Experience-API-Version": "1.0.3"}).status == 401
    assert alternate(nobody, "GET", limit="1", **{**told, "X-Experience-API-Version": "0.8"}).status == 400
    assert alternate(nobody, "GET", limit="1", Authorization=client.authorization).status == 400


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ({"method": "PUT", "statementId": "x"}, {"content": "{}"}),
        ({"method": "PUT"}, {}),
        ({"method": "GET"}, {"foo": "bar"}),
        ({"method": "GET"}, {"Limit": "1"}),
    ],
)
def test_a_form_that_asks_for_what_is_not_known_is_refused(
    client: Client, query: dict[str, str], form: dict[str, str]
) -> None:
    target = f"/xapi/statements?{urlencode(query)}"
    assert client.ask("POST", target, urlencode(form).encode(), FORM).status == 400


@pytest.mark.parametrize("body", [b'{"content": 1}', b"\xff=1", b"a=%FF", b"content=%00"])
def test_a_form_that_is_none_is_refused(client: Client, body: bytes) -> None:
    assert client.ask("POST", "/xapi/statements?method=PUT", body, FORM).status == 400


def test_an_unknown_method_in_a_form_is_refused(client: Client) -> None:
    assert alternate(client, "PATCH").status == 405
    assert alternate(client, "HEAD").status == 405
    assert client.ask("PUT", "/xapi/statements?method=POST", b"", FORM).status == 400


def test_2_0_knows_no_alternate_syntax(client: Client) -> None:
    newer = client.speaking("2.0.0")
    assert alternate(newer, "GET", limit="1").status == 400
    assert alternate(client, "GET", **{"X-Experience-API-Version": "2.0.0"}).status == 400


# ------------------------------------------------------------------ a server of its own


def test_more_requests_than_may_wait_are_told_to_come_back(tmp_path: Path) -> None:
    with alone(tmp_path, Settings(waiting=0)) as server:
        reply = server.client(None).get("about")
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_the_default_version_is_that_of_answers_to_no_version(tmp_path: Path, version: str) -> None:
    with alone(tmp_path, Settings(default_version=version)) as server:  # type: ignore[arg-type]
        reply = server.client(None).speaking(None).get()
    assert (reply.status, reply.headers["x-experience-api-version"]) == (400, version)

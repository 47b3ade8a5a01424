"""State, agent profile and activity profile over HTTP: documents as they come, go, merge and are listed."""

from __future__ import annotations

import hashlib
import json
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.xapi.http.running import Client, alone
from tests.xapi.http.sending import EVERY, NEW, WHERE, put, send
from xapi.lrs.http.lrs import Settings

SAME_AGENT = json.dumps({"account": {"name": "learner", "homePage": "https://example.org"}, "name": "A name"})
OTHER_AGENT = json.dumps({"mbox": "mailto:learner@example.org"})
TEXT = {"Content-Type": "text/plain"}


@EVERY
def test_a_document_comes_back_byte_for_byte(client: Client, path: str) -> None:
    """XAPI-00187, XAPI-00188, XAPI-00189, XAPI-00190, XAPI-00191, XAPI-00192, XAPI-00216, XAPI-00217,
    XAPI-00230, XAPI-00231, XAPI-00259, XAPI-00269, XAPI-00271, XAPI-00272, XAPI-00273, XAPI-00274,
    XAPI-00282, XAPI-00283, XAPI-00285, XAPI-00286, XAPI-00287, XAPI-00288, XAPI-00289, XAPI-00290,
    XAPI-00291, XAPI-00292, XAPI-00293, XAPI-00311, XAPI-00312.
    """
    body = bytes(range(256))
    sent = send(client, "PUT", path, body, {**NEW, "Content-Type": "image/x-odd; q=1"})
    assert (sent.status, sent.body) == (204, b"")
    got = send(client, "GET", path)
    assert (got.status, got.body, got.headers["content-type"]) == (200, body, "image/x-odd; q=1")
    assert send(client, "DELETE", path).status == 204
    assert send(client, "GET", path).status == 404
    assert send(client, "DELETE", path).status == 204, "a second time changes nothing"


@EVERY
def test_a_document_without_a_type_is_bytes(client: Client, path: str) -> None:
    body = b"\x00\xff"
    reply = send(client, "PUT", path, body, {**NEW, "Content-Type": ""})
    assert reply.status == 204
    assert send(client, "GET", path).headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "media_type", ["text/plain\r\nX-Own: header", "text/plain; name=日本", "te\x01xt/plain", "a/" + "b" * 254]
)
def test_a_type_that_no_header_can_hold_is_refused(client: Client, media_type: str) -> None:
    """A form says what no header could; kept, it would break every answer about the document."""
    form = {
        **WHERE["activities/state"],
        "content": "here",
        "Content-Type": media_type,
        "Authorization": client.authorization,
        "X-Experience-API-Version": "1.0.3",
    }
    sent = client.ask(
        "POST",
        "activities/state?method=PUT",
        urlencode(form).encode(),
        {"Content-Type": "application/x-www-form-urlencoded", "Authorization": None},
    )
    assert (sent.status, sent.json["rule"]) == (400, "content-type")
    assert send(client, "GET", "activities/state").status == 404


@EVERY
def test_head_tells_what_get_would_without_the_body(client: Client, path: str) -> None:
    put(client, path)
    head, got = send(client, "HEAD", path), send(client, "GET", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "content-length"):
        assert head.headers[name] == got.headers[name]


@EVERY
def test_the_etag_is_the_quoted_sha1_and_the_time_that_of_the_change(client: Client, path: str) -> None:
    """XAPI-00185, XAPI-00322."""
    etag = put(client, path)
    assert etag == f'"{hashlib.sha1(b"""{"a":1}""", usedforsecurity=False).hexdigest()}"'
    first = parsedate_to_datetime(send(client, "GET", path).headers["last-modified"])
    assert send(client, "POST", path, b'{"b":2}').status == 204
    again = send(client, "GET", path)
    assert again.headers["etag"] != etag
    assert parsedate_to_datetime(again.headers["last-modified"]) >= first


@pytest.mark.parametrize("path", ["activities/state", "agents/profile"])
def test_spellings_of_one_agent_are_one_agent_and_another_sees_nothing(client: Client, path: str) -> None:
    put(client, path)
    assert send(client, "GET", path, agent=SAME_AGENT).status == 200
    assert send(client, "GET", path, agent=OTHER_AGENT).status == 404


# --------------------------------------------------------------------------- merging


@EVERY
def test_posted_members_are_set_one_level_deep(client: Client, path: str) -> None:
    """XAPI-00183, XAPI-00184, XAPI-00234, XAPI-00279, XAPI-00308."""
    put(client, path, b'{"kept":[1.0],"replaced":{"x":1},"long":12345678901234567890.12345}')
    assert send(client, "POST", path, b'{"replaced":{"y":2},"new":"\\u00e9"}').status == 204
    assert send(client, "GET", path).body == (
        b'{"kept":[1.0],"replaced":{"y":2},"long":12345678901234567890.12345,"new":"\\u00e9"}'
    )


def test_a_document_does_not_grow_beyond_a_body_by_merging(tmp_path: Path) -> None:
    with alone(tmp_path, Settings(max_body=1000)) as server:
        client, path = server.key(), "activities/state"
        put(client, path, b'{"a":"%s"}' % (b"x" * 900))
        etag = send(client, "GET", path).headers["etag"]
        refused = send(client, "POST", path, b'{"b":"%s"}' % (b"x" * 200))
        assert (refused.status, "1000 bytes" in refused.json["error"]) == (400, True)
        assert send(client, "GET", path).headers["etag"] == etag
        assert send(client, "POST", path, b'{"a":"%s"}' % (b"y" * 900)).status == 204


@EVERY
def test_posting_where_nothing_is_keeps_the_document(client: Client, path: str) -> None:
    """XAPI-00233, XAPI-00280, XAPI-00310."""
    assert send(client, "POST", path, b'{ "a" : 1 }').status == 204
    assert send(client, "GET", path).body == b'{ "a" : 1 }'


JSON = "application/json"
NOT_MERGEABLE = (
    ((b'{"a":1}', JSON), (b'{"b":2}', "text/plain")),
    ((b"a", "text/plain"), (b'{"b":2}', JSON)),
    ((b'{"a":1}', JSON), (b'{"b":2}{', JSON)),
    ((b'{"a":1}', JSON), (b"[]", JSON)),
    ((b'{"a":1}', JSON), (b'{"b":NaN}', JSON)),
    ((b'{"a":1}', JSON), (b'{"b":1,"b":2}', JSON)),
    ((b'{"a":1}', JSON), (b'{"b":"\\ud800"}', JSON)),
    ((b'{"a":1}', JSON), (b"[" * 600 + b"]" * 600, JSON)),
    ((b'{"a":1}', JSON), (b"\xff", JSON)),
)


@EVERY
def test_what_cannot_be_merged_is_400_and_changes_nothing(client: Client, path: str) -> None:
    """XAPI-00182, XAPI-00229, XAPI-00232, XAPI-00278, XAPI-00281, XAPI-00309, XAPI-00313."""
    for (kept, kept_type), (sent, sent_type) in NOT_MERGEABLE:
        put(client, path, kept, **{"Content-Type": kept_type})
        assert send(client, "POST", path, sent, {"Content-Type": sent_type}).status == 400, sent
        assert send(client, "GET", path).body == kept
        send(client, "DELETE", path)


@EVERY
def test_what_says_it_is_json_and_is_not_is_not_kept(client: Client, path: str) -> None:
    for body in (b"", b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b'"\\ud800"', b"[" * 600 + b"]" * 600):
        for method in ("PUT", "POST"):
            assert send(client, method, path, body, NEW).status == 400, body
    assert send(client, "GET", path).status == 404


# --------------------------------------------------------------------------- many documents


@EVERY
def test_without_an_id_the_ids_there_are_told(client: Client, path: str) -> None:
    """XAPI-00186, XAPI-00193, XAPI-00195, XAPI-00221, XAPI-00222, XAPI-00268, XAPI-00270, XAPI-00275,
    XAPI-00289, XAPI-00294, XAPI-00303.
    """
    parameter = "stateId" if path == "activities/state" else "profileId"
    nothing = send(client, "GET", path, **{parameter: ""})
    assert (nothing.status, nothing.json) == (200, [])
    assert "last-modified" not in nothing.headers
    for name in ("one", "zwei & drei", "ø"):
        assert send(client, "PUT", path, b"{}", NEW, **{parameter: name}).status == 204
    listed = send(client, "GET", path, **{parameter: ""})
    assert sorted(listed.json) == ["one", "zwei & drei", "ø"]
    assert listed.headers["content-type"] == "application/json"
    last = parsedate_to_datetime(listed.headers["last-modified"])
    past, future = "2020-01-01T00:00:00+02:00", f"{last.year + 1}-01-01T00:00:00Z"
    assert len(send(client, "GET", path, since=past, **{parameter: ""}).json) == 3
    assert send(client, "GET", path, since=future, **{parameter: ""}).json == []


def test_state_of_a_registration_is_apart_from_state_of_none(client: Client) -> None:
    """XAPI-00194, XAPI-00218, XAPI-00219, XAPI-00220, XAPI-00227."""
    one, other, path = str(uuid4()), str(uuid4()), "activities/state"
    for registration in (one, other, ""):
        assert (
            send(
                client, "PUT", path, registration.encode() or b"none", TEXT, registration=registration
            ).status
            == 204
        )
    assert send(client, "GET", path, registration=one.upper()).body == one.encode()
    assert send(client, "GET", path).body == b"none"
    assert send(client, "DELETE", path, stateId="", registration=one).status == 204
    assert send(client, "GET", path, stateId="", registration=one).json == []
    assert send(client, "GET", path, stateId="", registration=other).json == ["one"]
    assert send(client, "DELETE", path, stateId="").status == 204
    assert send(client, "GET", path).status == 404
    assert send(client, "GET", path, registration=other).status == 200

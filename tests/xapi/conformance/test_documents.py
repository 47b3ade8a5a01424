"""The requirements on states and profiles as they come, go and are merged (Communication 2.2, 2.3, 2.6, 2.7, 3.1)."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.xapi.conformance.places import (
    ACTIVITY,
    AGENT,
    EVERY,
    JSON,
    NAMES,
    NEW,
    STATE,
    TEXT,
    ask,
    kept,
    put,
)
from tests.xapi.conformance.requirements import each, requires
from tests.xapi.http.running import Client
from xapi.model import Version

# ------------------------------------------------------------------ one document and all of them

WHOLE_LIFE = {
    "XAPI-00187 XAPI-00188 XAPI-00190 XAPI-00191 XAPI-00192 XAPI-00230": STATE,
    "XAPI-00259 XAPI-00269 XAPI-00271 XAPI-00273 XAPI-00274 XAPI-00282": AGENT,
    "XAPI-00285 XAPI-00287 XAPI-00288 XAPI-00290 XAPI-00291 XAPI-00293 XAPI-00311": ACTIVITY,
}


@each(WHOLE_LIFE)
def test_a_document_is_put_got_and_deleted(client: Client, version: Version, case: str) -> None:
    speaker, body = client.speaking(version), bytes(range(256))
    assert ask(speaker, "GET", case).status == 404
    assert ask(speaker, "PUT", case, body, {**NEW, "Content-Type": "image/png"}).status == 204
    got = ask(speaker, "GET", case)
    assert (got.status, got.body, got.headers["content-type"]) == (200, body, "image/png")
    gone = ask(speaker, "DELETE", case)
    assert (gone.status, gone.body) == (204, b"")
    assert ask(speaker, "GET", case).status == 404


@each({"XAPI-00193": STATE, "XAPI-00270": AGENT, "XAPI-00289": ACTIVITY})
def test_without_an_id_the_ids_are_given(client: Client, version: Version, case: str) -> None:
    speaker, name = client.speaking(version), NAMES[case]
    assert ask(speaker, "GET", case, **{name: None}).json == []
    for one in ("b", "a", "名前"):
        put(speaker, case, **{name: one})
    listed = ask(speaker, "GET", case, **{name: None})
    assert (listed.status, sorted(listed.json)) == (200, ["a", "b", "名前"])
    elsewhere = {"activityId": "https://example.org/pages/other"} if case != AGENT else {}
    stranger = {"agent": '{"mbox":"mailto:other@example.org"}'} if case == AGENT else {}
    assert ask(speaker, "GET", case, **{name: None, **elsewhere, **stranger}).json == []


@requires("XAPI-00194")
def test_delete_without_an_id_removes_all_states_there(client: Client, version: Version) -> None:
    speaker, registration = client.speaking(version), str(uuid4())
    for one in ("a", "b"):
        put(speaker, STATE, stateId=one)
    put(speaker, STATE, activityId="https://example.org/pages/other")
    put(speaker, STATE, registration=registration)
    assert ask(speaker, "DELETE", STATE, stateId=None).status == 204
    assert ask(speaker, "GET", STATE, stateId=None).json == []
    assert kept(speaker, STATE, activityId="https://example.org/pages/other") == b'{"a":1}'
    assert kept(speaker, STATE, registration=registration) == b'{"a":1}'


# ------------------------------------------------------------------ merging

MERGES = {
    "XAPI-00183 XAPI-00184 XAPI-00189 XAPI-00231 XAPI-00234": STATE,
    "XAPI-00272 XAPI-00279 XAPI-00283": AGENT,
    "XAPI-00286 XAPI-00292 XAPI-00308 XAPI-00312": ACTIVITY,
}


@each(MERGES)
def test_a_post_merges_one_level_deep(client: Client, version: Version, case: str) -> None:
    speaker = client.speaking(version)
    put(speaker, case, b'{"kept":{"a":1},"replaced":{"a":1,"b":2},"text":"old"}')
    reply = ask(speaker, "POST", case, b'{"replaced":{"b":3},"text":"new","more":[1]}', JSON)
    assert (reply.status, reply.body) == (204, b"")
    merged = json.loads(kept(speaker, case))
    assert merged == {"kept": {"a": 1}, "replaced": {"b": 3}, "text": "new", "more": [1]}


@requires("XAPI-00185", "XAPI-00186")
@EVERY
def test_a_merge_reads_both_and_leaves_one(client: Client, version: Version, path: str) -> None:
    speaker = client.speaking(version)
    put(speaker, path, b' { "a" : 1.50 , "\\u0062" : 2 } ')
    assert ask(speaker, "POST", path, b'{"b":3', JSON).status == 400
    assert kept(speaker, path) == b' { "a" : 1.50 , "\\u0062" : 2 } ', "unread, hence unchanged"
    assert ask(speaker, "POST", path, b'{"b":3}', JSON).status == 204
    merged = json.loads(kept(speaker, path), object_pairs_hook=lambda pairs: sorted(pairs))
    assert merged == [("a", 1.5), ("b", 3)]


@each({"XAPI-00233": STATE, "XAPI-00280": AGENT, "XAPI-00310": ACTIVITY})
def test_a_post_where_nothing_is_keeps_what_was_sent(client: Client, version: Version, case: str) -> None:
    speaker = client.speaking(version)
    assert ask(speaker, "GET", case).status == 404
    assert ask(speaker, "POST", case, b'{ "a": 1 }', JSON).status == 204
    assert kept(speaker, case) == b'{ "a": 1 }'


@each({"XAPI-00232": STATE, "XAPI-00278": AGENT, "XAPI-00309": ACTIVITY})
def test_only_json_is_merged_with_json(client: Client, version: Version, case: str) -> None:
    speaker = client.speaking(version)
    put(speaker, case)
    assert ask(speaker, "POST", case, b'{"b":2}', TEXT).status == 400
    assert kept(speaker, case) == b'{"a":1}'
    assert ask(speaker, "PUT", case, b'{"a":1}', {"If-Match": "*", **TEXT}).status == 204
    assert ask(speaker, "POST", case, b'{"b":2}', JSON).status == 400
    assert kept(speaker, case) == b'{"a":1}'
    assert ask(speaker, "PUT", case, b'{"a":1}', {"If-Match": "*", **JSON}).status == 204
    assert ask(speaker, "POST", case, b'{"b":2}', JSON).status == 204


@each({"XAPI-00229": STATE, "XAPI-00281": AGENT, "XAPI-00313": ACTIVITY})
def test_only_objects_are_merged_with_objects(client: Client, version: Version, case: str) -> None:
    speaker = client.speaking(version)
    put(speaker, case)
    for other in (b"[]", b"1", b'"text"', b"null"):
        assert ask(speaker, "POST", case, other, JSON).status == 400
    assert kept(speaker, case) == b'{"a":1}'
    assert ask(speaker, "PUT", case, b"[1]", {"If-Match": "*", **JSON}).status == 204
    assert ask(speaker, "POST", case, b'{"b":2}', JSON).status == 400
    assert kept(speaker, case) == b"[1]"


@each({"XAPI-00235": STATE, "XAPI-00284": AGENT, "XAPI-00314": ACTIVITY})
def test_what_is_called_json_and_is_none_is_refused(client: Client, version: Version, case: str) -> None:
    speaker = client.speaking(version)
    for body in (b"{", b"{'a':1}", b'{"a":}', b"a=1", b"", b'{"a":NaN}', b"\xff"):
        assert ask(speaker, "POST", case, body, JSON).status == 400, body
    assert ask(speaker, "GET", case).status == 404
    assert ask(speaker, "POST", case, b'{"a":null}', JSON).status == 204


# ------------------------------------------------------------------ concurrency


@requires("XAPI-00322")
@EVERY
def test_a_stale_etag_stops_every_change(client: Client, version: Version, path: str) -> None:
    speaker = client.speaking(version)
    put(speaker, path)
    stale = ask(speaker, "GET", path).headers["etag"]
    assert stale.startswith('"')
    assert stale.endswith('"')
    assert ask(speaker, "POST", path, b'{"b":2}', {"If-Match": stale}).status == 204
    for method, body in (("PUT", b"{}"), ("POST", b"{}"), ("DELETE", None)):
        assert ask(speaker, method, path, body, {"If-Match": stale}).status == 412
    assert ask(speaker, "PUT", path, b"{}", NEW).status == 412
    assert kept(speaker, path) == b'{"a":1,"b":2}'
    fresh = ask(speaker, "GET", path).headers["etag"]
    assert ask(speaker, "PUT", path, b'{"c":3}', {"If-Match": fresh}).status == 204


@requires("XAPI-00273", "XAPI-00287", "XAPI-00322")
@pytest.mark.parametrize("path", [AGENT, ACTIVITY])
def test_a_profile_is_not_replaced_blindly(client: Client, version: Version, path: str) -> None:
    speaker = client.speaking(version)
    assert ask(speaker, "PUT", path, b'{"a":1}').status == (400 if version == "1.0.3" else 204)
    if version == "1.0.3":
        put(speaker, path)
    blind = ask(speaker, "PUT", path, b'{"b":2}')
    assert (blind.status, bool(blind.json["error"])) == (409, True)
    assert kept(speaker, path) == b'{"a":1}'

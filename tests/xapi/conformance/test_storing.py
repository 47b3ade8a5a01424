"""The requirements on sending statements, and on what every resource does with a request (Communication 2.1, 3, 4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.xapi.conformance.asking import ids
from tests.xapi.conformance.requirements import each, requires
from tests.xapi.conformance.rules import small
from tests.xapi.conformance.values import AGENT
from tests.xapi.http.running import Client, Reply, Running, alone, basic
from xapi.lrs.http.lrs import Settings
from xapi.model import Version

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLACE = {"activityId": "https://example.org/pages/one", "agent": json.dumps(AGENT), "stateId": "one"}
RESOURCES: dict[str, dict[str, str]] = {
    "statements": {},
    "activities/state": PLACE,
    "agents": {"agent": PLACE["agent"]},
    "agents/profile": {"agent": PLACE["agent"]},
    "activities": {"activityId": PLACE["activityId"]},
    "activities/profile": {"activityId": PLACE["activityId"]},
}
VERSION = "X-Experience-API-Version"


# ------------------------------------------------------------------ PUT and POST


@requires("XAPI-00139", "XAPI-00143", "XAPI-00144")
def test_a_statement_is_put_under_its_id(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), small()
    reply = speaker.put(sent, sent["id"])
    assert (reply.status, reply.body) == (204, b"")
    assert ids(speaker.get()) == [sent["id"]]
    assert speaker.put(sent, str(uuid4())).status == 400, "another id than its own"
    assert speaker.put(sent, "one").status == 400


@requires("XAPI-00145")
def test_a_put_without_the_id_is_refused(client: Client, version: Version) -> None:
    speaker, body = client.speaking(version), json.dumps(small()).encode()
    assert speaker.ask("PUT", "statements", body).status == 400
    assert speaker.ask("PUT", "statements", body, statementID=json.loads(body)["id"]).status == 400
    assert ids(speaker.get()) == []
    assert speaker.ask("PUT", "statements", body, statementId=json.loads(body)["id"]).status == 204


@requires("XAPI-00146", "XAPI-00147")
@pytest.mark.parametrize("count", [None, 1, 7])
def test_a_post_takes_one_or_many_and_answers_with_their_ids(
    client: Client, version: Version, count: int | None
) -> None:
    speaker, many = client.speaking(version), [small() for _ in range(count or 1)]
    reply = speaker.post(many if count else many[0])
    assert (reply.status, reply.json) == (200, [one["id"] for one in many])
    assert set(ids(speaker.get())) == set(reply.json)
    assert speaker.post([]).status == 400


@requires("XAPI-00326")
@pytest.mark.parametrize("spoil", [{"verb": {"id": "read"}}, {"colour": "red"}, {"actor": {}}])
def test_a_batch_is_stored_whole_or_not_at_all(
    client: Client, version: Version, spoil: dict[str, Any]
) -> None:
    speaker, good, last = client.speaking(version), small(), small()
    assert speaker.post([good, last | spoil]).status == 400
    assert ids(speaker.get()) == []
    speaker.post(last)
    assert speaker.post([good, last | {"verb": {"id": "https://example.org/verbs/other"}}]).status == 409
    assert speaker.post([good, good]).status == 400
    assert ids(speaker.get()) == [last["id"]]
    assert speaker.post([good, last]).status == 200
    assert set(ids(speaker.get())) == {good["id"], last["id"]}


@requires("XAPI-00182")
def test_what_is_refused_changes_nothing(client: Client, version: Version) -> None:
    speaker, kept = client.speaking(version), small()
    new = {"If-None-Match": "*"}
    speaker.post(kept)
    assert speaker.ask("PUT", "activities/state", b'{"a":1}', new, **PLACE).status == 204
    before = speaker.get().json, speaker.get("activities/state", **PLACE).body
    refusals = [
        speaker.post({**small(), "colour": "red"}),
        speaker.put(small(), kept["id"]),
        speaker.ask("PUT", "activities/state", b'{"a":2}', new, **PLACE),
        speaker.ask("POST", "activities/state", b"[2]", None, **PLACE),
        speaker.ask("DELETE", "activities/state", None, {"If-Match": '"other"'}, **PLACE),
    ]
    assert [one.status for one in refusals] == [400, 400, 412, 400, 412]
    assert (speaker.get().json, speaker.get("activities/state", **PLACE).body) == before


# ------------------------------------------------------------------ parameters


@requires("XAPI-00324")
@pytest.mark.parametrize("path", RESOURCES)
def test_an_unknown_parameter_is_refused(client: Client, version: Version, path: str) -> None:
    speaker, known = client.speaking(version), {**RESOURCES[path]}
    known.pop("stateId", None)
    assert speaker.get(path, **known).status == 200
    for name in ("colour", "", "statement Id"):
        assert speaker.get(path, **known, **{name: "red"}).status == 400, name


@requires("XAPI-00325")
@pytest.mark.parametrize("path", RESOURCES)
def test_a_parameter_in_another_case_is_refused(client: Client, version: Version, path: str) -> None:
    speaker, known = client.speaking(version), RESOURCES[path] or {"limit": "1"}
    assert speaker.get(path, **known).status in (200, 404)
    for name in known:
        others = {name.upper(), name.lower(), name.capitalize()} - {name}
        for other in others:
            changed = {other if one == name else one: value for one, value in known.items()}
            assert speaker.get(path, **changed).status == 400, other


# ------------------------------------------------------------------ the version header

NOT_SPOKEN = (None, "", "1", "1.1.0", "0.95", "3.0.0", "latest")


@requires("XAPI-00321", "XAPI-00331")
@pytest.mark.parametrize("path", RESOURCES)
def test_the_version_is_named_and_spoken(client: Client, version: Version, path: str) -> None:
    for named in NOT_SPOKEN:
        assert client.speaking(named).get(path, **RESOURCES[path]).status == 400, named
        assert client.speaking(named).get("about").status == 200, "about answers all the same"
    assert client.speaking(version).get(path, **RESOURCES[path]).status in (200, 404)


@requires("XAPI-00331")
def test_statements_are_not_stored_without_a_version(client: Client, version: Version) -> None:
    for named in NOT_SPOKEN:
        assert client.speaking(named).post(small()).status == 400
        assert client.speaking(named).put(small(), str(uuid4())).status == 400
    assert ids(client.speaking(version).get()) == []
    assert client.speaking(version).post(small()).status == 200


@requires("XAPI-00333")
def test_an_answer_names_the_newest_version_of_the_family(client: Client, version: Version) -> None:
    family = version.rpartition(".")[0]
    for named in (family, f"{family}.0", f"{family}.9"):
        speaker = client.speaking(named)
        replies = [speaker.get(), speaker.post(small()), speaker.get(colour="red"), speaker.get("nowhere")]
        assert [one.status for one in replies] == [200, 200, 400, 404]
        assert {one.headers[VERSION.lower()] for one in replies} == {version}


# ------------------------------------------------------------------ keys


@requires("XAPI-00334", "XAPI-00335")
@pytest.mark.parametrize("path", RESOURCES)
def test_nobody_reads_without_a_key(client: Client, version: Version, path: str) -> None:
    speaker = client.speaking(version)
    for authorization in (None, "", "Basic", "Basic x", "learner"):
        reply = speaker.ask("GET", path, None, {"Authorization": authorization}, **RESOURCES[path])
        assert (reply.status, reply.headers["www-authenticate"].split()[0]) == (401, "Basic")
    assert speaker.get(path, **RESOURCES[path]).status in (200, 404)


@requires("XAPI-00334", "XAPI-00335")
def test_nobody_enters_with_the_secret_of_another(server: Running, client: Client, version: Version) -> None:
    """Under names of this test's own: whoever fails too often is let in no more."""
    name = f"learner-{uuid4().hex}"
    server.key(name)
    for authorization in (basic(name, "wrong"), basic(name, server.secrets["curator"]), basic(name, "")):
        wrong = client.ask("GET", "statements", None, {"Authorization": authorization, VERSION: version})
        assert wrong.status == 401
    assert server.client(name, server.secrets[name]).speaking(version).get().status == 200


@requires("XAPI-00334")
def test_nobody_writes_without_a_key(client: Client, version: Version) -> None:
    speaker, stranger = client.speaking(version), client.client_without_key().speaking(version)
    assert [stranger.post(small()).status, stranger.put(small(), str(uuid4())).status] == [401, 401]
    assert ids(speaker.get()) == []
    assert speaker.post(small()).status == 200


@requires("XAPI-00327")
def test_a_key_that_may_not_is_told_so(server: Running, client: Client, store: str, version: Version) -> None:
    reader = server.key(f"analyst-{store}", "statements/read", store=store).speaking(version)
    assert reader.post(small()).status == 403
    assert reader.ask("PUT", "activities/state", b"{}", None, **PLACE).status == 403
    assert ids(reader.get()) == []
    assert client.speaking(version).post(small()).status == 200
    assert len(ids(reader.get())) == 1


# ------------------------------------------------------------------ refusals


@requires("XAPI-00328")
def test_what_is_too_large_is_told_so(server: Running, client: Client, version: Version) -> None:
    speaker, most = client.speaking(version), server.lrs.settings.max_body
    sent = {**small(), "result": {"response": ""}}
    room = most - len(json.dumps(sent))
    sent["result"]["response"] = "x" * room
    assert speaker.post(sent).status == 200
    sent["result"]["response"] = "x" * (room + 1)
    assert speaker.post(sent).status == 413


@requires("XAPI-00323")
def test_a_refusal_has_a_code_of_the_specification(client: Client, version: Version) -> None:
    speaker, kept, new = client.speaking(version), small(), {"If-None-Match": "*"}
    speaker.post(kept)
    speaker.ask("PUT", "activities/state", b"{}", new, **PLACE)
    told: dict[int, Reply] = {
        400: speaker.post({}),
        401: speaker.client_without_key().get(),
        404: speaker.get(statementId=str(uuid4())),
        405: speaker.ask("DELETE", "statements"),
        409: speaker.post({**kept, "verb": {"id": "https://example.org/verbs/other"}}),
        412: speaker.ask("PUT", "activities/state", b"{}", new, **PLACE),
        413: speaker.post(b'"' + b"x" * 300_000 + b'"'),
    }
    assert {expected: one.status for expected, one in told.items()} == {code: code for code in told}
    assert all(one.json["error"] for one in told.values())


@requires("XAPI-00329")
def test_a_fault_of_the_store_is_not_blamed_on_the_sender(tmp_path: Path, version: Version) -> None:
    with alone(tmp_path, Settings()) as server:
        speaker = server.key().speaking(version)
        assert speaker.post(small()).status == 200
        with server.lrs.database.write() as connection:
            connection.execute("DROP TABLE lrs_document")
        assert speaker.ask("PUT", "activities/state", b"{}", None, **PLACE).status == 500
        reply = speaker.get("activities/state", **PLACE)
        assert reply.status == 500
        assert "lrs_document" not in reply.json["error"]
        assert len(ids(speaker.get())) == 1, "what is not broken is still answered"


# ------------------------------------------------------------------ the alternate request syntax


def alternate(client: Client, method: str, path: str = "statements", **form: str) -> Reply:
    """A request within the form of a POST."""
    target = f"/xapi/{path}?{urlencode({'method': method})}"
    return client.ask("POST", target, urlencode(form).encode(), FORM)


@requires("XAPI-00148", "XAPI-00336", versions=["1.0.3"])
def test_1_0_3_takes_a_request_within_a_form(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), small()
    assert alternate(speaker, "PUT", statementId=sent["id"], content=json.dumps(sent)).status == 204
    assert alternate(speaker, "GET", statementId=sent["id"]).json["id"] == sent["id"]
    assert ids(alternate(speaker, "GET", limit="5")) == [sent["id"]]
    assert alternate(speaker, "PUT", "activities/state", **PLACE, content="{}").status == 204
    assert alternate(speaker, "DELETE", "activities/state", **PLACE).status == 204
    assert speaker.get("activities/state", **PLACE).status == 404
    assert alternate(speaker, "GET", colour="red").status == 400
    assert alternate(speaker, "PUT", statementId=str(uuid4())).status == 400, "no content"


@requires("XAPI-00148", "XAPI-00336", versions=["2.0.0"])
def test_2_0_takes_none(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), small()
    assert alternate(speaker, "PUT", statementId=sent["id"], content=json.dumps(sent)).status == 400
    assert alternate(speaker, "GET", limit="5").status == 400
    assert ids(speaker.get()) == []
    assert speaker.put(sent, sent["id"]).status == 204


# ------------------------------------------------------------------ about

ABOUT: dict[str, str] = {
    "XAPI-00315 XAPI-00319": "statement",
    "XAPI-00316 XAPI-00317 XAPI-00318": "About",
    "XAPI-00320": "about/extensions",
}


@each(ABOUT)
def test_the_store_tells_of_itself(client: Client, version: Version, case: str) -> None:
    reply = client.speaking(version).get("about")
    assert reply.status == 200
    assert all(isinstance(one, str) for one in reply.json["version"])
    assert set(reply.json["version"]) <= {"0.9", "0.95", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"}
    assert version in reply.json["version"]
    assert all("://" in iri for iri in reply.json["extensions"])
    assert client.speaking(version).get(case).status == 404, "it is told at no other place"

"""Stores side by side: a key of one never sees anything of another."""

from __future__ import annotations

import hashlib
import json
import random
from uuid import uuid4

import pytest

from tests.xapi.http.running import Client, Running, a_boundary, multipart, statement

WHOM = {"account": {"homePage": "https://example.org", "name": "learner"}}
ACTIVITY = "https://example.org/secret-course"
FILE = b"only for us"
STATE = {"activityId": ACTIVITY, "agent": json.dumps(WHOM), "stateId": "one"}
AGENT_PROFILE = {"agent": json.dumps(WHOM), "profileId": "one"}
ACTIVITY_PROFILE = {"activityId": ACTIVITY, "profileId": "one"}


@pytest.fixture
def ours(server: Running) -> Client:
    """A key of a store with a statement, its attachment, and a document of each kind."""
    client = key(server, "ours")
    boundary, sha2 = a_boundary(), hashlib.sha256(FILE).hexdigest()
    attached = {
        "usageType": "https://example.org/usage",
        "display": {"en": "file"},
        "contentType": "text/plain",
        "length": len(FILE),
        "sha2": sha2,
    }
    said = statement(
        actor={**WHOM, "name": "Our name"},
        object={"id": ACTIVITY, "definition": {"name": {"en": "Our course"}}},
        attachments=[attached],
    )
    part = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2,
    }
    body, mixed = multipart(boundary, said, (part, FILE)), f"multipart/mixed; boundary={boundary}"
    assert client.ask("POST", "statements", body, {"Content-Type": mixed}).status == 200
    for path, parameters in documents().items():
        assert client.ask("POST", path, b'{"ours":1}', None, **parameters).status == 204
    return client


def key(server: Running, whose: str) -> Client:
    """A key that may do everything in a new store."""
    name = f"{whose}-{uuid4()}"
    return server.key(name, store=name)


def documents() -> dict[str, dict[str, str]]:
    """Where the documents are."""
    return {
        "activities/state": STATE,
        "agents/profile": AGENT_PROFILE,
        "activities/profile": ACTIVITY_PROFILE,
    }


def test_the_owner_sees_it_all(ours: Client) -> None:
    """So that the tests below would find what leaked."""
    everything = ours.ask("GET", "statements", None, None, attachments="true").body
    assert FILE in everything
    assert ACTIVITY.encode() in everything
    assert ours.get("activities", activityId=ACTIVITY).json["definition"]["name"] == {"en": "Our course"}
    assert ours.get("agents", agent=json.dumps(WHOM)).json["name"] == ["Our name"]
    for path, parameters in documents().items():
        assert ours.ask("GET", path, None, None, **parameters).json == {"ours": 1}


def test_another_store_sees_nothing_of_it(server: Running, ours: Client) -> None:
    theirs = key(server, "theirs")
    for filters in (
        {},
        {"attachments": "true"},
        {"agent": json.dumps(WHOM), "related_agents": "true"},
        {"activity": ACTIVITY, "related_activities": "true"},
    ):
        reply = theirs.ask("GET", "statements", None, None, **filters)
        assert reply.status == 200
        assert not [text for text in (FILE, ACTIVITY.encode(), b"learner") if text in reply.body]
    assert "definition" not in theirs.get("activities", activityId=ACTIVITY).json
    assert "name" not in theirs.get("agents", agent=json.dumps(WHOM)).json
    for path, parameters in documents().items():
        assert theirs.ask("GET", path, None, None, **parameters).status == 404
        listing = {
            name: value
            for name, value in parameters.items()
            if not name.endswith("Id") or name == "activityId"
        }
        assert theirs.ask("GET", path, None, None, **listing).json == []


def test_another_store_changes_nothing_of_it(server: Running, ours: Client) -> None:
    theirs = key(server, "theirs")
    for path, parameters in documents().items():
        assert theirs.ask("POST", path, b'{"theirs":1}', None, **parameters).status == 204
        assert theirs.ask("DELETE", path, None, None, **parameters).status == 204
        assert ours.ask("GET", path, None, None, **parameters).json == {"ours": 1}
    said = ours.get().json["statements"][0]
    same_id = statement(id=said["id"], actor={"mbox": "mailto:other@example.org"})
    assert theirs.post(same_id).status == 200, "each store has ids of its own"
    voided = {"objectType": "StatementRef", "id": said["id"]}
    theirs.post(statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=voided))
    assert ours.get(statementId=said["id"]).json["actor"]["account"]["name"] == "learner"


def test_the_next_page_of_one_store_is_not_for_another(server: Running, ours: Client) -> None:
    ours.post(statement())
    more = ours.get(limit="1").json["more"]
    assert len(ours.ask("GET", more).json["statements"]) == 1
    assert key(server, "theirs").ask("GET", more).status == 400


def test_a_token_opens_the_store_of_its_key_and_no_other(server: Running, ours: Client) -> None:
    name = f"theirs-{uuid4()}"
    server.key(name, store=name)
    form = f"grant_type=client_credentials&scope=all&client_id={name}&client_secret={server.secrets[name]}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": ""}
    token = ours.ask("POST", "extensions/oauth2/token", form.encode(), headers).json["access_token"]
    theirs = Client(server.address, f"Bearer {token}")
    assert theirs.get().json["statements"] == []
    assert theirs.ask("GET", "activities/state", None, None, **STATE).status == 404


def asked_by_chance(server: Running, count: int) -> None:
    """Asks, as one store, for `count` ids of another and of nobody; none may be found."""
    ours, theirs = key(server, "ours"), key(server, "theirs")
    batch = [statement() for _ in range(min(count, 500))]
    assert ours.post(batch).status == 200
    known = [said["id"] for said in batch]
    chance = random.Random(count)
    for number in range(count):
        wanted = chance.choice(known) if number % 2 else str(uuid4())
        parameter = chance.choice(["statementId", "voidedStatementId"])
        assert theirs.ask("GET", "statements", None, None, **{parameter: wanted}).status == 404
    assert ours.get(statementId=known[0]).status == 200


def test_no_id_of_another_store_is_found_by_trying(server: Running) -> None:
    asked_by_chance(server, 200)


@pytest.mark.proof
def test_no_id_of_another_store_is_found_by_trying_ten_thousand(server: Running) -> None:
    asked_by_chance(server, 10_000)

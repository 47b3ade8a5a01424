"""Requests about documents, for the three resources that keep them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.xapi.http.running import Client, Reply

STATE, AGENT, ACTIVITY = "activities/state", "agents/profile", "activities/profile"
LEARNER = json.dumps({"account": {"homePage": "https://example.org", "name": "learner"}})
PAGE = "https://example.org/pages/one"
PLACES: dict[str, dict[str, str]] = {
    STATE: {"activityId": PAGE, "agent": LEARNER, "stateId": "one"},
    AGENT: {"agent": LEARNER, "profileId": "one"},
    ACTIVITY: {"activityId": PAGE, "profileId": "one"},
}
NAMES = {STATE: "stateId", AGENT: "profileId", ACTIVITY: "profileId"}
NEW = {"If-None-Match": "*"}
JSON, TEXT = {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}
EVERY = pytest.mark.parametrize("path", PLACES)


def ask(
    client: Client,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    /,
    **changes: str | None,
) -> Reply:
    """A request about the document `one`; a change to None takes a parameter away."""
    parameters = {name: value for name, value in {**PLACES[path], **changes}.items() if value is not None}
    return client.ask(method, path, body, headers, **parameters)


def kept(client: Client, path: str, **changes: str) -> bytes:
    """The document, which must be there."""
    reply = ask(client, "GET", path, **changes)
    assert reply.status == 200
    return reply.body


def put(client: Client, path: str, body: bytes = b'{"a":1}', /, **changes: str) -> None:
    """Puts a document where none is."""
    assert ask(client, "PUT", path, body, {**NEW, **JSON}, **changes).status == 204

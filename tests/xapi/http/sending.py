"""Requests about documents, for the tests of the three resources that keep them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.xapi.http.running import Client, Reply

ACTIVITY = "https://example.org/course"
AGENT = json.dumps({"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "learner"}})
NEW = {"If-None-Match": "*"}

WHERE: dict[str, dict[str, str]] = {
    "activities/state": {"activityId": ACTIVITY, "agent": AGENT, "stateId": "one"},
    "agents/profile": {"agent": AGENT, "profileId": "one"},
    "activities/profile": {"activityId": ACTIVITY, "profileId": "one"},
}
EVERY = pytest.mark.parametrize("path", WHERE)
EVERY_PROFILE = pytest.mark.parametrize("path", ["agents/profile", "activities/profile"])


def send(
    client: Client,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    /,
    **changes: str,
) -> Reply:
    """One request about the document `one`; a change to nothing takes a parameter away."""
    parameters = {name: value for name, value in (WHERE[path] | changes).items() if value}
    return client.ask(method, path, body, headers, **parameters)


def put(client: Client, path: str, body: bytes = b'{"a":1}', /, **headers: str) -> str:
    """Puts a new document; returns its ETag."""
    assert send(client, "PUT", path, body, {**NEW, **headers}).status == 204
    return send(client, "GET", path).headers["etag"]

"""What a request about documents must name, and what it may not."""

from __future__ import annotations

import pytest

from tests.xapi.http.running import Client
from tests.xapi.http.sending import EVERY, NEW, send

MALFORMED = [
    ("activities/state", {"activityId": ""}),
    ("activities/state", {"activityId": "no iri"}),
    ("activities/state", {"agent": ""}),
    ("activities/state", {"agent": "learner"}),
    ("activities/state", {"agent": "true"}),
    ("activities/state", {"agent": '{"mbox":"learner@example.org"}'}),
    ("activities/state", {"agent": '{"objectType":"Group","mbox":"mailto:team@example.org"}'}),
    ("activities/state", {"agent": '{"mbox":"mailto:a@example.org","openid":"https://example.org/a"}'}),
    ("activities/state", {"registration": "not-a-uuid"}),
    ("activities/state", {"registration": "{a1b2c3d4-0000-4000-8000-000000000001}"}),
    ("agents/profile", {"agent": ""}),
    ("agents/profile", {"agent": "{}"}),
    ("agents/profile", {"agent": '{"objectType":"Group","member":[]}'}),
    ("activities/profile", {"activityId": ""}),
    ("activities/profile", {"activityId": "relative/path"}),
]


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_a_parameter_that_is_missing_or_malformed_is_400(client: Client, method: str) -> None:
    """XAPI-00196, XAPI-00197, XAPI-00198, XAPI-00199, XAPI-00200, XAPI-00201, XAPI-00202, XAPI-00203,
    XAPI-00207, XAPI-00208, XAPI-00209, XAPI-00210, XAPI-00212, XAPI-00213, XAPI-00214, XAPI-00215,
    XAPI-00224, XAPI-00225, XAPI-00226, XAPI-00228, XAPI-00235, XAPI-00255, XAPI-00256, XAPI-00257,
    XAPI-00258, XAPI-00261, XAPI-00262, XAPI-00263, XAPI-00264, XAPI-00276, XAPI-00277, XAPI-00284,
    XAPI-00296, XAPI-00297, XAPI-00298, XAPI-00299, XAPI-00304, XAPI-00305, XAPI-00306, XAPI-00307,
    XAPI-00314.
    """
    body = b"{}" if method in ("PUT", "POST") else None
    for path, changes in MALFORMED:
        reply = send(client, method, path, body, NEW if body else None, **changes)
        assert reply.status == 400, (path, changes)


@EVERY
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_only_state_may_be_deleted_and_nothing_be_written_without_an_id(
    client: Client, path: str, method: str
) -> None:
    """XAPI-00206, XAPI-00211, XAPI-00265, XAPI-00266, XAPI-00267, XAPI-00300, XAPI-00301, XAPI-00302."""
    parameter = "stateId" if path == "activities/state" else "profileId"
    body = None if method == "DELETE" else b"{}"
    expected = 204 if (path, method) == ("activities/state", "DELETE") else 400
    assert send(client, method, path, body, NEW if body else None, **{parameter: ""}).status == expected


NO_TIMES = (
    "yesterday",
    "true",
    "2024-05-01",
    "2024-05-01T10:00:00",
    "2024-13-01T10:00:00Z",
    "2024-05-01T10:00:00-00:00",
)


@EVERY
def test_since_is_a_time_with_a_zone(client: Client, path: str) -> None:
    """XAPI-00204, XAPI-00260, XAPI-00295."""
    for since in NO_TIMES:
        assert send(client, "GET", path, stateId="", profileId="", since=since).status == 400, since


@EVERY
def test_an_unknown_parameter_or_one_out_of_place_is_400(client: Client, path: str) -> None:
    """XAPI-00205, XAPI-00223, XAPI-00324, XAPI-00325."""
    assert send(client, "GET", path, StateId="one").status == 400
    assert send(client, "GET", path, since="2024-05-01T10:00:00Z").status == 400
    assert send(client, "DELETE", path, since="2024-05-01T10:00:00Z").status == 400
    assert send(client, "PUT", path, b"{}", NEW, foo="bar").status == 400

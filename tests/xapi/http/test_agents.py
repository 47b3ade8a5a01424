"""What is told of agents, of activities and of the store itself, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.xapi.http.running import Client, Running, statement

ACCOUNT = {"homePage": "https://example.org", "name": "learner"}
SHA1 = "0123456789abcdef0123456789abcdef01234567"
IRI = "https://example.org/meeting"


def person(client: Client, **agent: Any) -> Any:
    """The Person of an agent."""
    reply = client.get("agents", agent=json.dumps(agent))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.headers["etag"].startswith('"')
    return reply.json


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("mbox", "mailto:learner@example.org"),
        ("mbox_sha1sum", SHA1),
        ("openid", "https://example.org/learner"),
        ("account", ACCOUNT),
    ],
)
def test_an_agent_is_told_as_a_person_of_lists(client: Client, identifier: str, value: Any) -> None:
    """XAPI-00236, XAPI-00237, XAPI-00239, XAPI-00240, XAPI-00241, XAPI-00242, XAPI-00244, XAPI-00245,
    XAPI-00246, XAPI-00247, XAPI-00248.
    """
    expected = {"objectType": "Person", identifier: [value]}
    assert person(client, **{identifier: value}) == expected, "nobody has spoken of it yet"
    client.post(statement(actor={"objectType": "Agent", identifier: value, "name": "Its name"}))
    assert person(client, **{identifier: value}) == {**expected, "name": ["Its name"]}


def test_a_person_has_every_name_that_statements_gave_it_and_that_of_the_question(client: Client) -> None:
    """XAPI-00238."""
    for name in ("First", "Second", "First"):
        client.post(statement(actor={"account": ACCOUNT, "name": name}))
    client.post(statement(actor={"mbox": "mailto:other@example.org", "name": "Other"}))
    assert sorted(person(client, account=ACCOUNT)["name"]) == ["First", "Second"]
    assert person(client, account=ACCOUNT, name="Asked")["name"][0] == "Asked"


@pytest.mark.parametrize("scope", ["state", "profile"])
def test_who_may_not_read_statements_is_told_no_names(server: Running, scope: str) -> None:
    store = f"names-{scope}-{server.lrs.database.kind}"
    lead = server.key(f"{store}-lead", store=store)
    lead.post(statement(actor={"account": ACCOUNT, "name": "Secret"}))
    limited = server.key(f"{store}-limited", scope, store=store)
    assert person(lead, account=ACCOUNT)["name"] == ["Secret"]
    assert person(limited, account=ACCOUNT) == {"objectType": "Person", "account": [ACCOUNT]}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "true",
        "{}",
        "{",
        '{"objectType":"Agent"}',
        '{"objectType":"Group","mbox":"mailto:team@example.org"}',
        '{"mbox":["mailto:a@example.org"]}',
        '{"account":{"name":"a"}}',
        '{"mbox":"mailto:a@example.org","mbox":"mailto:b@example.org"}',
        '{"account":{"homePage":"https://example.org","name":"\\ud800"}}',
    ],
)
def test_what_is_no_agent_is_400(client: Client, agent: str) -> None:
    """XAPI-00243, XAPI-00249."""
    assert client.get("agents", agent=agent).status == 400
    assert client.get("agents").status == 400


def test_an_activity_has_all_that_statements_say_of_it(client: Client) -> None:
    """XAPI-00250, XAPI-00251, XAPI-00252, XAPI-00253, XAPI-00254."""
    bare = {"objectType": "Activity", "id": IRI}
    assert client.get("activities", activityId=IRI).json == bare
    for language in ("en-GB", "fr-FR"):
        client.post(statement(object={**bare, "definition": {"name": {language: language}}}))
    told = client.get("activities", activityId=IRI)
    assert told.json == {**bare, "definition": {"name": {"en-GB": "en-GB", "fr-FR": "fr-FR"}}}
    assert told.headers["etag"] != client.get("activities", activityId=IRI + "2").headers["etag"]


@pytest.mark.parametrize(
    "parameters", [{}, {"activityId": ""}, {"activityId": "true"}, {"activityId": "a b"}]
)
def test_what_is_no_activity_is_400(client: Client, parameters: dict[str, str]) -> None:
    """XAPI-00250."""
    assert client.get("activities", **parameters).status == 400


@pytest.mark.parametrize("version", [None, "1.0.3", "2.0.0", "0.9", "nonsense"])
def test_about_is_told_to_everybody_in_any_version(server: Running, version: str | None) -> None:
    """XAPI-00315, XAPI-00316, XAPI-00317, XAPI-00318, XAPI-00319, XAPI-00320, XAPI-00321."""
    reply = server.client(None).speaking(version).get("about")
    assert reply.status == 200
    assert reply.json["version"] == (["1.0.3"] if version == "1.0.3" else ["1.0.3", "2.0.0"])
    assert set(reply.json) == {"version", "extensions"}
    limits = next(value for name, value in reply.json["extensions"].items() if name.endswith("/about/limits"))
    settings = server.lrs.settings
    assert limits == {
        "bytes": settings.max_body,
        "batch": settings.max_batch,
        "page": settings.max_statements,
    }


def test_head_of_each_tells_what_get_would(client: Client) -> None:
    for path, parameters in (
        ("agents", {"agent": json.dumps({"account": ACCOUNT})}),
        ("activities", {"activityId": IRI}),
        ("about", {}),
    ):
        head, got = client.ask("HEAD", path, None, None, **parameters), client.get(path, **parameters)
        assert (head.status, head.body, head.headers["etag"]) == (200, b"", got.headers["etag"])

"""The requirements on what is told of agents and activities (Communication 2.4, 2.5)."""

from __future__ import annotations

import json
from typing import Any

from tests.xapi.conformance.requirements import each, requires
from tests.xapi.conformance.rules import small
from tests.xapi.conformance.values import IDENTIFIERS, IRIS, NO_AGENTS, NO_IRIS
from tests.xapi.http.running import Client
from xapi.model import Version

PAGE = "https://example.org/pages/told"

OF_PERSONS = {
    "XAPI-00239 XAPI-00244": "mbox",
    "XAPI-00240": "mbox_sha1sum",
    "XAPI-00241": "openid",
    "XAPI-00242": "account",
}


@each(OF_PERSONS)
def test_a_person_lists_the_identifier_that_was_asked_for(
    client: Client, version: Version, case: str
) -> None:
    speaker, agent = client.speaking(version), {case: IDENTIFIERS[case]}
    told = speaker.get("agents", agent=json.dumps(agent)).json
    assert told == {"objectType": "Person", case: [IDENTIFIERS[case]]}
    assert speaker.get("agents", agent=json.dumps({case: [IDENTIFIERS[case]]})).status == 400


@requires("XAPI-00236", "XAPI-00237", "XAPI-00238", "XAPI-00245", "XAPI-00246", "XAPI-00248")
def test_a_person_is_all_that_statements_say_of_an_agent(client: Client, version: Version) -> None:
    speaker, agent = client.speaking(version), {"openid": IDENTIFIERS["openid"]}
    for name in ("First", "Second", "First"):
        speaker.post({**small(), "actor": {**agent, "name": name}})
    speaker.post({**small(), "actor": {"mbox": IDENTIFIERS["mbox"], "name": "Another"}})
    reply = speaker.get("agents", agent=json.dumps(agent))
    assert (reply.status, reply.json["objectType"]) == (200, "Person")
    assert sorted(reply.json["name"]) == ["First", "Second"]
    assert all(isinstance(value, list) for name, value in reply.json.items() if name != "objectType")
    assert speaker.get("agent", agent=json.dumps(agent)).status == 404


@requires("XAPI-00247")
def test_of_a_stranger_only_the_question_is_told(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    speaker.post({**small(), "actor": {"mbox": IDENTIFIERS["mbox"], "name": "Another"}})
    asked = json.dumps({"objectType": "Agent", "openid": IDENTIFIERS["openid"], "name": "Asked"})
    told = speaker.get("agents", agent=asked).json
    assert told == {"objectType": "Person", "openid": [IDENTIFIERS["openid"]], "name": ["Asked"]}


@requires("XAPI-00243", "XAPI-00249")
def test_what_is_no_agent_is_no_question(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    assert speaker.get("agents").status == 400
    for agent in (*NO_AGENTS, '{"objectType":"Group","member":[{"mbox":"mailto:learner@example.org"}]}'):
        assert speaker.get("agents", agent=agent).status == 400, agent
    assert speaker.get("agents", agent='{"mbox":"mailto:learner@example.org"}').status == 200


@requires("XAPI-00250")
def test_an_activity_is_asked_for_by_its_iri(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    assert speaker.get("activities").status == 400
    bad = [str(iri) for iri in NO_IRIS]
    assert [speaker.get("activities", activityId=iri).status for iri in bad] == [400] * len(bad)
    assert [speaker.get("activities", activityId=iri).status for iri in IRIS] == [200] * len(IRIS)


@requires("XAPI-00251", "XAPI-00252", "XAPI-00253", "XAPI-00254")
def test_an_activity_has_all_that_statements_say_of_it(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    said: list[dict[str, Any]] = [
        {"name": {"en-US": "A page"}, "type": "https://example.org/types/page"},
        {"name": {"de": "Eine Seite"}, "extensions": {"https://example.org/e": [1]}},
        {"description": {"en-US": "About"}, "moreInfo": "https://example.org/more"},
    ]
    for definition in said:
        speaker.post({**small(), "object": {"id": PAGE, "definition": definition}})
    reply = speaker.get("activities", activityId=PAGE)
    assert (reply.status, reply.json["id"]) == (200, PAGE)
    whole = {**said[0], **said[1], **said[2], "name": {"en-US": "A page", "de": "Eine Seite"}}
    assert reply.json["definition"] == whole
    assert "definition" not in speaker.get("activities", activityId=PAGE + "/other").json
    assert speaker.get("activity", activityId=PAGE).status == 404

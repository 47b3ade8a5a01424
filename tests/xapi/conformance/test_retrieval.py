"""The requirements on asking for statements: pages, filters, formats (Data 2.5; Communication 2.1.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.xapi.conformance.asking import about, ids, posted
from tests.xapi.conformance.requirements import each, requires
from tests.xapi.conformance.rules import placed, small
from tests.xapi.conformance.values import AGENT, GROUP, OTHER_AGENT
from tests.xapi.http.running import Client
from xapi.model import Version

THROUGH = "x-experience-api-consistent-through"
TEAM = {"objectType": "Group", "openid": "https://id.example.org/team"}
REGISTRATION = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
VERB, PAGE = "https://example.org/verbs/wanted", "https://example.org/pages/wanted"


# ------------------------------------------------------------------ pages


@requires("XAPI-00108", "XAPI-00111", "XAPI-00114")
@pytest.mark.parametrize("ascending", ["false", "true"])
def test_more_leads_from_page_to_page_of_one_question(
    client: Client, version: Version, ascending: str
) -> None:
    speaker = client.speaking(version)
    made = posted(speaker, 5)
    speaker.post({**small(), "verb": {"id": VERB}})
    page = speaker.get(limit="2", ascending=ascending, verb=small()["verb"]["id"])
    found = [ids(page)]
    while page.json["more"]:
        page = speaker.ask("GET", page.json["more"])
        assert page.json.keys() == {"statements", "more"}
        found.append(ids(page))
    assert [len(one) for one in found] == [2, 2, 1]
    assert [one for on_page in found for one in on_page] == (made if ascending == "true" else made[::-1])


@requires("XAPI-00109")
def test_more_is_empty_where_all_was_given(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    posted(speaker, 3)
    assert speaker.get().json["more"] == ""
    assert speaker.get(limit="3").json["more"] == ""
    assert speaker.get(limit="2").json["more"] != ""


@requires("XAPI-00110", "XAPI-00113", "XAPI-00154", "XAPI-00159")
def test_a_question_is_answered_by_one_result_with_a_list(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    made = posted(speaker, 2)
    reply = speaker.get()
    assert (reply.status, reply.json.keys()) == (200, {"statements", "more"})
    assert [one["id"] for one in reply.json["statements"]] == made[::-1]
    assert [reply.body.count(name) for name in (b'"statements"', b'"more"')] == [1, 1]
    assert speaker.ask("GET", "statement").status == 404


@requires("XAPI-00112", "XAPI-00149")
def test_nothing_found_is_no_error(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    posted(speaker, 1)
    for asked in ({"verb": VERB}, {"registration": str(uuid4())}, {"since": "2999-01-01T00:00:00Z"}):
        reply = speaker.get(**asked)
        assert (reply.status, reply.json) == (200, {"statements": [], "more": ""})
    assert len(ids(speaker.get())) == 1


@requires("XAPI-00173")
def test_limit_bounds_a_page(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    made = posted(speaker, 4)
    assert [len(ids(speaker.get(limit=limit))) for limit in ("1", "3", "9", "0")] == [1, 3, 4, 4]
    assert ids(speaker.get()) == made[::-1]
    assert [speaker.get(limit=limit).status for limit in ("-1", "1.5", "all", "")] == [400] * 4


@requires("XAPI-00166")
def test_ascending_turns_the_order_round(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    made = posted(speaker, 3)
    assert ids(speaker.get(ascending="true")) == made
    assert ids(speaker.get(ascending="false")) == ids(speaker.get()) == made[::-1]
    assert speaker.get(ascending="yes").status == 400


@requires("XAPI-00174", "XAPI-00175")
def test_since_is_before_the_first_and_until_is_the_last(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    made = [speaker.post(small()).json[0] for _ in range(3)]
    middle = speaker.get(statementId=made[1]).json["stored"]
    assert ids(speaker.get(since=middle)) == [made[2]]
    assert ids(speaker.get(until=middle)) == [made[1], made[0]]
    assert ids(speaker.get(since=middle, until=middle)) == []
    assert [speaker.get(**{name: "today"}).status for name in ("since", "until")] == [400, 400]


# ------------------------------------------------------------------ filters

WANTED: dict[str, tuple[str, Any, str]] = {
    "XAPI-00178": ("context.registration", REGISTRATION, "registration"),
    "XAPI-00179": ("object.id", PAGE, "activity"),
    "XAPI-00180": ("verb.id", VERB, "verb"),
    "XAPI-00181": ("actor", OTHER_AGENT, "agent"),
    "XAPI-00164": ("actor", TEAM, "agent"),
}
NO_ANSWER = {"registration": "one", "activity": "page", "verb": "read", "agent": "{}"}


@each(WANTED)
def test_a_filter_finds_what_has_its_value_and_nothing_else(
    client: Client, version: Version, case: tuple[str, Any, str]
) -> None:
    speaker, (place, value, name) = client.speaking(version), case
    wanted = placed(small(), place, value)
    reference = about(wanted["id"])
    speaker.post([small(), wanted, small()])
    asked = {name: value if isinstance(value, str) else json.dumps(value)}
    assert ids(speaker.get(**asked)) == [wanted["id"]]
    speaker.post([reference, about(str(uuid4()))])
    assert ids(speaker.get(**asked)) == [reference["id"], wanted["id"]], "what speaks of it is found too"
    assert speaker.get(**{name: NO_ANSWER[name]}).status == 400


@requires("XAPI-00164")
def test_all_filters_together_narrow_together(client: Client, version: Version) -> None:
    speaker, wanted, asked = client.speaking(version), small(), {}
    for key in ("XAPI-00178", "XAPI-00179", "XAPI-00180", "XAPI-00181"):
        place, value, name = WANTED[key]
        speaker.post(placed(small(), place, value))
        wanted = placed(wanted, place, value)
        asked[name] = value if isinstance(value, str) else json.dumps(value)
    speaker.post(wanted)
    assert ids(speaker.get(**asked)) == [wanted["id"]]
    assert ids(speaker.get(**{**asked, "verb": "https://example.org/verbs/none"})) == []


PLACES_OF_AGENTS: Mapping[str, Any] = {
    "object": {"objectType": "Agent", **AGENT},
    "context.instructor": AGENT,
    "context.team": GROUP,
    "actor": GROUP,
}
PLACES_OF_ACTIVITIES = {
    **{
        f"context.contextActivities.{key}": [{"id": PAGE}]
        for key in ("parent", "grouping", "category", "other")
    },
    "object": {
        "objectType": "SubStatement",
        "actor": OTHER_AGENT,
        "verb": {"id": VERB},
        "object": {"id": PAGE},
    },
}


@requires("XAPI-00176")
@pytest.mark.parametrize("place", PLACES_OF_AGENTS)
def test_related_agents_finds_an_agent_wherever_it_stands(
    client: Client, version: Version, place: str
) -> None:
    speaker, wanted = client.speaking(version), placed(small(), place, PLACES_OF_AGENTS[place])
    speaker.post([small(), wanted])
    asked = {"agent": json.dumps(AGENT)}
    assert ids(speaker.get(**asked, related_agents="true")) == [wanted["id"]]
    plainly = [wanted["id"]] if place in ("actor", "object") else []
    assert ids(speaker.get(**asked)) == ids(speaker.get(**asked, related_agents="false")) == plainly
    assert speaker.get(**asked, related_agents="all").status == 400


@requires("XAPI-00177")
@pytest.mark.parametrize("place", PLACES_OF_ACTIVITIES)
def test_related_activities_finds_an_activity_wherever_it_stands(
    client: Client, version: Version, place: str
) -> None:
    speaker, wanted = client.speaking(version), placed(small(), place, PLACES_OF_ACTIVITIES[place])
    speaker.post([small(), wanted])
    assert ids(speaker.get(activity=PAGE, related_activities="true")) == [wanted["id"]]
    assert (
        ids(speaker.get(activity=PAGE)) == ids(speaker.get(activity=PAGE, related_activities="false")) == []
    )
    assert speaker.get(activity=PAGE, related_activities="all").status == 400


# ------------------------------------------------------------------ one statement


@requires("XAPI-00156", "XAPI-00158")
def test_a_statement_is_found_under_its_id(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    first, second = posted(speaker, 2)
    assert speaker.get(statementId=first).json["id"] == first
    assert speaker.get(statementId=second).json["id"] == second
    assert speaker.get(statementId=str(uuid4())).status == 404


OTHERS = {
    "agent": json.dumps(AGENT),
    "verb": VERB,
    "activity": PAGE,
    "registration": REGISTRATION,
    "related_activities": "true",
    "related_agents": "true",
    "since": "2024-05-01T10:00:00Z",
    "until": "2024-05-01T10:00:00Z",
    "limit": "1",
    "ascending": "true",
}


@each({"XAPI-00150": "voidedStatementId", "XAPI-00151": "statementId"})
def test_an_id_stands_with_attachments_and_format_alone(client: Client, version: Version, case: str) -> None:
    speaker, key = client.speaking(version), str(uuid4())
    assert speaker.get(**{case: key}, attachments="true", format="ids").status == 404
    for name, value in {**OTHERS, "statementId": key, "voidedStatementId": key}.items():
        if name != case:
            assert speaker.get(**{case: key, name: value}).status == 400, name


# ------------------------------------------------------------------ headers


@requires("XAPI-00153", "XAPI-00160")
def test_consistent_through_stands_on_every_answer(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    key = posted(speaker, 1)[0]
    replies = [
        speaker.get(),
        speaker.get(statementId=key),
        speaker.get(statementId=str(uuid4())),
        speaker.get(colour="red"),
        speaker.client_without_key().get(),
    ]
    assert [one.status for one in replies] == [200, 200, 404, 400, 401]
    for one in replies:
        through = datetime.fromisoformat(one.headers[THROUGH])
        assert through.tzinfo is not None
    assert THROUGH not in speaker.get("about").headers


@requires("XAPI-00152")
def test_no_statement_is_newer_than_consistent_through(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    for _ in range(5):
        posted(speaker, 3)
        reply = speaker.get()
        newest = max(datetime.fromisoformat(one["stored"]) for one in reply.json["statements"])
        assert newest <= datetime.fromisoformat(reply.headers[THROUGH])


@requires("XAPI-00165")
def test_an_answer_has_a_content_type(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    key = posted(speaker, 1)[0]
    for asked in ({}, {"statementId": key}, {"statementId": str(uuid4())}, {"limit": "no"}):
        assert speaker.get(**asked).headers["content-type"] == "application/json"
    whole = speaker.get(attachments="true").headers["content-type"]
    assert whole.startswith("multipart/mixed; boundary=")

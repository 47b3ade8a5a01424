"""The requirements on what a request about a state or profile names (Communication 2.3, 2.6, 2.7)."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

from tests.xapi.conformance.places import (
    ACTIVITY,
    AGENT,
    LEARNER,
    NAMES,
    PAGE,
    PLACES,
    STATE,
    ask,
    kept,
    put,
)
from tests.xapi.conformance.requirements import each, requires
from tests.xapi.conformance.values import NO_AGENTS, NO_TIMES, UNLIKE_UUIDS
from tests.xapi.http.running import Client
from xapi.model import Version


class Known(NamedTuple):
    """A method of a resource that needs or checks a parameter."""

    method: str
    path: str
    parameter: str


def answered(client: Client, known: Known, value: str | None) -> int:
    """The status of a request with one parameter changed, where a document is waiting for it."""
    body = b'{"b":2}' if known.method in ("PUT", "POST") else None
    headers = {"If-Match": "*"} if known.method == "PUT" else {}
    return ask(client, known.method, known.path, body, headers, **{known.parameter: value}).status


# ------------------------------------------------------------------ what each method needs

NEEDED = {
    "XAPI-00206": Known("PUT", STATE, "stateId"),
    "XAPI-00207": Known("DELETE", STATE, "activityId"),
    "XAPI-00208": Known("GET", STATE, "activityId"),
    "XAPI-00209": Known("POST", STATE, "activityId"),
    "XAPI-00210": Known("PUT", STATE, "activityId"),
    "XAPI-00211": Known("POST", STATE, "stateId"),
    "XAPI-00212": Known("DELETE", STATE, "agent"),
    "XAPI-00213": Known("GET", STATE, "agent"),
    "XAPI-00214": Known("POST", STATE, "agent"),
    "XAPI-00215": Known("PUT", STATE, "agent"),
    "XAPI-00261": Known("GET", AGENT, "agent"),
    "XAPI-00262": Known("DELETE", AGENT, "agent"),
    "XAPI-00263": Known("POST", AGENT, "agent"),
    "XAPI-00264": Known("PUT", AGENT, "agent"),
    "XAPI-00265": Known("DELETE", AGENT, "profileId"),
    "XAPI-00266": Known("POST", AGENT, "profileId"),
    "XAPI-00267": Known("PUT", AGENT, "profileId"),
    "XAPI-00296": Known("GET", ACTIVITY, "activityId"),
    "XAPI-00297": Known("DELETE", ACTIVITY, "activityId"),
    "XAPI-00298": Known("POST", ACTIVITY, "activityId"),
    "XAPI-00299": Known("PUT", ACTIVITY, "activityId"),
    "XAPI-00300": Known("DELETE", ACTIVITY, "profileId"),
    "XAPI-00301": Known("POST", ACTIVITY, "profileId"),
    "XAPI-00302": Known("PUT", ACTIVITY, "profileId"),
}


@each(NEEDED)
def test_a_parameter_that_is_needed_is_not_left_out(client: Client, version: Version, case: Known) -> None:
    speaker = client.speaking(version)
    put(speaker, case.path)
    assert answered(speaker, case, None) == 400
    assert kept(speaker, case.path) == b'{"a":1}', "and nothing has changed"
    assert answered(speaker, case, PLACES[case.path][case.parameter]) in (200, 204)


OF_AGENTS = {
    "XAPI-00196": Known("DELETE", STATE, "agent"),
    "XAPI-00197": Known("GET", STATE, "agent"),
    "XAPI-00198": Known("POST", STATE, "agent"),
    "XAPI-00199": Known("PUT", STATE, "agent"),
    "XAPI-00255": Known("DELETE", AGENT, "agent"),
    "XAPI-00256": Known("POST", AGENT, "agent"),
    "XAPI-00257": Known("PUT", AGENT, "agent"),
    "XAPI-00258": Known("GET", AGENT, "agent"),
}


@each(OF_AGENTS)
def test_what_is_no_agent_is_refused(client: Client, version: Version, case: Known) -> None:
    speaker = client.speaking(version)
    put(speaker, case.path)
    assert [answered(speaker, case, value) for value in NO_AGENTS] == [400] * len(NO_AGENTS)
    assert answered(speaker, case, LEARNER) in (200, 204)


OF_REGISTRATIONS = {
    "XAPI-00200 XAPI-00219": Known("DELETE", STATE, "registration"),
    "XAPI-00201 XAPI-00220": Known("GET", STATE, "registration"),
    "XAPI-00202 XAPI-00227": Known("POST", STATE, "registration"),
    "XAPI-00203 XAPI-00218": Known("PUT", STATE, "registration"),
}


@each(OF_REGISTRATIONS)
def test_a_registration_is_a_uuid_and_keeps_states_apart(
    client: Client, version: Version, case: Known
) -> None:
    speaker, one, other = client.speaking(version), str(uuid4()), str(uuid4())
    for registration in (one, other):
        put(speaker, STATE, registration=registration)
    assert [answered(speaker, case, str(value)) for value in UNLIKE_UUIDS] == [400] * len(UNLIKE_UUIDS)
    assert answered(speaker, case, one) in (200, 204)
    assert kept(speaker, STATE, registration=other) == b'{"a":1}', "the other is as it was"
    changed = ask(speaker, "GET", STATE, registration=one)
    after = {"DELETE": b"", "GET": b'{"a":1}', "POST": b'{"a":1,"b":2}', "PUT": b'{"b":2}'}
    assert changed.status == (404 if case.method == "DELETE" else 200)
    assert changed.status == 404 or changed.body == after[case.method]
    assert ask(speaker, "GET", STATE).status == 404, "nor is there one of none"


OF_IDS = {
    "XAPI-00216 XAPI-00224": Known("DELETE", STATE, "stateId"),
    "XAPI-00217 XAPI-00225": Known("GET", STATE, "stateId"),
    "XAPI-00226": Known("POST", STATE, "stateId"),
    "XAPI-00228": Known("PUT", STATE, "stateId"),
    "XAPI-00276": Known("POST", AGENT, "profileId"),
    "XAPI-00277": Known("PUT", AGENT, "profileId"),
    "XAPI-00305": Known("DELETE", ACTIVITY, "profileId"),
    "XAPI-00306": Known("POST", ACTIVITY, "profileId"),
    "XAPI-00307": Known("PUT", ACTIVITY, "profileId"),
}


@each(OF_IDS)
def test_any_text_is_an_id_and_nothing_else(client: Client, version: Version, case: Known) -> None:
    speaker = client.speaking(version)
    for name in ("1", "true", '{"a":1}', "two words & more=?", "名前", "https://example.org/ids/one"):
        put(speaker, case.path, **{case.parameter: name})
        assert answered(speaker, case, name) in (200, 204), name
    for spoiled in ("%FF", "%00", "", "one&profileId=two&stateId=two"):
        others = "&".join(f"{key}={PAGE}" for key in PLACES[case.path] if key == "activityId")
        target = f"/xapi/{case.path}?{others}&agent={LEARNER.replace(' ', '')}&{case.parameter}={spoiled}"
        body = b"{}" if case.method in ("PUT", "POST") else None
        assert speaker.ask(case.method, target, body).status == 400, spoiled


# ------------------------------------------------------------------ since

SINCE = {
    "XAPI-00195 XAPI-00204 XAPI-00221 XAPI-00222": STATE,
    "XAPI-00260 XAPI-00268 XAPI-00275": AGENT,
    "XAPI-00294 XAPI-00295 XAPI-00303": ACTIVITY,
    "XAPI-00141": STATE,
}


@each(SINCE)
def test_ids_are_listed_since_a_time(client: Client, version: Version, case: str) -> None:
    speaker, name = client.speaking(version), NAMES[case]
    put(speaker, case, **{name: "early"})
    early = stored(speaker, case, "early")
    put(speaker, case, **{name: "late"})
    listed = [
        ask(speaker, "GET", case, **{name: None, "since": since}) for since in ("2020-01-01T00:00:00Z", early)
    ]
    assert [sorted(one.json) for one in listed] == [["early", "late"], ["late"]]
    assert ask(speaker, "GET", case, **{name: None, "since": "2999-01-01T00:00:00Z"}).json == []
    for bad in NO_TIMES:
        assert ask(speaker, "GET", case, **{name: None, "since": str(bad)}).status == 400, bad


def stored(client: Client, path: str, name: str) -> str:
    """A time at which a document was there, and at which whatever is put later was not."""
    through = client.get().headers["x-experience-api-consistent-through"]
    assert ask(client, "GET", path, **{NAMES[path]: name}).status == 200
    return through


@requires("XAPI-00205", "XAPI-00223")
def test_delete_knows_no_since(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    put(speaker, STATE)
    for since in ("yesterday", "2020-01-01T00:00:00Z"):
        assert ask(speaker, "DELETE", STATE, stateId=None, since=since).status == 400
    assert kept(speaker, STATE) == b'{"a":1}'
    assert ask(speaker, "DELETE", STATE, stateId=None).status == 204


@requires("XAPI-00304")
def test_an_activitys_profile_knows_no_agent(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    put(speaker, ACTIVITY)
    for agent in ("learner", LEARNER):
        assert ask(speaker, "GET", ACTIVITY, agent=agent).status == 400
    assert kept(speaker, ACTIVITY) == b'{"a":1}'

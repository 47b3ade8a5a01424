"""Statements out over HTTP: filters, pages, formats. XAPI-00nnn: the requirements of the public suite."""

from __future__ import annotations

import hashlib
import json
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.xapi.http.running import (
    ACTIVITY,
    VERB,
    Client,
    Reply,
    Running,
    statement,
)
from tests.xapi.http.test_storing import store_of

ID = "statementId"


def ids(reply: Reply) -> list[str]:
    """The ids of a page."""
    assert reply.status == 200, reply.body
    return [one["id"] for one in reply.json["statements"]]


def posted(client: Client, count: int, **changes: Any) -> list[str]:
    """The ids of new statements, the oldest first."""
    return [str(one) for one in client.post([statement(**changes) for _ in range(count)]).json]


def walked(client: Client, **parameters: str) -> list[list[str]]:
    """The ids of all pages."""
    reply, pages = client.get(**parameters), []
    while True:
        pages.append(ids(reply))
        more = reply.json["more"]
        if not more:
            return pages
        reply = client.ask("GET", more)


def test_nothing_found_is_an_empty_list(client: Client) -> None:
    """XAPI-00149, XAPI-00112, XAPI-00154: 200 and an empty list."""
    assert client.get().json == {"statements": [], "more": ""}


def test_the_newest_come_first_unless_ascending(client: Client) -> None:
    """XAPI-00110, XAPI-00159, XAPI-00166."""
    made = posted(client, 3)
    assert ids(client.get()) == made[::-1]
    assert ids(client.get(ascending="true")) == made


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_neither_repeat_nor_skip_while_statements_arrive(client: Client, ascending: str) -> None:
    """XAPI-00108, XAPI-00111, XAPI-00113, XAPI-00114: `more` leads to the rest, by the same rules."""
    made = posted(client, 5)
    first = client.get(limit="2", ascending=ascending)
    later = posted(client, 2)
    seen = ids(first)
    more = first.json["more"]
    assert more.startswith("/xapi/statements?")
    while more:
        reply = client.ask("GET", more)
        seen += ids(reply)
        more = reply.json["more"]
    assert seen == (made + later if ascending == "true" else made[::-1])


def test_a_limit_of_nothing_is_the_most_the_server_gives(client: Client) -> None:
    """XAPI-00173."""
    made = posted(client, 3)
    assert ids(client.get(limit="0")) == made[::-1]


def test_the_last_page_says_that_it_is_the_last(client: Client) -> None:
    """XAPI-00109."""
    posted(client, 4)
    assert [len(page) for page in walked(client, limit="2")] == [2, 2]


@pytest.mark.parametrize("change", ["&limit=3", "&verb=https://example.org/v", "x"])
def test_a_cursor_for_another_question_is_refused(client: Client, change: str) -> None:
    posted(client, 3)
    more = client.get(ascending="true", limit="1").json["more"]
    assert client.ask("GET", more.replace("limit=1&", "") if change == "x" else more + change).status == 400


def test_a_cursor_of_another_store_is_refused(server: Running, client: Client) -> None:
    posted(client, 3)
    more = client.get(limit="1").json["more"]
    server.move("shared-lead", f"store-{uuid4().hex}")
    assert client.ask("GET", more).status == 400


def test_since_is_exclusive_and_until_inclusive(client: Client) -> None:
    """XAPI-00174, XAPI-00175: on the time of storing."""
    made = [client.post(statement()).json[0] for _ in range(3)]
    middle = client.get(statementId=made[1]).json["stored"]
    assert ids(client.get(since=middle)) == [made[2]]
    assert ids(client.get(until=middle)) == [made[1], made[0]]


def test_every_filter_narrows_and_all_together_too(client: Client) -> None:
    """XAPI-00164, XAPI-00178, XAPI-00179, XAPI-00180, XAPI-00181."""
    registration = str(uuid4())
    agent = {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "analyst"}}
    wanted = statement(
        actor=agent,
        verb={"id": "https://example.org/verb"},
        object={"id": "https://example.org/wanted"},
        context={"registration": registration},
    )
    posted(client, 2)
    client.post(wanted)
    filters = {
        "agent": json.dumps(agent),
        "verb": "https://example.org/verb",
        "activity": "https://example.org/wanted",
        "registration": registration.upper(),
    }
    for name, value in filters.items():
        assert ids(client.get(**{name: value})) == [wanted["id"]], name
    assert ids(client.get(**filters)) == [wanted["id"]]


def test_related_agents_and_activities_are_found_only_where_asked_for(client: Client) -> None:
    """XAPI-00176, XAPI-00177."""
    teacher = {"objectType": "Agent", "mbox": "mailto:curator@example.org"}
    iri = "https://example.org/parent"
    context = {"instructor": teacher, "contextActivities": {"parent": [{"id": iri}]}}
    made = posted(client, 1, context=context)
    assert ids(client.get(agent=json.dumps(teacher))) == []
    assert ids(client.get(agent=json.dumps(teacher), related_agents="true")) == made
    assert ids(client.get(activity=iri)) == []
    assert ids(client.get(activity=iri, related_activities="true")) == made


@pytest.mark.parametrize(
    "parameters",
    [
        {ID: str(uuid4()), "voidedStatementId": str(uuid4())},
        *({ID: str(uuid4()), name: value} for name, value in [("limit", "1"), ("ascending", "true")]),
        {ID: str(uuid4()), "agent": '{"mbox":"mailto:learner@example.org"}'},
        {ID: str(uuid4()), "cursor": "1.x"},
        {"voidedStatementId": str(uuid4()), "verb": "https://example.org/verb"},
        {ID: "x"},
        {ID: ""},
        {"agent": "x"},
        {"agent": "{}"},
        {"agent": '{"mbox":"mailto:learner@example.org","mbox":"mailto:analyst@example.org"}'},
        {"agent": '{"objectType":"Group","member":[{"mbox":"mailto:learner@example.org"}]}'},
        {"verb": "no iri"},
        {"activity": "no iri"},
        {"registration": "x"},
        {"since": "x"},
        {"until": "2024-05-01"},
        {"limit": "-1"},
        {"limit": "x"},
        {"format": "Exact"},
        {"attachments": "yes"},
        {"ascending": "1"},
        {"related_agents": "maybe"},
        {"cursor": "x"},
        {"foo": "bar"},
        {"Verb": "https://example.org/verb"},
        {"verb": "https://example.org/\0"},
    ],
    ids=lambda parameters: "-".join(parameters),
)
def test_what_cannot_be_asked_is_refused_and_still_tells_the_consistent_time(
    client: Client, parameters: dict[str, str]
) -> None:
    """XAPI-00150, XAPI-00151, XAPI-00153, XAPI-00324, XAPI-00325."""
    reply = client.get(**parameters)
    assert reply.status == 400
    assert reply.headers["x-experience-api-consistent-through"].endswith("Z")


def test_a_parameter_twice_is_refused(client: Client) -> None:
    assert client.ask("GET", "/xapi/statements?limit=1&limit=1").status == 400


def test_the_consistent_time_stands_on_every_answer_about_statements(client: Client) -> None:
    """XAPI-00153, XAPI-00160: whatever the status, as an ISO 8601 time."""
    asked = [
        client.get(),
        client.get(statementId=str(uuid4())),
        client.post(statement()),
        client.post(b"{"),
        client.put(statement(id=None), str(uuid4())),
        client.ask("HEAD", "statements"),
        client.ask("DELETE", "statements"),
        client.ask("GET", "statements", headers={"Authorization": None}),
        client.speaking(None).get(),
    ]
    assert [reply.status for reply in asked] == [200, 404, 200, 400, 204, 200, 405, 401, 400]
    assert all("x-experience-api-consistent-through" in reply.headers for reply in asked)


def test_what_was_stored_before_the_consistent_time_is_there(client: Client) -> None:
    key = client.post(statement()).json[0]
    stored = client.get(statementId=key).json["stored"]
    assert client.get().headers["x-experience-api-consistent-through"] >= stored


def test_a_statement_tells_when_it_was_stored_and_what_its_bytes_hash_to(client: Client) -> None:
    """XAPI-00322; Last-Modified of 2.0."""
    key = client.post(statement()).json[0]
    reply = client.get(statementId=key)
    told = parsedate_to_datetime(reply.headers["last-modified"])
    assert told == msgspec.convert(reply.json["stored"], type(told)).replace(microsecond=0)
    assert reply.headers["etag"] == f'"{hashlib.sha1(reply.body, usedforsecurity=False).hexdigest()}"'


def test_ids_leaves_nothing_but_identifiers(client: Client) -> None:
    """XAPI-00168, XAPI-00171."""
    actor = {"objectType": "Agent", "name": "A name", "mbox": "mailto:learner@example.org"}
    thing = {"id": ACTIVITY, "definition": {"name": {"en": "A course"}}}
    key = client.post(statement(actor=actor, object=thing)).json[0]
    found = client.get(statementId=key, format="ids").json
    assert found["actor"] == {"objectType": "Agent", "mbox": "mailto:learner@example.org"}
    assert found["object"] == {"id": ACTIVITY}
    assert found["verb"] == {"id": found["verb"]["id"]}


@pytest.mark.parametrize(
    ("wanted", "given"), [("de", "Kurs"), ("en-US, de;q=0.5", "Course"), ("fr", "Course")]
)
def test_canonical_has_one_language_the_one_that_is_asked_for(
    client: Client, wanted: str, given: str
) -> None:
    """XAPI-00169, XAPI-00172."""
    thing = {"id": ACTIVITY, "definition": {"name": {"en-US": "Course", "de": "Kurs"}}}
    key = client.post(statement(object=thing)).json[0]
    reply = client.ask(
        "GET", "statements", headers={"Accept-Language": wanted}, statementId=key, format="canonical"
    )
    assert list(reply.json["object"]["definition"]["name"].values()) == [given]


def test_a_key_for_its_own_statements_sees_no_others(server: Running, client: Client) -> None:
    """The scope statements/read/mine (Communication 4.2)."""
    others = posted(client, 2)
    name = f"learner-{uuid4().hex}"
    mine = server.key(name, "statements/write", "statements/read/mine", store=store_of(server))
    own = posted(mine, 2)
    assert ids(mine.get()) == own[::-1]
    assert walked(mine, limit="1") == [[own[1]], [own[0]]]
    assert [mine.get(statementId=key).status for key in [*others, *own]] == [404, 404, 200, 200]
    assert ids(client.get(ascending="true")) == others + own


@pytest.mark.parametrize(
    "asked",
    [
        {"verb": "https://example.org/secret"},
        {"activity": "https://example.org/secret"},
        {"agent": json.dumps({"mbox": "mailto:secret@example.org"})},
        {"registration": "11111111-2222-4333-8444-555555555555"},
        {"verb": "https://example.org/secret", "activity": "https://example.org/secret"},
        {"activity": "https://example.org/secret", "related_activities": "true"},
        {"agent": json.dumps({"mbox": "mailto:secret@example.org"}), "related_agents": "true"},
    ],
)
def test_by_a_reference_such_a_key_does_not_learn_what_it_may_not_read(
    server: Running, client: Client, asked: dict[str, str]
) -> None:
    """Else one could point at any statement and try what it is found by."""
    secret = statement(
        actor={"mbox": "mailto:secret@example.org"},
        verb={"id": "https://example.org/secret"},
        object={"id": "https://example.org/secret"},
        context={"registration": "11111111-2222-4333-8444-555555555555"},
    )
    mine = server.key(
        f"learner-{uuid4().hex}", "statements/write", "statements/read/mine", store=store_of(server)
    )
    reference = statement(object={"objectType": "StatementRef", "id": secret["id"]})
    client.post(secret)
    mine.post(reference)
    assert ids(mine.get(**asked)) == []
    assert ids(client.get(**asked)) == [reference["id"], secret["id"]]
    own = {**secret, "id": str(uuid4())}
    mine.post([own, statement(object={"objectType": "StatementRef", "id": own["id"]})])
    assert len(ids(mine.get(**asked))) == 2


def test_who_has_the_answer_already_is_told_so(client: Client) -> None:
    """RFC 9110, 13.1.2: 304 for GET and HEAD where the ETag is known."""
    key = posted(client, 1)[0]
    first = client.get(statementId=key)
    for known, status in (
        (first.headers["etag"], 304),
        (f'"other", W/{first.headers["etag"]}', 304),
        ("*", 304),
        ('"other"', 200),
        (first.headers["etag"].strip('"'), 200),
    ):
        for method in ("GET", "HEAD"):
            again = client.ask(method, "statements", None, {"If-None-Match": known}, statementId=key)
            assert (again.status, again.headers["etag"]) == (status, first.headers["etag"])
            assert again.body == (first.body if (method, status) == ("GET", 200) else b"")
    assert client.get(statementId=str(uuid4())).status == 404


def test_pages_end_early_where_their_statements_are_told_at_length(client: Client) -> None:
    """A canonical definition is told with each statement about its activity, however short these came."""
    client.post(statement(object={"id": ACTIVITY, "definition": {"extensions": {VERB: "x" * 900_000}}}))
    posted(client, 10)
    pages = walked(client, format="canonical")
    assert [len(page) for page in pages] == [9, 2]
    assert [len(page) for page in walked(client)] == [11]


def test_pages_end_early_where_their_statements_are_large(server: Running, client: Client) -> None:
    text = "x" * 900_000
    made = [client.post(statement(result={"response": text})).json[0] for _ in range(10)]
    pages = walked(client)
    assert [len(page) for page in pages] == [9, 1]
    assert [key for page in pages for key in page] == made[::-1]

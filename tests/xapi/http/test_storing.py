"""Statements in over HTTP. XAPI-00nnn: the requirements of the public suite."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.xapi.http.running import ACTIVITY, Client, Running, statement, voiding

KEY = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"


def test_a_posted_statement_comes_back_as_it_was_sent_with_what_the_store_adds(client: Client) -> None:
    """XAPI-00139, XAPI-00147, XAPI-00156, XAPI-00158, XAPI-00332: POST takes it, statementId finds it."""
    sent = statement(result={"response": "ü"}, timestamp="2024-05-01T10:00:00.123456789+02:00")
    reply = client.post(sent)
    assert (reply.status, reply.json) == (200, [sent["id"]])
    found = client.get(statementId=sent["id"]).json
    assert sent.items() <= found.items()
    assert found["version"] == "1.0.3"
    assert found["authority"]["account"]["name"] == "shared-lead"
    assert found["stored"].endswith("Z")


def test_a_statement_without_an_id_is_given_one_and_its_time_is_that_of_storing(client: Client) -> None:
    """Data 2.4.1 and 2.4.7."""
    reply = client.post(statement(id=None))
    assert UUID(reply.json[0]).version == 4
    found = client.get(statementId=reply.json[0]).json
    assert found["timestamp"] == found["stored"]


def test_ids_come_back_in_the_order_of_the_statements(client: Client) -> None:
    """XAPI-00146: 200 and all ids."""
    sent = [statement() for _ in range(20)]
    reply = client.post(sent)
    assert reply.json == [one["id"] for one in sent]
    assert {one["id"] for one in client.get().json["statements"]} == set(reply.json)


def test_a_statement_is_put_under_the_id_of_the_parameter(client: Client) -> None:
    """XAPI-00143, XAPI-00144: PUT answers 204 and goes by statementId."""
    reply = client.put(statement(id=None), KEY)
    assert (reply.status, reply.body) == (204, b"")
    assert client.get(statementId=KEY).json["id"] == KEY


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (statement(id=None), {}),
        (statement(id=None), {"statementId": "not-a-uuid"}),
        (statement(), {"statementId": KEY}),
        ([statement(id=KEY)], {"statementId": KEY}),
        ([], {"statementId": KEY}),
        (statement(id=None), {"statementId": KEY, "foo": "bar"}),
        (statement(id=None), {"StatementId": KEY}),
    ],
)
def test_a_put_that_does_not_name_its_one_statement_is_refused(
    client: Client, body: Any, parameters: dict[str, str]
) -> None:
    """XAPI-00145."""
    reply = client.ask("PUT", "statements", json.dumps(body).encode(), **parameters)
    assert reply.status == 400
    assert client.get(statementId=KEY).status == 404


def test_an_id_in_capitals_is_the_same_id(client: Client) -> None:
    assert client.put(statement(id=KEY.upper()), KEY).status == 204
    assert client.get(statementId=KEY.upper()).status == 200


def test_a_batch_with_one_bad_statement_stores_nothing_and_names_the_fault(client: Client) -> None:
    """XAPI-00326: all or nothing."""
    good, bad = statement(), statement(verb={"id": "no iri"})
    reply = client.post([good, bad])
    assert reply.status == 400
    assert (reply.json["path"], reply.json["rule"]) == ("$[1].verb.id", "iri")
    assert client.get(statementId=good["id"]).status == 404


def test_a_batch_with_one_conflict_stores_nothing(client: Client) -> None:
    """XAPI-00142: an id is never given other content."""
    known, new = statement(), statement()
    client.post(known)
    reply = client.post([new, {**known, "verb": {"id": "https://example.org/other"}}])
    assert (reply.status, reply.json["rule"]) == (409, "conflict")
    assert client.get(statementId=new["id"]).status == 404


def test_an_id_twice_in_one_batch_is_refused(client: Client) -> None:
    """Communication 2.1.2."""
    one = statement()
    assert client.post([one, one]).status == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"1", b'"x"', b"[[]]", b"[{}]", b"{", b"\xff"])
def test_what_is_no_statement_is_refused(client: Client, body: bytes) -> None:
    reply = client.post(body)
    assert (reply.status, bool(reply.json["error"])) == (400, True)


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "multipart/form-data; boundary=x", "application/json; charset=latin-1", "json"]
)
def test_statements_are_taken_as_json_or_multipart_alone(client: Client, kind: str) -> None:
    """XAPI-00127: other content types are refused."""
    reply = client.ask("POST", "statements", json.dumps(statement()).encode(), {"Content-Type": kind})
    assert (reply.status, reply.json["rule"]) == (400, "content-type")


def test_a_charset_of_utf8_is_no_fault(client: Client) -> None:
    kind = {"Content-Type": "Application/JSON; charset=UTF-8"}
    assert client.ask("POST", "statements", json.dumps(statement()).encode(), kind).status == 200


def test_encoded_bodies_are_refused_instead_of_misread(client: Client) -> None:
    headers = {"Content-Encoding": "gzip"}
    assert client.ask("POST", "statements", json.dumps(statement()).encode(), headers).status == 400


def test_what_a_key_without_define_says_of_an_activity_is_kept_but_not_passed_on(
    server: Running, client: Client
) -> None:
    """The scope `define` of the specification (Communication 4.2)."""
    iri = f"{ACTIVITY}/{uuid4()}"
    writer = server.key(f"learner-{uuid4().hex}", "statements/write", store=store_of(server))
    thing = {"id": iri, "definition": {"name": {"en": "A name"}}}
    sent = statement(object=thing)
    assert writer.post(sent).status == 200
    assert client.get(statementId=sent["id"]).json["object"] == thing
    assert "definition" not in client.ask("GET", "activities", activityId=iri).json
    client.post(statement(object=thing))
    assert client.ask("GET", "activities", activityId=iri).json["definition"] == thing["definition"]


def test_a_voided_statement_is_found_only_as_such(client: Client) -> None:
    """XAPI-00018, XAPI-00019, XAPI-00155, XAPI-00157, XAPI-00163."""
    target = statement()
    client.post(target)
    assert client.get(voidedStatementId=target["id"]).status == 404
    assert client.post(voiding(target["id"])).status == 200
    assert client.get(statementId=target["id"]).status == 404
    assert client.get(voidedStatementId=target["id"]).json["id"] == target["id"]


def store_of(server: Running) -> str:
    """The store that the shared key opens now."""
    with server.lrs.database.read() as connection:
        found = connection.execute("SELECT store FROM lrs_key WHERE name = 'shared-lead'").fetchone()
    return str(found[0])


@pytest.mark.parametrize(
    "thing", [{"id": ACTIVITY}, {"objectType": "Activity", "id": KEY}, {"mbox": "mailto:learner@example.org"}]
)
def test_what_voids_refers_to_a_statement(client: Client, thing: dict[str, str]) -> None:
    """XAPI-00017, XAPI-00020: its object is a StatementRef."""
    assert client.post(voiding(KEY, object=thing)).status == 400

"""Versions: which is spoken, and what a reader by the older one is shown."""

from __future__ import annotations

import json

import pytest

from tests.xapi.http.running import Client, statement
from xapi.lrs.http.exchange import Refused
from xapi.lrs.http.versions import as_older, required, spoken

AGENT = {"objectType": "Agent", "mbox": "mailto:learner@example.org"}
TOGETHER = {"contextAgents": [{"objectType": "contextAgent", "agent": AGENT}]}


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("1.0", "1.0.3"),
        ("1.0.0", "1.0.3"),
        ("1.0.9", "1.0.3"),
        ("2.0", "2.0.0"),
        ("2.0.0", "2.0.0"),
        ("2.0.17", "2.0.0"),
    ],
)
def test_a_version_is_spoken_as_the_newest_of_its_family(given: str, family: str) -> None:
    """XAPI-00333."""
    assert required({"x-experience-api-version": given}) == family


@pytest.mark.parametrize(
    "given", ["", "0.95", "1.1.0", "2.1", "3.0.0", "1.0.x", " 1.0.3", "1.0.3, 1.0.3", "１.0.3"]
)
def test_any_other_version_is_refused(given: str) -> None:
    """XAPI-00331."""
    with pytest.raises(Refused) as caught:
        required({"x-experience-api-version": given})
    assert caught.value.status == 400


def test_an_answer_to_no_known_version_is_in_the_default_one() -> None:
    assert spoken({}, "2.0.0") == "2.0.0"
    assert spoken({"x-experience-api-version": "9"}, "1.0.3") == "1.0.3"
    assert spoken({"x-experience-api-version": "2.0.0"}, "1.0.3") == "2.0.0"


def test_what_an_older_reader_does_not_know_is_left_out_and_all_else_is_verbatim() -> None:
    newer = (
        b'{"version":"2.0.0","result":{"score":{"raw":1.10000000000000000001}},'
        b'"context":{"platform":"p","contextAgents":[1],"contextGroups":[2]},'
        b'"object":{"objectType":"SubStatement","context":{"contextGroups":[3],"language":"en"}}}'
    )
    older = as_older(newer)
    assert b"1.10000000000000000001" in older
    assert json.loads(older) == {
        "version": "1.0.3",
        "result": {"score": {"raw": 1.1}},
        "context": {"platform": "p"},
        "object": {"objectType": "SubStatement", "context": {"language": "en"}},
    }


def test_a_reader_by_1_0_3_is_given_a_2_0_statement_that_a_strict_one_accepts(client: Client) -> None:
    newer = client.speaking("2.0.0")
    sent = statement(context=TOGETHER)
    assert newer.post(sent).status == 200
    assert newer.get(statementId=sent["id"]).json["context"] == TOGETHER
    shown = client.get(statementId=sent["id"]).json
    assert shown["context"] == {}
    assert shown["version"] == "1.0.3"
    again = {name: shown[name] for name in shown if name not in ("stored", "authority", "id")}
    assert client.post(again).status == 200


def test_contextAgents_are_unknown_in_1_0_3(client: Client) -> None:
    assert client.post(statement(context=TOGETHER)).status == 400


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "statements", 200),
        ("GET", "nothing", 404),
        ("PATCH", "statements", 405),
        ("GET", "agents", 400),
    ],
)
def test_every_answer_names_the_version_it_is_in(
    client: Client, version: str, method: str, path: str, status: int
) -> None:
    reply = client.speaking(version).ask(method, path)
    assert (reply.status, reply.headers["x-experience-api-version"]) == (status, version)


@pytest.mark.parametrize("path", ["statements", "agents", "activities/state"])
def test_a_request_without_a_version_is_refused_in_the_default_one(client: Client, path: str) -> None:
    """XAPI-00331."""
    reply = client.speaking(None).ask("GET", path)
    assert (reply.status, reply.headers["x-experience-api-version"]) == (400, "1.0.3")


@pytest.mark.parametrize("version", [None, "0.9", "nonsense"])
def test_about_answers_whatever_version_is_named(client: Client, version: str | None) -> None:
    reply = client.speaking(version).ask("GET", "about", headers={"Authorization": None})
    assert reply.status == 200
    assert {"1.0.3", "2.0.0"} <= set(reply.json["version"])

"""Our statements and those of `tincan`, held against each other."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import tincan

from tests.xapi.records import approval
from xapi.canonical import same
from xapi.errors import InvalidStatement, XapiError
from xapi.lrs.train import corpus
from xapi.tincan_edge import from_tincan, to_tincan
from xapi.validate import validate

OWN = list(corpus())[:210]
AGENT = {"mbox": "mailto:someone@example.org"}
PLAIN: dict[str, Any] = {
    "id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
    "actor": AGENT,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
    "object": {"id": "https://example.org/a"},
}


def raw(**parts: Any) -> bytes:
    return msgspec.json.encode(PLAIN | parts)


def test_our_statements_go_through_tincan_and_come_back_saying_the_same() -> None:
    for one in OWN:
        assert same(one, from_tincan(to_tincan(one)))


def test_tincan_reads_in_our_statement_what_we_wrote() -> None:
    built = approval(1)
    read = to_tincan(built.raw)
    assert isinstance(read, tincan.Statement)
    assert read.id == built.id
    assert read.actor.account.home_page == "https://people.example.org"
    assert read.verb.id == "http://activitystrea.ms/approve"
    assert read.verb.display["en-US"] == "approved"
    assert (read.result.success, read.result.score.scaled) == (True, 0.5)
    assert read.context.platform == "YouTube"
    assert read.context.context_activities.category[0].id == "https://w3id.org/xapi/gleanery"


def test_a_statement_made_with_tincan_is_valid_and_keeps_its_text() -> None:
    made = tincan.Statement(
        actor=tincan.Agent(mbox="mailto:someone@example.org", name="Jürgen"),
        verb=tincan.Verb(id="http://adlnet.gov/expapi/verbs/completed"),
        object=tincan.Activity(id="https://example.org/größe"),
        result=tincan.Result(duration="PT1M", score=tincan.Score(scaled=0.5)),
    )
    written = from_tincan(made)
    view = validate(written)
    assert view.object.id == "https://example.org/größe"
    assert "Jürgen".encode() in written


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (tincan.Statement(PLAIN | {"result": {"score": {"scaled": 1.5}}}), "score-range"),
        (tincan.Statement(PLAIN | {"result": {"score": {"raw": float("nan")}}}), "number"),
        (tincan.Statement(PLAIN | {"verb": {"id": "foo bar"}}), "iri"),
        (tincan.Statement(PLAIN | {"actor": {"name": "Someone"}}), "one-identifier"),
        (tincan.Statement(PLAIN | {"actor": AGENT | {"openid": "https://example.org/me"}}), "one-identifier"),
        (tincan.Statement({name: PLAIN[name] for name in ("verb", "object")}), "missing-property"),
    ],
)
def test_what_tincan_lets_pass_is_refused(made: tincan.Statement, rule: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        from_tincan(made)
    assert caught.value.rule == rule


SUB = {"objectType": "SubStatement", "actor": AGENT, "verb": PLAIN["verb"], "object": PLAIN["object"]}


@pytest.mark.parametrize(
    "parts",
    [
        {"result": {"duration": "P1Y"}},
        {"result": {"duration": "P2W"}},
        {"timestamp": "2024-05-01T10:00:00.123456789Z", "result": {"duration": "P1M"}},
        {"context": {"instructor": {"objectType": "Group", "mbox": "mailto:team@example.org"}}},
        {"object": SUB | {"result": {"success": True}}},
    ],
    ids=["years", "weeks", "months", "a group that instructs", "a result within"],
)
def test_what_tincan_would_change_is_refused(parts: dict[str, Any]) -> None:
    validate(raw(**parts))
    with pytest.raises(XapiError, match="tincan"):
        to_tincan(raw(**parts))


def test_an_invalid_statement_never_reaches_tincan() -> None:
    with pytest.raises(InvalidStatement):
        to_tincan(raw(colour="red"))

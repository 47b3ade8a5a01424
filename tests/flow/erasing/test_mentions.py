"""Where a statement names somebody, and that it is a valid statement without the mention."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import msgspec
import pytest

from gleanery.flow.erasing.mentions import Place, mentions, only
from gleanery.flow.erasing.traces import Traces
from xapi.model import Version
from xapi.validate import validate

HOME = "https://gleanery.example.org"
THEM: dict[str, Any] = {"name": "Given Surname", "mbox": "mailto:given@example.org"}
OTHER: dict[str, Any] = {"name": "Another", "openid": "https://id.example.org/another"}
TRACES = Traces.plain(
    ["mbox mailto:given@example.org", "activity https://people.example.org/1"], ["Given Surname"]
)
STAND_IN = {"account": {"homePage": HOME, "name": "erased"}}


def statement(**told: Any) -> bytes:
    plain = {
        "id": "7ccd3322-e1a5-411a-a67d-6a735c76f119",
        "actor": OTHER,
        "verb": {"id": "https://example.org/did", "display": {"en": "did"}},
        "object": {"id": "https://example.org/thing"},
    }
    return msgspec.json.encode(plain | told)


def group(*members: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"objectType": "Group", "member": list(members), **told}


AGENT = {"objectType": "Agent", **THEM}
SUB = {"objectType": "SubStatement", "verb": {"id": "https://example.org/did"}}


@pytest.mark.parametrize(
    ("told", "places", "version"),
    [
        ({"actor": THEM}, {Place.ACTOR}, "1.0.3"),
        ({"object": AGENT}, {Place.OBJECT}, "1.0.3"),
        ({"actor": group(THEM, OTHER)}, {Place.GROUP_MEMBER}, "1.0.3"),
        ({"object": group(THEM)}, {Place.GROUP_MEMBER}, "1.0.3"),
        ({"context": {"instructor": THEM}}, {Place.INSTRUCTOR}, "1.0.3"),
        ({"context": {"instructor": group(THEM)}}, {Place.GROUP_MEMBER}, "1.0.3"),
        ({"context": {"team": group(OTHER, THEM)}}, {Place.TEAM_MEMBER}, "1.0.3"),
        ({"context": {"team": group(**THEM)}}, {Place.TEAM}, "1.0.3"),
        ({"authority": THEM}, {Place.AUTHORITY}, "1.0.3"),
        ({"object": {**SUB, "actor": THEM, "object": {"id": "https://e.org/x"}}}, {Place.SUB_STATEMENT}, "1.0.3"),
        ({"object": {**SUB, "actor": OTHER, "object": AGENT}}, {Place.SUB_STATEMENT}, "1.0.3"),
        (
            {"context": {"contextAgents": [{"objectType": "contextAgent", "agent": THEM}]}},
            {Place.CONTEXT_AGENT},
            "2.0.0",
        ),
        (
            {"context": {"contextGroups": [{"objectType": "contextGroup", "group": group(THEM)}]}},
            {Place.CONTEXT_GROUP},
            "2.0.0",
        ),
        ({"result": {"extensions": {"https://e.org/x": [{"by": THEM}]}}}, {Place.EXTENSION}, "1.0.3"),
        ({"result": {"response": "as Given Surname said"}}, {Place.WORDS}, "1.0.3"),
        (
            {"context": {"contextActivities": {"other": [{"id": "https://people.example.org/1"}]}}},
            {Place.MENTION},
            "1.0.3",
        ),
        ({"context": {"instructor": THEM}, "actor": THEM}, {Place.ACTOR, Place.INSTRUCTOR}, "1.0.3"),
        ({"context": {"instructor": OTHER}}, set(), "1.0.3"),
    ],
)  # fmt: skip
def test_each_role_is_found_and_the_statement_is_valid_without(
    told: dict[str, Any], places: set[Place], version: Version
) -> None:
    raw = statement(**told)
    validate(raw, version)
    found = mentions(raw, TRACES, HOME)
    assert set(found.places) == places
    validate(found.raw, version)
    assert b"iven Surname" not in found.raw
    assert b"given@example.org" not in found.raw
    assert mentions(found.raw, TRACES, HOME).places == ()


def test_a_statement_that_names_them_nowhere_keeps_its_bytes() -> None:
    raw = statement(context={"instructor": OTHER}) + b" "
    assert mentions(raw, TRACES, HOME).raw == raw


def test_the_name_that_stood_with_the_identity_goes_from_the_texts_too() -> None:
    nameless = Traces.plain(["mbox mailto:given@example.org"], ())
    raw = statement(context={"instructor": THEM}, result={"response": "coached by given surname"})
    after = json.loads(mentions(raw, nameless, HOME).raw)
    assert after["result"]["response"] == "coached by erased"
    assert after["context"]["instructor"] == STAND_IN


def test_identifiers_of_others_are_no_text() -> None:
    """A name may be a word of somebody else's address, or of a thing's."""
    other = {"mbox": "mailto:given.surname@example.com"}
    raw = statement(
        actor=other, object={"id": "https://example.org/given-surname"}, context={"instructor": THEM}
    )
    after = json.loads(mentions(raw, TRACES, HOME).raw)
    assert after["actor"] == other
    assert after["object"] == {"id": "https://example.org/given-surname"}


def test_a_language_may_be_called_like_a_member() -> None:
    thing = {"id": "https://example.org/thing", "definition": {"name": {"id": "oleh Given Surname"}}}
    after = json.loads(mentions(statement(object=thing), TRACES, HOME).raw)
    assert after["object"]["definition"]["name"] == {"id": "oleh erased"}


@pytest.mark.parametrize("number", ["1e400", "0.10", "123456789012345678901234567890", "-0.0"])
def test_numbers_stand_as_they_were_written(number: str) -> None:
    extensions = {"https://e.org/x": msgspec.Raw(number.encode())}
    raw = statement(context={"instructor": THEM}, result={"extensions": extensions})
    after = mentions(raw, TRACES, HOME).raw
    assert f'"https://e.org/x":{number}'.encode() in after


def test_a_signature_goes_for_its_bytes_hold_the_whole_statement() -> None:
    payload = base64.urlsafe_b64encode(json.dumps(THEM).encode())
    signature = {
        "usageType": "http://adlnet.gov/expapi/attachments/signature",
        "display": {"en": "signature"},
        "contentType": "application/octet-stream",
        "length": len(payload),
        "sha2": hashlib.sha256(payload).hexdigest(),
    }
    raw = statement(context={"instructor": THEM}, attachments=[signature])
    assert "attachments" not in json.loads(mentions(raw, TRACES, HOME).raw)


def test_for_one_reader_all_others_are_somebody_else() -> None:
    raw = statement(
        actor=THEM, context={"instructor": OTHER}, result={"response": "Another helped Given Surname"}
    )
    after = json.loads(only(raw, lambda identity: "given@" in identity, HOME, "somebody else"))
    assert after["actor"] == THEM
    assert after["context"]["instructor"] == {"account": {"homePage": HOME, "name": "somebody else"}}
    assert after["result"]["response"] == "somebody else helped Given Surname"

"""The requirements on how a statement is written, held at every member of statements that have them all (Data 2.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.xapi.conformance.requirements import requires
from tests.xapi.conformance.rules import Placed, path_of, placed, small
from tests.xapi.conformance.values import AGENT, NO_IRIS, NO_TIMES, UNLIKE_UUIDS
from tests.xapi.conformance.whole import members, named, objects, renamed, whole
from tests.xapi.http.running import Client
from xapi import model
from xapi.errors import InvalidStatement
from xapi.model import Version
from xapi.validate import validate

_WRONG: dict[type, tuple[Any, ...]] = {
    str: (1, True, {"a": "b"}, ["a"]),
    bool: ("true", 1, {}),
    int: ("1", True, {}),
    float: ("0.5", False, []),
    dict: ("text", 1, ["text"]),
    list: ("text", 1, {}),
}


def check_refused(one: Placed, version: Version) -> None:
    """Refused, and told by its place."""
    with pytest.raises(InvalidStatement) as caught:
        validate(msgspec.json.encode(one.document), version)
    assert one.is_told_by(caught.value.path), (caught.value, one.place)


def every_member(version: Version) -> Iterator[tuple[Any, str, Any]]:
    """Every statement with every place in it and what stands there."""
    for document in whole(version):
        for place, value in members(document):
            yield document, place, value


@requires("XAPI-00003", "XAPI-00004", "XAPI-00005")
def test_statements_with_every_member_are_valid(version: Version) -> None:
    used = {place.rpartition(".")[2] for _, place, _ in every_member(version)}
    structs = [
        one for one in vars(model).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)
    ]
    later = {"contextAgents", "contextGroups", "agent", "group", "relevantTypes"}
    known = {name for one in structs for name in one.__struct_encode_fields__}
    assert known - used == (later if version == "1.0.3" else set())
    for document in whole(version):
        validate(msgspec.json.encode(document), version)


@requires("XAPI-00001")
def test_null_is_refused_everywhere_but_in_extensions(version: Version) -> None:
    for document, place, _ in every_member(version):
        check_refused(Placed(placed(document, place, None), path_of(place)), version)
    for holder in ("object.definition", "result", "context"):
        document = placed(whole(version)[0], f"{holder}.extensions", {"https://example.org/e": None})
        validate(msgspec.json.encode(document), version)


@requires("XAPI-00006")
def test_a_value_of_another_type_is_refused_everywhere(version: Version) -> None:
    for document, place, value in every_member(version):
        for wrong in _WRONG[type(value)]:
            check_refused(Placed(placed(document, place, wrong), path_of(place)), version)


@requires("XAPI-00008")
def test_a_member_in_another_case_is_refused_everywhere(version: Version) -> None:
    for document in whole(version):
        for place in named(document):
            name = place.rpartition(".")[2]
            for other in {name.upper(), name.capitalize(), name.lower()} - {name}:
                changed = renamed(document, place, other)
                check_refused(Placed(changed, path_of(place)), version)


@requires("XAPI-00009")
def test_a_word_of_a_vocabulary_in_another_case_is_refused_everywhere(version: Version) -> None:
    for document, place, value in every_member(version):
        if place.endswith(("objectType", "interactionType")):
            for word in {value.upper(), value.lower(), value.swapcase()} - {value}:
                check_refused(Placed(placed(document, place, word), path_of(place)), version)


@requires("XAPI-00010")
def test_an_unknown_member_is_refused_in_every_object(version: Version) -> None:
    for document in whole(version):
        for place in objects(document):
            for name in ("colour", "Id", ""):
                added = placed(document, f"{place}.{name}", 1) if place else {**document, name: 1}
                check_refused(Placed(added, path_of(place) if place else "$"), version)


@requires("XAPI-00021")
def test_no_member_may_stand_twice(version: Version) -> None:
    for document in whole(version):
        for place in named(document):
            name = place.rpartition(".")[2]
            marked = msgspec.json.encode(placed(document, place + "-again", 1))
            with pytest.raises(InvalidStatement, match="duplicate-key"):
                validate(marked.replace(f'"{name}-again"'.encode(), f'"{name}"'.encode()), version)


@requires("XAPI-00021")
def test_the_store_refuses_a_member_that_stands_twice(client: Client, version: Version) -> None:
    raw = msgspec.json.encode(small())
    assert (
        client.speaking(version).post(raw[:-1] + b',"actor":' + msgspec.json.encode(AGENT) + b"}").status
        == 400
    )
    assert client.speaking(version).post(raw).status == 200


@requires("XAPI-00002")
@pytest.mark.parametrize(
    "number", ["3.4028235E38", "-1.17549435e-38", "0.1234567", "16777216", "12345678901234567890.12345"]
)
def test_a_number_comes_back_with_all_its_digits(client: Client, version: Version, number: str) -> None:
    speaker, sent = client.speaking(version), small()
    raw = json.dumps(
        {**sent, "result": {"score": {"raw": "here"}, "extensions": {"https://example.org/n": "here"}}}
    )
    assert speaker.post(raw.replace('"here"', number).encode()).status == 200
    assert speaker.get(statementId=sent["id"]).body.count(number.encode()) == 2
    assert speaker.post(raw.replace('"here"', "NaN").encode()).status == 400


@requires("XAPI-00014")
@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"{",
        b"null",
        b"1",
        b'"text"',
        b"[",
        b"[1]",
        b"%s,",
        b"[%s,]",
        b"%s%s",
        b"{'a':1}",
        b"/**/%s",
        b"[[%s]]",
    ],
)
def test_what_is_no_well_formed_json_is_refused(client: Client, version: Version, spoiled: bytes) -> None:
    speaker, whole_one = client.speaking(version), msgspec.json.encode(small())
    assert speaker.post(spoiled.replace(b"%s", whole_one)).status == 400
    assert speaker.get().json["statements"] == []
    assert speaker.post(b" \r\n\t[ " + whole_one + b" ] \n").status == 200


@requires("XAPI-00015")
def test_text_is_utf_8_both_ways(client: Client, version: Version) -> None:
    speaker, sent = (
        client.speaking(version),
        {**small(), "result": {"response": "größer 名前 \N{GRINNING FACE}"}},
    )
    plain = json.dumps(sent, ensure_ascii=False)
    assert speaker.post(plain.encode()).status == 200
    assert speaker.post(json.dumps(sent).encode()).status == 200, "the same, escaped"
    assert speaker.get(statementId=sent["id"]).body.decode().count("größer 名前 \N{GRINNING FACE}") == 1
    for raw in (plain.encode("utf-16"), plain.encode("latin-1", "replace"), b"\xef\xbb\xbf" + plain.encode()):
        assert speaker.post(raw).status == 400


STANDARDS: dict[str, tuple[str, list[str]]] = {
    "statementId": (str(uuid4()), [str(one) for one in UNLIKE_UUIDS]),
    "voidedStatementId": (str(uuid4()), ["one"]),
    "registration": (str(uuid4()), [str(one) for one in UNLIKE_UUIDS]),
    "verb": ("https://example.org/verbs/read", [one for one in NO_IRIS if isinstance(one, str)]),
    "activity": ("urn:isbn:9780000000000", [one for one in NO_IRIS if isinstance(one, str)]),
    "since": ("2024-05-01T10:00:00.5+02:00", [one for one in NO_TIMES if isinstance(one, str)]),
    "until": ("2024-05-01T10:00:00Z", [one for one in NO_TIMES if isinstance(one, str)]),
    "agent": (
        json.dumps(AGENT),
        [
            "learner",
            "{}",
            '{"mbox":"learner"}',
            '{"mbox":"mailto:a@example.org","openid":"https://example.org"}',
        ],
    ),
}


@requires("XAPI-00012")
@pytest.mark.parametrize("name", STANDARDS)
def test_a_parameter_is_held_to_the_standard_of_statements(
    client: Client, version: Version, name: str
) -> None:
    speaker, (good, bad) = client.speaking(version), STANDARDS[name]
    found = 404 if name.endswith("Id") else 200
    assert speaker.get(**{name: good}).status == found
    assert [speaker.get(**{name: one}).status for one in bad] == [400] * len(bad)


@requires("XAPI-00122")
@pytest.mark.parametrize("time", ["2024-05-01T10:00:00.123Z", "2024-05-01T10:00:00.123456789+02:00"])
def test_a_timestamp_keeps_its_milliseconds(client: Client, version: Version, time: str) -> None:
    speaker, sent = client.speaking(version), {**small(), "timestamp": time}
    assert speaker.post(sent).status == 200
    assert speaker.get(statementId=sent["id"]).json["timestamp"] == time
    assert speaker.post({**sent, "timestamp": time.replace(".123", ".124")}).status == 409, "another time"


@requires("XAPI-00096")
def test_a_lone_related_activity_comes_back_in_a_list(client: Client, version: Version) -> None:
    speaker, alone = client.speaking(version), {"id": "https://example.org/pages/parent"}
    related = {"parent": alone, "other": [alone], "category": []}
    sent = {**small(), "context": {"contextActivities": related}}
    assert speaker.post(sent).status == 200
    for shape in ("exact", "ids", "canonical"):
        shown = speaker.get(statementId=sent["id"], format=shape).json["context"]["contextActivities"]
        assert (shown["parent"], shown["other"]) == ([alone], [alone])
    assert speaker.post(placed(sent, "context.contextActivities.parent", "alone")).status == 400

"""When two statements say the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from xapi.canonical import same
from xapi.validate import validate

BASE: dict[str, Any] = {
    "id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
    "actor": {
        "objectType": "Group",
        "member": [{"mbox": "mailto:a@example.org"}, {"mbox": "mailto:b@example.org"}],
    },
    "verb": {"id": "http://example.org/v", "display": {"en": "did"}},
    "object": {"id": "http://example.org/a", "definition": {"name": {"en": "A"}}},
    "result": {"score": {"raw": 1}, "success": True, "extensions": {"http://example.org/e": 1}},
    "context": {
        "registration": "6ba7b810-9dad-41d1-80b4-00c04fd430c9",
        "contextActivities": {"other": [{"id": "http://example.org/x"}, {"id": "http://example.org/y"}]},
        "instructor": {"mbox": "mailto:c@example.org"},
    },
    "timestamp": "2024-05-01T10:00:00.5Z",
}


def changed(path: str, value: Any) -> bytes:
    document = msgspec.json.decode(msgspec.json.encode(BASE))
    place = document
    *steps, last = path.split("/")
    for step in steps:
        place = place[step]
    place[last] = value
    return msgspec.json.encode(document)


EQUAL = {
    "stored": "2024-05-02T00:00:00Z",
    "authority": {"mbox": "mailto:store@example.org"},
    "version": "1.0.3",
    "timestamp": "2024-05-01T12:00:00.500+02:00",
    "id": "6BA7B810-9DAD-41D1-80B4-00C04FD430C8",
    "verb/display": {"de": "tat"},
    "object/definition": {"name": {"en": "B"}},
    "object/objectType": "Activity",
    "actor/member": [
        {"mbox": "mailto:b@example.org", "objectType": "Agent"},
        {"mbox": "mailto:a@example.org"},
    ],
    "result/score": {"raw": 1.0},
    "context/contextActivities": {"other": [{"id": "http://example.org/y"}, {"id": "http://example.org/x"}]},
    "context/instructor": {"mbox": "mailto:c@example.org", "objectType": "Agent"},
    "context/registration": "6BA7B810-9DAD-41D1-80B4-00C04FD430C9",
}
DIFFERENT = {
    "timestamp": "2024-05-01T10:00:00.500001Z",
    "verb/id": "http://example.org/w",
    "object/id": "http://example.org/b",
    "actor/member": [{"mbox": "mailto:a@example.org"}],
    "result/score": {"raw": 1.0000001},
    "result/success": False,
    "result/extensions": {"http://example.org/e": True},
    "context/contextActivities": {"grouping": BASE["context"]["contextActivities"]["other"]},
    "context/instructor": {"mbox": "mailto:d@example.org"},
    "context/registration": "6ba7b810-9dad-41d1-80b4-00c04fd430c0",
}


@pytest.mark.parametrize(("path", "value"), EQUAL.items(), ids=EQUAL.keys())
def test_another_spelling_is_the_same(path: str, value: Any) -> None:
    assert same(msgspec.json.encode(BASE), changed(path, value))


@pytest.mark.parametrize(("path", "value"), DIFFERENT.items(), ids=DIFFERENT.keys())
def test_another_content_is_not_the_same(path: str, value: Any) -> None:
    assert not same(msgspec.json.encode(BASE), changed(path, value))


def test_the_order_of_properties_does_not_count() -> None:
    assert same(msgspec.json.encode(BASE), msgspec.json.encode(dict(reversed(BASE.items()))))


def test_long_numbers_are_told_apart() -> None:
    one = changed("result/extensions", {"http://example.org/e": 0}).replace(
        b'/e":0', b'/e":1234567890123456789.1'
    )
    two = changed("result/extensions", {"http://example.org/e": 0}).replace(
        b'/e":0', b'/e":1234567890123456789.2'
    )
    assert not same(one, two)


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        ("PT3M59S", "PT03M59S", True),
        ("PT1.50S", "PT1,5S", True),
        ("P0DT1H", "PT1H", True),
        ("PT1.005S", "PT1.009S", True),
        ("PT1.01S", "PT1.02S", False),
        ("P1DT12H36M0.1237S", "P1DT12H36M0.12S", True),
        ("PT0.001S", "P0D", True),
        ("P" + "1" * 60 + "Y", "P" + "1" * 59 + "2Y", False),
        ("P0.0001Y", "P0.0002Y", False),
        ("P1M", "PT1M", False),
        ("PT90S", "PT1M30S", False),
        ("PT10S", "PT1S", False),
    ],
)
def test_durations_are_compared_part_by_part(one: str, two: str, equal: bool) -> None:
    assert same(changed("result", {"duration": one}), changed("result", {"duration": two})) is equal


def test_a_lone_related_activity_is_the_same_as_a_list_of_it() -> None:
    alone = changed("context/contextActivities", {"parent": {"id": "http://example.org/x"}})
    assert same(alone, changed("context/contextActivities", {"parent": [{"id": "http://example.org/x"}]}))


def test_what_a_sub_statement_says_counts_as_well() -> None:
    sub = {
        "objectType": "SubStatement",
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": "http://x.org/v"},
    }
    about = sub | {"object": {"id": "http://x.org/a", "definition": {}}, "timestamp": "2024-05-01T10:00:00Z"}
    one = changed("object", about)
    assert same(one, changed("object", about | {"timestamp": "2024-05-01T11:00:00+01:00"}))
    assert not same(one, changed("object", about | {"object": {"id": "http://x.org/b"}}))


def test_a_reference_counts_without_its_letters_case() -> None:
    one = changed("object", {"objectType": "StatementRef", "id": BASE["id"]})
    assert same(one, changed("object", {"objectType": "StatementRef", "id": BASE["id"].upper()}))
    assert not same(
        one, changed("object", {"objectType": "StatementRef", "id": BASE["id"].replace("6", "7")})
    )


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        ("2024-05-01T10:00:00.1234567891Z", "2024-05-01T10:00:00.1234567892Z", False),
        ("2024-05-01T10:00:00.123456789Z", "2024-05-01t12:00:00.12345678900+02:00", True),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.000z", True),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0Z", True),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.9999990Z", True),
    ],
)
def test_times_are_compared_to_their_last_digit(one: str, two: str, equal: bool) -> None:
    assert same(changed("timestamp", one), changed("timestamp", two)) is equal


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        (b"1E400", b"10e399", True),
        (b"1E400", b"1E401", False),
        (b"1E99999999999999999999", b"1e99999999999999999999", True),
        (b"1E99999999999999999999", b"2E99999999999999999999", False),
        (b"1E99999999999999999999", b"1", False),
        (b"1.50", b"1.5", True),
        (b"-0", b"0.0", True),
        (b"9007199254740993", b"9007199254740992", False),
        (b"1", b"true", False),
        (b"1", b'"1"', False),
        (b"null", b"false", False),
        (b"[1,2]", b"[2,1]", False),
    ],
)
def test_what_extensions_hold_is_compared_by_value(one: bytes, two: bytes, equal: bool) -> None:
    whole = changed("result/extensions", {"http://example.org/e": 0})
    first, second = (whole.replace(b'/e":0', b'/e":' + value) for value in (one, two))
    validate(first)
    assert same(first, second) is equal


def test_letters_count_only_where_their_case_has_a_meaning() -> None:
    assert same(
        changed("actor", {"mbox": "mailto:A@EXAMPLE.org"}), changed("actor", {"mbox": "mailto:A@example.ORG"})
    )
    assert not same(
        changed("actor", {"mbox": "mailto:A@x.org"}), changed("actor", {"mbox": "mailto:a@x.org"})
    )
    assert same(changed("actor", {"mbox_sha1sum": "aB" * 20}), changed("actor", {"mbox_sha1sum": "Ab" * 20}))
    assert same(changed("context/language", "en-us"), changed("context/language", "en-US"))
    assert not same(
        changed("object/id", "http://example.org/A"), changed("object/id", "http://example.org/a")
    )


PARTICIPANTS = {
    "contextAgents": [
        {"objectType": "contextAgent", "agent": {"mbox": "mailto:a@x.org"}, "relevantTypes": ["a:b", "a:c"]}
    ],
    "contextGroups": [
        {
            "objectType": "contextGroup",
            "group": {
                "objectType": "Group",
                "member": [{"mbox": "mailto:a@x.org"}, {"mbox": "mailto:b@x.org"}],
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("change", "equal"),
    [
        ({}, True),
        ({"contextAgents/0/agent": {"objectType": "Agent", "mbox": "mailto:a@X.org"}}, True),
        ({"contextGroups/0/group/member": [{"mbox": "mailto:b@x.org"}, {"mbox": "mailto:a@x.org"}]}, True),
        ({"contextAgents/0/agent": {"mbox": "mailto:b@x.org"}}, False),
        ({"contextAgents/0/relevantTypes": ["a:c", "a:b"]}, False),
        ({"contextAgents/0/relevantTypes": ["a:b"]}, False),
        ({"contextGroups/0/group/member": [{"mbox": "mailto:b@x.org"}]}, False),
        ({"contextGroups": []}, False),
    ],
)
def test_participants_count_in_their_order_and_members_in_any(change: dict[str, Any], equal: bool) -> None:
    context = msgspec.json.decode(msgspec.json.encode(PARTICIPANTS))
    for path, value in change.items():
        place: Any = context
        *steps, last = path.split("/")
        for step in steps:
            place = place[int(step) if step.isdecimal() else step]
        place[last] = value
    other = changed("context", context)
    validate(other, "2.0.0")
    assert same(changed("context", PARTICIPANTS), other) is equal


def test_attachments_count() -> None:
    one = {"usageType": "a:b", "display": {}, "contentType": "text/plain", "length": 1, "sha2": "ab" * 32}
    assert same(changed("attachments", [one]), changed("attachments", [one | {"sha2": "AB" * 32}]))
    assert not same(changed("attachments", [one]), changed("attachments", [one | {"length": 2}]))

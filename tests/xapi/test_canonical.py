"""When two statements say the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from xapi.canonical import same

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

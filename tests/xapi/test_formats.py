"""A statement by its identifiers alone, and in the canonical form in one language."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.xapi.samples import statement
from xapi import formats

NAMED = {"name": "Someone", "mbox": "mailto:someone@example.org"}
BARE = {"mbox": "mailto:someone@example.org"}
TEXTS = {"en-US": "color", "en-GB": "colour", "de": "Farbe"}
DEFINITION = {"name": TEXTS, "type": "https://example.org/t", "extensions": {"https://example.org/e": TEXTS}}
ACTIVITY: dict[str, Any] = {"objectType": "Activity", "id": "https://example.org/a", "definition": DEFINITION}
REF = {"objectType": "StatementRef", "id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8"}
SUB = {
    "objectType": "SubStatement",
    "actor": NAMED,
    "verb": {"id": "https://example.org/v", "display": TEXTS},
    "object": ACTIVITY,
}


def ids(document: dict[str, Any]) -> Any:
    return msgspec.json.decode(formats.ids(msgspec.json.encode(document)))


def canonical(
    document: dict[str, Any], definitions: dict[str, Any] | None = None, language: str = "en-GB"
) -> Any:
    found = {iri: msgspec.json.encode(one) for iri, one in (definitions or {}).items()}
    return msgspec.json.decode(formats.canonical(msgspec.json.encode(document), language, found.get))


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (NAMED, BARE),
        (NAMED | {"objectType": "Agent"}, BARE | {"objectType": "Agent"}),
        (
            {"objectType": "Group", "name": "All", "member": [NAMED, NAMED | {"objectType": "Agent"}]},
            {"objectType": "Group", "member": [BARE, BARE | {"objectType": "Agent"}]},
        ),
        ({"objectType": "Group", "member": [NAMED]} | NAMED, BARE | {"objectType": "Group"}),
        (
            {"name": "x", "account": {"homePage": "https://example.org", "name": "1"}},
            {"account": {"homePage": "https://example.org", "name": "1"}},
        ),
    ],
)
def test_of_agents_and_groups_only_what_identifies_them_is_left(actor: Any, expected: Any) -> None:
    shown = ids(statement(actor=actor, authority=actor, context={"instructor": actor, "team": actor}))
    assert shown["actor"] == shown["authority"] == expected
    assert shown["context"] == {"instructor": expected, "team": expected}
    if "objectType" in actor:
        assert ids(statement(object=actor))["object"] == expected


def test_of_verbs_and_activities_only_the_id_is_left() -> None:
    related = {"parent": [ACTIVITY, ACTIVITY], "category": ACTIVITY, "other": []}
    shown = ids(statement(verb=SUB["verb"], object=ACTIVITY, context={"contextActivities": related}))
    bare = {"id": ACTIVITY["id"]}
    assert shown["verb"] == {"id": "https://example.org/v"}
    assert shown["object"] == bare
    assert shown["context"]["contextActivities"] == {"parent": [bare, bare], "category": bare, "other": []}


def test_what_a_sub_statement_tells_is_shortened_too() -> None:
    assert ids(statement(object=SUB))["object"] == {
        "objectType": "SubStatement",
        "actor": BARE,
        "verb": {"id": "https://example.org/v"},
        "object": {"id": ACTIVITY["id"]},
    }


def test_participants_are_shortened_too() -> None:
    agent = {"objectType": "contextAgent", "agent": NAMED, "relevantTypes": ["https://example.org/t"]}
    group = {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [NAMED]}}
    assert ids(statement(context={"contextAgents": [agent], "contextGroups": [group]}))["context"] == {
        "contextAgents": [agent | {"agent": BARE}],
        "contextGroups": [group | {"group": {"objectType": "Group", "member": [BARE]}}],
    }


@pytest.mark.parametrize("shorten", [formats.ids, lambda raw: formats.canonical(raw, "de", lambda iri: None)])
def test_all_else_is_handed_on_byte_for_byte(shorten: Any) -> None:
    kept = [
        b'"result": {"score" : {"raw":1.50}, "extensions":{"a:b":[1E400 ,12345678901234567890.123,"\\u00fc"]}}',
        b'"timestamp":"2024-05-01T10:00:00.123456789+02:00"',
        b'"registration":"6BA7B810-9DAD-41D1-80B4-00C04FD430C8"',
        b'"attachments":[ { "display" : {"en":"a","de":"b"} } ]',
    ]
    raw = msgspec.json.encode(statement(context={"x": 1}))[:-1].replace(b'"x":1', kept[2])
    raw += b"," + b",".join(kept[:2]) + b"," + kept[3] + b"}"
    shown = shorten(raw)
    for part in kept:
        assert part.replace(b'"result": ', b'"result":') in shown


def test_texts_are_shown_in_one_language_each() -> None:
    shown = canonical(statement(verb=SUB["verb"], object=ACTIVITY))
    assert shown["verb"]["display"] == {"en-GB": "colour"}
    assert shown["object"] == ACTIVITY | {"definition": DEFINITION | {"name": {"en-GB": "colour"}}}
    assert canonical(statement(object=ACTIVITY), language="de")["object"]["definition"]["name"] == {
        "de": "Farbe"
    }


def test_each_map_is_chosen_from_on_its_own() -> None:
    definition = {"name": {"de": "Name"}, "description": {"en": "text", "de": "Text"}}
    shown = canonical(statement(object=ACTIVITY | {"definition": definition}), language="en, de;q=0.5")
    assert shown["object"]["definition"] == {"name": {"de": "Name"}, "description": {"en": "text"}}


@pytest.mark.parametrize("name", ["choices", "scale", "source", "target", "steps"])
def test_components_are_shown_in_one_language_too(name: str) -> None:
    components = [{"id": "a", "description": TEXTS}, {"id": "b"}]
    shown = canonical(statement(object=ACTIVITY | {"definition": {name: components}}))
    assert shown["object"]["definition"][name] == [
        {"id": "a", "description": {"en-GB": "colour"}},
        {"id": "b"},
    ]


def test_the_canonical_definition_stands_in_for_what_was_sent() -> None:
    known = {ACTIVITY["id"]: {"name": {"en": "known", "de": "bekannt"}, "moreInfo": "https://example.org/i"}}
    expected = {"name": {"en": "known"}, "moreInfo": "https://example.org/i"}
    related = {"parent": [ACTIVITY], "category": {"id": ACTIVITY["id"]}}
    shown = canonical(statement(object=SUB, context={"contextActivities": related}), known)
    assert shown["object"]["object"]["definition"] == expected
    assert shown["context"]["contextActivities"]["parent"][0]["definition"] == expected
    assert shown["context"]["contextActivities"]["category"]["definition"] == expected


def test_an_activity_without_definition_gets_the_canonical_one_or_none() -> None:
    bare: dict[str, Any] = {"id": ACTIVITY["id"]}
    assert canonical(statement(object=bare))["object"] == bare
    assert canonical(statement(object=bare), {bare["id"]: {}})["object"] == bare | {"definition": {}}


def test_agents_references_and_extensions_stay_as_they_are_in_the_canonical_form() -> None:
    document = statement(
        actor=NAMED,
        object=REF,
        authority=NAMED,
        context={
            "instructor": NAMED,
            "statement": REF,
            "extensions": {"https://example.org/e": {"name": TEXTS}},
        },
    )
    assert canonical(document) == document

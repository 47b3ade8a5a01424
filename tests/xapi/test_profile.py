"""Our own profile: its shape, its vocabulary, and our statements measured by its templates."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import msgspec
import pytest

from tests.xapi.builders import BUILDERS
from xapi.model import Verb
from xapi.vocabulary import activity_streams, own

PROFILE: dict[str, Any] = json.loads((resources.files("xapi") / "profile.jsonld").read_text("utf-8"))
VERSION = PROFILE["versions"][0]["id"]
TEMPLATES = {template["id"].split("#")[1]: template for template in PROFILE["templates"]}
CONCEPTS = {concept["id"]: concept for concept in PROFILE["concepts"]}
_STEP = re.compile(r"\.([A-Za-z]+)|\[\*\]|\['([^']+)'\]")


def located(value: Any, location: str) -> list[Any]:
    """The values at a location, for the few JSONPath forms that templates use."""
    found = [value]
    for step in _STEP.finditer(location.removeprefix("$")):
        key = step.group(1) or step.group(2)
        found = [
            inner for one in found for inner in (one if key is None else [one[key]] if key in one else [])
        ]
    return found


def test_the_profile_has_what_the_specification_asks_of_one() -> None:
    assert PROFILE["@context"] == "https://w3id.org/xapi/profiles/context"
    assert (PROFILE["id"], PROFILE["type"]) == (own.PROFILE, "Profile")
    assert PROFILE["conformsTo"].startswith("https://w3id.org/xapi/profiles#1.0")
    assert PROFILE["author"]["type"] in ("Organization", "Person")
    assert PROFILE["prefLabel"]["en"]
    assert PROFILE["definition"]["en"]
    for version in PROFILE["versions"]:
        assert version["id"].startswith(f"{own.PROFILE}/")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", version["generatedAtTime"])


def test_every_concept_and_template_is_described_and_in_this_version() -> None:
    for one in (*PROFILE["concepts"], *PROFILE["templates"]):
        assert one["inScheme"] == VERSION
        assert one["prefLabel"]["en"]
        assert one["definition"]["en"]
    ids = [one["id"] for one in (*PROFILE["concepts"], *PROFILE["templates"])]
    assert len(ids) == len(set(ids))


def test_every_extension_of_ours_is_a_concept_with_a_schema() -> None:
    ours = {iri for iri, concept in CONCEPTS.items() if concept["type"].endswith("Extension")}
    assert ours == set(own.EXTENSIONS)
    for iri in ours:
        assert CONCEPTS[iri]["type"] == "ContextExtension"
        assert json.loads(CONCEPTS[iri]["inlineSchema"])["type"] == "string"
        assert CONCEPTS[iri]["recommendedVerbs"]


def test_the_older_spelling_of_every_activity_streams_term_we_use_matches_the_newer() -> None:
    used = [
        value.id if isinstance(value, Verb) else value
        for name, value in vars(activity_streams).items()
        if name.isupper()
    ]
    used = [iri for iri in used if isinstance(iri, str) and iri.startswith("http") and not iri.endswith("/")]
    assert used
    older = {concept["exactMatch"][0]: iri for iri, concept in CONCEPTS.items() if "exactMatch" in concept}
    assert set(older) == set(used)
    for iri, spelled in older.items():
        assert activity_streams.same_as(spelled) == iri


def test_there_is_a_template_for_every_builder() -> None:
    assert set(TEMPLATES) == set(BUILDERS)


@pytest.mark.parametrize("name", BUILDERS)
def test_what_we_build_follows_its_template(name: str) -> None:
    template = TEMPLATES[name]
    statement = msgspec.json.decode(BUILDERS[name]().raw)
    assert statement["verb"]["id"] == template["verb"]
    if "objectActivityType" in template:
        assert statement["object"]["definition"]["type"] == template["objectActivityType"]
    grouping = located(statement, "$.context.contextActivities.grouping[*].definition.type")
    assert set(template.get("contextGroupingActivityType", grouping)) == set(grouping)
    assert template["rules"]
    for rule in template["rules"]:
        found = located(statement, rule["location"])
        assert bool(found) == (rule["presence"] != "excluded"), rule
        assert all(one in rule["all"] for one in found if "all" in rule), rule
        assert "any" not in rule or any(one in rule["any"] for one in found), rule


@pytest.mark.parametrize("name", BUILDERS)
def test_our_extensions_follow_their_schemas(name: str) -> None:
    extensions = msgspec.json.decode(BUILDERS[name]().raw)["context"].get("extensions", {})
    for iri, value in extensions.items():
        if iri in own.EXTENSIONS:
            schema = json.loads(CONCEPTS[iri]["inlineSchema"])
            assert re.search(schema.get("pattern", ""), value)
            assert TEMPLATES[name]["verb"] in CONCEPTS[iri]["recommendedVerbs"]

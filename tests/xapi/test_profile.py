"""Our own profile: its shape, its vocabulary, and our statements measured by its templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.conftest import shared_data
from tests.xapi.builders import BUILDERS, CASES
from tests.xapi.records import CURATOR, NOW, SqliteFile, prepare, reading, record, writing
from xapi.grades import Grade
from xapi.lrs.store import StatementStore
from xapi.model import Verb
from xapi.validate import validate
from xapi.vocabulary import activity_streams, adl, own

PROFILE: dict[str, Any] = json.loads((resources.files("xapi") / "profile.jsonld").read_text("utf-8"))
VERSION = PROFILE["versions"][0]["id"]
TEMPLATES = {template["id"].split("#")[1]: template for template in PROFILE["templates"]}
CONCEPTS = {concept["id"]: concept for concept in PROFILE["concepts"]}
TEMPLATE_IDS = {template["id"] for template in PROFILE["templates"]}
PATTERNS = {pattern["id"]: pattern for pattern in PROFILE["patterns"]}
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


def template_name(builder: str) -> str:
    return builder.replace("_", "-")


def broken(template: dict[str, Any], statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of a template that a statement breaks."""
    return [rule for rule in template["rules"] if not _holds(rule, located(statement, rule["location"]))]


def _holds(rule: dict[str, Any], found: list[Any]) -> bool:
    if not found:
        return bool(rule["presence"] != "included")
    if rule["presence"] == "excluded":
        return False
    anyhow = "any" not in rule or any(one in rule["any"] for one in found)
    return anyhow and all(one in rule["all"] for one in found if "all" in rule)


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


def test_every_concept_template_and_pattern_is_described_and_in_this_version() -> None:
    described = (*PROFILE["concepts"], *PROFILE["templates"], *PROFILE["patterns"])
    for one in described:
        assert one["inScheme"] == VERSION
        assert one["prefLabel"]["en"]
        assert one["definition"]["en"]
    ids = [one["id"] for one in described]
    assert len(ids) == len(set(ids))


def test_every_extension_of_ours_is_a_concept_with_a_schema() -> None:
    ours = {iri for iri, concept in CONCEPTS.items() if concept["type"].endswith("Extension")}
    assert ours == set(own.EXTENSIONS)
    for iri in ours:
        assert CONCEPTS[iri]["type"] in ("ContextExtension", "ResultExtension")
        assert json.loads(CONCEPTS[iri]["inlineSchema"]).keys() & {"type", "enum"}
        assert CONCEPTS[iri]["recommendedVerbs"]


def test_the_grades_of_evidence_are_listed_from_weak_to_strong() -> None:
    assert json.loads(CONCEPTS[own.EVIDENCE]["inlineSchema"])["enum"] == [one.text for one in sorted(Grade)]


def test_the_older_spelling_of_every_activity_streams_term_we_use_matches_the_newer() -> None:
    used = [
        value.id if isinstance(value, Verb) else value
        for name, value in vars(activity_streams).items()
        if name.isupper()
    ]
    used = [iri for iri in used if isinstance(iri, str) and iri.startswith("http") and not iri.endswith("/")]
    assert used
    older = {
        concept["exactMatch"][0]: iri
        for iri, concept in CONCEPTS.items()
        if concept.get("exactMatch", [""])[0].startswith("http://activitystrea.ms/")
    }
    assert set(older) == set(used)
    for iri, spelled in older.items():
        assert activity_streams.same_as(spelled) == iri


def test_sharing_in_activity_streams_means_the_same_as_in_the_adl_vocabulary() -> None:
    for iri in ("http://activitystrea.ms/share", "http://activitystrea.ms/schema/1.0/share"):
        assert CONCEPTS[iri]["exactMatch"] == [adl.SHARED.id]


def test_there_is_a_template_for_every_builder() -> None:
    assert set(TEMPLATES) == {*map(template_name, BUILDERS), "erased"}


@pytest.mark.parametrize("name", CASES)
def test_what_we_build_follows_its_template(name: str) -> None:
    template = TEMPLATES[template_name(CASES[name].verb)]
    statement = msgspec.json.decode(CASES[name].build().raw)
    assert statement["verb"]["id"] == template["verb"]
    if "objectActivityType" in template:
        assert statement["object"]["definition"]["type"] == template["objectActivityType"]
    grouping = located(statement, "$.context.contextActivities.grouping[*].definition.type")
    assert set(template.get("contextGroupingActivityType", grouping)) == set(grouping)
    assert template["rules"]
    assert broken(template, statement) == []


def test_what_a_template_recommends_is_said_by_some_case() -> None:
    for name, template in TEMPLATES.items():
        built = [case.build().raw for case in CASES.values() if template_name(case.verb) == name]
        statements = [msgspec.json.decode(raw) for raw in built]
        for rule in template["rules"] if built else ():
            if rule["presence"] == "recommended":
                assert any(located(statement, rule["location"]) for statement in statements), (name, rule)


@pytest.mark.parametrize("name", CASES)
def test_our_extensions_follow_their_schemas(name: str) -> None:
    statement = msgspec.json.decode(CASES[name].build().raw)
    for place, kind in (("context", "ContextExtension"), ("result", "ResultExtension")):
        for iri, value in statement.get(place, {}).get("extensions", {}).items():
            if iri in own.EXTENSIONS:
                schema = json.loads(CONCEPTS[iri]["inlineSchema"])
                assert CONCEPTS[iri]["type"] == kind
                assert re.search(schema.get("pattern", ""), value)
                assert value in schema.get("enum", [value])
                assert statement["verb"]["id"] in CONCEPTS[iri]["recommendedVerbs"]


@pytest.mark.parametrize("name", ["approved", "voided"])
def test_what_the_store_says_of_an_erasure_follows_its_template(name: str, tmp_path: Path) -> None:
    database = prepare(SqliteFile(tmp_path / "record.db"))
    erased = BUILDERS[name]()
    record(database, [erased])
    with writing(database) as connection:
        told = StatementStore(connection).erase([erased.id], reason="asked", by=CURATOR, at=NOW)
    with reading(database) as store:
        telling = store.get(told[0].told_by)
    assert telling is not None
    statement = msgspec.json.decode(telling.raw)
    assert validate(telling.raw).verb == own.ERASED
    assert broken(TEMPLATES["erased"], statement) == []
    ours = {iri: value for iri, value in statement["result"]["extensions"].items() if iri in own.EXTENSIONS}
    assert own.OLD_CONTENT in ours
    for iri, value in ours.items():
        assert re.search(json.loads(CONCEPTS[iri]["inlineSchema"])["pattern"], value)


# --------------------------------------------------------------------------- published profiles


def published() -> Iterator[dict[str, Any]]:
    """The templates of the profiles in the shared data."""
    for path in sorted(shared_data("profiles").glob("*.jsonld")):
        for template in json.loads(path.read_text("utf-8")).get("templates", []):
            if template.get("verb"):
                yield template


def test_what_we_build_follows_the_templates_of_published_profiles() -> None:
    """The audio profile has `$.duration` where it means the result's, as the video profile says it."""
    met = set()
    for template in published():
        rules = [rule | {"location": _meant(rule["location"])} for rule in template["rules"]]
        for case in CASES.values():
            statement = msgspec.json.decode(case.build().raw)
            kind = located(statement, "$.object.definition.type")
            if statement["verb"]["id"] == template["verb"] and kind == [template["objectActivityType"]]:
                assert broken({"rules": rules}, statement) == []
                met.add(case.verb)
    assert met == {"initialized", "played", "paused", "seeked", "watched", "terminated"}


def _meant(location: str) -> str:
    return "$.result.duration" if location == "$.duration" else location


# --------------------------------------------------------------------------- patterns


def expression(name: str) -> str:
    """A pattern as a regular expression over template names, each followed by a space."""
    if name in TEMPLATE_IDS:
        return f"(?:{re.escape(name.split('#')[1])} )"
    pattern = PATTERNS[name]
    if "sequence" in pattern:
        return "".join(map(expression, pattern["sequence"]))
    if "alternates" in pattern:
        return f"(?:{'|'.join(map(expression, pattern['alternates']))})"
    if "optional" in pattern:
        return f"(?:{expression(pattern['optional'])})?"
    return f"(?:{expression(pattern['zeroOrMore'])})*"


@pytest.mark.parametrize(
    ("pattern", "told", "follows"),
    [
        ("curation", "imported tagged approved released archived tagged rejected", True),
        ("curation", "approved imported", False),
        ("assignment", "was-assigned launched viewed progressed completed", True),
        ("assignment", "was-assigned launched initialized played paused watched terminated completed", True),
        ("assignment", "was-assigned", True),
        ("assignment", "launched completed", False),
        ("viewing", "initialized played paused seeked played watched terminated", True),
        ("viewing", "initialized played", False),
    ],
)
def test_patterns_tell_in_which_order_things_happen(pattern: str, told: str, follows: bool) -> None:
    wanted = expression(f"{own.PROFILE}/patterns#{pattern}")
    assert bool(re.fullmatch(wanted, f"{told} ")) is follows


def test_every_pattern_is_primary_or_part_of_one() -> None:
    reached = {name for name, pattern in PATTERNS.items() if pattern["primary"]}
    for _ in PATTERNS:
        reached |= {part for name in reached & set(PATTERNS) for part in _parts(PATTERNS[name])}
    assert reached >= set(PATTERNS)
    assert reached - set(PATTERNS) <= TEMPLATE_IDS


def _parts(pattern: dict[str, Any]) -> list[str]:
    several = pattern.get("sequence") or pattern.get("alternates")
    return several or [pattern.get("optional") or pattern["zeroOrMore"]]

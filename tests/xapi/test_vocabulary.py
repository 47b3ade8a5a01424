"""Every verb, activity type and extension is one that its profile defines."""

from __future__ import annotations

import json
from types import ModuleType

import pytest

from tests.conftest import shared_data
from xapi.bridge import KINDS
from xapi.model import Verb
from xapi.validate import validate
from xapi.vocabulary import (
    acrossx,
    activity_streams,
    adl,
    dcterms,
    own,
    tincan_registry,
    tla,
    video,
)

IN_SHARED_DATA = {"adl": adl, "acrossx": acrossx, "activity-streams": activity_streams}

# The profiles of these are not in the shared data; the terms were looked up in the published ones:
# Tin Can registry (registry.tincanapi.com), video v1.0.2, TLA v0.10, and Dublin Core terms.
RECORDED = {
    tincan_registry: {
        "http://id.tincanapi.com/activitytype/chat-message",
        "http://id.tincanapi.com/activitytype/lms",
        "http://id.tincanapi.com/activitytype/resource",
        "http://id.tincanapi.com/activitytype/tag",
    },
    video: {"https://w3id.org/xapi/video/activity-type/video"},
    tla: {
        "https://w3id.org/xapi/tla/verbs/released",
        "https://w3id.org/xapi/tla/activity-types/competency",
        "https://w3id.org/xapi/tla/extensions/reason",
    },
    dcterms: {"http://purl.org/dc/terms/license"},
}


def terms_of(module: ModuleType) -> dict[str, str]:
    """The IRIs a module names, and whether each is a Verb."""
    terms = {}
    for name, value in vars(module).items():
        if name.isupper() and not name.startswith("_"):
            if isinstance(value, Verb):
                terms[value.id] = "Verb"
            elif isinstance(value, str):
                terms[value] = "ActivityType"
    return terms


@pytest.mark.parametrize(("name", "module"), IN_SHARED_DATA.items(), ids=IN_SHARED_DATA.keys())
def test_every_term_is_found_in_its_profile(name: str, module: ModuleType) -> None:
    profile = json.loads(shared_data(f"profiles/{name}.jsonld").read_text())
    defined = {concept["id"]: concept["type"] for concept in profile["concepts"]}
    terms = terms_of(module)
    assert terms
    for iri, kind in terms.items():
        assert defined.get(iri) == kind, iri


@pytest.mark.parametrize(
    ("module", "recorded"), RECORDED.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_terms_of_profiles_outside_the_shared_data_are_the_recorded_ones(
    module: ModuleType, recorded: set[str]
) -> None:
    assert set(terms_of(module)) == recorded


def test_every_module_of_the_vocabulary_is_held_against_a_profile() -> None:
    import xapi.vocabulary

    checked = {*IN_SHARED_DATA.values(), *RECORDED, own}
    assert checked == {getattr(xapi.vocabulary, name) for name in xapi.vocabulary.__all__}


def test_every_verb_is_shown_in_american_english_first() -> None:
    for module in (adl, activity_streams, tla):
        for value in vars(module).values():
            if isinstance(value, Verb):
                assert isinstance(value.display, dict)
                assert next(iter(value.display)) == "en-US"


def test_every_kind_of_item_has_an_activity_type_of_the_vocabulary() -> None:
    known = {iri for module in (*IN_SHARED_DATA.values(), *RECORDED) for iri in terms_of(module)}
    assert set(KINDS.values()) <= known


def test_both_spellings_of_activity_streams_are_one() -> None:
    assert activity_streams.same_as("http://activitystrea.ms/schema/1.0/tag") == activity_streams.TAGGED.id
    assert activity_streams.same_as(activity_streams.TAGGED.id) == activity_streams.TAGGED.id
    assert activity_streams.same_as("https://example.org/tag") == "https://example.org/tag"


def test_terms_are_iris_a_store_accepts() -> None:
    for module in (*IN_SHARED_DATA.values(), *RECORDED, own):
        for iri in terms_of(module):
            thing = {"id": iri, "definition": {"type": iri, "extensions": {iri: 1}}}
            statement = {"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "act:x"}, "object": thing}
            validate(json.dumps(statement).encode())

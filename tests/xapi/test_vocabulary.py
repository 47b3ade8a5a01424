"""Every verb, activity type and extension is one that its profile defines."""

from __future__ import annotations

import json
from types import ModuleType

import pytest

from tests.conftest import shared_data
from xapi.bridge import KINDS, POSTS
from xapi.model import Verb
from xapi.validate import validate
from xapi.vocabulary import (
    acrossx,
    activity_streams,
    adl,
    audio,
    cmi5,
    dcterms,
    dod_isd,
    open_badges,
    own,
    tincan_registry,
    tla,
    video,
)

IN_SHARED_DATA = {
    "acrossx": acrossx,
    "activity-streams": activity_streams,
    "adl": adl,
    "audio": audio,
    "cmi5": cmi5,
    "dod-isd": dod_isd,
}

# Terms of the ADL vocabulary that its profile leaves to the specifications which define them: cmi5 9.3
# (completed, initialized, terminated) and xAPI 1.0.3, Data, 2.4.4.1 (cmi.interaction); `scored` is of the older
# list of verbs, which the profile of Moodle goes on with (https://github.com/xapi-fr/moodle-profile).
SPECIFIED = {
    "http://adlnet.gov/expapi/verbs/scored": "Verb",
    "http://adlnet.gov/expapi/verbs/completed": "Verb",
    "http://adlnet.gov/expapi/verbs/initialized": "Verb",
    "http://adlnet.gov/expapi/verbs/terminated": "Verb",
    "http://adlnet.gov/expapi/activities/cmi.interaction": "ActivityType",
}

# The profiles of these are not in the shared data; the terms were looked up in the published ones:
# Tin Can registry (registry.tincanapi.com), video v1.0.3, TLA v0.10, Open Badges, and Dublin Core terms.
RECORDED = {
    tincan_registry: {
        "http://id.tincanapi.com/activitytype/chat-channel",
        "http://id.tincanapi.com/activitytype/chat-message",
        "http://id.tincanapi.com/activitytype/forum-topic",
        "http://id.tincanapi.com/activitytype/lms",
        "http://id.tincanapi.com/activitytype/resource",
        "http://id.tincanapi.com/activitytype/tag",
        "http://id.tincanapi.com/extension/quality-rating",
        "http://id.tincanapi.com/extension/share-medium",
        "http://id.tincanapi.com/extension/valid-until",
        "http://id.tincanapi.com/verb/bookmarked",
        "http://id.tincanapi.com/verb/earned",
        "http://id.tincanapi.com/verb/expired",
        "http://id.tincanapi.com/verb/replied",
        "http://id.tincanapi.com/verb/viewed",
    },
    video: {
        "https://w3id.org/xapi/video",
        "https://w3id.org/xapi/video/activity-type/video",
        "https://w3id.org/xapi/video/extensions/completion-threshold",
        "https://w3id.org/xapi/video/extensions/length",
        "https://w3id.org/xapi/video/extensions/played-segments",
        "https://w3id.org/xapi/video/extensions/progress",
        "https://w3id.org/xapi/video/extensions/session-id",
        "https://w3id.org/xapi/video/extensions/time",
        "https://w3id.org/xapi/video/extensions/time-from",
        "https://w3id.org/xapi/video/extensions/time-to",
        "https://w3id.org/xapi/video/verbs/paused",
        "https://w3id.org/xapi/video/verbs/played",
        "https://w3id.org/xapi/video/verbs/seeked",
    },
    tla: {
        "https://w3id.org/xapi/tla/verbs/qualified",
        "https://w3id.org/xapi/tla/verbs/recommended",
        "https://w3id.org/xapi/tla/verbs/released",
        "https://w3id.org/xapi/tla/activity-types/badge",
        "https://w3id.org/xapi/tla/activity-types/competency",
        "https://w3id.org/xapi/tla/activity-types/content_set",
        "https://w3id.org/xapi/tla/activity-types/credential",
        "https://w3id.org/xapi/tla/extensions/due_date",
        "https://w3id.org/xapi/tla/extensions/reason",
        "https://w3id.org/xapi/tla/extensions/recommendation_order",
    },
    open_badges: {"http://specification.openbadges.org/xapi/extensions/badgeassertion"},
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
                terms[value] = _kind(name, value)
    return terms


def _kind(name: str, iri: str) -> str:
    """What a term is, apart from verbs: the profile itself, the key of an extension, or an activity type."""
    if name in ("PROFILE", "CATEGORY"):
        return "Profile"
    return "Extension" if "/extensions/" in iri else "ActivityType"


@pytest.mark.parametrize(("name", "module"), IN_SHARED_DATA.items(), ids=IN_SHARED_DATA.keys())
def test_every_term_is_found_in_its_profile(name: str, module: ModuleType) -> None:
    profile = json.loads(shared_data(f"profiles/{name}.jsonld").read_text())
    defined = {concept["id"]: concept["type"] for concept in profile["concepts"]} | SPECIFIED
    defined[profile["id"]] = "Profile"
    terms = terms_of(module)
    assert terms
    for iri, kind in terms.items():
        assert defined.get(iri, "").removeprefix("Context").removeprefix("Result") == kind, iri


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
    for module in (*IN_SHARED_DATA.values(), *RECORDED):
        for value in vars(module).values():
            if isinstance(value, Verb):
                assert isinstance(value.display, dict)
                assert next(iter(value.display)) == "en-US"


def test_every_kind_of_item_has_an_activity_type_of_the_vocabulary() -> None:
    known = {iri for module in (*IN_SHARED_DATA.values(), *RECORDED) for iri in terms_of(module)}
    assert {*KINDS.values(), *POSTS.values()} <= known


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

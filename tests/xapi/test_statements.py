"""What our statements say, and what they never say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.builders import BUILDERS, DECISION, ITEM, JUDGED
from tests.xapi.records import AUTHORITY, BRIDGE, CURATOR, NOW, uuid_of
from xapi import statements as say
from xapi.bridge import KINDS
from xapi.errors import XapiError
from xapi.model import Actor
from xapi.statements import Built
from xapi.validate import validate
from xapi.vocabulary import activity_streams

EVERY = pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS.keys())


def read(built: Built) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.json.decode(built.raw)
    return document


@EVERY
def test_a_built_statement_is_valid_and_bears_its_id(build: Callable[..., Built]) -> None:
    built = build()
    assert validate(built.raw).id == built.id
    assert built.id.version == 5


@EVERY
def test_building_again_gives_the_same_bytes(build: Callable[..., Built]) -> None:
    assert build() == build()


def test_another_process_builds_the_same_bytes() -> None:
    code = (
        "from tests.xapi.builders import BUILDERS\n"
        "for build in BUILDERS.values(): print(build().raw.decode())"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert told.stdout.encode().splitlines() == [build().raw for build in BUILDERS.values()]


@EVERY
def test_an_act_repeated_after_a_void_has_another_id(build: Callable[..., Built]) -> None:
    ids = {build(revision=revision).id for revision in range(3)}
    assert len(ids) == 3
    assert build(revision=0) == build()


@EVERY
def test_our_profile_is_the_category(build: Callable[..., Built]) -> None:
    related = read(build())["context"]["contextActivities"]
    assert related["category"][0] == {"id": "https://w3id.org/xapi/gleanery"}


@EVERY
def test_nobody_is_named_by_a_mailbox(build: Callable[..., Built]) -> None:
    document = read(build())
    assert set(document["actor"]) == {"account"}
    assert b"mbox" not in build().raw


@EVERY
def test_the_verb_is_shown_in_american_english_first(build: Callable[..., Built]) -> None:
    assert next(iter(read(build())["verb"]["display"])) == "en-US"


@EVERY
def test_times_are_told_in_universal_time(build: Callable[..., Built]) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert build(at=there) == build()
    assert read(build())["timestamp"] == "2024-05-01T10:00:00.123456Z"


@EVERY
def test_a_naive_time_is_refused(build: Callable[..., Built]) -> None:
    with pytest.raises(XapiError, match="zone"):
        build(at=NOW.replace(tzinfo=None))


@EVERY
def test_an_actor_named_otherwise_is_refused(build: Callable[..., Built]) -> None:
    with pytest.raises(XapiError, match="account"):
        build(by=Actor(mbox="mailto:someone@example.org"))


@EVERY
def test_the_time_is_not_part_of_the_id(build: Callable[..., Built]) -> None:
    assert build(at=NOW + timedelta(days=1)).id == build().id


def test_the_id_is_the_uuid5_of_what_happened() -> None:
    """Held to the written rule, by the slow way."""
    from uuid import NAMESPACE_URL, uuid5

    namespace = uuid5(NAMESPACE_URL, "https://w3id.org/xapi/gleanery")
    key = [
        str(BRIDGE.organisation),
        "YouTube",
        str(DECISION),
        "http://activitystrea.ms/approve",
        ["https://people.example.org", CURATOR.account.name],  # type: ignore[union-attr]
        f"https://bridge.example.org/items/{uuid_of('item')}",
    ]
    assert BUILDERS["approved"]().id == uuid5(namespace, msgspec.json.encode(key).decode())
    assert BUILDERS["approved"](revision=2).id == uuid5(namespace, msgspec.json.encode([*key, 2]).decode())


def test_every_part_of_the_key_makes_another_id() -> None:
    base = BUILDERS["approved"]().id
    others = {
        BUILDERS["approved"](decision=uuid_of("another")).id,
        BUILDERS["approved"](by=BRIDGE.machine("policy:demo")).id,
        BUILDERS["rejected"]().id,
        say.approved(BRIDGE, BRIDGE.item(uuid_of("another"), "video", "YouTube"), **JUDGED).id,
        say.approved(BRIDGE, BRIDGE.item(uuid_of("item"), "video", "Slack"), **JUDGED).id,
        say.approved(BRIDGE._replace(organisation=uuid_of("another")), ITEM, **JUDGED).id,
    }
    assert len(others | {base}) == 7


@given(st.lists(st.text(max_size=5), min_size=2, max_size=2, unique=True))
def test_neighbouring_parts_of_the_key_never_run_together(names: list[str]) -> None:
    one, two = names
    verb = activity_streams.TAGGED
    assert say.statement_id(BRIDGE, one, two, verb, CURATOR, "x") != say.statement_id(
        BRIDGE, two, one, verb, CURATOR, "x"
    )


def test_imported_tells_of_connector_tags_content_and_licence() -> None:
    document = read(BUILDERS["imported"]())
    assert document["verb"]["id"] == "http://adlnet.gov/expapi/verbs/imported"
    assert document["actor"]["account"] == {
        "homePage": "https://bridge.example.org",
        "name": "connector:feeds:blog",
    }
    assert document["object"]["definition"] == {
        "type": "https://w3id.org/xapi/video/activity-type/video",
        "name": {"en-US": "Video on YouTube"},
    }
    assert document["context"]["platform"] == "YouTube"
    assert document["context"]["contextActivities"]["other"] == [
        {
            "id": "https://bridge.example.org/tags/python",
            "definition": {"type": "http://id.tincanapi.com/activitytype/tag"},
        }
    ]
    assert document["context"]["extensions"] == {
        "https://w3id.org/xapi/gleanery/extensions/content-hmac": "00" * 32,
        "http://purl.org/dc/terms/license": "https://creativecommons.org/licenses/by/4.0/",
    }
    assert "result" not in document


def test_what_is_not_known_is_not_told() -> None:
    document = read(BUILDERS["imported"](tags=(), content=None, licence=None))
    assert set(document["context"]) == {"contextActivities", "platform"}
    assert set(document["context"]["contextActivities"]) == {"category"}


def test_tagged_tells_of_competencies_decision_and_method() -> None:
    document = read(BUILDERS["tagged"](method="model:relevance@1.2"))
    assert document["verb"]["id"] == "http://activitystrea.ms/tag"
    assert [one["definition"]["type"] for one in document["context"]["contextActivities"]["other"]] == [
        "https://w3id.org/xapi/tla/activity-types/competency",
        "http://id.tincanapi.com/activitytype/tag",
    ]
    assert document["context"]["extensions"] == {
        "https://w3id.org/xapi/gleanery/extensions/decision-id": str(DECISION),
        "https://w3id.org/xapi/gleanery/extensions/method": "model:relevance@1.2",
    }


def test_approved_tells_of_success_quality_and_competency() -> None:
    document = read(BUILDERS["approved"]())
    assert document["verb"]["id"] == "http://activitystrea.ms/approve"
    assert document["result"] == {"score": {"scaled": 0.75}, "success": True}
    assert document["context"]["contextActivities"]["grouping"][0]["id"] == (
        "https://bridge.example.org/competencies/c-1"
    )
    assert read(BUILDERS["approved"](quality=None))["result"] == {"success": True}


@pytest.mark.parametrize("quality", [-0.1, 1.1, float("nan")])
def test_a_quality_outside_its_range_is_refused(quality: float) -> None:
    with pytest.raises(XapiError, match="between 0 and 1"):
        BUILDERS["approved"](quality=quality)


def test_rejected_tells_of_failure_and_a_reason_code() -> None:
    document = read(BUILDERS["rejected"]())
    assert document["verb"]["id"] == "http://activitystrea.ms/reject"
    assert document["result"] == {"success": False}
    assert document["context"]["extensions"]["https://w3id.org/xapi/tla/extensions/reason"] == "too-short"


@pytest.mark.parametrize("text", ["It was far too short.", "", "Zu-kurz", "a" * 300])
def test_a_sentence_is_no_reason_and_no_method(text: str) -> None:
    with pytest.raises(XapiError, match="code"):
        BUILDERS["rejected"](reason=text)
    with pytest.raises(XapiError, match="code"):
        BUILDERS["approved"](method=text)


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("released", "https://w3id.org/xapi/tla/verbs/released"),
        ("archived", "http://activitystrea.ms/archive"),
    ],
)
def test_released_and_archived_tell_of_destination_and_receipt(name: str, verb: str) -> None:
    document = read(BUILDERS[name]())
    assert document["verb"]["id"] == verb
    assert document["object"]["id"] == ITEM.activity.id
    assert document["object"]["definition"] == {"type": "http://id.tincanapi.com/activitytype/resource"}
    assert document["context"]["contextActivities"]["grouping"] == [
        {
            "id": "https://bridge.example.org/destinations/moodle",
            "definition": {"type": "http://id.tincanapi.com/activitytype/lms"},
        }
    ]
    assert document["context"]["extensions"] == {"https://w3id.org/xapi/gleanery/extensions/receipt": "42"}


def test_voided_points_at_the_statement() -> None:
    document = read(BUILDERS["voided"]())
    assert document["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert document["object"] == {"objectType": "StatementRef", "id": str(uuid_of("statement"))}
    assert set(document["context"]) == {"contextActivities"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_item_has_a_type_and_a_name_without_anybodys_words(kind: str) -> None:
    activity = BRIDGE.item(uuid_of("item"), kind, "Slack").activity
    document = msgspec.json.decode(msgspec.json.encode(activity))
    assert document["definition"] == {"type": KINDS[kind], "name": {"en-US": f"{kind.capitalize()} on Slack"}}


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(XapiError, match="article, audio"):
        BRIDGE.item(uuid_of("item"), "song", "Slack")


@given(st.text(max_size=30))
def test_any_tag_makes_a_valid_activity(label: str) -> None:
    validate(BUILDERS["imported"](tags=[BRIDGE.tag(label)]).raw)
    assert BRIDGE.tag(label.upper().lower()) == BRIDGE.tag(label.upper().lower().upper().lower())


@given(st.text(max_size=30).filter(lambda text: "://" not in text))
def test_any_name_of_a_competency_or_destination_makes_a_valid_activity(name: str) -> None:
    validate(BUILDERS["approved"](competencies=[BRIDGE.competency(name)]).raw)
    validate(BUILDERS["released"](destination=BRIDGE.destination(name)).raw)


def test_a_competency_keeps_the_iri_of_its_framework() -> None:
    iri = "http://data.europa.eu/esco/skill/1"
    assert BRIDGE.competency(iri).id == iri


def test_a_person_is_named_in_the_directory_and_a_machine_at_the_bridge() -> None:
    person = uuid_of("somebody")
    named = BRIDGE.person(person).account
    assert (named.home_page, named.name) == ("https://people.example.org", str(person))  # type: ignore[union-attr]
    assert AUTHORITY.account.home_page == "https://bridge.example.org"  # type: ignore[union-attr]


def test_a_content_hash_needs_the_key() -> None:
    one = say.content_hmac(b"key of a post", "a short text")
    assert one == say.content_hmac(b"key of a post", "a short text")
    assert one != say.content_hmac(b"another key", "a short text")
    assert len(one) == 64


def test_a_statement_carries_the_microseconds_of_its_source() -> None:
    at = datetime(2024, 5, 1, 10, 0, 0, 1, tzinfo=UTC)
    assert read(BUILDERS["approved"](at=at))["timestamp"] == "2024-05-01T10:00:00.000001Z"


def test_an_id_can_be_computed_before_its_statement_is_built() -> None:
    known = say.statement_id(
        BRIDGE, "YouTube", str(DECISION), activity_streams.APPROVED, CURATOR, ITEM.activity.id
    )
    assert isinstance(known, UUID)
    assert known == BUILDERS["approved"]().id

"""What statements about people say, and what they leave out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from tests.xapi.builders import BUILDERS
from tests.xapi.records import BRIDGE, CURATOR, uuid_of
from xapi import statements as say
from xapi.bridge import POSTS
from xapi.errors import XapiError
from xapi.grades import Grade
from xapi.statements import Built
from xapi.vocabulary import own

CHANNEL = BRIDGE.channel("Slack", "T1/C1")
ASSIGNMENT = say.Assignment(uuid_of("assignment"), by=CURATOR, path=BRIDGE.path(uuid_of("path")))


def read(built: Built) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.json.decode(built.raw)
    return document


# --------------------------------------------------------------------------- words


@pytest.mark.parametrize("verb", ["posted", "replied", "commented", "asked", "answered"])
def test_words_stay_out_unless_the_organisation_lets_them_in(verb: str) -> None:
    build = BUILDERS[verb]
    assert b"scaffold" not in build(words=say.Words("a scaffold")).raw
    assert build(words=say.Words("a scaffold")) == build()
    assert read(build(words=say.Words("a scaffold", "full")))["result"]["response"] == "a scaffold"
    hashed = build(words=say.Words("a scaffold", "hash", b"the post's key"))
    assert b"scaffold" not in hashed.raw
    told = read(hashed)["context"]["extensions"][own.CONTENT_HMAC]
    assert told == say.content_hmac(b"the post's key", "a scaffold")


@pytest.mark.parametrize("verb", ["posted", "replied", "commented", "asked", "answered"])
def test_words_are_not_part_of_the_id(verb: str) -> None:
    assert BUILDERS[verb](words=say.Words("one", "full")).id == BUILDERS[verb]().id


def test_a_hash_without_the_posts_key_is_refused() -> None:
    with pytest.raises(XapiError, match="key"):
        BUILDERS["posted"](words=say.Words("short", "hash"))


# --------------------------------------------------------------------------- posts


def test_every_kind_of_post_is_named_by_its_kind_and_platform() -> None:
    for kind, iri in POSTS.items():
        definition = msgspec.to_builtins(BRIDGE.post(uuid_of("post"), kind, "Slack").activity.definition)
        assert definition == {"type": iri, "name": {"en-US": f"{kind.capitalize()} on Slack"}}


def test_an_unknown_kind_of_post_is_refused_with_the_known_ones() -> None:
    with pytest.raises(XapiError, match="comment, message"):
        BRIDGE.post(uuid_of("post"), "poem", "Slack")


def test_a_comment_is_about_the_thing_and_found_as_a_related_activity() -> None:
    comment = BRIDGE.post(uuid_of("other comment"), "comment", "YouTube").activity
    document = read(BUILDERS["commented"](comment=comment))
    assert document["object"]["id"].startswith("https://bridge.example.org/items/")
    assert document["context"]["contextActivities"]["other"][0]["id"] == comment.id


@pytest.mark.parametrize("reaction", ["Ha Ha", "smile!", "", "x" * 300])
def test_a_reaction_is_a_name_and_not_a_sentence(reaction: str) -> None:
    with pytest.raises(XapiError, match="code"):
        BUILDERS["reacted"](reaction=reaction)


@pytest.mark.parametrize("medium", ["Slack", "e-mail", "", "a message"])
def test_a_share_medium_is_one_lower_case_word(medium: str) -> None:
    with pytest.raises(XapiError, match="word"):
        BUILDERS["shared"](medium=medium)


def test_a_mention_is_a_person_of_the_directory() -> None:
    person = uuid_of("a colleague")
    assert BRIDGE.mention(person).id == f"https://people.example.org/{person}"


def test_ids_with_a_slash_of_their_own_stay_one_part_of_the_address() -> None:
    assert CHANNEL.id == "https://bridge.example.org/channels/Slack/T1%2FC1"
    assert BRIDGE.channel("Slack/T1", "C1").id != CHANNEL.id


# --------------------------------------------------------------------------- assignments


def test_the_registration_is_the_uuid5_of_organisation_person_and_assignment() -> None:
    from uuid import NAMESPACE_URL

    namespace = uuid5(NAMESPACE_URL, "https://w3id.org/xapi/gleanery")
    person = uuid_of("somebody")
    key = [str(BRIDGE.organisation), str(person), str(ASSIGNMENT.id)]
    expected = uuid5(namespace, msgspec.json.encode(key).decode())
    assert say.registration(BRIDGE, BRIDGE.person(person), ASSIGNMENT.id) == expected
    built = BUILDERS["launched"](by=BRIDGE.person(person), assignment=ASSIGNMENT)
    assert UUID(read(built)["context"]["registration"]) == expected


def test_all_acts_of_one_assignment_share_a_registration_that_no_other_person_has() -> None:
    acts = ("was_assigned", "launched", "viewed", "progressed", "completed", "recommended")
    found = {read(BUILDERS[verb](assignment=ASSIGNMENT))["context"]["registration"] for verb in acts}
    assert len(found) == 1
    other = BUILDERS["launched"](assignment=ASSIGNMENT, by=BRIDGE.person(uuid_of("another")))
    assert read(other)["context"]["registration"] not in found


@pytest.mark.parametrize("verb", ["launched", "viewed", "progressed", "completed"])
def test_free_activity_has_no_registration(verb: str) -> None:
    context = read(BUILDERS[verb](assignment=None))["context"]
    assert not context.keys() & {"registration", "instructor"}
    assert context["contextActivities"].keys() == {"category"}


def test_who_assigned_is_told_once_and_not_in_every_act() -> None:
    telling = [v for v in BUILDERS if "instructor" in read(BUILDERS[v]())["context"]]
    assert sorted(telling) == ["recommended", "was_assigned"]


def test_times_in_extensions_are_told_in_universal_time() -> None:
    due = datetime(2024, 6, 1, tzinfo=UTC)
    document = read(BUILDERS["was_assigned"](due=due.astimezone()))
    assert document["context"]["extensions"]["https://w3id.org/xapi/tla/extensions/due_date"] == (
        "2024-06-01T00:00:00Z"
    )
    with pytest.raises(XapiError, match="zone"):
        BUILDERS["earned"](valid_until=due.replace(tzinfo=None))


# --------------------------------------------------------------------------- learning


def test_grades_of_evidence_rise_from_self_declared_to_reported_by_the_lms() -> None:
    grades = ["self-declared", "opened", "video-threshold", "question-passed", "lms-reported"]
    assert [grade.text for grade in sorted(Grade)] == grades
    assert [Grade.of(text) for text in grades] == list(Grade)
    with pytest.raises(XapiError, match="self-declared, opened"):
        Grade.of("rumoured")


@pytest.mark.parametrize("grade", Grade)
def test_a_completion_says_on_what_it_rests(grade: Grade) -> None:
    result = read(BUILDERS["completed"](evidence=grade))["result"]
    assert result["completion"] is True
    assert result["extensions"] == {own.EVIDENCE: grade.text}


@pytest.mark.parametrize("progress", [-1, 101])
def test_progress_outside_its_range_is_refused(progress: int) -> None:
    with pytest.raises(XapiError, match="0 to 100"):
        BUILDERS["progressed"](progress=progress)


@pytest.mark.parametrize(
    ("lasted", "text"),
    [
        (timedelta(), "PT0S"),
        (timedelta(seconds=754.25), "PT754.25S"),
        (timedelta(hours=30), "PT108000S"),
        (timedelta(microseconds=4999), "PT0S"),
    ],
)
def test_durations_are_told_to_hundredths_of_a_second(lasted: timedelta, text: str) -> None:
    assert read(BUILDERS["completed"](lasted=lasted))["result"]["duration"] == text


def test_a_duration_below_zero_is_refused() -> None:
    with pytest.raises(XapiError, match="below zero"):
        BUILDERS["completed"](lasted=-timedelta(seconds=1))


def test_an_item_is_a_resource_and_a_path_stays_a_learning_plan() -> None:
    path = say.Item(BRIDGE.path(uuid_of("path")), "Moodle")
    act: dict[str, Any] = {"event": "1", "by": CURATOR, "at": datetime(2024, 5, 1, tzinfo=UTC)}
    built = say.launched(BRIDGE, path, **act)
    assert read(built)["object"]["definition"]["type"].endswith("/learning-plan")
    assert read(BUILDERS["launched"]())["object"]["definition"]["type"].endswith("/resource")


@pytest.mark.parametrize("name", ["badge", "competency", "credential"])
def test_what_is_earned_keeps_the_iri_of_its_issuer(name: str) -> None:
    iri = "https://badges.example.org/classes/1"
    assert getattr(BRIDGE, name)(iri).id == iri
    assert re.fullmatch(
        r"https://bridge\.example\.org/[a-z]+/first%20aid", getattr(BRIDGE, name)("first aid").id
    )

"""What learners did in Moodle becomes deeds: in the recorded shapes, only news, by number and never by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gleanery.errors import Unreachable
from gleanery.ports import Deed, Placed, Reported
from lms_adapters.moodle.client import BATCH
from lms_adapters.moodle.reading_back import (
    BADGES,
    COMPETENCIES,
    COMPLETION,
    FUNCTIONS,
    GRADES,
    RATINGS,
    USERS,
)
from tests.lms_adapters.items import item_id
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer

AT = 1_790_000_000
ENTRIES = [Placed(item_id(1), "cm:33"), Placed(item_id(2), "cm:34"), Placed(item_id(3), "7")]
VIEWED = [{"rulename": "completionview", "rulevalue": {"status": 1, "description": "View"}}]


@pytest.fixture
def course(moodle: MoodleServer) -> MoodleServer:
    """A course with two learners."""
    moodle.learning.users = [61, 62]
    return moodle


def read(
    make: MakeAdapter, moodle: MoodleServer, state: Mapping[str, Any]
) -> tuple[list[Deed], list[Reported]]:
    """The deeds since a state, and the pages."""
    adapter = make(course=moodle.course)
    pages = [
        Reported(page.deeds, json.loads(json.dumps(page.state)), page.notes)
        for page in adapter.read_back(ENTRIES, state)
    ]
    return [deed for page in pages for deed in page.deeds], pages


def time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_completion_is_told_with_what_it_rests_on(make: MakeAdapter, course: MoodleServer) -> None:
    learning = course.learning
    learning.complete(61, 33, AT, tracking=2, details=VIEWED)
    learning.complete(61, 34, AT + 1, tracking=1, details=[])
    learning.complete(62, 33, AT + 2, tracking=2, overrideby=7)
    learning.complete(62, 34, AT + 3, tracking=2, state=2, details=[{"rulename": "completionusegrade"}])
    learning.complete(62, 99, AT + 4)
    deeds, _ = read(make, course, {})
    assert [(d.account, d.item_id, d.evidence, d.by_hand, d.passed) for d in deeds] == [
        ("61", item_id(1), "opened", False, None),
        ("61", item_id(2), "self-declared", False, None),
        ("62", item_id(1), "lms-reported", True, None),
        ("62", item_id(2), "lms-reported", False, True),
    ]
    assert {deed.did for deed in deeds} == {"completed"}
    assert {deed.realm for deed in deeds} == {course.url}
    assert [deed.at for deed in deeds] == [time(AT), time(AT + 1), time(AT + 2), time(AT + 3)]
    assert len({deed.event for deed in deeds}) == 4


@pytest.mark.parametrize("state", [0, 3])
def test_what_is_not_complete_or_failed_is_no_completion(
    make: MakeAdapter, course: MoodleServer, state: int
) -> None:
    course.learning.complete(61, 33, AT, state=state)
    course.learning.complete(61, 34, 0)
    assert read(make, course, {})[0] == []


def test_a_grade_is_told_as_a_share_and_only_of_our_activities(
    make: MakeAdapter, course: MoodleServer
) -> None:
    learning = course.learning
    learning.grade(61, 33, 8, AT)
    learning.grade(61, 34, 5, AT, grademin=2, grademax=4, gradeisoverridden=True)
    learning.grade(62, 33, None, AT)
    learning.grade(62, 34, 3, AT, grademin=3, grademax=3)
    learning.grade(62, 99, 9, AT)
    deeds, _ = read(make, course, {})
    assert [(d.did, d.account, d.item_id, d.score, d.by_hand) for d in deeds] == [
        ("graded", "61", item_id(1), 0.8, False),
        ("graded", "61", item_id(2), 1.0, True),
    ]
    assert len(course.called(GRADES)) == 1


def test_a_competency_is_told_once_proficient_and_when_that_is_taken_back(
    make: MakeAdapter, course: MoodleServer
) -> None:
    learning = course.learning
    learning.rate(61, AT, proficient=True, by=7)
    learning.rate(62, AT, proficient=False, by=7)
    deeds, pages = read(make, course, {})
    (deed,) = deeds
    assert (deed.did, deed.account, deed.by_hand, deed.item_id) == ("qualified", "61", True, None)
    assert deed.award
    assert deed.award.startswith(f"{course.url}/admin/tool/lp/")
    assert deed.label
    learning.rate(61, AT + 9, proficient=False, by=7)
    lapsed, pages = read(make, course, pages[-1].state)
    assert [(one.did, one.award) for one in lapsed] == [("lapsed", deed.award)]
    assert read(make, course, pages[-1].state)[0] == []


def test_a_competency_with_an_address_of_its_own_is_told_by_that(
    make: MakeAdapter, course: MoodleServer
) -> None:
    iri = "https://skills.example/ladder"
    course.learning.rate(61, AT, proficient=True, by=61, idnumber=iri)
    ((deed,), _) = read(make, course, {})
    assert (deed.award, deed.by_hand) == (iri, False)


def test_a_badge_is_told_with_its_end_and_those_of_other_courses_are_not(
    make: MakeAdapter, course: MoodleServer
) -> None:
    learning = course.learning
    learning.issue(61, AT, uniquehash="a1", dateexpire=AT + 100)
    learning.issue(61, AT, uniquehash="b2", courseid=course.course)
    learning.issue(61, AT, uniquehash="c3", courseid=99)
    deeds, _ = read(make, course, {})
    assert [(deed.did, deed.valid_until, deed.event[-2:]) for deed in deeds] == [
        ("earned", time(AT + 100), "a1"),
        ("earned", None, "b2"),
    ]
    assert all(deed.award and deed.award.startswith(course.url) and deed.label for deed in deeds)


def fill(moodle: MoodleServer, users: int) -> None:
    """A course in which everybody did something of each kind."""
    moodle.learning.users = list(range(100, 100 + users))
    for user in moodle.learning.users:
        moodle.learning.complete(user, 33, AT)
        moodle.learning.grade(user, 33, 8, AT)
        moodle.learning.rate(user, AT, proficient=True, by=7)
        moodle.learning.issue(user, AT, uniquehash=f"h{user}")


def test_only_news_comes_and_a_cut_between_pages_loses_and_repeats_nothing(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    fill(moodle, 130)
    deeds, pages = read(make, moodle, {})
    assert len(pages) == 2
    assert len({deed.event for deed in deeds}) == len(deeds) == 130 * 4
    assert read(make, moodle, pages[-1].state)[0] == []
    rest, _ = read(make, moodle, pages[0].state)
    assert {deed.event for deed in rest} == {deed.event for deed in pages[1].deeds}
    moodle.learning.complete(101, 34, AT + 5)
    news, _ = read(make, moodle, pages[-1].state)
    assert [(deed.account, deed.item_id) for deed in news] == [("101", item_id(2))]


def test_a_completion_that_was_set_anew_is_news(make: MakeAdapter, course: MoodleServer) -> None:
    course.learning.complete(61, 33, AT)
    _, pages = read(make, course, {})
    course.learning.complete(61, 33, AT + 5, overrideby=7)
    ((deed,), _) = read(make, course, pages[-1].state)
    assert deed.by_hand


def test_questions_go_in_batches_where_the_token_allows_and_say_the_same_one_by_one(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    fill(moodle, 30)
    batched, _ = read(make, moodle, {})
    assert len(moodle.called(BATCH)) == 4  # 90 questions, 25 at a time
    assert len(moodle.requests) == 4 + 4  # site, users, grades, competencies of the course
    moodle.missing.add(BATCH)
    single, _ = read(make, moodle, {})
    assert single == batched


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name != USERS])
def test_a_function_that_the_token_lacks_is_named_and_the_rest_goes_on(
    make: MakeAdapter, moodle: MoodleServer, function: str, batch: bool
) -> None:
    fill(moodle, 3)
    moodle.missing.update({function} if batch else {function, BATCH})
    deeds, pages = read(make, moodle, {})
    assert len(deeds) == 9
    (note,) = [note for page in pages for note in page.notes]
    assert function in note
    assert moodle.called(function) == []


def test_without_the_list_of_learners_nothing_is_read_and_the_function_is_named(
    make: MakeAdapter, course: MoodleServer
) -> None:
    course.missing.add(USERS)
    deeds, (page,) = read(make, course, {"told": {"61": ["x"]}})
    assert deeds == []
    assert USERS in page.notes[0]
    assert page.state == {"told": {"61": ["x"]}}


@pytest.mark.parametrize("function", [GRADES, COMPETENCIES])
def test_a_right_that_is_missing_is_noted_with_its_name_and_the_rest_goes_on(
    make: MakeAdapter, moodle: MoodleServer, function: str
) -> None:
    fill(moodle, 3)
    moodle.fail_next("nopermissions", function)
    deeds, pages = read(make, moodle, {})
    assert len(deeds) == 9
    (note,) = [note for page in pages for note in page.notes]
    assert "lacks a capability" in note
    assert {GRADES: "gradereport/user:view", COMPETENCIES: "coursecompetencyview"}[function] in note


@pytest.mark.parametrize("function", [COMPLETION, RATINGS, BADGES])
def test_an_answer_that_is_refused_for_one_learner_is_noted_and_the_others_are_read(
    make: MakeAdapter, moodle: MoodleServer, function: str
) -> None:
    fill(moodle, 3)
    moodle.refused_in_batch = {(function, "101"): "nopermissions"}
    deeds, pages = read(make, moodle, {})
    assert len(deeds) == 11
    assert len([note for page in pages for note in page.notes]) == 1


def test_a_site_that_goes_down_amid_the_reading_is_tried_again(
    make: MakeAdapter, course: MoodleServer
) -> None:
    course.fail_next("maintenance", BATCH)
    with pytest.raises(Unreachable):
        read(make, course, {})


def test_without_a_course_the_setting_is_named(make: MakeAdapter, course: MoodleServer) -> None:
    (page,) = make().read_back(ENTRIES, {})
    assert page.notes == ("moodle: nothing is read back: set `course`.",)
    assert course.called(USERS) == []


def test_nobody_is_named(make: MakeAdapter, moodle: MoodleServer) -> None:
    fill(moodle, 2)
    deeds, pages = read(make, moodle, {})
    told = repr(deeds) + repr(pages)
    assert "@example" not in told
    for shown in ("Learner", "Stan", "Tess", "Student"):
        assert shown not in told
    assert {deed.account for deed in deeds} == {"100", "101"}

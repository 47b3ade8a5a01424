"""Which tier, and why; a switch makes nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from gleanery.errors import ConfigError, Unreachable
from gleanery.ports import Check
from lms_adapters.moodle.tier_activities import FUNCTIONS
from tests.lms_adapters.items import item
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer


def tier_line(checks: Any) -> Check:
    (line,) = [check for check in checks if check.name == "tier"]
    assert line.ok or line.remedy
    return line


def test_with_the_plugin_in_the_token_items_become_activities(settle: MakeAdapter) -> None:
    checks = settle().preflight()
    assert all(check.ok for check in checks)
    assert [check.name for check in checks] == ["site", "tier", "course"]
    message = tier_line(checks).message
    assert "activities of the course, seen by learners at once: the token's service holds" in message
    assert "hidden until a teacher shows them" in tier_line(settle(hidden=True).preflight()).message
    assert settle().upsert(item(), None).remote_id.startswith("cm:")


def test_without_the_plugin_they_become_entries_and_the_line_says_why(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    line = tier_line(make(database=None, course=moodle.course, name=moodle.activity_name).preflight())
    assert line.ok
    assert (
        "entries of a Database activity: the token's service holds no function of our plugin" in line.message
    )
    assert "no `course` is set for activities" in tier_line(make().preflight()).message
    assert "`tier: entries` is set" in tier_line(make(tier="entries").preflight()).message


def test_a_plugin_of_which_a_function_is_missing_is_not_used_and_the_function_is_named(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.missing.add(FUNCTIONS[1])
    line = tier_line(settle(database=campus.activity.id).preflight())
    assert line.ok
    assert f"lacks {FUNCTIONS[1]}" in line.message


def test_without_a_place_for_entries_the_tier_fails_with_both_remedies(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.missing.update(FUNCTIONS)
    line = tier_line(settle().preflight())
    assert not line.ok
    assert "gleanery destinations moodle-plugin" in line.remedy
    assert "`database`" in line.remedy


def test_activities_that_were_asked_for_name_each_missing_function(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.missing.update(FUNCTIONS[:2])
    failed = [check for check in settle(tier="activities").preflight() if not check.ok]
    assert [check.name for check in failed] == [f"function {name}" for name in FUNCTIONS[:2]]
    assert all("moodle-plugin" in check.remedy for check in failed)


def test_each_right_that_is_missing_and_a_section_that_is_not_there_are_named(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.plugin.set("denied", ["mod/url:addinstance", "moodle/course:update"])
    failed = {check.name: check for check in settle(section=2).preflight() if not check.ok}
    assert set(failed) == {"capability moodle/course:update", "capability mod/url:addinstance", "section"}
    assert all(check.remedy for check in failed.values())
    assert "the last one is 1" in failed["section"].message
    campus.plugin.set("denied", ["local/gleanery:manage"])
    [course] = [check for check in settle().preflight() if not check.ok]
    assert (course.name, "local/gleanery:manage" in course.remedy) == ("course", True)


def test_a_course_that_is_not_there_fails_its_line(settle: MakeAdapter, campus: MoodleServer) -> None:
    campus.plugin.do("drop course")
    (line,) = [check for check in settle().preflight() if not check.ok]
    assert line.name == "course"
    assert "no such course" in line.message


def both(settle: MakeAdapter, campus: MoodleServer, **changes: Any) -> Any:
    """An adapter with places for both tiers."""
    return settle(database=campus.activity.id, **changes)


def test_what_stands_as_an_entry_stays_one_when_the_plugin_comes_and_what_is_new_becomes_an_activity(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.missing.update(FUNCTIONS)
    old = both(settle, campus).upsert(item(1), None)
    campus.missing.clear()
    changed = both(settle, campus).upsert(item(1, title="New", revision=2), old.remote_id)
    new = both(settle, campus).upsert(item(2), None)
    assert changed.remote_id == old.remote_id
    assert [campus.content(entry, "Title") for entry in campus.entries] == ["New"]
    assert [one["name"] for one in campus.plugin.activities] == ["Item 2"]
    assert new.remote_id.startswith("cm:")
    both(settle, campus).retract(item(1).id, old.remote_id)
    assert campus.entries == []
    assert both(settle, campus).upsert(item(1, revision=3), None).remote_id.startswith("cm:")


def test_an_entry_whose_answer_was_lost_before_the_switch_is_found_and_not_made_again(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.missing.update(FUNCTIONS)
    campus.lose_next_answer("mod_data_add_entry")
    with pytest.raises(Unreachable):
        both(settle, campus).upsert(item(1), None)
    campus.missing.clear()
    assert both(settle, campus).upsert(item(1), None).remote_id == "1"
    assert campus.plugin.activities == []


def test_an_activity_whose_plugin_went_is_not_made_again_as_an_entry(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    old = both(settle, campus).upsert(item(1), None)
    campus.missing.update(FUNCTIONS)
    with pytest.raises(ConfigError, match="no longer holds local_gleanery_delete_item") as caught:
        both(settle, campus).upsert(item(1, title="New", revision=2), old.remote_id)
    assert caught.value.remedy == "Put the plugin and its functions back."
    assert campus.entries == []


@pytest.mark.parametrize(("remote_id", "remedy"), [("7", "`database`"), ("cm:7", "`course`")])
def test_a_place_that_left_the_settings_is_asked_for_again(
    settle: MakeAdapter, make: MakeAdapter, remote_id: str, remedy: str
) -> None:
    adapter = settle() if remote_id == "7" else make()
    with pytest.raises(ConfigError) as caught:
        adapter.upsert(item(1), remote_id)
    assert remedy in caught.value.remedy


def test_the_tier_costs_one_question_in_a_run(settle: MakeAdapter, campus: MoodleServer) -> None:
    adapter = settle()
    adapter.preflight()
    for number in range(3):
        adapter.upsert(item(number), None)
    assert len(campus.called("core_webservice_get_site_info")) == 1
    assert len(campus.requests) == 2 + 3 * 2

"""Before anything is delivered: what is missing is named, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gleanery.errors import ConfigError, Denied
from gleanery.ports import Check
from tests.lms_adapters.items import item
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer


def failed(checks: Sequence[Check]) -> dict[str, str]:
    """The failed lines: name -> message and remedy."""
    assert all(check.remedy for check in checks if not check.ok)
    return {check.name: f"{check.message} {check.remedy}" for check in checks if not check.ok}


def remove_field(moodle: MoodleServer, name: str) -> None:
    moodle.activity.fields[:] = [field for field in moodle.activity.fields if field["name"] != name]


def test_a_good_site_passes_and_nothing_is_written(moodle: MoodleServer, make: MakeAdapter) -> None:
    checks = make().preflight()
    assert failed(checks) == {}
    assert [check.name for check in checks][:3] == ["site", "tier", "activity"]
    assert moodle.entries == []


def test_each_missing_function_is_named(moodle: MoodleServer, make: MakeAdapter) -> None:
    moodle.missing.update({"mod_data_add_entry", "mod_data_search_entries"})
    lines = failed(make().preflight())
    assert set(lines) == {"function mod_data_add_entry", "function mod_data_search_entries"}
    assert "External services" in lines["function mod_data_add_entry"]


def test_finding_by_name_needs_one_function_more(moodle: MoodleServer, make: MakeAdapter) -> None:
    moodle.missing.add("mod_data_get_databases_by_courses")
    assert failed(make().preflight()) == {}
    by_name = {"database": None, "course": moodle.course, "name": moodle.activity_name}
    assert set(failed(make(**by_name).preflight())) == {"function mod_data_get_databases_by_courses"}


def test_a_missing_id_field_is_named_with_the_way_to_add_it(make: MakeAdapter, moodle: MoodleServer) -> None:
    remove_field(moodle, "gleanery_id")
    lines = failed(make().preflight())
    assert set(lines) == {"field gleanery_id"}
    assert "Fields > Create a field > Short text, and name it gleanery_id" in lines["field gleanery_id"]
    with pytest.raises(ConfigError, match="gleanery_id"):
        make().upsert(item(), None)
    assert moodle.called("mod_data_add_entry") == []


def test_an_optional_field_may_be_absent_unless_it_was_asked_for(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    remove_field(moodle, "Tags")
    assert failed(make().preflight()) == {}
    assert make().upsert(item(), None).remote_id == "1"
    assert set(failed(make(fields={"tags": "Tags"}).preflight())) == {"field Tags"}


def test_a_place_for_the_source_must_be_left(make: MakeAdapter, moodle: MoodleServer) -> None:
    remove_field(moodle, "Why")
    assert failed(make().preflight()) == {}
    remove_field(moodle, "Source")
    assert set(failed(make().preflight())) == {"source"}


def test_a_field_of_the_wrong_type_is_named(make: MakeAdapter) -> None:
    lines = failed(make(fields={"link": "Why"}).preflight())
    assert "is of type textarea; needed is text or url" in lines["field Why"]


def test_fields_of_other_names_are_used(make: MakeAdapter, moodle: MoodleServer) -> None:
    for field in moodle.activity.fields:
        field["name"] = {"Title": "Titel", "gleanery_id": "Kennung"}.get(field["name"], field["name"])
    adapter = make(fields={"title": "Titel", "id": "Kennung"})
    assert failed(adapter.preflight()) == {}
    adapter.upsert(item(), None)
    assert moodle.content(moodle.entries[0], "Kennung") == str(item().id)


def test_the_activity_is_found_by_its_name(make: MakeAdapter, moodle: MoodleServer) -> None:
    adapter = make(database=None, course=moodle.course, name=moodle.activity_name)
    assert failed(adapter.preflight()) == {}
    assert adapter.upsert(item(), None).remote_id == "1"


def test_an_unknown_name_course_or_number_is_told(make: MakeAdapter, moodle: MoodleServer) -> None:
    with pytest.raises(ConfigError, match="no Database activities named 'Nothing'"):
        make(database=None, course=moodle.course, name="Nothing").upsert(item(), None)
    with pytest.raises(Denied, match="cannot see course 99"):
        make(database=None, course=99, name="Nothing").upsert(item(), None)
    assert "Set `database`" in failed(make(database=99).preflight())["activity"]


@pytest.mark.parametrize("failure", ["invalidtoken", "off", "maintenance", "html", "accessexception"])
def test_a_site_that_does_not_answer_well_fails_one_line(
    make: MakeAdapter, moodle: MoodleServer, failure: str
) -> None:
    moodle.down = failure
    checks = make().preflight()
    assert list(failed(checks)) == ["site"]
    assert len(checks) == 1
    assert not any(moodle.token in f"{check.message}{check.remedy}" for check in checks)

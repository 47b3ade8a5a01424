"""Our calls are the ones that were recorded with a real Moodle: the same fields, the same values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Gone
from gleanery.ports import LearningItem, Placed
from lms_adapters.moodle.client import BATCH
from lms_adapters.moodle.form import DataField, Form
from lms_adapters.moodle.refusals import refusal
from tests.lms_adapters.items import item
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer, Recordings
from tests.moodle_server.protocol import PARAMETERS

ID = "gleanery_id"


def as_item(form: dict[str, str], fields: list[dict[str, Any]], **changes: Any) -> LearningItem:
    """The item whose delivery the recorded form would be."""
    by_id = {str(field["id"]): field["name"] for field in fields}
    held = {}
    for number in range(len([name for name in form if name.endswith("[value]")])):
        name, subfield = by_id[form[f"data[{number}][fieldid]"]], form.get(f"data[{number}][subfield]", "")
        held[name, subfield] = json.loads(form[f"data[{number}][value]"])
    return item(
        title=held["Title", ""],
        url=held["Link", "0"],
        html=held["Why", ""],
        attribution=held["Source", ""],
        licence=None,
        competencies=tuple(("framework", label, label) for label in held["Tags", ""]),
        **changes,
    )


def without_id(moodle: MoodleServer, form: dict[str, str]) -> dict[str, str]:
    """The form without the token and without the row of the id field, which the recording does not have."""
    wanted = str(next(field["id"] for field in moodle.activity.fields if field["name"] == ID))
    last = max(int(name[5 : name.index("]")]) for name in form if name.startswith("data["))
    assert form[f"data[{last}][fieldid]"] == wanted
    return {
        name: value
        for name, value in form.items()
        if not name.startswith(f"data[{last}]") and name != "wstoken"
    }


def test_adding_and_updating_send_the_recorded_fields(make: MakeAdapter, moodle: MoodleServer) -> None:
    added = moodle.recordings.form("mod_data_add_entry", "ok_add")
    updated = moodle.recordings.form("mod_data_update_entry", "ok_update")
    fields = moodle.recordings.body("mod_data_get_fields", "fields")["fields"]
    first = make().upsert(as_item(added, fields), None)
    make().upsert(as_item(updated, fields, revision=2), first.remote_id)
    (add,), (update,) = moodle.called("mod_data_add_entry"), moodle.called("mod_data_update_entry")
    sent = without_id(moodle, dict(add.form))
    scripted = [name for name, value in added.items() if "<script>" in value]
    assert {**sent, **{name: added[name] for name in scripted}} == added
    assert list(sent) == list(added)
    assert without_id(moodle, dict(update.form)) == {**updated, "entryid": first.remote_id}


@pytest.mark.parametrize(
    ("function", "case", "parameters"),
    [
        ("core_webservice_get_site_info", "ok_site_info", {}),
        ("mod_data_get_databases_by_courses", "databases", {"courseids": ["course"]}),
        ("mod_data_get_fields", "fields", {"databaseid": "database"}),
    ],
)
def test_looking_sends_the_recorded_fields(
    make: MakeAdapter, moodle: MoodleServer, function: str, case: str, parameters: dict[str, Any]
) -> None:
    make(database=None, course=moodle.course, name=moodle.activity_name).preflight()
    (call,) = moodle.called(function)
    assert {name: value for name, value in call.form.items() if name != "wstoken"} == (
        moodle.recordings.form(function, case)
    )
    assert len(call.form) == 3 + len(parameters)


@pytest.mark.parametrize(
    ("function", "case", "own"),
    [
        ("mod_data_get_entry", "ok_get_entry", {"entryid"}),
        ("mod_data_delete_entry", "ok_delete", {"entryid"}),
        ("mod_data_search_entries", "ok_search", {"search"}),
    ],
)
def test_finding_and_deleting_send_the_recorded_fields(
    make: MakeAdapter, moodle: MoodleServer, function: str, case: str, own: set[str]
) -> None:
    make().retract(item().id, make().upsert(item(), None).remote_id)
    recorded = moodle.recordings.form(function, case)
    for call in moodle.called(function):
        assert set(call.form) == {"wstoken", *recorded}
        assert {name: call.form[name] for name in recorded if name not in own} == (
            {name: value for name, value in recorded.items() if name not in own}
        )


def test_a_recorded_entry_is_read_as_it_is(recordings: Path) -> None:
    recorded = Recordings(recordings)
    fields = [DataField.read(body) for body in recorded.body("mod_data_get_fields", "fields")["fields"]]
    entry = recorded.body("mod_data_get_entry", "ok_get_entry")["entry"]
    source = next(field for field in fields if field.name == "Source")
    assert Form({"id": source}).item_id(entry) == entry["contents"][3]["content"]
    assert Form({"id": DataField(999, "gone", "text")}).item_id(entry) == ""


def test_the_server_knows_every_function_that_is_called(make: MakeAdapter, moodle: MoodleServer) -> None:
    adapter = make(database=None, course=moodle.course, name=moodle.activity_name)
    adapter.preflight()
    first = adapter.upsert(item(), None)
    adapter.upsert(item(title="New", revision=2), first.remote_id)
    list(adapter.compare([Placed(item().id, first.remote_id)]))
    adapter.retract(item().id, first.remote_id)
    moodle.learning.users = [61]
    moodle.learning.rate(61, 1_790_000_000, proficient=True, by=7)
    for lacking in (set(), {BATCH}):
        moodle.missing = lacking
        adapter = make(database=None, course=moodle.course, name=moodle.activity_name)
        list(adapter.read_back([Placed(item().id, "cm:33")], {}))
    assert {call.function for call in moodle.requests} == set(PARAMETERS)


@pytest.mark.parametrize(
    ("function", "case", "kind"),
    [
        ("mod_data_get_entry", "get_deleted", Gone),
        ("mod_data_add_entry", "nonexistent_db", ConfigError),
        ("mod_data_add_entry", "empty_data", BadInput),
        ("mod_data_add_entry", "nocap", Denied),
        ("mod_data_update_entry", "update_other_users_entry", Denied),
        ("mod_data_approve_entry", "approve_nocap", Denied),
        ("core_nope_nope", "unknown_function", ConfigError),
        ("core_webservice_get_site_info", "bad_token", ConfigError),
        ("core_webservice_get_site_info", "user_not_authorised_for_service", ConfigError),
        ("core_course_get_contents", "missing_capability", Denied),
    ],
)
def test_each_recorded_refusal_becomes_its_kind_of_error(
    recordings: Path, function: str, case: str, kind: type[GleaneryError]
) -> None:
    error = refusal(function, Recordings(recordings).body(function, case))
    assert type(error) is kind
    assert error.remedy

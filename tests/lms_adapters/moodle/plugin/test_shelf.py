"""What the plugin hands to Moodle's own functions: noted by functions of the same names, see calls.php.

Whether Moodle does with it what is meant is shown by the PHPUnit tests in the plugin, which need a tree of Moodle.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lms_adapters.moodle.plugin_zip import FOLDER

ITEM = "gleanery-3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ADDRESS = "https://example.org/a?b=1&c=2"
Told = dict[str, Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Every method called once, for each kind of activity."""
    program = [str(Path(__file__).parent / "calls.php"), str(FOLDER), str(tmp_path_factory.mktemp("moodle"))]
    done = subprocess.run(["php", *program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: Told = json.loads(done.stdout)
    return found


def arguments(told: Told, function: str) -> list[Any]:
    """The arguments of the calls of one function."""
    return [call[1:] for call in told["calls"] if call[0] == function]


def test_a_new_activity_comes_by_the_door_of_moodle_itself(told: Told) -> None:
    url, page, label = (info for [info] in arguments(told, "create_module"))
    for info in (url, page, label):
        assert (info["course"], info["section"], info["visible"], info["cmidnumber"]) == (4, 3, 0, ITEM)
        assert info["introeditor"]["itemid"] == 444
    assert (url["modulename"], url["externalurl"], url["display"]) == ("url", ADDRESS, 5)
    assert url["introeditor"]["text"] == "clean:<p>T</p>"
    assert page["content"].startswith("clean:<p>T</p>")
    assert page["contentformat"] == 1
    assert {"completion", "completionview"} & set(label) == set()
    assert label["introeditor"]["text"] == "clean:<p>T</p>"


def test_a_change_keeps_what_teachers_set(told: Told) -> None:
    url, page, _ = (info for _, info in arguments(told, "update_moduleinfo"))
    for info in (url, page):
        assert (info["visible"], info["completionexpected"]) == (0, 99)
        assert (info["display"], info["popupwidth"], info["printintro"]) == (6, 111, 1)
        assert info["introeditor"]["itemid"] == 555
    assert (url["parameter_0"], url["variable_0"]) == ("user", "userid")
    assert page["page"]["text"] == page["content"]
    assert page["page"]["itemid"] == 0
    assert page["revision"] == 4
    assert page["introeditor"]["text"] == "A teacher's description"


def test_every_text_is_cleaned_in_the_context_of_the_course(told: Told) -> None:
    calls = arguments(told, "format_text")
    assert len(calls) == 6
    for _, options in calls:
        assert (options["context"], options["noclean"]) == ("context_course", False)


def test_queries_stay_within_the_course_and_bind_all_they_are_given(told: Told) -> None:
    queries = arguments(told, "get_records_sql")
    assert all(bound["course"] == 4 for bound, _ in queries)
    listed = next(one for one in queries if one[1] == 20)
    assert listed[0] == {"course": 4, "prefix": "gleanery-%", "after": 5}


def test_an_activity_is_told_as_moodle_keeps_it(told: Told) -> None:
    url, page, label = told["told"]
    assert (url["name"], url["address"], url["text"], url["visible"]) == (
        "Kept",
        "https://example.org/",
        "Intro",
        False,
    )
    assert page["text"] == "Content"
    assert (label["name"], label["text"]) == ("Week 1", "Intro")
    assert page["viewurl"] == "https://moodle.example/mod/page/view.php?id=12"
    assert label["viewurl"] == "https://moodle.example/course/view.php?id=4#module-12"


def test_sections_and_restrictions_are_set_by_moodles_functions(told: Told) -> None:
    assert told["given"] == [31, 5, [12, 14], 0, True, 4]
    assert arguments(told, "course_delete_module") == [[12]]
    assert [call[-1] for call in arguments(told, "course_update_section")] == [
        {"name": "Named"},
        {"name": "Made"},
    ]
    [[_, section, by_force]] = arguments(told, "course_delete_section")
    assert (section["section"], by_force) == (3, False)
    [[cm, section]] = arguments(told, "moveto_module")
    assert (cm["id"], section["id"]) == (12, 31)
    [[table, field, kept, where]] = arguments(told, "set_field")
    assert (table, field, where) == ("course_modules", "availability", {"id": 12, "course": 4})
    assert json.loads(kept)["c"] == [{"type": "completion", "cm": 14, "e": 1}]

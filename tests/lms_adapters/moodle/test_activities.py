"""Items as activities through our plugin, whose own PHP answers here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gleanery.errors import BadInput, ConfigError, Conflict, Denied, Gone, Unreachable
from gleanery.testing import AdapterCase, check_adapter_contract
from lms_adapters._text import web_address
from tests.conftest import ROOT
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import HOSTILE, hostile_items, item, item_id
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer

UPSERT, DELETE, LIST, SECTION = (
    f"local_gleanery_{verb}" for verb in ("upsert_item", "delete_item", "get_items", "upsert_section")
)


def linked(number: int = 1, **changes: Any) -> Any:
    """An item whose text must stay here."""
    return item(number, html="", **changes)


def number(remote_id: str) -> int:
    """The course module's."""
    return int(remote_id.removeprefix("cm:"))


@pytest.mark.parametrize("changes", [{}, {"html": ""}, {"url": None}])
def test_it_keeps_the_whole_contract_of_adapters(
    settle: MakeAdapter, campus: MoodleServer, changes: dict[str, Any]
) -> None:
    check_adapter_contract(
        AdapterCase(
            make=settle,
            item=item(**changes),
            entries=lambda: len(campus.plugin.activities),
            lose_answer=lambda: campus.lose_next_answer(UPSERT),
            take_away=lambda remote_id: campus.plugin.delete(number(remote_id)),
            edit=lambda remote_id: campus.plugin.edit(number(remote_id), name="As a teacher wants it"),
        )
    )
    assert campus.plugin.activities == []


def test_a_link_becomes_a_url_with_its_source_and_a_text_a_page(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    receipt = settle().upsert(linked(1), None)
    settle().upsert(item(2), None)
    url, page = campus.plugin.activities
    assert (url["modname"], url["name"], url["address"]) == ("url", "Item 1", item(1).url)
    assert url["text"] == "<p>Example Channel · CC-BY-4.0</p>"
    assert url["idnumber"] == f"gleanery-{item_id(1)}"
    assert receipt.remote_id == f"cm:{url['id']}"
    assert receipt.url == f"{campus.url}/mod/url/view.php?id={url['id']}"
    assert receipt.note == ""
    assert page["modname"] == "page"
    assert page["text"].startswith("<p>Text of item 2.</p>\n<p>Example Channel · CC-BY-4.0</p>\n<p><a href=")


def test_new_activities_are_hidden_where_that_is_set_and_stay_shown_once_a_teacher_showed_them(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    first = settle(hidden=True).upsert(item(), None)
    assert "Hidden until a teacher shows it" in first.note
    (activity,) = campus.plugin.activities
    campus.plugin.edit(activity["id"], visible=True)
    assert settle(hidden=True).upsert(item(title="New", revision=2), first.remote_id).note == ""
    assert campus.plugin.activities[0]["visible"] is True


@pytest.mark.parametrize("lost", [UPSERT, LIST])
def test_a_create_whose_answer_was_lost_is_found_again(
    settle: MakeAdapter, campus: MoodleServer, lost: str
) -> None:
    campus.lose_next_answer(lost)
    with pytest.raises(Unreachable):
        settle().upsert(item(), None)
    receipt = settle().upsert(item(), None)
    assert [f"cm:{one['id']}" for one in campus.plugin.activities] == [receipt.remote_id]


def test_an_activity_that_holds_it_all_is_left_alone(settle: MakeAdapter, campus: MoodleServer) -> None:
    first = settle().upsert(item(), None)
    settle().upsert(item(revision=2), first.remote_id)
    assert len(campus.called(UPSERT)) == 1


def test_an_edited_activity_is_replaced_by_a_newer_revision_only_and_not_unsaid(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    first = settle().upsert(item(), None)
    campus.plugin.edit(campus.plugin.activities[0]["id"], name="Teacher's words")
    assert settle().upsert(item(), first.remote_id).note == ""
    assert campus.plugin.activities[0]["name"] == "Teacher's words"
    receipt = settle().upsert(item(title="New", revision=2), first.remote_id)
    assert campus.plugin.activities[0]["name"] == "New"
    assert "had been edited in Moodle" in receipt.note


def test_a_deleted_activity_comes_back_only_with_a_newer_revision(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    first = settle().upsert(item(), None)
    campus.plugin.delete(campus.plugin.activities[0]["id"])
    with pytest.raises(Gone, match="was deleted in Moodle") as caught:
        settle().upsert(item(), first.remote_id)
    assert "a newer revision is delivered again" in caught.value.remedy
    assert campus.plugin.activities == []
    assert settle().upsert(item(title="New", revision=2), first.remote_id).remote_id != first.remote_id


def test_what_we_retracted_comes_back_when_it_is_approved_again(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    first = settle().upsert(item(), None)
    assert settle().retract(item_id(1), first.remote_id).note == "Removed from Moodle."
    assert settle().retract(item_id(1), first.remote_id).note == "It was no longer in Moodle."
    settle().upsert(item(), first.remote_id)
    assert len(campus.plugin.activities) == 1


def test_an_item_withdrawn_while_its_delivery_is_unanswered_leaves_nothing(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.lose_next_answer(UPSERT)
    with pytest.raises(Unreachable):
        settle().upsert(item(), None)
    assert settle().retract(item_id(1), None).note == "Removed from Moodle."
    assert campus.plugin.activities == []


def test_a_second_activity_with_the_id_number_is_told(settle: MakeAdapter, campus: MoodleServer) -> None:
    first = settle().upsert(item(), None)
    twin = campus.plugin.add(1, idnumber=f"gleanery-{item_id(1)}", modname="page")
    receipt = settle().upsert(item(title="New", revision=2), first.remote_id)
    assert receipt.remote_id == first.remote_id
    assert f"Activities {twin} bear the same id number" in receipt.note


def test_a_link_that_lost_its_address_is_made_anew_and_the_receipt_says_what_that_costs(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    first = settle().upsert(linked(), None)
    receipt = settle().upsert(item(url=None, revision=2), first.remote_id)
    assert receipt.remote_id != first.remote_id
    assert "what learners completed went with the old one" in receipt.note


# --------------------------------------------------------------------------- paths


def test_a_path_is_a_section_in_order_headed_by_what_it_is_for(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    urls = [settle().upsert(item(number), None).url for number in (1, 2, 3)]
    steps = [step(number, url=urls[number - 1]) for number in (3, 1)]
    receipt = settle().upsert_collection(collection(*steps), None)
    assert campus.plugin.sections == [
        ("", ["Item 2"]),
        ("", []),
        ("First week", ["First week", "Item 3", "Item 1"]),
    ]
    (label,) = [one for one in campus.plugin.activities if one["modname"] == "label"]
    assert receipt.remote_id == f"cm:{label['id']}"
    assert urls[2] in label["text"]
    assert "Climb safely" in label["text"]
    settle().upsert_collection(collection(*steps, revision=2), receipt.remote_id)
    assert len(campus.called(SECTION)) == 1


def test_a_path_whose_answer_was_lost_is_found_again(settle: MakeAdapter, campus: MoodleServer) -> None:
    settle().upsert(item(1), None)
    campus.lose_next_answer(SECTION)
    with pytest.raises(Unreachable):
        settle().upsert_collection(collection(step(1)), None)
    settle().upsert_collection(collection(step(1)), None)
    assert campus.plugin.sections[2:] == [("First week", ["First week", "Item 1"])]


def test_a_path_that_a_teacher_deleted_comes_back_only_with_a_newer_revision(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    made = settle().upsert_collection(collection(), None)
    campus.plugin.delete(number(made.remote_id))
    with pytest.raises(Gone, match="was deleted in Moodle"):
        settle().upsert_collection(collection(), made.remote_id)
    again = settle().upsert_collection(collection(title="New", revision=2), made.remote_id)
    assert again.remote_id != made.remote_id


def test_a_path_says_which_steps_stand_elsewhere_and_which_are_no_activities(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    settle().upsert(item(1), None)
    settle().upsert_collection(collection(step(1)), None)
    second = collection(step(1), step(2), id=item_id(90), title="Second")
    note = settle().upsert_collection(second, None).note
    assert "1 of its steps stand in another path's section" in note
    assert "1 of its steps are no activities of the course" in note


def test_a_step_that_comes_after_another_waits_for_it_in_moodle(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    for number in (1, 2):
        settle().upsert(item(number), None)
    steps = (step(1), step(2, after=item_id(1)))
    made = settle().upsert_collection(collection(*steps), None)
    first, second = (one for one in campus.plugin.activities if one["modname"] != "label")
    assert json.loads(second["availability"])["c"] == [{"type": "completion", "cm": first["id"], "e": 1}]
    campus.plugin.edit(first["id"], completion=0)
    made = settle().upsert_collection(collection(*steps, title="New", revision=2), made.remote_id)
    assert "1 of its steps open at once" in made.note
    assert campus.plugin.activities[2]["availability"] is None


def test_a_section_that_a_teacher_renamed_keeps_that_name(settle: MakeAdapter, campus: MoodleServer) -> None:
    first = settle().upsert_collection(collection(), None)
    second = settle().upsert_collection(collection(title="Second", revision=2), first.remote_id)
    assert (campus.plugin.sections[2][0], second.note) == ("Second", "")
    campus.plugin.do("rename section", section=2, name="Teacher's")
    third = settle().upsert_collection(collection(title="Third", revision=3), first.remote_id)
    assert campus.plugin.sections[2][0] == "Teacher's"
    assert third.note == "Its section was renamed in Moodle and keeps that name."
    fourth = settle().upsert_collection(collection(title="Fourth", revision=4), first.remote_id)
    assert campus.plugin.sections[2][0] == "Teacher's"
    assert "replaced" not in fourth.note


def test_a_path_that_is_taken_back_leaves_its_items(settle: MakeAdapter, campus: MoodleServer) -> None:
    settle(section=1).upsert(item(1), None)
    made = settle(section=1).upsert_collection(collection(step(1)), None)
    settle(section=1).retract(collection().id, made.remote_id)
    assert campus.plugin.sections == [("", []), ("", ["Item 1"])]


def test_a_path_longer_than_the_plugin_takes_is_refused_before_it_travels(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    with pytest.raises(BadInput, match="201 steps") as caught:
        settle().upsert_collection(collection(*(step(number) for number in range(201))), None)
    assert caught.value.remedy == "Make two paths of it."
    assert campus.called(SECTION) == []


# --------------------------------------------------------------------------- what goes wrong


KILLED_AFTER_ADDING = """
import os, sys
from pathlib import Path
from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters.moodle import Moodle, Settings
from tests.lms_adapters.items import item
url, host, token, course, folder = sys.argv[1:]

class KilledAfterAdding(GuardedHttp):
    def post(self, url, *, data=None, headers=None):
        answer = super().post(url, data=data, headers=headers)
        if data["wsfunction"] == "local_gleanery_upsert_item":
            os.kill(os.getpid(), 9)
        return answer

settings = Settings(url=url, token=token, course=int(course))
Moodle(settings, make_context(Path(folder), KilledAfterAdding(entered=[host]))).upsert(item(), None)
"""


def test_a_process_killed_after_its_create_leaves_one_activity_for_the_next(
    settle: MakeAdapter, campus: MoodleServer, tmp_path: Path
) -> None:
    arguments = [campus.url, campus.host, campus.token, str(campus.course), str(tmp_path)]
    done = subprocess.run([sys.executable, "-c", KILLED_AFTER_ADDING, *arguments], cwd=ROOT, check=False)
    assert done.returncode == -9
    (activity,) = campus.plugin.activities
    assert settle().upsert(item(), None).remote_id == f"cm:{activity['id']}"
    assert len(campus.plugin.activities) == 1


def test_an_item_without_address_and_text_is_told_before_it_travels(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    with pytest.raises(BadInput, match="neither a web address nor a text") as caught:
        settle().upsert(item(url="javascript:alert(1)", html=""), None)
    assert caught.value.remedy == "Give it an address on its page, or retract it."
    assert campus.called(UPSERT) == []


def test_an_item_without_an_address_and_with_a_text_is_a_page(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    settle().upsert(item(url=None), None)
    assert "href" not in campus.plugin.activities[0]["text"]


def test_a_course_deleted_between_plan_and_delivery_is_told(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    adapter = settle()
    assert all(check.ok for check in adapter.preflight())
    first = adapter.upsert(item(1), None)
    campus.plugin.do("drop course")
    for act in (
        lambda: adapter.upsert(item(2), None),
        lambda: adapter.upsert_collection(collection(), None),
        lambda: adapter.retract(item_id(1), first.remote_id),
        lambda: list(adapter.compare([])),
    ):
        with pytest.raises(ConfigError, match="no such course") as caught:
            act()
        assert "`course`" in caught.value.remedy


@pytest.mark.parametrize(
    ("prepare", "kind", "message", "remedy"),
    [
        ({"denied": ["local/gleanery:manage"]}, Denied, "lacks a capability", "local/gleanery:manage"),
        ({"denied": ["mod/page:addinstance"]}, Denied, "lacks a capability", "mod/page:addinstance"),
        ({"barred": True}, Denied, "into the course", "moodle/course:manageactivities"),
        ({"contended": True}, Unreachable, "for another call", "tried again"),
    ],
)
def test_what_the_plugin_refuses_names_who_can_put_it_right(
    settle: MakeAdapter,
    campus: MoodleServer,
    prepare: dict[str, Any],
    kind: type[Exception],
    message: str,
    remedy: str,
) -> None:
    for name, value in prepare.items():
        campus.plugin.set(name, value)
    with pytest.raises(kind, match=message) as caught:
        settle().upsert(item(), None)
    assert remedy in str(caught.value)


def test_a_section_that_is_not_there_names_the_setting(settle: MakeAdapter) -> None:
    with pytest.raises(ConfigError, match="no such section") as caught:
        settle(section=40).upsert(item(), None)
    assert "`section`" in caught.value.remedy


def test_an_id_number_on_a_quiz_is_an_alarm(settle: MakeAdapter, campus: MoodleServer) -> None:
    campus.plugin.add(0, idnumber=f"gleanery-{item_id(1)}", modname="quiz")
    for act in (lambda: settle().upsert(item(), None), lambda: settle().retract(item_id(1), None)):
        with pytest.raises(Conflict, match="left alone") as caught:
            act()
        assert "Common module settings" in caught.value.remedy


@pytest.mark.parametrize(
    "failure", ["html", "maintenance", "off", "accessexception", "invalidtoken", "blocked"]
)
def test_a_site_that_answers_badly_amid_a_delivery_names_its_remedy(
    settle: MakeAdapter, campus: MoodleServer, failure: str
) -> None:
    kinds = {"html": BadInput, "maintenance": Unreachable, "blocked": Denied}
    adapter = settle()
    adapter.preflight()
    campus.down = failure
    with pytest.raises(kinds.get(failure, ConfigError)) as caught:
        adapter.upsert(item(), None)
    assert caught.value.remedy
    assert campus.token not in str(caught.value)


def test_a_site_that_is_switched_off_is_tried_again(settle: MakeAdapter, campus: MoodleServer) -> None:
    adapter = settle()
    adapter.preflight()
    campus.__exit__()
    with pytest.raises(Unreachable):
        adapter.upsert(item(), None)


def test_hostile_items_come_in_harmless_or_are_refused(settle: MakeAdapter, campus: MoodleServer) -> None:
    adapter, refused = settle(), set()
    for one in hostile_items(HOSTILE, 60):
        try:
            adapter.upsert(one, None)
        except BadInput as error:
            refused.add(error.remedy)
    assert refused == {"Give it an address on its page, or retract it."}
    activities = campus.plugin.activities
    assert len(activities) > 40
    for one in activities:
        assert not one["address"] or web_address(one["address"])
        assert "<script" not in one["text"].lower()
        assert "<" not in one["name"]


def test_the_token_is_in_no_address_and_no_memory(
    settle: MakeAdapter, campus: MoodleServer, context: Any
) -> None:
    settle().upsert(item(), None)
    assert all(call.method == "POST" and call.query == "" for call in campus.requests)
    assert campus.token not in json.dumps(str(vars(context.store)))

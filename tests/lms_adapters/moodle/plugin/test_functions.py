"""The plugin's own code, run by PHP: what it refuses, what it makes, changes and deletes, and all or nothing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from lms_adapters._text import web_address
from tests.conftest import shared_data
from tests.lms_adapters.items import HOSTILE, payloads
from tests.lms_adapters.moodle.plugin.conftest import COURSE, Ask, link, number
from tests.moodle_server.plugin import Plugin


def test_a_link_is_made_once_and_then_changed(ask: Ask, plugin: Plugin) -> None:
    made = ask("upsert_item", **link(1, text="<p>Why</p>", section=1))
    again = ask("upsert_item", **link(1, name="New", url="http://example.org/new", section=0))
    assert (made["outcome"], again["outcome"]) == ("created", "updated")
    assert made["cmid"] == again["cmid"]
    assert again["section"] == 1
    (activity,) = plugin.activities
    assert activity["name"] == "New"
    assert activity["address"] == "http://example.org/new"
    assert activity["idnumber"] == number(1)


def test_what_is_told_are_digests_of_what_is_kept(ask: Ask) -> None:
    made = ask("upsert_item", **link(1, text="<p>Why</p><script>alert(1)</script>"))
    said = ("Item 1", "https://example.org/watch?v=1&t=5", "<p>Why</p>")
    assert list(made["digests"].values()) == [hashlib.sha256(one.encode()).hexdigest() for one in said]
    assert ask("get_items")["items"][0]["digests"] == made["digests"]
    assert made["viewurl"] == f"https://moodle.example/mod/url/view.php?id={made['cmid']}"


def test_a_new_activity_counts_as_completed_by_being_opened_and_keeps_what_teachers_set(
    ask: Ask, plugin: Plugin
) -> None:
    cmid = ask("upsert_item", **link(1))["cmid"]
    assert plugin.activities[0]["completion"] == 2
    plugin.edit(cmid, visible=False, completion=0)
    ask("upsert_item", **link(1, name="New"))
    assert plugin.activities[0]["visible"] is False
    assert plugin.activities[0]["completion"] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"url": "javascript:alert(1)"}, "badaddress"),
        ({"url": "JAVASCRIPT:alert(1)"}, "badaddress"),
        ({"url": "data:text/html,x"}, "badaddress"),
        ({"url": "ftp://example.org/"}, "badaddress"),
        ({"url": "//example.org/"}, "badaddress"),
        ({"url": "https://"}, "badaddress"),
        ({"url": "https://name:word@example.org/"}, "badaddress"),
        ({"url": "https://example.org\\@evil.example/"}, "badaddress"),
        ({"url": "https://example.org/ä"}, "badaddress"),
        ({"url": "https://example.org/a b"}, "badaddress"),
        ({"url": 'https://example.org/"onclick='}, "badaddress"),
        ({"url": "https://example.org/" + "a" * 9000}, "badaddress"),
        ({"url": ""}, "noaddress"),
        ({"idnumber": "quiz-1"}, "badidnumber"),
        ({"idnumber": "gleanery-1"}, "badidnumber"),
        ({"idnumber": number(1) + "-x"}, "badidnumber"),
        ({"idnumber": number(1).upper()}, "badidnumber"),
        ({"kind": "quiz"}, "badkind"),
        ({"kind": "page", "url": "", "text": " "}, "nothingtoshow"),
        ({"kind": "label", "text": ""}, "nothingtoshow"),
        ({"name": ""}, "badname"),
        ({"name": " "}, "badname"),
        ({"name": "x" * 256}, "badname"),
        ({"name": "bell\x07"}, "badname"),
        ({"text": "x" * 200_001}, "texttoolong"),
        ({"section": 40}, "nosection"),
        ({"section": -1}, "nosection"),
        ({"name": "<b>bold"}, "invalidparameter"),
        ({"url": " https://example.org/"}, "invalidparameter"),
        ({"idnumber": "gleanery 1"}, "invalidparameter"),
        ({"section": "one"}, "invalidparameter"),
        ({"embed": "maybe"}, "invalidparameter"),
        ({"force": 1}, "invalidparameter"),
        ({"courseid": 99}, "invalidrecord"),
    ],
)
def test_what_is_not_in_order_is_refused_and_nothing_is_made(
    ask: Ask, plugin: Plugin, changes: dict[str, Any], code: str
) -> None:
    assert ask("upsert_item", **link(1, **changes))["errorcode"] == code
    assert plugin.activities == []


def test_addresses_that_are_strange_and_right_are_taken(ask: Ask) -> None:
    for one, url in enumerate(
        ["HTTPS://example.org", "http://[::1]:8080/a?b[]=c|d#e;f", "https://example.org/%C3%A4?q='1'"]
    ):
        assert ask("upsert_item", **link(one, url=url))["outcome"] == "created"


def test_no_hostile_address_comes_through_as_anything_but_http(ask: Ask, plugin: Plugin) -> None:
    lines = HOSTILE if not _has_payloads() else [*HOSTILE, *payloads()[::40]]
    for one, line in enumerate(text.encode("utf-8", "replace").decode() for text in lines):
        for url in (line, f"https://example.org/{line}", f"https://{line}"):
            ask("upsert_item", **link(one, url=url))
    for activity in plugin.activities:
        assert web_address(activity["address"]) is not None


def _has_payloads() -> bool:
    try:
        return shared_data("security/xss-payloads.txt.gz").exists()
    except pytest.skip.Exception:
        return False


def test_a_page_keeps_its_text_and_links_to_where_it_is_from(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_item", **link(1, kind="page", text="<p>Text</p>"))
    (page,) = plugin.activities
    assert page["modname"] == "page"
    link_to = "https://example.org/watch?v=1&amp;t=5"
    assert page["text"] == f'<p>Text</p>\n<p><a href="{link_to}" class="nomediaplugin">{link_to}</a></p>'
    ask("upsert_item", **link(1, kind="page", text="<p>New</p>", embed=True))
    assert plugin.activities[0]["text"] == f'<p>New</p>\n<p><a href="{link_to}">{link_to}</a></p>'


@pytest.mark.parametrize(("embed", "display"), [(True, 0), (False, 5)])
def test_a_link_is_shown_inside_a_page_only_where_that_is_allowed(
    ask: Ask, plugin: Plugin, embed: bool, display: int
) -> None:
    ask("upsert_item", **link(1, embed=embed))
    assert plugin.activities[0]["display"] == display
    assert plugin.activities[0]["showdescription"] == 1


def test_an_activity_keeps_its_kind_wherever_it_can_hold_the_item(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_item", **link(1))
    assert ask("upsert_item", **link(1, kind="page", text="<p>T</p>"))["outcome"] == "updated"
    ask("upsert_item", **link(2, kind="page", text="<p>T</p>"))
    assert ask("upsert_item", **link(2, text="<p>S</p>"))["outcome"] == "updated"
    assert [one["modname"] for one in plugin.activities] == ["url", "page"]
    assert plugin.activities[0]["text"] == "<p>T</p>"


def test_a_link_that_lost_its_address_is_made_anew_as_a_page_and_stays_hidden_if_it_was(
    ask: Ask, plugin: Plugin
) -> None:
    first = ask("upsert_item", **link(1, section=1))
    plugin.edit(first["cmid"], visible=False)
    made = ask("upsert_item", **link(1, kind="page", url="", text="<p>T</p>"))
    assert made["outcome"] == "replaced"
    assert made["section"] == 1
    assert [(one["modname"], one["visible"]) for one in plugin.activities] == [("page", False)]


def test_of_several_with_one_id_number_the_oldest_is_changed_and_the_others_are_named(
    ask: Ask, plugin: Plugin
) -> None:
    first = ask("upsert_item", **link(1))
    twin = plugin.add(1, name="Copy", idnumber=number(1), modname="url")
    made = ask("upsert_item", **link(1, name="New"))
    assert (made["cmid"], made["twins"]) == (first["cmid"], [twin])
    assert [one["name"] for one in plugin.activities] == ["New", "Copy"]
    assert ask("delete_item", idnumber=number(1)) == {"deleted": 2, "returned": 0}


@pytest.mark.parametrize("function", ["upsert_item", "delete_item", "upsert_section"])
def test_an_id_number_on_a_quiz_is_refused_and_the_quiz_is_left_alone(
    ask: Ask, plugin: Plugin, function: str
) -> None:
    quiz = plugin.add(0, name="Quiz", idnumber=number(1), modname="quiz")
    more = {"upsert_item": link(1), "upsert_section": {"name": "Path", "text": "<p>x</p>"}}.get(function, {})
    refused = ask(function, **{"idnumber": number(1), **more})
    assert refused["errorcode"] == "idnumbertaken"
    assert [one["id"] for one in plugin.activities] == [quiz]


def test_only_what_bears_our_prefix_is_listed_or_deleted(ask: Ask, plugin: Plugin) -> None:
    plugin.add(0, name="Theirs", idnumber="quiz-1", modname="url")
    plugin.add(0, name="Theirs too", idnumber="", modname="page")
    assert ask("get_items")["items"] == []
    for theirs in ("quiz-1", "", "gleanery-"):
        assert ask("delete_item", idnumber=theirs)["errorcode"] == "badidnumber"
    assert len(plugin.activities) == 2


def test_deleting_what_is_not_there_is_done(ask: Ask) -> None:
    assert ask("delete_item", idnumber=number(1)) == {"deleted": 0, "returned": 0}


def test_the_list_comes_in_pages_and_by_id_number(ask: Ask) -> None:
    cmids = [ask("upsert_item", **link(one))["cmid"] for one in range(5)]
    first = ask("get_items", limit=2)["items"]
    rest = ask("get_items", limit=200, after=first[-1]["cmid"])["items"]
    assert [one["cmid"] for one in [*first, *rest]] == cmids
    chosen = ask("get_items", idnumbers=[number(3), number(9), number(3)])["items"]
    assert [one["idnumber"] for one in chosen] == [number(3)]


@pytest.mark.parametrize("wrong", [{"limit": 201}, {"limit": 0}, {"idnumbers": [number(1)] * 201}])
def test_lists_are_bounded(ask: Ask, wrong: dict[str, Any]) -> None:
    assert ask("get_items", **wrong)["errorcode"] == "badlimit"


# --------------------------------------------------------------------------- rights, locks, transactions


WRITES = {
    "upsert_item": link(1),
    "upsert_section": {"idnumber": number(9), "name": "Path", "text": "<p>x</p>"},
    "delete_item": {"idnumber": number(1)},
    "get_items": {},
}
OWN, CORE = "local/gleanery:manage", "moodle/course:manageactivities"


@pytest.mark.parametrize(
    ("function", "capabilities"),
    [
        ("upsert_item", [OWN, CORE, "mod/url:addinstance"]),
        ("upsert_section", [OWN, CORE, "moodle/course:update", "mod/label:addinstance"]),
        ("delete_item", [OWN, CORE]),
        ("get_items", [OWN, CORE]),
    ],
)
def test_each_function_wants_our_capability_and_those_of_moodle(
    ask: Ask, plugin: Plugin, function: str, capabilities: list[str]
) -> None:
    ask(function, **WRITES[function])
    assert plugin.asked == capabilities
    for capability in capabilities:
        plugin.set("denied", [capability])
        assert ask(function, **WRITES[function])["errorcode"] == "nopermissions"


@pytest.mark.parametrize("function", list(WRITES))
def test_an_account_that_may_not_see_the_course_is_refused(ask: Ask, plugin: Plugin, function: str) -> None:
    plugin.set("barred", True)
    assert ask(function, **WRITES[function])["errorcode"] == "errorcoursecontextnotvalid"


def test_what_the_account_lacks_is_told_before_anything_is_brought(ask: Ask, plugin: Plugin) -> None:
    assert (ask("get_items")["lacking"], ask("get_items")["lastsection"]) == ([], 1)
    lacked = ["moodle/course:update", "mod/page:addinstance"]
    plugin.set("denied", lacked)
    assert ask("get_items")["lacking"] == lacked


def test_a_page_wants_the_right_to_add_pages(ask: Ask, plugin: Plugin) -> None:
    plugin.set("denied", ["mod/page:addinstance"])
    assert ask("upsert_item", **link(1))["outcome"] == "created"
    assert ask("upsert_item", **link(2, kind="page"))["errorcode"] == "nopermissions"


def test_two_writers_do_not_meet_and_a_lock_is_let_go_after_a_refusal(ask: Ask, plugin: Plugin) -> None:
    plugin.set("contended", True)
    for function in ("upsert_item", "upsert_section", "delete_item"):
        assert ask(function, **WRITES[function])["errorcode"] == "busy"
    plugin.set("contended", False)
    plugin.set("locks", [])
    ask("upsert_item", **link(1, url="javascript:1"))
    ask("upsert_item", **link(1))
    assert plugin.do("dump")["locks"] == []
    plugin.set("contended", True)
    assert ask("get_items")["items"]


@pytest.mark.parametrize("step", ["create", "move"])
def test_a_path_comes_whole_or_not_at_all(ask: Ask, plugin: Plugin, step: str) -> None:
    ask("upsert_item", **link(1))
    before = plugin.sections
    plugin.set("failsafter", step)
    path = {"idnumber": number(9), "name": "Path", "text": "<p>x</p>", "order": [number(1)]}
    assert ask("upsert_section", **path)["errorcode"] == "dmlwriteexception"
    assert plugin.sections == before
    assert ask("upsert_section", **path)["outcome"] == "created"


def test_a_replaced_activity_is_not_lost_halfway(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_item", **link(1))
    plugin.set("failsafter", "delete")
    assert (
        ask("upsert_item", **link(1, kind="page", url="", text="<p>T</p>"))["errorcode"]
        == "dmlwriteexception"
    )
    assert [one["modname"] for one in plugin.activities] == ["url"]


# --------------------------------------------------------------------------- sections


def path(*order: int, one: int = 90, **changes: Any) -> dict[str, Any]:
    """The parameters for a path of these items."""
    steps = [number(step) for step in order]
    return {"idnumber": number(one), "name": f"Path {one}", "text": "<p>Aim</p>", "order": steps, **changes}


def test_a_path_is_a_section_with_its_items_in_order(ask: Ask, plugin: Plugin) -> None:
    for one in (1, 2, 3):
        ask("upsert_item", **link(one))
    made = ask("upsert_section", **path(3, 1, 7))
    assert (made["outcome"], made["missing"], made["elsewhere"]) == ("created", [number(7)], [])
    assert plugin.sections == [("", ["Item 2"]), ("", []), ("Path 90", ["Path 90", "Item 3", "Item 1"])]
    assert ask("upsert_section", **path(3, 1, 7))["outcome"] == "updated"
    assert len(plugin.sections) == 3


def test_a_new_order_moves_and_what_left_the_path_goes_back(ask: Ask, plugin: Plugin) -> None:
    for one in (1, 2, 3):
        ask("upsert_item", **link(one))
    ask("upsert_section", **path(1, 2, 3))
    plugin.add(2, name="Teacher's own")
    made = ask("upsert_section", **path(3, 1, section=1, name="New name"))
    assert made["returned"] == 1
    assert plugin.sections[1:] == [
        ("", ["Item 2"]),
        ("Path 90", ["New name", "Item 3", "Teacher's own", "Item 1"]),
    ]


def test_a_section_is_renamed_only_while_it_has_the_name_given_last(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_section", **path())
    given = hashlib.sha256(b"Path 90").hexdigest()
    ask("upsert_section", **path(name="Second", named=given))
    assert plugin.sections[2][0] == "Second"
    ask("upsert_section", **path(name="Third", named=given))
    assert plugin.sections[2][0] == "Second"


def test_an_item_stands_once_in_a_course_and_the_second_path_says_where_not(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_item", **link(1))
    ask("upsert_section", **path(1))
    assert ask("upsert_section", **path(1, one=91))["elsewhere"] == [number(1)]
    assert plugin.sections[2:] == [("Path 90", ["Path 90", "Item 1"]), ("Path 91", ["Path 91"])]


def test_a_path_that_goes_gives_its_items_back_and_takes_its_section_with_it(
    ask: Ask, plugin: Plugin
) -> None:
    ask("upsert_item", **link(1))
    ask("upsert_section", **path(1))
    assert ask("delete_item", idnumber=number(90), section=1) == {"deleted": 1, "returned": 1}
    assert plugin.sections == [("", []), ("", ["Item 1"])]


def test_a_section_in_which_a_teacher_put_something_stays(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_section", **path())
    plugin.add(2, name="Teacher's own")
    ask("delete_item", idnumber=number(90))
    assert plugin.sections[2] == ("Path 90", ["Teacher's own"])


def test_a_label_that_a_teacher_moved_takes_the_path_along(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_item", **link(1))
    head = ask("upsert_section", **path(1))["cmid"]
    plugin.do("rename section", section=1, name="Week 1")
    plugin.do("move", cmid=head, section=1)
    made = ask("upsert_section", **path(1))
    assert made["section"] == 1
    assert plugin.sections == [("", []), ("Week 1", ["Path 90", "Item 1"]), ("Path 90", [])]


def waits(plugin: Plugin) -> dict[str, str]:
    """Which activity waits for which, by their names."""
    names = {one["id"]: one["name"] for one in plugin.activities}
    restricted = {one["name"]: one["availability"] for one in plugin.activities if one["availability"]}
    return {name: names[json.loads(kept)["c"][0]["cm"]] for name, kept in restricted.items()}


def after(**steps: int) -> list[dict[str, str]]:
    """`i2=1`: item 2 opens after item 1."""
    return [{"idnumber": number(int(one[1:])), "first": number(first)} for one, first in steps.items()]


@pytest.fixture
def three(ask: Ask) -> None:
    for one in (1, 2, 3):
        ask("upsert_item", **link(one))


@pytest.mark.usefixtures("three")
def test_a_step_opens_once_the_one_before_is_completed(ask: Ask, plugin: Plugin) -> None:
    made = ask("upsert_section", **path(1, 2, 3, after=after(i2=1, i3=2)))
    assert made["open"] == []
    assert waits(plugin) == {"Item 2": "Item 1", "Item 3": "Item 2"}
    kept = next(one["availability"] for one in plugin.activities if one["name"] == "Item 2")
    assert json.loads(kept) == {
        "op": "&",
        "c": [{"type": "completion", "cm": plugin.activities[1]["id"], "e": 1}],
        "showc": [True],
    }
    ask("upsert_section", **path(1, 2, 3, after=after(i3=1)))
    assert waits(plugin) == {"Item 3": "Item 1"}
    ask("upsert_item", **link(3, name="Renamed"))
    assert waits(plugin) == {"Renamed": "Item 1"}
    ask("upsert_section", **path(1, 2))
    assert waits(plugin) == {}


@pytest.mark.usefixtures("three")
def test_nothing_waits_for_what_moodle_does_not_track_or_what_is_not_there(ask: Ask, plugin: Plugin) -> None:
    plugin.edit(plugin.activities[0]["id"], completion=0)
    made = ask("upsert_section", **path(1, 2, 3, after=after(i2=1, i3=7)))
    assert made["open"] == [number(2)]
    assert waits(plugin) == {}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "theirs",
    [
        '{"op":"&","c":[{"type":"date","d":">=","t":1800000000}],"showc":[true]}',
        '{"op":"|","c":[{"type":"completion","cm":1,"e":1}],"show":true}',
        '{"op":"&","c":[{"type":"completion","cm":999,"e":1}],"showc":[true]}',
        "not json",
    ],
)
def test_a_restriction_that_a_teacher_set_stays(ask: Ask, plugin: Plugin, theirs: str) -> None:
    second = plugin.activities[1]["id"]
    plugin.edit(second, availability=theirs)
    ask("upsert_section", **path(1, 2, after=after(i2=1)))
    ask("upsert_section", **path(1))
    assert next(one["availability"] for one in plugin.activities if one["id"] == second) == theirs


@pytest.mark.usefixtures("three")
def test_what_waits_for_an_item_that_goes_opens_and_for_one_made_anew_waits_for_that(
    ask: Ask, plugin: Plugin
) -> None:
    ask("upsert_section", **path(1, 2, 3, after=after(i2=1, i3=2)))
    ask("upsert_item", **link(1, kind="page", url="", text="<p>T</p>"))
    assert waits(plugin) == {"Item 2": "Item 1", "Item 3": "Item 2"}
    ask("delete_item", idnumber=number(2))
    assert waits(plugin) == {}


@pytest.mark.usefixtures("three")
def test_the_items_of_a_path_that_goes_are_open_again(ask: Ask, plugin: Plugin) -> None:
    ask("upsert_section", **path(1, 2, after=after(i2=1)))
    ask("delete_item", idnumber=number(90))
    assert waits(plugin) == {}


def test_a_section_to_go_back_to_must_be_there(ask: Ask) -> None:
    assert ask("upsert_section", **path(section=40))["errorcode"] == "nosection"
    assert ask("upsert_section", **path(*range(201)))["errorcode"] == "badlimit"


def test_a_deleted_course_is_told_as_moodle_tells_it(ask: Ask, plugin: Plugin) -> None:
    plugin.do("drop course")
    assert plugin.course == COURSE
    assert ask("upsert_item", **link(1))["errorcode"] == "invalidrecord"

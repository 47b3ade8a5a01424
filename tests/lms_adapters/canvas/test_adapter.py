"""Items in the modules of a Canvas course: nothing twice, nothing lost, nothing of a teacher's overwritten unsaid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gleanery.errors import (
    BadInput,
    ConfigError,
    Conflict,
    Denied,
    GleaneryError,
    Gone,
    QuotaExhausted,
    Unreachable,
)
from gleanery.ports import Adapter, Collects, Compares
from gleanery.testing import NOON, Asked, Reply, check_adapter
from lms_adapters.canvas.marker import Marker, launched
from lms_adapters.canvas.refusals import SCOPES
from lms_adapters.lti.deep_linking import _link
from tests.canvas_server import CanvasServer
from tests.canvas_server.server import BAD_TOKEN, HTML, NO_SCOPE, THROTTLED, UNAUTHORIZED
from tests.lms_adapters.canvas.conftest import MakeAdapter
from tests.lms_adapters.items import item, item_id


def creating(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/items")


def writing(asked: Asked) -> bool:
    return asked.method != "GET"


def text_only(number: int = 1, **changes: Any) -> Any:
    return item(number, **{"url": None, **changes})


def test_it_keeps_the_contract_of_adapters(make: MakeAdapter, canvas: CanvasServer) -> None:
    check_adapter(make, item())
    check_adapter(make, text_only(2))
    assert canvas.course.items == []
    assert canvas.course.pages == {}
    adapter = make()
    assert isinstance(adapter, Adapter)
    assert isinstance(adapter, Collects)
    assert isinstance(adapter, Compares)


def test_a_new_item_is_an_unpublished_link_that_names_its_source_and_carries_its_id(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    receipt = make().upsert(item(), None)
    (made,) = canvas.course.named("Learning items")["items"]
    assert made["title"] == "Item 1 (Example Channel · CC-BY-4.0)"
    assert made["external_url"] == f"https://example.org/watch?v=1&t=5#:~:gleanery={item_id(1)}"
    assert made["published"] is False
    assert receipt.remote_id == str(made["id"])
    assert receipt.url == f"{canvas.url}/courses/17/modules/items/{made['id']}"
    assert receipt.note == "Not published in Canvas yet: a teacher publishes it."
    assert receipt.recallable


def test_where_the_settings_say_so_entries_and_their_module_are_shown_at_once(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    receipts = [make(published=True).upsert(one, None) for one in (item(1), text_only(2))]
    assert [made["published"] for made in canvas.course.items] == [True, True]
    assert canvas.course.named("Learning items")["published"] is True
    assert [receipt.note for receipt in receipts] == ["", ""]


def test_a_fragment_of_the_address_stays_in_force(make: MakeAdapter, canvas: CanvasServer) -> None:
    for number, address in enumerate(["https://example.org/a#top", "https://example.org/b#:~:text=hi"]):
        make().upsert(item(number, url=address), None)
    addresses = [made["external_url"] for made in canvas.course.items]
    assert addresses == [
        f"https://example.org/a#top:~:gleanery={item_id(0)}",
        f"https://example.org/b#:~:text=hi&gleanery={item_id(1)}",
    ]
    for number in range(2):
        assert make().upsert(item(number, url=addresses[number].split(":~:gl")[0].split("&gl")[0]), None)
    assert len(canvas.course.items) == 2


def test_a_text_without_an_address_is_a_page_with_its_source(make: MakeAdapter, canvas: CanvasServer) -> None:
    make().upsert(text_only(), None)
    (page,) = canvas.course.pages.values()
    assert page["title"] == "Item 1"
    assert f'<div id="gleanery-{item_id(1)}">' in page["body"]
    assert "<p>Text of item 1.</p>" in page["body"]
    assert "<em>Example Channel · CC-BY-4.0</em>" in page["body"]
    assert [made["type"] for made in canvas.course.items] == ["Page"]


def test_as_a_tool_the_entry_launches_our_tool_for_the_item(make: MakeAdapter, canvas: CanvasServer) -> None:
    canvas.tools = [{"id": 31, "name": "gleanery"}]
    tool = {
        "deliver_as": "tool",
        "tool": 31,
        "launch": "https://gleanery.example.org/in/destination-lti/launch",
    }
    first = make(**tool).upsert(item(), None)
    (made,) = canvas.course.items
    assert (made["type"], made["content_id"]) == ("ExternalTool", 31)
    assert made["external_url"] == f"{tool['launch']}?item={item_id(1)}"
    assert make(**tool).upsert(item(title="New", revision=2), None).remote_id == first.remote_id
    assert all(check.ok for check in make(**tool).preflight())
    canvas.tools = []
    assert [check.name for check in make(**tool).preflight() if not check.ok] == ["tool"]


def test_a_launch_that_canvas_passes_on_names_the_item_as_our_own_deep_links_do() -> None:
    launch = "https://gleanery.example.org/in/destination-lti/launch"
    picks = {"scores": False}
    linked = _link(item(), picks, launch.removesuffix("/launch"))
    assert launched(launch, Marker(item_id(1))) == linked["url"]


def test_many_items_are_found_again_over_pages_of_the_course(make: MakeAdapter, canvas: CanvasServer) -> None:
    adapter = make()
    first = [adapter.upsert(item(number), None).remote_id for number in range(7)]
    again = [make().upsert(item(number), None).remote_id for number in range(7)]
    assert again == first
    assert len(canvas.called("POST", "items")) == 7
    assert any("bookmark" in asked.query for asked in canvas.asked)


@pytest.mark.parametrize("kind", [item, text_only])
@pytest.mark.parametrize("lost", range(4))
def test_whichever_answer_is_lost_the_item_stands_once(
    make: MakeAdapter, canvas: CanvasServer, kind: Any, lost: int
) -> None:
    met = canvas.interrupt("half", when=writing, after=lost)
    receipt = None
    for _ in range(3):
        try:
            receipt = make(published=True).upsert(kind(), None)
            break
        except Unreachable:
            continue
    assert receipt is not None
    assert [str(made["id"]) for made in canvas.course.items] == [receipt.remote_id]
    assert len(canvas.course.modules) == 1
    assert len(canvas.course.pages) <= 1
    assert canvas.course.items[0]["published"] is True
    canvas.clear()
    assert met.met is not None or lost > 2


def test_a_newer_revision_updates_the_entry_and_an_unchanged_one_writes_nothing(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make().upsert(item(), None)
    written = len([asked for asked in canvas.asked if writing(asked)])
    make().upsert(item(revision=2), first.remote_id)
    assert len([asked for asked in canvas.asked if writing(asked)]) == written
    receipt = make().upsert(item(title="New", revision=3), first.remote_id)
    assert receipt.remote_id == first.remote_id
    assert [made["title"] for made in canvas.course.items] == ["New (Example Channel · CC-BY-4.0)"]
    assert "edited" not in receipt.note


def test_a_page_follows_its_text_whatever_its_address_became(make: MakeAdapter, canvas: CanvasServer) -> None:
    first = make().upsert(text_only(), None)
    second = make().upsert(text_only(title="Quite new", html="<p>Better.</p>", revision=2), first.remote_id)
    (page,) = canvas.course.pages.values()
    assert second.remote_id == first.remote_id
    assert (page["url"], "<p>Better.</p>" in page["body"]) == ("quite-new", True)
    make().retract(item_id(1), second.remote_id)
    assert (canvas.course.items, canvas.course.pages) == ([], {})


def test_an_item_that_loses_its_address_becomes_a_page_in_its_place(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make().upsert(item(), None)
    second = make().upsert(text_only(revision=2), first.remote_id)
    assert second.remote_id != first.remote_id
    assert [made["type"] for made in canvas.course.items] == ["Page"]


def test_an_entry_that_a_teacher_edited_is_replaced_by_a_newer_revision_only_and_not_unsaid(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make().upsert(item(), None)
    canvas.course.items[0]["title"] = "Teacher's words"
    make().upsert(item(), first.remote_id)
    assert canvas.course.items[0]["title"] == "Teacher's words"
    receipt = make().upsert(item(title="New", revision=2), first.remote_id)
    assert "had been edited in Canvas" in receipt.note
    assert canvas.course.items[0]["title"].startswith("New")


def test_where_a_teacher_hid_or_moved_an_entry_there_it_stays(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make(published=True).upsert(item(), None)
    week = canvas.course.make_module({"module[name]": "Week 1"})
    number = int(first.remote_id)
    canvas.course.change_item(
        number, {"module_item[module_id]": str(week["id"]), "module_item[published]": "false"}
    )
    receipt = make(published=True).upsert(item(title="New", revision=2), first.remote_id)
    assert canvas.course.outline()["Week 1"] == ["New (Example Channel · CC-BY-4.0)"]
    assert canvas.course.items[0]["published"] is False
    assert receipt.remote_id == first.remote_id


def test_an_entry_that_a_teacher_deleted_comes_back_only_with_a_newer_revision(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make().upsert(item(), None)
    canvas.course.delete_item(int(first.remote_id))
    with pytest.raises(Gone, match="was deleted in Canvas"):
        make().upsert(item(), first.remote_id)
    assert make().upsert(item(title="New", revision=2), first.remote_id).remote_id != first.remote_id
    assert len(canvas.course.items) == 1


def test_an_entry_deleted_while_it_is_delivered_is_told_and_made_when_it_changes(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make().upsert(item(), None)
    adapter = make()
    adapter.upsert(item(), first.remote_id)
    canvas.course.delete_item(int(first.remote_id))
    with pytest.raises(Gone):
        adapter.upsert(item(title="New", revision=2), first.remote_id)
    assert adapter.upsert(item(title="New", revision=2), first.remote_id).note
    assert len(canvas.course.items) == 1


def test_an_entry_of_another_item_and_a_teachers_own_are_never_touched(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    other = make().upsert(item(2), None)
    module = canvas.course.named("Learning items")["id"]
    own = canvas.course.make_item(
        module,
        {
            "module_item[type]": "ExternalUrl",
            "module_item[external_url]": "https://example.org/watch?v=1&t=5",
        },
    )
    for remote_id in (other.remote_id, str(own["id"])):
        with pytest.raises(Conflict, match="left alone"):
            make().upsert(item(1), remote_id)
        with pytest.raises(Conflict):
            make().retract(item_id(1), remote_id)
    assert len(canvas.course.items) == 2


def test_retracting_removes_the_entry_with_or_without_its_number_and_may_be_repeated(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = make().upsert(item(1), None)
    make().upsert(item(2), None)
    canvas.interrupt("half", when=lambda asked: asked.method == "DELETE")
    with pytest.raises(Unreachable):
        make().retract(item_id(1), first.remote_id)
    assert make().retract(item_id(1), first.remote_id).note == "It was no longer in Canvas."
    assert make().retract(item_id(2), None).note == "Removed from Canvas."
    assert canvas.course.items == []
    assert make().upsert(item(1), first.remote_id).remote_id != first.remote_id


@pytest.mark.parametrize("trouble", ["half", "cut"])
@pytest.mark.parametrize("lost", range(2))
def test_a_page_is_gone_after_its_item_whichever_answer_was_lost(
    make: MakeAdapter, canvas: CanvasServer, lost: int, trouble: Any
) -> None:
    first = make().upsert(text_only(), None)
    canvas.interrupt(trouble, when=writing, after=lost)
    with pytest.raises(Unreachable):
        make().retract(item_id(1), first.remote_id)
    make().retract(item_id(1), first.remote_id)
    assert (canvas.course.items, canvas.course.pages) == ([], {})


@pytest.mark.parametrize("lost", range(3))
def test_an_item_withdrawn_before_its_page_was_placed_leaves_nothing_behind(
    make: MakeAdapter, canvas: CanvasServer, lost: int
) -> None:
    canvas.course.save_page(None, {"wiki_page[title]": "Item 1", "wiki_page[body]": "A teacher's own."})
    canvas.interrupt("half", when=writing, after=lost)
    with pytest.raises(Unreachable):
        make().upsert(text_only(), None)
    make().retract(item_id(1), None)
    assert canvas.course.items == []
    assert [page["body"] for page in canvas.course.pages.values()] == ["A teacher's own."]


def test_an_item_without_address_or_text_is_refused_with_a_remedy(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    for nothing in (text_only(html=""), item(url="javascript:alert(1)", html="<script>x</script>")):
        with pytest.raises(BadInput) as refused:
            make().upsert(nothing, None)
        assert "address" in refused.value.remedy
    assert canvas.course.modules == []


def test_a_course_deleted_between_plan_and_delivery_holds_the_destination_with_a_remedy(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    adapter = make()
    first = adapter.upsert(item(), None)
    canvas.course.deleted = True
    calls: list[Callable[[], object]] = [
        lambda: adapter.upsert(item(title="New", revision=2), first.remote_id),
        lambda: make().upsert(item(2), None),
        lambda: make().retract(item_id(1), first.remote_id),
    ]
    for call in calls:
        with pytest.raises(ConfigError, match="no course 17") as refused:
            call()
        assert "`course`" in refused.value.remedy


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        (BAD_TOKEN, ConfigError, "New Access Token"),
        (UNAUTHORIZED, Denied, "teacher or designer"),
        (NO_SCOPE, ConfigError, SCOPES[-1]),
        (Reply(403, {"errors": [{"message": "no"}]}), Denied, "teacher or designer"),
        (HTML, BadInput, "sign-in page"),
        (Reply(404, HTML.body, HTML.headers), BadInput, "site's root"),
        (Reply(200, b"not json"), BadInput, "site's root"),
        (Reply(200, {"id": None}), BadInput, "site's root"),
        (Reply(422, {"errors": {"title": [{"message": "is too long"}]}}), BadInput, "Canvas takes"),
        (Reply(500, {}), Unreachable, ""),
        ("cut", Unreachable, ""),
    ],
)
def test_every_refusal_names_what_it_is_and_its_remedy(
    make: MakeAdapter, canvas: CanvasServer, reply: Any, kind: type[GleaneryError], told: str
) -> None:
    canvas.interrupt(reply, when=creating)
    with pytest.raises(GleaneryError) as refused:
        make().upsert(item(), None)
    assert type(refused.value) is kind
    assert told in refused.value.remedy
    assert canvas.token not in str(refused.value)
    assert "Item 1" not in str(refused.value)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_heeded(make: MakeAdapter, canvas: CanvasServer, status: int) -> None:
    for asked_for in ("120", "Thu, 15 Jan 2026 12:02:00 GMT"):
        canvas.interrupt(Reply(status, {}, {"Retry-After": asked_for}))
        with pytest.raises((QuotaExhausted, Unreachable)) as refused:
            make().upsert(item(), None)
        if isinstance(refused.value, QuotaExhausted):
            assert refused.value.until == NOON + timedelta(seconds=120)
        elif isinstance(refused.value, Unreachable):
            assert refused.value.retry_after == 120
        assert isinstance(refused.value, QuotaExhausted) is (status == 429)


def test_the_throttle_which_comes_as_a_403_is_waited_for(make: MakeAdapter, canvas: CanvasServer) -> None:
    canvas.interrupt(THROTTLED, when=creating)
    with pytest.raises(QuotaExhausted) as refused:
        make().upsert(item(), None)
    assert refused.value.until > datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    assert make().upsert(item(), None).remote_id
    assert len(canvas.course.items) == 1


def test_we_stop_by_ourselves_before_the_allowance_is_used_up(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    canvas.left, canvas.cost = 75.0, 10.0
    adapter = make()

    def all_of_them() -> None:
        for number in range(10):
            adapter.upsert(item(number), None)

    with pytest.raises(QuotaExhausted, match="allowance") as stopped:
        all_of_them()
    assert stopped.value.until == NOON + timedelta(seconds=(200 - canvas.left) / 10)
    assert 50 <= canvas.left < 60
    canvas.left, canvas.cost = 600.0, 1.0
    for number in range(10):
        make().upsert(item(number), None)
    assert len(canvas.course.items) == 10


def test_the_token_travels_in_its_header_only_and_never_to_another_site(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    make().preflight()
    make().upsert(item(), None)
    assert all(asked.headers["authorization"] == f"Bearer {canvas.token}" for asked in canvas.asked)
    assert not [asked for asked in canvas.asked if canvas.token in asked.search + asked.body.decode()]
    with CanvasServer() as other:
        elsewhere = Reply(200, [], {"Link": f'<{other.url}/api/v1/x>; rel="next"'})
        canvas.interrupt(elsewhere, when=lambda asked: asked.path.endswith("/modules"))
        with pytest.raises(BadInput):
            make().upsert(item(2), None)
        assert other.asked == []


def test_a_list_that_leads_back_to_itself_ends(make: MakeAdapter, canvas: CanvasServer) -> None:
    circle = Reply(200, [], {"Link": f'<{canvas.url}/api/v1/courses/17/modules?page=2>; rel="next"'})
    canvas.interrupt(circle, times=5, when=lambda asked: asked.path.endswith("/modules"))
    with pytest.raises(BadInput):
        make().upsert(item(), None)
    assert len(canvas.asked) == 2


def test_preflight_is_all_well_where_all_is(make: MakeAdapter, canvas: CanvasServer) -> None:
    checks = make().preflight()
    assert {check.name for check in checks} == {"site", "course", "module"}
    assert all(check.ok for check in checks)
    assert not [asked for asked in canvas.asked if writing(asked)]


def test_preflight_names_each_right_that_is_missing_and_takes_the_older_names(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    canvas.rights -= {"manage_course_content_delete", "manage_wiki_create"}
    failed = [check for check in make().preflight() if not check.ok]
    assert [check.name for check in failed] == ["right Course Content - delete", "right Pages - create"]
    assert all("teacher or designer" in check.remedy for check in failed)
    canvas.rights = {"manage_content", "manage_wiki"}
    assert all(check.ok for check in make().preflight())


def test_preflight_names_two_modules_of_one_name(make: MakeAdapter, canvas: CanvasServer) -> None:
    for _ in range(2):
        canvas.course.make_module({"module[name]": "Learning items"})
    (failed,) = [check for check in make().preflight() if not check.ok]
    assert failed.name == "module"
    assert failed.remedy


@pytest.mark.parametrize(
    ("trouble", "name"),
    [("html", "site"), ("token", "site"), ("down", "site"), ("course", "course")],
)
def test_preflight_says_what_is_wrong_with_the_site_or_the_course(
    make: MakeAdapter, canvas: CanvasServer, trouble: str, name: str
) -> None:
    changes: dict[str, Any] = {}
    if trouble == "html":
        canvas.interrupt(HTML)
    elif trouble == "token":
        changes["token"] = "another"
    elif trouble == "down":
        changes["url"] = "http://127.0.0.1:9"
    else:
        changes["course"] = 18
    last = make(**changes).preflight()[-1]
    assert (last.name, last.ok) == (name, False)
    assert last.remedy

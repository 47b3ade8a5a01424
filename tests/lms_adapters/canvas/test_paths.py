"""A path as a module: its page first, its steps in order, a teacher's entries left where they are."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from gleanery.errors import BadInput, Gone, Unreachable
from gleanery.ports import LearningCollection, Receipt
from gleanery.testing import Asked
from lms_adapters.canvas import Canvas
from tests.canvas_server import CanvasServer
from tests.lms_adapters.canvas.conftest import MakeAdapter
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import item, item_id


def writing(asked: Asked) -> bool:
    return asked.method != "GET"


def deliver(adapter: Canvas, path: LearningCollection, remote_id: str | None = None) -> Receipt:
    """The items first, then the path, as the house does."""
    for one in path.steps:
        adapter.upsert(one.item, None)
    return adapter.upsert_collection(path, remote_id)


def short(canvas: CanvasServer) -> dict[str, list[str]]:
    """The titles in each module without their sources."""
    return {
        name: [title.split(" (")[0] for title in titles] for name, titles in canvas.course.outline().items()
    }


def test_a_path_is_a_module_with_its_page_and_its_steps_in_order(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    path = collection(step(3), step(1, required=False), step(2))
    make().upsert(item(9), None)
    receipt = deliver(make(), path)
    assert short(canvas) == {
        "Learning items": ["Item 9"],
        "First week": ["First week", "Item 3", "Item 1", "Item 2"],
    }
    module = canvas.course.named("First week")
    assert module["require_sequential_progress"] is True
    assert [one.get("completion_requirement") for one in module["items"]] == [
        None,
        {"type": "must_view"},
        None,
        {"type": "must_view"},
    ]
    assert receipt.remote_id == f"module/{module['id']}"
    assert receipt.url == f"{canvas.url}/courses/17/modules#module_{module['id']}"
    (page,) = canvas.course.pages.values()
    assert "Take one a day." in page["body"]
    assert "<em>Example Channel · CC-BY-4.0</em>" in page["body"]
    assert f'id="gleanery-{path.id}"' in page["body"]


def test_a_collection_without_an_order_requires_nothing(make: MakeAdapter, canvas: CanvasServer) -> None:
    deliver(make(), collection(step(1), step(2), ordered=False))
    module = canvas.course.named("First week")
    assert module["require_sequential_progress"] is False
    assert not any("completion_requirement" in one for one in module["items"])


def test_what_a_later_step_waits_for_must_be_opened_first(make: MakeAdapter, canvas: CanvasServer) -> None:
    path = collection(step(1, required=False), step(2, after=item_id(1), required=False))
    deliver(make(sequential=False), path)
    module = canvas.course.named("First week")
    assert module["require_sequential_progress"] is True
    assert [one.get("completion_requirement") for one in module["items"]] == [
        None,
        {"type": "must_view"},
        None,
    ]


def test_the_same_path_again_writes_nothing_and_a_change_moves_what_it_must(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = deliver(make(), collection(step(1), step(2), step(3)))
    written = len(list(filter(writing, canvas.asked)))
    deliver(make(), collection(step(1), step(2), step(3)), first.remote_id)
    assert len(list(filter(writing, canvas.asked))) == written
    second = deliver(
        make(), collection(step(3), step(4), step(1, required=False), revision=2), first.remote_id
    )
    assert second.remote_id == first.remote_id
    assert short(canvas) == {
        "Learning items": ["Item 2"],
        "First week": ["First week", "Item 3", "Item 4", "Item 1"],
    }
    assert [one["title"] for one in canvas.course.items if one.get("completion_requirement")] == [
        "Item 3 (Example Channel · CC-BY-4.0)",
        "Item 4 (Example Channel · CC-BY-4.0)",
    ]


@pytest.mark.parametrize("lost", range(12))
def test_whichever_answer_is_lost_module_page_and_steps_stand_once(
    make: MakeAdapter, canvas: CanvasServer, lost: int
) -> None:
    path = collection(step(2), step(1))
    canvas.interrupt("half", when=writing, after=lost)
    for _ in range(3):
        try:
            deliver(make(published=True), path)
            break
        except Unreachable:
            continue
    canvas.clear()
    assert short(canvas) == {"Learning items": [], "First week": ["First week", "Item 2", "Item 1"]}
    assert canvas.course.named("First week")["published"] is True
    assert all(one["published"] for one in canvas.course.items)


def test_a_step_of_two_paths_has_an_entry_in_each_and_one_of_its_own(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    other: dict[str, Any] = {"title": "Second", "id": item_id(50)}
    pages = step(2, item=item(2, url=None), url=None)
    deliver(make(), collection(step(1), pages))
    deliver(make(), collection(step(1), pages, **other))
    deliver(make(), collection(step(1), pages, revision=2, summary="Changed", **other))
    assert short(canvas) == {
        "Learning items": [],
        "First week": ["First week", "Item 1", "Item 2"],
        "Second": ["Second", "Item 1", "Item 2"],
    }
    addresses = [one["external_url"] for one in canvas.course.items if "external_url" in one]
    assert addresses[1].endswith(f"gleanery={item_id(1)}.{item_id(50)}")
    make().retract(item_id(50), None)
    assert short(canvas) == {"Learning items": [], "First week": ["First week", "Item 1", "Item 2"]}
    make().retract(item_id(1), None)
    make().retract(item_id(2), None)
    assert short(canvas) == {"Learning items": [], "First week": ["First week"]}
    assert len(canvas.course.pages) == 1


def test_what_a_teacher_put_into_the_module_stays_where_it_is(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = deliver(make(), collection(step(1), step(2)))
    number = canvas.course.named("First week")["id"]
    own = canvas.course.make_item(
        number,
        {
            "module_item[type]": "ExternalUrl",
            "module_item[title]": "Mine",
            "module_item[external_url]": "https://t.example",
        },
    )
    canvas.course.change_item(own["id"], {"module_item[position]": "3"})
    deliver(make(), collection(step(2), step(1), revision=2), first.remote_id)
    assert short(canvas)["First week"] == ["First week", "Item 2", "Mine", "Item 1"]
    receipt = make().retract(collection().id, first.remote_id)
    assert "the module stays" in receipt.note
    assert short(canvas) == {"Learning items": ["Item 2", "Item 1"], "First week": ["Mine"]}


def test_retracting_a_path_leaves_its_items_among_the_single_ones_and_may_be_repeated(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = deliver(make(), collection(step(1), step(2)))
    assert make().retract(collection().id, first.remote_id).note == "Removed from Canvas."
    assert short(canvas) == {"Learning items": ["Item 1", "Item 2"]}
    assert canvas.course.pages == {}
    assert not any(one.get("completion_requirement") for one in canvas.course.items)
    assert make().retract(collection().id, first.remote_id).note == "It was no longer in Canvas."
    assert deliver(make(), collection(step(1)), first.remote_id).remote_id != first.remote_id


def test_an_item_that_a_teacher_moved_into_a_path_stays_there(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = deliver(make(), collection(step(1), step(2)))
    single = make().upsert(item(3), None)
    number = canvas.course.named("First week")["id"]
    canvas.course.change_item(int(single.remote_id), {"module_item[module_id]": str(number)})
    deliver(make(), collection(step(2), revision=2), first.remote_id)
    assert short(canvas)["First week"] == ["First week", "Item 2", "Item 3"]
    assert "the module stays" in make().retract(collection().id, first.remote_id).note
    assert short(canvas)["First week"] == ["Item 3"]


@pytest.mark.parametrize("lost", range(8))
def test_a_path_withdrawn_while_it_is_made_or_taken_away_leaves_only_its_items(
    make: MakeAdapter, canvas: CanvasServer, lost: int
) -> None:
    for number in (1, 2):
        make().upsert(item(number), None)
    canvas.interrupt("half", when=writing, after=lost)
    with suppress(Unreachable):
        make().upsert_collection(collection(step(2), step(1)), None)
    canvas.clear()
    canvas.interrupt("half", when=writing, after=lost // 2)
    with suppress(Unreachable):
        make().retract(collection().id, None)
    canvas.clear()
    make().retract(collection().id, None)
    assert list(short(canvas)) == ["Learning items"]
    assert sorted(short(canvas)["Learning items"]) == ["Item 1", "Item 2"]
    assert canvas.course.pages == {}


def test_a_module_that_a_teacher_deleted_comes_back_only_with_a_newer_revision(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = deliver(make(), collection(step(1)))
    canvas.course.delete_module(canvas.course.named("First week")["id"])
    with pytest.raises(Gone, match="was deleted in Canvas"):
        make().upsert_collection(collection(step(1)), first.remote_id)
    second = make().upsert_collection(collection(step(1), revision=2), first.remote_id)
    assert "1 of its steps are left out" in second.note
    assert short(canvas)["First week"] == ["First week"]


def test_a_renamed_module_gets_its_name_back_with_a_newer_revision_and_not_unsaid(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    first = deliver(make(), collection(step(1)))
    canvas.course.named("First week")["name"] = "Woche 1"
    make().upsert_collection(collection(step(1)), first.remote_id)
    assert "Woche 1" in canvas.course.outline()
    receipt = make().upsert_collection(collection(step(1), revision=2, title="Newest"), first.remote_id)
    assert "had been edited" in receipt.note
    assert "Newest" in canvas.course.outline()


def test_an_empty_path_is_a_module_with_its_page_only(make: MakeAdapter, canvas: CanvasServer) -> None:
    receipt = deliver(make(), collection())
    assert canvas.course.outline() == {"First week": ["First week"]}
    assert receipt.remote_id.startswith("module/")


def test_a_step_with_nothing_to_show_is_left_out_and_counted(make: MakeAdapter, canvas: CanvasServer) -> None:
    nothing = step(2, item=item(2, url=None, html=""), url=None)
    receipt = make().upsert_collection(collection(step(1), nothing), None)
    assert "1 of its steps are left out" in receipt.note
    assert short(canvas) == {"First week": ["First week", "Item 1"]}


def test_a_number_that_is_no_modules_is_refused(make: MakeAdapter) -> None:
    with pytest.raises(BadInput, match="not the number of a module"):
        make().upsert_collection(collection(step(1)), "12")
    with pytest.raises(BadInput, match="not the number of an entry"):
        make().upsert(item(), "module-12")

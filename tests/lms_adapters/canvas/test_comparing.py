"""What a teacher did to our entries in Canvas is found and said; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from gleanery.ports import Found, Placed, Stands
from tests.canvas_server import CanvasServer
from tests.lms_adapters.canvas.conftest import MakeAdapter
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import item, item_id


def placed(make: MakeAdapter, count: int = 5) -> list[Placed]:
    """That many items as links, the last one as a page."""
    items = [item(number) for number in range(count - 1)] + [item(count - 1, url=None)]
    return [Placed(one.id, make(published=True).upsert(one, None).remote_id) for one in items]


def found(make: MakeAdapter, entries: Sequence[Placed]) -> dict[str, Found]:
    return {one.remote_id: one for one in make().compare(entries)}


def test_what_was_left_alone_stands_as_it_was_left(make: MakeAdapter, canvas: CanvasServer) -> None:
    entries = placed(make)
    canvas.asked.clear()
    assert {one.stands for one in found(make, entries).values()} == {Stands.AS_LEFT}
    assert {asked.method for asked in canvas.asked} == {"GET"}


def test_what_a_teacher_did_is_told_without_foreign_words(make: MakeAdapter, canvas: CanvasServer) -> None:
    entries = placed(make)
    numbers = [int(entry.remote_id) for entry in entries]
    week = canvas.course.make_module({"module[name]": "Week 1"})
    canvas.course.change_item(numbers[0], {"module_item[title]": "Secret words"})
    canvas.course.change_item(numbers[1], {"module_item[module_id]": str(week["id"])})
    canvas.course.delete_item(numbers[2])
    canvas.course.change_item(numbers[3], {"module_item[published]": "false"})
    next(iter(canvas.course.pages.values()))["body"] += "<p>more</p>"
    told = found(make, entries)
    assert [(told[entry.remote_id].stands, told[entry.remote_id].note) for entry in entries] == [
        (Stands.EDITED, "its title, address or text was changed"),
        (Stands.EDITED, "it was moved to another module"),
        (Stands.GONE, "it was deleted"),
        (Stands.HELD, "it is not published"),
        (Stands.EDITED, "its title, address or text was changed"),
    ]
    assert told[entries[2].remote_id].url is None
    assert told[entries[0].remote_id].url == f"{canvas.url}/courses/17/modules/items/{numbers[0]}"
    assert "Secret" not in str(told)


def test_an_address_that_was_given_another_items_marker_is_told(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    entries = placed(make, 2)
    stolen = {"module_item[external_url]": f"https://example.org/#:~:gleanery={item_id(7)}"}
    canvas.course.change_item(int(entries[0].remote_id), stolen)
    assert found(make, entries)[entries[0].remote_id].note == "its address names another item"


def test_entries_of_ours_that_the_house_does_not_know_are_strange(
    make: MakeAdapter, canvas: CanvasServer
) -> None:
    entries = placed(make, 4)
    copied = canvas.course.items[0]
    twin = canvas.course.make_item(
        copied["module_id"],
        {"module_item[type]": "ExternalUrl", "module_item[external_url]": copied["external_url"]},
    )
    canvas.course.make_item(
        copied["module_id"],
        {"module_item[type]": "ExternalUrl", "module_item[external_url]": "https://t.example"},
    )
    told = found(make, entries[:2])
    strange = {key: one.thing for key, one in told.items() if one.stands is Stands.STRANGE}
    assert strange == {
        str(twin["id"]): item_id(0),
        entries[2].remote_id: item_id(2),
        entries[3].remote_id: item_id(3),
    }


def test_a_paths_name_page_order_and_steps_are_compared(make: MakeAdapter, canvas: CanvasServer) -> None:
    path = collection(step(1), step(2), step(3))
    items = [Placed(item_id(n), make(published=True).upsert(item(n), None).remote_id) for n in (1, 2, 3)]
    module = Placed(path.id, make(published=True).upsert_collection(path, None).remote_id)
    entries = [*items, module]
    assert {one.stands for one in found(make, entries).values()} == {Stands.AS_LEFT}
    row = canvas.course.named("First week")
    row["items"][1], row["items"][2] = row["items"][2], row["items"][1]
    assert found(make, entries)[module.remote_id].note == "the order of its steps was changed"
    row["name"] = "Week"
    canvas.course.delete_item(int(items[2].remote_id))
    told = found(make, entries)
    assert told[module.remote_id].note == (
        "its name was changed, 1 of its steps were taken out, the order of its steps was changed"
    )
    row["name"], row["published"] = "First week", False
    row["items"][1], row["items"][2] = row["items"][2], row["items"][1]
    del row["items"][0]
    assert "its first page was deleted" in found(make, entries)[module.remote_id].note
    canvas.course.delete_module(row["id"])
    told = found(make, entries)
    assert {one.stands for one in told.values()} == {Stands.GONE}


def test_an_entry_of_an_item_in_a_second_path_is_not_strange(make: MakeAdapter) -> None:
    item_one = Placed(item_id(1), make().upsert(item(1), None).remote_id)
    paths = [collection(step(1), id=item_id(50 + n), title=f"Path {n}") for n in range(2)]
    modules = [Placed(path.id, make().upsert_collection(path, None).remote_id) for path in paths]
    assert Stands.STRANGE not in {one.stands for one in make().compare([item_one, *modules])}

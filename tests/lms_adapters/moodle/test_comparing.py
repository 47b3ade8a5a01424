"""What became of our entries and activities in Moodle is told, and nothing is written for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gleanery.errors import ConfigError
from gleanery.ports import Compares, Found, Placed, ReadsBack, Ships, Stands
from lms_adapters.moodle import Moodle
from lms_adapters.moodle.tier_activities import FUNCTIONS
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import item, item_id
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer


def placed(adapter: Moodle, *numbers: int) -> list[Placed]:
    """These items, delivered."""
    return [Placed(item_id(number), adapter.upsert(item(number), None).remote_id) for number in numbers]


def stands(found: Sequence[Found]) -> dict[str, Stands]:
    return {one.remote_id: one.stands for one in found}


def test_the_adapter_offers_what_it_can() -> None:
    assert issubclass(Moodle, Compares)
    assert issubclass(Moodle, ReadsBack)
    assert issubclass(Moodle, Ships)


def test_entries_are_as_left_held_edited_deleted_or_strange(make: MakeAdapter, moodle: MoodleServer) -> None:
    entries = placed(make(), 1, 2, 3, 4, 5)
    left, held, edited, deleted, strange = moodle.entries
    for entry in (left, edited):
        entry["approved"] = True
    moodle.activity.edit(edited, "Title", "Teacher's words")
    moodle.activity.delete(deleted)
    before = len(moodle.requests)
    found = list(make().compare(entries[:4]))
    assert stands(found) == {
        str(left["id"]): Stands.AS_LEFT,
        str(held["id"]): Stands.HELD,
        str(edited["id"]): Stands.EDITED,
        str(deleted["id"]): Stands.GONE,
        str(strange["id"]): Stands.STRANGE,
    }
    assert found[-1].thing == item_id(5)
    assert found[0].url == f"{moodle.url}/mod/data/view.php?d={moodle.activity.id}&rid={left['id']}"
    asked = {call.function for call in moodle.requests[before:]}
    assert asked == {"mod_data_get_fields", "mod_data_get_entries"}


def test_an_entry_that_names_another_item_and_a_second_one_are_told(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    entries = placed(make(), 1, 2)
    moodle.activity.edit(moodle.entries[1], "gleanery_id", str(item_id(1)))
    first, second = make().compare(entries)
    assert (first.stands, second.stands) == (Stands.HELD, Stands.EDITED)
    assert "another item" in second.note
    (only, twin) = make().compare(entries[:1])
    assert (only.stands, twin.stands, twin.note) == (
        Stands.HELD,
        Stands.STRANGE,
        "A second entry of the same item.",
    )


def test_an_entry_of_a_teachers_own_is_none_of_ours(make: MakeAdapter, moodle: MoodleServer) -> None:
    placed(make(), 1)
    moodle.activity.edit(moodle.entries[0], "gleanery_id", "see page 7")
    assert list(make().compare([])) == []


def test_many_entries_are_compared_page_by_page(make: MakeAdapter, moodle: MoodleServer) -> None:
    entries = placed(make(), *range(101))
    assert {one.stands for one in make().compare(entries)} == {Stands.HELD}
    assert len(moodle.called("mod_data_get_entries")) == 2


def test_a_token_that_cannot_list_entries_is_told_by_name(make: MakeAdapter, moodle: MoodleServer) -> None:
    entries = placed(make(), 1)
    moodle.missing.add("mod_data_get_entries")
    with pytest.raises(ConfigError, match="mod_data_get_entries"):
        list(make().compare(entries))


def test_activities_are_as_left_hidden_edited_deleted_or_strange(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    entries = placed(settle(), 1, 2, 3, 4, 5)
    left, held, edited, deleted, strange = (one["id"] for one in campus.plugin.activities)
    campus.plugin.edit(held, visible=False)
    campus.plugin.edit(edited, name="Teacher's words", text="<p>x</p>")
    campus.plugin.delete(deleted)
    before = len(campus.requests)
    found = list(settle().compare(entries[:4]))
    assert stands(found) == {
        f"cm:{left}": Stands.AS_LEFT,
        f"cm:{held}": Stands.HELD,
        f"cm:{edited}": Stands.EDITED,
        f"cm:{deleted}": Stands.GONE,
        f"cm:{strange}": Stands.STRANGE,
    }
    assert found[2].note == "Changed in Moodle since the last delivery: name, text."
    assert found[-1].thing == item_id(5)
    asked = {call.function for call in campus.requests[before:]}
    assert asked == {"core_webservice_get_site_info", "local_gleanery_get_items"}


def test_what_a_teacher_only_moved_is_as_left(settle: MakeAdapter, campus: MoodleServer) -> None:
    entries = placed(settle(), 1)
    campus.plugin.do("move", cmid=campus.plugin.activities[0]["id"], section=1)
    assert [one.stands for one in settle().compare(entries)] == [Stands.AS_LEFT]


def test_what_has_another_number_after_a_restored_backup_is_found_by_our_id(
    settle: MakeAdapter, campus: MoodleServer, make: MakeAdapter, moodle: MoodleServer
) -> None:
    entries = placed(settle(), 1)
    (first,) = campus.plugin.activities
    campus.plugin.delete(first["id"])
    kept = {name: first[name] for name in ("name", "address", "text", "modname", "idnumber")}
    restored = campus.plugin.add(0, **kept)
    assert [(one.stands, one.remote_id) for one in settle().compare(entries)] == [
        (Stands.AS_LEFT, f"cm:{restored}")
    ]
    entries = placed(make(), 1)
    moodle.entries[0]["id"] = 77
    assert [(one.stands, one.remote_id) for one in make().compare(entries)] == [(Stands.HELD, "77")]


def test_a_path_whose_section_was_renamed_is_edited(settle: MakeAdapter, campus: MoodleServer) -> None:
    entries = placed(settle(), 1)
    made = settle().upsert_collection(collection(step(1)), None)
    entries.append(Placed(collection().id, made.remote_id))
    assert {one.stands for one in settle().compare(entries)} == {Stands.AS_LEFT}
    campus.plugin.do("rename section", section=2, name="Teacher's")
    assert [one.note for one in settle().compare(entries)][1].endswith("delivery: name.")


def test_many_activities_are_compared_page_by_page(settle: MakeAdapter, campus: MoodleServer) -> None:
    for number in range(201):
        campus.plugin.add(0, idnumber=f"gleanery-{item_id(number)}")
    settle().upsert(item(1), None)
    found = list(settle().compare([]))
    assert len({one.thing for one in found}) == 201
    assert len(campus.called("local_gleanery_get_items")) == 3


def test_both_tiers_are_compared_where_things_stand_in_both(
    settle: MakeAdapter, campus: MoodleServer
) -> None:
    campus.missing.update(FUNCTIONS)
    entries = placed(settle(database=campus.activity.id), 1)
    campus.missing.clear()
    entries += placed(settle(database=campus.activity.id), 2)
    found: list[Any] = list(settle(database=campus.activity.id).compare(entries))
    assert [one.stands for one in found] == [Stands.HELD, Stands.AS_LEFT]

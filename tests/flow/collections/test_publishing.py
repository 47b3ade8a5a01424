"""A path arrives in Moodle in its order, a change arrives as a change, and what is retired is taken back."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.errors import Denied
from gleanery.flow import deciding, deliver, outbox
from gleanery.flow.collections import editing, publishing, showing
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.model.collections import Collection, CollectionState
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict
from gleanery.testing import Clock
from tests.flow.collections.test_editing import path
from tests.moodle_server import MoodleServer

RETRACT = DecisionVerdict.RETRACT


def published(house: House, items: list[UUID], *destinations: str) -> Collection:
    made = path(house, items)
    editing.edit(house, "curator", made.id, {"destinations": destinations or ("moodle",)})
    return publishing.publish(house, "lead", made.id)


def page(moodle: MoodleServer, collection: Collection) -> str:
    """What the collection's entry says."""
    [entry] = [one for one in moodle.entries if moodle.content(one, "gleanery_id") == str(collection.id)]
    return moodle.content(entry, "Why")


def parts(text: str) -> list[int]:
    """The numbers of the articles in the list, in its order."""
    return [int(number) for number in re.findall(r"part (\d+)", text.partition("<ol>")[2])]


def test_a_path_arrives_in_moodle_in_its_order_and_leads_to_the_entries_of_its_items(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, [items[4], items[1], items[3]])
    report = deliver(house, "moodle")
    assert (report.delivered, report.faults) == (7, [])
    text = page(moodle, made)
    assert parts(text) == [4, 1, 3]
    assert re.findall(r"rid=(\d+)", text) == [
        str(entry["id"])
        for item in (items[4], items[1], items[3])
        for entry in moodle.entries
        if moodle.content(entry, "gleanery_id") == str(item)
    ]


def test_a_change_arrives_as_a_change_once_it_is_published_and_only_then(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, items[:3])
    deliver(house, "moodle")
    editing.move(house, "curator", made.id, items[2], 0)
    editing.add(house, "curator", made.id, items[5])
    deliver(house, "moodle")
    assert parts(page(moodle, made)) == [0, 1, 2]
    [place] = showing.show(house, made.id).places
    assert (place.changes.added, place.changes.moved) == ((items[5],), (items[2],))
    publishing.publish(house, "lead", made.id)
    entries = len(moodle.entries)
    assert deliver(house, "moodle").delivered == 1
    assert parts(page(moodle, made)) == [2, 0, 1, 5]
    assert len(moodle.entries) == entries
    [place] = showing.show(house, made.id).places
    assert not place.changes


def test_nothing_is_written_again_where_nothing_changed(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, items[:2])
    deliver(house, "moodle")
    publishing.publish(house, "lead", made.id)
    writes = len(moodle.called("mod_data_update_entry"))
    assert deliver(house, "moodle").delivered == 1
    assert len(moodle.called("mod_data_update_entry")) == writes


def test_an_item_that_is_taken_back_leaves_the_path_too_and_that_is_told(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, items[:3])
    deliver(house, "moodle")
    deciding.decide(house, str(items[1]), RETRACT, "curator")
    deliver(house, "moodle")
    assert parts(page(moodle, made)) == [0, 2]
    assert showing.show(house, made.id).missing == 1
    assert [one.missing for one in showing.listed(house)] == [1]


def test_a_path_of_which_nothing_is_left_is_removed(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    published(house, items[:1])
    deliver(house, "moodle")
    deciding.decide(house, str(items[0]), RETRACT, "curator")
    deliver(house, "moodle")
    assert len(moodle.entries) == 5


def test_a_retired_path_is_removed_and_its_items_stay_where_all_items_go(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, items[:2])
    deliver(house, "moodle")
    publishing.retire(house, "lead", made.id)
    assert deliver(house, "moodle").retracted == 1
    assert len(moodle.entries) == 6
    with pytest.raises(Denied, match="retired"):
        publishing.retire(house, "lead", made.id)


def test_a_destination_that_lives_on_collections_gets_and_loses_the_items_with_them(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    picky = [one.model_copy(update={"takes": "collections"}) for one in house.config.destinations]
    house.config = house.config.model_copy(update={"destinations": tuple(picky)})
    with house.store.write() as session:
        for row in session.exec(select(Delivery)):
            session.delete(row)
    assert deliver(house, "moodle").delivered == 0
    one, other = published(house, items[:3]), published(house, items[2:4])
    deliver(house, "moodle")
    held = {moodle.content(entry, "gleanery_id") for entry in moodle.entries}
    assert held == {str(key) for key in (*items[:4], one.id, other.id)}
    publishing.retire(house, "lead", one.id)
    deliver(house, "moodle")
    held = {moodle.content(entry, "gleanery_id") for entry in moodle.entries}
    assert held == {str(key) for key in (*items[2:4], other.id)}


def test_a_cartridge_binds_the_path_as_a_folder_in_its_order(house: House, items: list[UUID]) -> None:
    made = published(house, [items[3], items[0]], "file")
    report = deliver(house, "file")
    assert report.faults == []
    assert "6 items" in report.notes[0]
    [place] = showing.show(house, made.id).places
    assert place.state is DeliveryState.DELIVERED


def test_what_lacks_something_cannot_be_published_and_it_is_said_what(
    house: House, items: list[UUID]
) -> None:
    made = path(house, items[:1])
    with pytest.raises(Denied, match="nowhere"):
        publishing.publish(house, "lead", made.id)
    editing.edit(house, "curator", made.id, {"destinations": ("moodle",)})
    editing.remove(house, "curator", made.id, items[0])
    with pytest.raises(Denied, match="no approved item"):
        publishing.publish(house, "lead", made.id)


def test_a_path_is_removed_from_a_destination_that_is_no_longer_chosen(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, items[:1], "moodle", "file")
    deliver(house, "moodle")
    editing.edit(house, "curator", made.id, {"destinations": ("file",)})
    assert next(
        one for one in showing.show(house, made.id).places if one.destination == "moodle"
    ).changes.leaves
    publishing.publish(house, "lead", made.id)
    deliver(house, "moodle")
    assert len(moodle.entries) == 6


def test_a_lost_answer_makes_no_second_path(
    house: House, items: list[UUID], moodle: MoodleServer, clock: Clock
) -> None:
    deliver(house, "moodle")
    published(house, items[:2])
    moodle.lose_next_answer()
    assert deliver(house, "moodle").faults
    clock.move(timedelta(minutes=5))
    assert deliver(house, "moodle").delivered == 1
    assert len(moodle.entries) == 7


def test_a_path_that_moodle_refuses_waits_for_a_person_and_is_then_brought(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    deliver(house, "moodle")
    made = published(house, items[:2])
    moodle.fail_next("not_saved", "mod_data_add_entry")
    deliver(house, "moodle")
    [place] = showing.show(house, made.id).places
    assert (place.state, bool(place.reason)) == (DeliveryState.DEAD, True)
    assert outbox.retry(house, "lead", "moodle") == 1
    assert deliver(house, "moodle").delivered == 1


_PUBLISH_AND_DIE = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from gleanery.config import load
from gleanery.flow import deliver
from gleanery.flow.founding import open_house
from lms_adapters.moodle import Moodle
made = Moodle.upsert_collection
def told(self, collection, remote_id):
    made(self, collection, remote_id)
    os.kill(os.getpid(), signal.SIGKILL)
Moodle.upsert_collection = told
deliver(open_house(load(Path(sys.argv[1]))), "moodle")
"""


def test_a_kill_between_the_answer_and_the_note_of_it_loses_and_doubles_nothing(
    house: House, items: list[UUID], moodle: MoodleServer
) -> None:
    made = published(house, items[:2])
    config = house.config.file
    house.close()
    killed = subprocess.run([sys.executable, "-c", _PUBLISH_AND_DIE, str(config)], check=False)
    assert killed.returncode == -9
    assert config is not None
    again = open_house(load(config))
    try:
        assert deliver(again, "moodle").faults == []
        with again.store.read() as session:
            row = session.exec(select(Delivery).where(Delivery.item_id == made.id)).one()
        assert row.state is DeliveryState.DELIVERED
        assert parts(page(moodle, made)) == [0, 1]
        assert len(moodle.entries) == 7
        assert showing.listed(again)[0].state is CollectionState.PUBLISHED
    finally:
        again.close()

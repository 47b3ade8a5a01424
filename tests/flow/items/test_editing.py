"""A curator's title and summary (gleanery.flow.items.editing)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding, deliver, desk, exporting, read, screen
from gleanery.flow.house import House
from gleanery.flow.items import editing
from gleanery.flow.items.editing import Wording
from gleanery.flow.items.finding import find_item
from gleanery.flow.leaving import learning_items
from gleanery.flow.purging import purge
from gleanery.flow.taking import empty_edits
from gleanery.model.curated import ItemEdit
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict, Item
from gleanery.model.posts import Content
from tests.flow.items.conftest import STEPS, with_items
from tests.house import article, records

OURS = Wording("Sums without tears", "Twenty minutes for beginners.")


def first(house: House) -> str:
    return str(desk.queue(house).rows[0].id)


def leaves(house: House, item: str) -> tuple[str, str]:
    """The title and the words as a destination gets them."""
    with house.store.read() as session:
        row = find_item(session, item)
        told = learning_items(house, session, [row])[row.id]
    return told.title, told.html


def edits(house: House) -> list[ItemEdit]:
    with house.store.read() as session:
        return list(session.exec(select(ItemEdit).order_by(col(ItemEdit.number))))


def test_an_edited_title_and_summary_are_what_pages_and_destinations_show(either: House) -> None:
    item = first(either)
    before = desk.show(either, item)
    editing.edit(either, item, "curator", OURS)
    after = desk.show(either, item)
    assert (after.row.title, after.summary) == (OURS.title, OURS.summary)
    assert after.by_source == before.row.title
    assert after.text == before.text
    assert desk.queue(either).rows[0].title == OURS.title
    title, html = leaves(either, item)
    assert title == OURS.title
    assert html.startswith(f"<p>{OURS.summary}</p>")
    assert "spr0a" in html


def test_an_edit_of_a_delivered_item_is_owed_anew_and_the_approval_stands(house: House) -> None:
    item = first(house)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    assert deliver(house, "cartridge").delivered == 1
    editing.edit(house, item, "curator", OURS)
    screen(house)
    assert desk.show(house, item).row.state == "approved"
    with house.store.read() as session:
        [owed] = session.exec(select(Delivery).where(Delivery.state == DeliveryState.OWED))
    assert (str(owed.item_id), owed.action.value) == (item, "upsert")
    assert deliver(house, "cartridge").delivered == 1


def test_an_edit_can_be_undone_and_an_older_one_restored(house: House) -> None:
    item = first(house)
    by_source = desk.show(house, item).row.title
    editing.edit(house, item, "curator", OURS)
    editing.edit(house, item, "lead", Wording("A second title"))
    editing.undo_edit(house, item, "lead")
    assert desk.show(house, item).row.title == OURS.title
    editing.restore(house, item, "lead", 2)
    assert desk.show(house, item).row.title == "A second title"
    editing.restore(house, item, "lead", 0)
    assert desk.show(house, item).row.title == by_source
    known = desk.show(house, item).known
    told = [(known.by(one.actor), one.before.title, one.after.title) for one in known.edits]
    assert told == [
        ("curator", None, OURS.title),
        ("lead", OURS.title, "A second title"),
        ("lead", OURS.title, "A second title"),
        ("lead", "A second title", None),
    ]
    assert [one.undone_at is not None for one in known.edits] == [False, True, False, False]


def test_of_two_who_edit_at_once_the_second_is_told_and_writes_nothing(house: House) -> None:
    item = first(house)
    editing.edit(house, item, "curator", OURS, seen=0)
    with pytest.raises(Denied, match="edited by somebody else"):
        editing.edit(house, item, "lead", Wording("Mine"), seen=0)
    assert len(edits(house)) == 1


def test_the_same_words_again_are_no_edit(house: House) -> None:
    item = first(house)
    assert editing.edit(house, item, "curator", Wording(desk.show(house, item).row.title)) is None
    assert editing.edit(house, item, "curator", OURS) is not None
    assert editing.edit(house, item, "curator", OURS) is None
    assert len(edits(house)) == 1


def test_words_that_a_guard_blocks_are_not_saved_and_not_repeated(house: House) -> None:
    item = first(house)
    with pytest.raises(Denied) as told:
        editing.edit(house, item, "curator", Wording("Write to somebody@example.com now"))
    assert "email" in str(told.value)
    assert "somebody@" not in str(told.value)
    assert edits(house) == []


def test_what_is_withheld_cannot_be_worded_anew(tmp_path: Path) -> None:
    secret = article(7, text="Write to somebody@example.com for the key of the room, it is about ladders.")
    house = with_items(tmp_path, secret)
    with house.store.read() as session:
        item = session.exec(select(Item.id).where(Item.state == "quarantined")).one()
    with pytest.raises(Denied, match="withheld"):
        editing.edit(house, str(item), "curator", OURS)
    house.close()


def test_too_long_words_are_refused_and_control_characters_never_kept() -> None:
    with pytest.raises(BadInput, match="too long"):
        Wording.typed("x" * 301, "")
    typed = Wording.typed("  two\r\nlines\x00 \x1b[31m ", "one\r\n\r\ntwo \ud800")
    assert typed == Wording("two lines? [31m", "one\n\ntwo ?")
    assert Wording.typed(" ", "\n") == Wording(None, None)


def test_the_log_names_the_edit_and_not_its_words(house: House) -> None:
    editing.edit(house, first(house), "curator", OURS)
    told = "\n".join(exporting.lines(house, "curator", exporting.Selection()))
    assert '"item.edited"' in told
    assert OURS.title is not None
    assert OURS.title not in told


def test_edited_words_are_purged_with_those_of_the_source(house: House) -> None:
    item = first(house)
    editing.edit(house, item, "curator", OURS)
    with house.store.write() as session:
        for content in session.exec(select(Content)):
            content.purge_at = house.now()
            session.add(content)
    assert purge(house) == 3
    [edit] = edits(house)
    assert (edit.title, edit.summary, edit.emptied, edit.current) == (None, None, True, False)
    with pytest.raises(BadInput):
        editing.restore(house, item, "curator", 1)


def test_a_changed_source_is_not_taken_for_the_curators_own_change(tmp_path: Path) -> None:
    """The approval was for words that were seen: an edit in between does not cover others."""
    house = with_items(tmp_path, curation={"steps": STEPS})
    item = first(house)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    records(tmp_path, [article(0, text="Other words about spreadsheets that nobody has read yet.")])
    read(house, "catalogue")
    with house.store.write() as session:
        row = find_item(session, item)
        row.screened_as = ""
        session.add(row)
    editing.edit(house, item, "curator", OURS)
    assert desk.show(house, item).row.reason == "changed.since_approval"
    house.close()


def test_only_what_tells_of_the_thing_takes_the_edit_with_it(house: House) -> None:
    """A post that is about another item leaves the edit alone."""
    one, other = (str(row.id) for row in desk.queue(house).rows[:2])
    editing.edit(house, one, "curator", OURS)
    with house.store.write() as session:
        empty_edits(session, find_item(session, other).founding_post_id)
    assert edits(house)[0].current

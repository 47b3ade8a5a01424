"""Notes (gleanery.flow.items.noting)."""

from __future__ import annotations

import pytest

from gleanery.errors import BadInput, Denied
from gleanery.flow import desk, exporting, grouping
from gleanery.flow.house import House
from gleanery.flow.items import noting


def two(house: House) -> tuple[str, str]:
    rows = desk.queue(house).rows
    return str(rows[0].id), str(rows[1].id)


def test_a_note_is_seen_with_its_writer_and_the_log_has_only_its_id(either: House) -> None:
    item, _ = two(either)
    note = noting.add_note(either, item, "curator", "  Ask the safety team first.\r\nThen approve. ")
    [shown] = desk.show(either, item).known.notes
    assert (shown.by, shown.body) == ("curator", "Ask the safety team first.\nThen approve.")
    told = "\n".join(exporting.lines(either, "lead", exporting.Selection()))
    assert str(note.id) in told
    assert "safety team" not in told


def test_only_ones_own_note_can_be_removed(house: House) -> None:
    item, other = two(house)
    note = noting.add_note(house, item, "curator", "Mine.")
    with pytest.raises(Denied, match="somebody else's"):
        noting.remove_note(house, item, "lead", note.id)
    with pytest.raises(BadInput):
        noting.remove_note(house, other, "curator", note.id)
    noting.remove_note(house, item, "curator", note.id)
    assert desk.show(house, item).known.notes == ()


def test_an_empty_or_endless_note_is_refused(house: House) -> None:
    item, _ = two(house)
    for body in ("", " \n ", "x" * 2_001):
        with pytest.raises(BadInput):
            noting.add_note(house, item, "curator", body)


def test_notes_follow_their_item_into_a_merge(house: House) -> None:
    older, younger = two(house)
    noting.add_note(house, younger, "curator", "Seen before.")
    grouping.merge(house, older, younger, "curator")
    assert [note.body for note in desk.show(house, older).known.notes] == ["Seen before."]

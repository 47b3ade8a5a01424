"""What is kept of those who write on items: found for them, and gone with them."""

from __future__ import annotations

import json
from uuid import UUID

from sqlmodel import select

from gleanery.flow import desk, subject_access
from gleanery.flow.erasing import places, quoting
from gleanery.flow.erasing.subject import Asked, find_subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House
from gleanery.flow.items import editing, noting, tagging
from gleanery.flow.items.editing import Wording
from gleanery.model.curated import ItemNote


def wrote(house: House) -> UUID:
    """The person of an account that did something of each sort."""
    item = str(desk.queue(house).rows[0].id)
    editing.edit(house, item, "curator", Wording("Sums without tears"))
    noting.add_note(house, item, "curator", "Ask the safety team.")
    noting.add_note(house, item, "lead", "Not mine to say.")
    tagging.remove_tag(house, item, "curator", tagging.Concept("skills", "urn:c:3"))
    with house.store.write() as session:
        return house.person(session, "curator")


def test_whoever_asks_gets_their_notes_and_edits_and_nobody_elses(house: House) -> None:
    told = subject_access.told(house, Asked(person=str(wrote(house))), "lead")
    assert [one["note"] for one in told["notes"]] == ["Ask the safety team."]
    assert [(one["did"], one.get("title")) for one in told["curated"]] == [
        ("edited", "Sums without tears"),
        ("untagged", None),
    ]
    assert "Not mine to say." not in json.dumps(told, default=str)


def test_notes_go_with_their_writer(house: House) -> None:
    person = wrote(house)
    with house.change() as change:
        subject = find_subject(house, change.session, Asked(person=str(person)))
        done = places.drop_rows(change.session, subject, person, change.at)
    assert done["notes"] == 1
    with house.store.read() as session:
        assert [note.body for note in session.exec(select(ItemNote))] == ["Not mine to say."]
    assert [note.by for note in desk.show(house, str(desk.queue(house).rows[0].id)).known.notes] == ["lead"]


def test_a_name_in_a_note_or_a_title_of_others_is_taken_out(house: House) -> None:
    item = str(desk.queue(house).rows[0].id)
    editing.edit(house, item, "curator", Wording("Sums with the Quillfeather method"))
    noting.add_note(house, item, "curator", "Ask Quillfeather before you approve.")
    with house.change() as change:
        assert quoting.clean_rows(change, Traces.plain((), ("Quillfeather",))) == 2
    assert "Quillfeather" not in repr(desk.show(house, item))

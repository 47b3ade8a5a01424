"""Notes that curators leave each other on an item. They are content: no log and no destination sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.model.curated import MAX_NOTE, ItemNote
from gleanery.model.items import Item
from gleanery.model.people import Person
from gleanery.model.posts import storable

MOST_NOTES = 200
"""Notes shown of one item, the newest."""


@dataclass(frozen=True)
class Note:
    """A note with its writer's account; empty where that is erased."""

    id: UUID
    person: UUID
    by: str
    at: datetime
    body: str


def add_note(house: House, text: str, account: str, body: str) -> ItemNote:
    """Leave a note on an item. Raises: BadInput where it is empty or too long."""
    words = "".join(
        sign for sign in storable(body).replace("\r\n", "\n") if sign.isprintable() or sign == "\n"
    )
    if not words.strip() or len(words) > MAX_NOTE:
        raise BadInput(
            f"A note has 1 to {MAX_NOTE} characters.",
            remedy="Nothing was saved; what you typed is still here.",
        )
    with house.change() as change:
        person = house.person(change.session, account)
        item = find_item(change.session, text)
        note = ItemNote(id=uuid4(), item_id=item.id, person_id=person, body=words.strip(), at=change.at)
        change.session.add(note)
        change.audit("item.noted", f"person:{person}", f"item:{item.id}", note=str(note.id))
        return note


def remove_note(house: House, text: str, account: str, note: UUID) -> None:
    """Take one's own note away for good. Raises: BadInput (no such note), Denied (another's)."""
    with house.change() as change:
        person = house.person(change.session, account)
        item = find_item(change.session, text)
        row = change.session.get(ItemNote, note)
        if row is None or row.item_id not in family_of_item(change.session, item.id):
            raise BadInput("There is no such note on this item.", remedy="It may have been removed.")
        if row.person_id != person:
            raise Denied("This note is somebody else's.", remedy="Ask them to remove it.")
        change.session.delete(row)
        change.audit("item.note-removed", f"person:{person}", f"item:{item.id}", note=str(note))


def notes_on(session: Session, items: Iterable[UUID]) -> list[Note]:
    """The notes on these items, oldest first."""
    rows = session.exec(
        select(ItemNote, Person.account)
        .join(Person, col(Person.id) == col(ItemNote.person_id), isouter=True)
        .where(col(ItemNote.item_id).in_(list(items)))
        .order_by(col(ItemNote.at).desc(), col(ItemNote.id))
        .limit(MOST_NOTES)
    ).all()
    return [Note(one.id, one.person_id, account or "", one.at, one.body) for one, account in reversed(rows)]


def family_of_item(session: Session, item: UUID) -> list[UUID]:
    """The item and those that were merged into it, through any number of merges."""
    found, newest = [item], [item]
    while newest:
        newest = list(session.exec(select(Item.id).where(col(Item.merged_into).in_(newest))))
        found += newest
    return found

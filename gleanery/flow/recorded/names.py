"""Who and what ids stand for, looked up for a whole page at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.subjects import words_of_many
from gleanery.model.items import FindingRow, Item, ItemState
from gleanery.model.people import Person


@dataclass(frozen=True)
class Names:
    """The accounts of staff by their id, and the titles of items; what is withheld or gone is not in it."""

    accounts: Mapping[UUID, str] = field(default_factory=dict)
    titles: Mapping[UUID, str] = field(default_factory=dict)


def names_of(house: House, session: Session, persons: Collection[UUID], items: Collection[UUID]) -> Names:
    """The names of these persons and items, in as many queries for one as for a hundred."""
    rows = session.exec(select(Person.id, Person.account).where(col(Person.id).in_(persons)))
    accounts = {key: account for key, account in rows if account}
    return Names(accounts, _titles(house, session, items))


def _titles(house: House, session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Titles as the queue shows them: those of items whose words a step blocks are withheld from everybody."""
    blocked = select(FindingRow.item_id).where(
        col(FindingRow.item_id).in_(ids), FindingRow.current, FindingRow.verdict == "block"
    )
    withheld = set(session.exec(blocked))
    items = [
        item
        for item in session.exec(select(Item).where(col(Item.id).in_(ids)))
        if item.id not in withheld and item.state is not ItemState.QUARANTINED
    ]
    found = words_of_many(house, session, items)
    return {
        key: words.chosen.title for key, words in found.items() if words.chosen.title and not words.withheld
    }


def uuid_in(text: str) -> UUID | None:
    """The id that a text is, else None."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None

"""Who looks at which item just now, so that two curators do not read the same one.

A claim is a lease of ten minutes that opening an item in the reader takes and renews. It keeps nobody from deciding,
and is no entry of the audit log: it says what is being read, and is forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.model.items import Item
from gleanery.model.people import Person
from gleanery.model.queue import Claim

LASTS = timedelta(minutes=10)


def take(house: House, person_id: UUID, item_id: UUID) -> None:
    """Say that somebody looks at an item now, and at no other any more. Raises: BadInput for an unknown item."""
    with house.store.note() as session:
        if session.exec(select(Item.seq).where(Item.id == item_id)).first() is None:
            raise BadInput("There is no such item.", remedy="It may have been merged; reload the list.")
        session.execute(delete(Claim).where(col(Claim.until) <= house.now()))
        session.merge(Claim(person_id=person_id, item_id=item_id, until=house.now() + LASTS))


def release(house: House, person_id: UUID, item_id: UUID) -> None:
    """Say that somebody no longer looks at an item."""
    with house.store.note() as session:
        let_go_of(session, item_id, person_id)


def let_go_of(session: Session, item_id: UUID, person_id: UUID) -> None:
    """The same in a transaction of the caller's."""
    mine = col(Claim.person_id) == person_id, col(Claim.item_id) == item_id
    session.execute(delete(Claim).where(*mine))


def lookers(
    house: House, session: Session, items: Iterable[UUID], but: UUID
) -> Mapping[UUID, tuple[str, ...]]:
    """By item: the accounts that look at it now, without that of `but`."""
    query = (
        select(Claim.item_id, Person.account)
        .join(Person, col(Person.id) == col(Claim.person_id))
        .where(
            col(Claim.item_id).in_(list(items)),
            col(Claim.until) > house.now(),
            col(Claim.person_id) != but,
        )
        .order_by(col(Person.account))
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for item_id, account in session.exec(query):
        found[item_id].append(account or "")
    return {item_id: tuple(accounts) for item_id, accounts in found.items()}


def looking(house: House, person_id: UUID, item_id: UUID) -> tuple[str, ...]:
    """Who else looks at one item now."""
    with house.store.read() as session:
        return lookers(house, session, [item_id], person_id).get(item_id, ())

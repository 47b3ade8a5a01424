"""Which address an item leads to: noted anew after every change of its words.

What is due follows from it, so screening need not know of links. A new address is looked at within a day: whoever
shared it has just opened it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import delete
from sqlmodel import Session, and_, col, or_, select

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.model.items import Item, ItemState
from gleanery.model.links import ItemLink, LinkLook

LOOKED_AFTER = (ItemState.WAITING, ItemState.APPROVED, ItemState.RETRACTED, ItemState.DROPPED)
"""The states whose items are worth a look: those that leave or may, and those that a dead link took back."""

BATCH = 200
FIRST_LOOK = timedelta(hours=1), timedelta(hours=23)
"""The first look comes this long after an address was noted, and up to that much later: they spread over a day."""


def address_of(house: House, words: ItemWords) -> str | None:
    """The web address an item leads to; None where it has none, or none that a stranger could open."""
    url, told = words.url, words.chosen
    if not url or told.is_internal or words.withheld:
        return None
    try:
        parts = urlsplit(str(url))
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or host in house.config.links.skip_hosts:
        return None
    return urlunsplit(parts._replace(fragment=""))


def mark_of(house: House, address: str) -> bytes:
    """The keyed hash an address is known by: of its scheme and host in small letters, without its fragment."""
    parts = urlsplit(address)
    plain = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment="")
    return house.vault.mark("link " + urlunsplit(plain))


def note_new(house: House, confirm: Callable[[Session, datetime], None]) -> int:
    """Note the addresses of items that are new or whose words changed; returns how many items were noted."""
    total = 0
    while True:
        with house.change() as change:
            confirm(change.session, house.now())
            items = _unnoted(change.session)
            note(house, change, items)
        total += len(items)
        if len(items) < BATCH:
            return total


def _unnoted(session: Session) -> Sequence[Item]:
    stale = or_(col(ItemLink.item_id).is_(None), col(ItemLink.revision) != col(Item.revision))
    wanted = and_(col(Item.state).in_(LOOKED_AFTER), col(Item.merged_into).is_(None), Item.screened_as != "")
    query = select(Item).outerjoin(ItemLink, col(ItemLink.item_id) == col(Item.id)).where(wanted, stale)
    return session.exec(query.order_by(col(Item.seq)).limit(BATCH)).all()


def note(house: House, change: Change, items: Sequence[Item]) -> None:
    """Note the addresses of these items as they are now."""
    if not items:
        return
    session, told = change.session, words_of_many(house, change.session, items)
    addresses = {item.id: address_of(house, told[item.id]) if item.id in told else None for item in items}
    marks = {key: mark_of(house, address) if address else None for key, address in addresses.items()}
    query = select(ItemLink).where(col(ItemLink.item_id).in_(list(marks)))
    known = {row.item_id: row for row in session.exec(query)}
    for item in items:
        row = known.get(item.id) or ItemLink(item_id=item.id, revision=item.revision)
        row.revision, row.mark = item.revision, marks[item.id]
        session.add(row)
    _begin(change, {mark for mark in marks.values() if mark is not None})
    session.flush()


def _begin(change: Change, marks: Iterable[bytes]) -> None:
    """A row for each address that is new here."""
    wanted = set(marks)
    there = set(change.session.exec(select(LinkLook.mark).where(col(LinkLook.mark).in_(wanted))))
    soon, spread = FIRST_LOOK
    for mark in sorted(wanted - there):
        at = change.at + soon + spread * share_of(mark)
        change.session.add(LinkLook(mark=mark, since=change.at, next_look_at=at))


def share_of(mark: bytes) -> float:
    """A number from 0 to 1 that stays the same for an address: it spreads looks over time."""
    return int.from_bytes(mark[:2]) / 65_536


def forget(house: House) -> None:
    """Drop what is known of the links of items whose words are gone, and of addresses that nothing leads to."""
    over = select(Item.id).where(
        or_(
            col(Item.merged_into).is_not(None),
            and_(Item.state == ItemState.DROPPED, Item.reason == "source.gone"),
        )
    )
    led_to = select(ItemLink.mark).where(col(ItemLink.mark).is_not(None))
    with house.store.write() as session:
        session.execute(delete(ItemLink).where(col(ItemLink.item_id).in_(over)))
        session.execute(delete(LinkLook).where(col(LinkLook.mark).not_in(led_to)))

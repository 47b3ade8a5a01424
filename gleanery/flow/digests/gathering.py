"""What a digest tells: what waits and since when, what is broken, what is most promising.

Of items only a title that the linked site gave itself is told; words that people wrote at work, and whatever a step
withholds, never leave this way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.flow.standing import alarms
from gleanery.flow.subjects import words_of_many
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import FindingRow, Item, ItemState
from gleanery.model.sources import Source, SourceStatus, SourceToken

PROPOSALS = 5
SOON = timedelta(days=7)
"""How long before its end the token of a source is told."""

_COUNTED = 10_000
"""More than so many are not counted."""


@dataclass(frozen=True)
class Proposal:
    """An item that waits; the title is empty where it may not be told."""

    id: UUID
    title: str
    kind: str
    platform: str


@dataclass(frozen=True)
class News:
    """What a digest tells; what its reader may not see is absent."""

    waiting: int | None
    """How many items wait; one more than are counted where there are more."""

    oldest: datetime | None
    proposals: tuple[Proposal, ...]
    broken: Mapping[str, str]
    expiring: Mapping[str, datetime]
    dead: int | None

    @property
    def is_quiet(self) -> bool:
        """True where nothing waits and nothing is broken."""
        return not (self.waiting or self.broken or self.expiring or self.dead)


def news(house: House, rights: Collection[Right], *, with_titles: bool = True) -> News:
    """What is to be told to somebody with these rights."""
    with house.store.read() as session:
        sees_queue, sees_sources = Right.SEE_QUEUE in rights, Right.SEE_SOURCES in rights
        return News(
            waiting=_waiting(session) if sees_queue else None,
            oldest=_oldest(session) if sees_queue else None,
            proposals=tuple(_proposals(house, session)) if sees_queue and with_titles else (),
            broken=_broken(house, session) if sees_sources else {},
            expiring=_expiring(house, session) if sees_sources else {},
            dead=_dead(session) if Right.SEE_DESTINATIONS in rights else None,
        )


_LIVING = (Item.state == ItemState.WAITING, col(Item.merged_into).is_(None))


def _waiting(session: Session) -> int:
    some = select(Item.seq).where(*_LIVING).limit(_COUNTED + 1).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def _oldest(session: Session) -> datetime | None:
    return session.exec(select(Item.made_at).where(*_LIVING).order_by(col(Item.seq)).limit(1)).first()


def _proposals(house: House, session: Session) -> list[Proposal]:
    """The most promising that wait: by score, then by age."""
    blocked = select(FindingRow.item_id).where(FindingRow.verdict == "block", FindingRow.current)
    items = session.exec(
        select(Item)
        .where(*_LIVING, col(Item.id).not_in(blocked))
        .order_by(col(Item.score).desc(), col(Item.seq))
        .limit(PROPOSALS)
    ).all()
    words = words_of_many(house, session, items)
    found = []
    for item in items:
        told = words.get(item.id)
        may_tell = told is not None and not told.withheld and not told.chosen.is_internal
        title = told.chosen.title if told is not None and may_tell else ""
        found.append(Proposal(item.id, title, item.kind.value, told.platforms[0] if told else ""))
    return found


def _broken(house: House, session: Session) -> dict[str, str]:
    """Sources that need a person or are stale, with the reason in words."""
    names = {one.name for one in house.config.sources}
    rows = session.exec(select(Source).where(Source.status == SourceStatus.ACTION_REQUIRED)).all()
    needing = {row.name: row.message for row in rows if row.name in names and row.paused_at is None}
    return alarms(house) | needing


def _expiring(house: House, session: Session) -> dict[str, datetime]:
    """Sources whose token ends soon and that nobody renews by itself."""
    names = {one.name for one in house.config.sources}
    rows = session.exec(select(SourceToken).where(col(SourceToken.expires_at) <= house.now() + SOON))
    return {row.source: row.expires_at for row in rows if row.source in names and row.expires_at is not None}


def _dead(session: Session) -> int:
    query = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.DEAD)
    return session.exec(query).one()

"""What a digest tells: what waits and since when, what is broken, what is most promising.

Of items only a title that the linked site gave itself is told; words that people wrote at work, and whatever a step
withholds or marks, never leave this way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.flow.failing import Kind, warnings
from gleanery.flow.house import House
from gleanery.flow.items.redacting import findings_of, marked_in
from gleanery.flow.rights import Right
from gleanery.flow.standing import alarms
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import FindingRow, Item, ItemState

PROPOSALS = 5
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
    sees_queue = Right.SEE_QUEUE in rights
    broken, expiring = _sources(house) if Right.SEE_SOURCES in rights else ({}, {})
    with house.store.read() as session:
        return News(
            waiting=_waiting(session) if sees_queue else None,
            oldest=_oldest(session) if sees_queue else None,
            proposals=tuple(_proposals(house, session)) if sees_queue and with_titles else (),
            broken=broken,
            expiring=expiring,
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
    words, findings = words_of_many(house, session, items), findings_of(session, items)
    found = []
    for item in items:
        told = words.get(item.id)
        title = _title(house, told, findings[item.id]) if told else ""
        found.append(Proposal(item.id, title, item.kind.value, told.platforms[0] if told else ""))
    return found


def _title(house: House, told: ItemWords, findings: Sequence[FindingRow]) -> str:
    """The title that the linked site gave; empty where it may not be told, or is not the one that was judged."""
    is_judged = told.title == told.chosen.title and told.item.screened_as
    if told.withheld or told.chosen.is_internal or not is_judged:
        return ""
    return "" if marked_in(house, findings, is_stale=False) else told.chosen.title


def _sources(house: House) -> tuple[dict[str, str], dict[str, datetime]]:
    """Sources that need a person or are stale, with the reason in words; and those whose sign-in ends soon."""
    broken, expiring = alarms(house), dict[str, datetime]()
    for one in warnings(house):
        if one.kind is not Kind.SIGN_IN_ENDS:
            broken[one.source] = one.words
        elif one.at is not None:
            expiring[one.source] = one.at
    return broken, expiring


def _dead(session: Session) -> int:
    query = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.DEAD)
    return session.exec(query).one()

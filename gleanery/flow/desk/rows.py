"""Items as a list shows them; the number of queries does not grow with the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.flow.desk.aids import Scored, scored
from gleanery.flow.desk.labels import (
    GoalShown,
    Reason,
    TagShown,
    goals_shown,
    reasons_shown,
    tags_shown,
)
from gleanery.flow.house import House
from gleanery.flow.items.redacting import Marked, findings_of, marked_in
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.flow.withheld import row_shown
from gleanery.model.items import FindingRow, Item, ItemState

EXCERPT = 280
"""Characters of an item's words shown in the queue."""


@dataclass(frozen=True)
class Row:
    """An item as the queue shows it; title and excerpt are empty while its words are withheld."""

    id: UUID
    state: str
    reason: str
    kind: str
    title: str
    excerpt: str
    url: str | None
    language: str | None
    made_at: datetime
    platforms: tuple[str, ...]
    provenances: int
    replies: int
    revision: int
    reasons: tuple[Reason, ...]
    tags: tuple[TagShown, ...]
    goals: tuple[GoalShown, ...]
    hidden: tuple[str, ...] | None = None
    """The kinds of what stands behind bars; None where nothing does."""
    is_edited: bool = False
    seq: int = 0
    """The order in which items came to be."""
    minutes: int | None = None
    level: str = ""
    teaches: bool = False
    """Whether the queue shows it early because a verdict on it would teach most."""

    @property
    def unsure_tags(self) -> tuple[TagShown, ...]:
        """Proposals of the low band: most of them are wrong, so they stand behind the others."""
        return tuple(tag for tag in self.tags if not tag.by_person and tag.band == "low")

    @property
    def likely_tags(self) -> tuple[TagShown, ...]:
        """What persons tagged it with, and the proposals that are likely or perhaps right."""
        unsure = set(self.unsure_tags)
        return tuple(tag for tag in self.tags if tag not in unsure)

    @property
    def quality(self) -> Scored | None:
        """Its score with the parts; None where no step gave one."""
        return scored(self.reasons)


@dataclass(frozen=True)
class Queue:
    """A page of rows and how many there are in all."""

    rows: tuple[Row, ...]
    total: int


def queue(
    house: House, states: Sequence[ItemState] = (ItemState.WAITING,), *, limit: int = 50, offset: int = 0
) -> Queue:
    """The items in these states, oldest first."""
    with house.store.read() as session:
        wanted = col(Item.state).in_(states), col(Item.merged_into).is_(None)
        total = session.exec(select(func.count()).select_from(Item).where(*wanted)).one()
        items = session.exec(
            select(Item).where(*wanted).order_by(col(Item.seq)).offset(offset).limit(limit)
        ).all()
        return Queue(tuple(rows_listed(house, session, items)), total)


def counts(house: House) -> dict[str, int]:
    """How many items stand in each state; read from an index of the living items alone."""
    living = select(func.count()).select_from(Item).where(col(Item.merged_into).is_(None))
    numbers = [living.where(Item.state == state).scalar_subquery() for state in ItemState]
    with house.store.read() as session:
        row = session.execute(select(*numbers)).one()
    return {state.value: number for state, number in zip(ItemState, row, strict=True) if number}


# --------------------------------------------------------------------------- rows


def rows_listed(house: House, session: Session, items: Sequence[Item]) -> list[Row]:
    """The items as a list shows them, in their order: what the steps marked stands behind bars."""
    findings = findings_of(session, items)
    bars = {item.id: marked_in(house, findings[item.id], is_stale=not item.screened_as) for item in items}
    return rows_of(house, session, items, words_of_many(house, session, items), findings, bars)


def rows_of(
    house: House,
    session: Session,
    items: Sequence[Item],
    words: Mapping[UUID, ItemWords],
    findings: Mapping[UUID, Sequence[FindingRow]],
    bars: Mapping[UUID, Marked],
) -> list[Row]:
    """The items with these words, findings and bars."""
    ids = [item.id for item in items]
    tags, goals = tags_shown(session, ids), goals_shown(house, session, ids)
    return [
        row_shown(
            _row(
                item,
                words.get(item.id),
                bars[item.id],
                reasons_shown(house, findings[item.id]),
                tags[item.id],
                goals[item.id],
            )
        )
        for item in items
    ]


def _row(
    item: Item,
    words: ItemWords | None,
    bars: Marked,
    reasons: list[Reason],
    tags: list[TagShown],
    goals: list[GoalShown],
) -> Row:
    told = words if words is not None and not words.withheld else None
    text = bars.text(told.text) if told else ""
    address = bars.address(told.url) if told else None
    title = bars.title(told.title) if told else ""
    return Row(
        id=item.id,
        state=item.state.value,
        reason=item.reason,
        kind=item.kind.value,
        title=(title or text.strip().partition("\n")[0][:120] or address or "") if told else "",
        excerpt=text[:EXCERPT],
        url=address,
        language=item.language,
        made_at=item.made_at,
        platforms=words.platforms if words else (),
        provenances=len(words.tellings) if words else 0,
        replies=words.replies if words else 0,
        revision=item.revision,
        reasons=tuple(reasons),
        tags=tuple(tags),
        goals=tuple(goals),
        hidden=bars.kinds if bars else None,
        is_edited=words is not None and words.edit is not None,
        seq=item.seq or 0,
        minutes=item.minutes,
        level=item.level,
        teaches=item.teaches,
    )

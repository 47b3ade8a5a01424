"""What people added to an item and said of it: its notes, edits, refused tags, look-alikes and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.grouping import last_regrouping
from gleanery.flow.items.concepts import preferred
from gleanery.flow.items.editing import Edited, edits
from gleanery.flow.items.noting import Note, family_of_item, notes_on
from gleanery.flow.items.timeline import Event, accounts_of, timeline
from gleanery.model.curated import RefusedTag
from gleanery.model.items import Item


@dataclass(frozen=True)
class Refused:
    """A tag that a person took off."""

    framework: str
    concept: str
    label: str


@dataclass(frozen=True)
class Moved:
    """The last merge or split of the item, which can be undone: `kind`, the other item, when."""

    kind: str
    other: UUID
    at: datetime


@dataclass(frozen=True)
class Known:
    """All that people added to one item."""

    notes: tuple[Note, ...] = ()
    edits: tuple[Edited, ...] = ()
    refused: tuple[Refused, ...] = ()
    moved: Moved | None = None
    events: tuple[Event, ...] = ()
    names: Mapping[str, str] | None = None

    @property
    def edit_number(self) -> int:
        """The number of the last edit, 0 where there is none."""
        return self.edits[-1].number if self.edits else 0

    @property
    def can_undo_edit(self) -> bool:
        """Whether an edit holds now."""
        return any(one.is_current for one in self.edits)

    def by(self, actor: str) -> str:
        """The account of a member of staff, or what the actor is called."""
        return (self.names or {}).get(actor, actor)


def known_of(session: Session, item: Item, *, is_barred: bool) -> Known:
    """What is known of an item beside its posts; the number of queries does not grow with it.

    `is_barred`: something of the item stands behind bars, so what it was called does, too.
    """
    family = family_of_item(session, item.id)
    changed = edits(session, item.id)
    if is_barred:
        changed = [replace(one, before=one.before.barred, after=one.after.barred) for one in changed]
    moved = last_regrouping(session, item.id)
    return Known(
        tuple(notes_on(session, family)),
        tuple(changed),
        tuple(_refused(session, item.id)),
        Moved(
            moved.kind.value,
            moved.from_item if moved.to_item == item.id else moved.to_item,
            moved.at,
        )
        if moved
        else None,
        tuple(timeline(session, family)),
        accounts_of(session, (one.actor for one in changed)),
    )


def _refused(session: Session, item: UUID) -> list[Refused]:
    rows = session.exec(
        select(RefusedTag)
        .where(RefusedTag.item_id == item)
        .order_by(col(RefusedTag.framework), col(RefusedTag.concept))
        .limit(100)
    ).all()
    names = preferred(session, {row.concept for row in rows}, "en")
    return [
        Refused(row.framework, row.concept, names.get((row.framework, row.concept), row.concept))
        for row in rows
    ]

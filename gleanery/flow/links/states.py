"""What the last look at their addresses said of items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.links import ItemLink, LinkLook, LinkState

Stands: TypeAlias = Literal["", "ok", "moved", "failing", "gone"]

_TOLD: dict[LinkState, Stands] = {
    LinkState.UNKNOWN: "",
    LinkState.OK: "ok",
    LinkState.MOVED: "moved",
    LinkState.FAILING: "failing",
    LinkState.GONE: "gone",
}


def states_of(session: Session, items: Sequence[UUID]) -> dict[UUID, Stands]:
    """By item: what the last look said, in one query; items whose address nobody could look at are absent."""
    rows = session.exec(
        select(ItemLink.item_id, LinkLook.state)
        .join(LinkLook, col(LinkLook.mark) == col(ItemLink.mark))
        .where(col(ItemLink.item_id).in_(items), LinkLook.state != LinkState.UNKNOWN)
    )
    return {item: _TOLD[LinkState(state)] for item, state in rows}

"""Why an item waits that was approved before, and whether it stands meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.items import Decision, DecisionVerdict, Item, ItemState

CHANGED = "changed.since_approval"
LINK_GONE, LINK_FAILING, LINK_BACK = "link.gone", "link.failing", "link.back"
REVIEW_DUE, EXPIRED = "review.due", "review.expired"

FOR_A_PERSON = frozenset({LINK_GONE, LINK_FAILING, LINK_BACK, REVIEW_DUE})
"""Reasons for which an item waits that only a person settles."""

STAYS = FOR_A_PERSON | {CHANGED}
"""Reasons for which an item waits, whatever the steps find."""

LOST = frozenset({LINK_GONE, EXPIRED})
"""Reasons for which an item was taken out that its words do not change."""

_STANDS = (REVIEW_DUE, LINK_GONE, LINK_FAILING)


def standing(session: Session, items: Sequence[Item]) -> list[Item]:
    """Of these items those that stand where they were brought: approved ones, and those a curator is only asked about.

    What waits with such a reason and was never approved does not stand.
    """
    asked = [item.id for item in items if item.state is ItemState.WAITING and item.reason in _STANDS]
    last: dict[UUID, DecisionVerdict] = {}
    if asked:
        query = select(Decision.item_id, Decision.verdict).where(
            col(Decision.item_id).in_(asked), col(Decision.undone_at).is_(None)
        )
        last = {
            key: DecisionVerdict(said) for key, said in session.exec(query.order_by(col(Decision.number)))
        }
    return [
        item
        for item in items
        if item.state is ItemState.APPROVED or last.get(item.id) is DecisionVerdict.APPROVE
    ]

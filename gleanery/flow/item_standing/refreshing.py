"""Once a day, waiting items whose standing is another by now are judged again; a few hundred at a time.

Nothing else is: what a person decided on stands, whatever became of it since, and so does what the steps dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.item_standing.background import Background, inputs_of
from gleanery.flow.keeping import PluginStore
from gleanery.flow.subjects import words_of_many
from gleanery.model.items import FindingRow, Item, ItemState

BATCH = 200
"""Items looked at in one tick of the clock."""

EVERY = timedelta(days=1)
_STORE, _RESTS, _PLACE = "standing", "rests", "place"


def refresh_if_due(house: House, many: int = BATCH) -> int:
    """Look at the next `many` waiting items of today's round; how many of them are to be judged again."""
    steps = [judge.plugin.name for judge in house.steps if getattr(judge.plugin, "wants_standing", False)]
    kept = PluginStore(house.store, _STORE, house.now)
    if not steps or kept.get(_RESTS) is not None:
        return 0
    place = kept.get(_PLACE) or 0
    with house.store.read() as session:
        items = _waiting(session, place, many)
        changed = _changed(house, session, items, steps)
    if changed:
        with house.store.write() as session:
            again = update(Item).where(col(Item.id).in_(changed), col(Item.state) == ItemState.WAITING)
            session.execute(again.values(screened_as=""))
    kept.put(_PLACE, items[-1].seq if len(items) == many else 0)
    if len(items) < many:
        kept.put(_RESTS, True, expires_in=EVERY)
    return len(changed)


def _waiting(session: Session, place: int, many: int) -> Sequence[Item]:
    wanted = Item.state == ItemState.WAITING, col(Item.merged_into).is_(None), col(Item.seq) > place
    return session.exec(select(Item).where(*wanted).order_by(col(Item.seq)).limit(many)).all()


def _changed(house: House, session: Session, items: Sequence[Item], steps: Sequence[str]) -> list[UUID]:
    """Those whose findings rest on another standing than theirs is now."""
    background = Background.of(session, items)
    told = words_of_many(house, session, items)
    rested: dict[UUID, list[Mapping[str, Any]]] = {}
    rows = select(FindingRow.item_id, FindingRow.inputs).where(
        col(FindingRow.item_id).in_(list(told)), FindingRow.current, col(FindingRow.step).in_(steps)
    )
    for item_id, inputs in session.exec(rows):
        rested.setdefault(item_id, []).append(inputs)
    now = {one: inputs_of(background.standing(words, house.now())) for one, words in told.items()}
    return [one for one, inputs in now.items() if any(other != inputs for other in rested.get(one, ()))]

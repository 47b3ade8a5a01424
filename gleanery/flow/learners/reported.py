"""What an LMS, or a package that runs in one, tells of learners: evidence of those who learn here, and statements.

Of a learner who never came here and whom nobody knows nothing is kept (telling.py says when something is stated).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import select

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.learners import telling
from gleanery.model.learners import Reached
from gleanery.ports import Deed
from xapi.grades import Grade

BATCH = 50
_DONE = ("opened", "progressed", "completed", "graded")


def tell(house: House, destination: str, deeds: Sequence[Deed]) -> None:
    """Take in what is told of learners; told twice it is one. Raises: BadInput for a deed that cannot be."""
    for start in range(0, len(deeds), BATCH):
        portion = deeds[start : start + BATCH]
        with house.change() as change:
            take(house, change, destination, portion)


def take(house: House, change: Change, destination: str, deeds: Sequence[Deed]) -> int:
    """The same in a transaction that is under way; how many were stated. Raises: BadInput."""
    stated = telling.take(house, change, destination, deeds)
    for deed in sorted(deeds, key=lambda one: (one.realm, one.account, one.at)):
        _keep(house, change, deed)
    return stated


def _keep(house: House, change: Change, deed: Deed) -> None:
    """Keep the evidence of a learner who opened the item here before."""
    if deed.item_id is None or deed.did not in _DONE:
        return
    handle = telling.account_id(house.organisation.id, deed.realm, deed.account)
    query = select(Reached).where(Reached.handle_id == handle, Reached.item_id == deed.item_id)
    row = change.session.exec(query.with_for_update()).one_or_none()
    if row is None:
        return
    row.opened_at = _earlier(row.opened_at, deed.at)
    row.progress = max(row.progress, min(1.0, deed.progress or 0.0))
    if deed.did == "completed":
        grade = Grade.of(deed.evidence)
        if row.evidence is None or Grade.of(row.evidence) < grade:
            row.evidence = grade.text
        row.completed_at, row.progress = row.completed_at or deed.at, 1.0
    row.changed_at = change.at
    change.session.add(row)


def _earlier(known: datetime | None, told: datetime) -> datetime:
    return told if known is None else min(known, told)

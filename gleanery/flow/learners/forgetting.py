"""What is held of learners goes by itself: visits after days of rest, progress and what they wrote after years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete
from sqlmodel import col, func, select

from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.model.learners import LearnerNote, Reached, ScoreOwed, Visit

EVERY = timedelta(hours=1)
VISITS_REST = timedelta(days=2)
"""Rest after which nothing of a visit is kept."""


def forget_if_due(house: House) -> None:
    """Drop what was kept long enough, once an hour; where progress or notes go, an audit entry says so."""
    kept = PluginStore(house.store, "learners", house.now)
    if kept.get("forgot") is not None:
        return
    kept.put("forgot", True, expires_in=EVERY)
    with house.store.write() as session:
        session.execute(delete(Visit).where(col(Visit.seen_at) < house.now() - VISITS_REST))
    if house.config.learning.keep_days is not None:
        _forget_old(house, house.now() - timedelta(days=house.config.learning.keep_days))


def _forget_old(house: House, before: datetime) -> None:
    old = _old(before)
    with house.store.read() as session:
        counts = [
            session.exec(select(func.count()).select_from(table).where(is_old)).one() for table, is_old in old
        ]
    if not any(counts):
        return
    with house.change() as change:
        for table, is_old in old:
            change.session.execute(delete(table).where(is_old))
        change.audit("retention.applied", "policy:retention", "retention:learners", count=sum(counts))
    house.store.forget_log()


def _old(before: datetime) -> Sequence[tuple[Any, ColumnElement[bool]]]:
    """The tables, each with the condition that a row is too old."""
    return (
        (Reached, col(Reached.changed_at) < before),
        (ScoreOwed, col(ScoreOwed.at) < before),
        (LearnerNote, col(LearnerNote.at) < before),
    )

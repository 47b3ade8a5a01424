"""Rows read ahead for a batch: whoever asks for those of one thing gets them without another query, once.

What was read ahead is handed out a single time; whoever asks again asks the database, for it may have changed by
then. Where nothing was read ahead the rows are simply asked for, so that no caller need know who came before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, col, select

_AHEAD = "rows read ahead"


def read_ahead(session: Session, column: Any, values: Collection[Any]) -> None:
    """Read the rows whose `column` has one of these values, in one query for all of them."""
    rows: dict[Any, list[Any]] = {value: [] for value in values}
    for row in session.exec(select(column.class_).where(col(column).in_(list(rows)))):
        rows[getattr(row, column.key)].append(row)
    session.info.setdefault(_AHEAD, {})[_name(column)] = rows


def rows_of(session: Session, column: Any, value: Any) -> list[Any]:
    """The rows whose `column` has this value; those read ahead, else as the database has them now."""
    known: dict[Any, list[Any]] = session.info.get(_AHEAD, {}).get(_name(column), {})
    if value in known:
        return known.pop(value)
    return list(session.exec(select(column.class_).where(column == value)))


def forget_ahead(session: Session) -> None:
    """Let go of what nobody asked for."""
    session.info.pop(_AHEAD, None)


def _name(column: InstrumentedAttribute[Any]) -> tuple[Any, str]:
    return column.class_, column.key

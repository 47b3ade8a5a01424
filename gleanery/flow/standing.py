"""How the sources are doing: read or not, since when not, what is held back, and whether they could be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel import func as sql

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.failing import Warned, warnings
from gleanery.flow.holding import held_back
from gleanery.flow.house import House
from gleanery.flow.inbox import waiting
from gleanery.flow.sources import source_id_of
from gleanery.model.posts import Content, Post, PostVersion, Sighting
from gleanery.model.sources import Partition, ReadFault, Source

__all__ = ["INTERVALS", "Warned", "alarms", "check", "standing", "status", "warnings"]

INTERVALS = 3
"""A source that was not read for so many of its intervals is stale: what it shows is old."""


def standing(house: House) -> list[dict[str, Any]]:
    """One row per configured source, in the order of the configuration. `alarm` says in words that it is stale."""
    ids = {source.name: source_id_of(house, source.name) for source in house.config.sources}
    with house.store.read() as session:
        known = _known(session)
        posts, faults = _counted(session, Sighting), _counted(session, ReadFault)
        held = held_back(session, ids.values())
    rows = []
    for source in house.config.sources:
        one, row = ids[source.name], known.get(source.name)
        alarm = _alarm(source, row, house.now())
        rows.append(
            {
                "name": source.name,
                "connector": source.connector,
                "status": _status(row),
                "stale": bool(alarm),
                "alarm": alarm,
                "posts": posts.get(one, 0),
                "held_back": held.get(one, 0),
                "faults": faults.get(one, 0),
                "last_success_at": row.last_success_at if row else None,
                "next_due_at": row.next_due_at if row else None,
                "message": row.message if row else "",
            }
        )
    return rows


def alarms(house: House) -> dict[str, str]:
    """By source, in words: those that were not read for too long."""
    with house.store.read() as session:
        known = _known(session)
    told = {one.name: _alarm(one, known.get(one.name), house.now()) for one in house.config.sources}
    return {name: alarm for name, alarm in told.items() if alarm}


def status(house: House, name: str) -> dict[str, Any]:
    """One source in detail: its row of `standing`, its parts, what waits, and what must be looked at again."""
    source = house.config.source(name)
    [row] = [one for one in standing(house) if one["name"] == source.name]
    with house.store.read() as session:
        partitions = session.exec(
            select(Partition)
            .where(Partition.source_id == source_id_of(house, name))
            .order_by(col(Partition.message).desc(), col(Partition.name))
        ).all()
    parts = [
        {"name": one.name, "complete": one.complete, "read_at": one.read_at, "message": one.message}
        for one in partitions
    ]
    return {
        **row,
        "events_waiting": waiting(house.store).get(name, 0),
        "overdue": _overdue(house, source),
        "partitions": parts,
    }


def _known(session: Session) -> dict[str, Source]:
    return {row.name: row for row in session.exec(select(Source))}


def _counted(session: Session, rows: type[Sighting] | type[ReadFault]) -> dict[Any, int]:
    return dict(session.exec(select(rows.source_id, sql.count()).group_by(col(rows.source_id))).all())


def _status(row: Source | None) -> str:
    if row is None:
        return "new"
    return "paused" if row.paused_at is not None else row.status.value


def _alarm(source: SourceSettings, row: Source | None, now: datetime) -> str:
    """Why a source is stale, empty where it is not; one that rests, or was never tried, is not."""
    if row is None or row.paused_at is not None:
        return ""
    often = f"it is to be read every {_spell(source.every_minutes)}"
    if row.last_success_at is None:
        return (
            f"Never read with success in {row.failures} tries; {often}." if row.failures >= INTERVALS else ""
        )
    if now - row.last_success_at <= INTERVALS * timedelta(minutes=source.every_minutes):
        return ""
    since = f"Not read since {row.last_success_at:%Y-%m-%d %H:%M} UTC; {often}."
    return f"{since} {row.message or 'Is `gleanery serve` running?'}"


def _spell(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return "hour" if hours == 1 else f"{hours} hours"
    return "minute" if minutes == 1 else f"{minutes} minutes"


def _overdue(house: House, source: SourceSettings) -> int:
    """Posts that the platform's terms want looked at again by now; 0 where the policy cannot be told."""
    try:
        with blaming("connector", source.connector):
            within = house.connector(source).policy.refresh_by
    except GleaneryError:
        return 0
    if within is None:
        return 0
    newest = (col(PostVersion.post_id) == col(Post.id)) & (col(PostVersion.number) == col(Post.version))
    query = (
        select(sql.count())
        .select_from(Sighting)
        .join(Post, col(Post.id) == col(Sighting.post_id))
        .join(PostVersion, newest)
        .join(Content, col(Content.id) == col(PostVersion.content_id))
        .where(
            Sighting.source_id == source_id_of(house, source.name),
            col(Post.gone).is_(None),
            col(Content.gone).is_(None),
            col(Content.fetched_at) < house.now() - within,
        )
    )
    with house.store.read() as session:
        return session.exec(query).one()


# --------------------------------------------------------------------------- checks


def check(house: House, name: str) -> list[dict[str, Any]]:
    """The connector's own checks; a setting that is wrong is a failed check too."""
    settings = house.config.source(name)
    try:
        lines = house.connector(settings).check()
    except GleaneryError as error:
        return [_line(name, "settings", False, error.message, error.remedy)]
    return [_line(name, one.name, one.ok, one.message, one.remedy) for one in lines]


def _line(source: str, check: str, ok: bool, message: str, remedy: str) -> dict[str, Any]:
    return {"source": source, "check": check, "ok": ok, "message": message, "remedy": remedy}

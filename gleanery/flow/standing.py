"""How the sources are doing, and whether they could be read."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, func, select

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.model.posts import Sighting
from gleanery.model.sources import ReadFault, Source


def standing(house: House) -> list[dict[str, Any]]:
    """One row per configured source, in the order of the configuration."""
    with house.store.read() as session:
        known = {row.name: row for row in session.exec(select(Source))}
        posts = dict(
            session.exec(select(Sighting.source_id, func.count()).group_by(col(Sighting.source_id))).all()
        )
        faults = dict(
            session.exec(select(ReadFault.source_id, func.count()).group_by(col(ReadFault.source_id))).all()
        )
    rows = []
    for source in house.config.sources:
        row = known.get(source.name)
        rows.append(
            {
                "name": source.name,
                "connector": source.connector,
                "status": row.status.value if row else "new",
                "posts": posts.get(row.id, 0) if row else 0,
                "faults": faults.get(row.id, 0) if row else 0,
                "last_success_at": row.last_success_at if row else None,
                "next_due_at": row.next_due_at if row else None,
                "message": row.message if row else "",
            }
        )
    return rows


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

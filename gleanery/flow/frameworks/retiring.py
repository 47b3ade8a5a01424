"""Competencies whose framework said on which day they retire: taken out of use on that day, as a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from gleanery.flow.change import Change
from gleanery.flow.frameworks.applying import sizes
from gleanery.flow.house import House
from gleanery.flow.items.concepts import forget_terms_of
from gleanery.model.frameworks import ChangeKind, FrameworkChange, FrameworkVersion, VersionState
from gleanery.model.items import CompetencyRow, Framework

AT_ONCE = 500
"""Competencies retired in one transaction; of more the next tick takes care."""


def retire_due(house: House) -> int:
    """Retire what is due today; how many that were."""
    today = house.now().date()
    with house.store.read() as session:
        if not _due(session, today):
            return 0
    with house.change() as change:
        due = _due(change.session, today)
        for name in sorted({row.framework for row in due}):
            _retire(change, name, [row for row in due if row.framework == name])
    house.notice_frameworks()
    return len(due)


def _due(session: Session, today: date) -> Sequence[CompetencyRow]:
    row = CompetencyRow
    query = select(row).where(col(row.retires_on) <= today, col(row.retired).is_(False))
    return session.exec(query.order_by(col(row.framework), col(row.iri)).limit(AT_ONCE)).all()


def _retire(change: Change, name: str, due: Sequence[CompetencyRow]) -> None:
    session = change.session
    for row in due:
        row.retired = True
    session.flush()
    forget_terms_of(session, name, [row.iri for row in due])
    framework = session.get_one(Framework, name)
    framework.imported_at = change.at
    in_use, retired = sizes(session, name)
    number = _next_number(session, name)
    session.add(
        FrameworkVersion(
            framework=name,
            number=number,
            digest=framework.source_hash,
            reader="",
            state=VersionState.APPLIED,
            at=change.at,
            concepts=in_use,
            retired=retired,
            counts={ChangeKind.RETIRED.value: len(due)},
        )
    )
    session.flush()
    told = {"framework": name, "number": number, "kind": ChangeKind.RETIRED, "was": ""}
    rows = [{**told, "iri": row.iri, "now": row.replaced_by or ""} for row in due]
    session.execute(insert(FrameworkChange), rows)
    change.audit("framework.retired", "system", f"framework:{name}", competencies=len(due), version=number)


def _next_number(session: Session, name: str) -> int:
    query = select(func.max(FrameworkVersion.number)).where(FrameworkVersion.framework == name)
    return (session.exec(query).one() or 0) + 1

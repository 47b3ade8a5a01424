"""Verdicts on many items as they are kept, and the work on them portion by portion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow import runs
from gleanery.flow.house import House
from gleanery.model.queue import Bulk
from gleanery.model.runs import Run

_Portion = Callable[[House, UUID], bool]
_Done = Callable[[Bulk], int]

AT_ONCE = 200
"""Items decided in one transaction, and while the person waits."""

KIND, UNDO_KIND = "bulk", "bulk-undo"


def find(house: House, bulk_id: UUID) -> Bulk:
    """A verdict on many items. Raises: BadInput."""
    with house.store.read() as session:
        return _there(session.get(Bulk, bulk_id))


def locked(session: Session, bulk_id: UUID) -> Bulk:
    """The same, locked in this transaction. Raises: BadInput."""
    return _there(session.exec(select(Bulk).where(Bulk.id == bulk_id).with_for_update()).one_or_none())


def _there(row: Bulk | None) -> Bulk:
    if row is None:
        raise BadInput("There is no such verdict on many items.", remedy="Look at the list again.")
    return row


def run_of(house: House, bulk_id: UUID) -> Run | None:
    """The newest run that carries it out or takes it back."""
    with house.store.read() as session:
        query = select(Run).where(Run.subject == str(bulk_id), col(Run.kind).in_((KIND, UNDO_KIND)))
        return session.exec(query.order_by(col(Run.made_at).desc())).first()


def recent(house: House, actor: str, limit: int = 50) -> Sequence[Bulk]:
    """The newest that somebody gave."""
    with house.store.read() as session:
        query = select(Bulk).where(Bulk.by == actor).order_by(col(Bulk.made_at).desc())
        return session.exec(query.limit(limit)).all()


def work_on(house: House, kind: str, bulk_id: UUID, portion: _Portion, done: _Done) -> None:
    """Work portion by portion until the end or until somebody stops it; `done` counts how far it is."""
    with house.store.read() as session:
        run = runs.open_run(session, kind, str(bulk_id))
    if run is None:
        return
    with runs.working(house, run.id) as progress:
        while not portion(house, bulk_id):
            progress.at(done(find(house, bulk_id)))
        with house.store.note() as session:
            _close(session, run.id, done(locked(session, bulk_id)))


def _close(session: Session, run_id: UUID, done: int) -> None:
    run = session.get_one(Run, run_id)
    run.done = done
    session.add(run)

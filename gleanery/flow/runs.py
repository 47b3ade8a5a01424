"""Longer work that people can watch and stop: asked for, worked on in steps, ended.

Asking for what already waits or runs joins it. A run whose worker died is seen as silent and may be taken up again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlmodel import Session, col, select

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.house import House
from gleanery.model.runs import Run, RunState

OPEN = (RunState.WAITING, RunState.RUNNING)
SILENT = timedelta(minutes=2)
"""After this long without a word a running run counts as given up by its worker."""

GIVEN_UP = timedelta(minutes=30)
"""After this long without a word, and without a worker that took it up, it has ended."""

REMEMBERED = timedelta(days=7)
"""How long a run can be looked up after it ended."""


class Cancelled(GleaneryError):
    """Somebody asked for the run to stop; what was done until then stands."""


def ask(
    session: Session, house: House, kind: str, subject: str, by: str, task: Mapping[str, Any] = {}
) -> Run:
    """A run of this kind on this subject: the one that is open, else a new one."""
    run = open_run(session, kind, subject)
    if run is None:
        now = house.now()
        run = Run(id=uuid4(), kind=kind, subject=subject, by=by, task=dict(task), made_at=now, seen_at=now)
        session.add(run)
        session.flush()
    return run


def open_run(session: Session, kind: str, subject: str) -> Run | None:
    """The run of this kind on this subject that waits or works."""
    return session.exec(
        select(Run).where(Run.kind == kind, Run.subject == subject, col(Run.state).in_(OPEN))
    ).first()


def forget_old(house: House) -> None:
    """Drop runs that ended long ago."""
    with house.store.write() as session:
        session.execute(delete(Run).where(col(Run.ended_at) < house.now() - REMEMBERED))


def cancel(house: House, run_id: UUID, actor: str | None = None) -> Run:
    """Ask a run to stop; one that nobody began stops at once. `actor`: audited as theirs. Raises: BadInput."""
    with house.change() as change:
        run = _run(change.session, run_id)
        if stop(change.session, run, change.at) and actor is not None:
            change.audit("run.cancelled", actor, f"run:{run.id}", kind=run.kind)
        return run


def stop(session: Session, run: Run, at: datetime) -> bool:
    """Ask a run to stop; one that nobody began stops at once. False where it was asked before, or has ended."""
    if run.state not in OPEN or run.cancel_asked_at is not None:
        return False
    run.cancel_asked_at = at
    if run.state is RunState.WAITING:
        run.state, run.ended_at = RunState.CANCELLED, at
    session.add(run)
    return True


def end_silent(house: House) -> None:
    """End runs that fell silent and that nobody took up again: their source is gone, say."""
    since = house.now() - GIVEN_UP
    with house.store.write() as session:
        query = select(Run).where(Run.state == RunState.RUNNING, col(Run.seen_at) < since)
        for run in session.exec(query):
            stopped = run.cancel_asked_at is not None
            run.state = RunState.CANCELLED if stopped else RunState.FAILED
            run.words, run.ended_at = "Its worker fell silent; what was done until then stands.", house.now()
            session.add(run)


def find(house: House, run_id: UUID) -> Run:
    """One run. Raises: BadInput."""
    with house.store.read() as session:
        return _run(session, run_id)


def under_way(house: House, *kinds: str) -> Sequence[Run]:
    """The runs that wait or work, oldest first."""
    with house.store.read() as session:
        query = select(Run).where(col(Run.state).in_(OPEN)).order_by(col(Run.made_at))
        return session.exec(query.where(col(Run.kind).in_(kinds)) if kinds else query).all()


def due(house: House, kind: str) -> Sequence[Run]:
    """The runs of a kind that a worker may take up: those that wait, and those whose worker fell silent."""
    since = house.now() - SILENT
    return [run for run in under_way(house, kind) if run.state is RunState.WAITING or run.seen_at < since]


class Progress:
    """Tells how a run goes; every word is kept, and says whether somebody wants it stopped."""

    def __init__(self, house: House, run_id: UUID) -> None:
        self._house, self.id = house, run_id

    def at(self, done: int, total: int | None = None, words: str | None = None) -> None:
        """Say how far the work is. Raises: Cancelled where somebody asked for that."""
        with self._house.store.note() as session:
            run = _run(session, self.id)
            run.done, run.seen_at = done, self._house.now()
            run.total = run.total if total is None else total
            run.words = run.words if words is None else words
            session.add(run)
            asked = run.cancel_asked_at is not None
        if asked:
            raise Cancelled("It was stopped.", remedy="What was done until then stands.")


@contextmanager
def working(house: House, run_id: UUID) -> Iterator[Progress]:
    """Work on a run: it ends as done, as cancelled, or as failed with the reason; errors go on to the caller."""
    _set(house, run_id, RunState.RUNNING, "")
    try:
        yield Progress(house, run_id)
    except Cancelled as error:
        _set(house, run_id, RunState.CANCELLED, str(error))
    except GleaneryError as error:
        _set(house, run_id, RunState.FAILED, str(error))
        raise
    except Exception:  # told in the log by whoever called; here it only must not look as if it went on
        _set(house, run_id, RunState.FAILED, "It broke off; the log of `gleanery serve` says why.")
        raise
    else:
        _set(house, run_id, RunState.DONE, None)


def _set(house: House, run_id: UUID, state: RunState, words: str | None) -> None:
    with house.store.write() as session:
        run = _run(session, run_id)
        run.state, run.seen_at = state, house.now()
        run.words = run.words if words is None else words
        run.ended_at = house.now() if state not in OPEN else None
        session.add(run)


def _run(session: Session, run_id: UUID) -> Run:
    run = session.get(Run, run_id)
    if run is None:
        raise BadInput("There is no such run.", remedy="It may have ended and been forgotten.")
    return run

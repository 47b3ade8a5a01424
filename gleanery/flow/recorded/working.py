"""Takes up what takes longer: an export, a verification, a dry run.

They begin at once in a thread of their own, for somebody watches and the clock may be busy with a long reading. What
a restart cut off is taken up by the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Thread
from uuid import UUID

import structlog

from gleanery.errors import GleaneryError
from gleanery.flow import runs
from gleanery.flow.house import House
from gleanery.flow.recorded import exports, retaining, verification
from gleanery.leases import held
from gleanery.model.runs import Run

log = structlog.get_logger()

WORK: Mapping[str, Callable[[House, Run, runs.Progress], None]] = {
    exports.KIND: exports.work,
    verification.KIND: verification.work,
    retaining.KIND: retaining.work,
}


def work(house: House, run_id: UUID) -> None:
    """Do what a run asks for, unless somebody else is at it or it has ended. Raises: GleaneryError."""
    with held(house.store, f"run:{run_id}", house.now) as lease:
        run = runs.find(house, run_id)
        if lease is None or run.state not in runs.OPEN:
            return
        with runs.working(house, run_id) as progress:
            WORK[run.kind](house, run, progress)


def begin(house: House, run: Run) -> Thread:
    """Have a run worked on beside the pages, from now on."""
    thread = Thread(target=_told, args=(house, run.id), name=f"run-{run.id}", daemon=True)
    thread.start()
    return thread


def take_up(house: House) -> None:
    """Work on what waits or fell silent, and delete exports that are a day old."""
    exports.forget_old(house)
    for kind in WORK:
        for run in runs.due(house, kind):
            _told(house, run.id)


def _told(house: House, run_id: UUID) -> None:
    """The outermost loop of a thread: a fault stands in the run, and in the log."""
    try:
        work(house, run_id)
    except GleaneryError as error:
        log.warning("run.fault", run=str(run_id), error=str(error))
    except Exception:
        log.exception("run.failed", run=str(run_id))

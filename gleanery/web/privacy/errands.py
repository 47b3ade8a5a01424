"""Longer looks done beside the pages: one thread each, so that a page answers at once and tells how far it is.

A look that is cut off with the process stays a run that fell silent; the page offers to take it up again. An erasure
that was begun is gone on with by the clock, too.
"""

from __future__ import annotations

import threading
from uuid import UUID

import structlog

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.inquiries import work
from gleanery.model.runs import Run

WAITED = 0.4
"""Seconds that a request waits for a look: in a small house it is over by then, and the next page has it."""

log = structlog.get_logger()


class Errands:
    """Starts looks, each once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._at_work: set[UUID] = set()

    def begin(self, kind: str, subject: UUID, actor: str) -> Run:
        """Have a look taken; where one is under way already, that one goes on."""
        run = work.ask(self._house, kind, subject, actor)
        with self._lock:
            is_free = run.id not in self._at_work and work.is_free(self._house, run)
            if is_free:
                self._at_work.add(run.id)
        if is_free:
            thread = threading.Thread(target=self._carry, args=(run.id,), name=kind, daemon=True)
            thread.start()
            thread.join(WAITED)
        return run

    def _carry(self, run_id: UUID) -> None:
        try:
            work.carry(self._house, run_id)
        except GleaneryError as error:  # the outermost loop of the thread: the run tells it on the page
            log.warning("inquiry.fault", run=str(run_id), error=type(error).__name__)
        finally:
            with self._lock:
                self._at_work.discard(run_id)

"""Verdicts on many items that are under way: gone on with, and stopped."""

from __future__ import annotations

from uuid import UUID

from gleanery.flow import runs
from gleanery.flow.house import House
from gleanery.flow.queue.bulk.giving import carry_out
from gleanery.flow.queue.bulk.portions import KIND, UNDO_KIND, find
from gleanery.flow.queue.bulk.taking_back import take_back


def work(house: House) -> None:
    """Go on with every verdict on many items that waits, also after a restart."""
    for kind, act in ((KIND, carry_out), (UNDO_KIND, take_back)):
        for run in runs.due(house, kind):
            act(house, UUID(run.subject))


def cancel(house: House, bulk_id: UUID) -> None:
    """Stop it where it is; what was decided stands and can be taken back. Raises: BadInput."""
    find(house, bulk_id)
    for kind in (KIND, UNDO_KIND):
        with house.store.read() as session:
            run = runs.open_run(session, kind, str(bulk_id))
        if run is not None:
            runs.cancel(house, run.id)

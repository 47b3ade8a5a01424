"""A draft tried out: what its checks say, and what a first reading would bring."""

from __future__ import annotations

from dataclasses import asdict, replace
from uuid import UUID

from gleanery.flow import runs
from gleanery.flow.drafts.kept import Draft, find, keep
from gleanery.flow.dry_run import dry_run
from gleanery.flow.house import House
from gleanery.flow.standing import check
from gleanery.model.runs import Run

TRY = "try"
"""The kind of runs in which a draft is tried out: what would come, what it would cost."""


def try_out(house: House, draft: Draft) -> tuple[Draft, Run]:
    """The draft with what its checks say, and the run that finds out what would come."""
    checks = tuple(check(house.with_source(draft.source), draft.name))
    draft = keep(house, replace(draft, checks=checks, outlook=()), "source.draft-tried")
    with house.store.write() as session:
        actor = f"person:{draft.person_id}"
        run = runs.ask(session, house, TRY, str(draft.id), actor, {"person": str(draft.person_id)})
    house.wake()
    return draft, run


def rehearse_asked(house: House) -> None:
    """Find out for drafts that are tried what a first reading would bring; nothing of it is kept."""
    for run in runs.due(house, TRY):
        with runs.working(house, run.id) as progress:
            draft = find(house, UUID(run.subject), UUID(run.task["person"]))
            told = []
            for outlook in dry_run(house.with_source(draft.source), draft.name):
                told.append(asdict(outlook))
                progress.at(len(told))
            draft = find(house, draft.id, draft.person_id)
            keep(house, replace(draft, outlook=tuple(told)))

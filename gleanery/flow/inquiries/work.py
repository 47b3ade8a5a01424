"""The longer looks as runs: what is held, what would go, the file for the person, an erasure, an HR list.

What a run needs is found by its subject, the id of an inquiry or an erasure; the run itself holds no word of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

import structlog
from sqlmodel import col, select

from gleanery.errors import Denied, GleaneryError
from gleanery.flow import runs, subject_access
from gleanery.flow.erasing import cases
from gleanery.flow.erasing.planning import plan
from gleanery.flow.house import House
from gleanery.flow.inquiries import held, kept, lists
from gleanery.flow.runs import Progress
from gleanery.model.inquiries import InquiryKind
from gleanery.model.people import Person
from gleanery.model.runs import Run, RunState

HELD, PLAN, EXPORT = "privacy.held", "privacy.plan", "privacy.export"
ERASE = "privacy.erase"
LOOK, BRING_IN = "hr-list.plan", "hr-list.import"

log = structlog.get_logger()


def ask(house: House, kind: str, subject: UUID, actor: str) -> Run:
    """A run of this kind; where one is open, that one."""
    with house.store.write() as session:
        return runs.ask(session, house, kind, str(subject), actor)


def is_free(house: House, run: Run) -> bool:
    """Whether somebody may take the run up: it waits, or whoever was at it has fallen silent."""
    silent = run.state is RunState.RUNNING and run.seen_at < house.now() - runs.SILENT
    return run.state is RunState.WAITING or silent


def latest(house: House, subject: UUID) -> dict[str, Run]:
    """By kind: the newest run on an inquiry, a list or an erasure."""
    query = select(Run).where(
        col(Run.state).in_(list(RunState)), col(Run.kind).in_(_WORK), Run.subject == str(subject)
    )
    with house.store.read() as session:
        return {run.kind: run for run in session.exec(query.order_by(col(Run.made_at)))}


def carry(house: House, run_id: UUID) -> None:
    """Do a run to its end; a fault that nobody foresaw is logged, and told as one."""
    with runs.working(house, run_id) as progress:
        run = runs.find(house, run_id)
        try:
            _WORK[run.kind](house, UUID(run.subject), _account(house, run.by), progress)
        except GleaneryError:
            raise
        except Exception as error:
            log.exception("inquiry.failed", kind=run.kind)
            raise GleaneryError(
                "Something went wrong on our side.", remedy="The log of `gleanery serve` says what."
            ) from error


def _account(house: House, actor: str) -> str:
    with house.store.read() as session:
        person = session.get(Person, UUID(actor.removeprefix("person:")))
    if person is None or person.account is None:
        raise Denied("Whoever asked for this has no account any more.", remedy="Ask for it anew.")
    return person.account


# --------------------------------------------------------------------------- the looks


def _telling(progress: Progress) -> Callable[[str, int, int | None], None]:
    return lambda what, done, total: progress.at(done, total, what)


def _held(house: House, key: UUID, account: str, progress: Progress) -> None:
    meant = kept.read(house, key).meant
    kept.add(house, key, "held", held.held(house, meant, account, _telling(progress)))


def _plan(house: House, key: UUID, account: str, progress: Progress) -> None:
    """Who is meant is looked up anew: accounts may have come to them since an erasure was asked for."""
    found = plan(house, kept.read(house, key).meant, account, _telling(progress))
    kept.add(house, key, "plan", found.told() | {"counts": found.counts, "at": house.now()})


def _export(house: House, key: UUID, account: str, progress: Progress) -> None:
    opened = kept.read(house, key, InquiryKind.PERSON)
    counts = subject_access.export(
        house, opened.meant, account, kept.handed_out(house, key), _telling(progress)
    )
    kept.add(house, key, "export", {"counts": counts, "at": house.now()})


def _erase(house: House, key: UUID, account: str, progress: Progress) -> None:
    cases.finish(house, key, _telling(progress))


def _look(house: House, key: UUID, account: str, progress: Progress) -> None:
    kept.add(house, key, "plan", lists.plan(house, kept.read(house, key), account))


def _bring_in(house: House, key: UUID, account: str, progress: Progress) -> None:
    opened = kept.read(house, key, InquiryKind.HR_LIST)
    done = lists.bring_in(house, opened, account, lambda done, total: progress.at(done, total, "hr-list"))
    kept.add(house, key, "done", done)


_WORK: Mapping[str, Callable[[House, UUID, str, Progress], None]] = {
    HELD: _held,
    PLAN: _plan,
    EXPORT: _export,
    ERASE: _erase,
    LOOK: _look,
    BRING_IN: _bring_in,
}
"""By kind of run: what does it."""

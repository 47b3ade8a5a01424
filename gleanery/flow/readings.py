"""Readings that people can watch: asked for with a button or begun by the clock, shown as runs, stopped by anybody."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from gleanery.errors import Conflict
from gleanery.flow import runs
from gleanery.flow.house import House
from gleanery.flow.reading import ReadReport, read
from gleanery.flow.sources import READ, is_paused
from gleanery.leases import is_held
from gleanery.model.runs import Run

KIND = READ
CLOCK = "clock"
"""Who asks where nobody does: the source is due."""


class Resting(Conflict):
    """A source that rests is not read."""


def ask(house: House, name: str, account: str) -> tuple[Run, bool]:
    """The run that reads a source now, and whether it was under way already. Raises: ConfigError, Resting."""
    house.config.source(name)
    if is_paused(house, name):
        raise Resting(f"{name} is paused.", remedy="Resume it first; it is then read at once.")
    with house.change() as change:
        joined = runs.open_run(change.session, KIND, name) is not None
        actor = f"person:{house.person(change.session, account)}"
        run = _run(change.session, house, name, actor)
        if not joined:
            change.audit("source.read-asked", actor, f"source:{name}")
    house.wake()
    return run, joined


def asked(house: House) -> list[str]:
    """The configured sources that somebody asked to have read, the oldest wish first."""
    known = {one.name for one in house.config.sources}
    return [run.subject for run in runs.due(house, KIND) if run.subject in known]


def read_as_run(house: House, name: str) -> ReadReport:
    """Read a source, shown as a run while it goes on: the one that was asked for, else a new one."""
    if is_held(house.store, f"read:{name}", house.now()):
        return ReadReport(name, busy=True)
    with house.store.write() as session:
        run = _run(session, house, name, CLOCK)
    report = ReadReport(name)
    with runs.working(house, run.id) as progress:
        report = read(house, name, _telling(progress))
        if report.busy or report.paused:
            why = "is paused" if report.paused else "is being read by another worker"
            raise runs.Cancelled(f"{name} {why}.")
        progress.at(*_brought(report))
    return report


def _run(session: Session, house: House, name: str, by: str) -> Run:
    return runs.ask(session, house, KIND, name, by)


def _brought(report: ReadReport) -> tuple[int, int | None, str]:
    """What stands in the run at its end."""
    count = report.new_posts + report.changed_posts + report.gone_posts
    return count, None, report.faults[0][1] if report.faults else ""


def _telling(progress: runs.Progress) -> Callable[[str, int], None]:
    count = 0

    def tell(_name: str, posts: int) -> None:
        nonlocal count
        count += posts
        progress.at(count)

    return tell

"""Deliver now: asked for with a button, shown as a run; asking for what is under way joins it."""

from __future__ import annotations

from gleanery.flow import runs
from gleanery.flow.delivering import deliver
from gleanery.flow.house import House
from gleanery.flow.outbox import DeliverReport
from gleanery.flow.watching import DELIVER
from gleanery.leases import is_held
from gleanery.model.runs import Run


def ask(house: House, name: str, account: str) -> tuple[Run, bool]:
    """The run that delivers to a destination now, and whether it was under way already. Raises: ConfigError."""
    house.config.destination(name)
    with house.change() as change:
        joined = runs.open_run(change.session, DELIVER, name) is not None
        run = runs.ask(change.session, house, DELIVER, name, account)
        if not joined:
            actor = f"person:{house.person(change.session, account)}"
            change.audit("destination.delivery-asked", actor, f"destination:{name}")
    house.wake()
    return run, joined


def asked(house: House) -> list[str]:
    """The configured destinations to which somebody asked to deliver, also while they rest; the oldest wish first."""
    known = {one.name for one in house.config.destinations}
    return [run.subject for run in runs.due(house, DELIVER) if run.subject in known]


def deliver_as_run(house: House, name: str) -> DeliverReport:
    """Deliver to a destination, shown as the run that was asked for."""
    if is_held(house.store, f"deliver:{name}", house.now()):
        return DeliverReport(name, busy=True)
    with house.store.write() as session:
        run = runs.ask(session, house, DELIVER, name, "clock")
    report, brought = DeliverReport(name), 0
    with runs.working(house, run.id) as progress:

        def told(_name: str, count: int) -> None:
            nonlocal brought
            brought += count
            progress.at(brought)

        report = deliver(house, name, told)
        count = report.delivered + report.retracted
        progress.at(count, count, report.faults[0][1] if report.faults else "")
    return report

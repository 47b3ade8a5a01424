"""run: the whole way once, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gleanery.errors import ConfigError, Conflict, GleaneryError
from gleanery.flow import record
from gleanery.flow.absorbing import AbsorbReport, absorb
from gleanery.flow.delivering import deliver
from gleanery.flow.frameworks import import_frameworks
from gleanery.flow.house import House
from gleanery.flow.inbox import waiting
from gleanery.flow.learners import scoring
from gleanery.flow.learning.fitting import fit_due
from gleanery.flow.learning.rating import rate_due
from gleanery.flow.outbox import DeliverReport
from gleanery.flow.purging import purge
from gleanery.flow.reading import ReadReport, read
from gleanery.flow.screening import ScreenReport, screen

Progress = Callable[[str, int, int | None], None]


@dataclass
class RunReport:
    """What one run did."""

    events: list[AbsorbReport] = field(default_factory=list)
    reads: list[ReadReport] = field(default_factory=list)
    screening: ScreenReport = field(default_factory=ScreenReport)
    deliveries: list[DeliverReport] = field(default_factory=list)
    new_statements: int = 0
    purged: int = 0
    other_faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Everything that went wrong, as (place, message)."""
        reads = [fault for one in self._brought for fault in one.faults]
        deliveries = [fault for one in self.deliveries for fault in one.faults]
        return [*self.other_faults, *reads, *deliveries, *self._busy()]

    @property
    def _brought(self) -> list[AbsorbReport | ReadReport]:
        return [*self.events, *self.reads]

    def _busy(self) -> list[tuple[str, str]]:
        """Parts that another worker holds just now."""
        parts = [one.source for one in self.reads if one.busy]
        parts += ["screen"] if self.screening.busy else []
        parts += [one.destination for one in self.deliveries if one.busy]
        return [(part, "another worker is at it; run again when it has ended") for part in parts]

    @property
    def held_back(self) -> dict[str, int]:
        """By source: how many posts its first reading keeps from the curators until somebody releases them."""
        return {one.source: one.held_back for one in self.reads if one.held_back}

    def counts(self) -> dict[str, int]:
        """The figures a caller can compare: a second run over unchanged sources gives zeros."""
        return {
            "new_posts": sum(one.new_posts for one in self._brought),
            "changed_posts": sum(one.changed_posts for one in self._brought),
            "gone_posts": sum(one.gone_posts for one in self._brought),
            "new_items": self.screening.new_items,
            "new_statements": self.new_statements,
            "new_deliveries": sum(one.delivered for one in self.deliveries),
            "retracted": sum(one.retracted for one in self.deliveries),
            "purged": self.purged,
            "faults": len(self.faults),
        }


def run(house: House, progress: Progress = lambda _what, _done, _all: None) -> RunReport:
    """Read every source, screen, deliver what is due: the whole way once. A broken part never stops the others."""
    report = RunReport()
    before = record.count(house.store)
    with _guarded(report, "frameworks"):
        for framework in import_frameworks(house):
            places = [(f"{framework.name}/{fault.where}", fault.message) for fault in framework.faults]
            report.other_faults.extend(places)
    with_events = waiting(house.store)
    for source in house.config.sources:
        if source.name in with_events:
            with _guarded(report, source.name):
                report.events.append(absorb(house, source.name))
        with _guarded(report, source.name):
            report.reads.append(
                read(house, source.name, lambda name, count: progress(f"read {name}", count, None))
            )
    with _guarded(report, "purge"):  # after the reading, which renews what the sources still show
        report.purged = purge(house)
    with _guarded(report, "screen"):
        report.screening = screen(house, lambda what, done, total: progress(f"screen {what}", done, total))
    with _guarded(report, "learning"):
        fit_due(house)
        rate_due(house, progress)
    for destination in house.config.destinations:
        with _guarded(report, destination.name):
            told = deliver(
                house, destination.name, lambda name, count: progress(f"deliver {name}", count, None)
            )
            report.deliveries.append(told)
            report.other_faults.extend(scoring.send(house, destination.name).faults)
    report.new_statements = record.count(house.store) - before
    return report


@contextmanager
def _guarded(report: RunReport, place: str) -> Iterator[None]:
    """A deliberate error of one part is a fault of the run, not its end; a Conflict is an alarm and ends it."""
    try:
        yield
    except (Conflict, ConfigError):
        raise
    except GleaneryError as error:
        report.other_faults.append((place, str(error)))

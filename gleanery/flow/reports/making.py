"""Makes reports by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.reports import coverage, items, learning, plant
from gleanery.flow.reports.reading import Counts, Recent
from gleanery.flow.reports.tables import Asked, Report

REPORTS: Mapping[str, Callable[[Counts, Asked], Report]] = {
    "funnel": items.funnel,
    "intake": items.intake,
    "yield": items.yields,
    "speed": items.speed,
    "overload": learning.overload,
    "coverage": coverage.coverage,
    "learners": learning.learners,
    "statements": learning.statements,
    "outbox": plant.outbox,
    "quota": plant.quota,
}
"""Every report, in the order of the page."""


def make(house: House, recent: Recent, name: str, asked: Asked) -> Report:
    """One report. Raises: BadInput for an unknown name."""
    if name not in REPORTS:
        raise BadInput("There is no such report.", remedy=f"Choose one of {', '.join(REPORTS)}.")
    with house.store.read() as session:
        return REPORTS[name](Counts(house, session, recent), asked)


def make_all(house: House, recent: Recent, asked: Asked) -> Sequence[Report]:
    """Every report in short, of one snapshot of the database."""
    asked = replace(asked, in_short=True)
    with house.store.read() as session:
        counts = Counts(house, session, recent)
        return [made(counts, asked) for made in REPORTS.values()]

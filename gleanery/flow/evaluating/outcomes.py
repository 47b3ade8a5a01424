"""What measuring gives: figures with their intervals, kind by kind, and what the plots are drawn of."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from gleanery.flow.evaluating.metrics import Bins, Floats, Hits, Measure, with_interval

Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, whole: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place of a learning curve: after so many decisions, the mean over the orders, the least and the most."""

    decisions: int
    auc: float
    least: float
    most: float
    calibration_error: float
    orders: int


@dataclass
class Speed:
    """What it took: rows, seconds of the processor, and the most memory the process held, in MiB."""

    rows: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    before_mib: float = 0.0

    @property
    def per_second(self) -> float:
        """Rows in a second of one core."""
        return self.rows / self.cpu_seconds if self.cpu_seconds else float("nan")


@dataclass
class Outcome:
    """The figures of one task. `wrong`: (line, what was said, what was expected) for those who ask for examples."""

    measures: dict[str, Measure] = field(default_factory=dict)
    kinds: dict[str, dict[str, float]] = field(default_factory=dict)
    groups: dict[str, dict[str, Measure]] = field(default_factory=dict)
    precision_recall: list[tuple[float, float]] = field(default_factory=list)
    reliability: Bins | None = None
    curve: list[Point] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wrong: list[tuple[int, str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Everything but the examples; what cannot be told is null."""
        told = asdict(self)
        del told["wrong"]
        return {name: plain(value) for name, value in told.items()}


def plain(value: Any) -> Any:
    """A value for JSON: numbers rounded, what is not a number null."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


@contextmanager
def timed(rows: int) -> Iterator[Speed]:
    """Times what is done within, for so many rows."""
    speed = Speed(rows, before_mib=peak_mib())
    wall, cpu = time.perf_counter(), time.process_time()
    yield speed
    speed.seconds, speed.cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    speed.peak_mib = peak_mib()


def peak_mib() -> float:
    """The most memory this process held so far, in MiB (macOS tells bytes, others KiB)."""
    told = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return told / (1024 * 1024 if sys.platform == "darwin" else 1024)


Name = tuple[str, Sequence[str]]


def tell_hits(outcome: Outcome, hits: Hits, kinds: Sequence[str], groups: Sequence[str], seed: int) -> None:
    """Write precision, recall and F1 over all kinds, of each kind, and of each group of rows."""
    rows = len(hits.found)
    for name, figure in (("precision", hits.precision()), ("recall", hits.recall()), ("f1", hits.f1())):
        outcome.measures[name] = with_interval(figure, rows, seed)
    if len(kinds) > 1:
        outcome.measures["macro_f1"] = with_interval(hits.macro_f1(), rows, seed)
    every = np.ones(rows)
    for place, kind in enumerate(kinds):
        outcome.kinds[kind] = {
            "there": float(hits.there[:, place].sum()),
            "found": float(hits.found[:, place].sum()),
            "precision": hits.precision(place)(every),
            "recall": hits.recall(place)(every),
            "f1": hits.f1(place)(every),
        }
    tell_groups(outcome, groups, {"f1": hits.f1()}, seed)


def tell_groups(
    outcome: Outcome, groups: Sequence[str], figures: dict[str, Callable[[Floats], float]], seed: int
) -> None:
    """Write figures of each group of rows, where there are several."""
    names = sorted(set(groups))
    if not 1 < len(names) <= 50:
        return
    held = np.asarray(groups)
    for name in names:
        inside = (held == name).astype(np.float64)
        outcome.groups[name] = {
            told: with_interval(lambda weights, f=figure, i=inside: f(weights * i), len(held), seed)  # type: ignore[misc]
            for told, figure in figures.items()
        }

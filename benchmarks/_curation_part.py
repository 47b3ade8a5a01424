"""What one comparison consists of, and how it is timed."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 3

Run = Callable[[Any], Any]


@dataclass(frozen=True)
class Part:
    """One thing that all contenders do to the same inputs; ours is called `gleanery`.

    `few`: contenders so slow that they take only so many of the inputs. `right` says what is right about each
    one's results. `goals`: how many times as fast as a peer ours is to be.
    """

    inputs: Sequence[Any]
    runs: Mapping[str, Run]
    right: Mapping[str, Any]
    few: Mapping[str, int] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)


def measured(part: Part) -> dict[str, Any]:
    """Inputs per CPU second, the medians of interleaved rounds, ours by each peer's, and what is right."""
    gc.collect()
    gc.freeze()  # or each contender would pay for walking through the structures of the others
    for run in part.runs.values():
        run(part.inputs[0])  # what is loaded or built at the first call is not counted
    rates: dict[str, list[float]] = {name: [] for name in part.runs}
    for _ in range(ROUNDS):
        for name, run in part.runs.items():
            rates[name].append(_rate(run, part.inputs[: part.few.get(name, len(part.inputs))]))
    medians = {name: statistics.median(speeds) for name, speeds in rates.items()}
    ratio = {name: round(medians["gleanery"] / speed, 2) for name, speed in medians.items()}
    del ratio["gleanery"]
    goals = {name: goal for name, goal in part.goals.items() if name in ratio}
    return {
        "inputs": len(part.inputs),
        "per_cpu_second": {name: round(speed) for name, speed in medians.items()},
        "ratio": ratio,
        "right": dict(part.right),
        "goal": goals,
        "met": all(ratio[name] >= goal for name, goal in goals.items()),
    }


def _rate(run: Run, inputs: Sequence[Any]) -> float:
    started = time.process_time()
    for one in inputs:
        run(one)
    return len(inputs) / (time.process_time() - started)

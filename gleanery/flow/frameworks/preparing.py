"""What steps work out from the frameworks before they can judge quickly, such as the vectors of a sentence model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gleanery.flow.house import House
from gleanery.ports import Prepares

Progress = Callable[[str, int, int], None]


def prepare(house: House, progress: Progress = lambda _what, _done, _all: None) -> list[str]:
    """Have every step prepare itself; the names of those that did. What was stopped goes on where it stood."""
    steps = [judge.plugin for judge in house.judges if isinstance(judge.plugin, Prepares)]
    return [step.name for step in steps if step.prepare(partial(progress, step.name))]

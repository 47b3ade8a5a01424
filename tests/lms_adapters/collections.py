"""Collections for the adapters' tests."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from gleanery.ports import LearningCollection, LearningStep
from tests.lms_adapters.items import LADDER, item


def step(number: int, **changes: Any) -> LearningStep:
    """The item of this number in its place."""
    made = item(number)
    return LearningStep(**{"item": made, "url": made.url, **changes})


def collection(*steps: LearningStep, **changes: Any) -> LearningCollection:
    """A path with these steps."""
    values: dict[str, Any] = {
        "id": uuid5(NAMESPACE_URL, "https://example.org/path"),
        "title": "First week",
        "summary": "Take one a day.",
        "objectives": ("Climb safely",),
        "ordered": True,
        "steps": steps,
        "competencies": (LADDER,),
        "goals": (),
        "revision": 1,
        "due_on": date(2026, 6, 1),
    }
    return LearningCollection(**{**values, **changes})

"""Every installed step and matcher, as a house makes them with default settings and a few competencies."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from typing import Any

from gleanery.plugins import found
from gleanery.ports import Concept, Matcher, Step, Subject
from gleanery.testing import subject

CONCEPTS = (
    Concept(
        "house",
        "urn:house:ladders",
        ("ladder safety", "working at heights"),
        ("ladder safety",),
        "Safe climbing.",
    ),
    Concept(
        "house",
        "urn:house:charts",
        ("drawing charts", "Diagramme"),
        ("drawing charts",),
        "Pictures of numbers.",
    ),
    Concept(
        "house",
        "urn:house:python",
        ("Python", "Python programming"),
        ("Python",),
        "A language to program in.",
    ),
)


@cache
def made() -> tuple[Any, ...]:
    """One instance of each, by name; of those alone whose libraries are installed."""
    return tuple(
        _instance(one.cls) for one in found("step") if one.cls is not None and one.name not in _lacking()
    )


def _lacking() -> set[str]:
    """The steps of the extra `pii` where it is not installed."""
    return set() if find_spec("presidio_analyzer") else {"names"}


def _instance(cls: Any) -> Any:
    return cls(cls.Settings(), CONCEPTS if getattr(cls, "wants_concepts", False) else ())


def steps() -> list[Any]:
    """Those that judge."""
    return [one for one in made() if isinstance(one, Step)]


def matchers() -> list[Any]:
    """Those that compare."""
    return [one for one in made() if isinstance(one, Matcher)]


def told(given: Subject) -> str:
    """Everything all of them say of a subject, in one text."""
    said: dict[str, Any] = {one.name: asdict(one.judge(given)) for one in steps()}
    for one in matchers():
        sketch = one.sketch(given)
        said[f"{one.name}: keys"] = [list(one.keys(given)), sketch and list(sketch.bands)]
    return json.dumps(said, sort_keys=True, default=str)


WORDS = (
    "Ladder safety for beginners: why working at heights needs two people, part 2 of 3.",
    "Die Diagramme der Woche: fünf Gewohnheiten beim Zeichnen, mit Zahlen aus dem Verkauf und Anmerkungen.",
    "Write to trainer@example.org or call +49 30 23125 987; Python programming on https://example.org/a?utm_source=b",
    "",
    "👍🏽 🎉",
    "機械学習の入門と Python",
)


def fingerprint() -> str:
    """A hash of all that is said of some words; the same in every process."""
    whole = "\n".join(told(subject(words, f"Title {place}")) for place, words in enumerate(WORDS))
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(fingerprint())

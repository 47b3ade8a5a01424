"""A house with a catalogue whose records are about two trades, and a curator who wants one of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gleanery.flow import deciding, desk, run
from gleanery.flow.house import House
from gleanery.model.items import DecisionVerdict
from gleanery.testing import Clock
from tests.house import file_source, make_house, records

GOAL = {"name": "bees", "title": "Keeping bees", "words": ["hive", "honey"]}
_BEES = ("hive", "honey", "queen", "swarm", "wax", "smoker", "brood", "nectar")
_TRAINS = ("track", "signal", "engine", "brake", "carriage", "platform", "timetable", "wheel")
PLACES = (
    "meadow",
    "valley",
    "harbour",
    "village",
    "mountain",
    "island",
    "forest",
    "river",
    "desert",
    "garden",
)


def record(number: int, words: Sequence[str], **changes: Any) -> dict[str, Any]:
    """A record about a trade, unlike every other."""
    own = [words[(number * step) % len(words)] for step in (1, 3, 5)]
    place, other = PLACES[number % 10], PLACES[(number * 7 + 3) % 10]
    return {
        "id": f"r{number}",
        "title": f"The {own[0]} and the {own[1]} near the {place}",
        "url": f"https://catalogue.example.org/{number}",
        "text": f"Lesson {number} of the {other}: what to do when the {own[2]} of the {place} meets the {own[0]}. "
        + " ".join(f"{place[:3]}{number}{chr(97 + at)}" for at in range(10)),
        **changes,
    }


def bees(number: int, **changes: Any) -> dict[str, Any]:
    """A record that the curator wants."""
    return record(number, _BEES, **changes)


def trains(number: int, **changes: Any) -> dict[str, Any]:
    """A record that the curator does not want."""
    return record(number, _TRAINS, **changes)


def house_of(folder: Path, rows: Sequence[dict[str, Any]], **changes: Any) -> House:
    """A house that has read these records and may learn from them; `changes` may hold settings of the source."""
    may = changes.pop("learn_from", True)
    source = file_source(records(folder, rows), learn_from=may)
    clock = changes.pop("clock", None) or Clock()
    house = make_house(folder, clock, sources=[source], **{"goals": [GOAL], **changes})
    run(house)
    return house


def decide(house: House, titles: str, verdict: DecisionVerdict, most: int = 1_000) -> int:
    """Decide on what waits and has one of these words in its title; how many."""
    rows = [row for row in desk.queue(house, limit=500).rows if set(row.title.split()) & set(titles.split())][
        :most
    ]
    for row in rows:
        deciding.decide(house, str(row.id), verdict, "curator", "")
    return len(rows)


WANTED_WORDS, OTHER_WORDS = " ".join(_BEES), " ".join(_TRAINS)
APPROVE, REJECT = DecisionVerdict.APPROVE, DecisionVerdict.REJECT

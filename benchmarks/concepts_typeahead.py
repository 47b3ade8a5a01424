"""Competencies found while somebody types, over 14,000 concepts: our index against a look at every label.

    python benchmarks/concepts_typeahead.py [--json]

The labels are those of ESCO where the shared data are present, else invented. What is typed are beginnings of words
of labels, one to twelve letters. The peer is the same database asked `label LIKE '%typed%'`, with the same number of
answers and no more told of them. CPU time of this process, medians over interleaved rounds.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _telling import main
from sqlmodel import col, select

from gleanery.flow import import_frameworks
from gleanery.flow.house import House
from gleanery.flow.items.concepts import MOST_FOUND, find_concepts
from gleanery.model.items import CompetencyLabel
from tests.house import make_house

ROOT = Path(__file__).resolve().parent.parent
ESCO = ROOT.parent / "shared" / "data" / "taxonomies" / "esco" / "skills_en.jsonl.gz"
CONCEPTS, TYPED, ROUNDS = 14_000, 60, 3
GOAL_MS, GOAL_RATIO = 30.0, 3.0
SYLLABLES = ["ma", "chi", "ner", "lo", "gis", "tik", "pla", "nung", "sto", "re", "ver", "kauf", "da", "ten"]

Labels = list[tuple[str, list[str]]]


def labels(rng: random.Random) -> Labels:
    """Each concept's preferred label and the others."""
    if ESCO.exists():
        with gzip.open(ESCO, "rt", encoding="utf-8") as lines:
            return [(row["label"], row["alt"]) for row in map(json.loads, lines)]
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(3_000)]

    def made() -> str:
        return " ".join(rng.choices(words, k=rng.randint(1, 5)))

    return [(made(), [made() for _ in range(6)]) for _ in range(CONCEPTS)]


def house_with(folder: Path, known: Labels) -> House:
    """A house that has imported them as a framework."""
    with (folder / "skills.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label", "alt_labels"])
        writer.writerows((f"urn:c:{number}", one, "|".join(rest)) for number, (one, rest) in enumerate(known))
    house = make_house(folder / "house", frameworks=[{"name": "skills", "path": str(folder / "skills.csv")}])
    import_frameworks(house)
    return house


def typed(rng: random.Random, known: Labels) -> list[str]:
    """Beginnings of words of labels."""
    words = [rng.choice(label.split()) for label, _ in rng.sample(known, TYPED)]
    return [word[: rng.randint(1, 12)].lower() for word in words]


def looked_through(house: House, text: str) -> list[Any]:
    """The peer: every label is looked at."""
    with house.store.read() as session:
        query = select(CompetencyLabel.iri, CompetencyLabel.label).where(
            col(CompetencyLabel.label).ilike(f"%{text}%")
        )
        return list(session.exec(query.order_by(col(CompetencyLabel.label)).limit(MOST_FOUND)))


def milliseconds(act: Callable[[], Any]) -> float:
    """The CPU time of one call."""
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1_000


def measure() -> dict[str, Any]:
    """Medians and worst of each, the ratio, and whether the goals are met."""
    rng = random.Random(7)
    known = labels(rng)
    with tempfile.TemporaryDirectory() as folder:
        house = house_with(Path(folder), known)
        asked = typed(rng, known)
        taken: dict[str, list[float]] = {"gleanery": [], "LIKE": []}
        for _ in range(ROUNDS):
            for text in asked:
                taken["gleanery"].append(milliseconds(lambda text=text: find_concepts(house, text)))
                taken["LIKE"].append(milliseconds(lambda text=text: looked_through(house, text)))
        house.close()
    medians = {name: statistics.median(times) for name, times in taken.items()}
    p95 = {name: statistics.quantiles(times, n=20)[-1] for name, times in taken.items()}
    ratio = round(medians["LIKE"] / medians["gleanery"], 1)
    return {
        "concepts": len(known),
        "labels": sum(1 + len(rest) for _, rest in known),
        "typed": len(asked),
        "median_ms": {name: round(one, 2) for name, one in medians.items()},
        "p95_ms": {name: round(one, 2) for name, one in p95.items()},
        "ratio": ratio,
        "goal": {"p95_ms": GOAL_MS, "ratio": GOAL_RATIO},
        "met": p95["gleanery"] <= GOAL_MS and ratio >= GOAL_RATIO,
    }


if __name__ == "__main__":
    main(measure, __doc__)

"""Competencies proposed per CPU second, and the memory for it: the step `tags` beside plain dense TF-IDF.

    python benchmarks/linking.py [--json]

The concepts are those of ESCO and the texts labelled sentences and descriptions of talks, where the shared data are
present; else all are invented. The dense peer is a matrix of all words by `PEERS` concepts, scored by one product:
more concepts would take gigabytes. Ours is timed on the same few, and on all.
"""

from __future__ import annotations

import gzip
import json
import platform
import random
import resource
import statistics
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from _telling import main

from curation.linking.terms import terms_of
from curation.tags import Tags, TagsSettings
from gleanery.ports import Concept, Subject
from gleanery.testing import subject

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
ESCO = SHARED / "taxonomies" / "esco" / "skills_en.jsonl.gz"
LABELLED = {name: SHARED / "labelled" / f"skills_{name}_val.jsonl.gz" for name in ("tech", "house")}
TALKS = SHARED / "corpora" / "pyvideo-talks" / "pycon-us-2023.zip"
INVENTED, PEERS, ROUNDS, BEST = 14_000, 2_000, 3, 5
GOAL_RATE, GOAL_MIB = 1_000, 300
GOAL_RECALL = {"tech": 62, "house": 42}

SYLLABLES = ["ma", "chi", "ner", "lo", "gis", "tik", "pla", "nung", "sto", "re", "ver", "kauf", "da", "ten"]


def concepts(rng: random.Random) -> tuple[str, list[Concept]]:
    """Where they are from, and the concepts."""
    if ESCO.exists():
        return "ESCO", [
            Concept("esco", one["uri"], (one["label"], *one["alt"]), (one["label"],), one["description"])
            for one in _lines(ESCO)
        ]
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(12_000)]

    def said(least: int, most: int) -> str:
        return " ".join(rng.choices(words, k=rng.randint(least, most)))

    return "invented", [
        Concept("f", f"urn:{number}", tuple(said(1, 4) for _ in range(6)), (), said(10, 30))
        for number in range(INVENTED)
    ]


def sentences(known: Sequence[Concept], rng: random.Random) -> list[Subject]:
    """Labelled sentences, else words of some concepts."""
    if all(path.exists() for path in LABELLED.values()):
        return [subject(one["text"]) for path in LABELLED.values() for one in _lines(path)] * 3
    return [
        subject(" ".join(label for one in rng.sample(known, 4) for label in one.labels[:2]))
        for _ in range(500)
    ]


def talks() -> list[Subject]:
    """Descriptions of talks; none without the shared data."""
    if not TALKS.exists():
        return []
    with zipfile.ZipFile(TALKS) as archive:
        names = sorted(name for name in archive.namelist() if "/videos/" in name and name.endswith(".json"))
        told = [json.loads(archive.read(name)) for name in names]
    return [subject(one.get("description") or "", title=one["title"]) for one in told]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def dense(known: Sequence[Concept]) -> Callable[[Subject], Any]:
    """Plain TF-IDF over all words of each concept, as one matrix."""
    bags = [
        Counter(term for text in (*one.labels, one.description) for term in terms_of(text)) for one in known
    ]
    numbers = {
        term: number for number, term in enumerate(dict.fromkeys(term for bag in bags for term in bag))
    }
    matrix = np.zeros((len(known), len(numbers)), dtype=np.float32)
    for row, bag in enumerate(bags):
        for term, times in bag.items():
            matrix[row, numbers[term]] = times
    rarity = np.log((1 + len(known)) / (1 + (matrix > 0).sum(0))) + 1
    matrix *= rarity
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)

    def rank(one: Subject) -> Any:
        asked = np.zeros(len(numbers), dtype=np.float32)
        for term, times in Counter(terms_of(f"{one.title} {one.text}")).items():
            if term in numbers:
                asked[numbers[term]] = times * rarity[numbers[term]]
        return np.argsort(-(matrix @ asked), kind="stable")[:BEST]

    return rank


def recall(step: Tags, known: Sequence[Concept]) -> dict[str, float]:
    """The mean share (%) of the labels known that stand among the best five."""
    iris = {one.preferred[0].lower(): one.iri for one in known}
    found = {}
    for name, path in LABELLED.items():
        rows = [(one["text"], {iris[label.lower()] for label in one["labels"] if label.lower() in iris})
                for one in _lines(path)]  # fmt: skip
        shares = [
            len(truth & {label.concept for label in step.judge(subject(text)).labels[:BEST]}) / len(truth)
            for text, truth in rows
            if truth
        ]
        found[name] = round(100 * statistics.mean(shares), 1)
    return found


def measure() -> dict[str, Any]:
    """Medians over interleaved rounds; the memory is that of the process before the dense peer is made."""
    rng = random.Random(11)
    source, known = concepts(rng)
    asked = sentences(known, rng)
    started = time.process_time()
    step = Tags(TagsSettings(), known)
    step.judge(asked[0])
    built = time.process_time() - started
    found: dict[str, Any] = (
        {"recall_at_5": recall(step, known)} if source == "ESCO" and LABELLED["tech"].exists() else {}
    )
    rates = {"all": _rate(step.judge, asked), "talks": _rate(step.judge, talks())}
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    few = known[:PEERS]
    runs = {"gleanery, few": Tags(TagsSettings(), few).judge, "dense, few": dense(few)}
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            run(asked[0])
            speeds[name].append(_rate(run, asked) or 0)
    medians = {name: statistics.median(some) for name, some in speeds.items()}
    return {
        "concepts": f"{len(known)} {source}",
        "python": platform.python_version(),
        "build_seconds": round(built, 2),
        "per_cpu_second": {name: round(rate) for name, rate in (rates | medians).items() if rate},
        "ratio_to_dense": round(medians["gleanery, few"] / medians["dense, few"], 1),
        "peak_mib": round(mib),
        **found,
        "goal": {"per_cpu_second": GOAL_RATE, "peak_mib": GOAL_MIB, "recall_at_5": GOAL_RECALL},
        "met": (rates["all"] or 0) >= GOAL_RATE
        and mib <= GOAL_MIB
        and all(found["recall_at_5"][name] >= least for name, least in GOAL_RECALL.items() if found),
    }


def _rate(run: Callable[[Subject], Any], texts: Sequence[Subject]) -> float | None:
    started = time.process_time()
    for one in texts:
        run(one)
    return len(texts) / (time.process_time() - started) if texts else None


if __name__ == "__main__":
    main(measure, __doc__)

"""Near duplicates per CPU second: our matcher against datasketch, on the same shingles and the same bands.

    python benchmarks/duplicates.py [--json]

Each contender takes posts as they come: normalise, shingle, sign, look up who shares a band, file. Planted
pairs share at least three quarters of their shingles; recall is the share of them that meet in a band.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from datasketch import MinHash, MinHashLSH

from curation.duplicates import Duplicates, DuplicatesSettings, normal
from curation.text.shingles import jaccard, shingles
from gleanery.ports import Subject
from gleanery.testing import subject

POSTS, PLANTED, ROUNDS = 2_000, 400, 3
LEAST_ALIKE = 0.75
GOAL_RATIO, GOAL_RECALL = 8.0, 0.95

Pairs = set[tuple[int, int]]


def vocabulary(rng: random.Random) -> list[str]:
    """Invented words of three to eleven letters."""
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "er", "in", "ou")]
    return ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(5_000)]


def plant(post: list[str], words: list[str], rng: random.Random) -> list[str]:
    """The post with words replaced one by one, as long as enough of its shingles stay."""
    before = np.unique(shingles(normal(" ".join(post))))
    changed = post
    for _ in range(rng.randint(1, 6)):
        further = list(changed)
        further[rng.randrange(len(further))] = rng.choice(words)
        if jaccard(before, np.unique(shingles(normal(" ".join(further))))) < LEAST_ALIKE:
            break
        changed = further
    return changed


def corpus(seed: int = 7) -> tuple[list[Subject], Pairs]:
    """Posts of 18 to 45 words, and which of them were planted as look-alikes."""
    rng = random.Random(seed)
    words = vocabulary(rng)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    posts = [rng.choices(words, weights, k=rng.randint(18, 45)) for _ in range(POSTS)]
    pairs: Pairs = set()
    for place in rng.sample(range(POSTS), PLANTED):
        pairs.add((place, len(posts)))
        posts.append(plant(posts[place], words, rng))
    return [subject(" ".join(post)) for post in posts], pairs


def ours(posts: list[Subject]) -> Pairs:
    """Pairs that share a band, by our matcher."""
    matcher = Duplicates(DuplicatesSettings())
    first_of: dict[str, int] = {}
    more_of: dict[str, list[int]] = {}
    met: Pairs = set()
    for place, post in enumerate(posts):
        sketch = matcher.sketch(post)
        for band in sketch.bands if sketch else ():
            first = first_of.setdefault(band, place)
            if first != place:
                others = more_of.setdefault(band, [first])
                met.update([(other, place) for other in others])
                others.append(place)
    return {pair for pair in met if pair[0] != pair[1]}


def peer(posts: list[Subject]) -> Pairs:
    """Pairs that share a band, by datasketch with the same number of places and bands."""
    index = MinHashLSH(num_perm=128, params=(32, 4))
    met: Pairs = set()
    for place, post in enumerate(posts):
        words = normal(post.text)
        sign = MinHash(num_perm=128, seed=1)
        sign.update_batch({words[at : at + 5].encode() for at in range(len(words) - 4)})
        met.update((int(other), place) for other in index.query(sign))
        index.insert(place, sign, check_duplication=False)
    return met


def rate(run: Callable[[list[Subject]], Pairs], posts: list[Subject]) -> tuple[float, Pairs]:
    """Posts per CPU second, and the pairs met."""
    started = time.process_time()
    met = run(posts)
    return len(posts) / (time.process_time() - started), met


def measure() -> dict[str, object]:
    """Medians over interleaved rounds, the ratio, and the recall of both."""
    posts, planted = corpus()
    rates: dict[str, list[float]] = {"gleanery": [], "datasketch": []}
    recall: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, run in (("gleanery", ours), ("datasketch", peer)):
            speed, met = rate(run, posts)
            rates[name].append(speed)
            recall[name] = len(planted & met) / len(planted)
    medians = {name: statistics.median(speeds) for name, speeds in rates.items()}
    ratio = medians["gleanery"] / medians["datasketch"]
    return {
        "posts": len(posts),
        "planted": len(planted),
        "python": platform.python_version(),
        "per_cpu_second": {name: round(speed) for name, speed in medians.items()},
        "recall": recall,
        "ratio": round(ratio, 1),
        "goal": {"ratio": GOAL_RATIO, "recall": GOAL_RECALL},
        "met": ratio >= GOAL_RATIO and recall["gleanery"] >= GOAL_RECALL,
    }


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    found = measure()
    if asked.parse_args().json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:>16}  {value}")


if __name__ == "__main__":
    main()

"""Near duplicates per CPU second: our matcher against datasketch, on the same shingles and the same bands.

    python benchmarks/duplicates.py [--json] [--posts 1000000]

Each contender takes posts as they come: normalise, shingle, sign, look up who shares a band, file. Planted
pairs share at least three quarters of their shingles; recall is the share of them that meet in a band.

With `--posts` ours takes that many, in blocks as a first reading brings them, and keeps of each the twenty with most
bands in common. datasketch takes the first `--sample` of them, for a million would want more memory than most machines
have; ours takes the sample too, and `ratio` is that on the same posts. Beside it stands ours on all of them by
datasketch on its sample, which has fewer chance meetings.

With `--table` so many posts are filed in the table `match_key` of a house on SQLite, and looked up there.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from _duplicates_index import Bands, Index
from datasketch import MinHash, MinHashLSH

from curation.duplicates import Duplicates, DuplicatesSettings, normal
from curation.text.shingles import jaccard, shingles
from gleanery.ports import Sketch, Subject
from gleanery.testing import subject

POSTS, PLANTED, ROUNDS = 2_000, 400, 3
LEAST_ALIKE = 0.75
GOAL_RATIO, GOAL_RECALL = 8.0, 0.95

Pairs = set[tuple[int, int]]


def vocabulary(rng: random.Random) -> list[str]:
    """Invented words of three to eleven letters."""
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "er", "in", "ou")]
    return ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(5_000)]


def rich_vocabulary(rng: random.Random) -> list[str]:
    """Invented words of all letters, as many as people use."""
    onsets = [
        "",
        *"bcdfghjklmnpqrstvwxyz",
        "br",
        "ch",
        "cl",
        "dr",
        "fl",
        "gr",
        "pl",
        "pr",
        "sc",
        "sh",
        "st",
        "th",
        "tr",
    ]
    ends = ["", "", "", "b", "d", "g", "l", "m", "n", "r", "s", "t", "x", "ck", "ng", "nd", "rt", "st"]
    syllables = [a + b + c for a in onsets for b in ("a", "e", "i", "o", "u", "ea", "ou") for c in ends]
    return ["".join(rng.choices(syllables, k=rng.randint(1, 3))) for _ in range(20_000)]


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


# --------------------------------------------------------------------------- many posts

BLOCK, SAMPLE, APART = 10_000, 10_000, 50
"""Posts made at once; posts that datasketch takes; of so many posts one is a planted look-alike of an earlier one."""


class Many:
    """Any number of posts, each made from its number alone, so that none need be kept."""

    def __init__(self, seed: int = 7) -> None:
        self._words = rich_vocabulary(random.Random(seed))
        weights = [1 / (rank + 3) for rank in range(len(self._words))]
        self._weights = list(accumulate(weights))
        self._seed = seed

    def original(self, number: int) -> int | None:
        """The post that this one is a look-alike of, anywhere before it; None for most."""
        if not number or number % APART:
            return None
        found = random.Random(f"{self._seed}:{number}:of").randrange(1, number)
        return found + 1 if found % APART == 0 else found

    def post(self, number: int) -> list[str]:
        """The words of a post."""
        rng = random.Random(f"{self._seed}:{number}")
        original = self.original(number)
        if original is not None:
            return plant(self.post(original), self._words, rng)
        return rng.choices(self._words, cum_weights=self._weights, k=rng.randint(18, 45))


def file_many(many: Many, posts: int) -> tuple[float, int, int]:
    """CPU seconds of our matcher over so many posts, without those to make them; planted pairs met; pairs met."""
    matcher, index, spent, hits, met = Duplicates(DuplicatesSettings()), Index(), 0.0, 0, 0
    for start in range(0, posts, BLOCK):
        numbers = range(start, min(start + BLOCK, posts))
        told = [subject(" ".join(many.post(number))) for number in numbers]
        began = time.process_time()
        near = index.meet(start, np.array([_bands(matcher.sketch(one)) for one in told]))
        spent += time.process_time() - began
        met += sum(map(len, near))
        hits += sum(
            many.original(number) in near[number - start] for number in numbers if number % APART == 0
        )
    return spent, hits, met


def _bands(sketch: Sketch | None) -> Bands:
    """The bands of a sketch as numbers."""
    return np.frombuffer(bytes.fromhex("".join(sketch.bands if sketch else ())), dtype=np.uint64)


def measure_many(posts: int, sample: int) -> dict[str, object]:
    """Our matcher on many posts, and on a sample of them, which datasketch takes too, in one run."""
    many = Many()
    began, before = time.perf_counter(), _peak()
    spent, hits, met = file_many(many, posts)
    peak, wall = _peak(), time.perf_counter() - began
    own, _, _ = file_many(many, sample)
    planted = sum(many.original(number) is not None for number in range(posts))
    told = [subject(" ".join(many.post(number))) for number in range(sample)]
    theirs = {(one, number) for number in range(sample) if (one := many.original(number)) is not None}
    gc.freeze()  # or what was made for the comparison would be walked through again and again
    speed, seen = rate(peer, told)
    ratio = sample / own / speed
    on_all = posts / spent / speed
    return {
        "posts": posts,
        "planted": planted,
        "python": platform.python_version(),
        "per_cpu_second": {"gleanery on all": round(posts / spent)},
        "on_the_sample": {"posts": sample, "gleanery": round(sample / own), "datasketch": round(speed)},
        "recall": {
            "gleanery": round(hits / planted, 4),
            "datasketch": round(len(theirs & seen) / len(theirs), 4),
        },
        "candidates_per_post": round(met / posts, 2),
        "memory_mib": {"before": before, "peak": peak},
        "seconds": round(wall),
        "ratio": round(ratio, 1),
        "ratio_of_all_to_the_sample": round(on_all, 1),
        "goal": {"ratio": GOAL_RATIO, "recall": GOAL_RECALL},
        "met": ratio >= GOAL_RATIO and hits / planted >= GOAL_RECALL,
    }


def _peak() -> int:
    """The most memory this process had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    asked.add_argument("--posts", type=int, default=0, help="take so many, and datasketch a sample")
    asked.add_argument(
        "--table", type=int, default=0, help="file so many in a house's table, and look some up"
    )
    asked.add_argument("--sample", type=int, default=SAMPLE, help="so many of them (10,000)")
    options = asked.parse_args()
    if options.table:
        from _duplicates_table import measure_table

        found = measure_table(Many(), options.table)
    else:
        found = measure_many(options.posts, options.sample) if options.posts else measure()
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:>16}  {value}")


if __name__ == "__main__":
    main()

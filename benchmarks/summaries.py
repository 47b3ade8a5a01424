"""Summaries per CPU second: ours against sumy's TextRank and LSA where it is fetched; documents of 20 sentences.

    python benchmarks/summaries.py [--json]

sumy's own tokenizer wants data that are downloaded, so both cut sentences and words as we do: that is time which sumy
is not charged for. Without sumy, ours is held against the goal alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _curation_peers import bring

from curation.aids.summary import summary
from curation.text.measures import WORD
from curation.text.sentences import sentences

DOCUMENTS, SENTENCES, ROUNDS, GOAL = 300, 20, 3, 300
SYLLABLES = ["ma", "chi", "ner", "lo", "gis", "tik", "pla", "nung", "sto", "re", "ver", "kauf", "da", "ten"]
SMALL = ["the", "of", "and", "to", "in", "is", "with", "for", "that", "as"]


def documents(rng: random.Random) -> list[str]:
    """Documents about a theme each: some words come again, others are spread thin, small words stand between."""
    words = sorted({"".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(4_000)})
    return [_document(rng, rng.sample(words, 12), words) for _ in range(DOCUMENTS)]


def _document(rng: random.Random, theme: list[str], words: list[str]) -> str:
    told = []
    for _ in range(SENTENCES):
        some = [rng.choice(rng.choice((theme, words, SMALL, SMALL))) for _ in range(rng.randint(10, 24))]
        told.append(" ".join(some).capitalize() + ".")
    return " ".join(told)


class _Tokenizer:
    """Our sentences and words, in the form that sumy wants."""

    def to_sentences(self, text: str) -> tuple[str, ...]:
        """The sentences of a text."""
        return tuple(text[start:end] for start, end in sentences(text))

    def to_words(self, text: str) -> tuple[str, ...]:
        """The words of a sentence."""
        return tuple(WORD.findall(text))


def peers() -> dict[str, Callable[[str], Any]]:
    """sumy's summarisers, none where it is not installed."""
    bring()
    if importlib.util.find_spec("sumy") is None:
        print("absent: sumy; python benchmarks/_curation_peers.py fetches it", file=sys.stderr)
        return {}
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.lsa import LsaSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    def by(summarizer: Any) -> Callable[[str], Any]:
        return lambda text: summarizer(PlaintextParser.from_string(text, _Tokenizer()).document, 3)

    return {"sumy TextRank": by(TextRankSummarizer()), "sumy LSA": by(LsaSummarizer())}


def rate(run: Callable[[str], Any], texts: list[str]) -> float:
    """Documents per CPU second, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for text in texts:
            run(text)
        taken.append(len(texts) / (time.process_time() - began))
    return statistics.median(taken)


def main() -> int:
    """Print the rates and ratios; 1 where ours misses the goal."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    texts = documents(random.Random(7))
    rates = {"ours": rate(lambda text: summary(text, "en"), texts)}
    rates |= {name: rate(run, texts) for name, run in peers().items()}
    ratios = {name: round(rates["ours"] / one, 1) for name, one in rates.items() if name != "ours"}
    told = {"documents_per_second": {name: round(one) for name, one in rates.items()}, "ours_times": ratios}
    if asked.parse_args().json:
        print(json.dumps(told))
    else:
        for name, one in rates.items():
            print(
                f"{name:16} {one:8,.0f} documents/s" + (f"   ours {ratios[name]}x" if name in ratios else "")
            )
    return 0 if rates["ours"] >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""Phrase matching per CPU second: our tagger against flashtext and, where installed, spaCy's PhraseMatcher.

    python benchmarks/tagging.py [--json]

The terms are the preferred labels of ESCO, the words those of real questions, where the shared data are present;
else both are invented. Posts have about 30 words, some with umlauts and Chinese characters. The fast matcher is
also held against a slow oracle that looks for every term at every place.
"""

from __future__ import annotations

import gc
import gzip
import importlib
import importlib.util
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _telling import main
from flashtext import KeywordProcessor

from curation.common_words import COMMON
from curation.tags import Tags, TagsSettings
from curation.text.phrases import Phrases
from gleanery.ports import Concept
from gleanery.testing import subject
from tests.curation import slow_oracle

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
ESCO = SHARED / "taxonomies" / "esco" / "skills_en.jsonl.gz"
TITLES = SHARED / "labelled" / "so_titles.jsonl.gz"
TERMS, POSTS, CHECKED, ROUNDS = 14_000, 3_000, 15, 3
SHORTEST = 3
GOAL_RATIO = 2.0

SYLLABLES = ["ma", "chi", "ner", "lo", "gis", "tik", "pla", "nung", "sto", "re", "ver", "kauf", "da", "ten"]
UMLAUTS = ["für", "über", "könnte", "schöne", "Änderung", "prüfen", "zurück", "möglich", "nächste", "später"]

Run = Callable[[list[str]], Any]


def terms(rng: random.Random) -> tuple[str, list[str]]:
    """Where the terms are from, and the terms."""
    if ESCO.exists():
        with gzip.open(ESCO, "rt", encoding="utf-8") as lines:
            labels = {json.loads(line)["label"] for line in lines}
        return "ESCO preferred labels", sorted(label for label in labels if len(label) >= SHORTEST)
    invented = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(3_000)]
    return "invented terms", sorted(
        {" ".join(rng.choices(invented, k=rng.randint(1, 4))) for _ in range(TERMS)}
    )


def sentences(rng: random.Random) -> list[str]:
    """Titles of real questions where the shared data are present, else common words of four languages."""
    if TITLES.exists():
        with gzip.open(TITLES, "rt", encoding="utf-8") as lines:
            return [json.loads(line)["title"] for line in lines]
    common = sorted(COMMON)
    return [" ".join(rng.choices(common, k=8)) for _ in range(4 * POSTS)]


def posts(rng: random.Random, known: list[str]) -> list[str]:
    """Posts of about 30 words with up to two terms in changing case.

    Every fifth has umlauts, every tenth a ß, every twentieth Chinese characters.
    """
    told = sentences(rng)
    made = []
    for number in range(POSTS):
        parts = " ".join(rng.sample(told, 3)).split()
        for term in rng.sample(known, rng.randint(0, 2)):
            parts.insert(rng.randrange(len(parts)), rng.choice((term, term.title(), term.upper())))
        parts += rng.sample(UMLAUTS, 4) if number % 5 == 0 else []
        parts += ["Größe"] if number % 10 == 0 else []
        parts += ["機械学習の入門"] if number % 20 == 1 else []
        made.append(" ".join(parts))
    return made


def contenders(known: list[str]) -> dict[str, Run]:
    """Each built once; what it takes to build is not counted."""
    phrases = Phrases(known)
    tags = Tags(TagsSettings(), [Concept("b", f"urn:{place}", (term,)) for place, term in enumerate(known)])
    flash = KeywordProcessor()
    for term in known:
        flash.add_keyword(term)
    made: dict[str, Run] = {
        "gleanery": lambda texts: [phrases.find(text) for text in texts],
        "gleanery, whole step": lambda texts: [tags.judge(subject(text)) for text in texts],
        "flashtext": lambda texts: [flash.extract_keywords(text, span_info=True) for text in texts],
    }
    if importlib.util.find_spec("spacy"):
        made["spacy"] = spacy_matcher(known)
    return made


def spacy_matcher(known: list[str]) -> Run:
    """spaCy's PhraseMatcher over lower-cased words of a blank English pipeline."""
    spacy = importlib.import_module("spacy")
    pipeline = spacy.blank("en")
    matcher = importlib.import_module("spacy.matcher").PhraseMatcher(pipeline.vocab, attr="LOWER")
    matcher.add("terms", list(pipeline.tokenizer.pipe(known)))
    return lambda texts: [matcher(document) for document in pipeline.tokenizer.pipe(texts)]


def equals_oracle(known: list[str], texts: list[str]) -> bool:
    """Whether our matches are exactly those of the slow oracle, with Chinese and umlaut terms among them."""
    with_more = [*known, "機械学習", "学習", "größe", "überblick"]
    phrases = Phrases(with_more)
    extra = [f"{text} Die GRÖSSE im Überblick, u\u0308berblick: 機械学習" for text in texts]
    return all(set(phrases.find(text)) == slow_oracle.find(with_more, text) for text in extra)


def measure() -> dict[str, Any]:
    """Medians over interleaved rounds, ratios, and whether all matches are right."""
    rng = random.Random(11)
    source, known = terms(rng)
    texts = posts(rng, known)
    runs = contenders(known)
    gc.freeze()  # or each contender would pay for walking through the structures of the others
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            started = time.process_time()
            run(texts)
            rates[name].append(len(texts) / (time.process_time() - started))
    medians = {name: statistics.median(speeds) for name, speeds in rates.items()}
    ratios = {
        name: round(medians["gleanery"] / medians[name], 2) for name in medians if "gleanery" not in name
    }
    equal = equals_oracle(known, texts[:CHECKED])
    return {
        "terms": f"{len(known)} {source}",
        "posts": len(texts),
        "python": platform.python_version(),
        "per_cpu_second": {name: round(speed) for name, speed in medians.items()},
        "ratio": ratios,
        "equals_oracle": equal,
        "goal": {"flashtext": GOAL_RATIO},
        "met": ratios["flashtext"] >= GOAL_RATIO and equal,
    }


if __name__ == "__main__":
    main(measure, __doc__)

"""Key terms: ours beside YAKE, on texts about a theme whose words are known."""

from __future__ import annotations

import random
from functools import partial

from _curation_part import Part, Run
from _curation_peers import peer

from curation.aids.terms import key_terms

TEXTS, BEST = 200, 5
SYLLABLES = ["ma", "chi", "ner", "lo", "gis", "tik", "pla", "nung", "sto", "re", "ver", "kauf", "da", "ten"]
SMALL = ["the", "of", "and", "to", "in", "is", "with", "for", "that", "as"]

Text = tuple[str, frozenset[str]]


def part() -> Part:
    """All contenders over invented texts of some 190 characters, as many as a short post has."""
    texts = _texts(random.Random(8))
    found: dict[str, Run] = {"gleanery": _ours}
    if yake := peer("yake"):
        found["yake"] = partial(_theirs, yake.KeywordExtractor(lan="en", n=3, top=BEST))
    right = {
        name: {"theme_named": f"{sum(_named(run(text), theme) for text, theme in texts) / TEXTS:.0%}"}
        for name, run in found.items()
    }
    return Part([text for text, _ in texts], found, right)


def _ours(text: str) -> list[str]:
    return [text[start:end] for start, end in key_terms("", text, "en", BEST)]


def _theirs(extractor: object, text: str) -> list[str]:
    return [term for term, _ in extractor.extract_keywords(text)]  # type: ignore[attr-defined]


def _named(terms: list[str], theme: frozenset[str]) -> float:
    """The share of the theme's words that the terms name; ours never names one twice, YAKE does."""
    return len(theme & {word for term in terms for word in term.lower().split()}) / len(theme)


def _texts(rng: random.Random) -> list[Text]:
    words = sorted({"".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(4_000)})
    return [_text(rng, rng.sample(words, 3), words) for _ in range(TEXTS)]


def _text(rng: random.Random, theme: list[str], words: list[str]) -> Text:
    """Three sentences; of their words that are not small every second is of the theme."""
    said = []
    for _ in range(3):
        some = [rng.choice(rng.choice((theme, words, SMALL, SMALL))) for _ in range(11)]
        said.append(" ".join(some).capitalize() + ".")
    return " ".join(said), frozenset(theme)

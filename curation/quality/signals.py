"""The signals of quality: each a number from 0 to 1 with its own meaning, or None where nothing is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp

from curation.quality.signs import Signs
from curation.text import readability
from curation.text.measures import Measures
from gleanery.ports import Subject

HALF_LIFE_DAYS: Mapping[str, int] = {
    "message": 180, "link": 365, "article": 730, "video": 730, "audio": 730, "course": 1_095,
}  # fmt: skip
"""By kind: after so many days what was published counts half as fresh."""

_LINK = {"ok": 1.0, "moved": 0.8, "failing": 0.3, "gone": 0.0}
_OPEN = frozenset({"cc0", "pd", "cc-by", "cc-by-sa", "free"})
_MUCH_WORDS, _MUCH_MINUTES = 60.0, 8.0
_RECORDED = frozenset({"video", "audio"})
_STRUCTURED_FROM = 40


def substance(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """How much there is: 60 own words are worth 0.63, 180 are worth 0.95; a recording counts by its minutes.

    Less where much of it is quoted, or the same words come again and again. Of a bare link nothing is known.
    """
    seconds = subject.standing.seconds
    by_length = 1 - exp(-seconds / 60 / _MUCH_MINUTES) if seconds and subject.kind in _RECORDED else None
    if not measures.words:
        return by_length if subject.kind != "message" else 0.0
    own = measures.words / (measures.words + measures.quoted)
    varied = min(1.0, 2 * measures.distinct / measures.spaced) if measures.spaced >= 20 else 1.0
    by_words = (1 - exp(-measures.words / _MUCH_WORDS)) * own * varied
    return max(by_words, by_length or 0.0)


def structure(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """Whether it is laid out to be read: sentences, paragraphs, lists, code, headings; None for a short message."""
    laid_out = measures.listed >= 2 or measures.code > 0
    if measures.words < _STRUCTURED_FROM and not laid_out:
        return None
    readable = measures.sentences >= 3 and 5 <= measures.words_a_sentence <= 35
    parts = (
        0.4 * readable,
        0.2 * (measures.paragraphs >= 2) + 0.1 * (measures.paragraphs >= 4),
        0.2 * (measures.listed >= 2),
        0.2 * (measures.code > 0),
        0.1 * (measures.headings > 0),
    )
    return min(1.0, sum(parts))


def reputation(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """What became of earlier items of its source."""
    return subject.standing.reputation


def engagement(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """Its rank by reactions and answers among the posts of its own source."""
    return subject.standing.engagement


def freshness(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """1 on the first day, a half after the half-life of its kind, a quarter after two."""
    age = subject.standing.age_days
    return None if age is None else float(0.5 ** (max(0, age) / HALF_LIFE_DAYS.get(subject.kind, 365)))


def readable(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """How easily it reads; plain language (60 on Flesch's scale) is as good as a children's book."""
    found = readability.ease(measures)
    return None if found is None else min(1.0, found / 0.6)


def link(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """What the last look at its address said."""
    return _LINK.get(subject.standing.link)


def rights(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """Whether its licence is open, or its terms let it be shown in a player; None where nothing is said."""
    licence = subject.standing.licence
    if licence in _OPEN:
        return 1.0
    if licence.startswith("cc-") or subject.standing.may_embed:
        return 0.7
    return 0.3 if licence else None


def sober(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """How little its title and tone bait; None where no sign of it was found, for that is no merit."""
    return 1 - signs.bait if signs.bait else None


def plain(subject: Subject, measures: Measures, signs: Signs) -> float | None:
    """How little it advertises; None where no sign of it was found."""
    return 1 - signs.promotion if signs.promotion else None


Signal = Callable[[Subject, Measures, Signs], float | None]

SIGNALS: Mapping[str, Signal] = {
    "substance": substance,
    "structure": structure,
    "reputation": reputation,
    "engagement": engagement,
    "freshness": freshness,
    "readability": readable,
    "link_health": link,
    "rights": rights,
    "sober": sober,
    "plain": plain,
}


def signals_of(subject: Subject, measures: Measures, signs: Signs) -> dict[str, float]:
    """The signals that are known, in their order, to three digits."""
    found = ((name, signal(subject, measures, signs)) for name, signal in SIGNALS.items())
    return {name: round(min(1.0, max(0.0, value)), 3) for name, value in found if value is not None}


def weighted(parts: Mapping[str, float], weights: Mapping[str, float]) -> float | None:
    """The mean of the parts by their weights; None where none of them weighs anything."""
    whole = sum(weights.get(name, 0.0) for name in parts)
    if not whole:
        return None
    return round(sum(value * weights.get(name, 0.0) for name, value in parts.items()) / whole, 3)

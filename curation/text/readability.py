"""How easy a text reads, by the formula of its language.

Flesch's reading ease and its translations, on words a sentence (ASL) and syllables a word (ASW):

en  Flesch 1948, "A new readability yardstick"         206.835 - 1.015 ASL - 84.6 ASW
de  Amstad 1978, "Wie verständlich sind unsere Zeitungen?"  180 - ASL - 58.5 ASW
fr  Kandel and Moles 1958                              207 - 1.015 ASL - 73.6 ASW
es  Fernández Huerta 1959                              206.84 - 1.02 ASL - 60 ASW
it  Franchina and Vacca 1972                           217 - 1.3 ASL - 60 ASW
nl  Douma 1960                                         206.84 - 0.93 ASL - 77 ASW
pt  Martins and others 1996                            248.835 - 1.015 ASL - 84.6 ASW
ru  Oborneva 2006                                      206.835 - 1.3 ASL - 60.1 ASW

(gathered with their sources at https://github.com/Yoast/YoastSEO.js/issues/267 and in koRpus,
https://rdrr.io/cran/koRpus/man/flesch.html). Any other language written in Latin, Greek or Cyrillic letters: LIX
(Björnsson 1968), words a sentence and the percentage of words of more than six letters. Other scripts have none.
"""

from __future__ import annotations

from typing import Literal

from curation.text.measures import Measures

Level = Literal["", "easy", "medium", "hard"]

_FLESCH = {
    "en": (206.835, 1.015, 84.6),
    "de": (180.0, 1.0, 58.5),
    "fr": (207.0, 1.015, 73.6),
    "es": (206.84, 1.02, 60.0),
    "it": (217.0, 1.3, 60.0),
    "nl": (206.84, 0.93, 77.0),
    "pt": (248.835, 1.015, 84.6),
    "ru": (206.835, 1.3, 60.1),
}
_LIX = """
bg bs ca cs cy da el eo et eu fi ga gl hr hu is lt lv mk nn no pl ro sk sl sq sr sv tr uk
"""
_BY_LIX = frozenset(_LIX.split())

FEWEST_WORDS, FEWEST_SENTENCES = 30, 2
"""Of less, no formula says anything."""

_LONG_SENTENCE, _MANY_RARE = 25.0, 0.12
_EASY, _MEDIUM = 0.6, 0.3


def ease(measures: Measures) -> float | None:
    """From 0 (hard) to 1 (easy), a hundredth of Flesch's scale; None where the text or its script says nothing.

    LIX is put on the same scale: 40 (a newspaper) at 0.6, 55 (a specialist's text) at 0.3.
    """
    if measures.spaced < FEWEST_WORDS or measures.sentences < FEWEST_SENTENCES:
        return None
    length = measures.spaced / measures.sentences
    if measures.language in _FLESCH and measures.counted:
        base, by_length, by_syllables = _FLESCH[measures.language]
        found = (base - by_length * length - by_syllables * measures.syllables / measures.counted) / 100
    elif measures.language in _BY_LIX:
        lix = length + 100 * measures.long / measures.spaced
        found = 1.4 - lix / 50
    else:
        return None
    return round(min(1.0, max(0.0, found)), 3)


def level(measures: Measures) -> Level:
    """How hard a text is to read: by its formula, harder where sentences are long or long words many."""
    found = ease(measures)
    if found is None:
        return ""
    found -= 0.1 * (measures.words_a_sentence > _LONG_SENTENCE)
    found -= min(0.2, max(0.0, measures.rare / max(1, measures.spaced) - _MANY_RARE))
    if found >= _EASY:
        return "easy"
    return "medium" if found >= _MEDIUM else "hard"

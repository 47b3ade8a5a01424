"""How long something takes: a recording plays as long as it plays, a text is read at the speed of its language.

Words a minute in silence: English 238 (Brysbaert 2019, a review of 190 studies,
https://doi.org/10.1016/j.jml.2019.104047). Other languages in the proportion in which the standard texts of IReST are
read aloud (Trauzettel-Klosinski and Dietz 2012, https://doi.org/10.1167/iovs.11-8284): 184 words a minute over 17
languages. Scripts that put no space between words go by characters.
"""

from __future__ import annotations

from math import ceil

from curation.text.measures import Measures

_WORDS_A_MINUTE = {
    "en": 238, "de": 187, "fr": 204, "es": 228, "it": 196, "nl": 211, "pt": 189, "pl": 173, "ru": 192, "sv": 208,
    "fi": 168, "sl": 188, "tr": 173, "ar": 144, "he": 195,
}  # fmt: skip
_OTHERWISE = 192
_CHARACTERS_A_MINUTE = {"zh": 266, "ja": 373, "ko": 300}
_CHARACTERS_OTHERWISE = 300

_WHOLE_FROM = 150
"""Words from which the text of an article counts as the whole of it; fewer are an excerpt."""


def minutes(kind: str, seconds: int | None, measures: Measures) -> int | None:
    """Whole minutes, at least 1; None where the words are not the thing itself."""
    if seconds:
        return max(1, round(seconds / 60))
    if kind not in ("message", "article") or not measures.words:
        return None
    if kind == "article" and measures.words / measures.share < _WHOLE_FROM:
        return None
    taken = (measures.spaced / _WORDS_A_MINUTE.get(measures.language, _OTHERWISE)) + (
        measures.unspaced / _CHARACTERS_A_MINUTE.get(measures.language, _CHARACTERS_OTHERWISE)
    )
    return max(1, ceil(taken / measures.share - 0.5))

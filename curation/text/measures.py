"""What can be counted in a text, worked out once for every step that wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from curation.text.boundaries import (
    UNSPACED,
    addresses,
    blank_addresses,
    count_unspaced,
)
from curation.text.sentences import sentences
from curation.text.syllables import SYLLABLES_OF, syllables

LOOKED_AT = 20_000
"""Characters of a text that are measured; what follows changes no verdict."""

LONGEST_WORD = 60
"""Letters beyond which a run of letters is no word."""

_ENOUGH = 400
"""Words whose syllables are counted; more of them change no level."""

WORD = re.compile(rf"[^\W\d_{UNSPACED}]+(?:['’\-][^\W\d_{UNSPACED}]+)*")
_token = re.compile(r"\S+")
_mention = re.compile(r"<?[@#][\w.|-]+>?|:[a-z0-9_+-]+:", re.IGNORECASE)
_quoted = re.compile(r"^[^\S\n]*(?:>|&gt;|\|)[^\n]*", re.MULTILINE)
_fenced = re.compile(r"```[^`]*```|~~~[^~]*~~~")
_listed = re.compile(r"^[^\S\n]*(?:[-*•–]|\d{1,3}[.)])\s+\S", re.MULTILINE)
_heading = re.compile(r"^#{1,6} \S|^[^\n]{2,80}\n(?:={3,}|-{3,})[^\S\n]*$", re.MULTILINE)
_inline_code = re.compile(r"`[^`\n]{1,200}`")
_indented = re.compile(r"^(?: {4}|\t)\S", re.MULTILINE)
_paragraph = re.compile(r"\n[^\S\n]*(?:\n\s*)+")


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts of the first `LOOKED_AT` characters.

    `words` are those of the author, without addresses, mentions and what is quoted; two characters of a script
    without spaces count as one. `share` (0..1): of all characters, those looked at. `long`: words of more than six
    letters, as LIX has them; `rare`: very long ones. `syllables` are of the first `counted` words.
    """

    language: str
    words: int
    quoted: int
    distinct: int
    spaced: int
    unspaced: int
    sentences: int
    addresses: int
    paragraphs: int
    listed: int
    headings: int
    code: int
    long: int
    rare: int
    syllables: int
    counted: int
    share: float

    @property
    def words_a_sentence(self) -> float:
        """The mean length of a sentence."""
        return self.words / max(1, self.sentences)


@lru_cache(maxsize=8)
def measured(text: str, language: str, size: int) -> Measures:
    """The measures of a text that is no longer than `LOOKED_AT`, cut from one of `size` characters."""
    quoted = _quoted.findall(text)
    own = _quoted.sub(" ", text) if quoted else text
    prose = _mention.sub(" ", blank_addresses(_fenced.sub(" ", own)))
    words = [word.casefold() for word in WORD.findall(prose) if len(word) <= LONGEST_WORD]
    unspaced = count_unspaced(prose)
    some = words[:_ENOUGH]
    sounding = language in SYLLABLES_OF
    very_long = 13 if language in ("de", "fi", "hu", "et") else 10
    return Measures(
        language=language,
        words=len(words) + (unspaced + 1) // 2,
        quoted=sum(len(WORD.findall(line)) for line in quoted),
        distinct=len(set(words)),
        spaced=len(words),
        unspaced=unspaced,
        sentences=_spoken(prose),
        addresses=len(addresses(own)),
        paragraphs=len(_paragraph.findall(own.strip())) + 1,
        listed=len(_listed.findall(own)),
        headings=len(_heading.findall(own)),
        code=len(_fenced.findall(text)) + len(_inline_code.findall(own)) + len(_indented.findall(own)) // 2,
        long=sum(len(word) > 6 for word in words),
        rare=sum(len(word) > very_long for word in words),
        syllables=sum(syllables(word, language) for word in some) if sounding else 0,
        counted=len(some) if sounding else 0,
        share=len(text) / max(1, size, len(text)),
    )


def of_text(text: str, language: str) -> Measures:
    """The measures of a text of any length."""
    return measured(text[:LOOKED_AT], language, len(text))


def _spoken(prose: str) -> int:
    """How many sentences hold a word."""
    return sum(any(map(str.isalpha, prose[start:end])) for start, end in sentences(prose))

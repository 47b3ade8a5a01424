"""How many syllables a word has, by the hyphenation of its language (pyphen).

Hyphenation leaves out some breaks at the edge of a word ("i-dea"), so counts are a little low; formulas that were
fitted on true syllables come out some points too easy. pyphen's dictionaries are LibreOffice's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyphen import Pyphen

_DICTIONARIES = {
    "en": "en_US", "de": "de_DE", "fr": "fr", "es": "es", "it": "it_IT", "nl": "nl_NL", "pt": "pt_PT", "ru": "ru_RU",
}  # fmt: skip
SYLLABLES_OF = frozenset(_DICTIONARIES)
"""Languages whose syllables are counted."""

_LONGEST = 40
"""Letters beyond which something is no word."""


@lru_cache(maxsize=50_000)
def syllables(word: str, language: str) -> int:
    """The syllables of a word in small letters, at least 1. Raises: KeyError for a language not in SYLLABLES_OF."""
    if len(word) < 3 or len(word) > _LONGEST:
        return 1
    return len(_dictionary(language).positions(word)) + 1


@lru_cache(maxsize=len(_DICTIONARIES))
def _dictionary(language: str) -> Pyphen:
    """The hyphenation of a language; loading it takes up to half a second."""
    import pyphen

    return pyphen.Pyphen(lang=_DICTIONARIES[language], left=1, right=1 if language == "ru" else 2)

"""Exact and near duplicates by the words: the same text shared twice, and the same text a little changed.

Shingles of five characters over the normalised words, against pairs of words: of posts of 18 to 45 words with
one word replaced 98 % stay at 0.8 or above (word pairs: 96 %), with two words swapped all (73 %); of posts of
10 to 17 words with a typing error all (25 %).
The sketch is R-MinHash (rensa), 128 places in 32 bands of 4, over 64-bit shingle hashes of our own. They are
counted in text/shingles.py, which is imported where texts are compared, for numpy takes its time.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import ClassVar, NamedTuple

from pydantic import Field, model_validator
from rensa import RMinHash

from curation.addresses.shorteners import is_short
from curation.canonical import canonical
from curation.text.boundaries import addresses, count_words, without_addresses
from gleanery import ports
from gleanery.ports import Concept, Sketch, Subject

_CAP = 0.01

_word = re.compile(r"\w+")
_number = re.compile(r"\d+|\b(?:ii|iii|iv|vi|vii|viii|ix|xi|xii)\b")


class DuplicatesSettings(ports.Settings):
    """From which likeness on two texts are one item, and from which on a person is asked."""

    group_at: float = Field(
        default=0.8, gt=0, le=1, description="Likeness (0 to 1) from which texts are one item."
    )
    suggest_at: float = Field(default=0.5, gt=0, le=1, description="Likeness from which a person is asked.")
    min_words: int = Field(default=8, ge=3, description="Texts of fewer words are not compared.")

    @model_validator(mode="after")
    def _in_order(self) -> DuplicatesSettings:
        if self.suggest_at > self.group_at:
            raise ValueError("suggest_at must not be above group_at")
        return self


class Wording(NamedTuple):
    """The words of a subject made comparable, and the pages they name (short links left out)."""

    title: str
    words: str
    pages: frozenset[str]


class Duplicates:
    """Two posts in the same or nearly the same words are about the same thing.

    Texts that differ in a number (part 1, part 2) or name different pages are never one item by
    themselves: of 71 pairs of talks at 0.8 or above, nearly all were parts of one series.
    """

    name: ClassVar[str] = "duplicates"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = f"1.{RMinHash.ALGORITHM_VERSION}"
    Settings: ClassVar[type[ports.Settings]] = DuplicatesSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "duplicates.same": "The same words.",
        "duplicates.alike": "Nearly the same words: {percent} % alike.",
    }

    def __init__(self, settings: DuplicatesSettings, concepts: Sequence[Concept] = ()) -> None:
        self.group_at = settings.group_at
        self.suggest_at = settings.suggest_at
        self._min_words = settings.min_words

    def keys(self, subject: Subject) -> Sequence[str]:
        """A hash of the words and pages; none where the words are too few to tell."""
        wording = wording_of(subject)
        if not self._long_enough(wording.words):
            return ()
        whole = "\n".join((wording.words, *sorted(wording.pages)))
        return (f"words:{blake2b(whole.encode('utf-8', 'replace'), digest_size=16).hexdigest()}",)

    def sketch(self, subject: Subject) -> Sketch | None:
        """The bands of the words: two texts with a Jaccard of 0.5 share one in 87 of 100 cases, with 0.8 always."""
        from curation.text.shingles import bands, shingles

        words = wording_of(subject).words
        if not self._long_enough(words):
            return None
        return Sketch(bands(shingles(words)))

    def _long_enough(self, words: str) -> bool:
        return words.count(" ") >= self._min_words - 1 or count_words(words) >= self._min_words

    def likeness(self, one: Subject, other: Subject) -> float:
        """The Jaccard index of the shingles; held below `group_at` where numbers or pages differ."""
        from curation.text.shingles import likeness

        ours, theirs = wording_of(one), wording_of(other)
        alike = likeness(ours.words, theirs.words)
        if alike >= self.group_at and _at_odds(ours, theirs):
            return max(self.group_at - _CAP, 0.0)
        return alike


def wording_of(subject: Subject) -> Wording:
    """Title and text together; a text that opens with its title is taken alone."""
    title, text = normal(subject.title), normal(subject.text)
    words = text if text.startswith(title) else f"{title} {text}".strip()
    return Wording(title, words, frozenset(_pages(f"{subject.title} {subject.text}")))


def _pages(text: str) -> Iterator[str]:
    for found in addresses(text):
        page = canonical(found)
        if not is_short(page):
            yield page


def normal(text: str) -> str:
    """The words alone: no addresses, no case, one space between them."""
    plain = without_addresses(text)
    if plain.isascii():
        return " ".join(plain.encode("ascii").translate(_ASCII_WORDS).decode("ascii").split())
    return " ".join(_word.findall(unicodedata.normalize("NFKC", plain).casefold()))


_ASCII_WORDS = bytes(
    ord(chr(code).lower()) if _word.match(chr(code)) and code < 128 else 32 for code in range(256)
)
"""Translates ASCII: small letters, digits and the underscore stay, all else is a space."""


def _at_odds(one: Wording, other: Wording) -> bool:
    """Whether something says that these are two things, however alike the words."""
    if one.pages and other.pages and one.pages.isdisjoint(other.pages):
        return True
    if one.title and other.title and _numbers(one.title) != _numbers(other.title):
        return True
    ours, theirs = _numbers(one.words), _numbers(other.words)
    return bool(ours - theirs) and bool(theirs - ours)


def _numbers(words: str) -> Counter[str]:
    return Counter(number.lstrip("0") for number in _number.findall(words))

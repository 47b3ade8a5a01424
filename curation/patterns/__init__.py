"""What must not leave the house, each as a function from a text to the places where it stands.

All work on text as a reader sees it (`curation.text.folding.visible`), take time linear in its length and
never raise. Which digits are a card or an account is decided by their check digits, not by their look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    """A stretch [start, end) of a text and what it is."""

    start: int
    end: int
    kind: str


_BACK = 30


def stretches(text: str, words: Sequence[str], reach: int) -> Iterator[tuple[int, int]]:
    """The stretches of a text from a little before one of some words (in small letters) to `reach` after it.

    Those that meet are one. Much cheaper than to look for a long form everywhere.
    """
    lower = text.lower()
    if len(lower) != len(text):  # the places would not be the same
        yield 0, len(text)
        return
    begin = end = -1
    for place in sorted(_places(lower, words)):
        if place - _BACK > end:
            if end >= 0:
                yield begin, end
            begin = max(0, place - _BACK)
        end = min(len(text), place + reach)
    if end >= 0:
        yield begin, end


def _places(lower: str, words: Sequence[str]) -> Iterator[int]:
    for word in words:
        place = lower.find(word)
        while place >= 0:
            yield place
            place = lower.find(word, place + len(word))

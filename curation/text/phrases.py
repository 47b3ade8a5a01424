"""Finding many phrases in one pass: whole words only, the longest where one lies within another."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from curation.text.boundaries import CHARACTERS, not_after, not_before
from curation.text.folding import fold

Match = tuple[int, int, int]
"""(start, end, phrase): the stretch of the text, and the phrase's place in the list. Plain tuples, for speed."""


class Phrases:
    """A fixed list of phrases to look for. Those that fold to the same text are each found; empty ones never.

    With `wildcards` a `*` at either end of a phrase lets the word go on there.
    """

    def __init__(self, phrases: Iterable[str], *, wildcards: bool = False) -> None:
        same: dict[tuple[str, bool, bool], list[int]] = {}
        for place, phrase in enumerate(phrases):
            parts = _parts(phrase) if wildcards else (fold(phrase).text.strip(), False, False)
            if parts[0]:
                same.setdefault(parts, []).append(place)
        self._places = list(same.values())
        self._not_before = [0 if before else not_before(text[0]) for text, before, _ in same]
        self._not_after = [0 if after else not_after(text[-1]) for text, _, after in same]
        self._machine = AhoCorasick([text for text, _, _ in same], matchkind=MatchKind.Standard)

    def find(self, text: str) -> list[Match]:
        """The matches in the order of the text; none lies within a longer one."""
        if not self._places:
            return []
        folded = fold(text)
        found = self._whole_words(folded.text)
        if folded.steps:
            return [(*folded.original(start, end), phrase) for start, end, phrase in found]
        return found

    def _whole_words(self, text: str) -> list[Match]:
        """The matches in folded text that begin and end where words do, without those within longer ones."""
        found: list[Match] = []
        size = len(text)
        reach, apart = 0, True
        not_before, not_after, places = self._not_before, self._not_after, self._places
        for index, start, end in self._machine.find_matches_as_indexes(text, overlapping=True):
            if start and not_before[index] & CHARACTERS[text[start - 1]]:
                continue
            if end < size and not_after[index] & CHARACTERS[text[end]]:
                continue
            apart = apart and start >= reach
            reach = end
            for phrase in places[index]:
                found.append((start, end, phrase))
        return found if apart else _longest(found)


def _parts(phrase: str) -> tuple[str, bool, bool]:
    """The folded phrase without its `*`, and whether it is open before and after."""
    bare = phrase.strip()
    text = fold(bare.strip("*")).text.strip()
    return text, bare.startswith("*"), bare.endswith("*")


def _longest(found: list[Match]) -> list[Match]:
    """Those that lie within no longer one, by start, then by place in the list."""
    kept: list[Match] = []
    reach = -1
    widest = (-1, -1)
    for match in sorted(found, key=lambda match: (match[0], -match[1], match[2])):
        stretch = match[:2]
        if stretch == widest or match[1] > reach:
            kept.append(match)
            widest, reach = stretch, match[1]
    return kept

"""Text made comparable, with the way back to the original offsets.

Folding may change lengths (ß becomes ss, İ becomes i with a dot above, a letter and its combining mark
become one letter), so the result knows which stretch of the original each of its stretches came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from curation.text.boundaries import CHARACTERS, HANGING

_UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
"""Characters that show nothing: soft hyphens, joiners, direction marks, variation selectors."""

_unseen = re.compile(f"[{_UNSEEN}]")
_lone = re.compile(r"[\ud800-\udfff]")
_space = re.compile(r"[^\S ]")
_wide_space = re.compile(r" {2,}")
_hyphen = re.compile(r"[-\u2010\u2011](?<=\w.)(?=\w)")


class Piece(NamedTuple):
    """A stretch of changed text from `begin` on, and the stretch [start, end) of the text that it came from.

    In an `even` piece each character came from one character.
    """

    begin: int
    start: int
    end: int
    even: bool


class Folded(NamedTuple):
    """Changed text. `steps` are the changes that moved places, in order, each as its pieces."""

    text: str
    steps: tuple[list[Piece], ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind the stretch [start, end), which is not empty."""
        for pieces in reversed(self.steps):
            first = pieces[bisect_right(pieces, start, key=_begin) - 1]
            last = pieces[bisect_right(pieces, end - 1, key=_begin) - 1]
            start = first.start + start - first.begin if first.even else first.start
            end = last.start + end - last.begin if last.even else last.end
        return start, end


def _begin(piece: Piece) -> int:
    return piece.begin


def fold(text: str) -> Folded:
    """Text for matching phrases: NFKC, case folded, unseen characters gone, one space for any run of
    white space, and a space for a hyphen inside a compound ("machine-learning")."""
    if text.isascii():
        return _one_space(Folded(_plain_breaks(text.lower())))
    specials = _specials(text)
    if not specials:
        return _one_space(Folded(_plain_breaks(text.casefold())))
    whole = _by_cluster(text, specials, str.casefold, _fold_cluster)
    return _one_space(Folded(_plain_breaks(whole.text), whole.steps))


def visible(text: str) -> Folded:
    """Text as a reader sees it: NFKC with the unseen characters gone; case and spaces stay."""
    if text.isascii() or (unicodedata.is_normalized("NFKC", text) and not _unseen.search(text)):
        return Folded(text)
    return _by_cluster(text, _specials(text), str, _see_cluster)


def _plain_breaks(text: str) -> str:
    """The same, as long as before, with plain spaces for white space and for hyphens inside a word."""
    spaced = text if text.isprintable() else _space.sub(" ", text)
    return _hyphen.sub(" ", spaced) if "-" in spaced or "\u2010" in spaced else spaced


def _fold_cluster(cluster: str) -> str:
    return unicodedata.normalize("NFKC", _see_cluster(cluster).casefold())


def _see_cluster(cluster: str) -> str:
    return unicodedata.normalize("NFKC", _lone.sub("\ufffd", _unseen.sub("", cluster)))


_FEW = 4

_ASCII = bytes(range(128))
_plain: set[str] = set()
"""Characters beyond ASCII known to fold by themselves into one other."""


def _specials(text: str) -> set[str]:
    """The characters of a text that do not fold by themselves into one other."""
    beyond_ascii = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    unknown = set(beyond_ascii.decode("utf-8", "surrogatepass")) - _plain
    if not unknown:
        return unknown
    specials = set(filter(_is_special, unknown))
    _plain.update(unknown - specials)
    return specials


def _is_special(character: str) -> bool:
    folded = character.casefold()
    normal = unicodedata.normalize("NFKC", character) == character
    stays = normal and len(folded) == 1 and unicodedata.normalize("NFKC", folded) == folded
    return not stays or _continues(character) or _lone.match(character) is not None


def _continues(character: str) -> bool:
    return not character.isascii() and (
        bool(CHARACTERS[character] & HANGING) or bool(_unseen.match(character))
    )


def _clusters(text: str, specials: set[str]) -> Iterator[tuple[int, int, bool]]:
    """The stretches of a special character with all that belongs to it, and the even runs between (True)."""
    start, size = 0, len(text)
    for place in _places(text, specials):
        if place < start:
            continue
        begin = place - 1 if place > start and _continues(text[place]) else place
        if begin > start:
            yield start, begin, True
        start = place + 1
        while start < size and _continues(text[start]):
            start += 1
        yield begin, start, False
    if start < size:
        yield start, size, True


def _places(text: str, characters: set[str]) -> list[int]:
    """Where one of some characters stands, in order."""
    if len(characters) > _FEW:
        return [place for place, character in enumerate(text) if character in characters]
    places: list[int] = []
    for character in characters:
        place = text.find(character)
        while place >= 0:
            places.append(place)
            place = text.find(character, place + 1)
    return sorted(places)


def _by_cluster(
    text: str, specials: set[str], of_run: Callable[[str], str], of_cluster: Callable[[str], str]
) -> Folded:
    """The text with its even runs and its clusters of special characters each changed in their way."""
    parts: list[str] = []
    pieces: list[Piece] = []
    size = 0
    for start, end, even in _clusters(text, specials):
        part = of_run(text[start:end]) if even else of_cluster(text[start:end])
        if part:
            parts.append(part)
            pieces.append(Piece(size, start, end, even))
            size += len(part)
    return Folded("".join(parts), (pieces,))


def _one_space(folded: Folded) -> Folded:
    """The same with one space for each run of spaces, which stands for the whole run."""
    text = folded.text
    if "  " not in text:
        return folded
    parts: list[str] = []
    pieces: list[Piece] = []
    place = size = 0
    for run in _wide_space.finditer(text):
        first, after = run.span()
        pieces += [Piece(size, place, first, True)] if first > place else []
        size += first - place
        pieces.append(Piece(size, first, after, False))
        parts += [text[place:first], " "]
        size += 1
        place = after
    pieces += [Piece(size, place, len(text), True)] if place < len(text) else []
    return Folded("".join([*parts, text[place:]]), (*folded.steps, pieces))

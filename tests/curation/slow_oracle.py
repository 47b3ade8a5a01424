"""Phrase matching as plainly as it can be said, to hold the fast one against: no index, no shortcut."""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1100, 0x11FF), (0xAC00, 0xD7FF), (0x3005, 0x3007),
    (0x3040, 0x30FF), (0x3100, 0x312F), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip
_INVISIBLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0000, 0xE0FFF),
)  # fmt: skip

Place = tuple[str, int, int]


def _in(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def _hangs_on(character: str) -> bool:
    mark = unicodedata.category(character).startswith("M")
    return mark or 0x1160 <= ord(character) <= 0x11FF or _in(character, _INVISIBLE)


def folded(text: str) -> list[Place]:
    """(character, start, end in the original) after folding, one by one."""
    clusters: list[list[int]] = []
    for place, character in enumerate(text):
        if clusters and _hangs_on(character):
            clusters[-1][1] = place + 1
        else:
            clusters.append([place, place + 1])
    places: list[Place] = []
    for start, end in clusters:
        seen = "".join(one for one in text[start:end] if not _in(one, _INVISIBLE))
        same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
        places += [(" " if one.isspace() else one, start, end) for one in same]
    return _spaces(_hyphens(places))


def _hyphens(places: list[Place]) -> list[Place]:
    text = "".join(one for one, _, _ in places)
    return [
        (" ", start, end) if one in "-\u2010\u2011" and _inside_word(text, at) else (one, start, end)
        for at, (one, start, end) in enumerate(places)
    ]


def _inside_word(text: str, at: int) -> bool:
    around = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return all(re.fullmatch(r"\w", one) for one in around)


def _spaces(places: list[Place]) -> list[Place]:
    kept: list[Place] = []
    for one, start, end in places:
        if one == " " and kept and kept[-1][0] == " ":
            kept[-1] = (" ", kept[-1][1], end)
        else:
            kept.append((one, start, end))
    return kept


def _joins(character: str) -> bool:
    if _hangs_on(character):
        return True
    return (character.isalnum() or character == "_") and not _in(character, _UNSPACED)


def _split(left: str, right: str) -> bool:
    return not _hangs_on(right) and not (_joins(left) and _joins(right))


def find(phrases: list[str], text: str) -> set[tuple[int, int, int]]:
    """(start, end, phrase) of the whole-word matches that lie within no longer one."""
    places = folded(text)
    plain = "".join(one for one, _, _ in places)
    found: set[tuple[int, int, int]] = set()
    for index, phrase in enumerate(phrases):
        wanted = "".join(one for one, _, _ in folded(phrase)).strip()
        at = plain.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            begins = at == 0 or _split(plain[at - 1], plain[at])
            stops = end == len(plain) or _split(plain[end - 1], plain[end])
            if begins and stops:
                found.add((index, at, end))
            at = plain.find(wanted, at + 1)
    longest = {
        one
        for one in found
        if not any(other[1] <= one[1] and one[2] <= other[2] and other[1:] != one[1:] for other in found)
    }
    return {(places[at][1], places[end - 1][2], index) for index, at, end in longest}

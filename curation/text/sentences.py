"""Where sentences end: by punctuation in most scripts, by spaces where a script has none (Thai, Lao, Khmer).

Linear in the length of the text. Abbreviations are known in English, German, French and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSING = "\"'”’»)\\]"
_end = re.compile(
    rf"[.!?…]+[{_CLOSING}]*(?=\s|\Z)"
    r"|[。！？｡]+[」』”）]*"  # Chinese and Japanese: no space follows
    r"|[؟۔।॥]+(?=\s|\Z)"  # Arabic, Urdu, Devanagari
    r"|\n[^\S\n]*(?:\n\s*)+"  # a paragraph
    r"|\n(?=[^\S\n]*(?:[-*•>#]|\d{1,3}[.)]\s))"  # a line of a list, a quotation, a heading
)
_space = re.compile(r"\s+")
_last_word = re.compile(r"[\w.]+\Z")
_runs_on = re.compile(r"[^\W\d_]")

_SHORTENED = """
e.g i.e etc vs cf mr mrs ms dr prof st no nos fig figs eq sec ch vol pp ed eds inc ltd jr sr approx resp z.b d.h
u.a u.u o.ä bzw ca usw evtl ggf inkl exkl vgl abb nr str s.o s.u zzgl bspw sog mio mrd tel p.ex m mm mme mlle
env art p.ej sra ud uds pág
"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_UNMARKED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_unmarked = re.compile(f"[{_UNMARKED}]")
_SHORTEST_UNMARKED = 40
"""Characters of a stretch between spaces that counts as a sentence in a script without full stops."""


def sentences(text: str) -> list[tuple[int, int]]:
    """The stretches [start, end) of the sentences, in order, without the white space around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in _ends(text):
        found += _trimmed(text, start, end)
        start = end
    return found + _trimmed(text, start, len(text))


def _ends(text: str) -> Iterator[int]:
    if len(_unmarked.findall(text)) * 2 > len(text):
        yield from _unmarked_ends(text)
        return
    for found in _end.finditer(text):
        if found[0][0] not in ".!?…" or _is_end(text, found):
            yield found.end()


def _is_end(text: str, found: re.Match[str]) -> bool:
    """Whether a full stop, or its like, ends a sentence: no abbreviation, and no small letter after it."""
    after = text[found.end() : found.end() + 3].lstrip()
    if after and after[0].islower() and _runs_on.match(after):
        return False
    if found[0] != ".":
        return True
    before = _last_word.search(text, max(0, found.start() - 12), found.start())
    word = before[0].casefold() if before else ""
    is_initial = len(word) == 1 and word.isalpha()
    return bool(word) and not is_initial and word not in _ABBREVIATIONS


def _unmarked_ends(text: str) -> Iterator[int]:
    start = 0
    for space in _space.finditer(text):
        if space.start() - start >= _SHORTEST_UNMARKED or "\n" in space[0]:
            start = space.end()
            yield start


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretch without white space at its ends; none where nothing is left."""
    piece = text[start:end]
    first = len(piece) - len(piece.lstrip())
    last = len(piece.rstrip())
    return [(start + first, start + last)] if first < last else []

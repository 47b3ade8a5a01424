"""National numbers of persons, as a registry: a new one is one entry in the table of its region.

An entry has the number's written form, its check, and words that must stand near it unless form and check together
are telling: a number that one of ten random ones would match needs its name beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark
from curation.patterns.national.elsewhere import ELSEWHERE
from curation.patterns.national.entries import Number
from curation.patterns.national.europe import EUROPE

REGISTRY: dict[str, Number] = {entry.code: entry for entry in (*EUROPE, *ELSEWHERE)}

_NEAR_BEFORE, _NEAR_AFTER = 60, 30
_WINDOW = 100
_may_be = re.compile(r"\d(?:[ ./()-]{0,3}[A-Za-z]{0,6}[ ./-]?\d){5}")
"""Six digits not far from each other: most texts have none, and need no look at the registry."""


def national_numbers(text: str, without: frozenset[str] = frozenset()) -> Iterator[Mark]:
    """National numbers but those of the codes `without`."""
    wanted = [entry for entry in REGISTRY.values() if entry.code not in without]
    for start, end in _stretches(text):
        for entry in wanted:
            for found in entry.form.finditer(text, start, end):
                if entry.holds(_bare(found.group())) and _is_told(entry, text, *found.span()):
                    yield Mark(*found.span(), "national_id")


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text around its numbers, those that meet as one."""
    begin = end = -1
    for found in _may_be.finditer(text):
        if found.start() - _WINDOW > end:
            if end > 0:
                yield begin, end
            begin = max(0, found.start() - _WINDOW)
        end = min(len(text), found.end() + _WINDOW)
    if end > 0:
        yield begin, end


def _is_told(entry: Number, text: str, start: int, end: int) -> bool:
    """Whether its name stands near, where that is needed."""
    if entry.words is None:
        return True
    near = text[max(0, start - _NEAR_BEFORE) : start], text[end : end + _NEAR_AFTER]
    return any(entry.words.search(words) for words in near)


def _bare(written: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", written).upper()

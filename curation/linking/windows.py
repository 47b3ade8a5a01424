"""The stretches of an item that are asked about one by one: its title, each sentence, its platform's tags.

A long description is about several things. As one bag of words it finds what shares a word with everything; asked
sentence by sentence it finds what one of them is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from curation.linking.ranker import Part
from curation.linking.terms import Term, terms_in, terms_of
from curation.text.boundaries import blank_addresses
from gleanery.ports import Span, Subject

LONGEST = 20_000
"""Characters of a text that are looked at; what a post is about stands before."""

_FEWEST, _MOST = 9, 600
"""Terms of the shortest window and characters of the longest: sentences are joined to it, or cut."""

PROMINENT = 1.25
"""What a title or a platform's tag counts beside a sentence."""

_end = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True)
class Window:
    """A stretch of a field from `start` on, its words, and how often each term stands in it."""

    field: Literal["title", "text", "tags"]
    start: int
    words: str
    times: Counter[str]

    @property
    def part(self) -> Part:
        """The same, as it is asked about."""
        return Part(self.times, 1.0 if self.field == "text" else PROMINENT)

    @cached_property
    def _terms(self) -> list[Term]:
        return list(terms_in(self.words))

    def spans(self, terms: Collection[str], kind: str) -> Iterator[Span]:
        """Where these terms stand in it; those of tags have no place."""
        if self.field != "tags":
            for term in self._terms:
                if term.text in terms:
                    yield Span(self.field, self.start + term.start, self.start + term.end, kind)


def windows_of(subject: Subject) -> list[Window]:
    """The windows of an item that have any terms: title first, then the text, then the tags."""
    found = [
        _window("title", 0, blank_addresses(subject.title[:LONGEST])),
        *_sentences(blank_addresses(subject.text[:LONGEST])),
        _window("tags", 0, "\n".join(subject.tags)[:LONGEST]),
    ]
    return [window for window in found if window.times]


def _window(field: Literal["title", "text", "tags"], start: int, words: str) -> Window:
    return Window(field, start, words, Counter(terms_of(words)))


def _sentences(text: str) -> Iterator[Window]:
    """A window for each sentence; short ones are taken together."""
    start, terms = 0, list[str]()
    for first, last in _pieces(text):
        here = terms_of(text[first:last])
        if len(terms) >= _FEWEST and here:
            yield Window("text", start, text[start:first], Counter(terms))
            start, terms = first, []
        terms += here
    yield Window("text", start, text[start:], Counter(terms))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text; without an end in sight, pieces of so many characters."""
    start = 0
    for match in _end.finditer(text):
        yield from _cut(start, match.end())
        start = match.end()
    yield from _cut(start, len(text))


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    for first in range(start, end, _MOST):
        yield first, min(first + _MOST, end)

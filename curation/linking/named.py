"""Concepts that a text names outright: a label, or a word of the organisation's own, found as a whole phrase."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.text.boundaries import is_unspaced
from curation.text.folding import fold
from curation.text.phrases import Phrases
from gleanery.ports import Concept, Span, Subject

_SHORTEST = 3
_SHORTEST_UNSPACED = 2


@dataclass(slots=True)
class Naming:
    """What names one concept: the words found, and where; `own`: by a word of the organisation's own."""

    words: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    own: bool = False


class Names:
    """All labels of the concepts and the organisation's own words, looked for in one pass."""

    def __init__(
        self,
        concepts: Sequence[Concept],
        *,
        own: Mapping[str, str],
        unwanted: Collection[str],
        admitted: Collection[str],
    ) -> None:
        """`own`: word -> IRI; `unwanted`, `admitted`: folded labels never, and always, looked for."""
        self._iris = [one.iri for one in concepts]
        self._users: dict[str, list[int]] = {}
        for place, concept in enumerate(concepts):
            for label in dict.fromkeys(map(key_of, concept.labels)):
                if label in admitted or (label not in unwanted and _long_enough(label)):
                    self._users.setdefault(label, []).append(place)
        self._own = _own_words(own, self._iris)
        self._labels = list(dict.fromkeys([*self._users, *self._own]))
        self._phrases = Phrases(self._labels)

    def found_in(self, subject: Subject) -> dict[int, Naming]:
        """For each concept named, by its place: the words, each once, and where they stand."""
        found: dict[int, Naming] = {}
        for label, words, span in self._matches(subject):
            own = self._own.get(label, ())
            for place in dict.fromkeys([*own, *self._users.get(label, ())]):
                naming = found.setdefault(place, Naming())
                naming.own |= place in own
                if words not in naming.words:
                    naming.words.append(words)
                if span is not None:
                    naming.spans.append(Span(span.field, span.start, span.end, self._iris[place]))
        return found

    def _matches(self, subject: Subject) -> Iterator[tuple[str, str, Span | None]]:
        """(label, the words of the item, their place; None in a platform's tags)."""
        for start, end, phrase in self._phrases.find(subject.title):
            yield self._labels[phrase], subject.title[start:end], Span("title", start, end, "")
        for start, end, phrase in self._phrases.find(subject.text):
            yield self._labels[phrase], subject.text[start:end], Span("text", start, end, "")
        for tag in subject.tags:
            for start, end, phrase in self._phrases.find(tag):
                yield self._labels[phrase], tag[start:end], None


def key_of(label: str) -> str:
    """A label as it is compared."""
    return fold(label).text.strip()


def _own_words(own: Mapping[str, str], iris: Sequence[str]) -> dict[str, list[int]]:
    """By folded word: the concepts meant; a word whose concept is in no framework means none."""
    places: dict[str, list[int]] = {}
    for place, iri in enumerate(iris):
        places.setdefault(iri, []).append(place)
    found: dict[str, list[int]] = {}
    for word, iri in own.items():
        if (key := key_of(word)) and iri in places:
            found.setdefault(key, []).extend(places[iri])
    return found


def _long_enough(label: str) -> bool:
    unspaced = not label.isascii() and any(map(is_unspaced, label))
    return len(label) >= (_SHORTEST_UNSPACED if unspaced else _SHORTEST)

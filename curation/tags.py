"""Tags from a competency framework: its labels, found as whole phrases in the words of an item.

Tags found so are suggestions for a person to confirm: on job advertisements three of ten were right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from pydantic import Field

from curation.common_words import COMMON
from curation.text.boundaries import count_words, is_unspaced
from curation.text.folding import fold
from curation.text.phrases import Phrases
from gleanery import ports
from gleanery.ports import Concept, Finding, Label, Subject

_SHORTEST = 3
_SHORTEST_UNSPACED = 2


class TagsSettings(ports.Settings):
    """How many tags, and which labels take part."""

    max_tags: int = Field(default=8, ge=1, le=100, description="The most tags proposed for one item.")
    min_confidence: float = Field(
        default=0.0, ge=0, le=1, description="Tags less sure than this (0 to 1) are not proposed."
    )
    ignored: list[str] = Field(
        default=[], description="Labels never to look for, beside the very common single words."
    )
    admitted: list[str] = Field(
        default=[], description="Labels to look for although they are short or very common, such as C#."
    )


@dataclass(slots=True)
class _Evidence:
    """What speaks for one concept: the words found, and where."""

    label: str
    concepts: int
    matched: list[str] = field(default_factory=list)
    prominent: bool = False


class Tags:
    """Proposes competencies whose label stands in title, text or tags; never drops anything."""

    name: ClassVar[str] = "tags"
    api_version: ClassVar[int] = 1
    wants_concepts: ClassVar[bool] = True
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = TagsSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "tags.matched": "Names {count} competencies of your frameworks.",
        "tags.cut": "Names {found} competencies of your frameworks; the {count} most specific are proposed.",
        "tags.none": "Names no competency of your frameworks.",
    }

    def __init__(self, settings: TagsSettings, concepts: Sequence[Concept] = ()) -> None:
        self._settings = settings
        self._concepts = list(concepts)
        admitted = {_key(label) for label in settings.admitted}
        ignored = {_key(label) for label in settings.ignored} | (COMMON - admitted)
        self._users: dict[str, list[int]] = {}
        for place, concept in enumerate(self._concepts):
            for label in dict.fromkeys(map(_key, concept.labels)):
                if label not in ignored and (label in admitted or _long_enough(label)):
                    self._users.setdefault(label, []).append(place)
        self._labels = list(self._users)
        self._phrases = Phrases(self._labels)

    def judge(self, subject: Subject) -> Finding:
        """Keep, with the most specific concepts found as labels."""
        found = sorted(self._evidence(subject).items(), key=_rank)
        labels = [
            label for label in map(self._label, found) if label.confidence >= self._settings.min_confidence
        ]
        kept = tuple(labels[: self._settings.max_tags])
        if not kept:
            return Finding("keep", "tags.none")
        if len(kept) < len(labels):
            return Finding("keep", "tags.cut", {"found": len(labels), "count": len(kept)}, labels=kept)
        return Finding("keep", "tags.matched", {"count": len(kept)}, labels=kept)

    def _evidence(self, subject: Subject) -> dict[int, _Evidence]:
        """For each concept found, by its place: the most specific of its labels found, and the words."""
        evidence: dict[int, _Evidence] = {}
        for label, words, prominent in self._found(subject):
            users = self._users[label]
            for place in users:
                known = evidence.setdefault(place, _Evidence(label, len(users)))
                if _weight(label) > _weight(known.label):
                    known.label, known.concepts = label, len(users)
                known.prominent |= prominent
                if words not in known.matched:
                    known.matched.append(words)
        return evidence

    def _found(self, subject: Subject) -> Iterator[tuple[str, str, bool]]:
        """(label, the words of the item, whether they stand in its title or tags)."""
        places: Iterable[tuple[str, bool]] = ((subject.title, True), (subject.text, False))
        for text, prominent in (*places, *((tag, True) for tag in subject.tags)):
            for start, end, phrase in self._phrases.find(text):
                yield self._labels[phrase], text[start:end], prominent

    def _label(self, found: tuple[int, _Evidence]) -> Label:
        place, evidence = found
        concept = self._concepts[place]
        return Label(concept.framework, concept.iri, _confidence(evidence), tuple(evidence.matched))


def _key(label: str) -> str:
    return fold(label).text.strip()


def _long_enough(label: str) -> bool:
    unspaced = any(map(is_unspaced, label))
    return len(label) >= (_SHORTEST_UNSPACED if unspaced else _SHORTEST)


@lru_cache(maxsize=65_536)
def _weight(label: str) -> tuple[int, int]:
    """How specific a label is: words, then characters."""
    return count_words(label), len(label)


def _confidence(evidence: _Evidence) -> float:
    """0.8 for a phrase, 0.5 for one word; 0.1 more in title or tags; 0.3 less where concepts share the label."""
    words, _ = _weight(evidence.label)
    sure = 0.8 if words > 1 else 0.5
    return round(sure + (0.1 if evidence.prominent else 0) - (0.3 if evidence.concepts > 1 else 0), 2)


def _rank(found: tuple[int, _Evidence]) -> tuple[float, int, int, int]:
    """Surest first, then the most specific, then as the framework lists them."""
    place, evidence = found
    words, size = _weight(evidence.label)
    return -_confidence(evidence), -words, -size, place

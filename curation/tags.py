"""The competencies of the organisation's frameworks that an item is most likely about, for a person to confirm.

Two ways lead to one list: labels found as whole phrases, and labels and descriptions that share words with the item.
On job advertisements more than half were right of those named and put first, one or two of ten of those far down:
each proposal says how sure it is, and none is more than a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from curation.common_words import COMMON
from curation.linking.named import Names, Naming, key_of
from gleanery import ports
from gleanery.ports import Concept, Finding, Label, Span, Subject

if TYPE_CHECKING:
    from curation.linking.ranker import Ranked, Ranker
    from curation.linking.vectors import ConceptVectors
    from curation.linking.windows import Window

_LEAST_SHARE = 0.5
"""The part of a label, by the rarity of its words, that must stand in one sentence; below, 1 of 100 was right."""

_NAMED = 0.2
"""What it counts that a label stands there as a whole phrase; a cosine of label and sentence is mostly 0.3 to 0.8."""

_OWN = 1.0
"""What a word of the organisation's own counts: more than any label."""

_SURE_OWN, _SURE_NAMED_FIRST, _SURE_NAMED, _SURE_FIRST, _SURE = 0.9, 0.55, 0.4, 0.25, 0.15
"""How many of ten such proposals were right (see docs/reference/screening.md); of own words nothing was measured."""

_READ = 2_000
"""Characters of a text that a sentence model is given."""

_MOST_SPANS = 12
"""Places marked for one concept."""


class TagsSettings(ports.Settings):
    """How many tags, and which labels take part."""

    max_tags: int = Field(default=5, ge=1, le=100, description="The most tags proposed for one item.")
    min_confidence: float = Field(
        default=0.0, ge=0, le=1, description="Tags less sure than this (0 to 1) are not proposed."
    )
    ignored: list[str] = Field(
        default=[], description="Labels never to look for, beside the very common single words."
    )
    admitted: list[str] = Field(
        default=[], description="Labels to look for although they are short or very common, such as C#."
    )
    model: Path | None = Field(
        default=None,
        description="A folder with a sentence model, model.onnx and tokenizer.json; needs the extra embeddings.",
    )
    terms: dict[str, str] = Field(
        default={},
        description="Your own words for a competency: the word or phrase, and the address (IRI) of the competency.",
    )


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A concept by its place, and what speaks for it."""

    place: int
    score: float
    naming: Naming | None
    ranked: Ranked | None


class Tags:
    """Proposes the competencies that the words of title, text and tags speak for; never drops anything."""

    name: ClassVar[str] = "tags"
    api_version: ClassVar[int] = 1
    wants_concepts: ClassVar[bool] = True
    version: ClassVar[str] = "2"
    Settings: ClassVar[type[ports.Settings]] = TagsSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "tags.matched": "May be about {count} competencies of your frameworks.",
        "tags.none": "Says nothing of a competency of your frameworks.",
    }

    def __init__(self, settings: TagsSettings, concepts: Sequence[Concept] = ()) -> None:
        self._settings = settings
        self._concepts = list(concepts)
        self._admitted = {key_of(label) for label in settings.admitted}
        if settings.model is not None:
            from curation.linking.model import require

            require(settings.model)
        self._unwanted = {key_of(label) for label in settings.ignored} | (COMMON - self._admitted)

    @cached_property
    def _names(self) -> Names:
        return Names(
            self._concepts, own=self._settings.terms, unwanted=self._unwanted, admitted=self._admitted
        )

    @cached_property
    def _ranker(self) -> Ranker:
        """Made when it is first asked; numpy takes its time, and so does a large framework."""
        from curation.linking.ranker import Ranker

        return Ranker(self._concepts, self._unwanted)

    @cached_property
    def _vectors(self) -> ConceptVectors | None:
        if self._settings.model is None or not self._concepts:
            return None
        from curation.linking.model import SentenceModel
        from curation.linking.vectors import ConceptVectors

        folder = self._settings.model
        return ConceptVectors(SentenceModel(folder), folder, self._concepts)

    def prepare(self, progress: Callable[[int, int], None]) -> bool:
        """Make the indexes; work the vectors of the concepts out and keep them beside the model, where there is one."""
        if self._concepts:
            self._names, self._ranker  # noqa: B018  (made when first asked for)
        if self._vectors is None:
            return False
        self._vectors.prepare(progress)
        return True

    def judge(self, subject: Subject) -> Finding:
        """Keep, with the concepts most spoken for, each with how sure that is and the places of the words."""
        if not self._concepts:
            return Finding("keep", "tags.none")
        from curation.linking.windows import windows_of

        windows = windows_of(subject)
        labels, spans = list[Label](), list[Span]()
        for rank, proposal in enumerate(self._proposals(subject, windows)[: self._settings.max_tags]):
            confidence = _confidence(proposal, rank)
            if confidence >= self._settings.min_confidence:
                places = list(self._spans(proposal, windows))
                labels.append(self._label(proposal, confidence, subject, places))
                spans += places
        if not labels:
            return Finding("keep", "tags.none")
        return Finding(
            "keep",
            "tags.matched",
            {"count": len(labels)},
            labels=tuple(labels),
            spans=tuple(sorted(spans, key=_order)),
        )

    def _proposals(self, subject: Subject, windows: Sequence[Window]) -> list[_Proposal]:
        """All that anything speaks for, most spoken for first, equal ones by framework and IRI."""
        named = self._names.found_in(subject)
        parts = [window.part for window in windows]
        best = self._ranker.best(
            parts,
            self._settings.max_tags,
            least_share=_LEAST_SHARE,
            also=named,
            near=self._vectors.nearness(_said(subject)) if self._vectors is not None else None,
        )
        ranked = {one.place: one for one in best}
        found = [
            _Proposal(place, _score(ranked.get(place), named.get(place)), named.get(place), ranked.get(place))
            for place in {**ranked, **named}
        ]
        longer = [span for naming in named.values() for span in naming.spans]
        apart = (one for one in found if not self._is_within(one, longer, windows))
        return sorted(apart, key=lambda one: (-one.score, self._identity(one.place)))

    def _is_within(self, proposal: _Proposal, longer: Sequence[Span], windows: Sequence[Window]) -> bool:
        """Whether it is one word, and stands only within what names another: the machine of "machine learning"."""
        if proposal.naming is not None or proposal.ranked is None or proposal.ranked.words != 1:
            return False
        return all(
            any(one.field == span.field and one.start <= span.start and span.end <= one.end for one in longer)
            for span in self._spans(proposal, windows)
        )

    def _identity(self, place: int) -> tuple[str, str]:
        return self._concepts[place].framework, self._concepts[place].iri

    def _spans(self, proposal: _Proposal, windows: Sequence[Window]) -> Iterator[Span]:
        """Where the words stand: the phrases that name it, else the words it shares with the best part."""
        if proposal.naming is not None:
            yield from proposal.naming.spans[:_MOST_SPANS]
        elif proposal.ranked is not None:
            window, iri = windows[proposal.ranked.part], self._concepts[proposal.place].iri
            yield from list(window.spans(proposal.ranked.terms, iri))[:_MOST_SPANS]

    def _label(
        self, proposal: _Proposal, confidence: float, subject: Subject, places: Sequence[Span]
    ) -> Label:
        concept = self._concepts[proposal.place]
        words = proposal.naming.words if proposal.naming else [_words(subject, span) for span in places]
        return Label(concept.framework, concept.iri, confidence, tuple(dict.fromkeys(words)))


def _score(ranked: Ranked | None, naming: Naming | None) -> float:
    score = ranked.score if ranked is not None else 0.0
    return score + (0.0 if naming is None else _OWN if naming.own else _NAMED)


def _confidence(proposal: _Proposal, rank: int) -> float:
    if proposal.naming is None:
        return _SURE if rank else _SURE_FIRST
    if proposal.naming.own:
        return _SURE_OWN
    return _SURE_NAMED if rank else _SURE_NAMED_FIRST


def _said(subject: Subject) -> str:
    """What a sentence model is asked: it reads no further than some hundred words."""
    return f"{subject.title}. {subject.text[:_READ]}" if subject.title else subject.text[:_READ]


def _words(subject: Subject, span: Span) -> str:
    return (subject.title if span.field == "title" else subject.text)[span.start : span.end]


def _order(span: Span) -> tuple[bool, int, int, str]:
    return span.field != "title", span.start, span.end, span.kind

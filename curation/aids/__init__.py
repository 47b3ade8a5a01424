"""What helps a reader before reading: the sentences that say most, how long it takes, how hard it is, what it is about.

All of it points into the text by places; no word of it is written anew or kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from curation.aids.minutes import minutes
from curation.aids.terms import key_terms
from curation.language import language_of
from curation.text.measures import LOOKED_AT, of_text
from curation.text.readability import level
from gleanery import ports
from gleanery.ports import Concept, Finding, Span, Subject


class AidsSettings(ports.Settings):
    """How much is marked."""

    terms: int = Field(default=5, ge=0, le=20, description="Key terms marked in one text at most; 0: none.")
    summary: bool = Field(default=True, description="Whether the sentences that say most are marked.")


class Aids:
    """Marks a summary and key terms in the text; tells minutes and level. Never drops anything."""

    name: ClassVar[str] = "aids"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    wants_standing: ClassVar[bool] = True
    Settings: ClassVar[type[ports.Settings]] = AidsSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "aids.marked": "{sentences} sentences and {terms} key terms are marked in the text.",
        "aids.none": "Too short for a summary or key terms.",
    }

    def __init__(self, settings: AidsSettings, concepts: Sequence[Concept] = ()) -> None:
        self._settings = settings

    def judge(self, subject: Subject) -> Finding:
        """Keep, with what was found."""
        from curation.aids.summary import (
            summary,
        )  # numpy takes its time, and who only shows things judges nothing

        language = language_of(subject)
        measures = of_text(subject.text, language)
        text = subject.text[:LOOKED_AT]
        told = summary(text, language) if self._settings.summary else []
        terms = key_terms(subject.title[:LOOKED_AT], text, language, self._settings.terms)
        standing = subject.standing
        return Finding(
            "keep",
            "aids.marked" if told or terms else "aids.none",
            {"sentences": len(told), "terms": len(terms)},
            spans=(
                *(Span("text", start, end, "summary") for start, end in told),
                *(Span("text", start, end, "term") for start, end in terms),
            ),
            minutes=minutes(subject.kind, standing.seconds, measures),
            level=level(measures) if standing.may_score else "",
        )

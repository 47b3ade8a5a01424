"""Blocked and wanted words: what the organisation does not want to see, and what it looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curation.text.phrases import Phrases
from gleanery import ports
from gleanery.ports import Concept, Finding, Span, Subject

_ENTRY = "whole words or phrases, in any case; a * at an end lets the word go on there"


class WordsSettings(ports.Settings):
    """The two lists, and what becomes of a post with no wanted word."""

    blocked: list[str] = Field(default=[], description=f"Posts with one of these are dropped: {_ENTRY}.")
    wanted: list[str] = Field(default=[], description=f"Posts with one of these come first: {_ENTRY}.")
    unwanted: Literal["keep", "ask", "drop"] = Field(
        default="keep", description="What becomes of a post with none of the wanted words."
    )


class Words:
    """Drops what holds a blocked word; flags and scores what holds a wanted one."""

    name: ClassVar[str] = "words"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = WordsSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "words.blocked": "Holds words that your organisation blocks: {count} place(s), marked in the text.",
        "words.wanted": "Holds {count} of the words that your organisation looks for.",
        "words.unwanted": "Holds none of the words that your organisation looks for.",
        "words.none": "Holds no blocked word.",
    }

    def __init__(self, settings: WordsSettings, concepts: Sequence[Concept] = ()) -> None:
        self._settings = settings
        self._blocked = Phrases(settings.blocked, wildcards=True)
        self._wanted = Phrases(settings.wanted, wildcards=True)

    def judge(self, subject: Subject) -> Finding:
        """Drop with the blocked words marked; else keep, with the share of wanted words as a score."""
        blocked = list(_marks(self._blocked, subject, "blocked"))
        if blocked or self._in_tags(subject):
            count = max(1, len(blocked))
            return Finding(
                "drop", "words.blocked", {"count": count}, flags=("blocked",), spans=tuple(blocked)
            )
        if not self._settings.wanted:
            return Finding("keep", "words.none")
        return self._judge_wanted(subject)

    def _in_tags(self, subject: Subject) -> bool:
        return any(self._blocked.find(tag) for tag in subject.tags)

    def _judge_wanted(self, subject: Subject) -> Finding:
        texts = (subject.title, subject.text, *subject.tags)
        found = {phrase for text in texts for _, _, phrase in self._wanted.find(text)}
        if not found:
            return Finding(self._settings.unwanted, "words.unwanted", scores={"wanted": 0.0})
        return Finding(
            "keep",
            "words.wanted",
            {"count": len(found)},
            flags=("wanted",),
            scores={"wanted": len(found) / len(self._settings.wanted)},
            spans=tuple(_marks(self._wanted, subject, "wanted")),
        )


def _marks(phrases: Phrases, subject: Subject, kind: str) -> Iterator[Span]:
    """The places of the phrases in title and text."""
    for start, end, _ in phrases.find(subject.title):
        yield Span("title", start, end, kind)
    for start, end, _ in phrases.find(subject.text):
        yield Span("text", start, end, kind)

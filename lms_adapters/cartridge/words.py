"""The few words of our own that a cartridge holds, by language."""

from __future__ import annotations

from dataclasses import dataclass

from lms_adapters._text import plain


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the items. A name in braces is filled in."""

    other: str
    untitled: str
    text_title: str
    sources: str
    source: str
    licence: str
    competencies: str
    topic: str
    question: str
    description: str
    rights: str
    optional: str
    after: str


ENGLISH = Words(
    other="Other",
    untitled="Untitled",
    text_title="{title} (text)",
    sources="Sources and licences",
    source="Source",
    licence="Licence",
    competencies="Competencies",
    topic="Discussion: {title}",
    question="Which of these was useful in your work, and what would you add?",
    description="Learning items: {count}.",
    rights="The linked works belong to their authors and keep their own licences.",
    optional="{title} (optional)",
    after="{title} (after: {first})",
)

GERMAN = Words(
    other="Weitere",
    untitled="Ohne Titel",
    text_title="{title} (Text)",
    sources="Quellen und Lizenzen",
    source="Quelle",
    licence="Lizenz",
    competencies="Kompetenzen",
    topic="Diskussion: {title}",
    question="Was davon hat Ihnen bei der Arbeit geholfen, und was würden Sie ergänzen?",
    description="Lerninhalte: {count}.",
    rights="Die verlinkten Werke gehören ihren Urhebern und behalten ihre eigenen Lizenzen.",
    optional="{title} (freiwillig)",
    after="{title} (nach: {first})",
)


def words_in(language: str) -> Words:
    """The words in this language; English where there are none."""
    return GERMAN if language.split("-")[0].lower() == "de" else ENGLISH


def around(pattern: str, title: str) -> str:
    """The pattern with the title filled in, the title cut so that the whole keeps its length."""
    return pattern.replace("{title}", plain(title, 255 - len(pattern)))

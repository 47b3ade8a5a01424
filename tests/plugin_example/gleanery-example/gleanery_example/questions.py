"""Asks a person about a text that ends with a question: nobody learns from it yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from gleanery import ports
from gleanery.ports import Concept, Finding, Subject


class QuestionsSettings(ports.Settings):
    """What ends a question."""

    marks: str = "?"


class Questions:
    """Wants a person for an open question, has nothing against anything else."""

    name: ClassVar[str] = "questions"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = QuestionsSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "questions.open": "Ends with a question; is there an answer to add?",
        "questions.none": "Asks nothing at its end.",
    }

    def __init__(self, settings: QuestionsSettings, concepts: Sequence[Concept] = ()) -> None:
        self._marks = tuple(settings.marks)

    def judge(self, subject: Subject) -> Finding:
        """Ask where the text ends with one of the marks."""
        if subject.text.rstrip().endswith(self._marks):
            return Finding("ask", "questions.open")
        return Finding("keep", "questions.none")

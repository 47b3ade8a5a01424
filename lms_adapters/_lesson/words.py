"""The words of our own on a lesson's page, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around an item; {} is filled in. `said` are the lines of which the script shows one."""

    untitled: str
    step: str
    optional: str
    until: str
    within: str
    after: str
    objectives: str
    open: str
    opens_apart: str
    done: str
    leave: str
    source: str
    licence: str
    nothing: str
    said: Mapping[str, str]


ENGLISH = Words(
    untitled="Untitled",
    step="Step {} of {}",
    optional="optional",
    until="by {}",
    within="within {} days of starting",
    after="after: {}",
    objectives="What you learn",
    open="Open",
    opens_apart="opens in a new tab",
    done="I have completed this",
    leave="Back to the course",
    source="Source",
    licence="Licence",
    nothing="There is nothing here at present.",
    said={
        "alone": "No LMS was found: nothing that you do here is recorded.",
        "open": "Open it, and this counts as completed.",
        "declare": "Say so when you have completed it.",
        "done": "Completed: your LMS has taken note.",
        "looking": "You are looking around: nothing is recorded.",
        "refused": "Your LMS did not take note. Close this page and open it again from your course.",
    },
)

GERMAN = Words(
    untitled="Ohne Titel",
    step="Schritt {} von {}",
    optional="freiwillig",
    until="bis {}",
    within="innerhalb von {} Tagen nach dem Beginn",
    after="nach: {}",
    objectives="Was Sie lernen",
    open="Öffnen",
    opens_apart="öffnet sich in einem neuen Tab",
    done="Ich habe das bearbeitet",
    leave="Zurück zum Kurs",
    source="Quelle",
    licence="Lizenz",
    nothing="Zurzeit gibt es hier nichts.",
    said={
        "alone": "Kein LMS gefunden: Nichts von dem, was Sie hier tun, wird festgehalten.",
        "open": "Öffnen Sie den Inhalt, dann gilt er als bearbeitet.",
        "declare": "Sagen Sie Bescheid, wenn Sie damit fertig sind.",
        "done": "Bearbeitet: Ihr LMS hat es festgehalten.",
        "looking": "Sie sehen sich nur um: Nichts wird festgehalten.",
        "refused": "Ihr LMS hat es nicht festgehalten. Schließen Sie die Seite und öffnen Sie sie erneut aus dem Kurs.",
    },
)


def words_in(language: str) -> Words:
    """The words in this language; English where there are none."""
    return GERMAN if language.split("-")[0].lower() == "de" else ENGLISH

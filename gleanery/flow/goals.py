"""Which goals of the organisation an item serves, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gleanery.config import GoalSettings
from gleanery.ports import Subject


def goals_of(
    goals: Sequence[GoalSettings], concepts: Iterable[str], subject: Subject
) -> Iterator[tuple[str, str, str]]:
    """(goal, "competency" or "word", the evidence) for each goal served; a competency says more than a word."""
    tagged = set(concepts)
    text = f"{subject.title}\n{subject.text}".casefold()
    for goal in goals:
        if shared := [iri for iri in goal.competencies if iri in tagged]:
            yield goal.name, "competency", shared[0]
        elif words := [word for word in goal.words if _stands_in(word, text)]:
            yield goal.name, "word", words[0]


def _stands_in(word: str, text: str) -> bool:
    """Whether a word or phrase stands in the text on its own."""
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text) is not None

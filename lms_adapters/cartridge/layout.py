"""Which item stands in which folder, and in which order: pure, and the same for the same items.

An item stands once, under the first of its competencies: an LMS makes one activity of every entry, and
a second one would ask learners to do the same thing twice. Its page names all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gleanery.ports import LearningItem
from lms_adapters._entries import Entry
from lms_adapters._text import plain
from lms_adapters.cartridge.words import Words

GroupBy = Literal["competency", "goal", "platform", "none"]


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the cartridge; Moodle makes a course section of it."""

    title: str
    entries: tuple[Entry, ...]


def group_of(item: LearningItem, group_by: GroupBy, words: Words, title: str) -> tuple[bool, str, str]:
    """The folder an item belongs to: (is the rest, title, key), in the order of the folders."""
    if group_by == "none":
        return False, title, ""
    if group_by == "competency":
        named = [(plain(label), f"{framework}\n{concept}") for framework, concept, label in item.competencies]
    else:
        names = item.goals if group_by == "goal" else item.platforms
        named = [(plain(name), name) for name in names]
    label, key = named[0] if named else ("", "")
    return (False, label, key) if label else (True, words.other, "")


def arrange(pairs: Sequence[tuple[tuple[bool, str, str], Entry]]) -> list[Folder]:
    """Folders by title, the rest last; entries by title. Two competencies of one name stay two folders."""
    groups: dict[tuple[bool, str, str], list[Entry]] = {}
    for group, entry in pairs:
        groups.setdefault(group, []).append(entry)
    order = sorted(groups, key=lambda group: (group[0], group[1].casefold(), group))
    return [Folder(group[1], tuple(sorted(groups[group], key=_by_title))) for group in order]


def _by_title(entry: Entry) -> tuple[str, str]:
    return entry.title.casefold(), str(entry.id)

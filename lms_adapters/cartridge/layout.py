"""Which item stands in which folder, and in which order: pure, and the same for the same items.

An item stands once, under the first of its competencies: an LMS makes one activity of every entry, and
a second one would ask learners to do the same thing twice. Its page names all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from gleanery.errors import Conflict
from gleanery.ports import LearningItem
from lms_adapters._text import clean, language_tag, plain, web_address
from lms_adapters.cartridge.words import Words

GroupBy = Literal["competency", "goal", "platform", "none"]
_NOTE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One item made fit for the cartridge: plain title, clean HTML, a web address or none."""

    id: UUID
    title: str
    address: str | None
    html: str
    language: str
    attribution: str
    licence: str
    competencies: tuple[str, ...]
    may_embed: bool

    @property
    def credited_apart(self) -> bool:
        """True if it has a source to name and no page of its own to name it on."""
        return not self.html and bool(self.attribution or self.licence)


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the cartridge; Moodle makes a course section of it."""

    title: str
    entries: tuple[Entry, ...]


def entry_of(item: LearningItem, words: Words, language: str, *, include_text: bool) -> Entry:
    """The item with every foreign word cleaned."""
    address = web_address(item.url)
    return Entry(
        id=item.id,
        title=plain(item.title) or plain(address or "") or words.untitled,
        address=address,
        html=clean(item.html, may_embed=item.may_embed) if include_text else "",
        language=language_tag(item.language, language),
        attribution=plain(item.attribution, _NOTE_LENGTH),
        licence=plain(item.licence or "", _NOTE_LENGTH),
        competencies=tuple(plain(label) for _, _, label in item.competencies),
        may_embed=item.may_embed,
    )


def unique(items: Iterable[LearningItem]) -> list[LearningItem]:
    """The items without repetitions. Raises: Conflict where one id has two contents."""
    by_id: dict[UUID, LearningItem] = {}
    for item in items:
        if by_id.setdefault(item.id, item) != item:
            raise Conflict(f"cartridge: item {item.id} was given twice with different contents.")
    return list(by_id.values())


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

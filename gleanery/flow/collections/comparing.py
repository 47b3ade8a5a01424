"""What changed between two contents of a collection: for whoever is about to publish."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from gleanery.model.collections import Content

_WORDS = ("kind", "title", "summary", "objectives", "goal", "competencies", "due")


@dataclass(frozen=True)
class Changes:
    """Items added, removed, moved; those whose note, duty or due date changed; which words and aims did.

    `leaves`: the destination is no longer chosen, so that all of it is taken back.
    """

    added: tuple[UUID, ...] = ()
    removed: tuple[UUID, ...] = ()
    moved: tuple[UUID, ...] = ()
    edited: tuple[UUID, ...] = ()
    words: tuple[str, ...] = ()
    leaves: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved or self.edited or self.words or self.leaves)


def changes(old: Content, new: Content) -> Changes:
    """What is to be done to make the new content out of the old one."""
    before, after = set(old.items), set(new.items)
    known = {step.item: step for step in old.steps}
    return Changes(
        added=tuple(item for item in new.items if item not in before),
        removed=tuple(item for item in old.items if item not in after),
        moved=_moved([item for item in old.items if item in after], [i for i in new.items if i in before]),
        edited=tuple(step.item for step in new.steps if step.item in known and known[step.item] != step),
        words=tuple(name for name in _WORDS if getattr(old, name) != getattr(new, name)),
    )


def _moved(old: list[UUID], new: list[UUID]) -> tuple[UUID, ...]:
    """The fewest items that had to be moved, in their new order: those outside the longest part that kept its."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = {item for block in blocks for item in new[block.b : block.b + block.size]}
    return tuple(item for item in new if item not in kept)

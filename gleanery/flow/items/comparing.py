"""Two items side by side: what they say, with what differs marked, and where each comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from sqlmodel import Session, col, or_, select

from gleanery.errors import BadInput
from gleanery.flow import desk
from gleanery.flow.house import House
from gleanery.model.items import Alike

MOST_WORDS = 1_500
"""Words of each side that are compared; what follows is shown as it is."""

_WORDS = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether the other side has it too."""

    text: str
    is_same: bool


@dataclass(frozen=True)
class Side:
    """One of the two items: everything about it, its title and text in pieces, and the tags only it has."""

    detail: desk.Detail
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    own_tags: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Compared:
    """Two items; the older one is what is left of a merge. `settled`: what a person said of them, if anything."""

    older: Side
    younger: Side
    likeness: float | None
    settled: str | None


def compare(house: House, one: str, other: str, person: UUID | None = None) -> Compared:
    """Two items side by side, the older first. Raises: BadInput where they are one."""
    details = [desk.show(house, text, person) for text in (one, other)]
    if details[0].row.id == details[1].row.id:
        raise BadInput("Both names mean the same item.", remedy="They may have been merged.")
    older, younger = sorted(details, key=lambda detail: detail.row.seq)
    titles = pieces(older.row.title, younger.row.title)
    texts = pieces(older.text, younger.text)
    tags = [{(tag.framework, tag.concept) for tag in detail.row.tags} for detail in (older, younger)]
    with house.store.read() as session:
        said = _said(session, older.row.id, younger.row.id)
    return Compared(
        Side(older, titles[0], texts[0], frozenset(tags[0] - tags[1])),
        Side(younger, titles[1], texts[1], frozenset(tags[1] - tags[0])),
        said.likeness if said else None,
        said.settled if said else None,
    )


def _said(session: Session, one: UUID, other: UUID) -> Alike | None:
    pairs = [(one, other), (other, one)]
    return session.exec(
        select(Alike).where(
            or_(*((col(Alike.item_id) == first) & (col(Alike.other_id) == second) for first, second in pairs))
        )
    ).first()


def pieces(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, cut where they begin or cease to be the same."""
    lefts, rights = _WORDS.findall(left.lstrip()), _WORDS.findall(right.lstrip())
    one, other = ([word.strip().casefold() for word in side[:MOST_WORDS]] for side in (lefts, rights))
    found: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a, b, c, d in SequenceMatcher(None, one, other).get_opcodes():
        for side, words in ((0, lefts[a:b]), (1, rights[c:d])):
            if words:
                found[side].append(Piece("".join(words), kind == "equal"))
    return _with_rest(found[0], lefts), _with_rest(found[1], rights)


def _with_rest(found: list[Piece], words: Sequence[str]) -> tuple[Piece, ...]:
    rest = "".join(words[MOST_WORDS:])
    return (*found, Piece(rest, True)) if rest else tuple(found)

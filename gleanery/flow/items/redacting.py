"""Passages that a guard marks stand behind a bar until a curator asks for them.

A step that blocks is another matter: those words are shown to nobody (withheld.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.flow.keeping import PluginStore
from gleanery.model.items import FindingRow, Item
from gleanery.model.record import Kept

BAR = "█████"
"""What stands for a passage."""

SHOWN_FOR = timedelta(minutes=10)
"""How long whoever asked sees the passages."""

_STORE = "items"
_OUTSIDE = "in_"
"""A flag that begins so names a field beside title and text where something was found: `in_url`, `in_replies`."""


@dataclass(frozen=True)
class Marked:
    """What the steps marked in an item's words: (field, start, end, kind), and the fields beside title and text."""

    spans: tuple[tuple[str, int, int, str], ...] = ()
    beside: frozenset[str] = frozenset()
    is_stale: bool = False
    """The words may have changed since the steps looked."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is marked, each kind once."""
        return tuple(dict.fromkeys(kind for *_, kind in self.spans))

    def __bool__(self) -> bool:
        return bool(self.spans or self.beside)

    def title(self, title: str) -> str:
        """The title with bars."""
        return self._barred("title", title)

    def text(self, text: str, offset: int = 0) -> str:
        """A part of the text with bars; it begins at `offset` of the whole that was judged."""
        return self._barred("text", text, offset)

    def remark(self, text: str) -> str:
        """Another post's words: behind one bar where anything was found there."""
        return BAR if text and self.beside & {"replies", "tags"} else text

    def address(self, url: str | None) -> str | None:
        """The address, unless something was found in it."""
        return None if self.beside & {"url", "links"} else url

    def _barred(self, field: str, text: str, offset: int = 0) -> str:
        if self.is_stale and self.spans:
            return BAR if text else ""
        for name, start, end, _ in reversed(self.spans):
            first, last = max(start - offset, 0), min(end - offset, len(text))
            if name == field and first < last:
                text = text[:first] + BAR + text[last:]
        return text


NOTHING = Marked()


def findings_of(session: Session, items: Sequence[Item]) -> dict[UUID, list[FindingRow]]:
    """By item: what the steps found last."""
    found: dict[UUID, list[FindingRow]] = {item.id: [] for item in items}
    query = select(FindingRow).where(col(FindingRow.item_id).in_(list(found)), FindingRow.current)
    for row in session.exec(query):
        found[row.item_id].append(row)
    return found


class Marking(Protocol):
    """What a step marked: the row of a finding, or what is told of one."""

    @property
    def step(self) -> str: ...
    @property
    def flags(self) -> Sequence[str]: ...
    @property
    def spans(self) -> Sequence[Sequence[Any]]: ...


def marked_in(house: House, findings: Iterable[Marking], *, is_stale: bool) -> Marked:
    """What these findings of guards mark; another step marks what spoke for or against an item, which hides nothing."""
    guards = {judge.plugin.name for judge in house.steps if getattr(judge.plugin, "guards", False)}
    found = [row for row in findings if row.step in guards]
    rows = [row for row in found if row.spans or any(flag.startswith(_OUTSIDE) for flag in row.flags)]
    spans = [
        (str(field), int(start), int(end), str(kind)) for row in rows for field, start, end, kind in row.spans
    ]
    flags = [flag for row in rows for flag in row.flags if flag.startswith(_OUTSIDE)]
    return Marked(_apart(spans), frozenset(flag.removeprefix(_OUTSIDE) for flag in flags), is_stale)


def _apart(spans: Sequence[tuple[str, int, int, str]]) -> tuple[tuple[str, int, int, str], ...]:
    """The spans in order, those that overlap as one, so that no cut falls into another."""
    kept: list[tuple[str, int, int, str]] = []
    for field, start, end, kind in sorted(spans):
        if kept and kept[-1][0] == field and start < kept[-1][2]:
            before = kept[-1]
            kept[-1] = (field, before[1], max(end, before[2]), before[3])
        else:
            kept.append((field, start, end, kind))
    return tuple(kept)


# --------------------------------------------------------------------------- asking for them


def reveal(house: House, text: str, account: str) -> UUID:
    """Show this person the marked passages of an item for a while; the audit log says so first. Raises: Denied."""
    with house.change() as change:
        person = house.person(change.session, account)
        item = find_item(change.session, text)
        findings = findings_of(change.session, [item])[item.id]
        if not marked_in(house, findings, is_stale=False):
            raise Denied(f"Nothing is hidden in item {str(item.id)[:8]}.", remedy="Nothing was changed.")
        change.audit("item.revealed", f"person:{person}", f"item:{item.id}", revision=item.revision)
    _kept(house).put(_key(item.id, person), item.revision, expires_in=SHOWN_FOR)
    return item.id


def is_revealed(session: Session, item: Item, person: UUID | None, now: datetime) -> bool:
    """Whether this person asked lately to see these words of the item."""
    if person is None:
        return False
    row = session.get(Kept, (_STORE, _key(item.id, person)))
    return row is not None and row.value == item.revision and (row.expires_at is None or row.expires_at > now)


def _key(item: UUID, person: UUID) -> str:
    return f"revealed:{item}:{person}"


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, _STORE, house.now)

"""An item made fit for a package that leaves the house: every foreign word cleaned, the address checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from gleanery.errors import Conflict
from gleanery.ports import LearningItem
from lms_adapters._text import clean, language_tag, plain, web_address

_NOTE_LENGTH = 2_000
_NAMED = 20
"""Left-out items named in a note; the others are counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: plain title, clean HTML, a web address or none. `ours`: a page of the house's own, not an item."""

    id: UUID
    title: str
    address: str | None
    html: str
    language: str
    attribution: str
    licence: str
    competencies: tuple[str, ...]
    may_embed: bool
    ours: bool = False

    @property
    def has_something(self) -> bool:
        """Whether there is anything to open or to read."""
        return bool(self.address or self.html)

    @property
    def credited_apart(self) -> bool:
        """True if it has a source to name and no page of its own to name it on."""
        return not self.html and bool(self.attribution or self.licence)


def entry_of(item: LearningItem, untitled: str, language: str, *, include_text: bool) -> Entry:
    """The item with every foreign word cleaned. `untitled` and `language` stand in for what it does not tell."""
    address = web_address(item.url)
    return Entry(
        id=item.id,
        title=plain(item.title) or plain(address or "") or untitled,
        address=address,
        html=clean(item.html, may_embed=item.may_embed) if include_text else "",
        language=language_tag(item.language, language),
        attribution=plain(item.attribution, _NOTE_LENGTH),
        licence=plain(item.licence or "", _NOTE_LENGTH),
        competencies=tuple(plain(label) for _, _, label in item.competencies),
        may_embed=item.may_embed,
    )


def unique(items: Iterable[LearningItem], adapter: str) -> list[LearningItem]:
    """The items without repetitions. Raises: Conflict where one id has two contents."""
    by_id: dict[UUID, LearningItem] = {}
    for item in items:
        if by_id.setdefault(item.id, item) != item:
            raise Conflict(f"{adapter}: item {item.id} was given twice with different contents.")
    return list(by_id.values())


def left_out_note(
    ids: Sequence[UUID], why: str = "neither a web address nor a text that may be passed on"
) -> str:
    """A sentence that names the items that have nothing to show; empty where there are none."""
    if not ids:
        return ""
    named = ", ".join(str(item_id) for item_id in ids[:_NAMED])
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"Left out, having {why}: {named}{more}."


def count(number: int, thing: str) -> str:
    """`1 item`, `2 items`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

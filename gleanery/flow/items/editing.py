"""A curator gives an item another title, a summary or an address: what pages and destinations show from then on.

The words are judged like the source's, and a guard that blocks them keeps them out. They count as the item's at
once: an approval stands, and where the item stands at a destination it is owed anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item, find_locked
from gleanery.flow.items.redacting import BAR
from gleanery.flow.judging import findings_on
from gleanery.flow.owing import owe
from gleanery.flow.quarantine.lifting import lifted, released_in
from gleanery.flow.screening import judge
from gleanery.flow.subjects import ItemWords, edits_of, item_words, marks_of
from gleanery.model.curated import MAX_ADDRESS, MAX_SUMMARY, MAX_TITLE, ItemEdit
from gleanery.model.destinations import Action
from gleanery.model.items import Item, ItemState
from gleanery.model.posts import storable
from gleanery.model.types import derived_id


@dataclass(frozen=True)
class Wording:
    """What an item is called, how it is summed up and where it leads; None: as the source says."""

    title: str | None = None
    summary: str | None = None
    address: str | None = None

    @classmethod
    def typed(cls, title: str, summary: str) -> Wording:
        """Of what somebody typed: one line, and paragraphs. Raises: BadInput where it is too long."""
        line = " ".join(_signs(title).split())
        text = "\n".join(part.rstrip() for part in _signs(summary).strip().splitlines())
        if len(line) > MAX_TITLE or len(text) > MAX_SUMMARY:
            raise BadInput(
                "These words are too long.",
                remedy=f"A title has up to {MAX_TITLE} characters, a summary up to {MAX_SUMMARY}.",
            )
        return cls(line or None, text or None)

    @property
    def barred(self) -> Wording:
        """The same behind bars."""
        return Wording(self.title and BAR, self.summary and BAR, self.address and BAR)


def _signs(text: str) -> str:
    return "".join(
        sign for sign in storable(text).replace("\r\n", "\n") if sign.isprintable() or sign == "\n"
    )


def edit(
    house: House, text: str, account: str, wording: Wording, *, seen: int | None = None
) -> ItemEdit | None:
    """Let an item be worded so; None where that changes nothing. `seen`: the number of the edit that was shown.

    Raises: Denied (edited by somebody else since, withheld, or blocked by a guard), BadInput.
    """
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        _judge_first(house, change, item)
        last = _last_number(change.session, item)
        if seen is not None and seen != last:
            raise Denied(
                f"Item {str(item.id)[:8]} was edited by somebody else meanwhile.",
                remedy="What you typed is still here. Look at their words, then save again.",
            )
        words = _readable(house, change.session, item)
        address = wording.address or _now(words.edit).address
        return _word(house, change, item, words, replace(wording, address=address), actor)


def give_address(
    house: House, change: Change, item: Item, actor: str, address: str | None
) -> ItemEdit | None:
    """Let an item lead to another address; None: to its source's. None is returned where that changes nothing.

    In a transaction of the caller's. Raises: Denied (withheld, or blocked by a guard), BadInput where it is no web
    address.
    """
    _judge_first(house, change, item)
    words = _readable(house, change.session, item)
    wording = replace(_now(words.edit), address=_web_address(address) if address else None)
    return _word(house, change, item, words, wording, actor)


def _web_address(typed: str) -> str:
    address = storable(typed.strip())
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable()
    except ValueError:
        is_one = False
    if not is_one or " " in address or len(address) > MAX_ADDRESS:
        raise BadInput("This is no web address.", remedy="It begins with https:// or http://.")
    return address


def _word(
    house: House, change: Change, item: Item, words: ItemWords, wording: Wording, actor: str
) -> ItemEdit | None:
    """Word an item so; None where that changes nothing."""
    wording = _as_different(words, wording)
    if wording == _now(words.edit):
        return None
    return _write(house, change, item, wording, actor, _last_number(change.session, item) + 1)


def undo_edit(house: House, text: str, account: str) -> ItemEdit:
    """Take the last edit back: the one before holds again, or the source's words. Raises: Denied."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        _judge_first(house, change, item)
        current = edits_of(change.session, [item.id]).get(item.id)
        if current is None:
            raise Denied(f"Item {str(item.id)[:8]} has no edit to undo.", remedy="Nothing was changed.")
        current.current, current.undone_at, current.undone_by = False, change.at, actor
        before = _before(change.session, current)
        if before is not None and not before.emptied:
            before.current = True
            change.session.add(before)
        change.session.add(current)
        change.session.flush()
        change.audit("item.edit-undone", actor, f"item:{item.id}", edit=str(current.id))
        _follow(house, change, item)
        return current


def restore(house: House, text: str, account: str, number: int) -> ItemEdit | None:
    """Word the item again as its edit of this number did; 0: as the source says. Raises: BadInput, Denied."""
    with house.store.read() as session:
        item = find_item(session, text)
        query = select(ItemEdit).where(ItemEdit.item_id == item.id, ItemEdit.number == number)
        old = session.exec(query).one_or_none() if number else None
    if number and (old is None or old.emptied):
        raise BadInput("There is no such edit any more.", remedy="Its words went with those of the source.")
    return edit(house, str(item.id), account, _now(old))


# --------------------------------------------------------------------------- how it came to this


@dataclass(frozen=True)
class Edited:
    """One edit with what was before it; None: as the source says."""

    number: int
    actor: str
    at: datetime
    before: Wording
    after: Wording
    is_current: bool
    is_emptied: bool
    undone_at: datetime | None
    undone_by: str | None


def edits(session: Session, item: UUID) -> list[Edited]:
    """Every edit of an item, oldest first."""
    found: list[Edited] = []
    before = Wording()
    rows = session.exec(select(ItemEdit).where(ItemEdit.item_id == item).order_by(col(ItemEdit.number)))
    for row in rows:
        found.append(
            Edited(
                row.number, row.actor, row.at, before, _now(row), row.current, row.emptied, row.undone_at,
                row.undone_by,
            )
        )  # fmt: skip
        before = before if row.undone_at is not None else _now(row)
    return found


def _now(row: ItemEdit | None) -> Wording:
    return Wording(row.title, row.summary, row.address) if row is not None else Wording()


# --------------------------------------------------------------------------- steps of it


def _judge_first(house: House, change: Change, item: Item) -> None:
    """What changed at the source is not to pass for our own change: an approval is for words that were seen."""
    if not item.screened_as:
        judge(house, change, item)
        change.session.flush()


def _readable(house: House, session: Session, item: Item) -> ItemWords:
    """The item's words. Raises: Denied where they are withheld or gone: what nobody may read nobody words anew."""
    words = item_words(house, session, item)
    if words is None or words.withheld or item.state is ItemState.QUARANTINED:
        raise Denied(
            f"The words of item {str(item.id)[:8]} are withheld or gone.",
            remedy="It can be edited once they can be read.",
        )
    return words


def _as_different(words: ItemWords, wording: Wording) -> Wording:
    """The source's own title typed again is no title of ours."""
    if wording.title == words.chosen.title.strip():
        wording = replace(wording, title=None)
    return replace(wording, address=None) if wording.address == words.chosen.url else wording


def _last_number(session: Session, item: Item) -> int:
    return session.exec(select(func.max(ItemEdit.number)).where(ItemEdit.item_id == item.id)).one() or 0


def _before(session: Session, edit: ItemEdit) -> ItemEdit | None:
    """The edit that held when this one was made."""
    query = select(ItemEdit).where(
        ItemEdit.item_id == edit.item_id, ItemEdit.number < edit.number, col(ItemEdit.undone_at).is_(None)
    )
    return session.exec(query.order_by(col(ItemEdit.number).desc()).limit(1)).one_or_none()


def _write(house: House, change: Change, item: Item, wording: Wording, actor: str, number: int) -> ItemEdit:
    current = edits_of(change.session, [item.id]).get(item.id)
    if current is not None:
        current.current = False
        change.session.add(current)
    row = ItemEdit(
        id=derived_id("edit", str(house.organisation.id), str(item.id), number),
        item_id=item.id,
        number=number,
        title=wording.title,
        summary=wording.summary,
        address=wording.address,
        actor=actor,
        at=change.at,
    )
    change.session.add(row)
    change.session.flush()
    change.audit("item.edited", actor, f"item:{item.id}", edit=str(row.id), number=number)
    _follow(house, change, item)
    return row


def _follow(house: House, change: Change, item: Item) -> None:
    """Judge the new words at once, have them count as those that were approved, and bring them to destinations."""
    words = _readable(house, change.session, item)
    _require_harmless(house, change.session, words)
    item.words_mark, item.revision = marks_of(house, words).packed(), item.revision + 1
    judge(house, change, item)
    change.session.flush()
    if item.state is ItemState.APPROVED:
        owe(house, change, item, Action.UPSERT, None)


def _require_harmless(house: House, session: Session, words: ItemWords) -> None:
    """Raises: Denied for words that a guard blocks; the message names kinds, never the words."""
    released = released_in(session, [told.content.id for told in words.tellings])
    guards = [one for one in house.steps if getattr(one.plugin, "guards", False)]
    findings = [lifted(one.finding, released) for one in findings_on(guards, words.subject())]
    found = [finding for finding in findings if finding.verdict == "block"]
    if found:
        kinds = sorted({flag for finding in found for flag in finding.flags or (finding.reason,)})
        raise Denied(
            f"These words hold sensitive data ({', '.join(kinds)}) and were not saved.",
            remedy="Take it out, then save again.",
        )

"""Letting an item out of quarantine, masked or as it is. It goes to the queue: a curator still decides on it.

What is masked is gone from this house for good, so that nothing can let it out later. Words released as they are
keep their release until they change at their source; other words are judged anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.contents import guard_again, mask, words
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_locked, locked
from gleanery.flow.judging import FAILED
from gleanery.flow.quarantine.lifting import kinds_in
from gleanery.flow.quarantine.listing import blocked_contents, require_quarantined
from gleanery.flow.quarantine.masking import masked
from gleanery.flow.screening import judge
from gleanery.model.items import FindingRow, Item, ItemPost, ItemState
from gleanery.model.posts import Content, PostVersion, storable
from gleanery.model.quarantine import MAX_REASON, Release

_space = re.compile(r"\s+")


def release_masked(house: House, text: str, account: str, *, seen: int | None = None) -> UUID:
    """Take the marked passages out of an item's words and let the rest into the queue; the item.

    `seen`: the revision that was looked at. Raises: Denied (not in quarantine, changed since, or blocked even so),
    BadInput.
    """

    def mask_all(change: Change, item: Item, contents: Sequence[Content]) -> None:
        for content in contents:
            body = words(house, content)
            if body is not None:
                mask(house, content, masked(house, body, item.language or body.get("language")).body)
                change.session.add(content)

    return _release(house, text, account, "", seen, mask_all, is_masked=True)


def release_as_is(house: House, text: str, account: str, reason: str, *, seen: int | None = None) -> UUID:
    """Let an item into the queue with all its words, for a reason; the item. Raises as `release_masked`."""
    told = _space.sub(" ", storable(reason)).strip()
    if not told or len(told) > MAX_REASON:
        raise BadInput(
            "Say why these words may be let out.", remedy=f"Give a reason of up to {MAX_REASON} characters."
        )
    return _release(house, text, account, told, seen, lambda *_: None, is_masked=False)


def _release(
    house: House,
    text: str,
    account: str,
    reason: str,
    seen: int | None,
    first: Callable[[Change, Item, Sequence[Content]], None],
    *,
    is_masked: bool,
) -> UUID:
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        require_quarantined(item)
        if seen is not None and item.revision != seen:
            raise Denied(
                f"Item {str(item.id)[:8]} changed since it was shown.", remedy="Look again, then decide."
            )
        contents = [content for _, content in blocked_contents(change.session, item)]
        kinds = _kinds(change.session, item, contents)
        first(change, item, contents)
        for content in contents:
            _note(change, item, content, kinds, reason, actor, is_masked=is_masked)
        change.session.flush()
        did = "item.masked" if is_masked else "item.released"
        change.audit(did, actor, f"item:{item.id}", kinds=kinds, revision=item.revision)
        _judge_all(house, change, item, contents)
        if item.state is ItemState.QUARANTINED:
            raise Denied(
                f"Item {str(item.id)[:8]} holds sensitive data even so ({item.reason}).",
                remedy="Undo what a curator wrote about it, or have it removed at its source; else reject it.",
            )
        return item.id


def _kinds(session: Session, item: Item, contents: Sequence[Content]) -> list[str]:
    """The kinds for which the item is blocked. Raises: Denied where a step failed: nobody knows then."""
    query = select(FindingRow).where(
        FindingRow.item_id == item.id, FindingRow.current, FindingRow.verdict == "block"
    )
    rows = session.exec(query).all()
    withheld = [kind for content in contents for kind in content.withheld]
    if FAILED in withheld or any(row.reason == FAILED for row in rows):
        raise Denied(
            f"A step failed on item {str(item.id)[:8]}; what it holds is not known.",
            remedy="Run `gleanery screen` again; if it fails again, look into the log.",
        )
    return sorted(set(kinds_in([*withheld, *(flag for row in rows for flag in row.flags)])))


def _note(
    change: Change,
    item: Item,
    content: Content,
    kinds: list[str],
    reason: str,
    actor: str,
    *,
    is_masked: bool,
) -> None:
    before = change.session.get(Release, content.id)
    row = before or Release(
        content_id=content.id, item_id=item.id, masked=is_masked, actor=actor, at=change.at
    )
    known = row.kinds if before is not None and not is_masked else []
    row.kinds, row.masked, row.item_id = sorted({*known, *kinds}), is_masked, item.id
    row.reason, row.actor, row.at = reason, actor, change.at
    change.session.add(row)


def _judge_all(house: House, change: Change, item: Item, contents: Sequence[Content]) -> None:
    """Judge the item, and the others that these words are about."""
    for content in contents:
        content.guarded_as = ""
    guard_again(house, change.session, contents)
    change.session.flush()
    versions = select(PostVersion.post_id).where(
        col(PostVersion.content_id).in_([one.id for one in contents])
    )
    others = select(ItemPost.item_id).where(col(ItemPost.post_id).in_(versions), ItemPost.item_id != item.id)
    for other in sorted(set(change.session.exec(others)), key=str):
        one = locked(change.session, other)
        if one.merged_into is None:
            judge(house, change, one)
    judge(house, change, item)
    change.session.flush()

"""screen(item): every configured step gives a finding; together they say where the item stands.

A finding is due when none exists for these words, this version of the step and these settings. `block`
outweighs `drop`, `drop` outweighs `ask`, `ask` outweighs `keep`; and by default every keep waits for a curator.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, func, or_, select

from gleanery.flow.ahead import forget_ahead, read_ahead
from gleanery.flow.attaching import attach
from gleanery.flow.change import Change
from gleanery.flow.contents import contents_of, guard_again
from gleanery.flow.deciding import decide_in
from gleanery.flow.findings import found_on, write_findings
from gleanery.flow.house import House
from gleanery.flow.item_standing.background import Background
from gleanery.flow.items.waiting import CHANGED, FOR_A_PERSON, LOST, STAYS
from gleanery.flow.judging import FAILED
from gleanery.flow.owing import owe
from gleanery.flow.queue import search
from gleanery.flow.rules.ruling import S, weighty
from gleanery.flow.subjects import ItemWords, marks_of, words_of_many
from gleanery.flow.tagging import sources_at_hand, tell_import, write_goals, write_tags
from gleanery.leases import held
from gleanery.model.curated import RefusedTag
from gleanery.model.destinations import Action
from gleanery.model.items import (
    Decision,
    DecisionVerdict,
    FindingRow,
    Item,
    ItemGoal,
    ItemPost,
    ItemState,
    Tag,
)
from gleanery.model.posts import Post, Sighting

BATCH = 200
"""Posts or items in one transaction."""

_NOT_ATTACHED = (col(Post.screened_version) < col(Post.version), col(Post.held_by).is_(None))
"""New or changed, and not held back by a first reading (see holding.py)."""

SOURCE_GONE = "source.gone"
WITHHELD = "words.withheld"

_GRAVITY: dict[str, int] = {"keep": 0, "ask": 1, "drop": 2, "block": 3}
Progress = Callable[[str, int, int], None]


class Changed(NamedTuple):
    """What changed since the last judgement: the words that may leave, or what people said about them."""

    leaving: bool
    remarks: bool


UNCHANGED = Changed(leaving=False, remarks=False)


@dataclass
class ScreenReport:
    """What screening did."""

    new_items: int = 0
    judged: int = 0
    new_statements: int = 0
    busy: bool = False


def screen(house: House, progress: Progress = lambda _what, _done, _all: None) -> ScreenReport:
    """Attach every new post to its item and judge every item whose findings are due."""
    report = ScreenReport()
    with held(house.store, "screen", house.now) as lease:
        if lease is None:
            report.busy = True
            return report
        house.notice_rules()
        _look_again_where_a_step_failed(house)
        posts = _count(house, _posts_due)
        done = 0
        while batch := _attach_batch(house, lease.confirm, report):
            done += batch
            progress("posts", done, posts)
        items = _count(house, lambda session: _items_due(session, house))
        done = 0
        while batch := _judge_batch(house, lease.confirm, report):
            done += batch
            progress("items", done, max(items, done))
    return report


def _look_again_where_a_step_failed(house: House) -> None:
    """What a failing step left undecided is due once more in every screening."""
    failed = select(FindingRow.item_id).where(FindingRow.current, FindingRow.reason == FAILED)
    with house.store.write() as session:
        session.execute(update(Item).where(col(Item.id).in_(failed)).values(screened_as=""))


def _count(house: House, due: Callable[[Session], Any]) -> int:
    with house.store.read() as session:
        return int(session.exec(select(func.count()).select_from(due(session).subquery())).one())


def _posts_due(session: Session) -> Any:
    return select(Post.seq).where(*_NOT_ATTACHED)


def _items_due(session: Session, house: House) -> Any:
    return select(Item.seq).where(Item.screened_as != house.screened_as, col(Item.merged_into).is_(None))


def _attach_batch(house: House, confirm: Callable[..., None], report: ScreenReport) -> int:
    with house.change() as change:
        confirm(change.session, house.now())
        posts = change.session.exec(
            select(Post).where(*_NOT_ATTACHED).order_by(col(Post.seq)).limit(BATCH)
        ).all()
        report.new_items += attach(house, change, posts)
    return len(posts)


def _judge_batch(house: House, confirm: Callable[..., None], report: ScreenReport) -> int:
    with house.change() as change:
        confirm(change.session, house.now())
        items = change.session.exec(
            select(Item)
            .where(Item.screened_as != house.screened_as, col(Item.merged_into).is_(None))
            .order_by(col(Item.seq))
            .limit(BATCH)
            .with_for_update()
        ).all()
        judge_all(house, change, items)
    report.judged += len(items)
    report.new_statements += change.new_statements
    return len(items)


def judge(house: House, change: Change, item: Item) -> None:
    """Ask every step about one item, write the findings and what follows from them."""
    judge_all(house, change, [item])


def judge_all(house: House, change: Change, items: Sequence[Item]) -> None:
    """Judge items together: what is asked for each of them is read for all at once."""
    session = change.session
    told = _read_ahead(house, session, items)
    background = Background.of(session, items)
    with sources_at_hand(session):
        shown = [_judge(house, change, item, told.get(item.id), background) for item in items]
    write_findings(session)
    search.put(house, session, [one for one in shown if one is not None])
    forget_ahead(session)


def _read_ahead(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, ItemWords]:
    """The words of the items after the guards of today looked at them; what judging asks for is read ahead."""
    ids = [item.id for item in items]
    posts = session.exec(select(ItemPost.post_id).where(col(ItemPost.item_id).in_(ids))).all()
    guard_again(house, session, contents_of(session, posts).values())
    for column in (FindingRow.item_id, Tag.item_id, RefusedTag.item_id, ItemGoal.item_id):
        read_ahead(session, column, ids)
    read_ahead(session, Sighting.post_id, {item.founding_post_id for item in items})
    return words_of_many(house, session, items)


def _judge(
    house: House, change: Change, item: Item, words: ItemWords | None, background: Background
) -> search.Shown | None:
    """What the index of words is to hold of an item after its judgement; None where nothing is left of it."""
    item.screened_as, item.rated_as = house.screened_as, ""
    change.session.add(item)
    if words is None:
        search.drop(change.session, [item.seq])
        _nothing_left(house, change, item)
        return None
    changed = _renew_marks(house, change, item, words)
    findings = found_on(house, change, item, words, background.standing(words, change.at))
    worst = gravest(weighty([one.row for one in findings], house.guard_names))
    verdict, reason = (worst.verdict, worst.reason) if worst else ("keep", "")
    if words.withheld and verdict != "block":
        verdict, reason = "block", WITHHELD
    _set_state(house, change, item, verdict, reason, changed)
    if verdict != "block":
        tell_import(change, words)
    if verdict in ("keep", "ask"):
        write_tags(house, change, item, words, findings)
        if house.config.goals:
            write_findings(change.session)  # goals are read from what rules found
        write_goals(house, change, item, words)
        _auto_approve(house, change, item, verdict)
    return words, [one.row for one in findings]


def _renew_marks(house: House, change: Change, item: Item, words: ItemWords) -> Changed:
    """Note what is judged now, and tell what of it changed since the last judgement."""
    new, old = marks_of(house, words), item.words_mark
    item.words_mark = new.packed()
    if old is None or not hmac.compare_digest(old, item.words_mark):
        item.revision, item.changed_at = item.revision + 1, change.at
        if old is not None:
            change.audit("item.reworded", "policy:screening", f"item:{item.id}", revision=item.revision)
    return Changed(
        leaving=old is not None and not old.startswith(new.leaving),
        remarks=old is not None and old[32:64] != new.remarks,
    )


def _nothing_left(house: House, change: Change, item: Item) -> None:
    """Every word of the item is gone at its sources: it leaves the queue, and every destination."""
    if item.state not in (ItemState.REJECTED, ItemState.RETRACTED):
        item.state, item.reason = ItemState.DROPPED, SOURCE_GONE
        change.audit("item.dropped", "policy:screening", f"item:{item.id}", reason=item.reason)
    owe(house, change, item, Action.RETRACT, None)


def _set_state(house: House, change: Change, item: Item, verdict: str, reason: str, changed: Changed) -> None:
    """Where the item stands after these findings; a person's verdict is only reopened by changed words.

    Words that would leave and are not those approved are taken back everywhere until a person has seen them;
    where only an answer came in, what was delivered stands while the item waits.
    """
    before = item.state
    found = stands_after(item, verdict, reason, changed)
    if found is None:
        return
    target, reason = found
    if target is ItemState.QUARANTINED or changed.leaving:
        owe(house, change, item, Action.RETRACT, None)
    if (before, item.reason) != (target, reason):
        item.state, item.reason = target, reason
        detail = {"reason": reason, "revision": item.revision}
        change.audit(f"item.{target.value}", "policy:screening", f"item:{item.id}", **detail)


def gravest(findings: Iterable[S]) -> S | None:
    """The finding that decides; the first of those that are equally grave."""
    return max(findings, key=lambda one: _GRAVITY[one.verdict], default=None)


def stands_after(
    item: Item, verdict: str, reason: str, changed: Changed = UNCHANGED
) -> tuple[ItemState, str] | None:
    """Where an item comes to stand by a verdict, and why; None where a person's word keeps it where it is."""
    if item.state is ItemState.APPROVED and verdict != "block":
        return (ItemState.WAITING, CHANGED) if any(changed) else None
    if item.state in (ItemState.REJECTED, ItemState.RETRACTED) or _is_lost(item, verdict):
        return None
    if item.state is ItemState.WAITING and item.reason in STAYS and verdict != "block":
        return ItemState.WAITING, CHANGED if changed.leaving else item.reason
    target = {"block": ItemState.QUARANTINED, "drop": ItemState.DROPPED}.get(verdict, ItemState.WAITING)
    return target, reason


def _is_lost(item: Item, verdict: str) -> bool:
    """Whether what the item leads to is gone, or its time over: it is no use to anybody, however good its words."""
    return item.state is ItemState.DROPPED and item.reason in LOST and verdict != "block"


# --------------------------------------------------------------------------- what follows


def _auto_approve(house: House, change: Change, item: Item, verdict: str) -> None:
    """The named policy of the configuration approves what every step keeps, up to its limit."""
    curation = house.config.curation
    if curation.auto_approve != "keep" or verdict != "keep" or item.state is not ItemState.WAITING:
        return
    if item.reason in FOR_A_PERSON:
        return
    write_findings(change.session)
    actor = f"policy:{curation.policy_name}"
    if _person_spoke(change.session, item, actor):
        return
    if curation.auto_approve_limit is not None:
        given = change.session.exec(
            select(func.count()).select_from(Decision).where(Decision.actor == actor)
        ).one()
        if given >= curation.auto_approve_limit:
            return
    decide_in(house, change, item, DecisionVerdict.APPROVE, actor, "policy.keep")


def _person_spoke(session: Session, item: Item, policy: str) -> bool:
    """Whether a person decided on this item or took back what a policy decided: then no policy decides again."""
    by_person = or_(col(Decision.actor) != policy, col(Decision.undone_by).is_not(None))
    return session.exec(select(Decision.id).where(Decision.item_id == item.id, by_person)).first() is not None

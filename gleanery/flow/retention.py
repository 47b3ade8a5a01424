"""What was kept long enough goes: the words of posts nobody wanted, and statements by verb and purpose.

Rules stand in the configuration under `retention`; the audit log is never touched. Each rule that is applied is an
audit entry, also where it found nothing: so an auditor sees that it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, and_, col, exists, func, or_, select

from gleanery.config.record import StatementRule
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.purging import let_go
from gleanery.flow.record import Removal, record, stores
from gleanery.leases import held
from gleanery.model.bases import Purpose, Stated
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemPost, ItemState
from gleanery.model.people import Handle, HandleLink
from gleanery.model.posts import Content, Post, PostVersion
from gleanery.model.record import Kept
from xapi.lrs.query import Stored
from xapi.validate import read
from xapi.vocabulary import own

POLICY = "policy:retention"
EVERY = timedelta(days=1)
"""How often the worker applies the rules."""

BATCH = 200
_KEPT = "retention"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNDECIDED = (ItemState.NEW, ItemState.WAITING, ItemState.DROPPED)

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Applied:
    """What one rule did, or would do: how many posts or statements older than `before` went."""

    rule: str
    what: Literal["posts", "statements"]
    days: int
    before: datetime
    count: int


def apply(
    house: House,
    *,
    by: str | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _rule, _count: None,
) -> list[Applied]:
    """Apply every rule once, for the account `by` or by itself; with `dry_run` only count, and write nothing.

    Repeating it finds what has come of age since. Another worker that is at it is left to it: nothing is done.
    """
    if dry_run:
        return [*_posts(house, "", progress), *_statements(house, "", progress)]
    with held(house.store, "retention", house.now) as lease:
        if lease is None:
            return []
        actor = _actor(house, by)
        done = [*_posts(house, actor, progress), *_statements(house, actor, progress)]
    if any(one.count for one in done):
        house.store.forget_log()
    return done


def apply_if_due(house: House) -> None:
    """Apply every rule if a day has passed since that was last done."""
    kept = _kept(house)
    if kept.get("applied") is None:
        apply(house)
        kept.put("applied", True, expires_in=EVERY)


def _actor(house: House, account: str | None) -> str:
    if account is None:
        return POLICY
    with house.change() as change:
        return f"person:{house.person(change.session, account)}"


def _told(house: House, by: str, done: Applied) -> Applied:
    """The same, entered in the audit log; counting for a dry run has no actor and is not entered."""
    if by:
        with house.change() as change:
            detail = {"what": done.what, "days": done.days, "count": done.count}
            before = done.before.isoformat()
            change.audit("retention.applied", by, f"retention:{done.rule}", before=before, **detail)
    return done


# --------------------------------------------------------------------------- posts


class _Times(NamedTuple):
    """Before when words go that were left undecided, rejected or retracted; `_NEVER` where they stay."""

    undecided: datetime
    rejected: datetime
    retracted: datetime


def _posts(house: House, by: str, progress: Progress) -> Iterator[Applied]:
    settings = house.config.retention
    days = {name: getattr(settings, f"{name}_days") for name in _Times._fields}
    times = _Times(*(_before(house, days[name]) for name in _Times._fields))
    for name in _Times._fields:
        if days[name] is not None:
            count = _let_go(house, name, times, progress) if by else _count(house, name, times)
            yield _told(house, by, Applied(name, "posts", days[name], getattr(times, name), count))


def _before(house: House, days: int | None) -> datetime:
    return _NEVER if days is None else house.now() - timedelta(days=days)


def _count(house: House, rule: str, times: _Times) -> int:
    query = select(func.count()).select_from(Content).join(PostVersion, _is_of(PostVersion))
    with house.store.read() as session:
        return session.exec(query.where(*_due(rule, times))).one()


def _let_go(house: House, rule: str, times: _Times, progress: Progress) -> int:
    query = select(Content, PostVersion.post_id).join(PostVersion, _is_of(PostVersion))
    total = 0
    while True:
        with house.change() as change:
            due = change.session.exec(query.where(*_due(rule, times)).limit(BATCH)).all()
            let_go(change, due, rule=rule)
            _forget_authors(change.session, [post_id for _, post_id in due])
        total += len(due)
        progress(rule, len(due))
        if len(due) < BATCH:
            return total


def _forget_authors(session: Session, posts: list[UUID]) -> None:
    """Part posts from the accounts they came from; an account that nobody is linked to goes with its last post."""
    named = select(Post.handle_id).where(col(Post.id).in_(posts), col(Post.handle_id).is_not(None))
    handles = list(session.exec(named))
    session.execute(update(Post).where(col(Post.id).in_(posts)).values(handle_id=None))
    used = exists().where(col(Post.handle_id) == col(Handle.id))
    linked = exists().where(col(HandleLink.handle_id) == col(Handle.id))
    session.execute(delete(Handle).where(col(Handle.id).in_(handles), ~used, ~linked))


def _is_of(version: type[PostVersion]) -> Any:
    return col(version.content_id) == col(Content.id)


def _due(rule: str, times: _Times) -> Iterator[ColumnElement[bool]]:
    """Which contents a rule takes: a post that several items are about goes with the last of them."""
    yield col(Content.gone).is_(None)
    yield ~_has_item(_keeps(times))
    rejected, retracted = _has_item(_is(ItemState.REJECTED)), _has_item(_is(ItemState.RETRACTED))
    if rule == "rejected":
        yield rejected
    elif rule == "retracted":
        yield and_(retracted, ~rejected)
    else:
        yield and_(~rejected, ~retracted, col(PostVersion.seen_at) <= times.undecided)


def _has_item(condition: ColumnElement[bool]) -> Any:
    """Whether an item that is about the post meets the condition."""
    about = exists().where(col(ItemPost.post_id) == col(PostVersion.post_id))
    return about.where(col(Item.id) == col(ItemPost.item_id), condition)


def _keeps(times: _Times) -> Any:
    """Whether an item keeps its posts: it was approved, or the time of its verdict is not over.

    An item that waits again after its approval was decided on; words that are blocked wait for nobody.
    """
    is_new = col(PostVersion.seen_at) > times.undecided
    return or_(
        _is(ItemState.APPROVED),
        and_(_is(ItemState.REJECTED), _decided(DecisionVerdict.REJECT, times.rejected)),
        and_(_is(ItemState.RETRACTED), _decided(DecisionVerdict.RETRACT, times.retracted)),
        and_(col(Item.state).in_(_UNDECIDED), or_(is_new, _decided(DecisionVerdict.APPROVE, _NEVER))),
        and_(_is(ItemState.QUARANTINED), is_new),
    )


def _is(state: ItemState) -> ColumnElement[bool]:
    return col(Item.state) == state


def _decided(verdict: DecisionVerdict, after: datetime) -> Any:
    """Whether such a verdict on the item was given after this time and stands."""
    given = exists().where(col(Decision.item_id) == col(Item.id), col(Decision.verdict) == verdict)
    return given.where(col(Decision.undone_at).is_(None), col(Decision.at) > after)


# --------------------------------------------------------------------------- statements


def _statements(house: House, by: str, progress: Progress) -> Iterator[Applied]:
    with house.store.read() as session:
        names = stores(session)
    for rule in house.config.retention.statements:
        before = _before(house, rule.days)
        count = 0
        for page in (page for store in names for page in _pages(house, rule, before, store)):
            if by:
                _erase(house, rule, page)
            count += len(page.ids)
            progress(rule.name, len(page.ids))
        yield _told(house, by, Applied(rule.name, "statements", rule.days, before, count))


class _Page(NamedTuple):
    """The statements among some entries of a store that a rule takes, and the last of those entries."""

    store: str
    ids: list[UUID]
    last: int


def _pages(house: House, rule: StatementRule, before: datetime, store: str) -> Iterator[_Page]:
    """All that a rule takes of a store, from where it came to the last time on."""
    after = int(_kept(house).get(_mark(rule, store)) or 0)
    while True:
        with record(house.store, store) as statements:
            page = statements.query(
                verb=rule.verb, until=before, after_seq=after, limit=BATCH, ascending=True, voided=True
            )
        if not page:
            return
        after = page[-1].seq
        yield _Page(store, _taken(house, rule, page), after)


def _taken(house: House, rule: StatementRule, page: list[Stored]) -> list[UUID]:
    """What a rule takes of some statements; those that tell of an erasure are part of the proof and stay.

    Looked for by verb, references are found by that of their target too: what counts is their own.
    """
    verbs = {one.id: read(one.raw).verb.id for one in page}
    ids = [one for one, verb in verbs.items() if verb == (rule.verb or verb) and verb != own.ERASED.id]
    if rule.purpose is None:
        return ids
    query = select(Stated.statement_id).where(Stated.purpose == Purpose(rule.purpose))
    with house.store.read() as session:
        serving = set(session.exec(query.where(col(Stated.statement_id).in_(ids))))
    return [one for one in ids if one in serving]


def _erase(house: House, rule: StatementRule, page: _Page) -> None:
    """Erase them, and note how far the rule has come: what lies before need not be looked at again."""
    days = timedelta(days=rule.days)
    with house.change() as change:
        due = Removal(
            page.ids, f"retention:{rule.name}", POLICY, page.store, due=lambda one: one.stored + days
        )
        change.erase(due)
        change.session.merge(Kept(plugin=_KEPT, key=_mark(rule, page.store), value=page.last))


def _mark(rule: StatementRule, store: str) -> str:
    """The name of a rule's mark: another choice of statements begins anew, another number of days does not."""
    chosen = json.dumps([store, rule.verb, rule.purpose])
    return f"seq:{hashlib.sha256(chosen.encode()).hexdigest()[:16]}"


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, _KEPT, house.now)

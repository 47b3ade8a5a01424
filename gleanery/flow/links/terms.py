"""Days by which an item is looked at again, and days on which it ends: a curator's word, or the kind's default.

A default counts from the last approval. A day that a curator set counts until the item is approved after it. An item
whose day has come waits to be looked at again and stands where it stands; one that ended is taken back everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, literal
from sqlalchemy.orm import Mapped
from sqlmodel import Session, and_, case, col, func, or_, select

from gleanery.config.learning import Kind
from gleanery.errors import BadInput
from gleanery.flow.change import Change
from gleanery.flow.deciding import decide_in
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_locked
from gleanery.flow.items.waiting import EXPIRED, REVIEW_DUE
from gleanery.flow.keeping import PluginStore
from gleanery.flow.owing import owe
from gleanery.leases import held
from gleanery.model.destinations import Action
from gleanery.model.items import Decision, DecisionVerdict, Item, ItemState
from gleanery.model.links import ItemTerm
from gleanery.model.posts import PostKind
from gleanery.model.types import UtcMicros

POLICY = "policy:review"
EVERY = timedelta(hours=1)
"""How often the worker looks whose day has come."""

BATCH = 100
_STANDS = (ItemState.APPROVED, ItemState.WAITING)


# --------------------------------------------------------------------------- saying when


@dataclass(frozen=True)
class Term:
    """By when an item is to be looked at again and when it ends, and whether somebody said so; None: never."""

    review_by: datetime | None = None
    expires_at: datetime | None = None
    review_is_set: bool = False
    expiry_is_set: bool = False


def day_of(text: str, now: datetime) -> datetime | None:
    """The end of a day typed as YYYY-MM-DD, or of the day so many days from now (`90d`); None for `none`.

    Raises: BadInput for anything else, and for a day that is over.
    """
    typed = text.strip().lower()
    if typed in ("", "none"):
        return None
    try:
        in_days = typed.endswith("d") and typed[:-1].isdigit()
        day = now.date() + timedelta(days=int(typed[:-1])) if in_days else date.fromisoformat(typed)
        end = datetime.combine(day, time(23, 59, 59), UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"{text!r} is no day.", remedy="Write 2027-03-31, 90d, or none.") from None
    if end <= now:
        raise BadInput(f"{typed} is over.", remedy="Give a day that is still to come.")
    return end


def set_review(house: House, text: str, account: str, by: datetime | None) -> Term:
    """Have the item `text` names be looked at again by then; None: as its kind. Raises: BadInput."""
    return _set(house, text, account, {"review_by": by})


def set_expiry(house: House, text: str, account: str, at: datetime | None) -> Term:
    """Have the item end then; None: as its kind. Raises: BadInput."""
    return _set(house, text, account, {"expires_at": at})


def set_days(
    house: House, text: str, account: str, review_by: datetime | None, expires_at: datetime | None
) -> Term:
    """Both at once. Raises: BadInput."""
    return _set(house, text, account, {"review_by": review_by, "expires_at": expires_at})


def _set(house: House, text: str, account: str, days: Mapping[str, datetime | None]) -> Term:
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        item = find_locked(change.session, text)
        row = change.session.get(ItemTerm, item.id) or ItemTerm(item_id=item.id, at=change.at)
        before = {name: getattr(row, name) for name in days}
        if before != dict(days):
            for name, day in days.items():
                setattr(row, name, day)
            row.at = change.at
            change.session.add(row)
            told = {name: day.date().isoformat() if day else "" for name, day in days.items()}
            change.audit("item.term-set", actor, f"item:{item.id}", **told)
        change.session.flush()
        return terms_of(house, change.session, [item])[item.id]


def terms_of(house: House, session: Session, items: list[Item]) -> dict[UUID, Term]:
    """By item: its days as they count now."""
    ids = [item.id for item in items]
    rows = {row.item_id: row for row in session.exec(select(ItemTerm).where(col(ItemTerm.item_id).in_(ids)))}
    query = select(Decision.item_id, func.max(Decision.at)).where(
        col(Decision.item_id).in_(ids),
        Decision.verdict == DecisionVerdict.APPROVE,
        col(Decision.undone_at).is_(None),
    )
    approved: dict[UUID, datetime] = dict(session.exec(query.group_by(col(Decision.item_id))).all())
    return {item.id: _term(house, item, rows.get(item.id), approved.get(item.id)) for item in items}


def _term(house: House, item: Item, row: ItemTerm | None, approved: datetime | None) -> Term:
    review = house.config.review
    days, ends = _by_kind(review.days), _by_kind(review.expires_days)
    by, said_by = _day(row.review_by if row else None, approved, days.get(item.kind, review.otherwise))
    at, said_at = _day(row.expires_at if row else None, approved, ends.get(item.kind))
    return Term(by, at, said_by, said_at)


def _by_kind(days: Mapping[Kind, int]) -> dict[PostKind, int]:
    return {PostKind(kind): number for kind, number in days.items()}


def _day(said: datetime | None, approved: datetime | None, days: int | None) -> tuple[datetime | None, bool]:
    if said is not None and (approved is None or said > approved):
        return said, True
    return (approved + timedelta(days=days) if approved is not None and days else None), False


# --------------------------------------------------------------------------- what is due


def apply_if_due(house: House) -> int:
    """Let follow what days bring, once an hour; returns for how many items."""
    kept = PluginStore(house.store, "review", house.now)
    if kept.get("applied") is not None:
        return 0
    kept.put("applied", True, expires_in=EVERY)
    return sum(apply(house))


def apply(house: House) -> tuple[int, int]:
    """How many items ended, and how many wait to be looked at again."""
    with held(house.store, "review", house.now) as lease:
        if lease is None:
            return 0, 0
        ended = _each(house, lease.confirm, _has_ended(house), _end)
        again = _each(house, lease.confirm, is_due(house, house.now()), _ask)
    return ended, again


def _each(
    house: House,
    confirm: Callable[[Session, datetime], None],
    wanted: ColumnElement[bool],
    act: Callable[[House, Change, Item], None],
) -> int:
    """Act on every item that meets the condition; acting ends that it does."""
    total = 0
    while True:
        with house.change() as change:
            confirm(change.session, house.now())
            query = select(Item).outerjoin(ItemTerm, col(ItemTerm.item_id) == col(Item.id)).where(wanted)
            living = query.where(col(Item.merged_into).is_(None)).order_by(col(Item.seq)).limit(BATCH)
            items = change.session.exec(living.with_for_update(of=Item)).all()
            for item in items:
                act(house, change, item)
        total += len(items)
        if len(items) < BATCH:
            return total


def is_due(house: House, at: datetime) -> ColumnElement[bool]:
    """The condition that an approved item (left-joined with its term) is to be looked at again by then."""
    review = house.config.review
    return and_(
        Item.state == ItemState.APPROVED,
        _has_come(col(ItemTerm.review_by), _by_kind(review.days), review.otherwise, at),
    )


def _has_ended(house: House) -> ColumnElement[bool]:
    days = _by_kind(house.config.review.expires_days)
    return and_(col(Item.state).in_(_STANDS), _has_come(col(ItemTerm.expires_at), days, None, house.now()))


def _has_come(
    said: Mapped[datetime | None], days: Mapping[PostKind, int], otherwise: int | None, at: datetime
) -> ColumnElement[bool]:
    """Whether the day has come by then: the one that was said and not approved over, else the kind's default."""
    approved = (
        select(func.max(Decision.at))
        .where(
            col(Decision.item_id) == col(Item.id),
            Decision.verdict == DecisionVerdict.APPROVE,
            col(Decision.undone_at).is_(None),
        )
        .correlate(Item)
        .scalar_subquery()
    )
    counts = and_(said.is_not(None), or_(approved.is_(None), said > approved))
    latest = [(Item.kind == kind, _literal(at - timedelta(days=number))) for kind, number in days.items()]
    usual = _literal(at - timedelta(days=otherwise) if otherwise else datetime.fromtimestamp(0, UTC))
    by_default = approved <= (case(*latest, else_=usual) if latest else usual)
    return or_(and_(counts, said <= at), and_(~counts, by_default))


def _literal(at: datetime) -> ColumnElement[datetime]:
    return literal(at, UtcMicros)


def _ask(house: House, change: Change, item: Item) -> None:
    _put(change, item, ItemState.WAITING, REVIEW_DUE)


def _end(house: House, change: Change, item: Item) -> None:
    """Take an item back everywhere: an approved one by a verdict, one that waits out of the queue."""
    if item.state is ItemState.APPROVED:
        decide_in(house, change, item, DecisionVerdict.RETRACT, POLICY, EXPIRED)
        return
    _put(change, item, ItemState.DROPPED, EXPIRED)
    owe(house, change, item, Action.RETRACT, None)


def _put(change: Change, item: Item, state: ItemState, reason: str) -> None:
    item.state, item.reason = state, reason
    change.session.add(item)
    change.audit(f"item.{state.value}", POLICY, f"item:{item.id}", reason=reason, revision=item.revision)

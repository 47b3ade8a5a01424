"""One verdict on many items: looked at first, confirmed, carried out in portions, and taken back as a whole.

A portion is one transaction: its verdicts, and how far the work is. So a kill loses at most what was not committed,
and each item is decided once. Few are decided while the person waits, more by the worker, as a run to watch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput, Denied, Gone
from gleanery.flow import runs
from gleanery.flow.change import Change
from gleanery.flow.deciding import decide_in, obstacle, undo_in
from gleanery.flow.desk import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.queue.filters import Filter, conditions
from gleanery.model.items import Decision, DecisionVerdict, Item
from gleanery.model.queue import Bulk
from gleanery.model.runs import Run

_Portion = Callable[[House, UUID], bool]
_Done = Callable[[Bulk], int]

AT_ONCE = 200
"""Items decided in one transaction, and while the person waits."""

SHOWN = 10
KIND, UNDO_KIND = "bulk", "bulk-undo"


@dataclass(frozen=True)
class Wanted:
    """On what a verdict falls: on chosen items, or on all that match a filter."""

    verdict: DecisionVerdict
    filter: Filter
    chosen: tuple[UUID, ...] = ()
    is_all: bool = False


@dataclass(frozen=True)
class Preview:
    """What a verdict would fall on: how many, the first of them, and how many would be refused, by code.

    `last_seq` and `seen_at` are the high-water marks: what comes in or changes afterwards is left alone.
    """

    total: int
    first: Sequence[Row]
    refused: dict[str, int]
    last_seq: int
    seen_at: datetime


def preview(house: House, wanted: Wanted, person_id: UUID) -> Preview:
    """Look at what a verdict would fall on; nothing is changed."""
    with house.store.read() as session:
        last = session.exec(select(func.max(Item.seq))).one() or 0
        where = [*_where(house, session, wanted, person_id), col(Item.seq) <= last]
        total = session.exec(select(func.count()).select_from(Item).where(*where)).one()
        first = session.exec(select(Item).where(*where).order_by(col(Item.seq)).limit(SHOWN)).all()
        rows = rows_listed(house, session, first)
        refused = _would_refuse(session, where, wanted.verdict)
        return Preview(total, rows, refused, last, house.now())


def _where(
    house: House, session: Session, wanted: Wanted, person_id: UUID | None
) -> list[ColumnElement[bool]]:
    if wanted.is_all:
        return conditions(house, session, wanted.filter, person_id)
    return [col(Item.id).in_(wanted.chosen), col(Item.merged_into).is_(None)]


def _would_refuse(
    session: Session, where: Sequence[ColumnElement[bool]], verdict: DecisionVerdict
) -> dict[str, int]:
    """How many of them could not be given this verdict as they stand now, by the code of what is in the way."""
    kinds = select(Item.state, Item.reason == "source.gone", Item.screened_as == "", func.count()).where(
        *where
    )
    found: Counter[str] = Counter()
    for state, is_gone, is_unjudged, number in session.execute(kinds.group_by(*kinds.selected_columns[:3])):
        if code := obstacle(state, verdict, is_gone=bool(is_gone), is_unjudged=bool(is_unjudged)):
            found[code] += number
    return dict(found)


# --------------------------------------------------------------------------- asked for


def ask(
    house: House, bulk_id: UUID, wanted: Wanted, account: str, reason: str, last_seq: int, seen_at: datetime
) -> Bulk:
    """Give the verdict: the first portion at once, the rest by the worker. The same id asks once.

    Raises: BadInput where nothing matches.
    """
    made = _make(house, bulk_id, wanted, account, reason, last_seq, seen_at)
    if made.total <= AT_ONCE:
        carry_out(house, bulk_id)
    return find(house, bulk_id)


def _make(
    house: House, bulk_id: UUID, wanted: Wanted, account: str, reason: str, last_seq: int, seen_at: datetime
) -> Bulk:
    with house.change() as change:
        session = change.session
        known = session.get(Bulk, bulk_id)
        if known is not None:
            return known
        person_id = house.person(session, account)
        actor = f"person:{person_id}"
        where = [*_where(house, session, wanted, person_id), col(Item.seq) <= last_seq]
        total = session.exec(select(func.count()).select_from(Item).where(*where)).one()
        if not total:
            raise BadInput("No item is left that this could fall on.", remedy="Look at the list again.")
        made = Bulk(
            id=bulk_id, by=actor, verdict=wanted.verdict, reason=reason, last_seq=last_seq, seen_at=seen_at,
            query=wanted.filter.query() if wanted.is_all else "", chosen=[str(one) for one in wanted.chosen],
            total=total, made_at=change.at,
        )  # fmt: skip
        session.add(made)
        runs.ask(session, house, KIND, str(bulk_id), actor).total = total
        change.audit("bulk.asked", actor, f"bulk:{bulk_id}", verdict=wanted.verdict.value, items=total)
        return made


def find(house: House, bulk_id: UUID) -> Bulk:
    """A verdict on many items. Raises: BadInput."""
    with house.store.read() as session:
        return _there(session.get(Bulk, bulk_id))


def _locked(session: Session, bulk_id: UUID) -> Bulk:
    return _there(session.exec(select(Bulk).where(Bulk.id == bulk_id).with_for_update()).one_or_none())


def _there(row: Bulk | None) -> Bulk:
    if row is None:
        raise BadInput("There is no such verdict on many items.", remedy="Look at the list again.")
    return row


def run_of(house: House, bulk_id: UUID) -> Run | None:
    """The newest run that carries it out or takes it back."""
    with house.store.read() as session:
        query = select(Run).where(Run.subject == str(bulk_id), col(Run.kind).in_((KIND, UNDO_KIND)))
        return session.exec(query.order_by(col(Run.made_at).desc())).first()


def recent(house: House, actor: str, limit: int = 50) -> Sequence[Bulk]:
    """The newest that somebody gave."""
    with house.store.read() as session:
        query = select(Bulk).where(Bulk.by == actor).order_by(col(Bulk.made_at).desc())
        return session.exec(query.limit(limit)).all()


# --------------------------------------------------------------------------- carried out


def work(house: House) -> None:
    """Go on with every verdict on many items that waits, also after a restart."""
    for kind, act in ((KIND, carry_out), (UNDO_KIND, take_back)):
        for run in runs.due(house, kind):
            act(house, UUID(run.subject))


def carry_out(house: House, bulk_id: UUID) -> None:
    """Decide portion by portion until the end or until somebody stops it."""
    _work_on(house, KIND, bulk_id, _decide_some, lambda one: one.decided + one.changed + _refused(one))


def take_back(house: House, bulk_id: UUID) -> None:
    """Undo portion by portion."""
    _work_on(house, UNDO_KIND, bulk_id, _undo_some, lambda one: one.undone + one.kept)


def _refused(one: Bulk) -> int:
    return sum(one.refused.values())


def _work_on(house: House, kind: str, bulk_id: UUID, portion: _Portion, done: _Done) -> None:
    with house.store.read() as session:
        run = runs.open_run(session, kind, str(bulk_id))
    if run is None:
        return
    with runs.working(house, run.id) as progress:
        while not portion(house, bulk_id):
            progress.at(done(find(house, bulk_id)))
        with house.store.note() as session:
            _close(session, run.id, done(_locked(session, bulk_id)))


def _close(session: Session, run_id: UUID, done: int) -> None:
    run = session.get_one(Run, run_id)
    run.done = done
    session.add(run)


def _decide_some(house: House, bulk_id: UUID) -> bool:
    """Decide the next portion; True once nothing is left."""
    with house.change() as change:
        session = change.session
        one = _locked(session, bulk_id)
        if one.ended_at is not None:
            return True
        items = session.exec(
            select(Item)
            .where(*_left(house, session, one))
            .order_by(col(Item.seq))
            .limit(AT_ONCE)
            .with_for_update()
        ).all()
        for item in items:
            _decide_one(house, change, one, item)
        one.cursor = items[-1].seq or 0 if items else one.cursor
        if len(items) < AT_ONCE:
            one.ended_at = change.at
            detail = {"decided": one.decided, "changed": one.changed, "refused": _refused(one)}
            change.audit("bulk.decided", one.by, f"bulk:{one.id}", **detail)
        session.add(one)
        return one.ended_at is not None


def _left(house: House, session: Session, one: Bulk) -> list[ColumnElement[bool]]:
    """The items that are still to be worked on."""
    person_id = UUID(one.by.removeprefix("person:"))
    wanted = Wanted(
        verdict=one.verdict,
        filter=Filter.of_query(one.query),
        chosen=tuple(map(UUID, one.chosen)),
        is_all=not one.chosen,
    )
    return [
        *_where(house, session, wanted, person_id),
        col(Item.seq) > one.cursor,
        col(Item.seq) <= one.last_seq,
    ]


def _decide_one(house: House, change: Change, one: Bulk, item: Item) -> None:
    """Decide on one item, or note why not."""
    if item.changed_at is not None and item.changed_at > one.seen_at:
        one.changed += 1
        return
    try:
        decide_in(house, change, item, one.verdict, one.by, one.reason, one.id)
    except (Denied, Gone):
        code = obstacle(
            item.state, one.verdict, is_gone=item.reason == "source.gone", is_unjudged=not item.screened_as
        )
        one.refused = {**one.refused, code or "blocked": one.refused.get(code or "blocked", 0) + 1}
    else:
        one.decided += 1


# --------------------------------------------------------------------------- taken back


def undo(house: House, bulk_id: UUID, account: str) -> Bulk:
    """Take back every verdict of it that still stands; asked twice, once. Raises: BadInput; Denied while it goes on."""
    with house.change() as change:
        session = change.session
        one = _locked(session, bulk_id)
        actor = f"person:{house.person(session, account)}"
        if one.undo_asked_at is None:
            if runs.open_run(session, KIND, str(bulk_id)) is not None:
                raise Denied("It is still going on.", remedy="Stop it first, or wait until it has ended.")
            one.undo_asked_at, one.undo_by = change.at, actor
            session.add(one)
            runs.ask(session, house, UNDO_KIND, str(bulk_id), actor).total = one.decided
            change.audit("bulk.undo-asked", actor, f"bulk:{bulk_id}")
    if one.decided <= AT_ONCE:
        take_back(house, bulk_id)
    return find(house, bulk_id)


def _undo_some(house: House, bulk_id: UUID) -> bool:
    """Take back the next portion; True once nothing is left."""
    with house.change() as change:
        session = change.session
        one = _locked(session, bulk_id)
        if one.undo_ended_at is not None:
            return True
        query = select(Decision).where(Decision.bulk_id == bulk_id).order_by(col(Decision.id))
        if one.undo_cursor is not None:
            query = query.where(col(Decision.id) > one.undo_cursor)
        decisions = session.exec(query.limit(AT_ONCE)).all()
        overtaken = _decided_again(session, decisions)
        for decision in decisions:
            _undo_one(house, change, one, decision, decision.item_id in overtaken)
        one.undo_cursor = decisions[-1].id if decisions else one.undo_cursor
        if len(decisions) < AT_ONCE:
            one.undo_ended_at = change.at
            detail = {"undone": one.undone, "kept": one.kept}
            change.audit("bulk.undone", one.undo_by or one.by, f"bulk:{one.id}", **detail)
        session.add(one)
        return one.undo_ended_at is not None


def _decided_again(session: Session, decisions: Sequence[Decision]) -> set[UUID]:
    """The items on which another verdict stands that came after these."""
    numbers = {decision.item_id: decision.number for decision in decisions}
    later = select(Decision.item_id, func.max(Decision.number)).where(
        col(Decision.item_id).in_(list(numbers)), col(Decision.undone_at).is_(None)
    )
    return {
        item_id
        for item_id, number in session.exec(later.group_by(col(Decision.item_id)))
        if number > numbers[item_id]
    }


def _undo_one(house: House, change: Change, one: Bulk, decision: Decision, is_overtaken: bool) -> None:
    if is_overtaken or decision.undone_at is not None:
        one.kept += decision.undone_at is None
        return
    undo_in(house, change, decision, one.undo_by or one.by)
    one.undone += 1


def cancel(house: House, bulk_id: UUID) -> None:
    """Stop it where it is; what was decided stands and can be taken back. Raises: BadInput."""
    find(house, bulk_id)
    for kind in (KIND, UNDO_KIND):
        with house.store.read() as session:
            run = runs.open_run(session, kind, str(bulk_id))
        if run is not None:
            runs.cancel(house, run.id)

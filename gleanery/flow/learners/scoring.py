"""Scores: what a gradebook is owed when a learner came further, and bringing it there.

What is owed is the latest state for one learner in one place; it is written in the transaction in which the learner
came further, so that no kill loses it. A score whose answer was lost is sent again as it was, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import Session, col, func, select, tuple_

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow.blaming import blaming
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.outbox import asked_to_wait, is_resting, next_try, rest
from gleanery.leases import Held, held
from gleanery.model.destinations import DeliveryState
from gleanery.model.learners import ScoreOwed, Visit
from gleanery.model.types import derived_id
from gleanery.ports import Score, Seats

log = structlog.get_logger()
BATCH = 50
MOST_SILENT = 3
"""Scores in a row without an answer after which the gradebook is left alone for a while."""

NO_SEATS = "This kind of destination takes no scores."
Progress = Literal["started", "in-progress", "completed"]
_ORDER: Mapping[str, int] = {"started": 0, "in-progress": 1, "completed": 2}


class ScoreReport(NamedTuple):
    """What bringing scores to one destination did; `faults` are (place, message)."""

    sent: int
    faults: list[tuple[str, str]]


# --------------------------------------------------------------------------- owing


def owe(change: Change, visit: Visit, progress: Progress, share: float | None) -> bool:
    """Owe the gradebook of a visit's place how far its learner came; whether that is more than it was told."""
    to = visit.arrived["scores_to"]
    if to is None or visit.thing is None or visit.is_teacher:
        return False
    row_id = derived_id("score", visit.destination, visit.place, str(visit.handle_id))
    query = select(ScoreOwed).where(ScoreOwed.id == row_id).with_for_update()
    row = change.session.exec(query).one_or_none()
    if row is None:
        row = ScoreOwed(
            id=row_id, destination=visit.destination, place=visit.place, handle_id=visit.handle_id,
            account=visit.account, thing=visit.thing, to=to, progress=progress, share=share,
            at=_stamp(change.at), next_try_at=change.at,
        )  # fmt: skip
    elif _is_news(row, visit.thing, progress, share):
        row.at = max(_stamp(change.at), row.at + timedelta(milliseconds=1))
        row.thing, row.progress, row.share = visit.thing, progress, share
    elif row.to == to:
        return False
    row.to, row.account, row.state, row.reason = to, visit.account, DeliveryState.OWED, ""
    row.turn, row.attempts, row.next_try_at = row.turn + 1, 0, change.at
    change.session.add(row)
    change.audit("score.owed", f"destination:{visit.destination}", f"score:{row_id}", progress=progress)
    return True


def _is_news(row: ScoreOwed, thing: UUID, progress: Progress, share: float | None) -> bool:
    if row.thing != thing:
        return True
    return (_ORDER[progress], share or 0.0) > (_ORDER[row.progress], row.share or 0.0)


def _stamp(at: datetime) -> datetime:
    """To the millisecond, as gradebooks compare them."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


# --------------------------------------------------------------------------- bringing


def due(house: House) -> list[str]:
    """The configured destinations to which a score is due, but for those that rest."""
    query = select(ScoreOwed.destination).where(
        ScoreOwed.state == DeliveryState.OWED, ScoreOwed.next_try_at <= house.now()
    )
    with house.store.read() as session:
        waiting = set(session.exec(query.distinct()))
    known = (one.name for one in house.config.destinations if one.name in waiting)
    return [name for name in known if not is_resting(house, name)]


def send(house: House, name: str) -> ScoreReport:
    """Bring to one destination the scores that are due there. Raises: ConfigError for an unknown name."""
    settings, report = house.config.destination(name), ScoreReport(0, [])
    with held(house.store, f"scores:{name}", house.now) as lease:
        if lease is None or not _due(house, name, 1):
            return report
        try:
            with blaming("adapter", settings.adapter):
                adapter: Any = house.adapter(settings)
            if not isinstance(adapter, Seats):
                raise ConfigError(NO_SEATS, remedy="Choose an adapter through which learners come.")
        except GleaneryError as error:
            _hold_back(house, name, error, report)
            return report
        return _send_all(house, adapter, settings.adapter, name, lease, report)


def _send_all(
    house: House, adapter: Seats, adapter_name: str, name: str, lease: Held, report: ScoreReport
) -> ScoreReport:
    sent = silent = 0
    while rows := _due(house, name, BATCH):
        for row in rows:
            if silent == MOST_SILENT:
                rest(house, name, timedelta(seconds=house.config.delivery.first_retry_seconds))
                return report._replace(sent=sent)
            try:
                with blaming("adapter", adapter_name):
                    adapter.score(_score(row))
            except ConfigError as error:
                _hold_back(house, name, error, report)
                return report._replace(sent=sent)
            except GleaneryError as error:
                report.faults.append((f"{name}/score {str(row.id)[:8]}", str(error)))
                _failed(house, lease, row, error)
                if (wait := asked_to_wait(house, error)) is not None:
                    rest(house, name, wait)
                    return report._replace(sent=sent)
                silent = silent + 1 if isinstance(error, Unreachable) else 0
            else:
                _settled(house, lease, row)
                sent, silent = sent + 1, 0
    return report._replace(sent=sent)


def _due(house: House, name: str, limit: int) -> Sequence[ScoreOwed]:
    query = select(ScoreOwed).where(
        ScoreOwed.destination == name,
        ScoreOwed.state == DeliveryState.OWED,
        ScoreOwed.next_try_at <= house.now(),
    )
    with house.store.read() as session:
        return session.exec(query.order_by(col(ScoreOwed.next_try_at), col(ScoreOwed.id)).limit(limit)).all()


def _score(row: ScoreOwed) -> Score:
    progress: Any = row.progress
    return Score(to=row.to, account=row.account, at=row.at, progress=progress, share=row.share)


def _locked(session: Session, seen: ScoreOwed) -> ScoreOwed | None:
    """The row as it is now, locked; None where it was owed anew, given up or erased since it was read."""
    query = select(ScoreOwed).where(ScoreOwed.id == seen.id).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    return row if row is not None and row.turn == seen.turn and row.state is DeliveryState.OWED else None


def _settled(house: House, lease: Held, seen: ScoreOwed) -> None:
    with house.change() as change:
        lease.confirm(change.session, house.now())
        if (row := _locked(change.session, seen)) is not None:
            row.state, row.reason, row.delivered_at = DeliveryState.DELIVERED, "", change.at
            change.session.add(row)
        change.audit("score.delivered", f"destination:{seen.destination}", f"score:{seen.id}")


def _failed(house: House, lease: Held, seen: ScoreOwed, error: GleaneryError) -> None:
    """Count the try; the next one comes later, or never without a person: the column or the learner is gone there."""
    passing = isinstance(error, Unreachable | QuotaExhausted)
    with house.change() as change:
        lease.confirm(change.session, house.now())
        row = _locked(change.session, seen)
        if row is None:
            return
        row.attempts += asked_to_wait(house, error) is None  # it says when; that is no failed try
        row.reason, row.next_try_at = str(error), next_try(house, row.id, row.attempts, error)
        if not passing or row.attempts >= house.config.delivery.attempts:
            row.state = DeliveryState.DEAD
            change.audit(
                "score.dead", f"destination:{row.destination}", f"score:{row.id}", tries=row.attempts
            )
        change.session.add(row)


def _hold_back(house: House, name: str, error: GleaneryError, report: ScoreReport) -> None:
    """The destination as a whole cannot be used: every score stays owed, with the reason, and it rests for a while."""
    report.faults.append((name, str(error)))
    log.warning("scores.fault", destination=name, error=str(error))
    rest(house, name, timedelta(seconds=house.config.delivery.longest_retry_seconds))
    with house.store.write() as session:
        owed = (col(ScoreOwed.destination) == name, col(ScoreOwed.state) == DeliveryState.OWED)
        session.execute(update(ScoreOwed).where(*owed).values(reason=str(error)))


# --------------------------------------------------------------------------- as people see and move them


class NoScore(BadInput):
    """There is no such score."""


def listed(
    house: House,
    state: DeliveryState,
    destination: str | None = None,
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[ScoreOwed]:
    """The scores in a state by the time of their next try, the latest first; `after`: the last one seen."""
    query = select(ScoreOwed).where(ScoreOwed.state == state)
    if destination is not None:
        query = query.where(ScoreOwed.destination == destination)
    if after is not None:
        query = query.where(tuple_(col(ScoreOwed.next_try_at), col(ScoreOwed.id)) < after)
    with house.store.read() as session:
        ordered = query.order_by(col(ScoreOwed.next_try_at).desc(), col(ScoreOwed.id).desc())
        return session.exec(ordered.limit(limit)).all()


def retry(house: House, account: str, score: UUID) -> None:
    """Try one again now. Raises: NoScore; Denied where it arrived already."""
    with house.change() as change:
        row = change.session.exec(
            select(ScoreOwed).where(ScoreOwed.id == score).with_for_update()
        ).one_or_none()
        if row is None:
            raise NoScore("There is no such score.", remedy="See the list of scores.")
        if row.state is DeliveryState.DELIVERED:
            raise Denied("This score arrived; there is nothing to try again.", remedy="Nothing was changed.")
        _again(change, row, f"person:{house.person(change.session, account)}")
    house.wake()


def retry_dead(house: House, account: str, destination: str | None = None) -> int:
    """Owe dead scores again, of one destination or of all; returns how many. Raises: ConfigError."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        query = select(ScoreOwed).where(ScoreOwed.state == DeliveryState.DEAD).with_for_update()
        if destination is not None:
            query = query.where(ScoreOwed.destination == house.config.destination(destination).name)
        rows = change.session.exec(query).all()
        for row in rows:
            _again(change, row, actor)
    house.wake()
    return len(rows)


def _again(change: Change, row: ScoreOwed, actor: str) -> None:
    row.state, row.attempts, row.next_try_at, row.turn = DeliveryState.OWED, 0, change.at, row.turn + 1
    change.session.add(row)
    change.audit("score.retried", actor, f"score:{row.id}", destination=row.destination)


@dataclass
class Outlook:
    """How many scores a destination still is owed, how many wait for a person, and one reason why."""

    owed: int = 0
    dead: int = 0
    reason: str = ""


def outlook(house: House) -> dict[str, Outlook]:
    """By destination: how its scores stand; absent where all arrived."""
    waiting = (DeliveryState.OWED, DeliveryState.DEAD)
    query = select(ScoreOwed.destination, ScoreOwed.state, func.count(), func.max(ScoreOwed.reason)).where(
        col(ScoreOwed.state).in_(waiting)
    )
    with house.store.read() as session:
        rows = session.exec(query.group_by(col(ScoreOwed.destination), col(ScoreOwed.state))).all()
    told: dict[str, Outlook] = {}
    for destination, state, number, reason in rows:
        place = told.setdefault(destination, Outlook())
        if DeliveryState(state) is DeliveryState.DEAD:
            place.dead, place.reason = number, reason or place.reason
        else:
            place.owed, place.reason = number, place.reason or reason or ""
    return told

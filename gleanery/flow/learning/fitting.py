"""When a goal's model is due, and fitting it: a new version of it, in one transaction.

It is due when there is none, when decisions came or were undone, when something it was learned from is gone or says
something else now, and when the goal or the trainer is another. It is always fitted whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import Session, col, func, select

from gleanery.config import GoalSettings
from gleanery.flow.house import House, Judge
from gleanery.flow.learning import emptying
from gleanery.flow.learning.examples import CLOSED, Material, aim_of, goals_learned, material
from gleanery.flow.learning.measures import auc, bins, brier, calibration_error
from gleanery.leases import Held, held
from gleanery.model.items import Decision, Item
from gleanery.model.learned import LearnedFrom, LearnedModel, LearningOff
from gleanery.model.posts import Content
from gleanery.ports import UNWANTED, WANTED, Aim, Fitted

log = structlog.get_logger()

LEASE = "learning"
NEW_SHARE = 20
"""A model of n decisions is fitted again after n / 20 new ones, and after the first ones after each."""

WAITS = timedelta(hours=1)
"""So long fewer new decisions wait."""

_AT_ONCE = 500
POLICY = "policy:learning"


def fit_due(house: House) -> list[str]:
    """Fit the models that are due; returns the goals, none while another worker does."""
    if house.trainer is None:
        return []
    with held(house.store, LEASE, house.now) as lease:
        if lease is None:
            return []
        return [goal.name for goal in goals_learned(house) if _fit_if_due(house, lease, goal)]


def refit(house: House, goal: GoalSettings, actor: str) -> bool:
    """Fit a goal's model now, because somebody asked; False while another worker fits or nothing may be learned."""
    with held(house.store, LEASE, house.now) as lease:
        if lease is None or house.trainer is None:
            return False
        with house.store.read() as session:
            if session.get(LearningOff, goal.name) is not None:
                return False
        return fit(house, lease, goal, "asked", actor)


def _fit_if_due(house: House, lease: Held, goal: GoalSettings) -> bool:
    with house.store.read() as session:
        why = due(house, session, goal)
    return bool(why) and fit(house, lease, goal, why)


def current(session: Session, goal: str) -> LearnedModel | None:
    """The newest version that still has its words."""
    query = select(LearnedModel).where(LearnedModel.goal == goal, col(LearnedModel.data).is_not(None))
    return session.exec(query.order_by(col(LearnedModel.number).desc()).limit(1)).first()


def due(house: House, session: Session, goal: GoalSettings) -> str:
    """Why a goal's model has to be fitted, empty where it has not."""
    if house.trainer is None or session.get(LearningOff, goal.name) is not None:
        return ""
    model = current(session, goal.name)
    decisions, undone = counted(session)
    if model is None:
        return _first(session, goal, decisions)
    if model.mark != mark_of(house.trainer, aim_of(session, goal)):
        return "changed"
    if undone != model.undone:
        return "decisions"
    new = decisions - model.decisions
    is_much = new * NEW_SHARE >= model.wanted + model.unwanted
    if new > 0 and (is_much or house.now() - model.made_at >= WAITS):
        return "decisions"
    return "gone" if has_lost(session, model) else ""


def _first(session: Session, goal: GoalSettings, decisions: int) -> str:
    """Why there has to be a model where there is none: something is known, or the last one lost its words."""
    query = select(LearnedModel.emptied_why).where(LearnedModel.goal == goal.name)
    last = session.exec(query.order_by(col(LearnedModel.number).desc()).limit(1)).first()
    if last is not None:
        return "gone" if last == emptying.GONE else "asked"
    return "first" if decisions or any(aim_parts(aim_of(session, goal))) else ""


def counted(session: Session) -> tuple[int, int]:
    """How many decisions persons gave in all, and how many of them were undone."""
    by_persons = col(Decision.actor).startswith("person:")
    numbers = select(func.count(), func.count(col(Decision.undone_at))).where(by_persons)
    given, undone = session.exec(numbers.select_from(Decision)).one()
    return given, undone


def mark_of(trainer: Judge, aim: Aim) -> str:
    """The hash of the trainer with its settings, and of what the goal says of itself."""
    told = json.dumps([trainer.mark, list(aim_parts(aim))], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def aim_parts(aim: Aim) -> Iterator[str]:
    """All that an aim says."""
    yield from (aim.title, *aim.words, aim.description, *aim.labels)


def has_lost(session: Session, model: LearnedModel) -> bool:
    """Whether an item it was learned from says something else now, or may not be learned from any more."""
    changed = (col(Item.revision) != col(LearnedFrom.revision)) | col(Item.merged_into).is_not(None)
    closed = col(Item.state).in_(CLOSED)
    query = (
        select(LearnedFrom.item_id)
        .join(Item, col(Item.id) == col(LearnedFrom.item_id))
        .where(LearnedFrom.goal == model.goal, LearnedFrom.number == model.number, changed | closed)
    )
    return session.exec(query.limit(1)).first() is not None


# --------------------------------------------------------------------------- fitting


def fit(house: House, lease: Held, goal: GoalSettings, why: str, actor: str = POLICY) -> bool:
    """Fit a goal's model and keep it as a new version; False where its texts changed meanwhile: it stays due."""
    trainer = house.trainer
    if trainer is None:
        return False
    with house.store.read() as session:
        given, seen = material(house, session, goal), counted(session)
    fitted = trainer.plugin.fit(
        [one.example for one in given.learnt],
        {WANTED: given.aim},
        [one.subject for one in given.around],
    )
    with house.change() as change:
        lease.confirm(change.session, house.now())
        if any(_gone(change.session, given.contents)):
            return False
        made = LearnedModel(
            goal=goal.name,
            number=_next(change.session, goal.name),
            why=why,
            decisions=seen[0],
            undone=seen[1],
            made_at=change.at,
            **_said(trainer, given, fitted),
        )
        _keep(change.session, made, given, fitted)
        told = {"number": made.number, "why": why, "wanted": made.wanted, "unwanted": made.unwanted}
        change.audit("model.fitted", actor, f"goal:{goal.name}", **told)
    log.info("model.fitted", goal=goal.name, number=made.number, why=why)
    return True


def _gone(session: Session, contents: frozenset[UUID]) -> Iterator[bool]:
    """For some of the contents at a time, whether any was emptied since it was read."""
    ids = sorted(contents)
    for at in range(0, len(ids), _AT_ONCE):
        some = col(Content.id).in_(ids[at : at + _AT_ONCE])
        yield session.exec(select(Content.id).where(some, col(Content.gone).is_not(None))).first() is not None


def _said(trainer: Judge, given: Material, fitted: Fitted) -> dict[str, Any]:
    """What a version says of how it was learned."""
    labels = [one.label for one in given.learnt]
    return {
        "trainer": f"{trainer.plugin.name}@{trainer.plugin.version}",
        "mark": mark_of(trainer, given.aim),
        "wanted": labels.count(WANTED),
        "unwanted": labels.count(UNWANTED),
        "background": len(given.around),
        "digest": given.digest,
        "measures": measured(fitted.held_out, labels),
        "data": fitted.data,
    }


def measured(held_out: Sequence[Mapping[str, float]], labels: Sequence[str]) -> dict[str, Any]:
    """How good it is at examples it did not learn from; nothing where there are too few of a kind."""
    if not held_out:
        return {}
    chances, came = [one[WANTED] for one in held_out], [label == WANTED for label in labels]
    told = bins(chances, came)
    return {
        "auc": auc(chances, came),
        "brier": brier(chances, came),
        "ece": calibration_error(told),
        "bins": [list(one) for one in told],
    }


def _next(session: Session, goal: str) -> int:
    last = session.exec(select(func.max(LearnedModel.number)).where(LearnedModel.goal == goal)).one()
    return (last or 0) + 1


def _keep(session: Session, made: LearnedModel, given: Material, fitted: Fitted) -> None:
    """Write a version and what it was learned from; versions that are old lose their words."""
    chances: Sequence[float | None] = [one[WANTED] for one in fitted.held_out] or [None] * len(given.learnt)
    rows: dict[UUID, dict[str, Any]] = {item.item_id: {"revision": item.revision} for item in given.around}
    for one, chance in zip(given.learnt, chances, strict=True):
        told = {"label": one.label, "decision_id": one.decision_id, "held_out": chance}
        rows[one.item.item_id] = {"revision": one.item.revision, **told}
    session.add(made)
    for item_id, row in rows.items():
        session.add(LearnedFrom(goal=made.goal, number=made.number, item_id=item_id, **row))
    session.flush()
    emptying.drop_old(session, made)

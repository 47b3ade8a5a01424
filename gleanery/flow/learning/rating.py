"""Rating what waits by what was learned, and where the queue puts it.

Only items that wait are rated: so the last rating of a decided one was given before its decision, and telling how
good ratings are needs no copy of them. A finding of the step `relevance` names the versions that gave it.

The queue mixes the most promising with the most uncertain by one number, so that it can be paged by keys: the fifth
of the items that are most uncertain, and the others, each get their place within their own kind as a share; sorted
by it, one uncertain item comes after every four promising ones.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from gleanery.flow.change import Change
from gleanery.flow.findings import PROMISING
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.learning.examples import STEP, goals_learned
from gleanery.flow.learning.fitting import LEASE, current
from gleanery.flow.rules import ruling
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.leases import held
from gleanery.model.items import FindingRow, Item, ItemState
from gleanery.model.learned import LearnedModel, LearningOff
from gleanery.model.types import derived_id
from gleanery.ports import WANTED, Model, Rating

RATED = "relevance.rated"
BATCH = 100
"""Items in one transaction."""

SAMPLE = 400
"""Items that wait of which it is learned how ratings are spread."""

UNCERTAIN = 5
"""One of so many places is for an item whose verdict would teach most."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Models:
    """The models that rate, by goal with their numbers; `mark` is their hash, empty for none."""

    by_goal: Mapping[str, tuple[int, Model]]

    @property
    def mark(self) -> str:
        numbers = sorted((goal, number) for goal, (number, _) in self.by_goal.items())
        return hashlib.sha256(json.dumps(numbers).encode()).hexdigest()[:16] if numbers else ""

    def rate(self, words: Sequence[ItemWords]) -> list[dict[str, Rating]]:
        """By goal the rating of each."""
        subjects = [one.subject() for one in words]
        told = {goal: model.rate(subjects) for goal, (_, model) in self.by_goal.items()}
        return [{goal: ratings[at] for goal, ratings in told.items()} for at in range(len(words))]


def models_in(house: House, session: Session) -> Models:
    """The models that rate now: the newest of each goal for which something is learned."""
    if house.trainer is None:
        return Models({})
    off = set(session.exec(select(LearningOff.goal)))
    found: dict[str, tuple[int, Model]] = {}
    for goal in goals_learned(house):
        row = current(session, goal.name) if goal.name not in off else None
        if row is not None and (model := loaded(house, row)) is not None:
            found[goal.name] = (row.number, model)
    return Models(found)


def loaded(house: House, row: LearnedModel) -> Model | None:
    """A version ready to rate, None where its words are gone or its trainer is another one now."""
    trainer = house.trainer
    if (
        trainer is None
        or row.data is None
        or row.trainer != f"{trainer.plugin.name}@{trainer.plugin.version}"
    ):
        return None
    return _loaded(trainer.plugin.load, row.data)


@lru_cache(maxsize=32)
def _loaded(load: Callable[[bytes], Model], data: bytes) -> Model:
    return load(data)


# --------------------------------------------------------------------------- rating


def rate_due(house: House, progress: Progress = lambda _what, _done, _all: None) -> int:
    """Rate every item that waits and was not rated by the models of now; returns how many."""
    with held(house.store, LEASE, house.now) as lease:
        if lease is None:
            return 0
        with house.store.read() as session:
            models = models_in(house, session)
            total = session.exec(select(func.count()).select_from(Item).where(*_is_due(models))).one()
        if not total:
            return 0
        spread, done = _spread(house, models), 0
        while True:
            with house.change() as change:
                lease.confirm(change.session, house.now())
                number = _rate_batch(house, change, models, spread)
            done += number
            progress("rate", done, max(total, done))
            if number < BATCH:
                return done


def _is_due(models: Models) -> tuple[ColumnElement[bool] | bool, ...]:
    waits = Item.state == ItemState.WAITING
    return waits, col(Item.merged_into).is_(None), Item.rated_as != models.mark


def _rate_batch(house: House, change: Change, models: Models, spread: Spread) -> int:
    session = change.session
    query = select(Item).where(*_is_due(models)).order_by(col(Item.seq)).limit(BATCH)
    items = session.exec(query.with_for_update()).all()
    known, others = _findings(session, items)
    words = words_of_many(house, session, items) if models.mark else {}
    rated = [one for item in items if (one := words.get(item.id)) is not None and may_rate(one)]
    ratings = dict(zip([one.item.id for one in rated], models.rate(rated), strict=True))
    for item in items:
        row, rows = known.get(item.id), others[item.id]
        lift = sum(ruling.lift(one.step, one.params) for one in rows)
        if (told := ratings.get(item.id)) is not None:
            chance = _note(house, change, item, row, models, told)
            place, item.teaches = spread.place(chance)
        else:
            chance = place = _promised(rows)
            item.teaches = False
            if row is not None:
                session.delete(row)
        item.rated_as, item.score, item.place = models.mark, chance + lift, place + lift
        session.add(item)
    return len(items)


def may_rate(words: ItemWords) -> bool:
    """Whether the terms of every post about an item allow to rate it, and nothing of it is withheld."""
    return not words.withheld and all(told.policy.may_score for told in words.tellings)


def _findings(
    session: Session, items: Sequence[Item]
) -> tuple[dict[UUID, FindingRow], dict[UUID, list[FindingRow]]]:
    """By item: its rating, and what the steps find on it now."""
    ids = [item.id for item in items]
    ratings: dict[UUID, FindingRow] = {}
    others: dict[UUID, list[FindingRow]] = {item_id: [] for item_id in ids}
    for row in session.exec(select(FindingRow).where(col(FindingRow.item_id).in_(ids))):
        if row.step == STEP:
            ratings[row.item_id] = row
        elif row.current:
            others[row.item_id].append(row)
    return ratings, others


def _promised(rows: Iterable[FindingRow]) -> float:
    """How promising the steps find an item, whatever was learned."""
    return max((row.scores[name] for row in rows for name in PROMISING if name in row.scores), default=0.0)


def _note(
    house: House,
    change: Change,
    item: Item,
    row: FindingRow | None,
    models: Models,
    told: Mapping[str, Rating],
) -> float:
    """Write the rating as the finding that explains it: by which versions, for which goal most; returns it."""
    best = max(told, key=lambda goal: (told[goal].scores[WANTED], goal))
    number = models.by_goal[best][0]
    chance, learned = told[best].scores[WANTED], told[best].learned
    values: dict[str, Any] = {
        "revision": item.revision,
        "step_version": str(number),
        "settings_hash": models.mark,
        "verdict": "keep",
        "reason": RATED,
        "params": {
            "goal": best,
            "percent": round(chance * 100),
            "model": number,
            "learned": round(learned * 100),
        },
        "flags": [f"{goal}#{version}" for goal, (version, _) in sorted(models.by_goal.items())],
        "scores": {STEP: chance} | {f"{STEP}:{goal}": one.scores[WANTED] for goal, one in told.items()},
        "made_at": change.at,
        "current": True,
    }
    own_id = derived_id("finding", str(house.organisation.id), str(item.id), STEP)
    if row is None:
        change.session.add(FindingRow(id=own_id, item_id=item.id, step=STEP, **values))
        return chance
    for name, value in values.items():
        setattr(row, name, value)
    return chance


# --------------------------------------------------------------------------- where the queue puts it


@dataclass(frozen=True)
class Spread:
    """How the ratings of a sample are spread: of the promising by score, of the uncertain by doubt, both rising."""

    scores: Sequence[float]
    doubts: Sequence[float]

    def place(self, score: float) -> tuple[float, bool]:
        """Where an item goes, the highest first, and whether that is because its verdict would teach."""
        if self.doubts and (own := doubt(score)) >= self.doubts[0]:
            return _share(self.doubts, own), True
        return _share(self.scores, score), False


def doubt(score: float) -> float:
    """How uncertain a rating is: 1 at a half, 0 at never and always."""
    return 1 - abs(2 * score - 1)


def _share(values: Sequence[float], own: float) -> float:
    """The share of the values below one's own, from 0 to 1; equal ones count half."""
    return (bisect_left(values, own) + bisect_right(values, own)) / (2 * len(values)) if values else own


def spread_of(scores: Sequence[float]) -> Spread:
    """How these ratings are spread; the most uncertain fifth apart from the others."""
    by_doubt = sorted(scores, key=lambda one: (doubt(one), one))
    cut = len(by_doubt) - len(by_doubt) // UNCERTAIN
    return Spread(sorted(by_doubt[:cut]), [doubt(one) for one in by_doubt[cut:]])


def _spread(house: House, models: Models) -> Spread:
    """The spread of a sample of what waits, kept for as long as the models are the same."""
    kept = PluginStore(house.store, "learning", house.now)
    known = kept.get("spread")
    if known is not None and known["mark"] == models.mark:
        return Spread(known["scores"], known["doubts"])
    made = spread_of(_sampled(house, models))
    kept.put("spread", {"mark": models.mark, "scores": list(made.scores), "doubts": list(made.doubts)})
    return made


def _sampled(house: House, models: Models) -> list[float]:
    if not models.mark:
        return []
    query = select(Item).where(Item.state == ItemState.WAITING, col(Item.merged_into).is_(None))
    with house.store.read() as session:
        items = session.exec(query.order_by(col(Item.seq).desc()).limit(SAMPLE)).all()
        words = [one for one in words_of_many(house, session, items).values() if may_rate(one)]
    return [max(one.scores[WANTED] for one in told.values()) for told in models.rate(words)]

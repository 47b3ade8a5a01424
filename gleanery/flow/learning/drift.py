"""Whether what comes in and what is decided still look like what was learned.

Ratings are compared with the decisions that came after them, week by week: those were made by versions that could
not know. Sources and words are compared by the distance of their shares (Jensen and Shannon, base 2: 0 the same,
1 nothing in common, https://doi.org/10.1109/18.61115), beside the distance that chance alone gives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log2, sqrt
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.learning.examples import AROUND, STEP, latest, learnable
from gleanery.flow.learning.fitting import current
from gleanery.flow.learning.measures import auc, brier
from gleanery.flow.queue.search import words_in
from gleanery.model.items import Alike, DecisionVerdict, FindingRow, Item, ItemPost, ItemState
from gleanery.model.learned import LearnedFrom
from gleanery.model.posts import Sighting
from gleanery.model.sources import Source

WEEKS = 26
"""Weeks that are looked back."""

FEW = 30
"""Below so many on either side nothing is said of a distance."""

MOST_PAIRS = 50


@dataclass(frozen=True)
class Week:
    """What was foretold of the decisions of a week (its Monday), measured: by AUC where both kinds came."""

    monday: date
    decisions: int
    auc: float | None
    brier: float | None


@dataclass(frozen=True)
class Distance:
    """How far what waits is from what was learned, and how far two halves of the latter are; None for too little."""

    now: float | None
    usual: float | None

    @property
    def is_far(self) -> bool:
        """Whether it is clearly more than chance gives."""
        return self.now is not None and self.usual is not None and self.now > self.usual + 0.15


@dataclass(frozen=True)
class Drift:
    """What changed since."""

    weeks: Sequence[Week]
    words: Distance
    sources: Distance


@dataclass(frozen=True)
class Opposed:
    """Two items whose words are nearly the same, one wanted and one not: which one the house wants is not clear."""

    wanted: UUID
    unwanted: UUID
    likeness: float


def drift_of(house: House, session: Session, goal: str) -> Drift:
    """What changed for a goal since its model was learned."""
    model = current(session, goal)
    learned = [] if model is None else _learned_from(session, goal, model.number)
    recent = session.exec(
        select(Item)
        .where(Item.state == ItemState.WAITING, col(Item.merged_into).is_(None))
        .order_by(col(Item.seq).desc())
        .limit(AROUND)
    ).all()
    return Drift(
        foretold(house, session, goal),
        _distance(_words(house, session, learned), _words(house, session, recent)),
        _distance(_sources(session, learned), _sources(session, recent)),
    )


def foretold(house: House, session: Session, goal: str) -> list[Week]:
    """By week: the ratings that were given before the decisions of that week, against these, oldest first."""
    decided = {item.id: decision for decision, item in latest(session, goal)}
    rows = session.exec(
        select(FindingRow).where(col(FindingRow.item_id).in_(decided), FindingRow.step == STEP)
    )
    weeks: dict[date, list[tuple[float, bool]]] = defaultdict(list)
    since = house.now().date() - timedelta(weeks=WEEKS)
    for row in rows:
        decision, chance = decided[row.item_id], row.scores.get(f"{STEP}:{goal}")
        if chance is not None and row.made_at <= decision.at and decision.at.date() >= since:
            day = decision.at.date()
            weeks[day - timedelta(days=day.weekday())].append(
                (chance, decision.verdict is DecisionVerdict.APPROVE)
            )
    return [_week(monday, told) for monday, told in sorted(weeks.items())]


def _week(monday: date, told: Sequence[tuple[float, bool]]) -> Week:
    chances, came = [chance for chance, _ in told], [is_true for _, is_true in told]
    return Week(monday, len(told), auc(chances, came), brier(chances, came))


def _learned_from(session: Session, goal: str, number: int) -> Sequence[Item]:
    query = (
        select(Item)
        .join(LearnedFrom, col(LearnedFrom.item_id) == col(Item.id))
        .where(LearnedFrom.goal == goal, LearnedFrom.number == number, LearnedFrom.label != "")
        .order_by(col(Item.seq))
        .limit(AROUND)
    )
    return session.exec(query).all()


def _words(house: House, session: Session, items: Sequence[Item]) -> list[Counter[str]]:
    found = learnable(house, session, items).values()
    return [Counter(set(words_in(f"{one.subject.title} {one.subject.text}"))) for one in found]


def _sources(session: Session, items: Sequence[Item]) -> list[Counter[str]]:
    ids = [item.id for item in items]
    rows = session.exec(
        select(ItemPost.item_id, Source.name)
        .join(Sighting, col(Sighting.post_id) == col(ItemPost.post_id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(ItemPost.item_id).in_(ids))
        .order_by(col(ItemPost.item_id), col(Source.name))
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for item_id, name in rows:
        found[item_id].add(name)
    return [Counter(names) for names in found.values()]


def _distance(before: Sequence[Counter[str]], now: Sequence[Counter[str]]) -> Distance:
    if len(before) < FEW or len(now) < FEW:
        return Distance(None, None)
    return Distance(apart(_sum(before), _sum(now)), apart(_sum(before[::2]), _sum(before[1::2])))


def _sum(counts: Sequence[Counter[str]]) -> Counter[str]:
    added: Counter[str] = Counter()
    for one in counts:
        added.update(one)
    return added


def apart(one: Counter[str], other: Counter[str]) -> float:
    """The distance of two distributions, 0..1."""
    ones, others = one.total() or 1, other.total() or 1
    lost = 0.0
    for name in one.keys() | other.keys():
        p, q = one[name] / ones, other[name] / others
        middle = (p + q) / 2
        lost += sum(share * log2(share / middle) for share in (p, q) if share) / 2
    return sqrt(max(lost, 0.0))


def opposed(session: Session, goal: str) -> list[Opposed]:
    """Nearly equal items on which decisions say opposite things, the most alike first; whose they are is not told."""
    verdicts = {
        item.id: decision.verdict is DecisionVerdict.APPROVE for decision, item in latest(session, goal)
    }
    rows = session.exec(
        select(Alike)
        .where(col(Alike.item_id).in_(verdicts), col(Alike.other_id).in_(verdicts))
        .order_by(col(Alike.likeness).desc())
    )
    found = []
    for row in rows:
        if verdicts[row.item_id] is not verdicts[row.other_id]:
            pair = (row.item_id, row.other_id) if verdicts[row.item_id] else (row.other_id, row.item_id)
            found.append(Opposed(*pair, row.likeness))
    return found[:MOST_PAIRS]

"""The standing of a batch of items, put together in a number of queries that does not depend on them.

Numbers are coarse on purpose: a score moves when something happened, not with every hour and every reaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.flow.item_standing.engagement import ranks
from gleanery.flow.item_standing.licences import code_of
from gleanery.flow.links.states import Stands, states_of
from gleanery.flow.reports.measures import JUDGED
from gleanery.flow.subjects import ItemWords
from gleanery.model.items import DecisionVerdict, Item, ItemPost
from gleanery.model.posts import Sighting
from gleanery.model.reports import ReportDay
from gleanery.model.sources import Source
from gleanery.ports import Standing

DOUBT = 10
"""So many verdicts of a coin weigh against what is known of a source: after ten real ones half counts."""

_NUMBERS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
_DAY, _WEEK, _MONTH, _YEAR = 1, 7, 30, 365


@dataclass
class Background:
    """What the standing of these items needs besides their words."""

    engagement: dict[UUID, float] = field(default_factory=dict)
    """By post: its rank within its source."""
    sources: dict[UUID, str] = field(default_factory=dict)
    """By post: the source that saw it first."""
    judged: dict[str, dict[str, int]] = field(default_factory=dict)
    """By source: how many verdicts of each kind persons gave."""
    links: dict[UUID, Stands] = field(default_factory=dict)
    """By item: what the last look at its address said."""

    @classmethod
    def of(cls, session: Session, items: Iterable[Item]) -> Background:
        """The background of some items."""
        ids = [item.id for item in items]
        posts = session.exec(select(ItemPost.post_id).where(col(ItemPost.item_id).in_(ids)).distinct()).all()
        sources = _sources(session, posts)
        return cls(
            ranks(session, posts), sources, _judged(session, set(sources.values())), states_of(session, ids)
        )

    def standing(self, words: ItemWords, at: datetime) -> Standing:
        """What is known of an item at a time, besides its words. Nothing is ranked where a source's terms forbid it."""
        told = words.chosen
        is_own = told.link is None
        may_score = all(one.policy.may_score for one in words.tellings)
        reputation, decided = self._reputation(words.item.founding_post_id) if may_score else (None, 0)
        return Standing(
            age_days=_age(words.published_at, at),
            seconds=told.body.get("seconds") if is_own else None,
            engagement=self._engagement(words) if may_score else None,
            reputation=reputation,
            decided=decided,
            link=self.links.get(words.item.id, ""),
            licence=code_of(told.body.get("licence")) if is_own else "",
            may_embed=is_own and told.policy.may_embed,
            may_score=may_score,
        )

    def _engagement(self, words: ItemWords) -> float | None:
        found = [self.engagement[one.post.id] for one in words.tellings if one.post.id in self.engagement]
        return max(found, default=None)

    def _reputation(self, post: UUID) -> tuple[float | None, int]:
        """The share approved, drawn towards a half, in steps of a fiftieth; None where nothing was decided."""
        judged = self.judged.get(self.sources.get(post, ""), {})
        decided = sum(judged.values())
        if not decided:
            return None, 0
        share = (judged.get(DecisionVerdict.APPROVE.value, 0) + DOUBT / 2) / (decided + DOUBT)
        return round(50 * share) / 50, max(number for number in _NUMBERS if number <= decided)


def inputs_of(standing: Standing) -> dict[str, Any]:
    """What of a standing is known, as it is kept with a finding: numbers and codes."""
    told = ((one.name, getattr(standing, one.name), one.default) for one in fields(Standing))
    return {name: value for name, value, unknown in told if value != unknown}


def _age(published: datetime | None, at: datetime) -> int | None:
    """Days; from two weeks on in weeks, from two months on in months, from three years on in years."""
    if published is None:
        return None
    days = max(timedelta(0), at - published).days
    step = _DAY if days < 14 else _WEEK if days < 60 else _MONTH if days < 3 * _YEAR else _YEAR
    return days - days % step


def _sources(session: Session, posts: Sequence[UUID]) -> dict[UUID, str]:
    """By post: the name of the source that saw it first."""
    rows = session.exec(
        select(Sighting.post_id, Source.name)
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Sighting.post_id).in_(posts))
        .order_by(col(Sighting.first_seen_at).desc(), col(Source.name).desc())
    )
    return dict(rows.all())  # the last one wins: the first seen


def _judged(session: Session, sources: set[str]) -> dict[str, dict[str, int]]:
    """By source and verdict: how many persons gave, as the counts by day have it (some minutes old)."""
    number = func.sum(ReportDay.number)
    rows = session.exec(
        select(ReportDay.source, ReportDay.key, number)
        .where(ReportDay.measure == JUDGED, col(ReportDay.source).in_(sources))
        .group_by(col(ReportDay.source), col(ReportDay.key))
    )
    found: dict[str, dict[str, int]] = {}
    for source, verdict, total in rows:
        found.setdefault(source, {})[verdict] = int(total)
    return found

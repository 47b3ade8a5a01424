"""Choosing: what a destination offers to a teacher, found by words and narrowed down, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, ConfigError, Denied
from gleanery.flow.blaming import blaming
from gleanery.flow.collections import telling
from gleanery.flow.confirmed import standing
from gleanery.flow.house import House
from gleanery.flow.items.concepts import preferred
from gleanery.flow.learners.offering import offered
from gleanery.flow.leaving import learning_items
from gleanery.flow.queue.search import folded, matching
from gleanery.model.collections import Collection, CollectionState
from gleanery.model.destinations import Action, Delivery
from gleanery.model.items import Item, ItemState, Tag
from gleanery.model.learners import Visit
from gleanery.model.posts import PostKind
from gleanery.ports import Form, LearningCollection, LearningItem, Seats

PER_PAGE = 20
MOST_CHOSEN = 50
MOST_LOOKED_AT = 400
"""Items looked at for one page where the words of the page itself decide: platform and minutes."""


@dataclass(frozen=True)
class Search:
    """What a teacher looks for. `before`: the number of the last item seen, 0 at first."""

    words: str = ""
    competency: str = ""
    kind: str = ""
    language: str = ""
    platform: str = ""
    minutes: int | None = None
    before: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is looked for."""
        return any((self.words, self.competency, self.kind, self.language, self.platform, self.minutes))


@dataclass(frozen=True)
class Choice:
    """A page of what is offered; `next_before` leads on, None at the end. Collections stand on the first page."""

    items: Sequence[LearningItem]
    collections: Sequence[LearningCollection]
    next_before: int | None
    competencies: Sequence[tuple[str, str]]
    languages: Sequence[str]


def find(house: House, visit: Visit, search: Search, language: str) -> Choice:
    """A page of what the visit's destination offers, the newest first."""
    with house.store.read() as session:
        items, on = _items(house, session, visit.destination, search)
        collections = [] if search.before else _collections(house, session, visit.destination, search)
        tagged = select(Tag.concept).join(Item, col(Item.id) == col(Tag.item_id))
        on_offer = (*_standing(visit.destination), standing(house))
        concepts = set(session.exec(tagged.where(*on_offer).distinct()))
        labels = preferred(session, concepts, language)
        named = sorted({(iri, label) for (_, iri), label in labels.items()}, key=lambda one: folded(one[1]))
        spoken = select(Item.language).where(*_standing(visit.destination)).distinct()
        languages = sorted(one for one in session.exec(spoken) if one)
    return Choice(items, collections, on, named, languages)


def _standing(destination: str) -> tuple[Any, ...]:
    delivered = select(Delivery.item_id).where(
        Delivery.destination == destination,
        Delivery.action == Action.UPSERT,
        col(Delivery.remote_id).is_not(None),
    )
    return (
        Item.state == ItemState.APPROVED,
        col(Item.merged_into).is_(None),
        col(Item.id).in_(delivered),
    )


def _items(
    house: House, session: Session, destination: str, search: Search
) -> tuple[list[LearningItem], int | None]:
    conditions = [*_standing(destination)]
    if search.words.strip():
        conditions.append(matching(session, search.words))
    if search.kind in list(PostKind):
        conditions.append(col(Item.kind) == PostKind(search.kind))
    if search.language:
        conditions.append(col(Item.language) == search.language)
    if search.competency:
        tagged = select(Tag.item_id).where(Tag.concept == search.competency, standing(house))
        conditions.append(col(Item.id).in_(tagged))
    return _page(house, session, conditions, search)


def _page(
    house: House, session: Session, conditions: Sequence[Any], search: Search
) -> tuple[list[LearningItem], int | None]:
    """Items that meet the conditions, by their number; what only their words tell is looked at one by one."""
    found: list[LearningItem] = []
    before, looked_at = search.before, 0
    while looked_at < MOST_LOOKED_AT:
        query = select(Item).where(*conditions)
        if before:
            query = query.where(col(Item.seq) < before)
        rows = session.exec(query.order_by(col(Item.seq).desc()).limit(PER_PAGE + 1)).all()
        told = learning_items(house, session, rows)
        for row in rows[:PER_PAGE]:
            before = row.seq or 0
            if row.id in told and _suits(told[row.id], search):
                found.append(told[row.id])
            if len(found) == PER_PAGE:
                return found, before if row is not rows[-1] else None
        if len(rows) <= PER_PAGE:
            return found, None
        looked_at += PER_PAGE
    return found, before


def _suits(item: LearningItem, search: Search) -> bool:
    if search.platform and search.platform not in item.platforms:
        return False
    return search.minutes is None or (item.minutes is not None and item.minutes <= search.minutes)


def _collections(
    house: House, session: Session, destination: str, search: Search
) -> list[LearningCollection]:
    """The published collections whose title or summary holds every word; other filters are of items alone."""
    if search.kind or search.language or search.platform or search.minutes:
        return []
    query = select(Collection).where(Collection.state == CollectionState.PUBLISHED)
    rows = session.exec(query.order_by(col(Collection.published_at).desc(), col(Collection.id))).all()
    told = telling.published(house, session, rows, destination)
    wanted = folded(search.words).split()
    return [
        told[row.id]
        for row in rows
        if row.id in told
        and all(word in folded(f"{told[row.id].title} {told[row.id].summary}") for word in wanted)
        and (not search.competency or search.competency in (aim[1] for aim in told[row.id].competencies))
    ]


# --------------------------------------------------------------------------- chosen


def choose(house: House, visit: Visit, chosen: Sequence[UUID]) -> Form:
    """What the teacher's browser posts to the LMS to place these, in the order of the choice.

    Raises: Denied for somebody who may not choose, or where the LMS takes none of it; BadInput for none, too many, or
    something that is no longer offered; ConfigError.
    """
    picks = visit.arrived["picks"]
    if picks is None or not visit.is_teacher:
        raise Denied("Nothing can be chosen here.", remedy="Open the choice from the course, as a teacher.")
    wanted = list(dict.fromkeys(chosen))
    if not wanted or len(wanted) > MOST_CHOSEN:
        raise BadInput("Choose something, but not everything.", remedy=f"Tick 1 to {MOST_CHOSEN} of them.")
    with house.store.read() as session:
        found = [offered(house, session, visit.destination, one) for one in wanted]
    things = [one for one in found if one is not None]
    if len(things) < len(wanted):
        raise BadInput("Some of it is no longer offered.", remedy="Look at the list again.")
    settings = house.config.destination(visit.destination)
    with blaming("adapter", settings.adapter):
        adapter: Any = house.adapter(settings)
        if not isinstance(adapter, Seats):
            raise ConfigError("This kind of destination takes no choice.", remedy="Ask your administrator.")
        form = adapter.picked(picks, things)
    with house.change() as change:
        machine = f"destination:{visit.destination}"
        for one in things:
            change.audit(
                "learner.placed",
                machine,
                f"{'item' if isinstance(one, LearningItem) else 'collection'}:{one.id}",
            )
    return form

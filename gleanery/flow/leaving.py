"""What of an item may leave the house: its address always, its words as far as their policy allows."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.confirmed import standing
from gleanery.flow.house import House
from gleanery.flow.subjects import ItemWords, Telling, marks_of, words_of_many
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import CompetencyLabel, Decision, Item, ItemGoal, Tag
from gleanery.model.posts import Sighting
from gleanery.model.types import derived_id
from gleanery.plugins import plugin
from gleanery.ports import LearningItem

CHUNK = 500
"""Items taken together; a database allows only so many parameters."""

Labels: TypeAlias = dict[tuple[str, str], dict[str, str]]


def learning_items(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, LearningItem]:
    """The items as an adapter gets them; those of which nothing may leave (no address, no words) are absent.

    Words that are not the ones that were judged are never taken: such items are absent too.
    """
    found: dict[UUID, LearningItem] = {}
    for start in range(0, len(items), CHUNK):
        found |= _chunk(house, session, items[start : start + CHUNK])
    return found


def _chunk(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, LearningItem]:
    ids = [item.id for item in items]
    words = words_of_many(house, session, items)
    tags = _tags(house, session, ids)
    goals = _goals(session, ids, tags)
    labels = _labels(session, {tag.concept for rows in tags.values() for tag in rows})
    policies = passing_on(house, session, [told.chosen.post.id for told in words.values()])
    made = (
        _learning_item(
            words[item.id], tags[item.id], goals[item.id], labels, policies[words[item.id].chosen.post.id]
        )
        for item in items
        if item.id in words and _was_judged(house, words[item.id])
    )
    return {item.id: item for item in made if item is not None}


def _was_judged(house: House, words: ItemWords) -> bool:
    mark = words.item.words_mark
    return mark is not None and not words.withheld and mark.startswith(marks_of(house, words).leaving)


def passing_on(house: House, session: Session, posts: Sequence[UUID]) -> dict[UUID, bool]:
    """Whether every configured source that saw a post lets its words be passed on today."""
    allowed = {
        derived_id("source", str(house.organisation.id), name): yes for name, yes in house.passing_on.items()
    }
    rows = session.exec(select(Sighting.post_id, Sighting.source_id).where(col(Sighting.post_id).in_(posts)))
    found = dict.fromkeys(posts, True)
    for post_id, source_id in rows:
        found[post_id] = found[post_id] and allowed.get(source_id, True)
    return found


def _learning_item(
    words: ItemWords, tags: Sequence[Tag], goals: Sequence[str], labels: Labels, may_pass_on: bool
) -> LearningItem | None:
    told, item, policy = words.chosen, words.item, words.chosen.policy
    passing = may_pass_on and policy.may_pass_text_on and not policy.only_address
    text = told.text if passing and told.link is None else ""
    address = told.url if told.url and urlsplit(told.url).scheme in ("http", "https") else None
    if not address and not text:
        return None
    return LearningItem(
        id=item.id,
        title=_title(words, passing),
        url=address,
        html=_paragraphs(words.summary) + _paragraphs(text),
        kind=item.kind.value,
        language=item.language,
        competencies=tuple((tag.framework, tag.concept, _label(labels, tag, item.language)) for tag in tags),
        goals=tuple(goals),
        attribution=_attribution(told),
        licence=told.body.get("licence") if _is_named(told) else None,
        platforms=words.platforms,
        published_at=words.published_at if not told.is_internal and _is_named(told) else None,
        revision=item.revision,
        minutes=item.minutes or _minutes(told) if _is_named(told) else None,
        may_embed=told.link is None and policy.may_embed,
    )


def _is_named(told: Telling) -> bool:
    """Whether more than an address may be told of it: it is the post's own, and its platform lets it."""
    return told.link is None and not told.policy.only_address


def _title(words: ItemWords, passing: bool) -> str:
    """The curator's title, else the thing's own; an employee's words leave only where their policy lets them."""
    if words.edit is not None and words.edit.title:
        return words.edit.title
    told, kind = words.chosen, words.item.kind.value.capitalize()
    if told.title and (passing or not (told.is_internal or told.policy.only_address)):
        return told.title
    if told.is_internal and passing and told.text:
        return told.text.splitlines()[0][:120]
    host = urlsplit(told.url or "").hostname
    return f"{kind} on {host}" if host else f"{kind} {str(words.item.id)[:8]}"


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join("<p>" + html.escape(part).replace("\n", "<br>") + "</p>" for part in parts)


def _tags(house: House, session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Tag]]:
    """By item: the tags that stand; what is only proposed stays here."""
    found: dict[UUID, list[Tag]] = {item_id: [] for item_id in ids}
    for tag in session.exec(
        select(Tag)
        .where(col(Tag.item_id).in_(ids), standing(house))
        .order_by(col(Tag.confidence).desc(), col(Tag.concept))
    ):
        found[tag.item_id].append(tag)
    return found


def _goals(
    session: Session, ids: Sequence[UUID], tags: Mapping[UUID, Sequence[Tag]]
) -> dict[UUID, list[str]]:
    """By item: the goals it serves; by a competency only where that stands."""
    found: dict[UUID, list[str]] = {item_id: [] for item_id in ids}
    for row in session.exec(
        select(ItemGoal).where(col(ItemGoal.item_id).in_(ids)).order_by(col(ItemGoal.goal))
    ):
        if row.why != "competency" or row.evidence in {tag.concept for tag in tags[row.item_id]}:
            found[row.item_id].append(row.goal)
    return found


def _labels(session: Session, concepts: Collection[str]) -> Labels:
    """The preferred labels of concepts by framework, IRI and language."""
    rows = session.exec(
        select(CompetencyLabel).where(
            col(CompetencyLabel.iri).in_(concepts), CompetencyLabel.kind == "preferred"
        )
    )
    labels: Labels = {}
    for row in rows:
        labels.setdefault((row.framework, row.iri), {})[row.language] = row.label
    return labels


def _label(labels: Labels, tag: Tag, language: str | None) -> str:
    """The label in the item's language, else in English, else the first one, else the IRI."""
    known = labels.get((tag.framework, tag.concept), {})
    first = known[min(known)] if known else tag.concept
    return known.get(language or "en") or known.get("en") or first


def _attribution(told: Telling) -> str:
    """Who made it, where the words are public, in the form the policy asks for."""
    if told.is_internal or told.link is not None:
        return ""
    author = (told.body.get("author") or {}).get("name", "") if _is_named(told) else ""
    return " · ".join(part for part in (author, told.policy.attribution) if part)


def _minutes(told: Telling) -> int | None:
    seconds = told.body.get("seconds")
    return max(1, round(seconds / 60)) if seconds else None


def notes_on(house: House, decision: Decision) -> list[str]:
    """What a person who retracts should know: which destinations give nothing back."""
    configured = {one.name: one.adapter for one in house.config.destinations}
    notes = []
    with house.store.read() as session:
        rows = session.exec(select(Delivery).where(Delivery.item_id == decision.item_id)).all()
    for row in rows:
        if row.destination not in configured:
            notes.append(f"{row.destination} is no longer configured: remove the entry there by hand.")
        elif plugin("adapter", configured[row.destination]).batch and row.delivered_at is not None:
            notes.append(
                f"{row.destination}: the next file comes without it; a copy that was handed out cannot be recalled."
            )
        elif row.state is DeliveryState.OWED:
            notes.append(f"{row.destination}: the entry is removed after the undo window.")
    return notes

"""What of an item may leave the house: its address always, its words as far as their policy allows."""

from __future__ import annotations

import html
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.subjects import ItemWords, Telling, item_words
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import CompetencyLabel, Decision, Item, ItemGoal, Tag
from gleanery.plugins import plugin
from gleanery.ports import LearningItem


def learning_item(house: House, session: Session, item: Item) -> LearningItem | None:
    """The item as an adapter gets it; None where nothing of it may leave (no address and no words)."""
    words = item_words(house, session, item)
    if words is None or words.withheld:
        return None
    told = words.chosen
    text = told.text if told.policy.may_pass_text_on and told.link is None else ""
    address = told.url if told.url and urlsplit(told.url).scheme in ("http", "https") else None
    if not address and not text:
        return None
    tags = session.exec(
        select(Tag).where(Tag.item_id == item.id).order_by(col(Tag.confidence).desc(), col(Tag.concept))
    ).all()
    return LearningItem(
        id=item.id,
        title=_title(words, item),
        url=address,
        html=_paragraphs(text),
        kind=item.kind.value,
        language=item.language,
        competencies=tuple((tag.framework, tag.concept, _label(session, tag, item.language)) for tag in tags),
        goals=tuple(
            session.exec(
                select(ItemGoal.goal).where(ItemGoal.item_id == item.id).order_by(col(ItemGoal.goal))
            )
        ),
        attribution=_attribution(told),
        licence=told.body.get("licence") if told.link is None else None,
        platforms=words.platforms,
        published_at=words.published_at if not told.is_internal and told.link is None else None,
        revision=item.revision,
        minutes=_minutes(told),
    )


def _title(words: ItemWords, item: Item) -> str:
    """The thing's own name; an employee's words are no title outside unless their policy passes them on."""
    told = words.chosen
    if told.title and not (told.is_internal and not told.policy.may_pass_text_on):
        return told.title
    if told.is_internal and told.policy.may_pass_text_on and told.text:
        return told.text.splitlines()[0][:120]
    host = urlsplit(told.url or "").hostname
    return (
        f"{item.kind.value.capitalize()} on {host}"
        if host
        else f"{item.kind.value.capitalize()} {str(item.id)[:8]}"
    )


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join("<p>" + html.escape(part).replace("\n", "<br>") + "</p>" for part in parts)


def _label(session: Session, tag: Tag, language: str | None) -> str:
    """The preferred label in the item's language, else in English, else the first one."""
    rows = session.exec(
        select(CompetencyLabel)
        .where(
            CompetencyLabel.framework == tag.framework,
            CompetencyLabel.iri == tag.concept,
            CompetencyLabel.kind == "preferred",
        )
        .order_by(col(CompetencyLabel.language))
    ).all()
    for wanted in (language, "en"):
        for row in rows:
            if row.language == wanted:
                return row.label
    return rows[0].label if rows else tag.concept


def _attribution(told: Telling) -> str:
    """Who made it, where the words are public, in the form the policy asks for."""
    if told.is_internal or told.link is not None:
        return ""
    author = (told.body.get("author") or {}).get("name", "")
    return " · ".join(part for part in (author, told.policy.attribution) if part)


def _minutes(told: Telling) -> int | None:
    seconds = told.body.get("seconds") if told.link is None else None
    return max(1, round(seconds / 60)) if seconds else None


def notes_on(house: House, decision: Decision) -> list[str]:
    """What a person who retracts should know: which destinations give nothing back."""
    notes = []
    with house.store.read() as session:
        rows = session.exec(select(Delivery).where(Delivery.item_id == decision.item_id)).all()
        for row in rows:
            adapter = plugin("adapter", house.config.destination(row.destination).adapter)
            if adapter.batch and row.delivered_at is not None:
                notes.append(
                    f"{row.destination}: the next file comes without it; a copy that was handed out cannot be recalled."
                )
            elif row.state is DeliveryState.OWED:
                notes.append(f"{row.destination}: the entry is removed after the undo window.")
    return notes

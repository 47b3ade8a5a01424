"""One item with everything that is known about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.contents import contents_of
from gleanery.flow.desk.aids import Aids, aids_in
from gleanery.flow.desk.rows import Row, rows_listed, rows_of
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item, living_of
from gleanery.flow.items.knowing import Known, known_of
from gleanery.flow.items.redacting import NOTHING, Marked, findings_of, is_revealed, marked_in
from gleanery.flow.items.speech import NOTHING as NOTHING_SAID
from gleanery.flow.items.speech import Spoken, spoken_in
from gleanery.flow.leaving import passing_on
from gleanery.flow.naming import account_of
from gleanery.flow.pictures.keeping import path_of
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.flow.withheld import detail_shown
from gleanery.model.destinations import Delivery
from gleanery.model.items import Alike, Decision, FindingRow, Item, ItemPost
from gleanery.model.posts import Post, Sighting
from gleanery.model.sources import Source

MOST_ALIKE = 20
"""Look-alikes of one item that are shown."""


@dataclass(frozen=True)
class Provenance:
    """A post about the item, and the sources that saw it."""

    post_id: UUID
    platform: str
    role: str
    sources: tuple[str, ...]
    published_at: datetime | None
    url: str | None
    author: str
    text: str
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class Detail:
    """One item with its provenance, findings, decisions, deliveries and look-alikes."""

    row: Row
    text: str
    provenance: tuple[Provenance, ...]
    decisions: tuple[dict[str, Any], ...]
    deliveries: tuple[dict[str, Any], ...]
    alike: tuple[tuple[UUID, float], ...]
    summary: str = ""
    by_source: str = ""
    """The title its source gives it, where a curator gave it another."""
    has_marked: bool = False
    """Whether the steps marked passages, shown now or not."""
    known: Known = field(default_factory=Known)
    """What people added to it."""
    lookalikes: tuple[tuple[Row, float], ...] = ()
    """The items of `alike` as the queue shows them, most alike first."""
    aids: Aids = field(default_factory=Aids)
    """What the steps marked in `text` to help who reads it."""
    spoken_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the competency's IRI: the words of title and text for which it was proposed; none where words are hidden."""
    thumbnail: str = ""
    """Where our own pages find its picture; empty where it has none, or anything of it stands behind bars."""
    spoken: Spoken = NOTHING_SAID
    """What is said in it and when, and its chapters."""


def show(house: House, text: str, person: UUID | None = None) -> Detail:
    """Everything about the item `text` names (an id or its beginning). Raises: BadInput.

    `person`: who looks; passages they asked for stand open.
    """
    with house.store.read() as session:
        item = find_item(session, text)
        told = words_of_many(house, session, [item])
        findings = findings_of(session, [item])
        marked = marked_in(house, findings[item.id], is_stale=not item.screened_as)
        bars = NOTHING if marked and is_revealed(session, item, person, house.now()) else marked
        row = rows_of(house, session, [item], told, findings, {item.id: bars})[0]
        words = told.get(item.id)
        detail = _detail(house, session, item, row, words, findings[item.id], bars, bool(marked))
        if words is not None and not marked and item.screened_as:
            aids = _aids(house, session, words, detail.text, findings[item.id])
            detail = replace(detail, aids=aids, spoken_for=_spoken_for(row, words, findings[item.id]))
        return detail_shown(detail)


def _detail(
    house: House,
    session: Session,
    item: Item,
    row: Row,
    words: ItemWords | None,
    findings: Iterable[FindingRow],
    bars: Marked,
    has_marked: bool,
) -> Detail:
    told = words if words is not None and not words.withheld else None
    start = len(told.summary) + 2 if told and told.summary else 0
    return Detail(
        row,
        bars.text(told.chosen.text, start) if told else "",
        tuple(_provenance(house, session, item, words, bars)),
        tuple(_decisions(session, item)),
        tuple(_deliveries(session, item)),
        tuple(_alike(session, item)),
        summary=bars.text(told.summary) if told else "",
        by_source=told.chosen.title if told and row.is_edited and not bars else "",
        has_marked=has_marked,
        known=known_of(session, item, is_barred=bool(bars)),
        lookalikes=tuple(_lookalikes(house, session, item)),
        spoken_for=_spoken_for(row, told, findings) if told and item.screened_as and not has_marked else {},
        thumbnail=(not bars and path_of(house, words)) or "",
        spoken=spoken_in(house, session, told, hide=bars.remark),
    )


def _aids(
    house: House, session: Session, words: ItemWords, text: str, findings: Sequence[FindingRow]
) -> Aids:
    """What is marked in the source's text; its sentences are offered as a summary only where they may leave."""
    told = words.chosen
    start = len(words.summary) + 2 if words.summary else 0
    may_quote = told.link is None and told.policy.may_pass_text_on and not told.policy.only_address
    may_quote = may_quote and passing_on(house, session, [told.post.id])[told.post.id]
    return aids_in(text, start, findings, may_quote=may_quote and not words.summary)


# --------------------------------------------------------------------------- parts of it


def _spoken_for(row: Row, words: ItemWords, findings: Iterable[FindingRow]) -> dict[str, tuple[str, ...]]:
    """The words behind each proposal, read anew from the item: findings keep only their places."""
    fields = {"title": words.title, "text": words.text}
    wanted = {tag.concept for tag in row.tags}
    found: dict[str, dict[str, None]] = {}
    for name, start, end, kind in (span for one in findings for span in one.spans):
        if kind in wanted:
            found.setdefault(kind, {})[" ".join(fields[name][start:end].split())] = None
    return {concept: tuple(said) for concept, said in found.items()}


def _provenance(
    house: House, session: Session, item: Item, words: ItemWords | None, bars: Marked
) -> Iterable[Provenance]:
    chosen = words.chosen.post.id if words is not None and words.chosen.link is None else None
    start = len(words.summary) + 2 if words is not None and words.summary else 0
    ties = session.exec(
        select(ItemPost, Post)
        .join(Post, col(Post.id) == col(ItemPost.post_id))
        .where(ItemPost.item_id == item.id)
        .order_by(col(Post.seq))
    ).all()
    ids = [post.id for _, post in ties]
    contents = contents_of(session, ids)
    sources: dict[UUID, list[str]] = defaultdict(list)
    for post_id, name in session.exec(
        select(Sighting.post_id, Source.name)
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Sighting.post_id).in_(ids))
        .order_by(col(Source.name))
    ):
        sources[post_id].append(name)
    for tie, post in ties:
        content = contents.get(post.id)
        body = (content.body or {}) if content is not None else {}
        yield Provenance(
            post.id,
            post.platform,
            tie.role.value,
            tuple(sources[post.id]),
            post.published_at,
            bars.address(body.get("url")),
            (body.get("author") or {}).get("name", ""),
            bars.text(body.get("text", ""), start)
            if post.id == chosen
            else bars.remark(body.get("text", "")),
            tuple(content.withheld) if content is not None else (),
        )


def _decisions(session: Session, item: Item) -> Iterable[dict[str, Any]]:
    rows = session.exec(select(Decision).where(Decision.item_id == item.id).order_by(col(Decision.number)))
    for row in rows:
        yield {
            "verdict": row.verdict.value,
            "reason": row.reason,
            "by": account_of(session, row.actor),
            "at": row.at,
            "undone_at": row.undone_at,
            "undone_by": account_of(session, row.undone_by) if row.undone_by else None,
        }


def _deliveries(session: Session, item: Item) -> Iterable[dict[str, Any]]:
    rows = session.exec(
        select(Delivery).where(Delivery.item_id == item.id).order_by(col(Delivery.destination))
    )
    for row in rows:
        yield {
            "destination": row.destination,
            "action": row.action.value,
            "state": row.state.value,
            "attempts": row.attempts,
            "reason": row.reason,
            "next_try_at": row.next_try_at if row.state.value == "owed" else None,
            "url": row.url,
            "note": row.note,
            "delivered_at": row.delivered_at,
        }


def _lookalikes(house: House, session: Session, item: Item) -> Iterable[tuple[Row, float]]:
    """Each once, by what is left of it where it was merged since."""
    found = dict(_alike(session, item))
    living = {one.id: one for one in living_of(session, found)}
    rows = {row.id: row for row in rows_listed(house, session, list(living.values())) if row.id != item.id}
    told = sorted(found.items(), key=lambda one: -one[1])
    return [(rows[key], likeness) for key, likeness in told if key in rows]


def _alike(session: Session, item: Item) -> Iterable[tuple[UUID, float]]:
    rows = session.exec(
        select(Alike)
        .where(
            (col(Alike.item_id) == item.id) | (col(Alike.other_id) == item.id), col(Alike.settled).is_(None)
        )
        .order_by(col(Alike.likeness).desc())
        .limit(MOST_ALIKE)
    )
    for row in rows:
        yield (row.other_id if row.item_id == item.id else row.item_id), row.likeness

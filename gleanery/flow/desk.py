"""What a curator sees: the queue, and one item with everything that is known about it.

The number of queries does not grow with the number of rows of the queue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.flow.attaching import living_of
from gleanery.flow.contents import contents_of
from gleanery.flow.deciding import find_item
from gleanery.flow.house import House
from gleanery.flow.items.knowing import Known, known_of
from gleanery.flow.items.redacting import NOTHING, Marked, is_revealed, marked_in
from gleanery.flow.naming import account_of
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.flow.withheld import detail_shown, row_shown
from gleanery.model.destinations import Delivery
from gleanery.model.items import (
    Alike,
    CompetencyLabel,
    Decision,
    FindingRow,
    Item,
    ItemGoal,
    ItemPost,
    ItemState,
    Tag,
)
from gleanery.model.posts import Post, Sighting
from gleanery.model.sources import Source

OWN_REASONS = {
    "step.failed": "The step {step} failed on these words; a person has to look.",
    "words.withheld": "Holds words that a step blocks.",
    "changed.since_approval": "Changed since it was approved.",
    "source.gone": "Gone at its source.",
    "merged": "Merged into another item.",
}
"""Reasons that the house itself gives, in words."""

MOST_ALIKE = 20
"""Look-alikes of one item that are shown."""

EXCERPT = 280
"""Characters of an item's words shown in the queue."""


@dataclass(frozen=True)
class Reason:
    """A step's finding in words; the pattern and its parameters for those who say it in another language."""

    step: str
    verdict: str
    code: str
    words: str
    flags: tuple[str, ...] = ()
    pattern: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TagShown:
    """A tag with its label, who said so and how sure."""

    framework: str
    concept: str
    label: str
    said_by: str
    confidence: float

    @property
    def by_person(self) -> bool:
        """Whether a person said so, not a rule."""
        return self.said_by.startswith("person:")


@dataclass(frozen=True)
class GoalShown:
    """A goal the item serves and why."""

    goal: str
    title: str
    why: str
    evidence: str = ""


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
class Row:
    """An item as the queue shows it; title and excerpt are empty while its words are withheld."""

    id: UUID
    state: str
    reason: str
    kind: str
    title: str
    excerpt: str
    url: str | None
    language: str | None
    made_at: datetime
    platforms: tuple[str, ...]
    provenances: int
    replies: int
    revision: int
    reasons: tuple[Reason, ...]
    tags: tuple[TagShown, ...]
    goals: tuple[GoalShown, ...]
    hidden: tuple[str, ...] | None = None
    """The kinds of what stands behind bars; None where nothing does."""
    is_edited: bool = False
    seq: int = 0
    """The order in which items came to be."""


@dataclass(frozen=True)
class Queue:
    """A page of rows and how many there are in all."""

    rows: tuple[Row, ...]
    total: int


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


def queue(
    house: House, states: Sequence[ItemState] = (ItemState.WAITING,), *, limit: int = 50, offset: int = 0
) -> Queue:
    """The items in these states, oldest first."""
    with house.store.read() as session:
        wanted = col(Item.state).in_(states), col(Item.merged_into).is_(None)
        total = session.exec(select(func.count()).select_from(Item).where(*wanted)).one()
        items = session.exec(
            select(Item).where(*wanted).order_by(col(Item.seq)).offset(offset).limit(limit)
        ).all()
        return Queue(tuple(rows_listed(house, session, items)), total)


def counts(house: House) -> dict[str, int]:
    """How many items stand in each state."""
    with house.store.read() as session:
        rows = session.exec(
            select(Item.state, func.count()).where(col(Item.merged_into).is_(None)).group_by(col(Item.state))
        ).all()
    return {ItemState(state).value: number for state, number in rows}


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
        row = _rows_of(house, session, [item], told, findings, {item.id: bars})[0]
        return detail_shown(_detail(house, session, item, row, told.get(item.id), bars, bool(marked)))


def _detail(
    house: House,
    session: Session,
    item: Item,
    row: Row,
    words: ItemWords | None,
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
        known=known_of(session, item),
        lookalikes=tuple(_lookalikes(house, session, item)),
    )


# --------------------------------------------------------------------------- rows


def rows_listed(house: House, session: Session, items: Sequence[Item]) -> list[Row]:
    """The items as a list shows them, in their order: what the steps marked stands behind bars."""
    findings = findings_of(session, items)
    bars = {item.id: marked_in(house, findings[item.id], is_stale=not item.screened_as) for item in items}
    return _rows_of(house, session, items, words_of_many(house, session, items), findings, bars)


def findings_of(session: Session, items: Sequence[Item]) -> dict[UUID, list[FindingRow]]:
    """By item: what the steps found last."""
    found: dict[UUID, list[FindingRow]] = {item.id: [] for item in items}
    query = select(FindingRow).where(col(FindingRow.item_id).in_(list(found)), FindingRow.current)
    for row in session.exec(query):
        found[row.item_id].append(row)
    return found


def _rows_of(
    house: House,
    session: Session,
    items: Sequence[Item],
    words: Mapping[UUID, ItemWords],
    findings: Mapping[UUID, Sequence[FindingRow]],
    bars: Mapping[UUID, Marked],
) -> list[Row]:
    ids = [item.id for item in items]
    tags, goals = _tags(session, ids), _goals(house, session, ids)
    return [
        row_shown(
            _row(
                item,
                words.get(item.id),
                bars[item.id],
                _reasons(house, findings[item.id]),
                tags[item.id],
                goals[item.id],
            )
        )
        for item in items
    ]


def _row(
    item: Item,
    words: ItemWords | None,
    bars: Marked,
    reasons: list[Reason],
    tags: list[TagShown],
    goals: list[GoalShown],
) -> Row:
    told = words if words is not None and not words.withheld else None
    text = bars.text(told.text) if told else ""
    address = bars.address(told.chosen.url) if told else None
    title = bars.title(told.title) if told else ""
    return Row(
        id=item.id,
        state=item.state.value,
        reason=item.reason,
        kind=item.kind.value,
        title=(title or text.strip().partition("\n")[0][:120] or address or "") if told else "",
        excerpt=text[:EXCERPT],
        url=address,
        language=item.language,
        made_at=item.made_at,
        platforms=words.platforms if words else (),
        provenances=len(words.tellings) if words else 0,
        replies=words.replies if words else 0,
        revision=item.revision,
        reasons=tuple(reasons),
        tags=tuple(tags),
        goals=tuple(goals),
        hidden=bars.kinds if bars else None,
        is_edited=words is not None and words.edit is not None,
        seq=item.seq or 0,
    )


def _reasons(house: House, findings: Sequence[FindingRow]) -> list[Reason]:
    """What the steps found, in their order."""
    order = {judge.plugin.name: place for place, judge in enumerate(house.steps)}
    return [
        Reason(
            row.step,
            row.verdict,
            row.reason,
            filled(pattern := _pattern(house, row), row.params),
            tuple(row.flags),
            pattern,
            row.params,
            row.scores,
        )
        for row in sorted(findings, key=lambda one: order.get(one.step, len(order)))
    ]


def reason_words(house: House, row: FindingRow) -> str:
    """A finding's reason as a sentence; the bare code where its step is no longer installed."""
    return filled(_pattern(house, row), row.params)


def _pattern(house: House, row: FindingRow) -> str:
    """The sentence of a finding's reason, with places for its parameters."""
    for judge in house.steps:
        if judge.plugin.name == row.step and row.reason in judge.plugin.reasons:
            return str(judge.plugin.reasons[row.reason])
    return OWN_REASONS.get(row.reason, row.reason)


def filled(pattern: str, params: Mapping[str, Any]) -> str:
    """A sentence with its parameters."""
    return pattern.format_map(_Params(params))


class _Params(dict[str, Any]):
    """A finding's parameters; one that a newer wording wants and an older finding lacks shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def _tags(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[TagShown]]:
    found: dict[UUID, list[TagShown]] = defaultdict(list)
    rows = session.exec(
        select(Tag).where(col(Tag.item_id).in_(ids)).order_by(col(Tag.confidence).desc(), col(Tag.concept))
    ).all()
    labels = _labels(session, {row.concept for row in rows})
    for row in rows:
        label = labels.get((row.framework, row.concept), row.concept)
        found[row.item_id].append(TagShown(row.framework, row.concept, label, row.said_by, row.confidence))
    return found


def _labels(session: Session, concepts: set[str]) -> dict[tuple[str, str], str]:
    """The preferred label of each concept, English where there is one."""
    if not concepts:
        return {}
    rows = session.exec(
        select(CompetencyLabel)
        .where(col(CompetencyLabel.iri).in_(concepts), CompetencyLabel.kind == "preferred")
        .order_by(col(CompetencyLabel.language).desc())
    ).all()
    labels: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=lambda one: one.language == "en"):
        labels[row.framework, row.iri] = row.label
    return labels


def _goals(house: House, session: Session, ids: Sequence[UUID]) -> dict[UUID, list[GoalShown]]:
    titles = {goal.name: goal.title for goal in house.config.goals}
    found: dict[UUID, list[GoalShown]] = defaultdict(list)
    rows = session.exec(
        select(ItemGoal).where(col(ItemGoal.item_id).in_(ids)).order_by(col(ItemGoal.goal))
    ).all()
    labels = _labels(session, {row.evidence for row in rows if row.why == "competency"})
    by_iri = {iri: label for (_, iri), label in labels.items()}
    for row in rows:
        evidence = by_iri.get(row.evidence, row.evidence)
        found[row.item_id].append(
            GoalShown(row.goal, titles.get(row.goal, row.goal), f"{row.why}: {evidence}", evidence)
        )
    return found


# --------------------------------------------------------------------------- one item


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

"""How much people took part in a post, ranked within its source; counted while posts come in, never scanned.

Each post has a row with its counts, each source a handful of buckets on a scale that doubles every second step. A post
that gets a reaction moves from one bucket to the next. Its rank is the share of its source's posts in lower buckets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log2
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, SQLModel, col, select

from gleanery.flow.comparing import Compared
from gleanery.flow.house import House
from gleanery.flow.naming import post_id
from gleanery.model.engagement import Engagement, EngagementBucket

HIGHEST = 40
"""The bucket of all that had a million reactions and more."""

FEWEST = 20
"""Of fewer posts of a source nobody can say which of them stands out."""


Row = dict[str, Any]


def bucket_of(times: int) -> int:
    """0 for none, then two buckets for each doubling."""
    return min(HIGHEST, 1 + int(2 * log2(times))) if times > 0 else 0


def note(house: House, session: Session, source_id: UUID, compared: Compared) -> None:
    """Count what a page tells: reactions of its posts as they are now, answers that are new."""
    told, answered = _told(house, compared)
    wanted = list(told.keys() | answered.keys())
    if not wanted:
        return
    query = select(Engagement).where(col(Engagement.post_id).in_(wanted))
    kept = {row.post_id: row for row in session.exec(query)}
    moved: Counter[tuple[UUID, int]] = Counter()
    new, changed = [], []
    for one in wanted:
        old = kept.get(one)
        row = _row(one, old, source_id, told.get(one), answered[one])
        if old is None:
            new.append(row)
        elif (row["reactions"], row["replies"]) == (old.reactions, old.replies):
            continue
        else:
            changed.append({"of": one, **{name: row[name] for name in ("reactions", "replies", "bucket")}})
            moved[old.source_id, old.bucket] -= 1
        moved[row["source_id"], row["bucket"]] += 1
    _write(session, new, changed)
    _move(session, moved)


def _told(house: House, compared: Compared) -> tuple[dict[UUID, int | None], Counter[UUID]]:
    """By post: its reactions where the source tells them; and how many new answers it has.

    Answers are not ranked themselves: beside the posts that people answer they would all stand low.
    """
    told: dict[UUID, int | None] = {}
    answered: Counter[UUID] = Counter()
    new = set(compared.new)
    for one, draft in compared.drafts.items():
        if not draft.parent_external_id:
            if one in new or draft.reactions is not None:
                told[one] = None if draft.reactions is None else len(draft.reactions)
        elif one in new:
            parent = post_id(house.organisation.id, draft.platform, draft.realm, draft.parent_external_id)
            answered[parent] += 1
    return told, answered


def _row(one: UUID, old: Engagement | None, source_id: UUID, reactions: int | None, replies: int) -> Row:
    """The counts of a post as they are now; what the source does not tell stays."""
    shown = reactions if reactions is not None else old.reactions if old else 0
    replies += old.replies if old else 0
    return {
        "post_id": one,
        "source_id": old.source_id if old else source_id,
        "reactions": shown,
        "replies": replies,
        "bucket": bucket_of(shown + replies),
    }


def _write(session: Session, new: Sequence[Row], changed: Sequence[Row]) -> None:
    connection, table = session.connection(), SQLModel.metadata.tables["engagement"]
    if new:
        connection.execute(table.insert(), new)
    if changed:
        connection.execute(table.update().where(table.c.post_id == bindparam("of")), changed)


def _move(session: Session, moved: Mapping[tuple[UUID, int], int]) -> None:
    """Bring the buckets up to date; in their order, so that two readings do not wait for each other."""
    for (source_id, bucket), more in sorted(moved.items()):
        here = (col(EngagementBucket.source_id) == source_id) & (col(EngagementBucket.bucket) == bucket)
        found = session.connection().execute(
            update(EngagementBucket).where(here).values(posts=EngagementBucket.posts + more)
        )
        if not found.rowcount:
            one = {"source_id": source_id, "bucket": bucket, "posts": more}
            session.connection().execute(insert(EngagementBucket), [one])


# --------------------------------------------------------------------------- ranks


def ranks(session: Session, posts: Collection[UUID]) -> dict[UUID, float]:
    """By post: its rank from 0 to 1 in steps of a twentieth; absent where its source says too little. Two queries."""
    columns = select(Engagement.post_id, Engagement.source_id, Engagement.bucket)
    rows = session.exec(columns.where(col(Engagement.post_id).in_(posts))).all()
    sources = {source_id for _, source_id, _ in rows}
    buckets: dict[UUID, dict[int, int]] = defaultdict(dict)
    for row in session.exec(select(EngagementBucket).where(col(EngagementBucket.source_id).in_(sources))):
        buckets[row.source_id][row.bucket] = row.posts
    found = ((one, _rank(buckets[source_id], bucket)) for one, source_id, bucket in rows)
    return {one: rank for one, rank in found if rank is not None}


def _rank(buckets: Mapping[int, int], bucket: int) -> float | None:
    """The share of posts in lower buckets and half of those in its own; None where all are alike, or few."""
    whole = sum(buckets.values())
    if whole < FEWEST or max(buckets.values()) == whole:
        return None
    below = sum(posts for other, posts in buckets.items() if other < bucket)
    return round(20 * (below + buckets.get(bucket, 0) / 2) / whole) / 20

"""Foreign text whose time is over is emptied, with everything that derives from it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from gleanery.flow import inbox, usage
from gleanery.flow.change import Change
from gleanery.flow.contents import empty
from gleanery.flow.house import House
from gleanery.flow.sources import disconnected
from gleanery.flow.taking import empty_edits, forget
from gleanery.model.posts import Content, GoneWhy, PostVersion
from gleanery.model.record import Kept

BATCH = 100


def purge(house: House) -> int:
    """Empty every content that is due; returns how many.

    Its items are judged again without it, and what stands at a destination of those words is taken back.
    """
    total = 0
    while True:
        with house.change() as change:
            due = change.session.exec(
                select(Content, PostVersion.post_id)
                .join(PostVersion, col(PostVersion.content_id) == col(Content.id))
                .where(col(Content.purge_at) <= house.now(), col(Content.gone).is_(None))
                .limit(BATCH)
            ).all()
            let_go(change, due)
        total += len(due)
        if len(due) < BATCH:
            break
    drop_expired(house)
    if total:
        house.store.forget_log()
    return total


def let_go(
    change: Change, due: Iterable[tuple[Content, UUID]], *, by: str = "policy:retention", **why: str
) -> None:
    """Empty contents, each with the post it is of, and what derives from them; `why` stands in the audit log."""
    for content, post_id in due:
        empty(content, GoneWhy.PURGED, change.at)
        change.session.add(content)
        forget(change.session, post_id)
        empty_edits(change.session, post_id)
        change.audit("content.purged", by, f"post:{post_id}", **why)


def drop_expired(house: House) -> None:
    """Drop what was kept for a time that is over: links, sessions, leases, events taken in, old notes of the meter."""
    with house.store.write() as session:
        session.execute(delete(Kept).where(col(Kept.expires_at) <= house.now()))
        reading = {source.name for source in house.config.sources} - disconnected(session)
        inbox.forget_old(session, reading, house.now())
        usage.forget_old(session, house.now())

"""Foreign text whose time is over is emptied, with everything that derives from it."""

from __future__ import annotations

from sqlmodel import Session, col, select

from gleanery.flow.deciding import owe
from gleanery.flow.house import House
from gleanery.flow.reading import forget
from gleanery.model.destinations import Action
from gleanery.model.items import Item, ItemPost, ItemState
from gleanery.model.posts import Content, GoneWhy, PostVersion

BATCH = 100


def purge(house: House) -> int:
    """Empty every content that is due; returns how many. Delivered copies are brought up to date without it."""
    total = 0
    while True:
        with house.change() as change:
            due = change.session.exec(
                select(Content, PostVersion.post_id)
                .join(PostVersion, col(PostVersion.content_id) == col(Content.id))
                .where(col(Content.purge_at) <= house.now(), col(Content.gone).is_(None))
                .limit(BATCH)
            ).all()
            for content, post_id in due:
                content.body = content.sealed = content.hash_key = None
                content.gone, content.gone_at = GoneWhy.PURGED, change.at
                change.session.add(content)
                forget(change.session, post_id)
                change.audit("content.purged", "policy:retention", f"post:{post_id}")
                for item in _approved_about(change.session, post_id):
                    owe(house, change, item, Action.UPSERT, None)
        total += len(due)
        if len(due) < BATCH:
            break
    if total:
        house.store.forget_log()
    return total


def _approved_about(session: Session, post_id: object) -> list[Item]:
    ids = select(ItemPost.item_id).where(ItemPost.post_id == post_id)
    return list(session.exec(select(Item).where(col(Item.id).in_(ids), Item.state == ItemState.APPROVED)))

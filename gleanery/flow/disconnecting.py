"""A source loses its access: the token goes, reading stops, and the words go where the platform's terms ask for it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from gleanery.errors import Denied, GleaneryError, Unreachable
from gleanery.flow.change import Change
from gleanery.flow.connecting import app_of
from gleanery.flow.delivering import deliver
from gleanery.flow.granting import revoke
from gleanery.flow.house import House
from gleanery.flow.purging import let_go
from gleanery.flow.screening import screen
from gleanery.flow.sources import DISCONNECTED, stop_reading
from gleanery.leases import held
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.engagement import Engagement, EngagementBucket
from gleanery.model.items import ItemPost
from gleanery.model.posts import Content, PostVersion, Sighting
from gleanery.model.record import Kept
from gleanery.model.sources import InboxEvent, Partition, ReadFault, Source, SourceToken
from gleanery.model.types import derived_id

BATCH = 100


@dataclass(frozen=True)
class Disconnected:
    """What was done, or would be.

    `posts`: whose words go, for only this source saw them; `shared`: that another source saw too, they stay;
    `copies`: entries at destinations that speak of those posts, `taken_back` how many of them are away already.
    """

    source: str
    had_token: bool
    revoked: bool
    deletes: bool
    posts: int
    shared: int
    copies: int
    taken_back: int = 0
    notes: tuple[str, ...] = ()


def disconnect(
    house: House, name: str, by: str, *, keep_content: bool | None = None, dry_run: bool = False
) -> Disconnected:
    """Forget the token, pause the source, and delete what only it brought, unless the terms let it stay.

    `keep_content`: None leaves that to the policy. May be repeated: one that was killed is finished by the next.
    Raises: Denied where words are to be kept that must not; ConfigError for a name nobody knows; Unreachable while
    the source is being read.
    """
    plan = _planned(house, name, _deletes(house, name, keep_content))
    if dry_run:
        return plan
    revoked = _end_access(house, name, by, plan)
    if not plan.deletes:
        return replace(plan, revoked=revoked)
    with held(house.store, f"read:{name}", house.now) as lease:
        if lease is None:
            raise Unreachable(
                f"{name} is being read just now; its access is ended, its words are still here.",
                remedy="Run the same again in a moment.",
            )
        _let_words_go(house, name, by)
        _forget_reading(house, name)
    house.store.forget_log()
    screen(house)
    reports = [deliver(house, one.name) for one in house.config.destinations]
    return replace(
        plan,
        revoked=revoked,
        taken_back=sum(report.retracted for report in reports),
        notes=tuple(note for report in reports for note in report.notes),
    )


def _deletes(house: House, name: str, keep_content: bool | None) -> bool:
    """Whether the words go. Raises: Denied where they must and shall not."""
    must = _must_delete(house, name)
    if keep_content and must:
        raise Denied(
            f"The terms of the platform of {name!r} let no words be kept once it is disconnected.",
            remedy="Run it without --keep-content; --dry-run shows what would go.",
        )
    return must if keep_content is None else not keep_content


def may_keep(house: House, name: str) -> bool:
    """Whether the platform's terms let the words stay."""
    return not _must_delete(house, name)


def _must_delete(house: House, name: str) -> bool:
    """What the connector's policy says; yes where that cannot be told."""
    source = next((one for one in house.config.sources if one.name == name), None)
    try:
        return source is None or house.connector(source).policy.delete_on_disconnect
    except GleaneryError:
        return True


def _planned(house: House, name: str, deletes: bool) -> Disconnected:
    source_id = _id(house, name)
    with house.store.read() as session:
        token = session.exec(select(SourceToken.number).where(SourceToken.source == name)).first()
        if token is None and session.get(Source, source_id) is None:
            house.config.source(name)
        seen = session.exec(
            select(func.count()).select_from(Sighting).where(Sighting.source_id == source_id)
        ).one()
        alone = session.exec(select(func.count()).select_from(_alone(house, source_id).subquery())).one()
        going = session.exec(select(func.count()).select_from(_words(house, source_id).subquery())).one()
        copies = _copies(house, session, source_id)
    return Disconnected(
        name,
        had_token=token is not None,
        revoked=False,
        deletes=deletes,
        posts=going if deletes else 0,
        shared=seen - alone,
        copies=copies if deletes else 0,
    )


def _id(house: House, name: str) -> UUID:
    return derived_id("source", str(house.organisation.id), name)


# --------------------------------------------------------------------------- access


def _end_access(house: House, name: str, by: str, plan: Disconnected) -> bool:
    """End the grant at the platform if it can be, then forget the token and stop reading; whether it was ended."""
    tokens = house.tokens(name)
    with tokens.untouched():
        revoked = _revoked(house, name)
        with house.change() as change:
            tokens.forget(change.session)
            _pause(house, change, name)
            actor = f"person:{house.person(change.session, by)}"
            content = "deleted" if plan.deletes else "kept"
            change.audit("source.disconnected", actor, f"source:{name}", revoked=revoked, content=content)
    return revoked


def _revoked(house: House, name: str) -> bool:
    """Whether the platform ended the grant; no reason it cannot keeps the token from being forgotten here."""
    try:
        kept = house.tokens(name).kept()
        return kept is not None and revoke(house.metered(name), app_of(house, name), kept.grant)
    except GleaneryError:
        return False


def _pause(house: House, change: Change, name: str) -> None:
    source = change.session.get(Source, _id(house, name))
    configured = next((one for one in house.config.sources if one.name == name), None)
    if source is None and configured is not None:
        source = Source(id=_id(house, name), name=name, connector=configured.connector)
    if source is not None:
        source.paused_at, source.message = source.paused_at or change.at, DISCONNECTED
        change.session.add(source)
        stop_reading(change, name)


# --------------------------------------------------------------------------- words


def _alone(house: House, source_id: UUID) -> Any:
    """The posts that no other configured source saw."""
    organisation = str(house.organisation.id)
    others = {derived_id("source", organisation, one.name) for one in house.config.sources} - {source_id}
    elsewhere = select(Sighting.post_id).where(col(Sighting.source_id).in_(others))
    return select(Sighting.post_id).where(
        Sighting.source_id == source_id, col(Sighting.post_id).not_in(elsewhere)
    )


def _words(house: House, source_id: UUID) -> Any:
    """The contents that stand of those posts, each with its post."""
    return (
        select(Content, PostVersion.post_id)
        .join(PostVersion, col(PostVersion.content_id) == col(Content.id))
        .where(col(Content.gone).is_(None), col(PostVersion.post_id).in_(_alone(house, source_id)))
    )


def _copies(house: House, session: Session, source_id: UUID) -> int:
    items = select(ItemPost.item_id).where(col(ItemPost.post_id).in_(_alone(house, source_id)))
    return session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(
            col(Delivery.item_id).in_(items),
            Delivery.action == Action.UPSERT,
            Delivery.state == DeliveryState.DELIVERED,
        )
    ).one()


def _let_words_go(house: House, name: str, by: str) -> None:
    """Empty the words in batches.

    The keyed hashes by which an unchanged text is known go too: what is read again after a new sign-in comes back.
    """
    while True:
        with house.change() as change:
            due = change.session.exec(_words(house, _id(house, name)).limit(BATCH)).all()
            actor = f"person:{house.person(change.session, by)}" if due else ""
            let_go(change, due, by=actor, why="disconnected")
            change.session.execute(
                update(PostVersion)
                .where(col(PostVersion.post_id).in_([post_id for _, post_id in due]))
                .values(content_hash=os.urandom(32))
            )
        if len(due) < BATCH:
            return


def _forget_reading(house: House, name: str) -> None:
    """Forget what the source saw and how far it was read, what came in by itself, and what its plugin kept."""
    source_id = _id(house, name)
    with house.store.write() as session:
        session.execute(delete(Partition).where(col(Partition.source_id) == source_id))
        session.execute(delete(ReadFault).where(col(ReadFault.source_id) == source_id))
        session.execute(delete(Engagement).where(col(Engagement.source_id) == source_id))
        session.execute(delete(EngagementBucket).where(col(EngagementBucket.source_id) == source_id))
        session.execute(delete(InboxEvent).where(col(InboxEvent.source) == name))
        session.execute(delete(Kept).where(col(Kept.plugin) == f"source:{name}"))
        # Also of posts that only it saw: another source that shows them one day would be passed over for it.
        session.execute(delete(Sighting).where(col(Sighting.source_id) == source_id))
    if name not in {one.name for one in house.config.destinations}:  # it would have the same folder
        shutil.rmtree(house.config.data / "files" / name, ignore_errors=True)
